/* Asks the operating system for things whose form differs between 32 and 64 bits; prints them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static _Thread_local int in_thread_storage = 7;

static int64_t elapsed_ns(const struct timespec *from, const struct timespec *to)
{
    return (to->tv_sec - from->tv_sec) * INT64_C(1000000000) + (to->tv_nsec - from->tv_nsec);
}

static int check(const char *what, int holds)
{
    printf("%s: %s\n", what, holds ? "ok" : "WRONG");
    return holds ? 0 : 1;
}

static int check_time(void)
{
    struct timespec before, after;
    struct timeval now;
    const struct timespec pause = {0, 2000000};

    clock_gettime(CLOCK_MONOTONIC, &before);
    nanosleep(&pause, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    gettimeofday(&now, NULL);
    return check("sleep",
                 elapsed_ns(&before, &after) >= 2000000 && elapsed_ns(&before, &after) < 3000000) +
           check("wall clock", now.tv_sec >= 1767225600 && now.tv_usec < 1000000);
}

static int check_files(void)
{
    struct stat status;
    struct iovec parts[2] = {{"gathered ", 9}, {"write\n", 6}};
    const int device = open("/dev/mem", O_RDWR | O_SYNC);

    fflush(stdout);
    return check("writev", writev(1, parts, 2) == 15) +
           check("fstat", fstat(device, &status) == 0 && S_ISCHR(status.st_mode)) +
           check("stat", stat("/dev/mem", &status) == 0 && S_ISCHR(status.st_mode)) +
           check("seek", lseek(device, 4096, SEEK_SET) == 4096) +
           check("no file", open("/nowhere", O_RDONLY) == -1 && errno == ENOENT);
}

static int check_memory(void)
{
    volatile uint32_t *const window = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
                                           open("/dev/mem", O_RDWR | O_SYNC), 0x16001000);
    char *const anonymous =
        mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    window[1] = 0x12345678;
    memset(anonymous, 0x5a, 1 << 20);
    return check("device window", window[1] == 0x12345678) +
           check("anonymous memory", anonymous[(1 << 20) - 1] == 0x5a) +
           check("unmap", munmap(anonymous, 1 << 20) == 0) +
           check("no room", mmap(NULL, (size_t)-8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                                 0) == MAP_FAILED &&
                                errno == ENOMEM);
}

static int check_process(void)
{
    struct utsname name;
    struct rlimit stack;
    struct sigaction action, old;

    memset(&action, 0, sizeof(action));
    memset(&old, 0xff, sizeof(old));
    action.sa_handler = SIG_IGN;
    return check("uname",
                 uname(&name) == 0 &&
                     strcmp(name.machine, sizeof(void *) == 8 ? "aarch64" : "armv7l") == 0) +
           check("stack limit", getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur == 8 << 20) +
           check("signal", sigaction(SIGUSR1, &action, &old) == 0 && old.sa_handler == SIG_DFL) +
           check("thread storage", in_thread_storage++ == 7 && in_thread_storage == 8) +
           check("unknown call", syscall(1000) == -1 && errno == ENOSYS);
}

int main(void)
{
    return check_time() + check_files() + check_memory() + check_process();
}
