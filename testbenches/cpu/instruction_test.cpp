#include "cpu/instruction.h"
#include "cpu/translation.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{

struct known_instruction {
    bool thumb;
    uint32_t word; /* as the GNU assembler encodes the text behind it */
    instruction_class kind;
    uint32_t transfers;
    bool branches;
};

const known_instruction KNOWN[] = {
    {false, 0x1afffffe, INSTRUCTION_BRANCH, 1, false},           /* bne 30 */
    {false, 0xe0000291, INSTRUCTION_MULTIPLY, 1, false},         /* mul r0, r1, r2 */
    {false, 0xe0203291, INSTRUCTION_MULTIPLY, 1, false},         /* mla r0, r1, r2, r3 */
    {false, 0xe0810002, INSTRUCTION_INTEGER, 1, false},          /* add r0, r1, r2 */
    {false, 0xe0810182, INSTRUCTION_INTEGER, 1, false},          /* add r0, r1, r2, lsl #3 */
    {false, 0xe0810312, INSTRUCTION_SHIFT, 1, false},            /* add r0, r1, r2, lsl r3 */
    {false, 0xe0810392, INSTRUCTION_MULTIPLY_LONG, 1, false},    /* umull r0, r1, r2, r3 */
    {false, 0xe0e10392, INSTRUCTION_MULTIPLY_LONG, 1, false},    /* smlal r0, r1, r2, r3 */
    {false, 0xe1003281, INSTRUCTION_MULTIPLY, 1, false},         /* smlabb r0, r1, r2, r3 */
    {false, 0xe10f0000, INSTRUCTION_SYSTEM, 1, false},           /* mrs r0, CPSR */
    {false, 0xe128f000, INSTRUCTION_SYSTEM, 1, false},           /* msr CPSR_f, r0 */
    {false, 0xe12fff1e, INSTRUCTION_CALL, 1, false},             /* bx lr */
    {false, 0xe12fff33, INSTRUCTION_CALL, 1, false},             /* blx r3 */
    {false, 0xe16f0f11, INSTRUCTION_INTEGER, 1, false},          /* clz r0, r1 */
    {false, 0xe1820f91, INSTRUCTION_STORE, 1, false},            /* strex r0, r1, [r2] */
    {false, 0xe19100d2, INSTRUCTION_LOAD, 1, false},             /* ldrsb r0, [r1, r2] */
    {false, 0xe1910f9f, INSTRUCTION_LOAD, 1, false},             /* ldrex r0, [r1] */
    {false, 0xe1a0f00e, INSTRUCTION_CALL, 1, false},             /* mov pc, lr */
    {false, 0xe1c100b0, INSTRUCTION_STORE, 1, false},            /* strh r0, [r1] */
    {false, 0xe1c200d0, INSTRUCTION_LOAD, 1, false},             /* ldrd r0, [r2] */
    {false, 0xe1c200f0, INSTRUCTION_STORE, 1, false},            /* strd r0, [r2] */
    {false, 0xe1d100b0, INSTRUCTION_LOAD, 1, false},             /* ldrh r0, [r1] */
    {false, 0xe30004d2, INSTRUCTION_INTEGER, 1, false},          /* movw r0, #1234 */
    {false, 0xe320f000, INSTRUCTION_INTEGER, 1, false},          /* nop  */
    {false, 0xe34004d2, INSTRUCTION_INTEGER, 1, false},          /* movt r0, #1234 */
    {false, 0xe3500001, INSTRUCTION_INTEGER, 1, false},          /* cmp r0, #1 */
    {false, 0xe5910004, INSTRUCTION_LOAD, 1, false},             /* ldr r0, [r1, #4] */
    {false, 0xe591f000, INSTRUCTION_LOAD, 1, true},              /* ldr pc, [r1] */
    {false, 0xe5a10004, INSTRUCTION_STORE, 1, false},            /* str r0, [r1, #4]! */
    {false, 0xe5d10000, INSTRUCTION_LOAD, 1, false},             /* ldrb r0, [r1] */
    {false, 0xe6ef0071, INSTRUCTION_INTEGER, 1, false},          /* uxtb r0, r1 */
    {false, 0xe750f211, INSTRUCTION_MULTIPLY, 1, false},         /* smmul r0, r1, r2 */
    {false, 0xe780f211, INSTRUCTION_MULTIPLY, 1, false},         /* usad8 r0, r1, r2 */
    {false, 0xe7910002, INSTRUCTION_LOAD, 1, false},             /* ldr r0, [r1, r2] */
    {false, 0xe890001e, INSTRUCTION_LOAD, 2, false},             /* ldm r0, {r1, r2, r3, r4} */
    {false, 0xe8bd8010, INSTRUCTION_LOAD, 1, true},              /* pop {r4, pc} */
    {false, 0xe92d41f0, INSTRUCTION_STORE, 3, false},            /* push {r4, r5, r6, r7, r8, lr} */
    {false, 0xeafffffe, INSTRUCTION_BRANCH, 1, false},           /* b 2c */
    {false, 0xebfffffe, INSTRUCTION_CALL, 1, false},             /* bl 28 */
    {false, 0xec510b10, INSTRUCTION_TRANSFER, 1, false},         /* vmov r0, r1, d0 */
    {false, 0xecb00b10, INSTRUCTION_LOAD, 8, false},             /* vldmia r0!, {d0-d7} */
    {false, 0xed2d8b04, INSTRUCTION_STORE, 2, false},            /* vpush {d8-d9} */
    {false, 0xed800b00, INSTRUCTION_STORE, 1, false},            /* vstr d0, [r0] */
    {false, 0xed900a00, INSTRUCTION_LOAD, 1, false},             /* vldr s0, [r0] */
    {false, 0xed900b00, INSTRUCTION_LOAD, 1, false},             /* vldr d0, [r0] */
    {false, 0xee000a81, INSTRUCTION_VFP_MULTIPLY_ADD, 1, false}, /* vmla.f32 s0, s1, s2 */
    {false, 0xee100a10, INSTRUCTION_TRANSFER, 1, false},         /* vmov r0, s0 */
    {false, 0xee1d0f70, INSTRUCTION_SYSTEM, 1, false},           /* mrc 15, 0, r0, cr13, cr0, {3} */
    {false, 0xee210b02, INSTRUCTION_VFP, 1, false},              /* vmul.f64 d0, d1, d2 */
    {false, 0xee300a81, INSTRUCTION_VFP, 1, false},              /* vadd.f32 s0, s1, s2 */
    {false, 0xee800a81, INSTRUCTION_VFP_DIVIDE, 1, false},       /* vdiv.f32 s0, s1, s2 */
    {false, 0xeea00a81, INSTRUCTION_VFP_MULTIPLY_ADD, 1, false}, /* vfma.f32 s0, s1, s2 */
    {false, 0xeeb10bc1, INSTRUCTION_VFP_DIVIDE, 1, false},       /* vsqrt.f64 d0, d1 */
    {false, 0xeeb40a60, INSTRUCTION_VFP, 1, false},              /* vcmp.f32 s0, s1 */
    {false, 0xeeb80ae0, INSTRUCTION_VFP, 1, false},              /* vcvt.f32.s32 s0, s1 */
    {false, 0xeef1fa10, INSTRUCTION_TRANSFER, 1, false},         /* vmrs APSR_nzcv, fpscr */
    {false, 0xef000000, INSTRUCTION_SYSTEM, 1, false},           /* svc 0x00000000 */
    {false, 0xf2020d54, INSTRUCTION_NEON_MULTIPLY, 2, false},    /* vmla.f32 q0, q1, q2 */
    {false, 0xf2210802, INSTRUCTION_NEON, 1, false},             /* vadd.i32 d0, d1, d2 */
    {false, 0xf2220844, INSTRUCTION_NEON, 2, false},             /* vadd.i32 q0, q1, q2 */
    {false, 0xf2220954, INSTRUCTION_NEON_MULTIPLY, 2, false},    /* vmul.i32 q0, q1, q2 */
    {false, 0xf2910c02, INSTRUCTION_NEON_MULTIPLY, 1, false},    /* vmull.s16 q0, d1, d2 */
    {false, 0xf2a30552, INSTRUCTION_NEON, 2, false},             /* vshl.s32 q0, q1, #3 */
    {false, 0xf3a20044, INSTRUCTION_NEON_MULTIPLY, 2, false},    /* vmla.i32 q0, q1, d4[0] */
    {false, 0xf3b40c41, INSTRUCTION_NEON, 2, false},             /* vdup.32 q0, d1[0] */
    {false, 0xf4000a8f, INSTRUCTION_STORE, 2, false},            /* vst1.32 {d0-d1}, [r0] */
    {false, 0xf420028d, INSTRUCTION_LOAD, 4, false},             /* vld1.32 {d0-d3}, [r0]! */
    {false, 0xf420078f, INSTRUCTION_LOAD, 1, false},             /* vld1.32 {d0}, [r0] */
    {false, 0xf4a0080f, INSTRUCTION_LOAD, 1, false},             /* vld1.32 {d0[0]}, [r0] */
    {false, 0xf57ff05b, INSTRUCTION_SYSTEM, 1, false},           /* dmb ish */
    {false, 0xf5d0f000, INSTRUCTION_INTEGER, 1, false},          /* pld [r0] */
    {false, 0xed910f30, INSTRUCTION_INTEGER, 1, false},          /* ldc p15: a pld */
    {true, 0x00000088, INSTRUCTION_INTEGER, 1, false},           /* lsls r0, r1, #2 */
    {true, 0x00001888, INSTRUCTION_INTEGER, 1, false},           /* adds r0, r1, r2 */
    {true, 0x00004088, INSTRUCTION_SHIFT, 1, false},             /* lsls r0, r1 */
    {true, 0x00004348, INSTRUCTION_MULTIPLY, 1, false},          /* muls r0, r1 */
    {true, 0x00004487, INSTRUCTION_CALL, 1, false},              /* add pc, r0 */
    {true, 0x00004608, INSTRUCTION_INTEGER, 1, false},           /* moveq r0, r1 */
    {true, 0x00004680, INSTRUCTION_INTEGER, 1, false},           /* mov r8, r0 */
    {true, 0x00004770, INSTRUCTION_CALL, 1, false},              /* bx lr */
    {true, 0x00004801, INSTRUCTION_LOAD, 1, false},              /* ldr r0, [pc, #4] */
    {true, 0x00005288, INSTRUCTION_STORE, 1, false},             /* strh r0, [r1, r2] */
    {true, 0x00005688, INSTRUCTION_LOAD, 1, false},              /* ldrsb r0, [r1, r2] */
    {true, 0x00005888, INSTRUCTION_LOAD, 1, false},              /* ldr r0, [r1, r2] */
    {true, 0x00006848, INSTRUCTION_LOAD, 1, false},              /* ldr r0, [r1, #4] */
    {true, 0x00007048, INSTRUCTION_STORE, 1, false},             /* strb r0, [r1, #1] */
    {true, 0x00009001, INSTRUCTION_STORE, 1, false},             /* str r0, [sp, #4] */
    {true, 0x00009801, INSTRUCTION_LOAD, 1, false},              /* ldr r0, [sp, #4] */
    {true, 0x0000a801, INSTRUCTION_INTEGER, 1, false},           /* add r0, sp, #4 */
    {true, 0x0000b100, INSTRUCTION_BRANCH, 1, false},            /* cbz r0, 144 */
    {true, 0x0000b570, INSTRUCTION_STORE, 2, false},             /* push {r4, r5, r6, lr} */
    {true, 0x0000bd10, INSTRUCTION_LOAD, 1, true},               /* pop {r4, pc} */
    {true, 0x0000bf00, INSTRUCTION_INTEGER, 1, false},           /* nop */
    {true, 0x0000bf08, INSTRUCTION_INTEGER, 1, false},           /* it eq */
    {true, 0x0000c006, INSTRUCTION_STORE, 1, false},             /* stmia r0!, {r1, r2} */
    {true, 0x0000c80e, INSTRUCTION_LOAD, 2, false},              /* ldmia r0!, {r1, r2, r3} */
    {true, 0x0000d0fa, INSTRUCTION_BRANCH, 1, false},            /* beq.n 144 */
    {true, 0x0000df00, INSTRUCTION_SYSTEM, 1, false},            /* svc 0 */
    {true, 0x0000e7f9, INSTRUCTION_BRANCH, 1, false},            /* b.n 144 */
    {true, 0xe8908006, INSTRUCTION_LOAD, 2, true},               /* ldmia.w r0, {r1, r2, pc} */
    {true, 0xe8dff000, INSTRUCTION_LOAD, 1, true},               /* tbb [pc, r0] */
    {true, 0xe92d4ff0, INSTRUCTION_STORE, 5,
     false}, /* stmdb sp!, {r4, r5, r6, r7, r8, r9, sl, fp, lr} */
    {true, 0xe9c20100, INSTRUCTION_STORE, 1, false},            /* strd r0, r1, [r2] */
    {true, 0xe9d20100, INSTRUCTION_LOAD, 1, false},             /* ldrd r0, r1, [r2] */
    {true, 0xeb0100c2, INSTRUCTION_INTEGER, 1, false},          /* add.w r0, r1, r2, lsl #3 */
    {true, 0xed900b00, INSTRUCTION_LOAD, 1, false},             /* vldr d0, [r0] */
    {true, 0xee000a81, INSTRUCTION_VFP_MULTIPLY_ADD, 1, false}, /* vmla.f32 s0, s1, s2 */
    {true, 0xee100a10, INSTRUCTION_TRANSFER, 1, false},         /* vmov r0, s0 */
    {true, 0xee1d0f70, INSTRUCTION_SYSTEM, 1, false},           /* mrc 15, 0, r0, cr13, cr0, {3} */
    {true, 0xee300a81, INSTRUCTION_VFP, 1, false},              /* vadd.f32 s0, s1, s2 */
    {true, 0xef220844, INSTRUCTION_NEON, 2, false},             /* vadd.i32 q0, q1, q2 */
    {true, 0xef220954, INSTRUCTION_NEON_MULTIPLY, 2, false},    /* vmul.i32 q0, q1, q2 */
    {true, 0xf000e800, INSTRUCTION_CALL, 1, false},             /* blx 180 */
    {true, 0xf24040d2, INSTRUCTION_INTEGER, 1, false},          /* movw r0, #1234 */
    {true, 0xf3af8000, INSTRUCTION_INTEGER, 1, false},          /* nop.w */
    {true, 0xf3bf8f5b, INSTRUCTION_SYSTEM, 1, false},           /* dmb ish */
    {true, 0xf3ef8000, INSTRUCTION_SYSTEM, 1, false},           /* mrs r0, CPSR */
    {true, 0xf47fafe7, INSTRUCTION_BRANCH, 1, false},           /* bne.w 144 */
    {true, 0xf5017080, INSTRUCTION_INTEGER, 1, false},          /* add.w r0, r1, #256 */
    {true, 0xf7ffbfe5, INSTRUCTION_BRANCH, 1, false},           /* b.w 144 */
    {true, 0xf7fffffe, INSTRUCTION_CALL, 1, false},             /* bl 17a */
    {true, 0xf8110002, INSTRUCTION_LOAD, 1, false},             /* ldrb.w r0, [r1, r2] */
    {true, 0xf8c10004, INSTRUCTION_STORE, 1, false},            /* str.w r0, [r1, #4] */
    {true, 0xf8d10004, INSTRUCTION_LOAD, 1, false},             /* ldr.w r0, [r1, #4] */
    {true, 0xf8d1f000, INSTRUCTION_LOAD, 1, true},              /* ldr.w pc, [r1] */
    {true, 0xf920028d, INSTRUCTION_LOAD, 4, false},             /* vld1.32 {d0-d3}, [r0]! */
    {true, 0xfa01f002, INSTRUCTION_SHIFT, 1, false},            /* lsl.w r0, r1, r2 */
    {true, 0xfa5ff088, INSTRUCTION_INTEGER, 1, false},          /* uxtb.w r0, r8 */
    {true, 0xfab1f081, INSTRUCTION_INTEGER, 1, false},          /* clz r0, r1 */
    {true, 0xfb013002, INSTRUCTION_MULTIPLY, 1, false},         /* mla r0, r1, r2, r3 */
    {true, 0xfb01f002, INSTRUCTION_MULTIPLY, 1, false},         /* mul.w r0, r1, r2 */
    {true, 0xfba20103, INSTRUCTION_MULTIPLY_LONG, 1, false},    /* umull r0, r1, r2, r3 */
};

