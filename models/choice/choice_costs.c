#include "choice/choice_costs.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum figure_type { FIGURE_DOUBLE, FIGURE_U32, FIGURE_BOOL };

struct figure {
    const char *name;
    enum figure_type type;
    size_t offset;
    const char *unit, *meaning;
};

#define FIGURE(field, unit, meaning)                                                               \
    {                                                                                              \
#field, FIGURE_DOUBLE, offsetof(struct choice_costs, field), unit, meaning                 \
    }
#define ARRAY(field, type, unit, meaning)                                                          \
    {                                                                                              \
        "accelerator_" #field, type, offsetof(struct choice_costs, accelerator.field), unit,       \
            meaning                                                                                \
    }

static const struct figure figures[] = {
    FIGURE(start_ns, "ns", "a transfer, from the call to the engine's start"),
    FIGURE(descriptor_ns, "ns", "a row that joins a descriptor chain"),
    FIGURE(poll_ns, "ns", "a look whether a transfer is over"),
    FIGURE(sleep_ns, "ns", "from a look in vain until the CPU idles; 0: the driver polls"),
    FIGURE(wake_ns, "ns", "from the interrupt until the driver goes on"),
    FIGURE(send_sync_ns, "ns", "cache maintenance of a buffer that is sent: the call"),
    FIGURE(receive_sync_ns, "ns", "... of one that is received, before and after"),
    FIGURE(sync_word_ns, "ns", "... a word of it"),
    FIGURE(send_latency_ns, "ns",
           "the engine's start to the first word at the accelerator, and "
           "the last word to the status"),
    FIGURE(receive_latency_ns, "ns",
           "... of a receive: the first word to memory, and to the "
           "status"),
    FIGURE(send_word_ns, "ns", "a word on the stream to the accelerator"),
    FIGURE(receive_word_ns, "ns", "... from it"),
    FIGURE(fifo_words, "words", "that the stream holds in front of the accelerator"),
    FIGURE(opcode_ns, "ns", "staging an opcode word"),
    FIGURE(copy_tile_ns, "ns", "a staging copy of a tile: the call"),
    FIGURE(copy_row_ns, "ns", "... a row of it"),
    FIGURE(copy_in_word_ns, "ns", "... a word to the buffer, read from the L1"),
    FIGURE(copy_out_word_ns, "ns", "... a word from the buffer"),
    FIGURE(add_row_ns, "ns", "the CPU adds a partial tile to C: a row"),
    FIGURE(add_word_ns, "ns", "... a word, from the heap"),
    FIGURE(add_in_place_ns, "ns", "... a word, from the buffer"),
    FIGURE(clear_word_ns, "ns", "C set to zero before that: a word"),
    FIGURE(l1_miss_ns, "ns", "a line that the L2 has"),
    FIGURE(l2_miss_ns, "ns", "... that memory has, on top"),
    FIGURE(l1_bytes, "bytes", "the L1's capacity"),
    FIGURE(l2_bytes, "bytes", "the L2's"),
    FIGURE(line_bytes, "bytes", "a line"),
    FIGURE(micro_tlb_miss_ns, "ns", "a page that the main TLB has"),
    FIGURE(tlb_miss_ns, "ns", "... that none has, on top"),
    FIGURE(micro_tlb_entries, "pages", "that the micro-TLB holds"),
    FIGURE(tlb_entries, "pages", "... the main TLB"),
    FIGURE(page_bytes, "bytes", "a page"),
    FIGURE(cycle_ns, "ns", "a cycle of the accelerator's arithmetic"),
    ARRAY(size, FIGURE_U32, "elements", "edge of its tile, or block"),
    ARRAY(type, FIGURE_U32, "", "0: i32, 1: f32, 2: i8"),
    ARRAY(compute, FIGURE_U32, "",
          "compute time: 0: ops_per_cycle, 1 to 3: systolic, output, weight, input stationary"),
    ARRAY(macs_per_cycle, FIGURE_U32, "operations", "0: as AXI4MLIR's"),
    ARRAY(array_rows, FIGURE_U32, "elements", "of a systolic array; 0: size"),
    ARRAY(array_columns, FIGURE_U32, "elements", "of a systolic array; 0: size"),
    ARRAY(double_buffering, FIGURE_BOOL, "", "1: load, compute and store overlap"),
    ARRAY(compute_latency_cycles, FIGURE_U32, "cycles", "added to each tile's compute"),
};
enum { FIGURES = sizeof(figures) / sizeof(figures[0]) };

