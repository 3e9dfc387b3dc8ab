/* Requests of one direction for one row, and nothing else to do. Their bursts enter the queue one a
 * clock and leave it in the same order, as fast as one bank allows: all edges of a request follow
 * from those of its first burst, so it is decided as a whole. Whatever disturbs that (another row
 * or direction, a refresh, a look at the queue) ends the stream, and what is left of it is queued.
 */
#include "dram/dram_core_internal.h"

static struct stream_run *run_at(struct dram_core *core, uint32_t index)
{
    return &core->stream.runs[index % STREAM_RUNS];
}

static bool is_empty(const struct stream *stream)
{
    return stream->first == stream->end;
}

/* Clocks between two commands of a stream. */
static int64_t pace(const struct dram_core *core)
{
    const uint8_t command = core->stream.command;

    return core->timing.in_bank[command][command];
}

static int64_t last_arrival(const struct stream_run *run)
{
    return run->enters + run->bursts - 1;
}

static int64_t last_command(const struct dram_core *core, const struct stream_run *run)
{
    return run->issues + (run->bursts - 1) * pace(core);
}

/* ---- into the stream ---- */

/* Is there nothing that could disturb a stream? */
static bool is_quiet(const struct dram_core *core)
{
    return core->count[READ] + core->count[WRITE] == 0 && core->ports[READ].head == NONE &&
           core->ports[WRITE].head == NONE && core->refresh_owed == 0 &&
           core->overtaken[READ] + core->overtaken[WRITE] == 0 && core->observer == NULL &&
           core->config.page_policy == DRAM_OPEN_PAGE && core->config.powerdown_clocks == 0;
}

/* Would the queue neither fill up, which holds back its port, nor gather enough writes to turn to
 * them? */
static bool has_room(const struct dram_core *core, int direction, uint32_t bursts)
{
    const struct stream *const stream = &core->stream;
    const uint32_t most = direction == READ ? core->config.read_queue : core->config.write_high;

    return stream->end - stream->first < STREAM_RUNS && stream->bursts + bursts < most;
}

/* Is it a write to a queued burst, and so merged with it? */
static bool is_merged(struct dram_core *core, const struct stream_run *run, int direction)
{
    const uint64_t first = run->address >> core->burst_shift;

    for (uint32_t i = core->stream.first; direction == WRITE && i != core->stream.end; i++) {
        const struct stream_run *const queued = run_at(core, i);
        const uint64_t queued_first = queued->address >> core->burst_shift;

        if (first < queued_first + queued->bursts && queued_first < first + run->bursts) {
            return true;
        }
    }
    return false;
}

/* Can it go on as before, or begin anew? */
static bool fits(struct dram_core *core, const struct stream_run *run, int direction,
                 const struct dram_location *at)
{
    const struct stream *const stream = &core->stream;
    const int64_t open_row = core->banks[at->bank].open_row;

    if (!has_room(core, direction, run->bursts)) {
        return false;
    }
    if (is_empty(stream)) {
        return open_row == at->row || open_row < 0;
    }
    return stream->direction == direction && stream->bank == at->bank && stream->row == at->row &&
           !is_merged(core, run, direction);
}

/* The edge at which the first of a stream's commands may issue, but for the timing. */
static int64_t begin(struct dram_core *core, int direction, const struct dram_location *at,
                     int64_t enters)
{
    struct stream *const stream = &core->stream;
    const struct dram_timing_state *const timing = &core->timing;
    int64_t edge = enters;

    stream->direction = (uint8_t)direction;
    stream->command = direction == READ ? DRAM_RD : DRAM_WR;
    stream->bank = at->bank;
    stream->row = at->row;
    stream->turn = NEVER;
    stream->activate = NEVER;
    if (core->mode != direction) {
        if (direction == WRITE) {
            not_before(&edge, core->reads_since + core->config.write_idle_clocks);
        }
        stream->turn = edge;
    }
    if (core->banks[at->bank].open_row < 0) {
        not_before(&edge, dram_timing_earliest(timing, DRAM_ACT, at->bank));
        stream->activate = edge;
        edge += timing->in_bank[DRAM_ACT][stream->command];
    }
    not_before(&edge, dram_timing_earliest(timing, stream->command, at->bank));
    return edge;
}

