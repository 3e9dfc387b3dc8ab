/* What the programs here multiply, and where the DMA engine is: each can be set with -D. */
#ifndef ZEROSTAGE_HOST_PROBLEM_H
#define ZEROSTAGE_HOST_PROBLEM_H

#ifndef ZS_M
#define ZS_M 64
#endif
#ifndef ZS_N
#define ZS_N 64
#endif
#ifndef ZS_K
#define ZS_K 64
#endif
#ifndef ZS_TILE /* the accelerator's size */
#define ZS_TILE 8
#endif
#ifndef ZS_TILE_M /* v4 has tiles of M x N x K, of any multiples of its size */
#define ZS_TILE_M ZS_TILE
#endif
#ifndef ZS_TILE_N
#define ZS_TILE_N ZS_TILE
#endif
#ifndef ZS_TILE_K
#define ZS_TILE_K ZS_TILE
#endif

#ifndef ZS_DMA_ADDRESS
#define ZS_DMA_ADDRESS 0x40400000U
#endif
#ifndef ZS_DMA_IN_ADDRESS
#define ZS_DMA_IN_ADDRESS 0x16000000U
#endif
#ifndef ZS_DMA_IN_BYTES
#define ZS_DMA_IN_BYTES 65536U
#endif
#ifndef ZS_DMA_OUT_ADDRESS
#define ZS_DMA_OUT_ADDRESS 0x16400000U
#endif
#ifndef ZS_DMA_OUT_BYTES
#define ZS_DMA_OUT_BYTES 65536U
#endif

#if ZS_M < 1 || ZS_N < 1 || ZS_K < 1 || ZS_TILE < 1
#error "ZS_M, ZS_N, ZS_K and ZS_TILE must be at least 1"
#endif
#if ZS_TILE_M < 1 || ZS_TILE_N < 1 || ZS_TILE_K < 1
#error "ZS_TILE_M, ZS_TILE_N and ZS_TILE_K must be at least 1"
#endif
#if ZS_M % ZS_TILE_M || ZS_N % ZS_TILE_N || ZS_K % ZS_TILE_K
#error "the tile (ZS_TILE, or ZS_TILE_M, ZS_TILE_N, ZS_TILE_K) must divide ZS_M, ZS_N and ZS_K"
#endif

enum {
    M = ZS_M,
    N = ZS_N,
    K = ZS_K,
    TILE = ZS_TILE,
    TILE_WORDS = TILE * TILE,
    TILE_M = ZS_TILE_M,
    TILE_N = ZS_TILE_N,
    TILE_K = ZS_TILE_K
};

#endif
