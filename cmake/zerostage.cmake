# House rules of the build: standards, warnings, sanitizers, and one function a kind of target.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17) # SystemC's library checks for exactly this one
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMC REQUIRED IMPORTED_TARGET systemc)
pkg_check_modules(LIBFYAML REQUIRED IMPORTED_TARGET libfyaml)
find_package(GTest REQUIRED)
include(GoogleTest)

add_library(zs_warnings INTERFACE)
target_compile_options(zs_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Werror
  $<$<COMPILE_LANGUAGE:C>:-Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes>)

if(ZS_SANITIZE)
  # GCC sees uninitialised values in the library's own code once it is instrumented.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-omit-frame-pointer -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=address,undefined)
endif()

# Release programs that zs_whole_program() names are optimised across files: the models' objects carry
# what that needs beside ordinary code, which everything else links as fast as before.
set(ZS_FAT_OBJECTS $<$<AND:$<CONFIG:Release>,$<C_COMPILER_ID:GNU>>:-flto=auto -ffat-lto-objects>)

function(zs_whole_program target)
  target_link_options(${target} PRIVATE $<$<AND:$<CONFIG:Release>,$<C_COMPILER_ID:GNU>>:-flto=auto>)
endfunction()

# zs_model(NAME SOURCES... DEPENDS...): one room of models/, C cores and SystemC shells together.
# Headers are included by their path below models/: #include "dram/dram_core.h".
function(zs_model name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(zs_${name} STATIC ${ARG_SOURCES})
  target_include_directories(zs_${name} PUBLIC ${PROJECT_SOURCE_DIR}/models)
  target_compile_options(zs_${name} PRIVATE ${ZS_FAT_OBJECTS})
  target_link_libraries(zs_${name} PUBLIC ${ARG_DEPENDS} PRIVATE zs_warnings)
endfunction()

# zs_test(NAME SOURCES... DEPENDS...): a GoogleTest suite; every TEST is one ctest test.
# SystemC allows one simulation a process: ctest runs each test in a process of its own.
function(zs_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gtest GTest::gmock zs_warnings)
  gtest_discover_tests(${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()
