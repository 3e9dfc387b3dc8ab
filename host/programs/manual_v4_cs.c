/* Hand-written driver, accelerator v4, C stationary. */
#define ZS_VERSION 4
#include "manual_cs.h"
