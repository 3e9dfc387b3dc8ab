/* SHA-256 (FIPS 180-4), to say in the manifest which files a run was made of. */
#ifndef ZEROSTAGE_ZS_SIM_SHA256_H
#define ZEROSTAGE_ZS_SIM_SHA256_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SHA256_BYTES = 32, SHA256_TEXT_BYTES = 2 * SHA256_BYTES + 1, SHA256_BLOCK_BYTES = 64 };

struct sha256 {
    uint32_t state[8];
    uint64_t bytes;
    uint8_t block[SHA256_BLOCK_BYTES];
};

void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *data, size_t bytes);
/* Hexadecimal, lower case. */
void sha256_finish(struct sha256 *hash, char text[SHA256_TEXT_BYTES]);

/* Returns 0 or a negative errno. */
int sha256_file(const char *path, char text[SHA256_TEXT_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