instruction_costs distinct_costs()
{
    instruction_costs costs{};
    costs.integer_cycles = 0.5;
    costs.load_cycles = 2;
    costs.store_cycles = 3;
    costs.pair_cycles = 1.25;
    costs.call_cycles = 5;
    costs.neon_multiply_cycles = 7;
    return costs;
}

TEST(Instruction, IsClassifiedByItsEncoding)
{
    for (const known_instruction &known : KNOWN) {
        const instruction found = instruction_classify(known.thumb, known.word);

        EXPECT_EQ(found.kind, known.kind) << std::hex << known.word;
        EXPECT_EQ(found.transfers, known.transfers) << std::hex << known.word;
        EXPECT_EQ(found.branches, known.branches) << std::hex << known.word;
    }
}

TEST(InstructionCost, IsInSixteenthsOfACycle)
{
    const instruction_costs costs = distinct_costs();
    EXPECT_EQ(instruction_cost(&costs, instruction_classify(false, 0xe0810002)), 8U); /* add */
}

TEST(InstructionCost, OfALoadMultipleGrowsByPairs)
{
    const instruction_costs costs = distinct_costs();
    const uint32_t two = 0xe8900006, three = 0xe890000e, eight = 0xe89001fe; /* ldm r0, {...} */

    EXPECT_EQ(instruction_cost(&costs, instruction_classify(false, two)), 16 * 2U);
    EXPECT_EQ(instruction_cost(&costs, instruction_classify(false, three)), 16 * 2U + 20);
    EXPECT_EQ(instruction_cost(&costs, instruction_classify(false, eight)), 16 * 2U + 3 * 20);
}

