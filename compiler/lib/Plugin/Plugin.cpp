// The accel dialect and its passes as a plugin of mlir-opt.
#include "zerostage/Accel/Passes.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Config/llvm-config.h"

using namespace mlir;

extern "C" LLVM_ATTRIBUTE_WEAK DialectPluginLibraryInfo mlirGetDialectPluginInfo()
{
    return {MLIR_PLUGIN_API_VERSION, "ZerostageAccel", LLVM_VERSION_STRING,
            [](DialectRegistry *registry) { registry->insert<zerostage::accel::AccelDialect>(); }};
}

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo()
{
    return {MLIR_PLUGIN_API_VERSION, "ZerostageAccel", LLVM_VERSION_STRING, [] {
                zerostage::accel::registerAccelPasses();
                zerostage::accel::register_accel_pipeline();
            }};
}
