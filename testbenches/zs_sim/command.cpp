#include "command.h"

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

std::string contents(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in) << file;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

outcome zs_sim(const std::vector<std::string> &arguments)
{
    std::vector<char *> argv;
    const std::string simulator = ZS_SIM;
    argv.push_back(const_cast<char *>(simulator.c_str()));
    for (const std::string &argument : arguments) {
        argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        if (std::freopen("stdout.txt", "w", stdout) == nullptr ||
            std::freopen("stderr.txt", "w", stderr) == nullptr) {
            _exit(126);
        }
        execv(argv[0], argv.data());
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            contents("stdout.txt"), contents("stderr.txt")};
}

namespace
{

uint64_t number_after(const std::string &text, const std::string &pattern)
{
    std::smatch found;
    if (!std::regex_search(text, found, std::regex(pattern + "(\\d+)"))) {
        ADD_FAILURE() << "no " << pattern;
        return 0;
    }
    return std::stoull(found[1]);
}

std::string line_with(const std::string &text, const std::string &what)
{
    const size_t at = text.find(what);
    if (at == std::string::npos) {
        ADD_FAILURE() << "no " << what;
        return "";
    }
    return text.substr(at, text.find('\n', at) - at);
}

} // namespace

uint64_t counter(const std::filesystem::path &run, const std::string &name,
                 const std::string &interval)
{
    const std::string line = line_with(contents(run / "stats.json"), "{\"name\": \"" + name + "\"");
    return number_after(line, "\"" + interval + "\": ");
}

uint64_t duration_ps(const std::filesystem::path &run, const std::string &interval)
{
    return number_after(contents(run / "stats.json"), "\"" + interval + "\": \\{\"duration_ps\": ");
}

ZsSim::ZsSim()
{
    char name[] = "/tmp/zs-sim-test-XXXXXX";
    directory_ = mkdtemp(name);
    std::filesystem::current_path(directory_);
}

ZsSim::~ZsSim()
{
    std::filesystem::current_path("/");
    std::filesystem::remove_all(directory_);
}

std::string ZsSim::write(const std::string &name, const std::string &text)
{
    std::ofstream(directory_ / name) << text;
    return name;
}
