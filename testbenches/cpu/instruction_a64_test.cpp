#include "cpu/instruction.h"

#include <gtest/gtest.h>

namespace
{

struct known_instruction {
    uint32_t word; /* as the GNU assembler encodes the text behind it */
    instruction_class kind;
    uint32_t transfers;
};

const known_instruction KNOWN[] = {
    {0x8b020020, INSTRUCTION_INTEGER, 1},          /* add x0, x1, x2 */
    {0x9ac22020, INSTRUCTION_SHIFT, 1},            /* lsl x0, x1, x2 */
    {0x1b027c20, INSTRUCTION_MULTIPLY, 1},         /* mul w0, w1, w2 */
    {0x9ba27c20, INSTRUCTION_MULTIPLY_LONG, 1},    /* umull x0, w1, w2 */
    {0x9ac20820, INSTRUCTION_DIVIDE, 1},           /* udiv x0, x1, x2 */
    {0x90000000, INSTRUCTION_INTEGER, 1},          /* adrp x0, 0 */
    {0xf9400020, INSTRUCTION_LOAD, 1},             /* ldr x0, [x1] */
    {0x3dc00020, INSTRUCTION_LOAD, 2},             /* ldr q0, [x1] */
    {0xb9000420, INSTRUCTION_STORE, 1},            /* str w0, [x1, #4] */
    {0xa94007e0, INSTRUCTION_LOAD, 2},             /* ldp x0, x1, [sp] */
    {0x294007e0, INSTRUCTION_LOAD, 1},             /* ldp w0, w1, [sp] */
    {0xad0007e0, INSTRUCTION_STORE, 4},            /* stp q0, q1, [sp] */
    {0xa9be7bfd, INSTRUCTION_STORE, 2},            /* stp x29, x30, [sp, #-32]! */
    {0x4c402000, INSTRUCTION_LOAD, 8},             /* ld1 {v0.16b-v3.16b}, [x0] */
    {0x0c007000, INSTRUCTION_STORE, 1},            /* st1 {v0.8b}, [x0] */
    {0xf9800000, INSTRUCTION_INTEGER, 1},          /* prfm pldl1keep, [x0] */
    {0x885f7c20, INSTRUCTION_LOAD, 1},             /* ldxr w0, [x1] */
    {0x88007c41, INSTRUCTION_STORE, 1},            /* stxr w0, w1, [x2] */
    {0x889ffc20, INSTRUCTION_STORE, 1},            /* stlr w0, [x1] */
    {0x58000000, INSTRUCTION_LOAD, 1},             /* ldr x0, . */
    {0x38626820, INSTRUCTION_LOAD, 1},             /* ldrb w0, [x1, x2] */
    {0xfc1f8020, INSTRUCTION_STORE, 1},            /* stur d0, [x1, #-8] */
    {0xb9800020, INSTRUCTION_LOAD, 1},             /* ldrsw x0, [x1] */
    {0x14000000, INSTRUCTION_BRANCH, 1},           /* b . */
    {0xb4000000, INSTRUCTION_BRANCH, 1},           /* cbz x0, . */
    {0x54000000, INSTRUCTION_BRANCH, 1},           /* b.eq . */
    {0x94000000, INSTRUCTION_CALL, 1},             /* bl . */
    {0xd65f03c0, INSTRUCTION_CALL, 1},             /* ret */
    {0xd63f0000, INSTRUCTION_CALL, 1},             /* blr x0 */
    {0xd4000001, INSTRUCTION_SYSTEM, 1},           /* svc #0 */
    {0xd503201f, INSTRUCTION_INTEGER, 1},          /* nop */
    {0xd5033bbf, INSTRUCTION_SYSTEM, 1},           /* dmb ish */
    {0xd53bd040, INSTRUCTION_SYSTEM, 1},           /* mrs x0, tpidr_el0 */
    {0x1e222820, INSTRUCTION_VFP, 1},              /* fadd s0, s1, s2 */
    {0x1e220820, INSTRUCTION_VFP, 1},              /* fmul s0, s1, s2 */
    {0x1e212000, INSTRUCTION_VFP, 1},              /* fcmp s0, s1 */
    {0x1e621820, INSTRUCTION_VFP_DIVIDE, 1},       /* fdiv d0, d1, d2 */
    {0x1e21c020, INSTRUCTION_VFP_DIVIDE, 1},       /* fsqrt s0, s1 */
    {0x1f020c20, INSTRUCTION_VFP_MULTIPLY_ADD, 1}, /* fmadd s0, s1, s2, s3 */
    {0x1e270000, INSTRUCTION_TRANSFER, 1},         /* fmov s0, w0 */
    {0x1e380000, INSTRUCTION_TRANSFER, 1},         /* fcvtzs w0, s0 */
    {0x4e040c00, INSTRUCTION_TRANSFER, 1},         /* dup v0.4s, w0 */
    {0x0e0c3c00, INSTRUCTION_TRANSFER, 1},         /* mov w0, v0.s[1] */
    {0x4e041c20, INSTRUCTION_TRANSFER, 1},         /* mov v0.s[0], w1 */
    {0x4ea28420, INSTRUCTION_NEON, 2},             /* add v0.4s, v1.4s, v2.4s */
    {0x4f000400, INSTRUCTION_NEON, 2},             /* movi v0.4s, #0 */
    {0x4ea29c20, INSTRUCTION_NEON_MULTIPLY, 2},    /* mul v0.4s, v1.4s, v2.4s */
    {0x4e22cc20, INSTRUCTION_NEON_MULTIPLY, 2},    /* fmla v0.4s, v1.4s, v2.4s */
    {0x4f821020, INSTRUCTION_NEON_MULTIPLY, 2},    /* fmla v0.4s, v1.4s, v2.s[0] */
    {0x0e62c020, INSTRUCTION_NEON_MULTIPLY, 1},    /* smull v0.4s, v1.4h, v2.4h */
};

TEST(InstructionA64, IsOfItsClass)
{
    for (const known_instruction &known : KNOWN) {
        const instruction found = instruction_classify_a64(known.word);
        EXPECT_EQ(found.kind, known.kind) << std::hex << known.word;
        EXPECT_EQ(found.transfers, known.transfers) << std::hex << known.word;
        EXPECT_FALSE(found.branches) << std::hex << known.word;
    }
}

} // namespace
