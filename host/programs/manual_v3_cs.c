/* Hand-written driver, accelerator v3, C stationary. */
#define ZS_VERSION 3
#include "manual_cs.h"
