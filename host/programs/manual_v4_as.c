/* Hand-written driver, accelerator v4, A stationary. */
#define ZS_VERSION 4
#include "manual_as.h"
