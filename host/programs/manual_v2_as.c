/* Hand-written driver, accelerator v2, A stationary. */
#define ZS_VERSION 2
#include "manual_as.h"
