#include "stats/json.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void write_escaped(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        switch (*c) {
        case '"':
            fputs("\\\"", out);
            break;
        case '\\':
            fputs("\\\\", out);
            break;
        case '\n':
            fputs("\\n", out);
            break;
        case '\t':
            fputs("\\t", out);
            break;
        default:
            if (*c < 0x20) {
                fprintf(out, "\\u%04x", *c);
            } else {
                fputc(*c, out);
            }
        }
    }
    fputc('"', out);
}

static void new_line(const struct json *json, unsigned depth)
{
    fprintf(json->out, "\n%*s", (int)(2 * depth), "");
}

/* Everything that comes before a value: comma, line, indent, key. */
static void begin_member(struct json *json, const char *key)
{
    const unsigned level = json->depth;
    if (level > 0) {
        assert((key == NULL) == json->array[level]);
        if (json->used[level]) {
            fputc(',', json->out);
        }
        if (!json->flat[level]) {
            new_line(json, level);
        } else if (json->used[level]) {
            fputc(' ', json->out);
        }
    }
    json->used[level] = true;
    if (key != NULL) {
        write_escaped(json->out, key);
        fputs(": ", json->out);
    }
}

static void begin(struct json *json, const char *key, bool array, bool flat)
{
    begin_member(json, key);
    fputc(array ? '[' : '{', json->out);
    const bool outer_flat = json->flat[json->depth];
    json->depth++;
    assert(json->depth < JSON_DEPTH);
    json->used[json->depth] = false;
    json->array[json->depth] = array;
    json->flat[json->depth] = flat || outer_flat;
}

void json_start(struct json *json, FILE *out)
{
    memset(json, 0, sizeof(*json));
    json->out = out;
}

int json_finish(struct json *json)
{
    assert(json->depth == 0);
    fputc('\n', json->out);
    return fflush(json->out) != 0 || ferror(json->out) ? -EIO : 0;
}

void json_begin_object(struct json *json, const char *key)
{
    begin(json, key, false, false);
}

void json_begin_array(struct json *json, const char *key)
{
    begin(json, key, true, false);
}

void json_begin_flat_object(struct json *json, const char *key)
{
    begin(json, key, false, true);
}

void json_begin_flat_array(struct json *json, const char *key)
{
    begin(json, key, true, true);
}

void json_end(struct json *json)
{
    const unsigned level = json->depth--;
    if (json->used[level] && !json->flat[level]) {
        new_line(json, json->depth);
    }
    fputc(json->array[level] ? ']' : '}', json->out);
}

void json_string(struct json *json, const char *key, const char *value)
{
    begin_member(json, key);
    write_escaped(json->out, value);
}

void json_u64(struct json *json, const char *key, uint64_t value)
{
    begin_member(json, key);
    fprintf(json->out, "%" PRIu64, value);
}

void json_i64(struct json *json, const char *key, int64_t value)
{
    begin_member(json, key);
    fprintf(json->out, "%" PRId64, value);
}

void json_decimal(struct json *json, const char *key, uint64_t value, unsigned decimals)
{
    uint64_t one = 1;

    for (unsigned i = 0; i < decimals; i++) {
        one *= 10;
    }
    begin_member(json, key);
    fprintf(json->out, "%" PRIu64 ".%0*" PRIu64, value / one, (int)decimals, value % one);
}

void json_double(struct json *json, const char *key, double value)
{
    begin_member(json, key);
    if (!isfinite(value)) {
        fputs("null", json->out);
        return;
    }
    char text[JSON_NUMBER_BYTES];
    fputs(json_format_double(value, text), json->out);
}

void json_bool(struct json *json, const char *key, bool value)
{
    begin_member(json, key);
    fputs(value ? "true" : "false", json->out);
}

const char *json_format_double(double value, char text[JSON_NUMBER_BYTES])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, JSON_NUMBER_BYTES, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    if (isfinite(value) && strpbrk(text, ".e") == NULL) {
        strcat(text, ".0");
    }
    return text;
}
