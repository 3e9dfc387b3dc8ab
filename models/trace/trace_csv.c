#include "trace/trace_internal.h"
#include "trace/trace_writers.h"

#include <errno.h>
#include <inttypes.h>

static void write_row(const struct trace *trace, const struct trace_transaction_record *record,
                      FILE *out)
{
    const struct trace_track *const track = trace_track_at(trace, record->track);
    const struct trace_transaction *const burst = &record->what;

    fprintf(out, "%s,%s,%u,%s,0x%08" PRIx64 ",%" PRIu32 ",%u", track->group, track->name, burst->id,
            burst->traffic, burst->address, burst->bytes, burst->beats);
    fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s\n",
            burst->request_ps, burst->issue_ps, burst->first_data_ps, burst->response_ps,
            burst->response_ps - burst->request_ps, burst->response);
}

int trace_write_csv(const struct trace *trace, FILE *out)
{
    fputs("link,direction,axi_id,traffic,address,bytes,beats,request_ps,issue_ps,first_data_ps,"
          "response_ps,latency_ps,response\n",
          out);
    for (size_t i = 0; i < trace->transactions.count; i++) {
        write_row(trace, trace_transaction_at(trace, i), out);
    }
    return ferror(out) ? -EIO : 0;
}
