/* Runs zs-sim as a user does, and reads what it leaves behind. */
#ifndef ZEROSTAGE_ZS_SIM_COMMAND_H
#define ZEROSTAGE_ZS_SIM_COMMAND_H

#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <vector>

struct outcome {
    int status; /* of exit; 128 + signal when killed */
    std::string out, err;
};

outcome zs_sim(const std::vector<std::string> &arguments);

std::string contents(const std::filesystem::path &file);

/* A counter's value in a run's stats.json. */
uint64_t counter(const std::filesystem::path &run, const std::string &name,
                 const std::string &interval = "process");
uint64_t duration_ps(const std::filesystem::path &run, const std::string &interval);

/* Each test gets an empty directory, which is also where it runs. */
class ZsSim : public testing::Test
{
  protected:
    ZsSim();
    ~ZsSim() override;

    /* A program that the build compiled. */
    static std::string program(const std::string &name)
    {
        return std::string(PROGRAMS) + name + ".elf";
    }
    std::string write(const std::string &name, const std::string &text);

    std::filesystem::path directory_;
};

#endif
