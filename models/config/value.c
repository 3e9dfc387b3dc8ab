#include "config/value.h"
#include "config/nearest.h"
#include "config/units.h"
#include "stats/json.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_BYTES = 64 };

/* A number as written: digits, then perhaps a unit. */
struct quantity {
    char digits[NUMBER_BYTES]; /* without underscores */
    char unit[NUMBER_BYTES];
    bool integer; /* decimal or hexadecimal digits only */
};

static void *field(const struct param *param, void *object)
{
    return (char *)object + param->offset;
}

static const void *const_field(const struct param *param, const void *object)
{
    return (const char *)object + param->offset;
}

static bool is_address(const struct param *param)
{
    return strcmp(param->unit, "address") == 0;
}

static bool has_limits(const struct param *param)
{
    return param->minimum != 0.0 || param->maximum != 0.0;
}

static bool is_number_character(const char *text, size_t i, bool hexadecimal)
{
    const char c = text[i];
    if (hexadecimal) {
        return isxdigit((unsigned char)c) || (c == 'x' && i == 1) || (c == 'X' && i == 1);
    }
    const bool exponent =
        (c == 'e' || c == 'E') &&
        (isdigit((unsigned char)text[i + 1]) ||
         ((text[i + 1] == '-' || text[i + 1] == '+') && isdigit((unsigned char)text[i + 2])));
    const bool sign =
        (c == '-' || c == '+') && (i == 0 || text[i - 1] == 'e' || text[i - 1] == 'E');
    return isdigit((unsigned char)c) || c == '.' || exponent || sign;
}

/* Returns false when the text does not begin with a number or is far too long for one. */
static bool split_quantity(const char *text, struct quantity *quantity)
{
    const bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    size_t used = 0, length = 0;

    while (text[used] != '\0' &&
           (is_number_character(text, used, hexadecimal) || (used > 0 && text[used] == '_'))) {
        if (text[used] != '_') {
            if (length + 1 == NUMBER_BYTES) {
                return false;
            }
            quantity->digits[length++] = text[used];
        }
        used++;
    }
    quantity->digits[length] = '\0';
    quantity->integer = hexadecimal || strspn(quantity->digits, "0123456789") == length;
    while (text[used] == ' ') {
        used++;
    }
    snprintf(quantity->unit, sizeof(quantity->unit), "%s", text + used);
    char *end;
    (void)strtod(quantity->digits, &end);
    return length > 0 && *end == '\0' && strlen(text + used) < NUMBER_BYTES;
}

static int complain(const struct param *param, const char *text, const char *why,
                    char message[VALUE_MESSAGE_BYTES])
{
    char expected[VALUE_MESSAGE_BYTES];
    value_expected(param, expected);
    snprintf(message, VALUE_MESSAGE_BYTES, "'%.80s' %.80s; expected %.300s", text, why, expected);
    return -EINVAL;
}

static int find_factor(const struct param *param, const struct quantity *quantity, const char *text,
                       double *factor, char message[VALUE_MESSAGE_BYTES])
{
    char why[NUMBER_BYTES * 2];
    *factor = 1.0;
    if (quantity->unit[0] == '\0') {
        return 0;
    }
    switch (unit_factor(quantity->unit, param->unit, factor)) {
    case UNIT_OK:
        return 0;
    case UNIT_WRONG_DIMENSION:
        snprintf(why, sizeof(why), "is %s", unit_dimension(quantity->unit));
        return complain(param, text, why, message);
    default:
        snprintf(why, sizeof(why), "has an unknown unit '%.40s'", quantity->unit);
        return complain(param, text, why, message);
    }
}

static int parse_double(const struct param *param, const char *text, double *value,
                        char message[VALUE_MESSAGE_BYTES])
{
    struct quantity quantity;
    double factor;
    if (!split_quantity(text, &quantity)) {
        return complain(param, text, "is not a number", message);
    }
    const int error = find_factor(param, &quantity, text, &factor, message);
    if (error != 0) {
        return error;
    }
    const double number = strtod(quantity.digits, NULL) * factor;
    if (!isfinite(number)) {
        return complain(param, text, "is too large", message);
    }
    if (has_limits(param) && (number < param->minimum || number > param->maximum)) {
        return complain(param, text, "is out of range", message);
    }
    *value = number;
    return 0;
}

/* Whole numbers stay exact to 64 bits: doubles are used only where a fraction was written. */
static int scale_exactly(const struct quantity *quantity, double factor, uint64_t *value)
{
    errno = 0;
    if (quantity->integer && factor >= 1.0 && factor == floor(factor)) {
        const bool hexadecimal = quantity->digits[1] == 'x' || quantity->digits[1] == 'X';
        const uint64_t number = strtoull(quantity->digits, NULL, hexadecimal ? 16 : 10);
        return errno != 0 || __builtin_mul_overflow(number, (uint64_t)factor, value) ? -ERANGE : 0;
    }
    const double number = strtod(quantity->digits, NULL) * factor;
    const double rounded = round(number);
    if (number < 0.0 || number >= 0x1p63) {
        return -ERANGE;
    }
    if (fabs(number - rounded) > 1e-9 * fmax(1.0, number)) {
        return -EDOM;
    }
    *value = (uint64_t)rounded;
    return 0;
}

