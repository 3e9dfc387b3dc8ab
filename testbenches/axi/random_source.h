/* Random numbers for tests: the seed is printed with every failure, ZS_SEED sets it. */
#ifndef ZEROSTAGE_TESTBENCHES_AXI_RANDOM_SOURCE_H
#define ZEROSTAGE_TESTBENCHES_AXI_RANDOM_SOURCE_H

#include <cstdint>
#include <cstdlib>
#include <random>

class random_source
{
  public:
    random_source() : seed(from_environment()), engine_(seed) {}

    /* Both ends may come. */
    uint64_t between(uint64_t low, uint64_t high)
    {
        return std::uniform_int_distribution<uint64_t>(low, high)(engine_);
    }

    bool one_in(unsigned count)
    {
        return between(1, count) == 1;
    }

    const uint32_t seed;

  private:
    static uint32_t from_environment()
    {
        const char *const given = std::getenv("ZS_SEED");
        return given != nullptr ? static_cast<uint32_t>(std::strtoul(given, nullptr, 0))
                                : std::random_device{}();
    }

    std::mt19937_64 engine_;
};

#endif
