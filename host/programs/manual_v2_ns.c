/* Hand-written driver, accelerator v2, nothing stationary. */
#define ZS_VERSION 2
#include "manual_ns.h"
