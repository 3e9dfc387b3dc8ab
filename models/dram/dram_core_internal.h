/* The parts of a DRAM core, shared by the files that make it up and by nobody else. */
#ifndef ZEROSTAGE_DRAM_DRAM_CORE_INTERNAL_H
#define ZEROSTAGE_DRAM_DRAM_CORE_INTERNAL_H

#include "dram/dram_core.h"
#include "dram/dram_mapping.h"
#include "dram/dram_timing.h"

enum { READ, WRITE, DIRECTIONS };
enum { NONE = 0xffff, MAX_QUEUE = 1024, FILTER_SLOTS = 256 };

#define NEVER INT64_MAX

/* What happens by itself, in this order at one edge: first what arrives, then what falls due, then
 * the command decided from both. */
enum event {
    EVENT_EPOCH,
    EVENT_ADMIT_READ,
    EVENT_ADMIT_WRITE,
    EVENT_REFRESH,
    EVENT_MODE, /* no read has been queued long enough for a write */
    EVENT_COMMAND,
    EVENTS
};

/* A burst in a queue; entries of one bank and direction form a list, oldest first. */
struct entry {
    uint64_t burst; /* address / burst bytes */
    uint64_t mask;  /* bytes wanted, one bit each */
    uint64_t age;   /* order of entering */
    uint32_t row;
    uint16_t request;
    uint16_t next, previous;
    uint8_t bytes; /* of the request that brought it in */
    uint8_t bank, traffic, qos;
};

struct bank_queue {
    uint16_t head, tail;
    uint16_t hit; /* oldest entry to the open row */
};

enum opened { OPENED_SERVED, OPENED_MISS, OPENED_CONFLICT };

/* A command that could issue, and for which entry. */
struct choice {
    int64_t edge;
    uint64_t age;
    uint32_t bank;
    uint16_t entry;
    uint8_t command;
    uint8_t qos;
    bool column;
};

struct bank {
    int64_t open_row; /* -1: precharged */
    struct bank_queue queue[DIRECTIONS];
    struct choice choice[DIRECTIONS]; /* see core->stale; edge is the bank's own part only */
    uint32_t overtaken;               /* hits issued while an older request waited */
    uint8_t opened;      /* enum opened: what the first column command after the ACT counts as */
    bool closed_for_row; /* precharged to open another row */
};

struct request {
    uint64_t tag;
    uint64_t submitted_ps, done_ps;
    uint64_t cursor; /* next byte to offer */
    uint32_t bytes;  /* not yet offered */
    uint32_t bursts; /* offered and not decided */
    uint16_t next;   /* in its port, or in the free list */
    uint8_t traffic, qos;
    bool write;
};

/* Requests whose bursts are not all in the queue. */
struct port {
    uint16_t head, tail;
    int64_t next_edge;      /* earliest edge for the next burst */
    int64_t last_edge;      /* of the last burst that entered */
    uint64_t blocked_burst; /* a write waits for the queued reads of its burst */
    bool blocked;
};

enum { STREAM_RUNS = 16 };

/* A request in a stream. */
struct stream_run {
    uint64_t address;
    int64_t enters, issues; /* edges at which its first burst enters the queue, and leaves it */
    uint32_t bytes, bursts;
    uint16_t request;
    uint8_t traffic;
};

/* Requests whose edges are all known: see dram_stream.c. While it is open, ports and queues are
 * empty but for what it holds. */
struct stream {
    bool open;
    uint8_t direction, command;
    uint32_t bank, row;
    struct stream_run runs[STREAM_RUNS]; /* ring, indices modulo its size */
    uint32_t first, undecided, end;      /* not wholly issued; completion not decided */
    uint32_t bursts;                     /* of all these runs */
    int64_t turn;                        /* edge at which the mode changes, or NEVER */
    int64_t activate;                    /* edge at which the row is opened, or NEVER */
    int64_t issued_to;                   /* commands up to this edge are issued */
};

/* fJ an event, and a clock in each power state. */
struct energy_costs {
    uint64_t activate, read, write, refresh;
    uint64_t clock[DRAM_POWER_STATES];
};

struct dram_core {
    struct dram_core_config config;
    struct dram_mapping mapping;
    struct dram_timing_state timing;
    struct energy_costs costs;
    uint32_t burst_shift, bank_count;
    uint64_t capacity;

    int64_t now;         /* edge of the last event */
    int64_t run_to;      /* everything up to this edge is decided */
    int64_t due[EVENTS]; /* edge of the next of each; the command's is in `choice` */

