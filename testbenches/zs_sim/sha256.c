#include "sha256.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t value, unsigned bits)
{
    return value >> bits | value << (32 - bits);
}

static void expand(const uint8_t *block, uint32_t words[64])
{
    for (unsigned i = 0; i < 16; i++) {
        words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                   (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (unsigned i = 16; i < 64; i++) {
        const uint32_t a = words[i - 15], b = words[i - 2];
        words[i] = words[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + words[i - 7] +
                   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

static void compress(struct sha256 *hash, const uint8_t *block)
{
    uint32_t words[64];
    uint32_t *const state = hash->state;
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

    expand(block, words);
    for (unsigned i = 0; i < 64; i++) {
        const uint32_t choice = (e & f) ^ (~e & g);
        const uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        const uint32_t first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice +
                               round_constants[i] + words[i];
        const uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority;
        h = g;
        g = f;
        f = e;
        e = d + first;
        d = c;
        c = b;
        b = a;
        a = first + second;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

void sha256_start(struct sha256 *hash)
{
    *hash = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                      0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sha256_add(struct sha256 *hash, const void *data, size_t bytes)
{
    const uint8_t *input = data;
    while (bytes > 0) {
        const size_t used = (size_t)(hash->bytes % SHA256_BLOCK_BYTES);
        const size_t room = SHA256_BLOCK_BYTES - used;
        const size_t count = bytes < room ? bytes : room;
        memcpy(hash->block + used, input, count);
        hash->bytes += count;
        if (count == room) {
            compress(hash, hash->block);
        }
        input += count;
        bytes -= count;
    }
}

void sha256_finish(struct sha256 *hash, char text[SHA256_TEXT_BYTES])
{
    static const uint8_t padding[SHA256_BLOCK_BYTES] = {0x80};
    const uint64_t bits = 8 * hash->bytes;
    uint8_t length[8];
    for (unsigned i = 0; i < 8; i++) {
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    const size_t used = (size_t)(hash->bytes % SHA256_BLOCK_BYTES);
    sha256_add(hash, padding, (used < 56 ? 56 : 120) - used);
    sha256_add(hash, length, sizeof(length));
    for (unsigned i = 0; i < 8; i++) {
        snprintf(text + 8 * i, 9, "%08x", (unsigned)hash->state[i]);
    }
}

int sha256_file(const char *path, char text[SHA256_TEXT_BYTES])
{
    uint8_t buffer[16384];
    struct sha256 hash;
    size_t bytes;
    FILE *const in = fopen(path, "rb");
    if (in == NULL) {
        return -errno;
    }
    sha256_start(&hash);
    while ((bytes = fread(buffer, 1, sizeof(buffer), in)) > 0) {
        sha256_add(&hash, buffer, bytes);
    }
    const int error = ferror(in) ? -EIO : 0;
    fclose(in);
    sha256_finish(&hash, text);
    return error;
}
