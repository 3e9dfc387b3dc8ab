/* Hand-written driver, accelerator v4, B stationary. */
#define ZS_VERSION 4
#include "manual_bs.h"
