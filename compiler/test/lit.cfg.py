# Tests of accel-opt's passes and its C: `RUN:` lines in .mlir files, checked by FileCheck.
import os
import shutil

import lit.formats

config.name = "compiler"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.zs_binary_dir
config.environment["PATH"] = os.pathsep.join([config.zs_llvm_tools_dir, os.environ["PATH"]])

config.substitutions.append(("accel-opt", config.zs_accel_opt))
config.substitutions.append(("%kernel", config.zs_kernel))
config.substitutions.append(("%plugin", config.zs_plugin))
config.substitutions.append(("%docs", config.zs_docs))
config.substitutions.append(("%configs", config.zs_configs))

if shutil.which("arm-linux-gnueabihf-gcc"):
    config.available_features.add("armhf-gcc")
config.substitutions.append(
    (
        "%armhf-gcc",
        "arm-linux-gnueabihf-gcc -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes"
        f" -Werror -march=armv7-a -marm -mfpu=neon -mfloat-abi=hard -I{config.zs_host_include}"
        " -x c -c -o /dev/null",
    )
)
