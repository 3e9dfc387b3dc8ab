// The ELF reader on a real cross-compiled program and on damaged copies of it.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/address_space.h"
#include "os/elf_loader.h"

namespace
{

using testing::HasSubstr;

std::vector<uint8_t> sample_file()
{
    std::ifstream file(SAMPLE_PROGRAM, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// An image with its own memory and message.
struct loaded {
    elf_image image{};
    std::string error;
    int result;

    explicit loaded(const std::vector<uint8_t> &content)
    {
        char text[ELF_ERROR_BYTES] = "";
        auto *copy = static_cast<uint8_t *>(std::malloc(content.size() + 1));
        std::copy(content.begin(), content.end(), copy);
        result = elf_image_parse(&image, "program", copy, content.size(), text);
        error = text;
    }
    ~loaded()
    {
        elf_image_destroy(&image);
    }
    loaded(const loaded &) = delete;
    loaded &operator=(const loaded &) = delete;
};

template <class T> T *at(std::vector<uint8_t> &file, size_t offset)
{
    return reinterpret_cast<T *>(file.data() + offset);
}

Elf32_Ehdr *header_of(std::vector<uint8_t> &file)
{
    return at<Elf32_Ehdr>(file, 0);
}

Elf32_Phdr *first_load(std::vector<uint8_t> &file)
{
    auto *ph = at<Elf32_Phdr>(file, header_of(file)->e_phoff);
    while (ph->p_type != PT_LOAD)
        ph++;
    return ph;
}

TEST(elf_loader, reads_a_static_program)
{
    elf_image image{};
    char error[ELF_ERROR_BYTES] = "";
    ASSERT_EQ(elf_image_load(&image, SAMPLE_PROGRAM, error), 0) << error;
    ASSERT_EQ(image.segment_count, 2U) << "code and data";
    EXPECT_EQ(image.segments[0].rights, ACCESS_READ | ACCESS_EXECUTE);
    EXPECT_EQ(image.segments[1].rights, ACCESS_READ | ACCESS_WRITE);
    EXPECT_GT(image.segments[1].memory_bytes, image.segments[1].file_bytes) << "there is a .bss";
    EXPECT_GE(image.program_headers, image.segments[0].vaddr);
    EXPECT_GT(image.program_header_count, 0U);
    elf_image_destroy(&image);
}

TEST(elf_loader, finds_functions_by_name_and_by_any_address_inside)
{
    const loaded program(sample_file());
    ASSERT_EQ(program.result, 0) << program.error;
    for (const char *name : {"main", "first_function", "second_function"}) {
        const elf_symbol *symbol = elf_symbol_named(&program.image, name);
        ASSERT_NE(symbol, nullptr) << name;
        EXPECT_FALSE(symbol->thumb) << "compiled with -marm";
        EXPECT_GT(symbol->bytes, 0U);
        EXPECT_EQ(elf_symbol_at(&program.image, symbol->address), symbol);
        EXPECT_EQ(elf_symbol_at(&program.image, symbol->address + symbol->bytes - 1), symbol);
        EXPECT_NE(elf_symbol_at(&program.image, symbol->address + symbol->bytes), symbol);
    }
    EXPECT_EQ(elf_symbol_named(&program.image, "no_such_function"), nullptr);
    EXPECT_EQ(elf_symbol_named(&program.image, "counter"), nullptr) << "a variable";
    EXPECT_EQ(elf_symbol_at(&program.image, 0), nullptr);
}

TEST(elf_loader, tells_thumb_functions_and_strips_the_bit_from_their_address)
{
    const loaded program(sample_file());
    const elf_symbol *symbol = elf_symbol_named(&program.image, "thumb_function");
    ASSERT_NE(symbol, nullptr);
    EXPECT_TRUE(symbol->thumb);
    EXPECT_EQ(symbol->address % 2, 0U);
    EXPECT_EQ(elf_symbol_at(&program.image, symbol->address), symbol);
}

TEST(elf_loader, symbol_look_up_agrees_with_a_linear_search)
{
    const loaded program(sample_file());
    ASSERT_EQ(program.result, 0) << program.error;
    const elf_image &image = program.image;
    for (size_t i = 0; i < image.symbol_count; i += 3)
        for (uint32_t address : {image.symbols[i].address, image.symbols[i].address + 5,
                                 image.symbols[i].address + image.symbols[i].bytes}) {
            const elf_symbol *expected = nullptr;
            for (size_t j = 0; j < image.symbol_count; j++)
                if (image.symbols[j].address <= address &&
                    (!expected || image.symbols[j].address != expected->address))
                    expected = &image.symbols[j];
            if (expected && expected->bytes && address - expected->address >= expected->bytes)
                expected = nullptr;
            EXPECT_EQ(elf_symbol_at(&image, address), expected) << std::hex << address;
        }
}

TEST(elf_loader, a_stripped_program_has_no_symbols_and_loads)
{
    auto file = sample_file();
    header_of(file)->e_shoff = 0;
    header_of(file)->e_shnum = 0;
    const loaded program(file);
    EXPECT_EQ(program.result, 0) << program.error;
    EXPECT_EQ(program.image.symbol_count, 0U);
    EXPECT_EQ(elf_symbol_at(&program.image, program.image.entry), nullptr);
}

TEST(elf_loader, names_a_missing_file)
{
    elf_image image{};
    char error[ELF_ERROR_BYTES] = "";
    EXPECT_EQ(elf_image_load(&image, "/no/such/program", error), -ENOENT);
    EXPECT_THAT(error, HasSubstr("/no/such/program: cannot open the program: No such file"));
}

TEST(elf_loader, refuses_a_directory)
{
    elf_image image{};
    char error[ELF_ERROR_BYTES] = "";
    EXPECT_EQ(elf_image_load(&image, "/", error), -EISDIR);
    EXPECT_THAT(error, HasSubstr("cannot read the program: Is a directory"));
}

TEST(elf_loader, refuses_what_is_no_elf_file)
{
    for (const char *text : {"", "#!/bin/sh\n",
                             "\x7F"
                             "ELF"}) {
        const loaded program(std::vector<uint8_t>(text, text + std::strlen(text)));
        EXPECT_EQ(program.result, -ENOEXEC);
        EXPECT_THAT(program.error, HasSubstr("program: this is not an ELF program"));
    }
}

TEST(elf_loader, tells_a_program_of_another_machine_what_to_do)
{
    elf_image image{};
    char error[ELF_ERROR_BYTES] = "";
    EXPECT_EQ(elf_image_load(&image, "/proc/self/exe", error), -ENOEXEC);
    EXPECT_THAT(
        error,
        HasSubstr("compile it with arm-linux-gnueabihf-gcc or aarch64-linux-gnu-gcc -static"));
}

TEST(elf_loader, refuses_other_kinds_of_elf_files_by_name)
{
    const std::pair<uint16_t, const char *> kinds[] = {{ET_DYN, "link it with -static -no-pie"},
                                                       {ET_REL, "this is an object file"},
                                                       {ET_CORE, "this ELF file is not a program"}};
    for (auto [type, message] : kinds) {
        auto file = sample_file();
        header_of(file)->e_type = type;
        EXPECT_THAT(loaded(file).error, HasSubstr(message));
    }
}

TEST(elf_loader, refuses_a_dynamically_linked_program)
{
    auto file = sample_file();
    at<Elf32_Phdr>(file, header_of(file)->e_phoff)->p_type = PT_INTERP;
    EXPECT_THAT(loaded(file).error, HasSubstr("dynamically linked: link it with -static"));
}

TEST(elf_loader, refuses_big_endian_programs)
{
    auto file = sample_file();
    header_of(file)->e_ident[EI_DATA] = ELFDATA2MSB;
    EXPECT_THAT(loaded(file).error, HasSubstr("big-endian"));
}

TEST(elf_loader, refuses_a_cut_off_file)
{
    auto file = sample_file();
    file.resize(first_load(file)->p_filesz / 2);
    EXPECT_THAT(loaded(file).error, HasSubstr("cut off: the segment at 0x"));
    file.resize(40);
    EXPECT_THAT(loaded(file).error, HasSubstr("cut off in its header"));
    file = sample_file();
    header_of(file)->e_phoff = UINT32_MAX;
    EXPECT_THAT(loaded(file).error, HasSubstr("cut off in its program headers"));
}

TEST(elf_loader, refuses_segments_outside_of_user_space)
{
    auto file = sample_file();
    first_load(file)->p_vaddr = 0xF0000000;
    EXPECT_THAT(loaded(file).error, HasSubstr("outside of user space"));
}

TEST(elf_loader, refuses_an_entry_point_outside_of_code)
{
    auto file = sample_file();
    header_of(file)->e_entry = 0x00700000;
    EXPECT_THAT(loaded(file).error, HasSubstr("entry point 0x00700000 is not in executable code"));
}

// Whatever is wrong: an answer, no crash, no read outside of the file (the sanitizers look on).
TEST(elf_loader, survives_random_damage)
{
    const uint32_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto whole = sample_file();
    auto sections = whole;
    const uint32_t section_table = header_of(sections)->e_shoff;
    for (int i = 0; i < 300; i++) {
        auto file = whole;
        const uint32_t base = i % 2 ? 0 : section_table;
        for (int change = 0; change < 4; change++)
            file[base + random() % 400] = static_cast<uint8_t>(random());
        if (i % 5 == 0)
            file.resize(random() % file.size());
        const loaded program(file);
        if (program.result == 0)
            (void)elf_symbol_at(&program.image, program.image.entry);
        else
            EXPECT_THAT(program.error, HasSubstr("program: "));
    }
}

} // namespace
