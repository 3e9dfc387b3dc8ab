/* DRAM controller and device, one channel of one rank: bank timing, queues, scheduling, refresh.
 *
 * Requests come in nondecreasing time order. Commands are decided one by one, at the clock edge at
 * which they issue, from what had arrived up to and including that edge; nothing is done for a
 * clock in which nothing happens. Between two events the core is idle, however long that is.
 *
 * A request is cut into bursts, offered to its direction's queue one a clock. A read is done when
 * its last burst has crossed the data bus (or was found in the write queue); a write is posted: it
 * is done the clock after its last burst entered the write queue. Memory order is the order of
 * entering the queues: a read never returns less, and never more, than was written before it
 * entered.
 */
#ifndef ZEROSTAGE_DRAM_DRAM_CORE_H
#define ZEROSTAGE_DRAM_DRAM_CORE_H

#include "dram/dram_device.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DRAM_CLASSES = 8 }; /* traffic classes a caller may tell apart */

enum dram_scheduler {
    DRAM_FCFS,   /* oldest request first */
    DRAM_FR_FCFS /* row hits first, then the oldest */
};

enum dram_page_policy {
    DRAM_OPEN_PAGE,    /* a row stays open until another is wanted */
    DRAM_CLOSED_PAGE,  /* the last queued hit precharges its bank */
    DRAM_ADAPTIVE_PAGE /* ... if a queued request wants another row of the bank */
};

enum dram_refresh { DRAM_REFRESH_OFF, DRAM_REFRESH_ALL_BANK, DRAM_REFRESH_PER_BANK };

struct dram_core_config {
    struct dram_device device;
    const char *mapping; /* dram_mapping.h; read at creation only */
    enum dram_scheduler scheduler;
    enum dram_page_policy page_policy;
    uint32_t read_queue, write_queue; /* entries of one burst each */
    uint32_t write_high, write_low;   /* entries: start and stop draining */
    uint32_t write_idle_clocks;       /* without a queued read before a lone write goes */
    uint32_t starvation_cap;          /* bursts that may overtake the oldest; 0: no limit */
    enum dram_refresh refresh;
    uint32_t refresh_postpone; /* refreshes that may be owed while requests wait */
    uint32_t powerdown_clocks; /* idle clocks before power-down; 0: never */
    uint64_t read_latency_ps;  /* static, controller and PHY; added to each read */
    uint64_t write_latency_ps; /* ... and to each write's acceptance */
};

struct dram_request {
    uint64_t address;
    uint32_t bytes; /* 1 or more; may cross bursts and rows */
    bool write;
    uint8_t traffic; /* below DRAM_CLASSES */
    uint8_t qos;     /* higher goes first, within the bounds of the starvation cap */
    uint64_t tag;    /* handed back in the completion */
};

struct dram_completion {
    uint64_t tag;
    uint64_t submitted_ps;
    uint64_t done_ps; /* may be after the time run to: it is decided, and will not change */
    bool write;
};

/* Of one traffic class. A column command is a hit if it needed no ACT of its own, a miss if it
 * needed one of a closed bank, a conflict if another row had to be closed first. */
struct dram_class_counters {
    uint64_t bytes; /* asked for, counted when submitted */
    uint64_t columns, activates;
    uint64_t row_hits, row_misses, row_conflicts;
};

enum dram_power_state {
    DRAM_PRECHARGED,
    DRAM_ACTIVE,
    DRAM_PRECHARGED_POWERDOWN,
    DRAM_ACTIVE_POWERDOWN,
    DRAM_POWER_STATES
};

/* All zero when the device's currents are not published. */
struct dram_energy_counters {
    uint64_t activate_fj, read_fj, write_fj, refresh_fj, background_fj;
};

