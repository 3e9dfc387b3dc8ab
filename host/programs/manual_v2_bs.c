/* Hand-written driver, accelerator v2, B stationary. */
#define ZS_VERSION 2
#include "manual_bs.h"
