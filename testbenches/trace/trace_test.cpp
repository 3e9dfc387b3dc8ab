/* What is recorded, and what is not. */
#include "trace_fixture.h"

#include <gmock/gmock.h>
#include <sstream>

using testing::ElementsAre;

namespace
{

struct TraceCore : Trace {
    /* "name start..end" of each slice on group/track, in the order of the file. */
    std::vector<std::string> slices() const
    {
        std::istringstream lines(written(trace_write_perfetto));
        std::vector<std::string> open, done;

        for (std::string line; std::getline(lines, line);) {
            const bool begins = line.find(R"("cat": "track")") != std::string::npos;
            const std::string time = between(line, "\"ts\": ", begins ? "," : "}");

            if (begins) {
                open.push_back(between(line, "\"name\": \"", "\"") + " " + time + "..");
            } else if (line.find(R"("ph": "E")") != std::string::npos && !open.empty()) {
                done.push_back(open.back() + time);
                open.pop_back();
            }
        }
        return done;
    }

    static std::string between(const std::string &text, const std::string &before,
                               const std::string &after)
    {
        const size_t begin = text.find(before);
        if (begin == std::string::npos) {
            return "";
        }
        const size_t start = begin + before.size();
        return text.substr(start, text.find(after, start) - start);
    }
};

TEST(TraceOff, ReportsWithoutATrackDoNothing)
{
    EXPECT_EQ(trace_add_track(nullptr, "hp0", "read"), nullptr);
    trace_enter(nullptr, STATS_KERNEL, 0);
    trace_leave(nullptr, STATS_KERNEL, 0);
    trace_slice(nullptr, "transfer", 0, 1, 0);
    trace_state(nullptr, "idle", 0, 1);
    trace_begin(nullptr, "wait", 0);
    trace_end(nullptr, 1);
    trace_level(nullptr, "raised", true, 0);
    trace_destroy(nullptr);
}

TEST_F(TraceCore, SlicesAreClippedToTheIntervalsCalls)
{
    trace_track *const track = started_at(1000000);
    trace_leave(trace_.get(), STATS_KERNEL, 2000000);
    trace_enter(trace_.get(), STATS_KERNEL, 5000000);
    trace_slice(track, "long", 500000, 5500000, 0);
    trace_slice(track, "outside", 2500000, 4500000, 0);
    finish_at(6000000);
    EXPECT_THAT(slices(), ElementsAre("long 1.000000..2.000000", "long 5.000000..5.500000"));
}

TEST_F(TraceCore, SlicesNestAlsoWhereTheyBeginAtOnce)
{
    trace_track *const track = started_at(0);
    trace_begin(track, "outer", 1);
    trace_begin(track, "inner", 1);
    trace_end(track, 1);
    trace_begin(track, "second", 1);
    trace_end(track, 3);
    trace_end(track, 4);
    trace_begin(track, "next", 4);
    trace_end(track, 5);
    finish_at(10);
    EXPECT_THAT(slices(), ElementsAre("inner 0.000001..0.000001", "second 0.000001..0.000003",
                                      "outer 0.000001..0.000004", "next 0.000004..0.000005"));
}

TEST_F(TraceCore, AStateGoesOnUntilThereIsAnother)
{
    trace_track *const track = started_at(0);
    trace_state(track, "load", 0, 10);
    trace_state(track, "load", 10, 20);
    trace_state(track, "compute", 20, 20);
    trace_state(track, "load", 20, 30);
    trace_state(track, "compute", 30, 40);
    trace_state(track, "load", 50, 60);
    finish_at(60);
    EXPECT_THAT(slices(), ElementsAre("load 0.000000..0.000030", "compute 0.000030..0.000040",
                                      "load 0.000050..0.000060"));
}

TEST_F(TraceCore, ALevelIsASliceFromRiseToFall)
{
    trace_track *const track = started_at(0);
    trace_level(track, "raised", false, 1);
    trace_level(track, "raised", true, 2);
    trace_level(track, "raised", true, 3);
    trace_level(track, "raised", false, 4);
    trace_level(track, "raised", true, 6);
    finish_at(8);
    EXPECT_THAT(slices(), ElementsAre("raised 0.000002..0.000004", "raised 0.000006..0.000008"))
        << "what is under way ends with the trace";
}

TEST_F(TraceCore, WhoeverIsAheadWhenTheSimulationStopsKeepsItsTime)
{
    trace_track *const track = started_at(0);
    report_burst(trace_add_track(trace_.get(), "hp0", "read"), 400, 500);
    trace_begin(track, "wait", 300);
    trace_finish(trace_.get(), 100);
    EXPECT_THAT(slices(), ElementsAre("wait 0.000300..0.000500"));
    EXPECT_THAT(written(trace_write_vcd), testing::HasSubstr("#500\n$dumpoff"));
}

TEST_F(TraceCore, ReportsMayComeInAnyOrder)
{
    trace_track *const track = started_at(0);
    trace_slice(track, "late", 50, 60, 0);
    trace_slice(track, "early", 10, 20, 0);
    report_burst(track, 300, 400);
    report_burst(track, 100, 500);
    finish_at(600);
    EXPECT_THAT(slices(), ElementsAre("early 0.000010..0.000020", "late 0.000050..0.000060"));
    const std::string rows = written(trace_write_csv);
    EXPECT_LT(rows.find(",100,"), rows.find(",300,"));
}

TEST_F(TraceCore, ABurstBelongsToTheIntervalInWhichItIsCounted)
{
    create();
    trace_track *const track = trace_add_track(trace_.get(), "hp0", "read");
    report_burst(track, 100, 200);
    trace_enter(trace_.get(), STATS_PROGRAM, 150);
    trace_enter(trace_.get(), STATS_KERNEL, 150);
    trace_enter(trace_.get(), STATS_KERNEL, 160);
    report_burst(track, 120, 220);
    trace_leave(trace_.get(), STATS_KERNEL, 230);
    report_burst(track, 130, 230);
    trace_leave(trace_.get(), STATS_KERNEL, 240);
    report_burst(track, 235, 300);
    trace_leave(trace_.get(), STATS_PROGRAM, 400);
    trace_finish(trace_.get(), 400);
    const std::string rows = written(trace_write_csv);
    EXPECT_THAT(rows, testing::HasSubstr(",120,130,215,220,100,"));
    EXPECT_THAT(rows, testing::HasSubstr(",130,140,225,230,100,"));
    EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 3) << "a head, and the two";
}

