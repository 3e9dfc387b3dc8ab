/* A trace of all of a test, and what a file of it says. */
#ifndef ZEROSTAGE_RECORDED_TRACE_H
#define ZEROSTAGE_RECORDED_TRACE_H

#include "../stats/text_file.h"
#include "trace/trace_writers.h"

#include <memory>
#include <string>

class recorded_trace
{
  public:
    recorded_trace()
    {
        trace_config config{};
        config.interval = STATS_PROCESS;
        config.max_events = 1000;
        trace_.reset(trace_create(&config));
        trace_enter(trace_.get(), STATS_PROCESS, 0);
    }

    trace *get()
    {
        return trace_.get();
    }

    /* The simulation is over. */
    std::string written(int (*write)(const trace *trace, FILE *out), uint64_t now_ps)
    {
        text_file out;
        trace_finish(trace_.get(), now_ps);
        write(trace_.get(), out.file());
        return out.text();
    }

  private:
    struct release {
        void operator()(trace *what) const
        {
            trace_destroy(what);
        }
    };
    std::unique_ptr<trace, release> trace_;
};

#endif
