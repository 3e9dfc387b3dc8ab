#include "config/yaml_tree.h"

#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

enum { YAML_DEPTH = 32 };

/* One open mapping or sequence while events come in. */
struct level {
    struct yaml_node *node;
    struct yaml_node **tail; /* where the next child is linked */
    struct yaml_node *key;   /* a mapping's key that waits for its value */
};

struct builder {
    struct level levels[YAML_DEPTH];
    unsigned depth;
    unsigned documents;
    struct yaml_node *root;
    struct yaml_error *error;
};

static int fail_at(struct builder *builder, struct fy_token *token, const char *message)
{
    const struct fy_mark *const mark = token == NULL ? NULL : fy_token_start_mark(token);
    builder->error->line = mark == NULL ? 1 : (unsigned)mark->line + 1;
    builder->error->column = mark == NULL ? 1 : (unsigned)mark->column + 1;
    snprintf(builder->error->message, sizeof(builder->error->message), "%s", message);
    return -EINVAL;
}

static struct yaml_node *new_node(enum yaml_kind kind, struct fy_token *token)
{
    struct yaml_node *const node = calloc(1, sizeof(*node));
    const struct fy_mark *const mark = token == NULL ? NULL : fy_token_start_mark(token);
    if (node != NULL) {
        node->kind = kind;
        node->line = mark == NULL ? 1 : (unsigned)mark->line + 1;
        node->column = mark == NULL ? 1 : (unsigned)mark->column + 1;
    }
    return node;
}

static struct yaml_node *new_scalar(struct fy_token *token)
{
    struct yaml_node *const node = new_node(YAML_SCALAR, token);
    if (node == NULL) {
        return NULL;
    }
    size_t bytes = 0;
    const char *const text = token == NULL ? "" : fy_token_get_text(token, &bytes);
    node->text = calloc(1, bytes + 1);
    if (node->text == NULL || text == NULL) {
        yaml_free(node);
        return NULL;
    }
    memcpy(node->text, text, bytes);
    node->quoted = token != NULL && fy_token_scalar_style(token) != FYSS_PLAIN;
    return node;
}

/* Takes the node over, whatever happens. */
static int attach(struct builder *builder, struct yaml_node *node, struct fy_token *token)
{
    if (builder->depth == 0) {
        builder->root = node;
        return 0;
    }
    struct level *const level = &builder->levels[builder->depth - 1];
    if (level->node->kind == YAML_MAPPING && level->key == NULL) {
        level->key = node;
        return node->kind == YAML_SCALAR
                   ? 0
                   : fail_at(builder, token, "a key must be a word, not a list or a mapping");
    }
    if (level->node->kind == YAML_MAPPING) {
        node->key = level->key->text;
        node->key_line = level->key->line;
        node->key_column = level->key->column;
        level->key->text = NULL;
        yaml_free(level->key);
        level->key = NULL;
        if (node->kind == YAML_SCALAR && !node->quoted &&
            node->text[0] == '\0') { /* `key:` and nothing behind it */
            node->line = node->key_line;
            node->column = node->key_column;
        }
    }
    *level->tail = node;
    level->tail = &node->next;
    return 0;
}

static int open_level(struct builder *builder, enum yaml_kind kind, struct fy_token *token)
{
    if (builder->depth == YAML_DEPTH) {
        return fail_at(builder, token, "nested too deeply");
    }
    struct yaml_node *const node = new_node(kind, token);
    if (node == NULL) {
        return -ENOMEM;
    }
    const int error = attach(builder, node, token);
    if (error == 0) {
        builder->levels[builder->depth++] =
            (struct level){.node = node, .tail = &node->first_child};
    }
    return error;
}

static int add_scalar(struct builder *builder, struct fy_token *token)
{
    struct yaml_node *const node = new_scalar(token);
    return node == NULL ? -ENOMEM : attach(builder, node, token);
}

