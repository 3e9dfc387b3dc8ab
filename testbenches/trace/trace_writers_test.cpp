/* The files, letter by letter. */
#include "trace_fixture.h"

#include <gmock/gmock.h>

using testing::HasSubstr;
using testing::Not;

namespace
{

struct TraceWriters : Trace {
    /* Two overlapping reads, and a state inside of another. */
    void record_a_little()
    {
        create();
        trace_track *const state = trace_add_track(trace_.get(), "dma", "mm2s");
        trace_track *const read = trace_add_track(trace_.get(), "hp0", "read");

        trace_enter(trace_.get(), STATS_KERNEL, 1000);
        trace_begin(state, "transfer", 1000);
        trace_begin(state, "wait", 1500);
        report_burst(read, 1100, 1400);
        report_burst(read, 1200, 1600);
        trace_end(state, 1700);
        trace_end(state, 1800);
        finish_at(2000);
    }
};

TEST_F(TraceWriters, CsvHasARowABurst)
{
    record_a_little();
    EXPECT_EQ(written(trace_write_csv),
              "link,direction,axi_id,traffic,address,bytes,beats,request_ps,issue_ps,"
              "first_data_ps,response_ps,latency_ps,response\n"
              "hp0,read,3,dma_read,0x16000000,128,16,1100,1110,1395,1400,300,OKAY\n"
              "hp0,read,3,dma_read,0x16000000,128,16,1200,1210,1595,1600,400,OKAY\n");
}

TEST_F(TraceWriters, CsvOfNothingIsItsHead)
{
    create();
    trace_finish(trace_.get(), 0);
    EXPECT_THAT(written(trace_write_csv), Not(HasSubstr("0x")));
}

TEST_F(TraceWriters, PerfettoHasAProcessAGroupAndAThreadATrack)
{
    record_a_little();
    const std::string text = written(trace_write_perfetto);
    EXPECT_THAT(text, HasSubstr("{\n  \"displayTimeUnit\": \"ns\",\n  \"traceEvents\": [\n"));
    EXPECT_THAT(text, HasSubstr(R"({"ph": "M", "pid": 2, "tid": 0, "name": "process_name", )"
                                R"("args": {"name": "dma"}},)"));
    EXPECT_THAT(text, HasSubstr(R"("tid": 5, "name": "thread_name", "args": {"name": "mm2s"}},)"));
    EXPECT_THAT(text, HasSubstr(R"({"ph": "B", "pid": 2, "tid": 5, "ts": 0.001000, )"
                                R"("name": "transfer", "cat": "mm2s"},)"
                                "\n    "
                                R"({"ph": "B", "pid": 2, "tid": 5, "ts": 0.001500, )"
                                R"("name": "wait", "cat": "mm2s"},)"
                                "\n    "
                                R"({"ph": "E", "pid": 2, "tid": 5, "ts": 0.001700},)"
                                "\n    "
                                R"({"ph": "E", "pid": 2, "tid": 5, "ts": 0.001800},)"));
}

TEST_F(TraceWriters, PerfettoHasAThreadMoreForEachBurstThatOverlaps)
{
    record_a_little();
    const std::string text = written(trace_write_perfetto);
    EXPECT_THAT(text, HasSubstr(R"("tid": 6, "name": "thread_name", "args": {"name": "read"}},)"));
    EXPECT_THAT(text,
                HasSubstr(R"("tid": 7, "name": "thread_name", "args": {"name": "read 2"}},)"));
    EXPECT_THAT(text, HasSubstr(R"({"ph": "B", "pid": 3, "tid": 6, "ts": 0.001100, )"
                                R"("name": "dma_read", "cat": "burst", "args": )"
                                R"({"address": "0x16000000", "bytes": 128, "beats": 16, )"
                                R"("axi_id": 3, "issue_us": 0.001110, "first_data_us": 0.001395, )"
                                R"("response": "OKAY"}},)"));
    EXPECT_THAT(text, HasSubstr(R"({"ph": "E", "pid": 3, "tid": 6, "ts": 0.001400})"));
    EXPECT_THAT(text, HasSubstr(R"({"ph": "E", "pid": 3, "tid": 7, "ts": 0.001600})"));
}

TEST_F(TraceWriters, VcdFollowsTheInnermostSliceAndCountsBursts)
{
    record_a_little();
    EXPECT_EQ(written(trace_write_vcd), "$version zs-sim $end\n"
                                        "$timescale 1 ps $end\n"
                                        "$scope module cpu $end\n"
                                        "$scope module interval $end\n"
                                        "$var wire 1 ! kernel $end\n"
                                        "$upscope $end\n"
                                        "$upscope $end\n"
                                        "$scope module dma $end\n"
                                        "$scope module mm2s $end\n"
                                        "$var wire 1 \" transfer $end\n"
                                        "$var wire 1 # wait $end\n"
                                        "$upscope $end\n"
                                        "$upscope $end\n"
                                        "$scope module hp0 $end\n"
                                        "$scope module read $end\n"
                                        "$var wire 16 $ outstanding $end\n"
                                        "$upscope $end\n"
                                        "$upscope $end\n"
                                        "$enddefinitions $end\n"
                                        "#1000\n"
                                        "$dumpvars\n"
                                        "1!\n"
                                        "1\"\n"
                                        "0#\n"
                                        "b0000000000000000 $\n"
                                        "$end\n"
                                        "#1110\n"
                                        "b0000000000000001 $\n"
                                        "#1210\n"
                                        "b0000000000000010 $\n"
                                        "#1400\n"
                                        "b0000000000000001 $\n"
                                        "#1500\n"
                                        "0\"\n"
                                        "1#\n"
                                        "#1600\n"
                                        "b0000000000000000 $\n"
                                        "#1700\n"
                                        "1\"\n"
                                        "0#\n"
                                        "#1800\n"
                                        "0\"\n"
                                        "#2000\n"
                                        "$dumpoff\n"
                                        "x!\n"
                                        "x\"\n"
                                        "x#\n"
                                        "bx $\n"
                                        "$end\n");
}

TEST_F(TraceWriters, VcdDoesNotKnowWhatLiesBetweenCallsOfTheKernel)
{
    trace_track *const track = started_at(100);
    trace_leave(trace_.get(), STATS_KERNEL, 200);
    trace_enter(trace_.get(), STATS_KERNEL, 500);
    trace_slice(track, "transfer", 150, 550, 0);
    finish_at(600);
    EXPECT_THAT(written(trace_write_vcd), HasSubstr("#150\n1\"\n"
                                                    "#200\n$dumpoff\nx!\nx\"\n$end\n"
                                                    "#500\n$dumpon\n1!\n1\"\n$end\n"
                                                    "#550\n0\"\n"
                                                    "#600\n$dumpoff\n"));
}

TEST_F(TraceWriters, VcdNamesAHundredSignalsApart)
{
    std::vector<std::string> names;
    trace_track *const track = started_at(0);
    for (int i = 0; i < 100; i++) {
        names.push_back("state" + std::to_string(i));
    }
    for (const std::string &name : names) {
        trace_slice(track, name.c_str(), 1, 2, 0);
    }
    finish_at(3);
    const std::string text = written(trace_write_vcd);
    EXPECT_THAT(text, HasSubstr("$var wire 1 ~ state92 $end\n$var wire 1 !\" state93 $end\n"));
}

} // namespace
