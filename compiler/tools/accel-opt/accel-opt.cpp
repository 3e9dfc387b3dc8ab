// accel-opt: run passes on an MLIR file and write what comes out, as MLIR, C, LLVM IR or object
// code.
#include "Axi4mlirSyntax.h"

#include "zerostage/Accel/Passes.h"
#include "zerostage/Target/CPrinter.h"
#include "zerostage/Target/LlvmWriter.h"
#include "zerostage/Target/NameHints.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Support/ToolUtilities.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
namespace cl = llvm::cl;

namespace
{

constexpr int EXIT_BAD_INPUT = 2;

constexpr char OVERVIEW[] =
    "Zerostage's compiler: linalg.matmul to host code that drives an accelerator over AXI DMA.\n\n"
    "  accel-opt IN.mlir --accel-pipeline=\"accelerator=v3 tile=8 flow=Cs copy=zero_copy\" "
    "--emit=c -o OUT.c\n\n"
    "Exit status: 0 done, 2 something is wrong with the input or the options.\n";

enum class Emit { Mlir, C, Llvm, Object };

struct Options {
    cl::OptionCategory category{"accel-opt"};
    cl::opt<std::string> input{cl::Positional, cl::desc("<input file; - is stdin>"), cl::init("-"),
                               cl::cat(category)};
    cl::opt<std::string> output{"o", cl::desc("Output file; - is stdout"), cl::value_desc("file"),
                                cl::init("-"), cl::cat(category)};
    cl::opt<Emit> emit{
        "emit", cl::desc("What to write"), cl::init(Emit::Mlir),
        cl::values(clEnumValN(Emit::Mlir, "mlir", "MLIR (default)"),
                   clEnumValN(Emit::C, "c", "C11, from lowered MLIR"),
                   clEnumValN(Emit::Llvm, "llvm", "LLVM IR, from lowered MLIR"),
                   clEnumValN(Emit::Object, "obj", "an object file, from lowered MLIR")),
        cl::cat(category)};
    cl::opt<std::string> triple{"triple", cl::desc("Target of --emit=llvm and --emit=obj"),
                                cl::value_desc("triple"), cl::init(zerostage::BOARD_TRIPLE.str()),
                                cl::cat(category)};
    cl::opt<bool> split_input{"split-input-file",
                              cl::desc("Take the input as several modules, between lines // -----"),
                              cl::cat(category)};
    cl::opt<bool> verify_diagnostics{"verify-diagnostics",
                                     cl::desc("Check the diagnostics against expected-* comments"),
                                     cl::cat(category)};
};

// One argument as one would type it: paths by their last part, so that the text is the same for
// everyone who makes the file.
std::string quote_argument(StringRef argument, StringRef input)
{
    if (argument == input)
        return llvm::sys::path::filename(argument).str();
    if (!argument.contains(' '))
        return argument.str();
    const auto [name, value] = argument.split('=');
    return (name + "=\"" + value + "\"").str();
}

// The command line that made the output, without where the output goes.
std::string get_command(int argc, char **argv, StringRef input)
{
    std::string command = "accel-opt";
    for (int i = 1; i < argc; i++) {
        const StringRef argument = argv[i];
        if (argument == "-o") {
            i++;
            continue;
        }
        if (!argument.starts_with("-o="))
            command += " " + quote_argument(argument, input);
    }
    return command;
}

class Tool
{
  public:
    Tool(const Options &options, const PassPipelineCLParser &passes, std::string command)
        : options(options), passes(passes), command(std::move(command))
    {
        registry.insert<affine::AffineDialect, arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, memref::MemRefDialect, scf::SCFDialect,
                        zerostage::accel::AccelDialect>();
    }

    // Parse, transform and print one module.
    LogicalResult process(std::unique_ptr<llvm::MemoryBuffer> buffer, raw_ostream &os)
    {
        auto sources = std::make_shared<llvm::SourceMgr>();
        sources->AddNewSourceBuffer(zerostage::accept_axi4mlir_syntax(std::move(buffer)),
                                    llvm::SMLoc());
        MLIRContext context(registry, MLIRContext::Threading::DISABLED);
        context.printOpOnDiagnostic(false); // the message and the source line say it
        if (!options.verify_diagnostics) {
            const SourceMgrDiagnosticHandler handler(*sources, &context);
            return run(context, *sources, os);
        }
        SourceMgrDiagnosticVerifierHandler handler(*sources, &context);
        (void)run(context, *sources, os); // the diagnostics tell whether it did what it should
        return handler.verify();
    }