static double get(const struct choice_costs *costs, const struct figure *figure)
{
    const void *const field = (const char *)costs + figure->offset;

    return figure->type == FIGURE_DOUBLE ? *(const double *)field
           : figure->type == FIGURE_U32  ? *(const uint32_t *)field
                                         : *(const bool *)field;
}

static void set(struct choice_costs *costs, const struct figure *figure, double value)
{
    void *const field = (char *)costs + figure->offset;

    if (figure->type == FIGURE_DOUBLE) {
        *(double *)field = value;
    } else if (figure->type == FIGURE_U32) {
        *(uint32_t *)field = (uint32_t)value;
    } else {
        *(bool *)field = value != 0;
    }
}

void choice_costs_write(const struct choice_costs *costs, FILE *out)
{
    for (const struct figure *figure = figures; figure < figures + FIGURES; figure++) {
        fprintf(out, "%s: %.10g # %s%s%s\n", figure->name, get(costs, figure), figure->unit,
                figure->unit[0] == '\0' ? "" : ": ", figure->meaning);
    }
}

static const struct figure *find(const char *name, size_t length)
{
    for (const struct figure *figure = figures; figure < figures + FIGURES; figure++) {
        if (strlen(figure->name) == length && strncmp(figure->name, name, length) == 0) {
            return figure;
        }
    }
    return NULL;
}

static bool is_possible(const struct figure *figure, double value)
{
    return isfinite(value) && value >= 0 &&
           (figure->type == FIGURE_DOUBLE ||
            (value <= (figure->type == FIGURE_BOOL ? 1 : UINT32_MAX) && value == floor(value)));
}

/* "name: value # whatever", from its first character that is no space. NULL: all is well. */
static const char *read_line(struct choice_costs *costs, const char *line, bool seen[FIGURES])
{
    const size_t length = strcspn(line, ": \t\r\n#");
    const struct figure *const figure = find(line, length);
    const char *value = line + length + strspn(line + length, " \t");
    char *end;

    if (*value++ != ':') {
        return "expected NAME: VALUE";
    }
    if (figure == NULL) {
        return "no such figure: `zs-sim --costs` writes those that there are";
    }
    const double number = strtod(value, &end);
    if (end == value || strchr("\n#", end[strspn(end, " \t\r")]) == NULL ||
        !is_possible(figure, number)) {
        return "expected a number that is not negative (whole where it counts, 0 or 1 where it "
               "switches)";
    }
    if (seen[figure - figures]) {
        return "is given twice";
    }
    seen[figure - figures] = true;
    set(costs, figure, number);
    return NULL;
}

int choice_costs_read(struct choice_costs *costs, const char *text,
                      char error[CHOICE_COSTS_ERROR_BYTES])
{
    bool seen[FIGURES] = {false};
    int number = 1;

    memset(costs, 0, sizeof(*costs));
    for (; *text != '\0'; number++) {
        const char *const line = text + strspn(text, " \t\r");
        const char *const wrong =
            strchr("\n#", *line) != NULL ? NULL : read_line(costs, line, seen);
        if (wrong != NULL) {
            snprintf(error, CHOICE_COSTS_ERROR_BYTES, "'%.*s': %s", (int)strcspn(line, ":\r\n"),
                     line, wrong);
            return number;
        }
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    for (int i = 0; i < FIGURES; i++) {
        if (!seen[i]) {
            snprintf(error, CHOICE_COSTS_ERROR_BYTES, "%s is missing (%s)", figures[i].name,
                     figures[i].meaning);
            return number;
        }
    }
    return 0;
}