/* All are monotone. */
struct dram_counters {
    uint64_t read_requests, write_requests;
    uint64_t bus_read_bytes, bus_written_bytes; /* whole bursts, masked bytes included */
    uint64_t reads, writes;                     /* column commands */
    uint64_t activates, precharges, refreshes;
    uint64_t row_hits, row_misses, row_conflicts; /* per column command, as above */
    uint64_t forwarded;                           /* read bursts served from the write queue */
    uint64_t coalesced;                           /* write bursts merged into a queued one */
    uint64_t write_drains;                        /* turns from reading to writing */
    uint64_t powerdowns;
    uint64_t busy_clocks;       /* with a burst queued or on the data bus */
    uint64_t read_queue_clocks; /* sum of the queue's length over all clocks */
    uint64_t write_queue_clocks;
    uint64_t state_clocks[DRAM_POWER_STATES];
    struct dram_energy_counters energy;
    struct dram_class_counters classes[DRAM_CLASSES];
};

/* A command as it issues, for checkers and traces. */
struct dram_command_event {
    uint64_t edge;
    enum dram_command command;
    uint32_t bank, row; /* of ACT, PRE, REFPB and column commands */
    uint64_t address;   /* column commands: of the burst */
};

typedef void dram_observer(void *context, const struct dram_command_event *event);

/* Called at every multiple of an epoch's length, before what happens at that edge. */
typedef void dram_epoch_observer(void *context, uint64_t time_ps,
                                 const struct dram_counters *counters);

struct dram_core;

/* Returns 0, -EINVAL with a message for people in `error`, or -ENOMEM. */
int dram_core_create(struct dram_core **core, const struct dram_core_config *config, char *error,
                     size_t error_bytes);
void dram_core_destroy(struct dram_core *core);

/* Hand over a request at `now_ps`. Returns 0; -ERANGE beyond the device's capacity; -EINVAL for no
 * bytes, an unknown class, or a time that was already run past; -ENOMEM. */
int dram_core_submit(struct dram_core *core, const struct dram_request *request, uint64_t now_ps);

/* Decide everything up to and including `time_ps`. */
void dram_core_run_until(struct dram_core *core, uint64_t time_ps);

/* The same, but stop as soon as a completion can be taken. */
void dram_core_run_to_completion(struct dram_core *core, uint64_t time_ps);

/* Decide until every burst of every request has entered its queue; the edge of the last. */
uint64_t dram_core_admit_all(struct dram_core *core);

/* Time of the next event that serves a request; UINT64_MAX when none waits. (Refreshes of an idle
 * device are caught up with at the next call that needs them.) */
uint64_t dram_core_next_ps(struct dram_core *core);

/* Take the next completion, in the order of decision. */
bool dram_core_complete(struct dram_core *core, struct dram_completion *completion);

/* Requests submitted whose completion is not decided. */
uint32_t dram_core_undecided(const struct dram_core *core);

/* Bring the counters of time (states, queues) up to the time run to. */
void dram_core_settle(struct dram_core *core);

/* Clock edge at which the last burst of the last request entered or can enter its queue, if that
 * is decided; the port of a single in-order requester is free the clock after. */
bool dram_core_port_free_ps(const struct dram_core *core, bool write, uint64_t *time_ps);

const struct dram_counters *dram_core_counters(const struct dram_core *core);
const struct dram_device *dram_core_device(const struct dram_core *core);

void dram_core_observe(struct dram_core *core, dram_observer *observer, void *context);

/* Returns 0, or -EINVAL for an epoch shorter than a clock. To be called before the first event. */
int dram_core_observe_epochs(struct dram_core *core, uint64_t epoch_ps,
                             dram_epoch_observer *observer, void *context);

/* Edge `cycle` of the command clock, in ps, and the first edge at or after a time. */
uint64_t dram_core_edge_ps(const struct dram_core *core, uint64_t cycle);
uint64_t dram_core_edge(const struct dram_core *core, uint64_t time_ps);

/* Formulas. Unloaded latency of a read of one burst, and the data bus at full rate. */
uint64_t dram_core_row_hit_ps(const struct dram_core *core);
uint64_t dram_core_peak_bytes_per_second(const struct dram_core *core);

#ifdef __cplusplus
}
#endif
#endif
