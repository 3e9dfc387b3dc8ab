#include "sha256.h"

#include <cerrno>
#include <cstdio>
#include <gtest/gtest.h>
#include <string>

namespace
{

std::string hash_of(const std::string &text, size_t piece = 1000000)
{
    sha256 hash;
    char result[SHA256_TEXT_BYTES];
    sha256_start(&hash);
    for (size_t at = 0; at < text.size(); at += piece) {
        const std::string part = text.substr(at, piece);
        sha256_add(&hash, part.data(), part.size());
    }
    sha256_finish(&hash, result);
    return result;
}

/* NIST CSRC, examples for FIPS 180. */
TEST(Sha256, GivesThePublishedHashes)
{
    EXPECT_EQ(hash_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hash_of(std::string(1000000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheTextIsCut)
{
    for (size_t length = 0; length < 200; length++) {
        const std::string text(length, 'x');
        EXPECT_EQ(hash_of(text, 7), hash_of(text)) << length;
    }
}

TEST(Sha256, OfAFileThatIsMissingIsAnError)
{
    char text[SHA256_TEXT_BYTES];
    EXPECT_EQ(sha256_file("/nonexistent", text), -ENOENT);
}

} // namespace
