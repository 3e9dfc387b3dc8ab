#include "fake_kernel.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/types.h>

#include "axi_dma.h"

namespace zs_test
{

namespace
{
fake_kernel *current = nullptr;
constexpr int memory_file = 1000;
constexpr uint32_t idle = 2, complete = 0x1000;
} // namespace

fake_kernel::fake_kernel()
{
    current = this;
}

fake_kernel::~fake_kernel()
{
    current = nullptr;
}

void *fake_kernel::map(uint64_t physical, uint64_t bytes)
{
    mappings++;
    if (physical == dma_address && bytes <= registers.size() * 4)
        return registers.data();
    if (physical == in_address && bytes <= in.size() * 4)
        return in.data();
    if (physical == out_address && bytes <= out.size() * 4)
        return out.data();
    mappings--;
    errno = EINVAL;
    return MAP_FAILED;
}

void fake_kernel::look_at_channel(char channel, uint32_t control, int &remaining)
{
    uint32_t &status = registers[(control + 0x04) / 4];
    uint32_t &length = registers[(control + 0x28) / 4];
    if (status == complete) // what the driver wrote to clear it
        status = idle;
    if (length != 0) {
        transfers.push_back({channel, registers[(control + 0x18) / 4], length});
        length = 0;
        status = 0;
        remaining = msyncs_until_complete;
    }
    if (remaining == 0)
        status = error_bits ? error_bits | 1 : idle | complete;
    if (remaining >= 0)
        remaining--;
}

void fake_kernel::look_at_registers()
{
    msyncs++;
    look_at_channel('s', 0x00, send_remaining_);
    look_at_channel('r', 0x30, receive_remaining_);
}

void driver_test::SetUp()
{
    dma_init(dma_address, in_address, region_bytes, out_address, region_bytes);
}

void driver_test::TearDown()
{
    dma_free();
}

} // namespace zs_test

using zs_test::current;

extern "C" {

int __real_open64(const char *path, int flags, mode_t mode);
int __wrap_open64(const char *path, int flags, mode_t mode);
void *__real_mmap64(void *at, size_t bytes, int protection, int flags, int file, off_t offset);
void *__wrap_mmap64(void *at, size_t bytes, int protection, int flags, int file, off_t offset);
int __real_munmap(void *at, size_t bytes);
int __wrap_munmap(void *at, size_t bytes);
int __real_close(int file);
int __wrap_close(int file);
int __wrap_msync(void *at, size_t bytes, int flags);

int __wrap_open64(const char *path, int flags, mode_t mode)
{
    if (!current || std::string(path) != "/dev/mem")
        return __real_open64(path, flags, mode);
    current->opened_path = path;
    current->opened_flags = flags;
    if (!current->open_fails)
        return zs_test::memory_file;
    errno = EACCES;
    return -1;
}

void *__wrap_mmap64(void *at, size_t bytes, int protection, int flags, int file, off_t offset)
{
    if (!current || file != zs_test::memory_file)
        return __real_mmap64(at, bytes, protection, flags, file, offset);
    return current->map(static_cast<uint64_t>(offset), bytes);
}

int __wrap_munmap(void *at, size_t bytes)
{
    if (!current ||
        (at != current->registers.data() && at != current->in.data() && at != current->out.data()))
        return __real_munmap(at, bytes);
    current->mappings--;
    return 0;
}

int __wrap_close(int file)
{
    return file == zs_test::memory_file ? 0 : __real_close(file);
}

int __wrap_msync(void *at, size_t, int flags)
{
    EXPECT_EQ(at, current->registers.data());
    EXPECT_EQ(flags, MS_SYNC);
    current->look_at_registers();
    errno = EINVAL;
    return -1;
}
}
