/* zs-sim: configuration and program in, counters out. */
#include "options.h"
#include "points.h"
#include "progress.h"
#include "run_directory.h"
#include "run_result.h"

#include "board/board.h"
#include "board/board_audit.h"
#include "board/workload_choice.h"
#include "board/workload_costs.h"
#include "config/config.h"
#include "os/elf_loader.h"
#include "stats/stats.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <systemc>

namespace
{

enum exit_status { EXIT_OK = 0, EXIT_FAILED_RUN = 1, EXIT_BAD_INPUT = 2 };

struct release_config {
    void operator()(config *what) const
    {
        config_destroy(what);
    }
};
struct release_stats {
    void operator()(stats *what) const
    {
        stats_destroy(what);
    }
};
struct release_image {
    void operator()(elf_image *what) const
    {
        elf_image_destroy(what);
        delete what;
    }
};

struct release_trace {
    void operator()(trace *what) const
    {
        trace_destroy(what);
    }
};

using config_pointer = std::unique_ptr<config, release_config>;
using stats_pointer = std::unique_ptr<stats, release_stats>;
using image_pointer = std::unique_ptr<elf_image, release_image>;
using trace_pointer = std::unique_ptr<trace, release_trace>;

/* Null when the input is bad; then everything was said. */
config_pointer load_config(const options &request, board_config &values)
{
    config_pointer loaded(board_config_create(&values));
    if (!loaded) {
        std::fputs("zs-sim: error: out of memory\n", stderr);
        return nullptr;
    }
    options_apply(&request, loaded.get());
    if (board_config_finish(loaded.get(), &values) != 0) {
        config_report(loaded.get(), stderr);
        return nullptr;
    }
    return loaded;
}

exit_status print_costs(const board_config &values)
{
    const choice_costs costs = workload_costs(&values);

    choice_costs_write(&costs, stdout);
    return EXIT_OK;
}

exit_status print_estimate(const board_config &values)
{
    kernel_time time = {};

    if (!workload_estimate(&values, &time)) {
        std::fputs("zs-sim: error: --estimate is for compiled kernels: expected workload.program: "
                   "harness and workload.sizes: static\n",
                   stderr);
        return EXIT_BAD_INPUT;
    }
    kernel_time_write(&time, stdout);
    return EXIT_OK;
}

/* The ELF to run; null when there is none. */
const char *program_path(const options &request, const board_config &values)
{
    const char *const configured = values.workload.program;
    const char *const suffix = std::strrchr(configured, '.');
    if (request.program != nullptr) {
        return request.program;
    }
    if (std::strcmp(configured, "harness") == 0) {
        std::fputs("zs-sim: error: workload.program is the harness, which `zs run` compiles for "
                   "the workload; expected its ELF as --program FILE\n",
                   stderr);
        return nullptr;
    }
    if (suffix != nullptr && (std::strcmp(suffix, ".c") == 0 || std::strcmp(suffix, ".cpp") == 0)) {
        std::fprintf(stderr,
                     "zs-sim: error: workload.program '%s' is source code, which `zs run` "
                     "compiles; expected its ELF as --program FILE\n",
                     configured);
        return nullptr;
    }
    return configured;
}

image_pointer load_program(const char *path, elf_isa isa)
{
    char message[ELF_ERROR_BYTES];
    auto image = std::make_unique<elf_image>();
    if (elf_image_load(image.get(), path, message) != 0) {
        std::fprintf(stderr, "zs-sim: error: %s\n", message);
        return nullptr;
    }
    image_pointer loaded(image.release());
    if (elf_image_check_isa(loaded.get(), path, isa, message) != 0) {
        std::fprintf(stderr, "zs-sim: error: %s\n", message);
        return nullptr;
    }
    return loaded;
}

/* A kernel of the compiler with the harness's main(). */
bool is_harness(const elf_image &image)
{
    return elf_symbol_named(&image, "matmul_program") != nullptr &&
           elf_symbol_named(&image, "host_check") != nullptr;
}

/* For a program that did not come to its end: how it got where it was, and what the board did. */
std::string details_of(const zs::board &board)
{
    std::string text;

    for (const std::string &caller : board.outcome().callers) {
        text += "  called from " + caller + "\n";
    }
    for (const std::string &line : board.activity()) {
        text += "  " + line + "\n";
    }
    return text;
}

void describe_end(const zs::board &board, run_result &result)
{
    const zs::cpu_outcome &outcome = board.outcome();
    const std::string accelerator = board.accelerator_failure();
    std::string message = outcome.message;

    result.exit_code = outcome.exit_code;
    if (!accelerator.empty()) {
        result.end = "accelerator";
        message = "the accelerator failed: " + accelerator;
    } else if (outcome.end == zs::cpu_end::exited) {
        result.end = "exited";
        result.audited = true;
        if (outcome.exit_code != 0) {
            message = "the program exited with status " + std::to_string(outcome.exit_code);
        }
    } else if (outcome.end == zs::cpu_end::killed) {
        result.end = "killed";
    } else if (outcome.end == zs::cpu_end::limit) {
        result.end = "limit";
    } else {
        result.end = "stalled";
        message = "nothing can happen any more, and the program has not ended";
    }
    result.ok = result.audited && outcome.exit_code == 0;
    std::snprintf(result.message, sizeof(result.message), "%s", message.c_str());
    if (!result.audited) {
        std::snprintf(result.details, sizeof(result.details), "%s", details_of(board).c_str());
    }
}

void audit(const zs::board &board, const elf_image &image, run_result &result)
{
    audit_facts facts{};
    facts.l2_line_bytes = result.board->caches.l2.line_bytes;
    facts.mm2s_words_left = board.mm2s_words_left();
    facts.s2mm_words_left = board.s2mm_words_left();
    facts.accelerator_period_ps = board.accelerator_period_ps();
    facts.dma_idle = board.dma_idle();
    facts.harness = is_harness(image) && result.exit_code == 0;
    facts.board = result.board;
    if (board_audit(result.stats, &facts, &result.audit) != 0) {
        throw std::logic_error("the audit asks for a counter that nobody registered");
    }
    if (!audit_passed(&result.audit)) {
        result.ok = false;
        if (result.message[0] == '\0') {
            std::snprintf(result.message, sizeof(result.message),
                          "the audit failed: %zu of %zu "
                          "identities do not hold",
                          result.audit.failures, result.audit.count);
        }
    }
}

void warn_empty_kernel(const run_result &result)
{
    if (result.audited && stats_interval_ps(result.stats, STATS_KERNEL) == 0) {
        std::fprintf(stderr,
                     "zs-sim: warning: the program never called '%s' (simulation.kernel_symbol), "
                     "so the kernel's figures are all zero\n",
                     result.board->simulation.kernel_symbol);
    }
}

/* A trace that is not what was asked for. */
void warn_trace(const run_result &result)
{
    uint64_t ended_ps = 0;
    const char *const why =
        result.trace == nullptr ? nullptr : trace_ended(result.trace, &ended_ps);

    if (why != nullptr) {
        std::fprintf(stderr,
                     "zs-sim: warning: the trace ends at %.9f ms, after %llu events: %s; expected "
                     "a larger trace.max_events, or less to trace by trace.interval, trace.from "
                     "and trace.to\n",
                     static_cast<double>(ended_ps) / 1e9,
                     static_cast<unsigned long long>(trace_events(result.trace)), why);
    } else if (result.trace != nullptr && trace_events(result.trace) == 0) {
        std::fputs("zs-sim: warning: the trace is empty: nothing happened in trace.interval "
                   "between trace.from and trace.to\n",
                   stderr);
    }
}

exit_status report(const options &request, const run_result &result)
{
    warn_empty_kernel(result);
    warn_trace(result);
    if (!result.ok) {
        std::fprintf(stderr, "zs-sim: run failed: %s\n%s", result.message, result.details);
        audit_report_failures(&result.audit, stderr);
    }
    if (request.out == nullptr) {
        write_summary(&result, stdout);
        if (result.profile != nullptr) {
            std::fputc('\n', stdout);
            profile_write_text(result.profile, stdout);
        }
    } else if (run_directory_write(request.out, &result, stderr) != 0) {
        return EXIT_FAILED_RUN;
    }
    return result.ok ? EXIT_OK : EXIT_FAILED_RUN;
}

/* Null when none is asked for. */
trace_pointer create_trace(const trace_config &config)
{
    trace_pointer created(trace_wanted(&config) ? trace_create(&config) : nullptr);

    if (trace_wanted(&config) && !created) {
        throw std::bad_alloc();
    }
    return created;
}

exit_status simulate(const options &request, const config *loaded, const board_config &values,
                     int argc, char **argv)
{
    const char *const path = program_path(request, values);
    const image_pointer image =
        path == nullptr ? nullptr : load_program(path, static_cast<elf_isa>(values.cpu.isa));
    if (!image || (request.out != nullptr &&
                   run_directory_prepare(request.out, request.overwrite, stderr) != 0)) {
        return EXIT_BAD_INPUT;
    }
    if (request.out == nullptr && trace_wanted(&values.trace)) {
        std::fputs("zs-sim: error: trace.transactions, trace.perfetto and trace.vcd write into the "
                   "run directory; expected --out DIR\n",
                   stderr);
        return EXIT_BAD_INPUT;
    }
    const trace_pointer trace = create_trace(values.trace);
    const stats_pointer counters(stats_create());
    if (!counters) {
        throw std::bad_alloc();
    }
    zs::board board("board", values, *image, counters.get());
    board.trace_to(trace.get());
    {
        const zs::progress progress;
        sc_core::sc_start();
    }
    board.finish_trace(trace.get());
    auto result = std::make_unique<run_result>();
    result->config = loaded;
    result->board = &values;
    result->stats = counters.get();
    result->profile = board.call_profile();
    result->trace = trace.get();
    result->program = path;
    result->argc = argc;
    result->argv = argv;
    describe_end(board, *result);
    derive(counters.get(), &values, board.accelerator_period_ps(), &result->derived);
    if (is_harness(*image)) {
        derive_padding(counters.get(), &values, &result->derived);
    }
    if (result->audited) {
        audit(board, *image, *result);
    }
    return report(request, *result);
}

exit_status run_configured(const options &request, int argc, char **argv)
{
    const auto values = std::make_unique<board_config>();
    const config_pointer loaded = load_config(request, *values);
    if (!loaded) {
        return EXIT_BAD_INPUT;
    }
    switch (request.mode) {
    case MODE_CHECK:
        std::puts("the configuration is sound");
        return EXIT_OK;
    case MODE_PARAMS:
        return config_describe(loaded.get(), stdout) == 0 ? EXIT_OK : EXIT_FAILED_RUN;
    case MODE_PRINT_YAML:
        return config_write_yaml(loaded.get(), stdout) == 0 ? EXIT_OK : EXIT_FAILED_RUN;
    case MODE_PRINT_JSON:
        return config_write_json(loaded.get(), stdout) == 0 ? EXIT_OK : EXIT_FAILED_RUN;
    case MODE_COSTS:
        return print_costs(*values);
    case MODE_ESTIMATE:
        return print_estimate(*values);
    default:
        return simulate(request, loaded.get(), *values, argc, argv);
    }
}

exit_status run(const options &request, int argc, char **argv)
{
    switch (request.mode) {
    case MODE_HELP:
        options_help(stdout);
        return EXIT_OK;
    case MODE_VERSION:
        std::puts("zs-sim " ZEROSTAGE_VERSION);
        return EXIT_OK;
    case MODE_POINTS:
        return points_resolve(&request, stdin, stdout) == 0 ? EXIT_OK : EXIT_FAILED_RUN;
    default:
        return run_configured(request, argc, argv);
    }
}

} // namespace

int sc_main(int argc, char **argv)
{
    options request;
    exit_status status = EXIT_BAD_INPUT;

    for (const char *const chatter : {"/OSCI/SystemC", "/IEEE_Std_1666/deprecated"}) {
        sc_core::sc_report_handler::set_actions(chatter, sc_core::SC_DO_NOTHING);
    }
    try {
        if (options_parse(&request, argc, argv, stderr) == 0) {
            status = run(request, argc, argv);
        }
    } catch (const std::exception &error) {
        std::fprintf(stderr, "zs-sim: error: %s\n", error.what());
    }
    options_release(&request);
    return status;
}

int main(int argc, char **argv)
{
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    return sc_core::sc_elab_and_sim(argc, argv);
}
