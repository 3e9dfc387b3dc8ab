/* Which of the host's directories a program may open files in: section sandbox. */
#ifndef ZEROSTAGE_OS_SANDBOX_H
#define ZEROSTAGE_OS_SANDBOX_H

#include "config/param.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Paths as the user wrote them, relative to where the simulator was started. */
struct sandbox_config {
    struct param_list read_only, read_write;
    char standard_input[PARAM_STRING_BYTES]; /* a file; empty: nothing to read */
};

extern const struct param sandbox_params[];
extern const size_t sandbox_params_count;

/* What is wrong with a directory that the configuration names, as a phrase; NULL when nothing is.
 */
const char *sandbox_directory_error(const char *directory);
const char *sandbox_input_error(const char *file);

#ifdef __cplusplus
}
#endif
#endif