static int parse_integer(const struct param *param, const char *text, uint64_t *value,
                         char message[VALUE_MESSAGE_BYTES])
{
    struct quantity quantity;
    double factor;
    uint64_t number = 0;
    if (!split_quantity(text, &quantity)) {
        return complain(param, text, "is not a number", message);
    }
    int error = find_factor(param, &quantity, text, &factor, message);
    if (error != 0) {
        return error;
    }
    error = scale_exactly(&quantity, factor, &number);
    if (error == -EDOM) {
        return complain(param, text, "is not a whole number", message);
    }
    const bool too_wide = param->type == PARAM_U32 && number > UINT32_MAX;
    const bool outside =
        has_limits(param) && ((double)number < param->minimum || (double)number > param->maximum);
    if (error != 0 || too_wide || outside) {
        return complain(param, text, "is out of range", message);
    }
    *value = number;
    return 0;
}

static int parse_enum(const struct param *param, const char *text, uint32_t *value,
                      char message[VALUE_MESSAGE_BYTES])
{
    struct nearest nearest = {0};
    for (uint32_t i = 0; param->choices[i] != NULL; i++) {
        if (strcmp(param->choices[i], text) == 0) {
            *value = i;
            return 0;
        }
        nearest_offer(&nearest, text, param->choices[i]);
    }
    const int error = complain(param, text, "is not a choice", message);
    const char *const meant = nearest_name(&nearest, text);
    if (meant != NULL) {
        const size_t used = strlen(message);
        snprintf(message + used, VALUE_MESSAGE_BYTES - used, "; did you mean '%s'?", meant);
    }
    return error;
}

static int parse_bool(const struct param *param, const char *text, bool *value,
                      char message[VALUE_MESSAGE_BYTES])
{
    const bool is_true = strcmp(text, "true") == 0;
    if (!is_true && strcmp(text, "false") != 0) {
        return complain(param, text, "is neither", message);
    }
    *value = is_true;
    return 0;
}

static int store_integer(const struct param *param, void *object, const char *text,
                         char message[VALUE_MESSAGE_BYTES])
{
    uint64_t number;
    const int error = parse_integer(param, text, &number, message);
    if (error == 0 && param->type == PARAM_U32) {
        *(uint32_t *)field(param, object) = (uint32_t)number;
    } else if (error == 0) {
        *(uint64_t *)field(param, object) = number;
    }
    return error;
}

int value_store(const struct param *param, void *object, const char *text,
                char message[VALUE_MESSAGE_BYTES])
{
    switch (param->type) {
    case PARAM_BOOL:
        return parse_bool(param, text, field(param, object), message);
    case PARAM_U32:
    case PARAM_U64:
        return store_integer(param, object, text, message);
    case PARAM_DOUBLE:
        return parse_double(param, text, field(param, object), message);
    case PARAM_ENUM:
        return parse_enum(param, text, field(param, object), message);
    case PARAM_STRING:
        if (strlen(text) >= PARAM_STRING_BYTES) {
            snprintf(message, VALUE_MESSAGE_BYTES,
                     "the text is too long; expected at most %d characters",
                     PARAM_STRING_BYTES - 1);
            return -EINVAL;
        }
        strcpy(field(param, object), text);
        return 0;
    case PARAM_LIST:
        break;
    }
    return complain(param, text, "is not a list", message);
}

void value_clear_list(const struct param *param, void *object)
{
    struct param_list *const list = field(param, object);
    memset(list, 0, sizeof(*list));
}

int value_append(const struct param *param, void *object, const char *item,
                 char message[VALUE_MESSAGE_BYTES])
{
    struct param_list *const list = field(param, object);
    if (list->count == PARAM_LIST_ITEMS) {
        snprintf(message, VALUE_MESSAGE_BYTES, "the list is too long; expected at most %d items",
                 PARAM_LIST_ITEMS);
        return -EINVAL;
    }
    if (strlen(item) >= PARAM_ITEM_BYTES) {
        snprintf(message, VALUE_MESSAGE_BYTES,
                 "the item '%.40s...' is too long; expected at most %d characters", item,
                 PARAM_ITEM_BYTES - 1);
        return -EINVAL;
    }
    strcpy(list->items[list->count++], item);
    return 0;
}

static void append(char text[VALUE_MESSAGE_BYTES], const char *more)
{
    const size_t used = strlen(text);
    snprintf(text + used, VALUE_MESSAGE_BYTES - used, "%s", more);
}

static void expect_choices(const struct param *param, char text[VALUE_MESSAGE_BYTES])
{
    snprintf(text, VALUE_MESSAGE_BYTES, "%s", param->choices[0]);
    for (size_t i = 1; param->choices[i] != NULL; i++) {
        append(text, param->choices[i + 1] == NULL ? " or " : ", ");
        append(text, param->choices[i]);
    }
}

