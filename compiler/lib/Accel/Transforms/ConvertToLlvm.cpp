// From lowered MLIR to the LLVM dialect, with the calling convention of axi_dma.h.
//
// Most of it is MLIR's own conversion. What is ours: accel operations, memory spaces (DMA memory is
// ordinary address space), and unranked memrefs as arguments, which are (int64_t rank, void *) in C
// whatever the width of an index.
#include "zerostage/Accel/Passes.h"

#include "mlir/Analysis/DataLayoutAnalysis.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Dialect/LLVMIR/FunctionCallUtils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_CONVERTTOLLVM
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

using Rewriter = ConversionPatternRewriter;

constexpr unsigned OURS = 10; // benefit: before MLIR's patterns for the same operations

// Call a C function, declaring it on first use.
LLVM::CallOp call_c(Rewriter &rewriter, Operation *op, StringRef name, Type result,
                    ValueRange arguments)
{
    auto module = op->getParentOfType<ModuleOp>();
    const SmallVector<Type> types(arguments.getTypes());
    const auto function =
        LLVM::lookupOrCreateFn(rewriter, module, name, types, result, /*isVarArg=*/false);
    return LLVM::CallOp::create(rewriter, op->getLoc(), *function, arguments);
}

Value make_constant(Rewriter &rewriter, Location location, Type type, int64_t value)
{
    return LLVM::ConstantOp::create(rewriter, location, type, rewriter.getIntegerAttr(type, value));
}

// End the program where `condition` holds: what failed has said so on stderr. The rewriter goes on
// where it does not.
void exit_if(Rewriter &rewriter, Operation *op, Value condition)
{
    const Location location = op->getLoc();
    Block *before = rewriter.getInsertionBlock();
    Block *after = rewriter.splitBlock(before, rewriter.getInsertionPoint());
    Block *failed = rewriter.createBlock(after->getParent(), std::next(before->getIterator()));
    const Type word = rewriter.getI32Type();
    call_c(rewriter, op, "exit", LLVM::LLVMVoidType::get(rewriter.getContext()),
           make_constant(rewriter, location, word, 1));
    LLVM::UnreachableOp::create(rewriter, location);
    rewriter.setInsertionPointToEnd(before);
    LLVM::CondBrOp::create(rewriter, location, condition, failed, after);
    rewriter.setInsertionPointToStart(after);
}

void exit_if_null(Rewriter &rewriter, Operation *op, Value pointer)
{
    Value null = LLVM::ZeroOp::create(rewriter, op->getLoc(), pointer.getType());
    exit_if(rewriter, op,
            LLVM::ICmpOp::create(rewriter, op->getLoc(), LLVM::ICmpPredicate::eq, pointer, null));
}

// The address of a variable of the function that holds `descriptor`. A variable in a loop would
// take new stack in each iteration.
Value spill(Rewriter &rewriter, Operation *op, Value descriptor)
{
    const Location location = op->getLoc();
    auto pointer = LLVM::LLVMPointerType::get(rewriter.getContext());
    Value variable;
    {
        const OpBuilder::InsertionGuard guard(rewriter);
        auto function = op->getParentOfType<FunctionOpInterface>();
        rewriter.setInsertionPointToStart(&function.getFunctionBody().front());
        Value one = make_constant(rewriter, location, rewriter.getI32Type(), 1);
        variable = LLVM::AllocaOp::create(rewriter, location, pointer, descriptor.getType(), one);
    }
    LLVM::StoreOp::create(rewriter, location, descriptor, variable);
    return variable;
}

/* --- memory --- */

struct DmaAlloc : ConvertOpToLLVMPattern<AllocOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(AllocOp op, OpAdaptor adaptor, Rewriter &rewriter) const override
    {
        auto type = cast<MemRefType>(op.getMemref().getType());
        const Location location = op.getLoc();
        SmallVector<Value> sizes, strides;
        Value bytes;
        getMemRefDescriptorSizes(location, type, adaptor.getDynamicSizes(), rewriter, sizes,
                                 strides, bytes);
        Value region = make_constant(rewriter, location, rewriter.getI32Type(),
                                     static_cast<int64_t>(*get_dma_region(type)));
        Value alignment = make_constant(rewriter, location, getIndexType(),
                                        static_cast<int64_t>(op.getAlignment()));
        Value memory =
            call_c(rewriter, op, "dma_alloc", getPtrType(), {region, bytes, alignment}).getResult();
        exit_if_null(rewriter, op, memory);
        rewriter.replaceOp(op, Value(createMemRefDescriptor(location, type, memory, memory, sizes,
                                                            strides, rewriter)));
        return success();
    }
};