TEST(InstructionCost, OfALoadThatBranchesContainsTheBranch)
{
    const instruction_costs costs = distinct_costs();
    EXPECT_EQ(instruction_cost(&costs, instruction_classify(false, 0xe8bd8010)), /* pop {r4, pc} */
              16 * (2U + 5));
}

TEST(InstructionCost, OfANeonMultiplyDoublesWithTheWidth)
{
    const instruction_costs costs = distinct_costs();
    EXPECT_EQ(instruction_cost(&costs, instruction_classify(false, 0xf2220954)), 16 * 14U);
}

TEST(InstructionCost, IsNeverZero)
{
    const instruction_costs costs{};
    EXPECT_EQ(instruction_cost(&costs, instruction_classify(false, 0xe0810002)), 1U);
}

/* Words as the GNU assembler encodes them. */
TEST(TranslationOfArm, MakesWholeRegisterTransfersOnesOfDoublewords)
{
    EXPECT_EQ(translation_of_arm(0xf44c0a1f), 0xf44c0adf); /* vst1.8  {d16-d17}, [ip :64] */
    EXPECT_EQ(translation_of_arm(0xf421020d), 0xf42102cd); /* vld1.8  {d0-d3}, [r1]! */
    EXPECT_EQ(translation_of_arm(0xf421078f), 0xf42107cf); /* vld1.32 {d0}, [r1] */
    EXPECT_EQ(translation_of_arm(0xf421064f), 0xf42106cf); /* vld1.16 {d0-d2}, [r1] */
}

TEST(TranslationOfArm, LeavesWhatItWouldChangeAlone)
{
    for (const uint32_t word : {0xf421080fu,    /* vld2.8 {d0-d1}, [r1]: interleaves */
                                0xf401000fu,    /* vst4.8 {d0-d3}, [r1] */
                                0xf4a1004fu,    /* vld1.8 {d0[2]}, [r1]: one element */
                                0xf4a10c0fu,    /* vld1.8 {d0[]}, [r1]: to all elements */
                                0xe5910004u}) { /* ldr r0, [r1, #4] */
        EXPECT_EQ(translation_of_arm(word), word);
    }
}

} // namespace