static void expect_limits(const struct param *param, char text[VALUE_MESSAGE_BYTES])
{
    char limits[3 * JSON_NUMBER_BYTES];
    if (is_address(param)) {
        snprintf(limits, sizeof(limits), ", 0x%" PRIx64 " to 0x%" PRIx64, (uint64_t)param->minimum,
                 (uint64_t)param->maximum);
    } else {
        snprintf(limits, sizeof(limits), ", %.15g to %.15g", param->minimum, param->maximum);
    }
    append(text, limits);
    if (unit_dimension(param->unit) != NULL) {
        append(text, " ");
        append(text, param->unit);
    }
}

static void expect_number(const struct param *param, char text[VALUE_MESSAGE_BYTES])
{
    const char *const dimension = unit_dimension(param->unit);
    const bool whole = param->type != PARAM_DOUBLE;
    if (is_address(param)) {
        snprintf(text, VALUE_MESSAGE_BYTES, "an address, such as 0x40000000");
    } else if (dimension != NULL) {
        snprintf(text, VALUE_MESSAGE_BYTES, "%s in %s", dimension, unit_alternatives(param->unit));
    } else {
        snprintf(text, VALUE_MESSAGE_BYTES, "a %s%s%s", whole ? "whole number" : "number",
                 param->unit[0] == '\0' ? "" : " of ", param->unit);
    }
    if (has_limits(param)) {
        expect_limits(param, text);
    }
}

void value_expected(const struct param *param, char text[VALUE_MESSAGE_BYTES])
{
    switch (param->type) {
    case PARAM_BOOL:
        snprintf(text, VALUE_MESSAGE_BYTES, "true or false");
        break;
    case PARAM_ENUM:
        expect_choices(param, text);
        break;
    case PARAM_STRING:
        snprintf(text, VALUE_MESSAGE_BYTES, "a text");
        break;
    case PARAM_LIST:
        snprintf(text, VALUE_MESSAGE_BYTES, "a list, such as [one, two]");
        break;
    default:
        expect_number(param, text);
        break;
    }
}

/* Words of these characters that begin with a letter, '/' or '-' mean themselves in YAML. */
static bool is_plain_text(const char *text)
{
    static const char *const reserved[] = {"true", "false", "null", "yes", "no", "on", "off"};
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+=";
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (strcmp(text, reserved[i]) == 0) {
            return false;
        }
    }
    const bool begins_well = isalpha((unsigned char)text[0]) || text[0] == '/' ||
                             (text[0] == '-' && isalpha((unsigned char)text[1]));
    return begins_well && text[strspn(text, allowed)] == '\0';
}

static void write_text(const char *text, FILE *out)
{
    if (is_plain_text(text)) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            fprintf(out, "\\%c", *c);
        } else if (*c < 0x20 || *c == 0x7f) {
            fprintf(out, "\\x%02x", *c);
        } else {
            fputc(*c, out);
        }
    }
    fputc('"', out);
}

static void write_list(const struct param_list *list, FILE *out)
{
    fputc('[', out);
    for (uint32_t i = 0; i < list->count; i++) {
        fputs(i == 0 ? "" : ", ", out);
        write_text(list->items[i], out);
    }
    fputc(']', out);
}

void value_write_yaml(const struct param *param, const void *object, FILE *out)
{
    const void *const value = const_field(param, object);
    char text[JSON_NUMBER_BYTES];
    switch (param->type) {
    case PARAM_BOOL:
        fputs(*(const bool *)value ? "true" : "false", out);
        break;
    case PARAM_U32:
        fprintf(out, is_address(param) ? "0x%08" PRIx32 : "%" PRIu32, *(const uint32_t *)value);
        break;
    case PARAM_U64:
        fprintf(out, is_address(param) ? "0x%08" PRIx64 : "%" PRIu64, *(const uint64_t *)value);
        break;
    case PARAM_DOUBLE:
        fputs(json_format_double(*(const double *)value, text), out);
        break;
    case PARAM_ENUM:
        write_text(param->choices[*(const uint32_t *)value], out);
        break;
    case PARAM_STRING:
        write_text(value, out);
        break;
    case PARAM_LIST:
        write_list(value, out);
        break;
    }
}

size_t value_bytes(enum param_type type)
{
    static const size_t bytes[] = {[PARAM_BOOL] = sizeof(bool),
                                   [PARAM_U32] = sizeof(uint32_t),
                                   [PARAM_U64] = sizeof(uint64_t),
                                   [PARAM_DOUBLE] = sizeof(double),
                                   [PARAM_ENUM] = sizeof(uint32_t),
                                   [PARAM_STRING] = PARAM_STRING_BYTES,
                                   [PARAM_LIST] = sizeof(struct param_list)};
    return bytes[type];
}

const char *param_type_name(enum param_type type)
{
    static const char *const names[] = {"bool",   "integer", "integer", "number",
                                        "choice", "text",    "list"};
    return names[type];
}

const char *param_kind_name(enum param_kind kind)
{
    static const char *const names[] = {"measured", "datasheet", "derived", "guess", "choice"};
    return names[kind];
}