bool dram_stream_take(struct dram_core *core, const struct dram_request *request, uint16_t index)
{
    struct stream *const stream = &core->stream;
    const int direction = request->write ? WRITE : READ;
    struct port *const port = &core->ports[direction];
    const uint64_t last = request->address + request->bytes - 1;

    if (!stream->open && !is_quiet(core)) {
        return false;
    }
    const struct dram_location at = dram_mapping_locate(&core->mapping, request->address);
    struct stream_run run = {
        .address = request->address,
        .enters = port->next_edge,
        .issues = port->next_edge,
        .bytes = request->bytes,
        .bursts =
            (uint32_t)((last >> core->burst_shift) - (request->address >> core->burst_shift)) + 1,
        .request = index,
        .traffic = request->traffic};
    if (request->qos != 0 || !dram_mapping_same_span(&core->mapping, request->address, last) ||
        !fits(core, &run, direction, &at)) {
        dram_stream_leave(core);
        return false;
    }
    if (is_empty(stream)) {
        run.issues = begin(core, direction, &at, run.enters);
    } else {
        not_before(&run.issues, last_command(core, run_at(core, stream->end - 1)) + pace(core));
    }
    port->last_edge = last_arrival(&run);
    port->next_edge = port->last_edge + 1;
    *run_at(core, stream->end++) = run;
    if (!stream->open) {
        stream->open = true;
        stream->issued_to = core->run_to;
    }
    stream->bursts += run.bursts;
    return true;
}

/* ---- commands ---- */

/* The first `commands` of a run. */
static void issue(struct dram_core *core, const struct stream_run *run, uint32_t commands)
{
    const struct stream *const stream = &core->stream;
    const int64_t last = run->issues + (commands - 1) * pace(core);
    const int64_t data = stream->direction == READ ? core->timing.read_end : core->timing.write_end;
    uint64_t *const queued = stream->direction == READ ? &core->counters.read_queue_clocks
                                                       : &core->counters.write_queue_clocks;

    dram_timing_issue(&core->timing, stream->command, stream->bank, last);
    *queued += commands * (uint64_t)(run->issues - run->enters) +
               (uint64_t)commands * (commands - 1) / 2 * (uint64_t)(pace(core) - 1);
    not_before(&core->busy_to, run->enters);
    dram_command_count_columns(core, stream->direction, stream->bank, run->traffic, last + data,
                               commands);
    core->banks[stream->bank].overtaken = 0;
    core->last_command = last;
    core->reads_since = last;
}

static void activate(struct dram_core *core)
{
    struct stream *const stream = &core->stream;
    const struct stream_run *const run = run_at(core, stream->first);

    dram_timing_issue(&core->timing, DRAM_ACT, stream->bank, stream->activate);
    dram_command_open_row(core, stream->bank, stream->row, run->traffic);
    dram_command_account_state(core, stream->activate);
    core->last_command = stream->activate;
    stream->activate = NEVER;
}

/* Carry out what lies behind: up to `issued_to`, but for runs under way. */
static void catch_up(struct dram_core *core)
{
    struct stream *const stream = &core->stream;

    if (stream->turn <= stream->issued_to) {
        dram_schedule_turn(core, stream->direction);
        stream->turn = NEVER;
    }
    if (stream->activate <= stream->issued_to) {
        activate(core);
    }
    while (!is_empty(stream)) {
        const struct stream_run *const run = run_at(core, stream->first);

        if (last_command(core, run) > stream->issued_to) {
            break;
        }
        issue(core, run, run->bursts);
        stream->bursts -= run->bursts;
        stream->first++;
    }
}

/* ---- time ---- */

/* A read is decided by its last command, a write when all of it has entered the queue. */
static int64_t decided(const struct dram_core *core, const struct stream_run *run)
{
    return core->stream.direction == READ ? last_command(core, run) : last_arrival(run);
}

static uint64_t done_ps(const struct dram_core *core, const struct stream_run *run)
{
    const int64_t edge = decided(core, run);

    return core->stream.direction == READ ? dram_port_read_done_ps(core, edge)
                                          : dram_port_write_done_ps(core, edge);
}

/* At one edge arrivals come first: a stop at an arrival leaves that edge's command to be issued. */
static void go_to(struct dram_core *core, int64_t edge, bool at_arrival)
{
    not_before(&core->run_to, edge);
    not_before(&core->stream.issued_to, at_arrival ? edge - 1 : edge);
}

/* Returns whether it stopped at a completion. */
static bool decide_until(struct dram_core *core, int64_t edge, bool at_arrival, bool to_completion)
{
    struct stream *const stream = &core->stream;
    const bool write = stream->direction == WRITE;
    const int64_t last = at_arrival && !write ? edge - 1 : edge;

    while (!to_completion || (core->completion_count == 0 && core->undecided != 0)) {
        const struct stream_run *const run = run_at(core, stream->undecided);

        if (stream->undecided == stream->end || decided(core, run) > last) {
            go_to(core, edge, at_arrival);
            return false;
        }
        go_to(core, decided(core, run), write);
        dram_port_complete(core, run->request, done_ps(core, run));
        stream->undecided++;
    }
    return true;
}

