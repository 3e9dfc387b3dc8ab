/* Matrices whose sizes are known at run time only: can they be multiplied? */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "axi_dma.h"

/* In whole tiles: of a matrix in DMA memory its padding counts, too. */
static bool are_equal(intptr_t left, intptr_t right, int tile)
{
    return (left + tile - 1) / tile == (right + tile - 1) / tile;
}

void check_matmul_sizes(intptr_t rows_a, intptr_t columns_a, intptr_t rows_b, intptr_t columns_b,
                        intptr_t rows_c, intptr_t columns_c, int tile_m, int tile_n, int tile_k)
{
    const bool are_positive = rows_a > 0 && columns_a > 0 && columns_b > 0;
    if (are_positive && are_equal(rows_a, rows_c, tile_m) &&
        are_equal(columns_b, columns_c, tile_n) && are_equal(columns_a, rows_b, tile_k))
        return;
    fprintf(stderr,
            "matmul: A is %dx%d, B %dx%d and C %dx%d: expected A MxK, B KxN and C MxN, with "
            "sizes of at least 1\n",
            (int)rows_a, (int)columns_a, (int)rows_b, (int)columns_b, (int)rows_c, (int)columns_c);
    exit(EXIT_FAILURE);
}
