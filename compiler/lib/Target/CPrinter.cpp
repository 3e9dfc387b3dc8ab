// A C file from a module: head, helpers, prototypes, functions. What is inside a function is
// CFunctionPrinter's.
#include "zerostage/Target/CPrinter.h"

#include "CFunctionPrinter.h"
#include "CTypes.h"
#include "CWriter.h"

#include "zerostage/Accel/AccelDialect.h"
#include "zerostage/Accel/Annotations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <map>

using namespace mlir;
using namespace zerostage;

namespace
{

// Descriptors that the module uses and memref.h does not declare.
std::map<std::string, MemRefType> find_own_descriptors(ModuleOp module)
{
    std::map<std::string, MemRefType> found;
    const auto add = [&](Type type) {
        auto memref = dyn_cast<MemRefType>(type);
        if (!memref || has_standard_descriptor(memref))
            return;
        if (const auto name = get_descriptor_name(memref))
            found.insert({*name, memref});
    };
    module.walk([&](Operation *op) {
        for (const Type type : op->getResultTypes())
            add(type);
        for (Region &region : op->getRegions())
            for (Block &block : region)
                for (const Type type : block.getArgumentTypes())
                    add(type);
    });
    return found;
}

void print_own_descriptors(ModuleOp module, CWriter &writer)
{
    const auto descriptors = find_own_descriptors(module);
    for (const auto &[name, type] : descriptors) {
        const std::string element = *get_scalar_type(type.getElementType());
        if (type.getRank() == 0)
            writer.line("struct " + name + " { " + element + " *allocated; " + element +
                        " *aligned; intptr_t offset; };");
        else
            writer.line("ZS_MEMREF(" + name + ", " + element + ", " +
                        std::to_string(type.getRank()) + ");");
    }
    if (!descriptors.empty())
        writer.blank();
}

// Whether the module has an operation for which the predicate holds.
bool has(ModuleOp module, llvm::function_ref<bool(Operation *)> predicate)
{
    return module
        .walk([&](Operation *op) {
            return predicate(op) ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
}

// Whether the module calls what axi_dma_sg.h declares.
bool uses_chains(ModuleOp module)
{
    return llvm::any_of(module.getOps<func::FuncOp>(), [](func::FuncOp function) {
        const StringRef name = function.getSymName();
        return function->hasAttr(accel::ATTR_RUNTIME) &&
               (name.contains("_chains") || name.contains("_append"));
    });
}

void print_check(CWriter &writer)
{
    writer.comment("The runtime has said on stderr what went wrong.");
    writer.line("static void check(int result)");
    writer.open("");
    writer.line("if (result < 0)");
    writer.line("    exit(EXIT_FAILURE);");
    writer.close();
    writer.blank();
}

void print_malloc(CWriter &writer)
{
    writer.line("static void *malloc_or_exit(size_t bytes)");
    writer.open("");
    writer.line("void *memory = malloc(bytes);");
    writer.open("if (memory == NULL)");
    writer.line("perror(\"malloc\");");
    writer.line("exit(EXIT_FAILURE);");
    writer.close();
    writer.line("return memory;");
    writer.close();
    writer.blank();
}

void print_dma_alloc(CWriter &writer)
{
    writer.comment("dma_alloc says on stderr what was asked and what is free.");
    writer.line(
        "static void *dma_alloc_or_exit(enum dma_region region, size_t bytes, size_t alignment)");
    writer.open("");
    writer.line("void *memory = dma_alloc(region, bytes, alignment);");
    writer.line("if (memory == NULL)");
    writer.line("    exit(EXIT_FAILURE);");
    writer.line("return memory;");
    writer.close();
    writer.blank();
}

void print_prototypes(ModuleOp module, CWriter &writer)
{
    for (func::FuncOp function : module.getOps<func::FuncOp>()) {
        if (!function->hasAttr(accel::ATTR_RUNTIME))
            writer.line(get_prototype(function) + ";");
    }
}

} // namespace

LogicalResult zerostage::print_c(ModuleOp module, StringRef command, raw_ostream &os)
{
    for (func::FuncOp function : module.getOps<func::FuncOp>())
        if (failed(check_signature(function)))
            return failure();

    CWriter writer(os);
    const bool checks = has(module, needs_check);
    const bool mallocs = has(module, [](Operation *op) { return isa<memref::AllocOp>(op); });
    const bool frees = has(module, [](Operation *op) { return isa<memref::DeallocOp>(op); });
    const bool dma_allocs = has(module, [](Operation *op) { return isa<accel::AllocOp>(op); });

    writer.comment(("Generated; do not edit. Made by:\n\n" + command).str());
    writer.line("#include \"axi_dma.h\"");
    if (uses_chains(module))
        writer.line("#include \"axi_dma_sg.h\"");
    writer.line("#include \"memref.h\"");
    writer.blank();
    if (mallocs)
        writer.line("#include <stdio.h>");
    if (checks || mallocs || frees || dma_allocs)
        writer.line("#include <stdlib.h>");
    if (checks || mallocs || frees || dma_allocs)
        writer.blank();
    print_own_descriptors(module, writer);
    print_prototypes(module, writer);
    writer.blank();
    if (checks)
        print_check(writer);
    if (mallocs)
        print_malloc(writer);
    if (dma_allocs)
        print_dma_alloc(writer);

    bool first = true;
    for (func::FuncOp function : module.getOps<func::FuncOp>()) {
        if (function.isDeclaration())
            continue;
        if (!first)
            writer.blank();
        first = false;
        if (failed(print_function(function, writer)))
            return failure();
    }
    return success();
}
