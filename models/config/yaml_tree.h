/* YAML text as a plain tree that knows the place of every key and value.
 *
 * One document; keys are scalars; no anchors, aliases or tags: a configuration says what it means
 * in the place where it says it, and `base:` is how it reuses. */
#ifndef ZEROSTAGE_CONFIG_YAML_TREE_H
#define ZEROSTAGE_CONFIG_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum yaml_kind { YAML_SCALAR, YAML_MAPPING, YAML_SEQUENCE };

/* Lines and columns count from 1. */
struct yaml_node {
    enum yaml_kind kind;
    unsigned line, column;
    char *text;  /* YAML_SCALAR only */
    bool quoted; /* YAML_SCALAR only: not a plain scalar */

    char *key; /* of a mapping's child */
    unsigned key_line, key_column;

    struct yaml_node *first_child; /* of a mapping or sequence, in the order of the text */
    struct yaml_node *next;        /* sibling */
};

struct yaml_error {
    unsigned line, column;
    char message[192];
};

/* Returns 0 with *root the document's root (NULL when there is no document: an empty text);
 * -EINVAL with *error filled in; -ENOMEM. */
int yaml_parse(const char *text, size_t bytes, struct yaml_node **root, struct yaml_error *error);
void yaml_free(struct yaml_node *root);

/* A plain scalar that YAML reads as null: empty, ~ or null. */
bool yaml_is_null(const struct yaml_node *node);

#ifdef __cplusplus
}
#endif
#endif
