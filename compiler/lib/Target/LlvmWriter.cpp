// LLVM IR, or an object file: MLIR's passes down to the LLVM dialect, its translation, LLVM's back
// end without optimisation of the IR.
#include "zerostage/Target/LlvmWriter.h"

#include "zerostage/Accel/Passes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"

using namespace mlir;

namespace
{

std::unique_ptr<llvm::TargetMachine> make_machine(ModuleOp module, StringRef triple)
{
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();

    const llvm::Triple parsed(triple);
    std::string error;
    const llvm::Target *target = llvm::TargetRegistry::lookupTarget(parsed, error);
    if (!target) {
        module.emitError("no code for the target '") << triple << "': " << error;
        return nullptr;
    }
    llvm::TargetOptions options;
    StringRef processor;
    StringRef features;
    if (parsed.isARM()) {
        options.FloatABIType = llvm::FloatABI::Hard;
        processor = "cortex-a9";
        features = "+neon";
    }
    return std::unique_ptr<llvm::TargetMachine>(
        target->createTargetMachine(parsed, processor, features, options, llvm::Reloc::PIC_));
}

LogicalResult lower_to_llvm(ModuleOp module, unsigned index_bits)
{
    PassManager pm(module.getContext(), ModuleOp::getOperationName());
    if (failed(applyPassManagerCLOptions(pm)))
        return failure();
    pm.addPass(memref::createExpandStridedMetadataPass());
    pm.addPass(createLowerAffinePass());
    pm.addPass(createSCFToControlFlowPass());
    zerostage::accel::ConvertToLlvmOptions options;
    options.indexBitwidth = index_bits;
    pm.addPass(zerostage::accel::createConvertToLlvm(options));
    pm.addPass(createReconcileUnrealizedCastsPass());
    return pm.run(module);
}

LogicalResult write_object(ModuleOp module, llvm::TargetMachine &machine, llvm::Module &code,
                           llvm::raw_pwrite_stream &os)
{
    llvm::legacy::PassManager passes;
    if (machine.addPassesToEmitFile(passes, os, nullptr, llvm::CodeGenFileType::ObjectFile))
        return module.emitError("the target cannot write object files");
    passes.run(code);
    return success();
}

} // namespace

LogicalResult zerostage::write_llvm(ModuleOp module, StringRef triple, LlvmOutput output,
                                    llvm::raw_pwrite_stream &os)
{
    const auto machine = make_machine(module, triple);
    if (!machine)
        return failure();
    const llvm::DataLayout layout = machine->createDataLayout();
    if (failed(lower_to_llvm(module, layout.getPointerSizeInBits())))
        return failure();

    registerBuiltinDialectTranslation(*module.getContext());
    registerLLVMDialectTranslation(*module.getContext());
    llvm::LLVMContext context;
    const std::unique_ptr<llvm::Module> code = translateModuleToLLVMIR(module, context);
    if (!code)
        return failure();
    code->setTargetTriple(machine->getTargetTriple());
    code->setDataLayout(layout);
    if (output == LlvmOutput::Object)
        return write_object(module, *machine, *code, os);
    code->print(os, nullptr);
    return success();
}
