// The accelerator's instruction sets against plain C products.

#include "accel/matmul_accelerator_core.h"

#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace
{

using words = std::vector<uint32_t>;

matmul_accelerator_config config_of(matmul_version version, uint32_t size,
                                    matmul_type type = MATMUL_I32)
{
    matmul_accelerator_config config{};
    config.version = version;
    config.size = size;
    config.type = type;
    config.buffer_words = 4096;
    return config;
}

struct core : matmul_accelerator_core {
    explicit core(const matmul_accelerator_config &config) : matmul_accelerator_core()
    {
        const char *why = nullptr;
        EXPECT_EQ(matmul_core_init(this, &config, &why), 0) << why;
    }
    ~core()
    {
        matmul_core_destroy(this);
    }
};

// Feed all of `input`, in pieces of random size; returns what comes out.
words run(core &core, const words &input, std::mt19937 &random)
{
    words output;
    size_t fed = 0;
    for (;;) {
        const size_t wanted = matmul_core_wanted(&core);
        if (wanted > 0) {
            if (fed == input.size()) {
                return output;
            }
            const size_t count = std::min({wanted, input.size() - fed, size_t(1 + random() % 100)});
            matmul_core_take(&core, input.data() + fed, count);
            fed += count;
        } else if (core.step == MATMUL_COMPUTE) {
            matmul_core_run(&core);
        } else if (core.step == MATMUL_STORE) {
            size_t count = 0;
            const uint32_t *const result = matmul_core_result(&core, &count);
            count = std::min(count, size_t(1 + random() % 100));
            output.insert(output.end(), result, result + count);
            matmul_core_sent(&core, count);
        } else {
            return output;
        }
    }
}

uint32_t bits(float value)
{
    uint32_t word;
    std::memcpy(&word, &value, sizeof(word));
    return word;
}

float number(uint32_t word)
{
    float value;
    std::memcpy(&value, &word, sizeof(value));
    return value;
}

words random_tile(size_t count, matmul_type type, std::mt19937 &random)
{
    words tile(count);
    for (auto &word : tile) {
        word = type == MATMUL_F32 ? bits(static_cast<float>(random() % 200) / 8.0f - 12.0f)
                                  : static_cast<uint32_t>(random());
    }
    return tile;
}

// c += a x b, as a C programmer would write it: the dot product first, then the sum.
void reference(words &c, const words &a, const words &b, uint32_t m, uint32_t n, uint32_t k,
               matmul_type type)
{
    for (uint32_t i = 0; i < m; ++i) {
        for (uint32_t j = 0; j < n; ++j) {
            if (type == MATMUL_F32) {
                float sum = 0;
                for (uint32_t l = 0; l < k; ++l) {
                    sum += number(a[i * k + l]) * number(b[l * n + j]);
                }
                c[i * n + j] = bits(number(c[i * n + j]) + sum);
            } else {
                for (uint32_t l = 0; l < k; ++l) {
                    c[i * n + j] += a[i * k + l] * b[l * n + j]; // modulo 2^32
                }
            }
        }
    }
}

// One element a word: bytes are sign-extended, low byte first.
words unpacked(const words &tile, matmul_type type)
{
    words elements;
    if (type != MATMUL_I8) {
        return tile;
    }
    for (const uint32_t word : tile) {
        for (int byte = 0; byte < 4; ++byte) {
            elements.push_back(static_cast<uint32_t>(static_cast<int8_t>(word >> 8 * byte)));
        }
    }
    return elements;
}

void append(words &to, const words &from)
{
    to.insert(to.end(), from.begin(), from.end());
}

std::mt19937 seeded(unsigned seed)
{
    std::printf("seed %u\n", seed);
    return std::mt19937(seed);
}

} // namespace

TEST(MatmulV1, MultipliesEveryPairOfTiles)
{
    auto random = seeded(11);
    for (const matmul_type type : {MATMUL_I32, MATMUL_F32}) {
        for (const uint32_t size : {2u, 4u, 8u, 16u, 64u}) {
            core core(config_of(MATMUL_V1, size, type));
            words input, expected;
            for (int tile = 0; tile < 5; ++tile) {
                const words a = random_tile(size * size, type, random);
                const words b = random_tile(size * size, type, random);
                words c(size * size);
                append(input, a);
                append(input, b);
                reference(c, a, b, size, size, size, type);
                append(expected, c);
            }
            EXPECT_EQ(run(core, input, random), expected) << "size " << size;
            EXPECT_EQ(core.macs, 5ull * size * size * size);
            EXPECT_EQ(core.words_in, 10ull * size * size);
            EXPECT_EQ(core.words_out, 5ull * size * size);
            EXPECT_TRUE(matmul_core_at_rest(&core));
        }
    }
}

