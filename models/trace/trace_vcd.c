#include "trace/trace_internal.h"
#include "trace/trace_writers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A wire is up while the innermost slice of its track has its name; a bus counts bursts, or bytes
 * in a microsecond. So a change is a step up or down, and all changes of one instant add up to one
 * value. */

enum {
    WIRE_BITS = 1,
    BUS_BITS = 16,
    RATE_BITS = 32,
    FIRST_CODE = '!',
    LAST_CODE = '~',
    CODE_BYTES = 8
};

struct wire {
    const char *name; /* of the slice; "outstanding", "bytes_per_us" */
    uint32_t track;
    int bits;
    int32_t value, shown;
};

struct change {
    uint64_t ps;
    uint32_t wire;
    int32_t step;
};

struct writer {
    const struct trace *trace;
    FILE *out;
    struct trace_list wires;   /* struct wire, those of a track together */
    struct trace_list changes; /* struct change */
    int error;
};

static struct wire *wire_at(const struct writer *writer, size_t index)
{
    return (struct wire *)writer->wires.items + index;
}

/* --- signals and their changes --- */

static uint32_t wire_named(struct writer *writer, uint32_t track, const char *name, int bits)
{
    for (size_t i = writer->wires.count; i > 0; i--) {
        const struct wire *const wire = wire_at(writer, i - 1);

        if (wire->track == track && strcmp(wire->name, name) == 0) {
            return (uint32_t)(i - 1);
        }
    }
    struct wire *const added = trace_list_add(&writer->wires, sizeof(*added));
    if (!added) {
        writer->error = -ENOMEM;
        return 0;
    }
    *added = (struct wire){name, track, bits, 0, 0};
    return (uint32_t)(writer->wires.count - 1);
}

static void add_change(struct writer *writer, uint64_t ps, uint32_t wire, int32_t step)
{
    struct change *const change = trace_list_add(&writer->changes, sizeof(*change));

    if (!change) {
        writer->error = -ENOMEM;
        return;
    }
    *change = (struct change){ps, wire, step};
}

static void add_slice(struct writer *writer, const struct trace_slice *slice,
                      const struct trace_slice *around)
{
    const uint32_t wire = wire_named(writer, slice->track, slice->name, WIRE_BITS);

    add_change(writer, slice->start_ps, wire, 1);
    add_change(writer, slice->end_ps, wire, -1);
    if (around) {
        const uint32_t outer = wire_named(writer, around->track, around->name, WIRE_BITS);

        add_change(writer, slice->start_ps, outer, -1);
        add_change(writer, slice->end_ps, outer, 1);
    }
}

static void add_slices(struct writer *writer)
{
    const struct trace *const trace = writer->trace;
    struct trace_list around = {NULL, 0, 0}; /* const struct trace_slice *, by depth */

    for (size_t i = 0; i < trace->slices.count && writer->error == 0; i++) {
        const struct trace_slice *const slice = trace_slice_at(trace, i);

        around.count = slice->depth;
        const struct trace_slice **const entry = trace_list_add(&around, sizeof(void *));
        if (!entry) {
            writer->error = -ENOMEM;
            break;
        }
        *entry = slice;
        add_slice(writer, slice, slice->depth > 0 ? entry[-1] : NULL);
    }
    free(around.items);
}

static void add_bursts(struct writer *writer)
{
    const struct trace *const trace = writer->trace;

    for (size_t i = 0; i < trace->transactions.count && writer->error == 0; i++) {
        const struct trace_transaction_record *const record = trace_transaction_at(trace, i);
        const uint32_t bus = wire_named(writer, record->track, "outstanding", BUS_BITS);

        add_change(writer, record->what.issue_ps, bus, 1);
        add_change(writer, record->what.response_ps, bus, -1);
    }
}

static void add_bins(struct writer *writer)
{
    for (uint32_t i = 0; i < writer->trace->tracks.count; i++) {
        const struct trace_track *const track = trace_track_at(writer->trace, i);

        for (size_t j = 0; j < track->bins.count && writer->error == 0; j++) {
            const struct trace_bin *const bin = trace_bin_at(track, j);
            const uint32_t bus = wire_named(writer, i, "bytes_per_us", RATE_BITS);

            add_change(writer, bin->start_ps, bus, (int32_t)bin->bytes);
            add_change(writer, bin->start_ps + TRACE_BIN_PS, bus, -(int32_t)bin->bytes);
        }
    }
}

static int compare_changes(const void *left, const void *right)
{
    const struct change *const a = left, *const b = right;

    if (a->ps != b->ps) {
        return a->ps < b->ps ? -1 : 1;
    }
    return a->wire < b->wire ? -1 : a->wire > b->wire;
}

/* --- the file --- */

/* A short name of printable characters, as the format wants it. */
static const char *code_of(size_t wire, char code[CODE_BYTES])
{
    const size_t codes = LAST_CODE - FIRST_CODE + 1;
    size_t length = 0;

    do {
        code[length++] = (char)(FIRST_CODE + wire % codes);
        wire /= codes;
    } while (wire > 0 && length < CODE_BYTES - 1);
    code[length] = '\0';
    return code;
}

