// What execve leaves behind: segments in place, and the stack that _start finds.
#include <elf.h>
#include <map>

#include "fake_machine.h"

namespace
{

using zs_test::fake_machine;

struct program_start : testing::Test {
    fake_machine machine;
    elf_image image{};
    os_start start{};

    void SetUp() override
    {
        char error[ELF_ERROR_BYTES] = "";
        ASSERT_EQ(elf_image_load(&image, SAMPLE_PROGRAM, error), 0) << error;
        const char *const argv[] = {"sample", "one argument", nullptr};
        const char *const envp[] = {"HOME=/root", nullptr};
        ASSERT_EQ(os_exec(machine.os(), &image, argv, envp, &start), 0);
    }
    void TearDown() override
    {
        elf_image_destroy(&image);
    }
    std::string text_at(uint32_t vaddr)
    {
        std::string text;
        while (const char c = machine.load<char>(vaddr++))
            text += c;
        return text;
    }
};

TEST_F(program_start, segments_hold_the_file_and_zeroes_behind)
{
    for (size_t i = 0; i < image.segment_count; i++) {
        const elf_segment &segment = image.segments[i];
        std::vector<uint8_t> memory(segment.memory_bytes);
        ASSERT_EQ(os_read_guest(machine.os(), segment.vaddr, memory.data(), segment.memory_bytes),
                  0);
        for (uint32_t j = 0; j < segment.memory_bytes; j++)
            ASSERT_EQ(memory[j], j < segment.file_bytes ? segment.content[j] : 0) << j;
    }
}

TEST_F(program_start, code_cannot_be_written)
{
    EXPECT_EQ(start.entry, image.entry);
    os_fault fault{};
    ASSERT_EQ(os_page_fault(machine.os(), image.entry, ACCESS_EXECUTE, &fault), 0);
    EXPECT_TRUE(page_allows(machine.entry(image.entry), ACCESS_EXECUTE));
    EXPECT_FALSE(page_allows(machine.entry(image.entry), ACCESS_WRITE));
    const uint32_t word = 0;
    EXPECT_EQ(os_write_guest(machine.os(), image.entry, &word, sizeof word), -EFAULT);
}

TEST_F(program_start, the_files_pages_are_entered_at_their_first_touch)
{
    const os_config cost = zs_test::plain_config();
    const uint32_t neighbour = image.entry ^ PAGE_BYTES; // in the same 64 KiB
    os_fault code{}, data{};
    EXPECT_EQ(machine.entry(image.entry) & PAGE_PRESENT, 0U);
    ASSERT_EQ(os_page_fault(machine.os(), image.entry, ACCESS_EXECUTE, &code), 0);
    EXPECT_GE(code.cost_cycles, cost.file_fault_cycles + 2 * cost.mmap_page_cycles);
    EXPECT_LT(code.cost_cycles, cost.page_copy_cycles) << "shared with the page cache";
    EXPECT_NE(machine.entry(neighbour) & PAGE_PRESENT, 0U) << "mapped along with it";

    const elf_segment &writable = image.segments[image.segment_count - 1];
    ASSERT_EQ(os_page_fault(machine.os(), writable.vaddr, ACCESS_WRITE, &data), 0);
    EXPECT_EQ(data.cost_cycles,
              cost.file_fault_cycles + cost.page_copy_cycles + cost.mmap_page_cycles);
    EXPECT_EQ(machine.load<uint8_t>(writable.vaddr), writable.content[0]);
    EXPECT_EQ(os_page_fault(machine.os(), image.entry, ACCESS_WRITE, &code), -EFAULT);
}

TEST_F(program_start, stack_holds_arguments_environment_and_auxiliary_vector)
{
    EXPECT_EQ(start.stack_pointer % 8, 0U) << "AAPCS";
    uint32_t at = start.stack_pointer;
    const auto next = [&] {
        at += 4;
        return machine.load<uint32_t>(at - 4);
    };
    EXPECT_EQ(next(), 2U) << "argc";
    EXPECT_EQ(text_at(next()), "sample");
    EXPECT_EQ(text_at(next()), "one argument");
    EXPECT_EQ(next(), 0U);
    EXPECT_EQ(text_at(next()), "HOME=/root");
    EXPECT_EQ(next(), 0U);

    std::map<uint32_t, uint32_t> auxiliary;
    while (const uint32_t type = next())
        auxiliary[type] = next();
    EXPECT_EQ(auxiliary[AT_PAGESZ], 4096U);
    EXPECT_EQ(auxiliary[AT_ENTRY], image.entry);
    EXPECT_EQ(auxiliary[AT_PHNUM], image.program_header_count);
    EXPECT_EQ(machine.load<uint32_t>(auxiliary[AT_PHDR]),
              reinterpret_cast<const uint32_t *>(
                  image.file + reinterpret_cast<const Elf32_Ehdr *>(image.file)->e_phoff)[0]);
    EXPECT_TRUE(auxiliary[AT_HWCAP] & 1U << 12) << "NEON";
    EXPECT_EQ(text_at(auxiliary[AT_EXECFN]), "sample");
    EXPECT_EQ(text_at(auxiliary[AT_PLATFORM]), "v7l");
    EXPECT_NE(machine.load<uint64_t>(auxiliary[AT_RANDOM]), 0U);
}

TEST_F(program_start, stack_grows_down_to_its_limit)
{
    const uint32_t top = 0xBF000000;
    const uint32_t bytes = zs_test::plain_config().stack_bytes;
    const uint32_t word = 1;
    EXPECT_EQ(os_write_guest(machine.os(), top - bytes, &word, sizeof word), 0);
    EXPECT_EQ(os_write_guest(machine.os(), top - bytes - 4, &word, sizeof word), -EFAULT);
}

TEST_F(program_start, heap_starts_behind_the_last_segment)
{
    const elf_segment &data = image.segments[image.segment_count - 1];
    const auto heap = static_cast<uint32_t>(machine.result(45, {0}));
    EXPECT_GE(heap, data.vaddr + data.memory_bytes);
    EXPECT_LT(heap, data.vaddr + data.memory_bytes + PAGE_BYTES);
    EXPECT_EQ(static_cast<uint32_t>(machine.result(45, {heap + 10000})), heap + 10000);
    machine.store<uint32_t>(heap + 9000, 5);
    EXPECT_EQ(static_cast<uint32_t>(machine.result(45, {heap})), heap);
    EXPECT_EQ(machine.entry(heap + 9000), 0U) << "shrinking gives the memory back";
    EXPECT_EQ(static_cast<uint32_t>(machine.result(45, {0xF0000000})), heap) << "too much";
}

TEST_F(program_start, user_helpers_are_mapped)
{
    EXPECT_EQ(machine.load<uint32_t>(0xFFFF0FFC), 3U) << "their version";
    EXPECT_TRUE(page_allows(machine.entry(0xFFFF0FE0), ACCESS_EXECUTE));
}

TEST(program_start_errors, no_argument_at_all)
{
    fake_machine machine;
    elf_image image{};
    char error[ELF_ERROR_BYTES] = "";
    ASSERT_EQ(elf_image_load(&image, SAMPLE_PROGRAM, error), 0);
    const char *const none[] = {nullptr};
    os_start start{};
    EXPECT_EQ(os_exec(machine.os(), &image, none, none, &start), -EINVAL);
    elf_image_destroy(&image);
}

} // namespace
