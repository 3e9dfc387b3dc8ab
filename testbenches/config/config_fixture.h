/* A small configuration tree with a parameter of every type, and files to load into it. */
#ifndef ZEROSTAGE_CONFIG_FIXTURE_H
#define ZEROSTAGE_CONFIG_FIXTURE_H

#include "config/config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>

struct cpu_values {
    uint64_t clock_hz;
    uint32_t cycles;
    double latency_ns;
};

struct workload_values {
    uint32_t m;
    uint32_t flow;
    bool verify;
    uint32_t address;
    char kernel[PARAM_STRING_BYTES];
    struct param_list flags;
    uint64_t bytes;
};

inline const char *const FLOWS[] = {"Ns", "As", "Cs", nullptr};

inline const struct param CPU_PARAMS[] = {
    {"clock_hz", PARAM_U64, "Hz", offsetof(cpu_values, clock_hz), "650 MHz", 1e6, 1e10, nullptr,
     KIND_DATASHEET, "a manual", "clock"},
    {"cycles", PARAM_U32, "cycles", offsetof(cpu_values, cycles), "4", 0, 100, nullptr, KIND_GUESS,
     "nobody knows", "cost"},
    {"latency_ns", PARAM_DOUBLE, "ns", offsetof(cpu_values, latency_ns), "12.5", 0, 0, nullptr,
     KIND_MEASURED, "a board", "latency"}};

inline const struct param WORKLOAD_PARAMS[] = {
    {"m", PARAM_U32, "rows", offsetof(workload_values, m), nullptr, 1, 65536, nullptr, KIND_CHOICE,
     "none", "rows"},
    {"flow", PARAM_ENUM, "", offsetof(workload_values, flow), "Cs", 0, 0, FLOWS, KIND_CHOICE,
     "demo", "what stays"},
    {"verify", PARAM_BOOL, "", offsetof(workload_values, verify), "true", 0, 0, nullptr,
     KIND_CHOICE, "demo", "check"},
    {"address", PARAM_U32, "address", offsetof(workload_values, address), "0x16000000", 0,
     4294967295.0, nullptr, KIND_DATASHEET, "map", "buffer"},
    {"kernel", PARAM_STRING, "", offsetof(workload_values, kernel), "matmul.mlir", 0, 0, nullptr,
     KIND_CHOICE, "demo", "file"},
    {"flags", PARAM_LIST, "", offsetof(workload_values, flags), "[-O2, -g]", 0, 0, nullptr,
     KIND_CHOICE, "demo", "flags"},
    {"bytes", PARAM_U64, "bytes", offsetof(workload_values, bytes), "4 MiB", 0, 0, nullptr,
     KIND_CHOICE, "demo", "size"}};

class ConfigTest : public testing::Test
{
  protected:
    ConfigTest()
    {
        const struct param_section sections[] = {{"board.cpu", CPU_PARAMS, 3, &cpu},
                                                 {"workload", WORKLOAD_PARAMS, 7, &workload}};
        config_ = config_create(sections, 2);
        char name[] = "/tmp/zs-config-XXXXXX";
        directory_ = mkdtemp(name);
        std::filesystem::current_path(directory_); /* names below it are shown relative to it */
    }
    ~ConfigTest() override
    {
        config_destroy(config_);
        std::filesystem::current_path("/");
        std::filesystem::remove_all(directory_);
    }

    int load(const std::string &text)
    {
        return config_load_text(config_, "x.yaml", text.c_str());
    }
    int set(const char *assignment)
    {
        return config_set(config_, assignment);
    }

    /* A file below the test's directory; returns its path. */
    std::string write(const std::string &name, const std::string &text)
    {
        const std::filesystem::path path = directory_ / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
        return path;
    }
    int load_file(const std::string &path)
    {
        return config_load_file(config_, path.c_str());
    }

    template <typename Writer> std::string written(Writer writer)
    {
        char *text = nullptr;
        size_t bytes = 0;
        FILE *const out = open_memstream(&text, &bytes);
        writer(config_, out);
        std::fclose(out);
        std::string result(text, bytes);
        std::free(text);
        return result;
    }
    /* All errors, with the test's directory as D. */
    std::string errors()
    {
        std::string text = written(config_report);
        for (size_t at; (at = text.find(directory_.string())) != std::string::npos;) {
            text.replace(at, directory_.string().size(), "D");
        }
        return text;
    }

    cpu_values cpu{};
    workload_values workload{};
    config *config_;
    std::filesystem::path directory_;
};

#endif