struct DmaDealloc : ConvertOpToLLVMPattern<DeallocOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(DeallocOp op, OpAdaptor adaptor,
                                  Rewriter &rewriter) const override
    {
        MemRefDescriptor memref(adaptor.getMemref());
        call_c(rewriter, op, "dma_release", getVoidType(),
               memref.allocatedPtr(rewriter, op.getLoc()));
        rewriter.eraseOp(op);
        return success();
    }
};

// As MLIR's own, but it looks whether there was memory.
struct HeapAlloc : ConvertOpToLLVMPattern<memref::AllocOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(memref::AllocOp op, OpAdaptor adaptor,
                                  Rewriter &rewriter) const override
    {
        const MemRefType type = op.getType();
        if (op.getAlignment())
            return rewriter.notifyMatchFailure(op, "left to MLIR");
        SmallVector<Value> sizes, strides;
        Value bytes;
        getMemRefDescriptorSizes(op.getLoc(), type, adaptor.getDynamicSizes(), rewriter, sizes,
                                 strides, bytes);
        Value memory = call_c(rewriter, op, "malloc", getPtrType(), bytes).getResult();
        exit_if_null(rewriter, op, memory);
        rewriter.replaceOp(op, Value(createMemRefDescriptor(op.getLoc(), type, memory, memory,
                                                            sizes, strides, rewriter)));
        return success();
    }
};

struct Address : ConvertOpToLLVMPattern<AddressOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(AddressOp op, OpAdaptor adaptor,
                                  Rewriter &rewriter) const override
    {
        auto type = cast<MemRefType>(op.getMemref().getType());
        Value pointer = MemRefDescriptor(adaptor.getMemref())
                            .bufferPtr(rewriter, op.getLoc(), *getTypeConverter(), type);
        rewriter.replaceOpWithNewOp<LLVM::PtrToIntOp>(op, getIndexType(), pointer);
        return success();
    }
};

struct StoreWord : ConvertOpToLLVMPattern<StoreWordOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(StoreWordOp op, OpAdaptor adaptor,
                                  Rewriter &rewriter) const override
    {
        Value pointer =
            getStridedElementPtr(rewriter, op.getLoc(), cast<MemRefType>(op.getMemref().getType()),
                                 adaptor.getMemref(), adaptor.getIndices());
        rewriter.replaceOpWithNewOp<LLVM::StoreOp>(op, adaptor.getWord(), pointer);
        return success();
    }
};

// DMA memory is no address space of its own.
struct MemorySpaceCast : ConvertOpToLLVMPattern<memref::MemorySpaceCastOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(memref::MemorySpaceCastOp op, OpAdaptor adaptor,
                                  Rewriter &rewriter) const override
    {
        rewriter.replaceOp(op, adaptor.getSource());
        return success();
    }
};

/* --- calls --- */

struct CastToUnranked : ConvertOpToLLVMPattern<memref::CastOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(memref::CastOp op, OpAdaptor adaptor,
                                  Rewriter &rewriter) const override
    {
        auto source = dyn_cast<MemRefType>(op.getSource().getType());
        auto type = dyn_cast<UnrankedMemRefType>(op.getType());
        if (!source || !type)
            return rewriter.notifyMatchFailure(op, "left to MLIR");
        Value rank = make_constant(rewriter, op.getLoc(), getIndexType(), source.getRank());
        Value descriptor = spill(rewriter, op, adaptor.getSource());
        rewriter.replaceOp(op, UnrankedMemRefDescriptor::pack(rewriter, op.getLoc(),
                                                              *getTypeConverter(), type,
                                                              {rank, descriptor}));
        return success();
    }
};

bool takes_unranked(TypeRange types)
{
    return llvm::any_of(types, llvm::IsaPred<UnrankedMemRefType>);
}