TEST(MatmulV2, DoesNotAccumulateAndReusesTiles)
{
    auto random = seeded(12);
    core core(config_of(MATMUL_V2, 4));
    const words a = random_tile(16, MATMUL_I32, random);
    words input{1}; // read A
    append(input, a);
    words expected;
    for (int i = 0; i < 3; ++i) {
        const words b = random_tile(16, MATMUL_I32, random);
        input.push_back(6); // read B, compute (and send)
        append(input, b);
        words c(16);
        reference(c, a, b, 4, 4, 4, MATMUL_I32);
        append(expected, c);
    }
    EXPECT_EQ(run(core, input, random), expected);
    EXPECT_EQ(core.opcodes, 4u);
}

TEST(MatmulV3, ComputeAccumulatesAndSendClears)
{
    auto random = seeded(13);
    core core(config_of(MATMUL_V3, 8));
    words input, expected;
    for (int tile = 0; tile < 3; ++tile) {
        words c(64);
        for (int k = 0; k < 4; ++k) { // C-stationary: read A, read B, compute
            const words a = random_tile(64, MATMUL_I32, random);
            const words b = random_tile(64, MATMUL_I32, random);
            input.push_back(7);
            append(input, a);
            append(input, b);
            reference(c, a, b, 8, 8, 8, MATMUL_I32);
        }
        input.push_back(8); // send C
        append(expected, c);
    }
    input.push_back(8); // cleared: zeros
    append(expected, words(64));
    EXPECT_EQ(run(core, input, random), expected);
    EXPECT_EQ(core.macs, 12u * 512);
    EXPECT_EQ(core.tiles_out, 4u);
}

TEST(MatmulV3, RandomInstructionsEqualAReferenceMachine)
{
    auto random = seeded(14);
    for (int round = 0; round < 300; ++round) {
        const matmul_type type = random() % 2 ? MATMUL_F32 : MATMUL_I32;
        const bool v2 = random() % 2;
        const uint32_t size = 1u << random() % 5;
        const uint32_t tile = size * size;
        core core(config_of(v2 ? MATMUL_V2 : MATMUL_V3, size, type));
        words a(tile), b(tile), c(tile), input, expected;
        for (int instruction = 0; instruction < 20; ++instruction) {
            const uint32_t opcode = 1 + random() % (v2 ? 7 : 15);
            input.push_back(opcode);
            if (opcode & 1) {
                a = random_tile(tile, type, random);
                append(input, a);
            }
            if (opcode & 2) {
                b = random_tile(tile, type, random);
                append(input, b);
            }
            if (opcode & 4) {
                reference(c, a, b, size, size, size, type);
            }
            if (opcode & 8 || (v2 && opcode & 4)) {
                append(expected, c);
                c.assign(tile, 0);
            }
        }
        ASSERT_EQ(run(core, input, random), expected) << "round " << round;
        ASSERT_EQ(core.words_in, input.size());
        ASSERT_EQ(core.words_out, expected.size());
    }
}

TEST(MatmulV4, RectangularTiles)
{
    auto random = seeded(15);
    const auto dimensions = [](uint32_t m, uint32_t n, uint32_t k) {
        return k << 20 | n << 10 | m;
    };
    for (int round = 0; round < 1000; ++round) {
        const uint32_t block = 1 + random() % 16;
        const matmul_type type = random() % 2 ? MATMUL_F32 : MATMUL_I32;
        core core(config_of(MATMUL_V4, block, type));
        uint32_t m, n, k;
        do {
            m = block * (1 + random() % 16);
            n = block * (1 + random() % 16);
            k = block * (1 + random() % 16);
        } while (matmul_tile_error(&core.config, m, n, k) != nullptr);
        words c(m * n), input;
        for (int step = 0; step < 2; ++step) {
            const words a = random_tile(m * k, type, random);
            const words b = random_tile(k * n, type, random);
            append(input, {7, dimensions(m, n, k)});
            append(input, a);
            append(input, b);
            reference(c, a, b, m, n, k, type);
        }
        append(input, {8, dimensions(m, n, k)});
        ASSERT_EQ(run(core, input, random), c) << m << " x " << n << " x " << k;
        ASSERT_EQ(core.macs, 2ull * m * n * k);
    }
}

// Every edge from 2 to 64, each instruction set and type: one product.
TEST(Matmul, SquareSizesFrom2To64)
{
    auto random = seeded(20);
    for (const matmul_version version : {MATMUL_V1, MATMUL_V2, MATMUL_V3, MATMUL_V4}) {
        for (const matmul_type type : {MATMUL_I32, MATMUL_F32, MATMUL_I8}) {
            for (uint32_t size = 2; size <= 64; size += type == MATMUL_I8 ? 2 : 1) {
                core core(config_of(version, size, type));
                const uint32_t packed = type == MATMUL_I8 ? 4 : 1;
                const words a = random_tile(size * size / packed, type, random);
                const words b = random_tile(size * size / packed, type, random);
                words input, c(size * size);
                if (version != MATMUL_V1) {
                    input.push_back(version == MATMUL_V2 ? 7 : 15);
                }
                if (version == MATMUL_V4) {
                    input.push_back(size << 20 | size << 10 | size);
                }
                append(input, a);
                append(input, b);
                reference(c, unpacked(a, type), unpacked(b, type), size, size, size, type);
                ASSERT_EQ(run(core, input, random), c) << "size " << size << " type " << type;
                ASSERT_TRUE(matmul_core_at_rest(&core));
            }
        }
    }
}

