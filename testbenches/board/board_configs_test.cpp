/* The configurations that ship: each is sound, and each value says where it comes from. */
#include "board_fixture.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <vector>

namespace
{

std::vector<std::filesystem::path> shipped(const std::string &folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto &entry :
         std::filesystem::directory_iterator(std::filesystem::path(ZEROSTAGE_CONFIGS) / folder)) {
        if (entry.path().extension() == ".yaml") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

/* A board with the file's values on top of the defaults; the errors, or "". */
std::string errors_of(const std::string &text)
{
    struct loaded : BoardTest {
        void TestBody() override {}
        using BoardTest::check;
    };
    return loaded().check(text);
}

class ShippedConfig : public testing::TestWithParam<const char *>
{
};

TEST_P(ShippedConfig, EachFileIsSound)
{
    const std::string folder = GetParam();
    ASSERT_FALSE(shipped(folder).empty());
    for (const auto &file : shipped(folder)) {
        const std::string name = file.stem();
        const std::string text = folder == "boards" ? "board: " + name
                                 : folder == "accelerators"
                                     ? "accelerator: " + name + "\nworkload: {flow: Ns}"
                                     : "workload: " + name;
        EXPECT_EQ(errors_of(text), "") << file;
    }
}

INSTANTIATE_TEST_SUITE_P(Parts, ShippedConfig,
                         testing::Values("boards", "accelerators", "workloads"));

std::vector<std::filesystem::path> runs()
{
    std::vector<std::filesystem::path> files = shipped("runs");
    files.push_back(std::filesystem::path(ZEROSTAGE_CONFIGS) / "demo.yaml");
    return files;
}

std::vector<std::filesystem::path> all_shipped()
{
    std::vector<std::filesystem::path> files = runs();
    for (const char *const folder :
         {"boards", "accelerators", "workloads", "loses", "loses/with", "choices"}) {
        const auto more = shipped(folder);
        files.insert(files.end(), more.begin(), more.end());
    }
    return files;
}

TEST(ShippedRuns, AreSound)
{
    for (const auto &file : runs()) {
        board_config board;
        config *const config = board_config_create(&board);
        config_load_file(config, file.c_str());
        EXPECT_EQ(board_config_finish(config, &board), 0) << file;
        config_report(config, stderr);
        config_destroy(config);
    }
}

/* "key: value # kind: source"; keys that open a mapping, and names of other files, need none. */
TEST(ShippedConfigs, EveryValueCarriesItsKindAndSource)
{
    const std::regex structure(R"(\s*(#.*)?|\s*\w+:\s*(#.*)?)");
    const std::regex reference(R"(\s*(board|accelerator|workload|base):\s*[\w.-]+\s*)");
    const std::regex sourced(
        R"(\s*\w+:\s*\S.* # (measured|datasheet|derived|guess|choice): .{4,})");
    size_t values = 0;
    for (const auto &file : all_shipped()) {
        std::ifstream in(file);
        std::string line;
        for (int number = 1; std::getline(in, line); number++) {
            if (std::regex_match(line, structure) || std::regex_match(line, reference)) {
                continue;
            }
            values++;
            EXPECT_TRUE(std::regex_match(line, sourced))
                << file.string() << ":" << number << ": " << line;
        }
    }
    EXPECT_GT(values, 50U);
}

std::string described()
{
    board_config board;
    config *const config = board_config_create(&board);
    EXPECT_EQ(config_error_count(config), 0U);
    char *text = nullptr;
    size_t bytes = 0;
    FILE *const out = open_memstream(&text, &bytes);
    config_describe(config, out);
    std::fclose(out);
    const std::string copy(text, bytes);
    std::free(text);
    config_destroy(config);
    return copy;
}

TEST(ParameterTables, LongSourcesAreShownWhole)
{
    const std::string text = described();
    std::istringstream broken(text);
    std::string words, word;

    while (broken >> word) {
        words += word + ' ';
    }
    for (size_t i = 0; i < cpu_params_count; i++) {
        EXPECT_NE(words.find(cpu_params[i].source), std::string::npos) << cpu_params[i].name;
    }
}

TEST(ParameterTables, EveryDefaultHasASourceAndADescription)
{
    std::istringstream lines(described());
    std::string line;
    size_t count = 0;
    for (size_t i = 0; i < 4; i++) { // the heading
        std::getline(lines, line);
    }
    while (std::getline(lines, line)) {
        const std::string name = line;
        std::string description, last;
        std::getline(lines, description);
        EXPECT_GT(description.size(), 4U) << name;
        bool has_source = false;
        while (std::getline(lines, last) && !last.empty()) {
            EXPECT_LE(last.size(), 110U) << name;
            for (const char *const kind : {"measured", "datasheet", "derived", "guess", "choice"}) {
                const std::string prefix = std::string("    ") + kind + ": ";
                has_source |= last.rfind(prefix, 0) == 0 && last.size() > prefix.size();
            }
        }
        EXPECT_TRUE(has_source) << name;
        count++;
    }
    EXPECT_GT(count, 100U);
}

} // namespace