// (int64_t rank, void *descriptor) for each unranked memref.
struct DeclareC : ConvertOpToLLVMPattern<func::FuncOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(func::FuncOp op, OpAdaptor, Rewriter &rewriter) const override
    {
        if (!op.isDeclaration() || !takes_unranked(op.getArgumentTypes()))
            return rewriter.notifyMatchFailure(op, "left to MLIR");
        SmallVector<Type> arguments;
        for (const Type type : op.getArgumentTypes()) {
            if (isa<UnrankedMemRefType>(type))
                arguments.append({rewriter.getI64Type(), getPtrType()});
            else if (isa<MemRefType>(type))
                return op.emitError("takes both ranked and unranked memrefs: no form in C");
            else
                arguments.push_back(getTypeConverter()->convertType(type));
        }
        const Type result = op.getNumResults() == 0
                                ? getVoidType()
                                : getTypeConverter()->convertType(op.getResultTypes()[0]);
        LLVM::LLVMFuncOp::create(rewriter, op.getLoc(), op.getSymName(),
                                 LLVM::LLVMFunctionType::get(result, arguments));
        rewriter.eraseOp(op);
        return success();
    }
};

// The runtime's starts return a negative errno when they could not; nobody else looks at it.
bool needs_check(func::CallOp call)
{
    return call.getNumResults() == 1 && call.getResult(0).use_empty() && can_fail(call.getCallee());
}

struct CallC : ConvertOpToLLVMPattern<func::CallOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(func::CallOp op, OpAdaptor adaptor,
                                  Rewriter &rewriter) const override
    {
        const bool checks = needs_check(op);
        if (!checks && !takes_unranked(op.getOperandTypes()))
            return rewriter.notifyMatchFailure(op, "left to MLIR");
        const Location location = op.getLoc();
        SmallVector<Value> arguments;
        for (auto [type, value] : llvm::zip(op.getOperandTypes(), adaptor.getOperands())) {
            if (!isa<UnrankedMemRefType>(type)) {
                arguments.push_back(value);
                continue;
            }
            UnrankedMemRefDescriptor descriptor(value);
            Value rank = descriptor.rank(rewriter, location);
            if (rank.getType() != rewriter.getI64Type())
                rank = LLVM::ZExtOp::create(rewriter, location, rewriter.getI64Type(), rank);
            arguments.append({rank, descriptor.memRefDescPtr(rewriter, location)});
        }
        SmallVector<Type> results;
        for (const Type type : op.getResultTypes())
            results.push_back(getTypeConverter()->convertType(type));
        auto call = LLVM::CallOp::create(rewriter, location, results, op.getCallee(), arguments);
        if (checks) {
            Value zero = make_constant(rewriter, location, results.front(), 0);
            exit_if(rewriter, op,
                    LLVM::ICmpOp::create(rewriter, location, LLVM::ICmpPredicate::slt,
                                         call.getResult(), zero));
        }
        rewriter.replaceOp(op, call.getResults());
        return success();
    }
};

struct Accumulate : ConvertOpToLLVMPattern<AccumulateOp> {
    using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

    LogicalResult matchAndRewrite(AccumulateOp op, OpAdaptor adaptor,
                                  Rewriter &rewriter) const override
    {
        auto type = cast<MemRefType>(op.getDestination().getType());
        Value rank = make_constant(rewriter, op.getLoc(), rewriter.getI64Type(), type.getRank());
        Value destination = spill(rewriter, op, adaptor.getDestination());
        Value source = spill(rewriter, op, adaptor.getSource());
        call_c(rewriter, op, type.getElementType().isF32() ? "accumulate_f32" : "accumulate_i32",
               getVoidType(), {rank, destination, source});
        rewriter.eraseOp(op);
        return success();
    }
};

class ConvertToLlvmPass : public zerostage::accel::impl::ConvertToLlvmBase<ConvertToLlvmPass>
{
  public:
    using ConvertToLlvmBase::ConvertToLlvmBase;

    void runOnOperation() override
    {
        LowerToLLVMOptions options(&getContext());
        options.overrideIndexBitwidth(indexBitwidth);
        LLVMTypeConverter converter(&getContext(), options);
        converter.addTypeAttributeConversion([](BaseMemRefType type, DmaRegionAttr) {
            return IntegerAttr::get(IntegerType::get(type.getContext(), 64), 0);
        });

        RewritePatternSet patterns(&getContext());
        arith::populateArithToLLVMConversionPatterns(converter, patterns);
        cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
        populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
        populateFuncToLLVMConversionPatterns(converter, patterns);
        patterns.add<DmaAlloc, DmaDealloc, HeapAlloc, Address, StoreWord, MemorySpaceCast,
                     CastToUnranked, DeclareC, CallC, Accumulate>(converter, OURS);

        LLVMConversionTarget target(getContext());
        target.addLegalOp<ModuleOp>();
        if (failed(applyFullConversion(getOperation(), target, std::move(patterns))))
            signalPassFailure();
    }
};

} // namespace
