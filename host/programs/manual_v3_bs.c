/* Hand-written driver, accelerator v3, B stationary. */
#define ZS_VERSION 3
#include "manual_bs.h"