    struct bank banks[DRAM_MAX_BANKS];
    uint32_t open_banks;         /* bit set */
    uint32_t active[DIRECTIONS]; /* bit set: banks with queued bursts */
    uint32_t stale[DIRECTIONS];  /* bit set: banks whose kept choice no longer holds */
    struct entry *entries;
    uint16_t free_entry;
    uint32_t count[DIRECTIONS], capacity_of[DIRECTIONS];
    uint32_t urgent[DIRECTIONS];    /* queued bursts with a QoS above 0 */
    uint32_t overtaken[DIRECTIONS]; /* bursts issued while the oldest of all waited (QoS only) */
    int64_t counted_to[DIRECTIONS]; /* queue length is summed up to this edge */
    uint8_t filter[DIRECTIONS][FILTER_SLOTS]; /* queued bursts by hash: skips most searches */
    uint64_t age;
    uint8_t mode;        /* READ or WRITE */
    int64_t reads_since; /* edge at which the read queue last became empty */

    struct request *requests;
    uint32_t request_count;
    uint16_t free_request;
    uint32_t undecided;
    struct port ports[DIRECTIONS];

    struct dram_completion *completions; /* ring */
    uint32_t completion_at, completion_count;

    int64_t refresh_interval;
    uint32_t refresh_owed, refresh_bank;
    bool refreshing;

    bool powered_down;
    int64_t last_command;
    uint8_t power_state;
    int64_t state_since; /* state_clocks is summed up to this edge */
    int64_t busy_to;     /* busy_clocks is summed up to this edge */

    struct choice choice;
    bool choice_valid;
    struct stream stream;

    uint64_t epoch_ps, epoch_next_ps;
    dram_epoch_observer *epoch_observer;
    void *epoch_context;

    struct dram_counters counters;
    dram_observer *observer;
    void *observer_context;
};

static inline void not_before(int64_t *edge, int64_t earliest)
{
    if (*edge < earliest) {
        *edge = earliest;
    }
}

/* dram_queue.c */
void dram_queue_enqueue(struct dram_core *core, int direction, const struct entry *content);
void dram_queue_dequeue(struct dram_core *core, int direction, uint16_t index);
uint16_t dram_queue_find_row(const struct dram_core *core, uint16_t entry, int64_t row);
uint16_t dram_queue_find_burst(const struct dram_core *core, int direction, uint32_t bank,
                               uint64_t burst);
void dram_queue_count_to(struct dram_core *core, int direction, int64_t edge);

/* dram_port.c */
void dram_port_append(struct dram_core *core, int direction, uint16_t request);
void dram_port_plan_admission(struct dram_core *core, int direction);
void dram_port_admit(struct dram_core *core, int direction, int64_t edge);
struct entry dram_port_next_burst(const struct dram_core *core, const struct request *request,
                                  uint16_t index);
void dram_port_finish_burst(struct dram_core *core, uint16_t request, uint64_t done_ps);
void dram_port_complete(struct dram_core *core, uint16_t request, uint64_t done_ps);
uint64_t dram_port_read_done_ps(const struct dram_core *core, int64_t command_edge);
uint64_t dram_port_forwarded_done_ps(const struct dram_core *core, int64_t arrival_edge);
uint64_t dram_port_write_done_ps(const struct dram_core *core, int64_t arrival_edge);
void dram_port_unblock(struct dram_core *core, uint32_t bank, uint64_t burst, int64_t edge);

/* dram_schedule.c: sets core->choice, edge NEVER when there is nothing to do. After an arrival in
 * one bank, a choice made before is kept or corrected where that is enough. */
void dram_schedule_choose(struct dram_core *core);
void dram_schedule_arrival(struct dram_core *core, int direction, uint32_t bank);
void dram_schedule_turn(struct dram_core *core, int direction);

/* dram_stream.c: the short way of a request that meets no other. take() is the way in, if there is
 * one; run() decides up to the limit or the stop, or ends the stream and returns false. */
enum stop { AT_LIMIT, AT_COMPLETION, WHEN_ADMITTED };
bool dram_stream_take(struct dram_core *core, const struct dram_request *request, uint16_t index);
bool dram_stream_run(struct dram_core *core, int64_t limit, enum stop stop);
int64_t dram_stream_next_edge(struct dram_core *core);
void dram_stream_leave(struct dram_core *core);

/* dram_command.c: carries core->choice out. */
void dram_command_issue(struct dram_core *core);
void dram_command_open_row(struct dram_core *core, uint32_t bank, uint32_t row, uint8_t traffic);
void dram_command_close_bank(struct dram_core *core, uint32_t bank);
void dram_command_count_columns(struct dram_core *core, int direction, uint32_t bank,
                                uint8_t traffic, int64_t end, uint32_t columns);
void dram_command_account_state(struct dram_core *core, int64_t edge);

/* dram_energy.c */
void dram_energy_costs(struct energy_costs *costs, const struct dram_device *device,
                       const uint32_t *clocks);

#endif
