/* Parameter tables: the one place where a parameter's name, type, unit, default and source are.
 *
 * Each room declares a struct of plain values (`struct dram_config`) and a table that binds each
 * field to a name in the YAML (`dram_params`). The board joins the tables into a schema; loading,
 * checking, `zs check`, `zs params` and the resolved config.yaml all follow from the tables.
 */
#ifndef ZEROSTAGE_CONFIG_PARAM_H
#define ZEROSTAGE_CONFIG_PARAM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum param_type {
    PARAM_BOOL,   /* field: bool */
    PARAM_U32,    /* field: uint32_t */
    PARAM_U64,    /* field: uint64_t; hexadecimal accepted */
    PARAM_DOUBLE, /* field: double */
    PARAM_ENUM,   /* field: uint32_t, index into `choices` */
    PARAM_STRING, /* field: char[PARAM_STRING_BYTES] */
    PARAM_LIST    /* field: struct param_list, a sequence of strings */
};

enum { PARAM_STRING_BYTES = 512, PARAM_LIST_ITEMS = 32, PARAM_ITEM_BYTES = 256 };

struct param_list {
    uint32_t count;
    char items[PARAM_LIST_ITEMS][PARAM_ITEM_BYTES];
};

/* How a default came about. */
enum param_kind { KIND_MEASURED, KIND_DATASHEET, KIND_DERIVED, KIND_GUESS, KIND_CHOICE };

struct param {
    const char *name; /* last component of the dotted path: "row_hit_ns" */
    enum param_type type;
    const char *unit;           /* "Hz", "bytes", "ns", "cycles", "address", ... or "" */
    size_t offset;              /* of the field in the room's struct */
    const char *default_text;   /* as one would write it in YAML; NULL: the config must give it */
    double minimum, maximum;    /* numbers only; both 0: no limits */
    const char *const *choices; /* PARAM_ENUM only, NULL-terminated */
    enum param_kind kind;
    const char *source; /* where the default is from: "UG585 table 22-8", "PG021", ... */
    const char *description;
};

/* A table bound to one object, at one place in the YAML tree. */
struct param_section {
    const char *path; /* "board.dram" */
    const struct param *params;
    size_t count;
    void *object;
};

#ifdef __cplusplus
}
#endif
#endif
