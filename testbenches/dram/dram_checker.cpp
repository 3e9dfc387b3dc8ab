#include "dram_checker.h"

#include <algorithm>
#include <sstream>

namespace zs_test
{

dram_checker::dram_checker(const jedec &numbers)
    : numbers_(numbers), open_rows_(static_cast<size_t>(numbers.banks), -1)
{
}

relation dram_checker::relate(uint32_t a, uint32_t b) const
{
    const auto group = static_cast<uint32_t>(numbers_.banks_per_group);
    return a == b                   ? relation::same_bank
           : a / group == b / group ? relation::same_group
                                    : relation::other_group;
}

void dram_checker::report(const dram_command_event &event, const std::string &what)
{
    std::ostringstream text;
    text << "clock " << event.edge << ": " << dram_command_name(event.command) << " bank "
         << event.bank << " row " << event.row << ": " << what;
    violations_.push_back(text.str());
}

void dram_checker::check(const dram_command_event &event)
{
    const past now = {static_cast<int64_t>(event.edge), event.command, event.bank};

    event_ = event;
    commands_++;
    counts_[event.command]++;
    check_state(event);
    check_distances(now);
    check_four_activates(now);
    check_data_bus(now);
    update_state(event);
    history_.push_back(now);
    while (history_.front().edge < now.edge - 1000) {
        history_.pop_front();
    }
}

void dram_checker::check_distances(const past &now)
{
    for (const past &before : history_) {
        const int64_t needed =
            numbers_.gap(before.command, now.command, relate(before.bank, now.bank));
        if (now.edge - before.edge < needed) {
            report(event_, std::string("only ") + std::to_string(now.edge - before.edge) +
                               " clocks after " + dram_command_name(before.command) + " bank " +
                               std::to_string(before.bank) + ", needs " + std::to_string(needed));
        }
    }
}

void dram_checker::check_four_activates(const past &now)
{
    if (now.command != DRAM_ACT) {
        return;
    }
    activates_.push_back(now.edge);
    if (activates_.size() > 4) {
        if (now.edge - activates_.front() < numbers_.FAW) {
            report(event_, "fifth activate within tFAW");
        }
        activates_.pop_front();
    }
}

void dram_checker::check_state(const dram_command_event &event)
{
    const bool closed =
        std::all_of(open_rows_.begin(), open_rows_.end(), [](int64_t row) { return row < 0; });

    if (powered_down_ && event.command != DRAM_PDX) {
        report(event, "while powered down");
    }
    switch (event.command) {
    case DRAM_ACT:
        if (open_rows_[event.bank] >= 0) {
            report(event, "the bank is open");
        }
        break;
    case DRAM_RD:
    case DRAM_WR:
    case DRAM_RDA:
    case DRAM_WRA:
        if (open_rows_[event.bank] != event.row) {
            report(event, "the open row is " + std::to_string(open_rows_[event.bank]));
        }
        break;
    case DRAM_PRE:
        if (open_rows_[event.bank] < 0) {
            report(event, "the bank is closed");
        }
        break;
    case DRAM_REF:
        if (!closed) {
            report(event, "a bank is open");
        }
        break;
    case DRAM_REFPB:
        if (open_rows_[event.bank] >= 0) {
            report(event, "the bank is open");
        }
        break;
    case DRAM_PDX:
        if (!powered_down_) {
            report(event, "not powered down");
        }
        break;
    default:
        break;
    }
}

void dram_checker::check_data_bus(const past &now)
{
    const bool read = now.command == DRAM_RD || now.command == DRAM_RDA;
    const bool write = now.command == DRAM_WR || now.command == DRAM_WRA;

    if (!read && !write) {
        return;
    }
    const int64_t start =
        now.edge + (read ? numbers_.read_data_start() : numbers_.write_data_start());
    if (start < data_end_) {
        report(event_, "its data meets other data on the bus");
    }
    data_end_ = start + numbers_.BL;
}

void dram_checker::update_state(const dram_command_event &event)
{
    switch (event.command) {
    case DRAM_ACT:
        open_rows_[event.bank] = event.row;
        break;
    case DRAM_PRE:
    case DRAM_RDA:
    case DRAM_WRA:
        open_rows_[event.bank] = -1;
        break;
    case DRAM_PREA:
        std::fill(open_rows_.begin(), open_rows_.end(), -1);
        break;
    case DRAM_PDE:
        powered_down_ = true;
        break;
    case DRAM_PDX:
        powered_down_ = false;
        break;
    default:
        break;
    }
}

} // namespace zs_test
