/* Exceptions through functions that are watched, caught at several depths. */
#include <cstdio>
#include <stdexcept>

volatile unsigned sink;

struct counter {
    ~counter()
    {
        sink = sink + 1;
    }
};

extern "C" __attribute__((noinline)) void work(unsigned turns)
{
    for (unsigned i = 0; i < turns; i++) {
        sink = sink + i;
    }
}

/* In a phase: "dma_start_send". */
extern "C" __attribute__((noinline)) int dma_start_send(int depth)
{
    counter on_the_way_out;
    work(100);
    if (depth == 0) {
        throw std::runtime_error("deep down");
    }
    return dma_start_send(depth - 1) + 1;
}

__attribute__((noinline)) int catch_and_go_on(int depth)
{
    try {
        return dma_start_send(depth);
    } catch (const std::exception &) {
        work(300);
        if (depth > 2) {
            throw;
        }
        return -1;
    }
}

extern "C" __attribute__((noinline)) int matmul_call()
{
    int caught = 0;
    for (int depth = 0; depth < 6; depth++) {
        try {
            caught -= catch_and_go_on(depth);
        } catch (const std::runtime_error &) {
            caught += 100;
        }
    }
    work(1000);
    return caught;
}

int main()
{
    const int caught = matmul_call();
    std::printf("%d\n", caught);
    return caught == 303 ? 0 : 1;
}
