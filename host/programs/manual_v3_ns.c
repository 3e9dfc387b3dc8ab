/* Hand-written driver, accelerator v3, nothing stationary. */
#define ZS_VERSION 3
#include "manual_ns.h"
