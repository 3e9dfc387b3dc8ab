/* A small JSON writer: members in the order in which they are written, two spaces a level.
 *
 * `key` is NULL inside an array and at the top. Errors of the stream are sticky: ask json_finish.
 */
#ifndef ZEROSTAGE_STATS_JSON_H
#define ZEROSTAGE_STATS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { JSON_DEPTH = 32 };

struct json {
    FILE *out;
    unsigned depth;
    bool used[JSON_DEPTH];  /* a member was written at this level */
    bool array[JSON_DEPTH]; /* this level is an array */
    bool flat[JSON_DEPTH];  /* this level stays on one line */
};

void json_start(struct json *json, FILE *out);
/* Ends the text with a line feed. Returns 0, or -EIO when anything could not be written. */
int json_finish(struct json *json);

void json_begin_object(struct json *json, const char *key);
void json_begin_array(struct json *json, const char *key);
/* The same, on one line; what is opened inside stays on it too. */
void json_begin_flat_object(struct json *json, const char *key);
void json_begin_flat_array(struct json *json, const char *key);
void json_end(struct json *json);

void json_string(struct json *json, const char *key, const char *value);
void json_u64(struct json *json, const char *key, uint64_t value);
void json_i64(struct json *json, const char *key, int64_t value);
/* value / 10^decimals, all of it. */
void json_decimal(struct json *json, const char *key, uint64_t value, unsigned decimals);
/* The shortest text that reads back as the same double; null when it is not finite. */
void json_double(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);

/* The same text for a double as json_double writes, "1.0" for one. */
enum { JSON_NUMBER_BYTES = 40 };
const char *json_format_double(double value, char text[JSON_NUMBER_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
