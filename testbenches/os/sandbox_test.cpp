// The host's files: only below the directories that the configuration names.
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_machine.h"

namespace
{

using namespace zs_test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

enum : uint32_t {
    READ = 3,
    WRITE = 4,
    OPEN = 5,
    CLOSE = 6,
    UNLINK = 10,
    LSEEK = 19,
    ACCESS = 33,
    DUP = 41,
    IOCTL = 54,
    FSYNC = 118,
    READV = 145,
    FTRUNCATE64 = 194,
    STAT64 = 195,
    FSTAT64 = 197,
    READ_ONLY = 0,
    READ_WRITE = 2,
    CREATE = 0100,
    EXCLUSIVE = 0200,
    TRUNCATE = 01000,
    APPEND = 02000,
    COUNT_READABLE = 0x541B
};

// A directory `in` to read, a directory `out` to write, and one beside them.
struct sandbox_test : testing::Test {
    const fs::path root =
        fs::temp_directory_path() / ("sandbox-" + std::to_string(getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    sandbox_config config{};
    std::unique_ptr<fake_machine> machine;

    void SetUp() override
    {
        for (const char *directory : {"in/deep", "out", "outside"})
            fs::create_directories(root / directory);
        write_host("in/data.txt", "0123456789");
        write_host("outside/secret.txt", "secret");
        name(config.read_only, root / "in");
        name(config.read_write, root / "out");
        machine = std::make_unique<fake_machine>(plain_config(), nullptr, &config);
    }
    void TearDown() override
    {
        machine.reset();
        fs::remove_all(root);
    }
    static void name(param_list &list, const fs::path &path)
    {
        ASSERT_LT(path.string().size(), sizeof list.items[0]);
        std::strcpy(list.items[list.count++], path.c_str());
    }
    void write_host(const std::string &path, const std::string &text) const
    {
        std::ofstream(root / path) << text;
    }
    std::string read_host(const std::string &path) const
    {
        std::stringstream text;
        text << std::ifstream(root / path).rdbuf();
        return text.str();
    }
    int32_t open(const std::string &path, uint32_t flags = READ_ONLY, uint32_t mode = 0644)
    {
        return machine->result(OPEN, {machine->string(root / path), flags, mode});
    }
    std::string read(uint32_t file, uint32_t bytes)
    {
        const uint32_t at = machine->scratch();
        const int32_t count = machine->result(READ, {file, at, bytes});
        std::string text(count > 0 ? static_cast<size_t>(count) : 0, '\0');
        EXPECT_EQ(os_read_guest(machine->os(), at, text.data(), text.size()), 0);
        return text;
    }
    int32_t write(uint32_t file, const std::string &text)
    {
        return machine->result(WRITE,
                               {file, machine->string(text), static_cast<uint32_t>(text.size())});
    }
};

TEST_F(sandbox_test, AFileIsReadFromWhereItsPositionIs)
{
    const auto file = static_cast<uint32_t>(open("in/data.txt"));
    EXPECT_EQ(read(file, 4), "0123");
    const auto copy = static_cast<uint32_t>(machine->result(DUP, {file}));
    EXPECT_EQ(read(copy, 2), "45") << "duplicates share the position";
    EXPECT_EQ(machine->result(CLOSE, {file}), 0);
    EXPECT_EQ(machine->result(LSEEK, {copy, static_cast<uint32_t>(-3), 2}), 7);
    const uint32_t left = machine->scratch();
    EXPECT_EQ(machine->result(IOCTL, {copy, COUNT_READABLE, left}), 0);
    EXPECT_EQ(machine->load<uint32_t>(left), 3U);
    EXPECT_EQ(read(copy, 100), "789");
    EXPECT_EQ(read(copy, 100), "") << "end of file";
    EXPECT_EQ(machine->result(LSEEK, {copy, static_cast<uint32_t>(-1), 0}), -EINVAL);
}

TEST_F(sandbox_test, ReadvScatters)
{
    const auto file = static_cast<uint32_t>(open("in/data.txt"));
    const uint32_t vectors = machine->scratch(), first = machine->scratch(),
                   second = machine->scratch();
    const uint32_t words[] = {first, 3, second, 100};
    ASSERT_EQ(os_write_guest(machine->os(), vectors, words, sizeof words), 0);
    EXPECT_EQ(machine->result(READV, {file, vectors, 2}), 10);
    EXPECT_EQ(machine->load<char>(first + 2), '2');
    EXPECT_EQ(machine->load<char>(second), '3');
}

TEST_F(sandbox_test, LongFilesPassWhole)
{
    std::string text(200000, ' ');
    for (size_t i = 0; i < text.size(); i++)
        text[i] = static_cast<char>('a' + i % 23);
    write_host("in/long.txt", text);
    const auto from = static_cast<uint32_t>(open("in/long.txt"));
    const auto to = static_cast<uint32_t>(open("out/long.txt", READ_WRITE | CREATE));
    const uint32_t at = machine->scratch(50 * PAGE_BYTES);
    ASSERT_EQ(machine->result(READ, {from, at, 50 * PAGE_BYTES}), 200000);
    ASSERT_EQ(machine->result(WRITE, {to, at, 200000}), 200000);
    EXPECT_EQ(machine->result(FSYNC, {to}), 0);
    EXPECT_EQ(read_host("out/long.txt"), text);
}

TEST_F(sandbox_test, FilesAreCreatedTruncatedAppendedToAndRemoved)
{
    auto file = static_cast<uint32_t>(open("out/new.txt", READ_WRITE | CREATE | EXCLUSIVE));
    EXPECT_EQ(write(file, "hello"), 5);
    EXPECT_EQ(read_host("out/new.txt"), "hello");
    EXPECT_EQ(open("out/new.txt", READ_WRITE | CREATE | EXCLUSIVE), -EEXIST);
    file = static_cast<uint32_t>(open("out/new.txt", READ_WRITE | APPEND));
    EXPECT_EQ(write(file, " you"), 4);
    EXPECT_EQ(read_host("out/new.txt"), "hello you");
    EXPECT_EQ(machine->result(FTRUNCATE64, {file, 0, 2, 0}), 0);
    EXPECT_EQ(read_host("out/new.txt"), "he");
    open("out/new.txt", READ_WRITE | TRUNCATE);
    EXPECT_EQ(read_host("out/new.txt"), "");
    EXPECT_EQ(machine->result(UNLINK, {machine->string(root / "out/new.txt")}), 0);
    EXPECT_FALSE(fs::exists(root / "out/new.txt"));
}

TEST_F(sandbox_test, AReadOnlyDirectoryStaysAsItIsAndTheUserIsToldOnce)
{
    EXPECT_EQ(open("in/data.txt", READ_WRITE), -EROFS);
    EXPECT_EQ(open("in/new.txt", READ_WRITE | CREATE), -EROFS);
    EXPECT_EQ(open("in/data.txt", READ_ONLY | TRUNCATE), -EROFS);
    EXPECT_EQ(machine->result(UNLINK, {machine->string(root / "in/data.txt")}), -EROFS);
    EXPECT_EQ(read_host("in/data.txt"), "0123456789");
    EXPECT_THAT(machine->messages, ElementsAre(HasSubstr("expected in sandbox.read_write")));
    const auto file = static_cast<uint32_t>(open("in/data.txt"));
    EXPECT_EQ(write(file, "x"), -EBADF);
}

TEST_F(sandbox_test, NothingOutsideIsThereAndTheFirstRequestIsNamed)
{
    fs::create_symlink(root / "outside/secret.txt", root / "in/link");
    fs::create_symlink(root / "outside", root / "out/door");
    fs::create_symlink(root / "outside/planted", root / "out/dangling");
    for (const char *path : {"outside/secret.txt", "in/../outside/secret.txt", "in/link",
                             "out/door/secret.txt", "in/deep/../../outside/secret.txt"})
        EXPECT_EQ(open(path), -ENOENT) << path;
    EXPECT_LT(open("out/door/new.txt", READ_WRITE | CREATE), 0);
    EXPECT_LT(open("out/../outside/new.txt", READ_WRITE | CREATE), 0);
    EXPECT_LT(open("out/dangling", READ_WRITE | CREATE), 0);
    EXPECT_LT(open("out/..", READ_WRITE | CREATE), 0);
    EXPECT_EQ(machine->result(UNLINK, {machine->string(root / "out/door/secret.txt")}), -ENOENT);
    EXPECT_EQ(machine->result(STAT64, {machine->string(root / "in/link"), machine->scratch()}),
              -ENOENT);
    EXPECT_EQ(std::distance(fs::directory_iterator(root / "outside"), fs::directory_iterator()), 1);
    EXPECT_EQ(read_host("outside/secret.txt"), "secret");
    EXPECT_THAT(machine->messages,
                ElementsAre(HasSubstr("outside/secret.txt', which no directory")));
}

TEST_F(sandbox_test, ADirectoryWhoseNameBeginsAlikeIsAnother)
{
    fs::create_directories(root / "in-other");
    write_host("in-other/data.txt", "x");
    EXPECT_EQ(open("in-other/data.txt"), -ENOENT);
    EXPECT_EQ(open("in/none.txt"), -ENOENT);
    EXPECT_EQ(open("in/deep"), 3) << "a directory itself";
}

TEST_F(sandbox_test, StatTellsSizeAndKind)
{
    const uint32_t at = machine->scratch();
    const uint32_t mode_offset = 16, size_offset = 48;
    ASSERT_EQ(machine->result(STAT64, {machine->string(root / "in/data.txt"), at}), 0);
    EXPECT_EQ(machine->load<uint32_t>(at + mode_offset) & 0170000U, 0100000U);
    EXPECT_EQ(machine->load<uint64_t>(at + size_offset), 10U);
    ASSERT_EQ(machine->result(STAT64, {machine->string(root / "in"), at}), 0);
    EXPECT_EQ(machine->load<uint32_t>(at + mode_offset) & 0170000U, 0040000U);
    const auto file = static_cast<uint32_t>(open("in/data.txt"));
    ASSERT_EQ(machine->result(FSTAT64, {file, at}), 0);
    EXPECT_EQ(machine->load<uint64_t>(at + size_offset), 10U);
    EXPECT_EQ(machine->result(ACCESS, {machine->string(root / "in/data.txt"), 4}), 0);
}

TEST_F(sandbox_test, APipeDoesNotStopTheSimulator)
{
    ASSERT_EQ(mkfifo((root / "in/pipe").c_str(), 0600), 0);
    EXPECT_EQ(open("in/pipe"), -EACCES);
}

TEST_F(sandbox_test, AFileCanBeTheStandardInput)
{
    std::strcpy(config.standard_input, (root / "in/data.txt").c_str());
    machine = std::make_unique<fake_machine>(plain_config(), nullptr, &config);
    EXPECT_EQ(read(0, 3), "012");
    EXPECT_EQ(read(0, 100), "3456789");
    EXPECT_EQ(open("in/data.txt"), 3) << "0, 1 and 2 are taken, as ever";
}

TEST(sandbox, WithoutDirectoriesThereAreNoFiles)
{
    fake_machine machine;
    EXPECT_EQ(machine.result(OPEN, {machine.string("/etc/passwd"), READ_ONLY}), -ENOENT);
    EXPECT_EQ(machine.result(OPEN, {machine.string("new.txt"), READ_WRITE | CREATE}), -EACCES);
    EXPECT_STREQ(sandbox_directory_error("/nowhere"), "No such file or directory");
    EXPECT_STREQ(sandbox_directory_error("/etc/passwd"), "not a directory");
    EXPECT_EQ(sandbox_directory_error("/"), nullptr);
}

} // namespace
