// /dev/udmabufN and its attributes in sysfs, as the u-dma-buf driver on 32-bit ARM.
#include <cerrno>

#include "fake_machine.h"

namespace
{

using namespace zs_test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint32_t call_read = 3, call_write = 4, call_open = 5, call_close = 6, call_mmap2 = 192;
constexpr uint32_t read_only = 0, read_write = 2, o_sync = 04010000;
constexpr uint32_t half = buffer_bytes / 2;

struct udmabuf_test : testing::Test {
    fake_machine machine;

    static std::string attribute(const std::string &name, const std::string &buffer = "udmabuf0",
                                 const std::string &group = "u-dma-buf")
    {
        return "/sys/class/" + group + "/" + buffer + "/" + name;
    }
    uint32_t open(const std::string &path, uint32_t flags)
    {
        return machine.call(call_open, {machine.string(path), flags}).result;
    }
    std::string read(const std::string &path)
    {
        const uint32_t file = open(path, read_only);
        const uint32_t text = machine.scratch();
        const int32_t length = machine.result(call_read, {file, text, 64});
        EXPECT_GT(length, 0) << path;
        EXPECT_EQ(machine.result(call_read, {file, text, 64}), 0) << "end of file";
        machine.result(call_close, {file});
        std::string value(static_cast<size_t>(length), '\0');
        EXPECT_EQ(os_read_guest(machine.os(), text, value.data(), value.size()), 0);
        return value;
    }
    // The length that was taken, or a negative errno.
    int32_t write(const std::string &path, const std::string &value)
    {
        const uint32_t file = open(path, read_write);
        const int32_t result = machine.result(
            call_write, {file, machine.string(value), static_cast<uint32_t>(value.size())});
        machine.result(call_close, {file});
        return result;
    }
    int32_t set(const std::string &name, const std::string &value)
    {
        return write(attribute(name), value);
    }
    uint32_t map(uint32_t flags, uint32_t offset = 0, uint32_t bytes = PAGE_BYTES)
    {
        const uint32_t file = open("/dev/udmabuf0", flags);
        return machine.call(call_mmap2, {0, bytes, 3, 1, file, offset >> PAGE_BITS}).result;
    }
};

TEST_F(udmabuf_test, ABufferTellsWhereItIsAndHowLarge)
{
    EXPECT_EQ(read(attribute("phys_addr")), "0x16000000\n");
    EXPECT_EQ(read(attribute("size")), "524288\n");
    EXPECT_EQ(read(attribute("dma_coherent")), "0\n");
    EXPECT_EQ(read(attribute("phys_addr", "udmabuf1")), "0x16080000\n");
    EXPECT_EQ(read(attribute("dma_coherent", "udmabuf1")), "1\n");
    EXPECT_EQ(read(attribute("size", "udmabuf0", "udmabuf")), "524288\n") << "old class name";
}

struct sync_mode {
    const char *value;
    memory_attribute without_sync, with_sync;
};

struct udmabuf_sync_mode : udmabuf_test, testing::WithParamInterface<sync_mode> {
};

TEST_P(udmabuf_sync_mode, DecidesHowItIsMapped)
{
    ASSERT_GT(set("sync_mode", GetParam().value), 0);
    EXPECT_EQ(page_attribute(machine.entry(map(read_write))), GetParam().without_sync);
    EXPECT_EQ(page_attribute(machine.entry(map(read_write | o_sync))), GetParam().with_sync);
}

INSTANTIATE_TEST_SUITE_P(All, udmabuf_sync_mode,
                         testing::Values(sync_mode{"0", MEM_CACHED, MEM_CACHED},
                                         sync_mode{"1", MEM_CACHED, MEM_UNCACHED},
                                         sync_mode{"2", MEM_CACHED, MEM_WRITE_COMBINE},
                                         sync_mode{"3", MEM_CACHED, MEM_WRITE_COMBINE},
                                         sync_mode{"4", MEM_CACHED, MEM_CACHED},
                                         sync_mode{"5", MEM_UNCACHED, MEM_UNCACHED},
                                         sync_mode{"6", MEM_WRITE_COMBINE, MEM_WRITE_COMBINE},
                                         sync_mode{"7", MEM_WRITE_COMBINE, MEM_WRITE_COMBINE}),
                         [](const auto &info) { return std::string(info.param.value); });

TEST_F(udmabuf_test, MappingsAreUncachedWithOSyncByDefault)
{
    EXPECT_EQ(page_attribute(machine.entry(map(read_write))), MEM_CACHED);
    EXPECT_EQ(page_attribute(machine.entry(map(read_write | o_sync))), MEM_UNCACHED);
}

TEST_F(udmabuf_test, AWindowStartsAtItsOffsetAndStaysInside)
{
    const uint32_t at = map(read_write, 0x3000);
    EXPECT_EQ(page_physical(machine.entry(at), at), buffer_base + 0x3000);
    EXPECT_EQ(map(read_write, half - PAGE_BYTES, 2 * PAGE_BYTES), static_cast<uint32_t>(-EINVAL));
    EXPECT_THAT(machine.messages, ElementsAre(HasSubstr("/dev/udmabuf0: 8192 bytes at offset "
                                                        "0x7f000 are more than its 524288")));
}

TEST_F(udmabuf_test, SyncForDeviceCleansWhatTheDeviceReadsAndInvalidatesWhatItWrites)
{
    set("sync_offset", "0x100");
    set("sync_size", "64");
    for (const char *direction : {"0", "1", "2"}) {
        set("sync_direction", direction);
        EXPECT_EQ(set("sync_for_device", "1"), 1);
    }
    const maintained_range clean{buffer_base + 0x100, 64, CACHE_CLEAN, CACHE_TO_MEMORY};
    const maintained_range invalidate{buffer_base + 0x100, 64, CACHE_INVALIDATE, CACHE_TO_MEMORY};
    EXPECT_THAT(machine.maintained, ElementsAre(clean, clean, invalidate));
    EXPECT_EQ(read(attribute("sync_owner")), "1\n");
}

TEST_F(udmabuf_test, SyncForCpuInvalidatesWhatTheDeviceMayHaveWritten)
{
    set("sync_size", "64");
    for (const char *direction : {"0", "1", "2"}) {
        set("sync_direction", direction);
        EXPECT_EQ(set("sync_for_cpu", "1"), 1);
    }
    const maintained_range invalidate{buffer_base, 64, CACHE_INVALIDATE, CACHE_TO_MEMORY};
    EXPECT_THAT(machine.maintained, ElementsAre(invalidate, invalidate));
    EXPECT_EQ(read(attribute("sync_owner")), "0\n");
}

TEST_F(udmabuf_test, ACommandMayCarryRangeAndDirection)
{
    EXPECT_GT(set("sync_for_device", "0x0000100000000045\n"), 0); // offset 0x1000, 64, to device
    EXPECT_GT(set("sync_for_cpu", "0x0000200000000029"), 0);      // offset 0x2000, 32, from device
    EXPECT_THAT(
        machine.maintained,
        ElementsAre(maintained_range{buffer_base + 0x1000, 64, CACHE_CLEAN, CACHE_TO_MEMORY},
                    maintained_range{buffer_base + 0x2000, 32, CACHE_INVALIDATE, CACHE_TO_MEMORY}));
    EXPECT_EQ(read(attribute("sync_offset")), "0x0\n") << "the attributes stay as they are";
}

TEST_F(udmabuf_test, WithoutARangeTheWholeBufferIsMaintained)
{
    set("sync_for_device", "1");
    EXPECT_THAT(machine.maintained,
                ElementsAre(maintained_range{buffer_base, half, CACHE_CLEAN, CACHE_TO_MEMORY}));
}

TEST_F(udmabuf_test, NothingIsMaintainedForADeviceThatSeesTheCaches)
{
    EXPECT_EQ(write(attribute("sync_for_device", "udmabuf1"), "1"), 1);
    EXPECT_EQ(write(attribute("sync_for_cpu", "udmabuf1"), "1"), 1);
    EXPECT_EQ(set("sync_for_device", "0"), 1) << "0 does nothing";
    EXPECT_THAT(machine.maintained, IsEmpty());
}

TEST_F(udmabuf_test, NonsenseIsRefused)
{
    EXPECT_EQ(set("sync_mode", "8"), -EINVAL);
    EXPECT_EQ(set("sync_mode", "two"), -EINVAL);
    EXPECT_EQ(set("sync_mode", "-1"), -EINVAL);
    EXPECT_EQ(set("sync_mode", "1 2"), -EINVAL);
    EXPECT_EQ(set("sync_direction", "3"), -EINVAL);
    EXPECT_EQ(set("sync_size", "0x100000000"), -EINVAL);
    EXPECT_EQ(set("sync_for_cpu", "99999999999999999999"), -ERANGE);
    EXPECT_EQ(set("phys_addr", "1"), -EIO);
    set("sync_offset", "524288");
    EXPECT_EQ(set("sync_for_device", "1"), -EINVAL) << "beyond the end";
    EXPECT_EQ(set("sync_for_device", "0x000000000000000d"), -EINVAL) << "direction 3";
    EXPECT_THAT(machine.maintained, IsEmpty());
}

TEST_F(udmabuf_test, MixedAttributesOfOnePageAreWarnedAboutOnce)
{
    map(read_write, 0x1000);
    map(read_write | o_sync, 0);
    EXPECT_THAT(machine.messages, IsEmpty()) << "different pages";
    map(read_write | o_sync, 0, 2 * PAGE_BYTES);
    map(read_write, 0);
    EXPECT_THAT(machine.messages, ElementsAre(HasSubstr("0x16001000 is mapped cached at")));
}

} // namespace
