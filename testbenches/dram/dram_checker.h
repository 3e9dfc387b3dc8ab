/* Watches every command of a DRAM core and reports what a real device would not stand. */
#ifndef ZEROSTAGE_TESTBENCHES_DRAM_DRAM_CHECKER_H
#define ZEROSTAGE_TESTBENCHES_DRAM_DRAM_CHECKER_H

#include "dram/dram_core.h"
#include "dram_jedec.h"

#include <deque>
#include <string>
#include <vector>

namespace zs_test
{

class dram_checker
{
  public:
    explicit dram_checker(const jedec &numbers);

    static void observe(void *context, const dram_command_event *event)
    {
        static_cast<dram_checker *>(context)->check(*event);
    }
    void check(const dram_command_event &event);

    const std::vector<std::string> &violations() const
    {
        return violations_;
    }
    uint64_t commands() const
    {
        return commands_;
    }
    uint64_t count(dram_command command) const
    {
        return counts_[command];
    }

  private:
    struct past {
        int64_t edge;
        dram_command command;
        uint32_t bank;
    };

    void check_distances(const past &now);
    void check_four_activates(const past &now);
    void check_state(const dram_command_event &event);
    void check_data_bus(const past &now);
    void update_state(const dram_command_event &event);
    void report(const dram_command_event &event, const std::string &what);
    relation relate(uint32_t a, uint32_t b) const;

    jedec numbers_;
    std::deque<past> history_; /* younger than the longest distance */
    std::deque<int64_t> activates_;
    std::vector<int64_t> open_rows_; /* -1: closed */
    bool powered_down_ = false;
    int64_t data_end_ = 0;
    uint64_t commands_ = 0;
    uint64_t counts_[DRAM_COMMANDS] = {};
    dram_command_event event_{};
    std::vector<std::string> violations_;
};

} // namespace zs_test
#endif
