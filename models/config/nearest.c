#include "config/nearest.h"

#include <ctype.h>
#include <string.h>

enum { COMPARED = 96 };

static size_t smaller(size_t left, size_t right)
{
    return left < right ? left : right;
}

static int folded(const char *text, size_t position)
{
    return tolower((unsigned char)text[position]);
}

/* Optimal string alignment, three rows of the table at a time. */
size_t edit_distance(const char *left, const char *right)
{
    const size_t rows = strnlen(left, COMPARED), columns = strnlen(right, COMPARED);
    size_t table[3][COMPARED + 1];

    for (size_t j = 0; j <= columns; j++) {
        table[0][j] = j;
    }
    for (size_t i = 1; i <= rows; i++) {
        const size_t *const above = table[(i - 1) % 3];
        const size_t *const twice_above = table[(i + 1) % 3];
        size_t *const row = table[i % 3];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            const size_t differs = folded(left, i - 1) != folded(right, j - 1);
            row[j] = smaller(above[j] + 1, row[j - 1] + 1);
            row[j] = smaller(row[j], above[j - 1] + differs);
            if (i > 1 && j > 1 && folded(left, i - 1) == folded(right, j - 2) &&
                folded(left, i - 2) == folded(right, j - 1)) {
                row[j] = smaller(row[j], twice_above[j - 2] + 1);
            }
        }
    }
    return table[rows % 3][columns];
}

void nearest_offer(struct nearest *nearest, const char *wanted, const char *candidate)
{
    const size_t distance = edit_distance(wanted, candidate);
    if (nearest->name == NULL || distance < nearest->distance) {
        nearest->name = candidate;
        nearest->distance = distance;
    }
}

const char *nearest_name(const struct nearest *nearest, const char *wanted)
{
    const size_t tolerated = (strlen(wanted) + 1) / 3;
    return nearest->name != NULL && nearest->distance <= tolerated ? nearest->name : NULL;
}
