// Files: the console, device files, stat, and what is refused.
#include "fake_machine.h"
#include "os/device_file.h"

namespace
{

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using zs_test::fake_machine;

enum : uint32_t {
    READ = 3,
    WRITE = 4,
    OPEN = 5,
    CLOSE = 6,
    LSEEK = 19,
    ACCESS = 33,
    DUP = 41,
    IOCTL = 54,
    DUP2 = 63,
    READLINK = 85,
    FSYNC = 118,
    LLSEEK = 140,
    WRITEV = 146,
    STAT64 = 195,
    FSTAT64 = 197,
    FCNTL64 = 221,
    OPENAT = 322,
    FSTATAT64 = 327,
    DUP3 = 358,
    STATX = 397,
    HERE = 0xFFFFFF9C // AT_FDCWD
};

struct file_calls : testing::Test {
    fake_machine machine;
    int32_t open(const std::string &path, uint32_t flags = 2)
    {
        return machine.result(OPENAT, {HERE, machine.string(path), flags, 0});
    }
};

TEST_F(file_calls, standard_output_and_error_pass_through)
{
    const uint32_t text = machine.string("hello");
    EXPECT_EQ(machine.result(WRITE, {1, text, 5}), 5);
    EXPECT_EQ(machine.result(WRITE, {2, text, 4}), 4);
    EXPECT_EQ(machine.outputs[1], "hello");
    EXPECT_EQ(machine.outputs[2], "hell");
    EXPECT_EQ(machine.result(READ, {0, text, 5}), 0) << "end of file: nobody types";
}

TEST_F(file_calls, long_writes_arrive_whole)
{
    const uint32_t at = machine.scratch(5 * PAGE_BYTES);
    std::string text(4 * PAGE_BYTES + 100, 'x');
    for (size_t i = 0; i < text.size(); i++)
        text[i] = static_cast<char>('a' + i % 26);
    ASSERT_EQ(os_write_guest(machine.os(), at + 3, text.data(), static_cast<uint32_t>(text.size())),
              0);
    EXPECT_EQ(machine.result(WRITE, {1, at + 3, static_cast<uint32_t>(text.size())}),
              static_cast<int32_t>(text.size()));
    EXPECT_EQ(machine.outputs[1], text);
}

TEST_F(file_calls, writes_refuse_bad_descriptors_and_addresses)
{
    EXPECT_EQ(machine.result(WRITE, {9, machine.string("x"), 1}), -EBADF);
    EXPECT_EQ(machine.result(WRITE, {0xFFFFFFFF, machine.string("x"), 1}), -EBADF);
    EXPECT_EQ(machine.result(WRITE, {0, machine.string("x"), 1}), -EBADF) << "open for reading";
    EXPECT_EQ(machine.result(READ, {1, machine.scratch(), 1}), -EBADF) << "open for writing";
    EXPECT_EQ(machine.result(WRITE, {1, 0x10, 1}), -EFAULT);
}

TEST_F(file_calls, writev_gathers)
{
    const uint32_t vectors = machine.scratch();
    const uint32_t words[] = {machine.string("one "), 4, 0, 0, machine.string("two"), 3};
    ASSERT_EQ(os_write_guest(machine.os(), vectors, words, sizeof words), 0);
    EXPECT_EQ(machine.result(WRITEV, {1, vectors, 3}), 7);
    EXPECT_EQ(machine.outputs[1], "one two");
    EXPECT_EQ(machine.result(WRITEV, {1, vectors, 100000}), -EINVAL);
    EXPECT_EQ(machine.result(WRITEV, {1, 0x10, 1}), -EFAULT);
}

TEST_F(file_calls, only_device_files_open)
{
    EXPECT_EQ(open("/dev/mem"), 3);
    EXPECT_EQ(open("/etc/passwd"), -ENOENT);
    EXPECT_EQ(open("result.txt", 0102), -EACCES) << "O_CREAT";
    EXPECT_EQ(machine.result(OPEN, {0x10, 0}), -EFAULT);
    EXPECT_EQ(open(std::string(2000, 'x')), -ENAMETOOLONG);
}

TEST_F(file_calls, descriptors_are_the_lowest_free_and_run_out)
{
    EXPECT_EQ(open("/dev/mem"), 3);
    EXPECT_EQ(open("/dev/mem"), 4);
    EXPECT_EQ(machine.result(CLOSE, {3}), 0);
    EXPECT_EQ(machine.result(CLOSE, {3}), -EBADF);
    EXPECT_EQ(open("/dev/mem"), 3);
    int32_t last = 0;
    for (int i = 0; i < 100; i++)
        last = open("/dev/mem");
    EXPECT_EQ(last, -EMFILE);
}

TEST_F(file_calls, duplicates_outlive_the_original)
{
    EXPECT_EQ(machine.result(DUP, {1}), 3);
    EXPECT_EQ(machine.result(CLOSE, {1}), 0);
    EXPECT_EQ(machine.result(WRITE, {3, machine.string("still"), 5}), 5);
    EXPECT_EQ(machine.outputs[1], "still");
    EXPECT_EQ(machine.result(DUP2, {3, 7}), 7);
    EXPECT_EQ(machine.result(DUP2, {7, 7}), 7);
    EXPECT_EQ(machine.result(DUP3, {7, 7, 0}), -EINVAL);
    EXPECT_EQ(machine.result(DUP2, {3, 1000}), -EBADF);
    EXPECT_EQ(machine.result(FCNTL64, {3, 0, 20}), 20) << "F_DUPFD from 20 up";
}

TEST_F(file_calls, fcntl_shows_the_flags_of_the_open)
{
    const auto file = static_cast<uint32_t>(open("/dev/mem", 2 | 04010000));
    EXPECT_EQ(machine.result(FCNTL64, {file, 3}), 2 | 04010000);
    EXPECT_EQ(machine.result(FCNTL64, {file, 1}), 0);
    EXPECT_EQ(machine.result(FCNTL64, {file, 99}), -EINVAL);
    EXPECT_EQ(machine.result(FCNTL64, {50, 3}), -EBADF);
}

TEST_F(file_calls, devmem_is_for_mapping_and_says_so_once)
{
    const auto file = static_cast<uint32_t>(open("/dev/mem"));
    EXPECT_EQ(machine.result(READ, {file, machine.scratch(), 4}), -EINVAL);
    EXPECT_EQ(machine.result(WRITE, {file, machine.scratch(), 4}), -EINVAL);
    EXPECT_THAT(machine.messages, ElementsAre(HasSubstr("map it with mmap")));
    EXPECT_EQ(machine.result(IOCTL, {file, 1, 0}), -ENOTTY);
    EXPECT_EQ(machine.result(FSYNC, {file}), -EINVAL);
    EXPECT_EQ(machine.result(FSYNC, {50}), -EBADF);
}

TEST_F(file_calls, seeks_move_a_device_and_not_a_pipe)
{
    const auto file = static_cast<uint32_t>(open("/dev/mem"));
    EXPECT_EQ(machine.result(LSEEK, {file, 0x1000, 0}), 0x1000);
    EXPECT_EQ(machine.result(LSEEK, {file, static_cast<uint32_t>(-16), 1}), 0xFF0);
    EXPECT_EQ(machine.result(LSEEK, {file, static_cast<uint32_t>(-16), 0}), -EINVAL);
    EXPECT_EQ(machine.result(LSEEK, {file, 0, 2}), -EINVAL) << "a device has no end";
    const uint32_t at = machine.scratch();
    EXPECT_EQ(machine.result(LLSEEK, {file, 1, 2, at, 0}), 0);
    EXPECT_EQ(machine.load<uint64_t>(at), 0x100000002U);
    EXPECT_EQ(machine.result(LSEEK, {file, 0, 1}), -EOVERFLOW);
    EXPECT_EQ(machine.result(LSEEK, {1, 0, 1}), -ESPIPE);
}

TEST_F(file_calls, stat_tells_a_pipe_from_a_device)
{
    const uint32_t at = machine.scratch();
    const uint32_t mode_offset = 16;
    ASSERT_EQ(machine.result(FSTAT64, {1, at}), 0);
    EXPECT_EQ(machine.load<uint32_t>(at + mode_offset) & 0170000U, 0010000U);
    ASSERT_EQ(machine.result(STAT64, {machine.string("/dev/mem"), at}), 0);
    EXPECT_EQ(machine.load<uint32_t>(at + mode_offset) & 0170000U, 0020000U);
    EXPECT_EQ(machine.load<uint64_t>(at + 32), 0x101U) << "device number 1:1";
    EXPECT_EQ(machine.result(STAT64, {machine.string("/etc"), at}), -ENOENT);
    ASSERT_EQ(machine.result(FSTATAT64, {1, machine.string(""), at, 0x1000}), 0);
    EXPECT_EQ(machine.load<uint32_t>(at + mode_offset) & 0170000U, 0010000U);
    EXPECT_EQ(machine.result(FSTATAT64, {1, machine.string(""), at, 0}), -ENOENT);
}

TEST_F(file_calls, statx_tells_the_same)
{
    const uint32_t at = machine.scratch();
    ASSERT_EQ(machine.result(STATX, {1, machine.string(""), 0x1000, 0x7FF, at}), 0);
    EXPECT_EQ(machine.load<uint16_t>(at + 28) & 0170000, 0010000);
    ASSERT_EQ(machine.result(STATX, {HERE, machine.string("/dev/mem"), 0, 0x7FF, at}), 0);
    EXPECT_EQ(machine.load<uint16_t>(at + 28) & 0170000, 0020000);
    EXPECT_EQ(machine.load<uint32_t>(at + 128), 1U) << "major";
    EXPECT_EQ(machine.result(STATX, {60, machine.string(""), 0x1000, 0x7FF, at}), -EBADF);
}

TEST_F(file_calls, access_and_readlink_know_the_devices)
{
    EXPECT_EQ(machine.result(ACCESS, {machine.string("/dev/mem"), 6}), 0);
    EXPECT_EQ(machine.result(ACCESS, {machine.string("/dev/mem"), 1}), -EACCES);
    EXPECT_EQ(machine.result(ACCESS, {machine.string("/dev/uio7"), 6}), -ENOENT);
    EXPECT_EQ(machine.result(READLINK, {machine.string("/proc/self/exe"), 0, 0}), -ENOENT);
    EXPECT_EQ(machine.result(READLINK, {machine.string("/dev/mem"), 0, 0}), -EINVAL);
}

TEST_F(file_calls, cost_the_call_and_its_group)
{
    const os_config cost = zs_test::plain_config();
    const uint32_t text = machine.string("x");
    EXPECT_EQ(machine.call(WRITE, {1, text, 1}).cost_cycles, cost.syscall_cycles + cost.io_cycles);
}

TEST(file_costs, each_class_of_call_has_its_own)
{
    os_config cost = zs_test::plain_config();
    cost.open_cycles = 100;
    cost.stat_cycles = 200;
    cost.io_cycles = 300;
    cost.io_byte_cycles = 0.5;
    cost.descriptor_cycles = 400;
    cost.attribute_cycles = 500;
    fake_machine machine(cost);
    const uint32_t text = machine.string("/dev/mem"), at = machine.scratch();
    const uint32_t attribute = machine.string("/sys/class/u-dma-buf/udmabuf0/sync_mode");
    machine.store<uint32_t>(at, 0); // present: no page fault below
    const auto on_top = [&](uint32_t number, std::vector<uint32_t> args) {
        return machine.call(number, std::move(args)).cost_cycles - cost.syscall_cycles;
    };
    EXPECT_EQ(on_top(OPEN, {text, 2}), 100U);
    EXPECT_EQ(on_top(FSTAT64, {3, at}), 200U);
    EXPECT_EQ(on_top(WRITE, {1, text, 8}), 300U + 4);
    EXPECT_EQ(on_top(LSEEK, {3, 0, 0}), 400U);
    EXPECT_EQ(on_top(CLOSE, {3}), 400U);
    EXPECT_EQ(on_top(OPEN, {attribute, 0}), 100U);
    EXPECT_EQ(on_top(READ, {3, at, 64}), 300U + 500 + 1) << "two bytes";
}

// --- a device that somebody adds ---

int add_to_state(struct os *, open_file *file, uint32_t request, uint32_t argument)
{
    auto *state = static_cast<uint32_t *>(file->device->state);
    *state += request * argument;
    return static_cast<int>(*state);
}

int map_coherent(struct os *, open_file *, uint64_t offset, uint32_t, device_window *window)
{
    *window = {static_cast<uint32_t>(0x17000000 + offset), MEM_COHERENT};
    return 0;
}

TEST_F(file_calls, added_devices_get_their_calls)
{
    uint32_t state = 1;
    device_file_ops ops{};
    ops.ioctl = add_to_state;
    ops.map = map_coherent;
    const device_file device = {"/dev/sample0", &ops, 0020600, 0xF000, &state};
    ASSERT_EQ(os_add_device(machine.os(), &device), 0);
    EXPECT_EQ(os_add_device(machine.os(), &device), -EEXIST);

    const auto file = static_cast<uint32_t>(open("/dev/sample0"));
    EXPECT_EQ(machine.result(IOCTL, {file, 3, 5}), 16);
    const uint32_t at = machine.call(192, {0, 4096, 3, 1, file, 2}).result;
    EXPECT_EQ(page_attribute(machine.entry(at)), MEM_COHERENT);
    EXPECT_EQ(page_physical(machine.entry(at), at), 0x17002000U);
    EXPECT_EQ(machine.result(READ, {file, at, 4}), -EINVAL);
    EXPECT_EQ(machine.result(CLOSE, {file}), 0) << "the device is about to go";
    EXPECT_THAT(machine.messages, IsEmpty());
}

} // namespace
