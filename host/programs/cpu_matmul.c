/* The CPU-only kernel: three plain loops, no accelerator. */
#include "matmul_check.h"
#include "problem.h"

void matmul_call(int32_t *a, int32_t *b, int32_t *c);

__attribute__((noinline)) void matmul_call(int32_t *a, int32_t *b, int32_t *c)
{
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++)
            c[m * N + n] = 0;
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++)
            for (int k = 0; k < K; k++)
                c[m * N + n] += a[m * K + k] * b[k * N + n];
}

int main(void)
{
    return matmul_run_i32(M, N, K, matmul_call);
}
