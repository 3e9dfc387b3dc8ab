// Calls of the DMA runtime (axi_dma.h), declared on first use.
#include "RuntimeCalls.h"

#include "zerostage/Accel/Annotations.h"

using namespace mlir;

FailureOr<func::CallOp> zerostage::accel::call_runtime(OpBuilder &builder, Location location,
                                                       StringRef name, TypeRange results,
                                                       ValueRange arguments)
{
    auto module = builder.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
    auto type = FunctionType::get(builder.getContext(), arguments.getTypes(), results);
    auto function = module.lookupSymbol<func::FuncOp>(name);
    if (!function) {
        const OpBuilder::InsertionGuard guard(builder);
        builder.setInsertionPointToStart(module.getBody());
        function = func::FuncOp::create(builder, module.getLoc(), name, type);
        function.setPrivate();
        function->setAttr(ATTR_RUNTIME, builder.getUnitAttr());
    }
    if (function.getFunctionType() != type || !function->hasAttr(ATTR_RUNTIME))
        return function.emitError("has the name of a function of the DMA runtime");
    return func::CallOp::create(builder, location, function, arguments);
}

StringRef zerostage::accel::get_suffix(MemRefType type)
{
    return type.getElementType().isF32()        ? "_f32"
           : type.getElementType().isInteger(8) ? "_i8"
                                                : "_i32";
}

Value zerostage::accel::make_unranked(OpBuilder &builder, Location location, Value memref)
{
    auto type = cast<MemRefType>(memref.getType());
    auto placed = UnrankedMemRefType::get(type.getElementType(), type.getMemorySpace());
    Value any = memref::CastOp::create(builder, location, placed, memref);
    if (!type.getMemorySpace())
        return any;
    auto anywhere = UnrankedMemRefType::get(type.getElementType(), Attribute());
    return memref::MemorySpaceCastOp::create(builder, location, anywhere, any);
}

static FailureOr<func::CallOp> copy(OpBuilder &builder, Location location, std::string function,
                                    Value memref, Value offset, DenseI64ArrayAttr padded)
{
    SmallVector<Value> arguments = {zerostage::accel::make_unranked(builder, location, memref)};
    if (padded) {
        function += "_padded";
        for (const int64_t size : padded.asArrayRef())
            arguments.push_back(zerostage::accel::make_word(builder, location, size));
    }
    arguments.push_back(offset);
    function += zerostage::accel::get_suffix(cast<MemRefType>(memref.getType()));
    return zerostage::accel::call_runtime(builder, location, function, builder.getI32Type(),
                                          arguments);
}

FailureOr<func::CallOp> zerostage::accel::copy_to_in_buffer(OpBuilder &builder, Location location,
                                                            Value memref, Value offset,
                                                            DenseI64ArrayAttr padded)
{
    return copy(builder, location, "copy_to_inbuffer", memref, offset, padded);
}

FailureOr<func::CallOp> zerostage::accel::copy_from_out_buffer(OpBuilder &builder,
                                                               Location location, Value memref,
                                                               Value offset,
                                                               DenseI64ArrayAttr padded)
{
    return copy(builder, location, "copy_from_outbuffer", memref, offset, padded);
}

Value zerostage::accel::make_word(OpBuilder &builder, Location location, int64_t value)
{
    return arith::ConstantIntOp::create(builder, location, value, 32);
}
