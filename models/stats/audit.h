/* Identities that every run must fulfil: bytes and time are conserved. A run in which one of them
 * does not hold has counted wrongly, and its numbers are worth nothing. */
#ifndef ZEROSTAGE_STATS_AUDIT_H
#define ZEROSTAGE_STATS_AUDIT_H

#include "stats/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { AUDIT_IDENTITIES = 64, AUDIT_NAME_BYTES = 64, AUDIT_TEXT_BYTES = 160 };

struct audit_identity {
    char name[AUDIT_NAME_BYTES];
    char left_text[AUDIT_TEXT_BYTES], right_text[AUDIT_TEXT_BYTES]; /* what each side sums */
    char unit[16];
    uint64_t left, right;
    bool ok;
};

/* All zeros is an audit without identities. */
struct audit {
    size_t count;
    size_t failures;
    struct audit_identity identities[AUDIT_IDENTITIES];
};

/* left == right must hold. Returns 0 (also when it does not hold), -ENOSPC when the audit is
 * full: an identity that was not looked at counts as failed. */
int audit_equal(struct audit *audit, const char *name, const char *unit, const char *left_text,
                uint64_t left, const char *right_text, uint64_t right);
/* left <= right must hold. */
int audit_at_most(struct audit *audit, const char *name, const char *unit, const char *left_text,
                  uint64_t left, const char *right_text, uint64_t right);

bool audit_passed(const struct audit *audit);

/* "audit" array of the open object. */
void audit_json(const struct audit *audit, struct json *json);
/* One line for every identity that failed, with both sides. */
void audit_report_failures(const struct audit *audit, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
