/* One parameter's value: from text into the room's struct, and back to text. */
#ifndef ZEROSTAGE_CONFIG_VALUE_H
#define ZEROSTAGE_CONFIG_VALUE_H

#include "config/param.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VALUE_MESSAGE_BYTES = 512, VALUE_TEXT_BYTES = 2 * PARAM_STRING_BYTES };

/* Parse `text` and store it in the param's field of `object`; PARAM_LIST is not for this one.
 * Returns 0, or -EINVAL with what was wrong and what was expected in `message`; the field then
 * keeps its value. */
int value_store(const struct param *param, void *object, const char *text,
                char message[VALUE_MESSAGE_BYTES]);

/* Append an item. -EINVAL as above when it is too long or the list is full. */
int value_append(const struct param *param, void *object, const char *item,
                 char message[VALUE_MESSAGE_BYTES]);
void value_clear_list(const struct param *param, void *object);

/* "true or false", "a whole number of bytes, 1 to 16", "one of Ns, Cs". */
void value_expected(const struct param *param, char text[VALUE_MESSAGE_BYTES]);

/* The value as one writes it in YAML, without its unit; strings that YAML would read as something
 * else are quoted. */
void value_write_yaml(const struct param *param, const void *object, FILE *out);

/* Size of a field of this type. */
size_t value_bytes(enum param_type type);

const char *param_type_name(enum param_type type);
const char *param_kind_name(enum param_kind kind);

#ifdef __cplusplus
}
#endif
#endif