static void write_value(const struct writer *writer, size_t index)
{
    const struct wire *const wire = wire_at(writer, index);
    char code[CODE_BYTES];

    if (wire->bits == WIRE_BITS) {
        fprintf(writer->out, "%d%s\n", wire->value > 0, code_of(index, code));
        return;
    }
    fputc('b', writer->out);
    for (int bit = wire->bits - 1; bit >= 0; bit--) {
        fputc('0' + (wire->value >> bit & 1), writer->out);
    }
    fprintf(writer->out, " %s\n", code_of(index, code));
}

static void write_unknown(const struct writer *writer)
{
    char code[CODE_BYTES];

    fputs("$dumpoff\n", writer->out);
    for (size_t i = 0; i < writer->wires.count; i++) {
        fprintf(writer->out, wire_at(writer, i)->bits == WIRE_BITS ? "x%s\n" : "bx %s\n",
                code_of(i, code));
    }
    fputs("$end\n", writer->out);
}

static void write_all(const struct writer *writer, const char *keyword)
{
    fprintf(writer->out, "%s\n", keyword);
    for (size_t i = 0; i < writer->wires.count; i++) {
        write_value(writer, i);
        wire_at(writer, i)->shown = wire_at(writer, i)->value;
    }
    fputs("$end\n", writer->out);
}

static bool has_wires(const struct writer *writer, uint32_t track)
{
    for (size_t i = 0; i < writer->wires.count; i++) {
        if (wire_at(writer, i)->track == track) {
            return true;
        }
    }
    return false;
}

static void write_track(const struct writer *writer, uint32_t track)
{
    char code[CODE_BYTES];

    fprintf(writer->out, "$scope module %s $end\n", trace_track_at(writer->trace, track)->name);
    for (size_t i = 0; i < writer->wires.count; i++) {
        const struct wire *const wire = wire_at(writer, i);

        if (wire->track == track) {
            fprintf(writer->out, "$var wire %d %s %s $end\n", wire->bits, code_of(i, code),
                    wire->name);
        }
    }
    fputs("$upscope $end\n", writer->out);
}

static void write_header(const struct writer *writer)
{
    const struct trace *const trace = writer->trace;

    const char *group = "";

    fputs("$version zs-sim $end\n$timescale 1 ps $end\n", writer->out);
    for (uint32_t i = 0; i < trace->tracks.count; i++) {
        const struct trace_track *const track = trace_track_at(trace, i);

        if (!has_wires(writer, i)) {
            continue;
        }
        if (strcmp(group, track->group) != 0) {
            fputs(*group != '\0' ? "$upscope $end\n" : "", writer->out);
            fprintf(writer->out, "$scope module %s $end\n", track->group);
            group = track->group;
        }
        write_track(writer, i);
    }
    fputs(*group != '\0' ? "$upscope $end\n" : "", writer->out);
    fputs("$enddefinitions $end\n", writer->out);
}

/* Take over all changes of one instant; the next one's index. */
static size_t take_changes(const struct writer *writer, size_t index)
{
    const struct change *const changes = writer->changes.items;
    const uint64_t ps = changes[index].ps;

    while (index < writer->changes.count && changes[index].ps == ps) {
        wire_at(writer, changes[index].wire)->value += changes[index].step;
        index++;
    }
    return index;
}

static void write_changes(const struct writer *writer, size_t from, size_t to)
{
    const struct change *const changes = writer->changes.items;
    bool timed = false;

    for (size_t i = from; i < to; i++) {
        struct wire *const wire = wire_at(writer, changes[i].wire);

        if (wire->shown == wire->value) {
            continue;
        }
        if (!timed) {
            fprintf(writer->out, "#%" PRIu64 "\n", changes[i].ps);
            timed = true;
        }
        write_value(writer, changes[i].wire);
        wire->shown = wire->value;
    }
}

/* What lies between two windows is not known. */
static void write_windows(const struct writer *writer)
{
    const struct trace *const trace = writer->trace;
    const struct change *const changes = writer->changes.items;
    const char *keyword = "$dumpvars";
    size_t next = 0;

    for (size_t i = 0; i < trace->windows.count; i++) {
        const struct trace_window *const window = trace_window_at(trace, i);

        if (window->from_ps >= window->to_ps) {
            continue;
        }
        while (next < writer->changes.count && changes[next].ps <= window->from_ps) {
            next = take_changes(writer, next);
        }
        fprintf(writer->out, "#%" PRIu64 "\n", window->from_ps);
        write_all(writer, keyword);
        keyword = "$dumpon";
        while (next < writer->changes.count && changes[next].ps < window->to_ps) {
            const size_t first = next;

            next = take_changes(writer, first);
            write_changes(writer, first, next);
        }
        fprintf(writer->out, "#%" PRIu64 "\n", window->to_ps);
        write_unknown(writer);
    }
}

int trace_write_vcd(const struct trace *trace, FILE *out)
{
    struct writer writer = {.trace = trace, .out = out};

    add_slices(&writer);
    add_bursts(&writer);
    add_bins(&writer);
    if (writer.error == 0) {
        if (writer.changes.count > 0) {
            qsort(writer.changes.items, writer.changes.count, sizeof(struct change),
                  compare_changes);
        }
        write_header(&writer);
        write_windows(&writer);
    }
    free(writer.wires.items);
    free(writer.changes.items);
    return writer.error != 0 ? writer.error : ferror(out) ? -EIO : 0;
}