// Four bytes a word, low byte first; products and sums are exact int32.
TEST(MatmulI8, PackedBytesMultiplyIntoInt32)
{
    auto random = seeded(19);
    for (const uint32_t size : {2u, 4u, 8u, 16u, 64u}) {
        core core(config_of(MATMUL_V3, size, MATMUL_I8));
        const words a = random_tile(size * size / 4, MATMUL_I32, random);
        const words b = random_tile(size * size / 4, MATMUL_I32, random);
        const auto element = [](const words &tile, uint32_t index) {
            return static_cast<int>(reinterpret_cast<const int8_t *>(tile.data())[index]);
        };
        words input{15}, expected(size * size);
        append(input, a);
        append(input, b);
        for (uint32_t i = 0; i < size; ++i) {
            for (uint32_t j = 0; j < size; ++j) {
                int sum = 0;
                for (uint32_t l = 0; l < size; ++l) {
                    sum += element(a, i * size + l) * element(b, l * size + j);
                }
                expected[i * size + j] = static_cast<uint32_t>(sum);
            }
        }
        EXPECT_EQ(run(core, input, random), expected) << "size " << size;
        EXPECT_EQ(core.words_in, 1 + size * size / 2);
    }
    const auto odd = config_of(MATMUL_V3, 3, MATMUL_I8);
    matmul_accelerator_core core;
    const char *why = nullptr;
    EXPECT_EQ(matmul_core_init(&core, &odd, &why), -EINVAL);
}

TEST(MatmulErrors, ABadOpcodeSaysWhatWasExpected)
{
    auto random = seeded(16);
    const struct {
        matmul_version version;
        uint32_t word;
        const char *expected;
    } cases[] = {{MATMUL_V2, 8, "expected 1 to 7"},
                 {MATMUL_V3, 0, "expected 1 to 15"},
                 {MATMUL_V3, 16, "expected 1 to 15"},
                 {MATMUL_V4, 0x40000000, "expected 1 to 15"}};
    for (const auto &[version, word, expected] : cases) {
        core core(config_of(version, 4));
        run(core, {word, 1, 2, 3}, random);
        EXPECT_EQ(core.step, MATMUL_FAILED);
        EXPECT_NE(std::string(core.message).find(expected), std::string::npos) << core.message;
        EXPECT_NE(std::string(core.message).find("word 0"), std::string::npos) << core.message;
        EXPECT_EQ(core.errors, 1u);
    }
}

TEST(MatmulErrors, BadDimensionsSayWhy)
{
    auto random = seeded(17);
    const auto message = [&](const words &input) {
        core core(config_of(MATMUL_V4, 16));
        run(core, input, random);
        return std::string(core.message);
    };
    const auto word = [](uint32_t m, uint32_t n, uint32_t k) { return k << 20 | n << 10 | m; };
    EXPECT_NE(message({7, word(16, 24, 16)}).find("multiple of the block size"), std::string::npos);
    EXPECT_NE(message({7, word(0, 16, 16)}).find("multiple of the block size"), std::string::npos);
    EXPECT_NE(message({7, word(16, 256, 32)}).find("does not fit"), std::string::npos);
    EXPECT_NE(message({4, word(16, 16, 16), 8, word(32, 16, 16)}).find("another tile shape"),
              std::string::npos);
    EXPECT_EQ(message({4, word(16, 16, 16), 8, word(16, 16, 16)}), "");
}

TEST(MatmulErrors, AShortStreamIsDescribed)
{
    auto random = seeded(18);
    core core(config_of(MATMUL_V3, 4));
    words input{15};
    append(input, words(16 + 5));
    run(core, input, random);
    char text[200];
    matmul_core_describe(&core, text, sizeof(text));
    EXPECT_STREQ(text,
                 "waits for word 6 of 16 of tile B (opcode 15: read-A read-B compute send-C)");
    EXPECT_FALSE(matmul_core_at_rest(&core));
}

TEST(MatmulErrors, ImpossibleConfigurations)
{
    matmul_accelerator_core core;
    const char *why = nullptr;
    auto config = config_of(MATMUL_V3, 0);
    EXPECT_EQ(matmul_core_init(&core, &config, &why), -EINVAL);
    config = config_of(MATMUL_V4, 128); // one block is more than the buffer
    EXPECT_EQ(matmul_core_init(&core, &config, &why), -EINVAL);
    EXPECT_NE(std::string(why).find("buffer_words"), std::string::npos);
}

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
extern "C" int sc_main(int, char **)
{
    return 0;
}