static int handle_event(struct builder *builder, struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return builder->documents++ == 0 ? 0
                                         : fail_at(builder, event->document_start.document_start,
                                                   "a second document; expected one in a file");
    case FYET_MAPPING_START:
        if (event->mapping_start.anchor != NULL || event->mapping_start.tag != NULL) {
            return fail_at(builder, event->mapping_start.mapping_start,
                           "anchors and tags are not supported; use 'base:' to reuse a part");
        }
        return open_level(builder, YAML_MAPPING, event->mapping_start.mapping_start);
    case FYET_SEQUENCE_START:
        if (event->sequence_start.anchor != NULL || event->sequence_start.tag != NULL) {
            return fail_at(builder, event->sequence_start.sequence_start,
                           "anchors and tags are not supported; use 'base:' to reuse a part");
        }
        return open_level(builder, YAML_SEQUENCE, event->sequence_start.sequence_start);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        builder->depth--;
        return 0;
    case FYET_SCALAR:
        if (event->scalar.anchor != NULL || event->scalar.tag != NULL) {
            return fail_at(builder, event->scalar.value,
                           "anchors and tags are not supported; use 'base:' to reuse a part");
        }
        return add_scalar(builder, event->scalar.value);
    case FYET_ALIAS:
        return fail_at(builder, event->alias.anchor,
                       "aliases are not supported; use 'base:' to reuse a part");
    default:
        return 0;
    }
}

static void take_syntax_error(struct fy_diag *diag, struct yaml_error *error)
{
    void *iterator = NULL;
    const struct fy_diag_error *const first = fy_diag_errors_iterate(diag, &iterator);
    error->line = first == NULL || first->line < 1 ? 1 : (unsigned)first->line;
    error->column = first == NULL || first->column < 1 ? 1 : (unsigned)first->column;
    snprintf(error->message, sizeof(error->message), "not valid YAML: %s",
             first == NULL || first->msg == NULL ? "cannot be read" : first->msg);
    error->message[strcspn(error->message, "\n")] = '\0';
}

static void discard_output(struct fy_diag *diag, void *user, const char *text, size_t bytes)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)bytes;
}

static int build(struct builder *builder, struct fy_parser *parser, struct fy_diag *diag)
{
    struct fy_event *event = NULL;
    int error = 0;
    while (error == 0 && (event = fy_parser_parse(parser)) != NULL) {
        error = handle_event(builder, event);
        fy_parser_event_free(parser, event);
    }
    if (error == 0 && (fy_parser_get_stream_error(parser) || fy_diag_got_error(diag))) {
        take_syntax_error(diag, builder->error);
        error = -EINVAL;
    }
    return error;
}

static void abandon(struct builder *builder)
{
    for (unsigned i = 0; i < builder->depth; i++) {
        yaml_free(builder->levels[i].key);
    }
    yaml_free(builder->root);
}

int yaml_parse(const char *text, size_t bytes, struct yaml_node **root, struct yaml_error *error)
{
    struct builder builder = {.error = error};
    struct fy_diag_cfg diag_cfg;
    int result = -ENOMEM;

    *root = NULL;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    diag_cfg.output_fn = discard_output;
    diag_cfg.colorize = false;
    struct fy_diag *const diag = fy_diag_create(&diag_cfg);
    if (diag == NULL) {
        return -ENOMEM;
    }
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg parse_cfg = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_ALLOW_DUPLICATE_KEYS, .diag = diag};
    struct fy_parser *const parser = fy_parser_create(&parse_cfg);
    if (parser == NULL) {
        goto out_diag;
    }
    if (fy_parser_set_string(parser, text, bytes) != 0) {
        goto out_parser;
    }
    result = build(&builder, parser, diag);
    if (result == 0) {
        *root = builder.root;
    } else {
        abandon(&builder);
    }
out_parser:
    fy_parser_destroy(parser);
out_diag:
    fy_diag_destroy(diag);
    return result;
}

void yaml_free(struct yaml_node *root)
{
    while (root != NULL) {
        struct yaml_node *const next = root->next;
        yaml_free(root->first_child);
        free(root->text);
        free(root->key);
        free(root);
        root = next;
    }
}

bool yaml_is_null(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && !node->quoted &&
           (node->text[0] == '\0' || strcmp(node->text, "~") == 0 ||
            strcmp(node->text, "null") == 0);
}
