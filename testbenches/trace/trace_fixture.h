/* A trace, and what its files say. */
#ifndef ZEROSTAGE_TRACE_FIXTURE_H
#define ZEROSTAGE_TRACE_FIXTURE_H

#include "text_file.h"
#include "trace/trace.h"
#include "trace/trace_writers.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

class Trace : public testing::Test
{
  protected:
    Trace()
    {
        config_.transactions = config_.perfetto = config_.vcd = true;
        config_.interval = STATS_KERNEL;
        config_.max_events = 1000;
    }

    /* As configured; the kernel has not begun. */
    void create()
    {
        trace_.reset(trace_create(&config_));
        ASSERT_NE(trace_, nullptr);
    }

    /* The kernel has begun, and a track for whatever a test does. */
    trace_track *started_at(uint64_t now_ps)
    {
        create();
        trace_enter(trace_.get(), STATS_KERNEL, now_ps);
        return trace_add_track(trace_.get(), "group", "track");
    }

    void finish_at(uint64_t now_ps)
    {
        trace_leave(trace_.get(), STATS_KERNEL, now_ps);
        trace_finish(trace_.get(), now_ps);
    }

    std::string written(int (*write)(const trace *trace, FILE *out)) const
    {
        text_file out;
        EXPECT_EQ(write(trace_.get(), out.file()), 0);
        return out.text();
    }

    static void report_burst(trace_track *track, uint64_t request_ps, uint64_t response_ps)
    {
        const trace_transaction burst = {request_ps,
                                         request_ps + 10,
                                         response_ps - 5,
                                         response_ps,
                                         0x16000000,
                                         "dma_read",
                                         "OKAY",
                                         128,
                                         16,
                                         3};
        trace_record_transaction(track, &burst);
    }

    struct release {
        void operator()(trace *what) const
        {
            trace_destroy(what);
        }
    };

    trace_config config_{};
    std::unique_ptr<trace, release> trace_;
};

#endif