bool dram_stream_run(struct dram_core *core, int64_t limit, enum stop stop)
{
    struct stream *const stream = &core->stream;
    const int64_t epoch = core->due[EVENT_EPOCH];
    const int64_t refresh = core->due[EVENT_REFRESH];
    const int64_t disturbed = epoch < refresh ? epoch : refresh;

    if (stop == WHEN_ADMITTED) {
        limit = core->ports[stream->direction].last_edge;
    }
    const bool in_time = limit < disturbed;
    const bool stopped = decide_until(core, in_time ? limit : disturbed - 1,
                                      in_time && stop == WHEN_ADMITTED, stop == AT_COMPLETION);
    catch_up(core);
    if (!stopped && !in_time) {
        dram_stream_leave(core);
    }
    return stopped || in_time;
}

/* First edge after `edge` of those that follow `first` at an interval, or NEVER behind the last. */
static int64_t next_of(const struct stream_run *run, int64_t first, int64_t interval, int64_t edge)
{
    const int64_t burst = edge < first ? 0 : (edge - first) / interval + 1;

    return burst < run->bursts ? first + burst * interval : NEVER;
}

static void not_after(int64_t *edge, int64_t latest)
{
    if (*edge > latest) {
        *edge = latest;
    }
}

int64_t dram_stream_next_edge(struct dram_core *core)
{
    const struct stream *const stream = &core->stream;
    int64_t arrival = NEVER, command = NEVER;
    int64_t edge = core->due[EVENT_EPOCH];

    not_after(&edge, core->due[EVENT_REFRESH]);
    for (uint32_t i = stream->first; i != stream->end && arrival == NEVER; i++) {
        const struct stream_run *const run = run_at(core, i);

        arrival = next_of(run, run->enters, 1, core->run_to);
        if (command == NEVER) {
            command = next_of(run, run->issues, pace(core), stream->issued_to);
        }
    }
    not_after(&edge, arrival);
    not_after(&edge, command);
    not_after(&edge, stream->activate);
    if (stream->turn > core->run_to) {
        not_after(&edge, stream->turn);
    }
    return edge;
}

/* ---- out of the stream ---- */

static uint32_t of_run(const struct stream_run *run, int64_t clocks, int64_t every)
{
    const int64_t bursts = clocks < 0 ? 0 : clocks / every + 1;

    return bursts < run->bursts ? (uint32_t)bursts : run->bursts;
}

/* Queue what entered and did not leave; the rest goes back to its port. */
static void put_back(struct dram_core *core, const struct stream_run *run, bool undecided)
{
    const int direction = core->stream.direction;
    const uint32_t entered = of_run(run, core->run_to - run->enters, 1);
    const uint32_t issued = of_run(run, core->stream.issued_to - run->issues, pace(core));
    struct request rest = {.cursor = run->address, .bytes = run->bytes, .traffic = run->traffic};

    if (issued != 0) {
        issue(core, run, issued);
    }
    for (uint32_t i = 0; i < entered; i++) {
        const struct entry burst = dram_port_next_burst(core, &rest, run->request);
        if (i >= issued) {
            core->now = run->enters + i;
            dram_queue_enqueue(core, direction, &burst);
        }
        rest.cursor += burst.bytes;
        rest.bytes -= burst.bytes;
    }
    if (undecided) {
        struct request *const request = &core->requests[run->request];
        request->cursor = rest.cursor;
        request->bytes = rest.bytes;
        request->bursts = direction == READ ? entered - issued : 0;
        if (rest.bytes != 0) {
            if (core->ports[direction].head == NONE) {
                core->ports[direction].next_edge = run->enters + entered;
            }
            dram_port_append(core, direction, run->request);
        }
    }
}

void dram_stream_leave(struct dram_core *core)
{
    struct stream *const stream = &core->stream;

    if (!stream->open) {
        return;
    }
    stream->open = false;
    core->choice_valid = false;
    core->due[EVENT_MODE] = NEVER;
    core->stale[READ] |= 1U << stream->bank;
    core->stale[WRITE] |= 1U << stream->bank;
    for (uint32_t i = stream->first; i != stream->end; i++) {
        put_back(core, run_at(core, i), i >= stream->undecided);
    }
    core->now = core->run_to;
    stream->first = stream->undecided = stream->end;
    stream->bursts = 0;
}
