#include "cpu/hook.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace
{

/* A little code, at any address. */
struct code {
    uint32_t address;
    std::vector<uint8_t> bytes;

    static bool read(void *context, uint32_t address, void *data, uint32_t count)
    {
        const code &self = *static_cast<code *>(context);
        const uint64_t offset = uint64_t{address} - self.address;
        if (address < self.address || offset + count > self.bytes.size()) {
            return false;
        }
        std::memcpy(data, self.bytes.data() + offset, count);
        return true;
    }
};

code arm(uint32_t address, std::vector<uint32_t> words)
{
    code code{address, std::vector<uint8_t>(words.size() * 4)};
    std::memcpy(code.bytes.data(), words.data(), code.bytes.size());
    return code;
}

code thumb(uint32_t address, std::vector<uint16_t> halves)
{
    code code{address, std::vector<uint8_t>(halves.size() * 2)};
    std::memcpy(code.bytes.data(), halves.data(), code.bytes.size());
    return code;
}

uint32_t arm_at(const uint8_t *bytes)
{
    uint32_t word;
    std::memcpy(&word, bytes, 4);
    return word;
}

uint32_t thumb32_at(const uint8_t *bytes)
{
    const uint32_t word = arm_at(bytes);
    return word << 16 | word >> 16;
}

uint32_t arm_target(uint32_t address, uint32_t branch)
{
    return address + 8 + static_cast<uint32_t>(static_cast<int32_t>(branch << 8) >> 6);
}

/* DDI 0406C, B encoding T4. */
uint32_t thumb_target(uint32_t address, uint32_t branch)
{
    const uint32_t s = branch >> 26 & 1, j1 = branch >> 13 & 1, j2 = branch >> 11 & 1;
    const uint32_t offset = s << 24 | (j1 ^ s ^ 1) << 23 | (j2 ^ s ^ 1) << 22 |
                            (branch >> 16 & 0x3ff) << 12 | (branch & 0x7ff) << 1;
    return address + 4 + static_cast<uint32_t>(static_cast<int32_t>(offset << 7) >> 7);
}

TEST(ArmHook, CallsTheSupervisorAndComesBackBehindTheEntry)
{
    code function = arm(0x10400, {0xe92d4010}); /* push {r4, lr} */
    hook hook;
    ASSERT_EQ(hook_build(&hook, 0x10400, CODE_ARM, HOOK_FIRST, code::read, &function), nullptr);

    EXPECT_EQ(hook.entry_bytes, 4U);
    EXPECT_EQ(arm_at(hook.entry), 0xef000000U | HOOK_MARK);
    EXPECT_EQ(arm_at(hook.code), 0xe92d4010U);
    EXPECT_EQ(arm_target(HOOK_FIRST + 4, arm_at(hook.code + 4)), 0x10404U);
    EXPECT_EQ(hook.displaced, 0xe92d4010U);
}

TEST(ArmHook, TurnsALiteralLoadIntoItsConstant)
{
    /* ldr r3, [pc, #4]; two words; the literal at +12 */
    code function = arm(0x10400, {0xe59f3004, 0, 0, 0xcafe1234});
    hook hook;
    ASSERT_EQ(hook_build(&hook, 0x10400, CODE_ARM, HOOK_FIRST, code::read, &function), nullptr);
    EXPECT_EQ(arm_at(hook.code), 0xe3013234U);     /* movw r3, #0x1234 */
    EXPECT_EQ(arm_at(hook.code + 4), 0xe34c3afeU); /* movt r3, #0xcafe */
    EXPECT_EQ(arm_target(HOOK_FIRST + 8, arm_at(hook.code + 8)), 0x10404U);
}

TEST(ArmHook, RetargetsABranch)
{
    code function = arm(0x10400, {0x0a00003e}); /* beq 0x10500 */
    hook hook;
    ASSERT_EQ(hook_build(&hook, 0x10400, CODE_ARM, HOOK_FIRST, code::read, &function), nullptr);
    EXPECT_EQ(arm_at(hook.code) >> 28, 0U);
    EXPECT_EQ(arm_target(HOOK_FIRST, arm_at(hook.code)), 0x10500U);
}

TEST(ArmHook, RefusesWhatDependsOnThePcInOtherWays)
{
    const uint32_t words[] = {
        0xe08f0001, /* add r0, pc, r1 */
        0xe79f1001, /* ldr r1, [pc, r1] */
        0xebfffffe, /* bl */
        0xe1a0000f, /* mov r0, pc */
        0xed9f0b00, /* vldr d0, [pc] */
        0xef000000, /* svc */
        0xe92d8000, /* push {pc} */
    };
    for (const uint32_t word : words) {
        code function = arm(0x10400, {word, 0, 0, 0});
        hook hook;
        EXPECT_NE(hook_build(&hook, 0x10400, CODE_ARM, HOOK_FIRST, code::read, &function), nullptr)
            << std::hex << word;
    }
}

TEST(ArmHook, RefusesWhatIsOutOfReach)
{
    code function = arm(0x04000000, {0xe92d4010});
    hook hook;
    const char *const error =
        hook_build(&hook, 0x04000000, CODE_ARM, HOOK_FIRST, code::read, &function);
    ASSERT_NE(error, nullptr);
    EXPECT_NE(std::string(error).find("too far"), std::string::npos);
}

/* The entry takes two bytes, so that a loop may begin right behind it. */
TEST(ThumbHook, MovesAShortInstruction)
{
    code function = thumb(0x10402, {0xb510, 0x4604}); /* push {r4, lr}; mov r4, r0 */
    hook hook;
    ASSERT_EQ(hook_build(&hook, 0x10402, CODE_THUMB, HOOK_FIRST, code::read, &function), nullptr);

    EXPECT_EQ(hook.entry_bytes, 2U);
    EXPECT_EQ(arm_at(hook.entry) & 0xffff, 0xdf00U | HOOK_MARK);
    EXPECT_EQ(arm_at(hook.code) & 0xffff, 0xb510U);
    EXPECT_EQ(thumb_target(HOOK_FIRST + 2, thumb32_at(hook.code + 2)), 0x10404U);
}

TEST(ThumbHook, MovesALongInstructionWhole)
{
    code function = thumb(0x10400, {0xf8d1, 0x0004}); /* ldr.w r0, [r1, #4] */
    hook hook;
    ASSERT_EQ(hook_build(&hook, 0x10400, CODE_THUMB, HOOK_FIRST, code::read, &function), nullptr);
    EXPECT_EQ(hook.entry_bytes, 2U);
    EXPECT_EQ(hook.displaced, 0xf8d10004U);
    EXPECT_EQ(thumb_target(HOOK_FIRST + 4, thumb32_at(hook.code + 4)), 0x10404U);
}

TEST(ThumbHook, TurnsALiteralLoadIntoItsConstant)
{
    /* ldr r3, [pc, #4]; nop; ...; the literal at +8 */
    code function = thumb(0x10400, {0x4b01, 0xbf00, 0, 0, 0x1234, 0xcafe});
    hook hook;
    ASSERT_EQ(hook_build(&hook, 0x10400, CODE_THUMB, HOOK_FIRST, code::read, &function), nullptr);
    EXPECT_EQ(thumb32_at(hook.code), 0xf2412334U);     /* movw r3, #0x1234 */
    EXPECT_EQ(thumb32_at(hook.code + 4), 0xf6cc23feU); /* movt r3, #0xcafe */
}

TEST(ThumbHook, BranchesAroundALongBranchForAConditionalOne)
{
    code function = thumb(0x10402, {0xd044}); /* beq 0x1048e */
    hook hook;
    ASSERT_EQ(hook_build(&hook, 0x10402, CODE_THUMB, HOOK_FIRST, code::read, &function), nullptr);
    EXPECT_EQ(arm_at(hook.code) & 0xffff, 0xd101U); /* bne over the next */
    EXPECT_EQ(thumb_target(HOOK_FIRST + 2, thumb32_at(hook.code + 2)), 0x1048eU);
    EXPECT_EQ(thumb_target(HOOK_FIRST + 6, thumb32_at(hook.code + 6)), 0x10404U);
}

TEST(ThumbHook, BranchesAroundALongBranchForCbz)
{
    code function = thumb(0x10400, {0xb1a0, 0xb510}); /* cbz r0, 0x1042c; push */
    hook hook;
    ASSERT_EQ(hook_build(&hook, 0x10400, CODE_THUMB, HOOK_FIRST, code::read, &function), nullptr);
    EXPECT_EQ(arm_at(hook.code) & 0xffff, 0xb908U); /* cbnz r0 over the next */
    EXPECT_EQ(thumb_target(HOOK_FIRST + 2, thumb32_at(hook.code + 2)), 0x1042cU);
}

TEST(ThumbHook, RefusesWhatDependsOnThePcInOtherWays)
{
    const std::vector<uint16_t> codes[] = {
        {0x4478, 0xbf00}, /* add r0, pc */
        {0xbf08, 0x4608}, /* it eq; moveq r0, r1 */
        {0xf7ff, 0xfffe}, /* bl */
        {0xe8df, 0xf000}, /* tbb [pc, r0] */
        {0xed9f, 0x0b00}, /* vldr d0, [pc] */
        {0x4687, 0xbf00}, /* mov pc, r0 */
        {0xf20f, 0x0004}, /* adr.w r0 */
    };
    for (const auto &halves : codes) {
        code function = thumb(0x10400, halves);
        function.bytes.resize(64);
        hook hook;
        EXPECT_NE(hook_build(&hook, 0x10400, CODE_THUMB, HOOK_FIRST, code::read, &function),
                  nullptr)
            << std::hex << halves[0];
    }
}

uint64_t a64_target(uint64_t address, uint32_t branch)
{
    return address + static_cast<uint64_t>(static_cast<int64_t>(int32_t(branch << 6)) >> 4);
}

TEST(A64Hook, CallsTheSupervisorAndComesBackBehindTheEntry)
{
    code function = arm(0x400400, {0xa9be7bfd}); /* stp x29, x30, [sp, #-32]! */
    hook hook;
    ASSERT_EQ(hook_build(&hook, 0x400400, CODE_A64, HOOK_FIRST, code::read, &function), nullptr);

    EXPECT_EQ(arm_at(hook.entry), 0xd4000001U | HOOK_MARK << 5);
    EXPECT_EQ(arm_at(hook.code), 0xa9be7bfdU);
    EXPECT_EQ(a64_target(HOOK_FIRST + 4, arm_at(hook.code + 4)), 0x400404U);
}

TEST(A64Hook, TurnsAddressesAndLiteralsIntoConstants)
{
    const struct {
        uint32_t word, low, high;
    } cases[] = {
        {0x90000803, 0xd2800003, 0xf2a00a03}, /* adrp x3, 0x500000: movz #0, movk #0x50 */
        {0x10000083, 0xd2808203, 0xf2a00803}, /* adr x3, 0x400410 */
        {0x18000043, 0xd2824683, 0xf2b95fc3}, /* ldr w3, 0x400408: 0xcafe1234 */
    };
    for (const auto &expected : cases) {
        code function = arm(0x400400, {expected.word, 0, 0xcafe1234, 0});
        hook hook;
        ASSERT_EQ(hook_build(&hook, 0x400400, CODE_A64, HOOK_FIRST, code::read, &function),
                  nullptr);
        EXPECT_EQ(arm_at(hook.code), expected.low) << std::hex << expected.word;
        EXPECT_EQ(arm_at(hook.code + 4), expected.high) << std::hex << expected.word;
        EXPECT_EQ(a64_target(HOOK_FIRST + 8, arm_at(hook.code + 8)), 0x400404U);
    }
}

TEST(A64Hook, BranchesAroundALongBranchForAConditionalOne)
{
    const struct {
        uint32_t word, inverted;
    } cases[] = {
        {0x54000200, 0x54000041}, /* b.eq 0x400440: b.ne */
        {0xb4000203, 0xb5000043}, /* cbz x3: cbnz */
        {0xb7f80203, 0xb6f80043}, /* tbnz x3, #63: tbz */
    };
    for (const auto &expected : cases) {
        code function = arm(0x400400, {expected.word});
        hook hook;
        ASSERT_EQ(hook_build(&hook, 0x400400, CODE_A64, HOOK_FIRST, code::read, &function),
                  nullptr);
        EXPECT_EQ(arm_at(hook.code), expected.inverted) << std::hex << expected.word;
        EXPECT_EQ(a64_target(HOOK_FIRST + 4, arm_at(hook.code + 4)), 0x400440U);
        EXPECT_EQ(a64_target(HOOK_FIRST + 8, arm_at(hook.code + 8)), 0x400404U);
    }
}

TEST(A64Hook, RefusesCallsAndWhatIsOutOfReach)
{
    hook hook;
    code call = arm(0x400400, {0x94000010}); /* bl */
    EXPECT_NE(hook_build(&hook, 0x400400, CODE_A64, HOOK_FIRST, code::read, &call), nullptr);
    code far = arm(0x10400000, {0xd503201f});
    EXPECT_NE(hook_build(&hook, 0x10400000, CODE_A64, HOOK_FIRST, code::read, &far), nullptr);
}

} // namespace
