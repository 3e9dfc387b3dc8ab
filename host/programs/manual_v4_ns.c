/* Hand-written driver, accelerator v4, nothing stationary. */
#define ZS_VERSION 4
#include "manual_ns.h"