  private:
    LogicalResult run(MLIRContext &context, llvm::SourceMgr &sources, raw_ostream &os)
    {
        OwningOpRef<ModuleOp> module = parse(context, sources);
        if (!module)
            return failure();
        PassManager pm(&context, ModuleOp::getOperationName());
        if (failed(applyPassManagerCLOptions(pm)))
            return failure();
        const auto error = [](const Twine &message) -> LogicalResult {
            llvm::errs() << "accel-opt: " << message << '\n';
            return failure();
        };
        if (failed(passes.addToPipeline(pm, error)) || failed(pm.run(*module)))
            return failure();
        if (options.emit == Emit::C)
            return zerostage::print_c(*module, command, os);
        if (options.emit != Emit::Mlir)
            return write_llvm(*module, os);
        module->print(os, OpPrintingFlags().printNameLocAsPrefix(true));
        os << '\n';
        return success();
    }

    // An object file is written with seeks, which a stream of chunks does not have.
    LogicalResult write_llvm(ModuleOp module, raw_ostream &os) const
    {
        const bool is_object = options.emit == Emit::Object;
        SmallVector<char> bytes;
        llvm::raw_svector_ostream buffer(bytes);
        if (failed(zerostage::write_llvm(
                module, options.triple,
                is_object ? zerostage::LlvmOutput::Object : zerostage::LlvmOutput::Text, buffer)))
            return failure();
        os.write(bytes.data(), bytes.size());
        return success();
    }

    static OwningOpRef<ModuleOp> parse(MLIRContext &context, llvm::SourceMgr &sources)
    {
        Block block;
        AsmParserState state;
        const ParserConfig config(&context);
        if (failed(parseAsmSourceFile(sources, &block, config, &state)))
            return {};
        OwningOpRef<ModuleOp> module;
        if (llvm::hasSingleElement(block) && isa<ModuleOp>(block.front())) {
            module = cast<ModuleOp>(block.front());
            module->getOperation()->remove();
        } else {
            const StringRef name =
                sources.getMemoryBuffer(sources.getMainFileID())->getBufferIdentifier();
            module = ModuleOp::create(FileLineColLoc::get(&context, name, 1, 1));
            module->getBody()->getOperations().splice(module->getBody()->end(),
                                                      block.getOperations());
        }
        zerostage::attach_name_hints(*module, state);
        return module;
    }

    const Options &options;
    const PassPipelineCLParser &passes;
    std::string command;
    DialectRegistry registry;
};

// LLVM's libraries bring hundreds of options of their own: leave them to --help-hidden.
void hide_library_options()
{
    for (auto &[name, option] : cl::getRegisteredOptions())
        if (name != "help" && name != "help-hidden")
            option->setHiddenFlag(cl::Hidden);
}

int run_tool(int argc, char **argv)
{
    hide_library_options();
    const Options options;
    registerAsmPrinterCLOptions();
    registerPassManagerCLOptions();
    const PassPipelineCLParser passes("", "Passes, in the order in which they are given");
    if (!cl::ParseCommandLineOptions(argc, argv, OVERVIEW, &llvm::errs()))
        return EXIT_BAD_INPUT;

    std::string error;
    auto input = openInputFile(options.input, &error);
    if (!input) {
        llvm::errs() << "accel-opt: " << error << '\n';
        return EXIT_BAD_INPUT;
    }
    auto output = openOutputFile(options.output, &error);
    if (!output) {
        llvm::errs() << "accel-opt: " << error << '\n';
        return EXIT_BAD_INPUT;
    }
    Tool tool(options, passes, get_command(argc, argv, options.input));
    const auto process = [&](std::unique_ptr<llvm::MemoryBuffer> chunk, raw_ostream &os) {
        return tool.process(std::move(chunk), os);
    };
    const StringRef marker = options.split_input ? kDefaultSplitMarker : StringRef();
    if (failed(splitAndProcessBuffer(std::move(input), process, output->os(), marker,
                                     options.split_input ? "// -----\n" : "")))
        return EXIT_BAD_INPUT;
    output->keep();
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    const llvm::InitLLVM init(argc, argv);
    zerostage::accel::registerAccelPasses();
    zerostage::accel::register_accel_pipeline();
    registerCanonicalizerPass();
    registerCSEPass();
    return run_tool(argc, argv);
}
