#include "stats/audit.h"

#include <errno.h>
#include <inttypes.h>

static int add(struct audit *audit, const char *name, const char *unit, const char *left_text,
               uint64_t left, const char *right_text, uint64_t right, bool ok)
{
    if (!ok) {
        audit->failures++;
    }
    if (audit->count == AUDIT_IDENTITIES) {
        audit->failures += ok ? 1 : 0;
        return -ENOSPC;
    }
    struct audit_identity *const identity = &audit->identities[audit->count++];
    snprintf(identity->name, sizeof(identity->name), "%s", name);
    snprintf(identity->unit, sizeof(identity->unit), "%s", unit);
    snprintf(identity->left_text, sizeof(identity->left_text), "%s", left_text);
    snprintf(identity->right_text, sizeof(identity->right_text), "%s", right_text);
    identity->left = left;
    identity->right = right;
    identity->ok = ok;
    return 0;
}

int audit_equal(struct audit *audit, const char *name, const char *unit, const char *left_text,
                uint64_t left, const char *right_text, uint64_t right)
{
    return add(audit, name, unit, left_text, left, right_text, right, left == right);
}

int audit_at_most(struct audit *audit, const char *name, const char *unit, const char *left_text,
                  uint64_t left, const char *right_text, uint64_t right)
{
    return add(audit, name, unit, left_text, left, right_text, right, left <= right);
}

bool audit_passed(const struct audit *audit)
{
    return audit->failures == 0;
}

void audit_json(const struct audit *audit, struct json *json)
{
    json_begin_array(json, "audit");
    for (size_t i = 0; i < audit->count; i++) {
        const struct audit_identity *const identity = &audit->identities[i];
        json_begin_flat_object(json, NULL);
        json_string(json, "name", identity->name);
        json_bool(json, "ok", identity->ok);
        json_string(json, "unit", identity->unit);
        json_u64(json, "left", identity->left);
        json_u64(json, "right", identity->right);
        json_string(json, "left_text", identity->left_text);
        json_string(json, "right_text", identity->right_text);
        json_end(json);
    }
    json_end(json);
}

void audit_report_failures(const struct audit *audit, FILE *out)
{
    for (size_t i = 0; i < audit->count; i++) {
        const struct audit_identity *const identity = &audit->identities[i];
        if (!identity->ok) {
            fprintf(out, "audit failed: %s: %s = %" PRIu64 " %s, but %s = %" PRIu64 " %s\n",
                    identity->name, identity->left_text, identity->left, identity->unit,
                    identity->right_text, identity->right, identity->unit);
        }
    }
}
