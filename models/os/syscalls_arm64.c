/* AArch64's system calls: the numbers of asm-generic/unistd.h, served by the handlers of the ARM
 * calls. Structures that consist of longs have their own width in the handlers. */
#include <errno.h>
#include <stddef.h>

#include "os/os_internal.h"

struct arm64_call {
    uint32_t number, arm_number;
    uint32_t wide; /* bit i: argument i is an address or a size, of 64 bits; others are ints */
    int (*adapt)(struct os_call *call);
};

/* mmap counts its offset in bytes, mmap2 in pages. */
static int pages_from_bytes(struct os_call *call)
{
    if (call->registers[5] & PAGE_OFFSET_MASK)
        return -EINVAL;
    if (call->registers[5] > UINT32_MAX)
        return -EOVERFLOW;
    call->args[5] = (uint32_t)(call->registers[5] >> PAGE_BITS);
    return 0;
}

/* ARM's lseek reaches 2 GiB, which is more than any file here has. */
static int offset_fits(struct os_call *call)
{
    const int64_t offset = (int64_t)call->registers[1];
    return offset < INT32_MIN || offset > INT32_MAX ? -EINVAL : 0;
}

/* ARM has the length in two registers, aligned to an even one. */
static int length_in_two(struct os_call *call)
{
    call->args[2] = (uint32_t)call->registers[1];
    call->args[3] = (uint32_t)(call->registers[1] >> 32);
    return 0;
}

#define A(argument) (1U << (argument))

static const struct arm64_call calls[] = {
    {23, 41, 0, NULL},                           /* dup */
    {24, 358, 0, NULL},                          /* dup3 */
    {25, 221, A(2), NULL},                       /* fcntl */
    {29, 54, A(2), NULL},                        /* ioctl */
    {35, 328, A(1), NULL},                       /* unlinkat */
    {46, 194, 0, length_in_two},                 /* ftruncate */
    {48, 334, A(1), NULL},                       /* faccessat */
    {56, 322, A(1), NULL},                       /* openat */
    {57, 6, 0, NULL},                            /* close */
    {62, 19, 0, offset_fits},                    /* lseek */
    {63, 3, A(1) | A(2), NULL},                  /* read */
    {64, 4, A(1) | A(2), NULL},                  /* write */
    {65, 145, A(1) | A(2), NULL},                /* readv */
    {66, 146, A(1) | A(2), NULL},                /* writev */
    {78, 332, A(1) | A(2) | A(3), NULL},         /* readlinkat */
    {79, 327, A(1) | A(2), NULL},                /* newfstatat */
    {80, 197, A(1), NULL},                       /* fstat */
    {82, 118, 0, NULL},                          /* fsync */
    {93, 1, 0, NULL},                            /* exit */
    {94, 248, 0, NULL},                          /* exit_group */
    {96, 256, A(0), NULL},                       /* set_tid_address */
    {98, 240, A(0) | A(3) | A(4), NULL},         /* futex */
    {99, 338, A(0) | A(1), NULL},                /* set_robust_list */
    {101, 162, A(0) | A(1), NULL},               /* nanosleep */
    {113, 263, A(1), NULL},                      /* clock_gettime */
    {114, 264, A(1), NULL},                      /* clock_getres */
    {115, 265, A(2) | A(3), NULL},               /* clock_nanosleep */
    {123, 242, A(1) | A(2), NULL},               /* sched_getaffinity */
    {124, 158, 0, NULL},                         /* sched_yield */
    {129, 37, 0, NULL},                          /* kill */
    {130, 238, 0, NULL},                         /* tkill */
    {131, 268, 0, NULL},                         /* tgkill */
    {132, 186, A(0) | A(1), NULL},               /* sigaltstack */
    {134, 174, A(1) | A(2) | A(3), NULL},        /* rt_sigaction */
    {135, 175, A(1) | A(2) | A(3), NULL},        /* rt_sigprocmask */
    {160, 122, A(0), NULL},                      /* uname */
    {163, 191, A(1), NULL},                      /* getrlimit */
    {167, 172, A(1) | A(2) | A(3) | A(4), NULL}, /* prctl */
    {169, 78, A(0) | A(1), NULL},                /* gettimeofday */
    {172, 20, 0, NULL},                          /* getpid */
    {173, 64, 0, NULL},                          /* getppid */
    {174, 199, 0, NULL},                         /* getuid */
    {175, 201, 0, NULL},                         /* geteuid */
    {176, 200, 0, NULL},                         /* getgid */
    {177, 202, 0, NULL},                         /* getegid */
    {178, 224, 0, NULL},                         /* gettid */
    {214, 45, A(0), NULL},                       /* brk */
    {215, 91, A(0) | A(1), NULL},                /* munmap */
    {216, 163, A(0) | A(1) | A(2) | A(4), NULL}, /* mremap */
    {220, 120, 0, NULL},                         /* clone */
    {222, 192, A(0) | A(1), pages_from_bytes},   /* mmap */
    {226, 125, A(0) | A(1), NULL},               /* mprotect */
    {227, 144, A(0) | A(1), NULL},               /* msync */
    {233, 220, A(0) | A(1), NULL},               /* madvise */
    {261, 369, A(2) | A(3), NULL},               /* prlimit64 */
    {278, 384, A(0) | A(1), NULL},               /* getrandom */
    {291, 397, A(1) | A(4), NULL},               /* statx */
    {293, 398, A(0), NULL},                      /* rseq */
    {435, 435, A(0) | A(1), NULL},               /* clone3 */
    {439, 439, A(1), NULL},                      /* faccessat2 */
};

/* What does not fit is beyond every mapping and larger than every size. */
static uint32_t saturated(uint64_t value)
{
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

int os_call_from_arm64(struct os_call *call)
{
    const struct arm64_call *entry = NULL;
    for (size_t i = 0; i < sizeof calls / sizeof *calls && !entry; i++)
        if (calls[i].number == call->number)
            entry = &calls[i];
    if (!entry)
        return -ENOSYS;
    for (uint32_t i = 0; i < 7; i++)
        call->args[i] =
            entry->wide & A(i) ? saturated(call->registers[i]) : (uint32_t)call->registers[i];
    call->number = entry->arm_number;
    return entry->adapt ? entry->adapt(call) : 0;
}
