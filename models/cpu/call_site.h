/* Is what lies before a return address a call, and of what? For finding calls on a stack. */
#ifndef ZEROSTAGE_CPU_CALL_SITE_H
#define ZEROSTAGE_CPU_CALL_SITE_H

#include "cpu/hook.h"

#ifdef __cplusplus
extern "C" {
#endif

enum call_site { CALL_SITE_NONE, CALL_SITE_DIRECT, CALL_SITE_INDIRECT };

/* `return_address` without the Thumb bit. *target is a direct call's, without the Thumb bit. */
enum call_site call_site_before(enum code_kind kind, uint32_t return_address, hook_read *read,
                                void *context, uint32_t *target);

/* The next jump (a branch without link and without condition) in [*at, end); *at moves behind it.
 * False: there is none. Data between the instructions can look like one. */
bool next_jump(enum code_kind kind, uint32_t *at, uint32_t end, hook_read *read, void *context,
               uint32_t *target);

#ifdef __cplusplus
}
#endif
#endif
