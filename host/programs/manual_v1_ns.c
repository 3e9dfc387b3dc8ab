/* Hand-written driver, accelerator v1, nothing stationary. */
#define ZS_VERSION 1
#include "manual_ns.h"
