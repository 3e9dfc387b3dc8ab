/* Hand-written driver, accelerator v3, A stationary. */
#define ZS_VERSION 3
#include "manual_as.h"
