#include "dram_replay.h"

#include <errno.h>
#include <string.h>

/* Reads in flight whose end is decided, earliest first. */
struct flight {
    uint64_t done_ps[DRAM_REPLAY_MAX_OUTSTANDING];
    uint32_t decided, in_flight;
};

static void flight_insert(struct flight *flight, uint64_t done_ps)
{
    uint32_t at = flight->decided++;

    while (at > 0 && flight->done_ps[at - 1] < done_ps) {
        flight->done_ps[at] = flight->done_ps[at - 1];
        at--;
    }
    flight->done_ps[at] = done_ps; /* latest first, so that the earliest is at the end */
}

static void collect(struct dram_replay *replay, struct flight *flight, struct dram_core *core)
{
    struct dram_completion completion;

    while (dram_core_complete(core, &completion)) {
        if (!completion.write) {
            flight_insert(flight, completion.done_ps);
            histogram_record(&replay->read_latency, completion.done_ps - completion.submitted_ps);
        }
        if (completion.done_ps > replay->time_ps) {
            replay->time_ps = completion.done_ps;
        }
    }
}

/* A read that is not decided yet ends after all that are: nothing waits at the port. */
static uint64_t first_done_ps(struct dram_replay *replay, struct flight *flight,
                              struct dram_core *core)
{
    collect(replay, flight, core);
    while (flight->decided == 0) {
        dram_core_run_to_completion(core, UINT64_MAX / 2000);
        collect(replay, flight, core);
    }
    flight->in_flight--;
    return flight->done_ps[--flight->decided];
}

static int offer(struct dram_replay *replay, struct flight *flight, struct dram_core *core,
                 uint64_t access, uint64_t *edge)
{
    const bool write = access & 1;
    const struct dram_request request = {.address = access & ~(uint64_t)1,
                                         .bytes = DRAM_TRACE_LINE_BYTES,
                                         .write = write,
                                         .traffic = write};

    const int status = dram_core_submit(core, &request, dram_core_edge_ps(core, *edge));
    if (status != 0) {
        return status;
    }
    flight->in_flight += !write;
    *(write ? &replay->write_lines : &replay->read_lines) += 1;
    *edge = dram_core_admit_all(core) + 1;
    return 0;
}

int dram_replay_run(struct dram_replay *replay, struct dram_core *core,
                    const struct dram_trace *trace, uint32_t outstanding)
{
    struct flight flight = {.decided = 0};
    uint64_t edge = 0;

    memset(replay, 0, sizeof *replay);
    if (outstanding == 0 || outstanding > DRAM_REPLAY_MAX_OUTSTANDING) {
        return -EINVAL;
    }
    for (size_t i = 0; i < trace->count; i++) {
        const uint64_t access = trace->accesses[i];

        if (!(access & 1) && flight.in_flight == outstanding) {
            const uint64_t free_edge =
                dram_core_edge(core, first_done_ps(replay, &flight, core)) + 1;
            edge = edge > free_edge ? edge : free_edge;
        }
        const int status = offer(replay, &flight, core, access, &edge);
        if (status != 0) {
            return status;
        }
    }
    while (dram_core_undecided(core) != 0) {
        dram_core_run_to_completion(core, UINT64_MAX / 2000);
        collect(replay, &flight, core);
    }
    collect(replay, &flight, core);
    dram_core_run_until(core, replay->time_ps);
    dram_core_settle(core);
    return 0;
}