TEST_F(TraceCore, OfTheIntervalOnlyWhatLiesBetweenFromAndTo)
{
    config_.from_s = 1e-6;
    config_.to_s = 2e-6;
    trace_track *const track = started_at(0);
    trace_slice(track, "around", 0, 3000000, 0);
    report_burst(track, 500000, 999999);
    report_burst(track, 500000, 1000000);
    report_burst(track, 1999999, 2500000);
    report_burst(track, 2000000, 2500000);
    finish_at(3000000);
    EXPECT_THAT(slices(), ElementsAre("around 1.000000..2.000000"));
    const std::string rows = written(trace_write_csv);
    EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 3) << "a head, and those under way";
}

TEST_F(TraceCore, BytesAddUpByMicrosecond)
{
    trace_track *const track = started_at(0);
    trace_bytes(track, 64, 1000000);
    trace_bytes(track, 64, 1999999);
    trace_bytes(track, 16, 5000000);
    trace_bytes(track, 16, 1500000);
    trace_leave(trace_.get(), STATS_KERNEL, 6000000);
    trace_bytes(track, 16, 6000000);
    trace_finish(trace_.get(), 6000000);
    EXPECT_EQ(trace_events(trace_.get()), 3u) << "two bins, and the interval's slice";
    const std::string text = written(trace_write_perfetto);
    const std::string counter = R"("name": "track", "args": {"MB/s": )";
    for (const char *const value : {"1.000000, ", "2.000000, ", "5.000000, ", "6.000000, "}) {
        EXPECT_THAT(text, testing::HasSubstr(std::string("\"ts\": ") + value + counter));
    }
    EXPECT_THAT(text, testing::HasSubstr("1.000000, " + counter + "144}}"));
    EXPECT_THAT(text, testing::HasSubstr("2.000000, " + counter + "0}}"));
    EXPECT_THAT(text, testing::HasSubstr("5.000000, " + counter + "16}}"));
    EXPECT_THAT(written(trace_write_vcd),
                testing::HasSubstr("#1000000\nb00000000000000000000000010010000 \"\n"
                                   "#2000000\nb00000000000000000000000000000000 \"\n"
                                   "#5000000\nb00000000000000000000000000010000 \"\n"));
}

/* Whoever is behind when the limit is reached is still recorded up to there; nobody beyond. */
TEST_F(TraceCore, AtItsLimitTheTraceIsCompleteUpToOneTime)
{
    uint64_t ended_ps = 0;
    config_.max_events = 3;
    trace_track *const track = started_at(0);
    trace_track *const other = trace_add_track(trace_.get(), "group", "other");
    trace_slice(track, "first", 0, 10, 0);
    trace_slice(track, "ahead", 90, 95, 0);
    trace_slice(track, "second", 10, 20, 0);
    EXPECT_EQ(trace_ended(trace_.get(), &ended_ps), nullptr);
    trace_slice(track, "third", 20, 50, 0);
    EXPECT_STREQ(trace_ended(trace_.get(), &ended_ps), "trace.max_events is reached");
    EXPECT_EQ(ended_ps, 50u);
    trace_slice(track, "fourth", 50, 60, 0);
    report_burst(other, 40, 100);
    report_burst(other, 50, 100);
    trace_slice(track, "behind", 48, 70, 0);
    finish_at(100);
    EXPECT_THAT(slices(), ElementsAre("first 0.000000..0.000010", "second 0.000010..0.000020",
                                      "third 0.000020..0.000050", "behind 0.000048..0.000050"));
    const std::string rows = written(trace_write_csv);
    EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 2) << "a head, and what began before";
}

} // namespace
