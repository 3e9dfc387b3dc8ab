/* Functions with the names that the phases know, called in known numbers and nestings. */
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>

static jmp_buf escape;
volatile uint32_t sink;

__attribute__((noinline)) static void work(int turns)
{
    for (int i = 0; i < turns; i++) {
        sink += (uint32_t)i;
    }
}

__attribute__((noinline)) void dma_wait_send(void)
{
    work(500);
}

#ifdef __arm__
__attribute__((target("thumb")))
#endif
__attribute__((noinline)) void
dma_wait_recv(void)
{
    work(300);
}

/* Recursive: its phase nests in itself. */
__attribute__((noinline)) int copy_to_inbuffer_i32(int64_t depth, void *unused, int offset)
{
    work(100);
    if (depth > 0) {
        offset = copy_to_inbuffer_i32(depth - 1, unused, offset);
    }
    return offset + 1;
}

/* A copy that waits: the wait inside it belongs to the wait. */
__attribute__((noinline)) int copy_from_outbuffer_i32(int64_t rank, void *unused, int offset)
{
    (void)rank;
    (void)unused;
    work(200);
    dma_wait_recv();
    return offset;
}

__attribute__((noinline)) void accumulate_i32(int64_t rank, void *destination, void *source)
{
    (void)rank;
    (void)destination;
    (void)source;
    work(50);
    longjmp(escape, 1);
}

__attribute__((noinline)) void matmul_call(void)
{
    work(1000);
    sink += (uint32_t)copy_to_inbuffer_i32(4, NULL, 0);
    dma_wait_send();
    sink += (uint32_t)copy_from_outbuffer_i32(2, NULL, 0);
    if (setjmp(escape) == 0) {
        accumulate_i32(2, NULL, NULL);
    }
    dma_wait_send();
}

int main(void)
{
    dma_wait_send(); /* outside of the kernel: no phase time */
    matmul_call();
    matmul_call();
    printf("%u\n", (unsigned)sink);
    return 0;
}
