/* The yardstick for the CPU model's speed: the same recompiler, the same Linux emulation, and
 * memory callbacks that do nothing but translate the address and copy. No time, no caches, no bus;
 * the DMA engine's status says "complete" at once and its buffers hold what they hold, so a
 * driver's result is wrong, after as many instructions.
 *
 *   zs-cpu-plain PROGRAM.elf    prints {"instructions": N, "seconds": CPU time of the run}
 */
#include <array> // what dynarmic's header needs

#include "cpu/coprocessor15.h"
#include "cpu/translation.h"
#include "os/os.h"

#include <cstdio>
#include <cstring>
#include <ctime>
#include <dynarmic/interface/A32/a32.h>
#include <dynarmic/interface/exclusive_monitor.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

enum : uint32_t {
    RAM_BYTES = 512U << 20,
    FRAMES_BASE = 16U << 20,
    FRAMES_BYTES = 320U << 20,
    BUFFERS_BASE = 0x16000000,
    BUFFERS_BYTES = 32U << 20,
    REGISTERS_BASE = 0x40400000,
    REGISTERS_BYTES = 0x10000,
    STATUS_COMPLETE_AND_IDLE = 0x1002,
    SLICE = 3200
};

class plain_cpu : public Dynarmic::A32::UserCallbacks
{
  public:
    explicit plain_cpu(const std::string &path) : ram_(RAM_BYTES)
    {
        char error[ELF_ERROR_BYTES];
        if (elf_image_load(&image_, path.c_str(), error) != 0) {
            throw std::runtime_error(error);
        }
        create_os();
        create_jit();
    }
    ~plain_cpu() override
    {
        os_destroy(os_);
        elf_image_destroy(&image_);
    }
    plain_cpu(const plain_cpu &) = delete;
    plain_cpu &operator=(const plain_cpu &) = delete;

    uint64_t run()
    {
        const char *const arguments[] = {"program", nullptr};
        const char *const environment[] = {nullptr};
        os_start start{};
        if (os_exec(os_, &image_, arguments, environment, &start) != 0) {
            throw std::runtime_error("the program cannot be started");
        }
        jit_->Regs()[13] = start.stack_pointer;
        jit_->Regs()[15] = start.entry & ~1U;
        jit_->SetCpsr(0x10 | (start.entry & 1) << 5);
        while (!over_) {
            jit_->Run();
        }
        return instructions_;
    }

    std::optional<std::uint32_t> MemoryReadCode(std::uint32_t vaddr) override
    {
        const elf_symbol *const function = elf_symbol_at(&image_, vaddr);
        const uint32_t word = read<uint32_t>(vaddr);
        const bool thumb = function != nullptr && function->thumb;
        return thumb ? translation_of_thumb(word) : translation_of_arm(word);
    }
    std::uint8_t MemoryRead8(std::uint32_t vaddr) override
    {
        return read<std::uint8_t>(vaddr);
    }
    std::uint16_t MemoryRead16(std::uint32_t vaddr) override
    {
        return read<std::uint16_t>(vaddr);
    }
    std::uint32_t MemoryRead32(std::uint32_t vaddr) override
    {
        return read<std::uint32_t>(vaddr);
    }
    std::uint64_t MemoryRead64(std::uint32_t vaddr) override
    {
        return read<std::uint64_t>(vaddr);
    }
    void MemoryWrite8(std::uint32_t vaddr, std::uint8_t value) override
    {
        write(vaddr, value);
    }
    void MemoryWrite16(std::uint32_t vaddr, std::uint16_t value) override
    {
        write(vaddr, value);
    }
    void MemoryWrite32(std::uint32_t vaddr, std::uint32_t value) override
    {
        write(vaddr, value);
    }
    void MemoryWrite64(std::uint32_t vaddr, std::uint64_t value) override
    {
        write(vaddr, value);
    }
    bool MemoryWriteExclusive8(std::uint32_t vaddr, std::uint8_t value, std::uint8_t) override
    {
        write(vaddr, value);
        return true;
    }
    bool MemoryWriteExclusive32(std::uint32_t vaddr, std::uint32_t value, std::uint32_t) override
    {
        write(vaddr, value);
        return true;
    }
    void InterpreterFallback(std::uint32_t, size_t) override
    {
        throw std::runtime_error("an instruction is not supported");
    }
    void ExceptionRaised(std::uint32_t pc, Dynarmic::A32::Exception) override
    {
        std::fprintf(stderr, "zs-cpu-plain: exception at 0x%08x\n", pc);
        end();
    }
    void CallSVC(std::uint32_t) override
    {
        auto &registers = jit_->Regs();
        os_call call{};
        call.number = registers[7];
        for (unsigned i = 0; i < 7; i++) {
            call.args[i] = registers[i];
        }
        (void)os_syscall(os_, &call);
        registers[0] = call.result;
        thread_pointer_ = os_thread_pointer(os_);
        if (call.outcome != OS_RUNNING) {
            end();
        }
    }
    void AddTicks(std::uint64_t ticks) override
    {
        instructions_ += ticks;
    }
    std::uint64_t GetTicksRemaining() override
    {
        return SLICE;
    }

  private:
    /* Where the bytes are; NULL for device registers. */
    uint8_t *place(std::uint32_t vaddr, page_access access)
    {
        if (!page_allows(pages_[vaddr >> PAGE_BITS], access)) {
            os_fault fault{};
            if (os_page_fault(os_, vaddr, access, &fault) != 0) {
                throw std::runtime_error("the program's access failed");
            }
        }
        const uint32_t physical = page_physical(pages_[vaddr >> PAGE_BITS], vaddr);
        return physical < RAM_BYTES ? &ram_[physical] : nullptr;
    }
    template <typename T> T read(std::uint32_t vaddr)
    {
        const uint8_t *const from = place(vaddr, ACCESS_READ);
        T value = static_cast<T>(STATUS_COMPLETE_AND_IDLE);
        if (from != nullptr) {
            std::memcpy(&value, from, sizeof(T));
        }
        return value;
    }
    template <typename T> void write(std::uint32_t vaddr, T value)
    {
        uint8_t *const to = place(vaddr, ACCESS_WRITE);
        if (to != nullptr) {
            std::memcpy(to, &value, sizeof(T));
        }
    }

    void end()
    {
        over_ = true;
        jit_->HaltExecution();
    }

    static plain_cpu &self(void *context)
    {
        return *static_cast<plain_cpu *>(context);
    }
    static int read_physical(void *context, uint32_t physical, void *to, uint32_t bytes)
    {
        std::memcpy(to, &self(context).ram_[physical], bytes);
        return 0;
    }
    static int write_physical(void *context, uint32_t physical, const void *from, uint32_t bytes)
    {
        std::memcpy(&self(context).ram_[physical], from, bytes);
        return 0;
    }
    static int zero_frame(void *context, uint32_t physical)
    {
        std::memset(&self(context).ram_[physical], 0, PAGE_BYTES);
        return 0;
    }

    void create_os()
    {
        os_config config{};
        config.stack_bytes = 8U << 20;
        config.fault_around_bytes = 64U << 10;
        config.devmem_sync_mapping = DEVMEM_SYNC_WRITE_COMBINE;
        os_machine machine{};
        machine.memory = {this, read_physical, write_physical, zero_frame};
        machine.ops.context = this;
        machine.ops.now_ps = [](void *) -> uint64_t { return 0; };
        machine.ops.translations_dropped = [](void *, uint32_t, uint32_t) {};
        machine.ops.code_changed = [](void *, uint32_t, uint32_t) {};
        machine.ops.output = [](void *, int, const char *, size_t) {};
        machine.ops.message = [](void *, const char *line) { std::fprintf(stderr, "%s\n", line); };
        machine.ranges = RANGES;
        machine.range_count = 2;
        machine.frames_base = FRAMES_BASE;
        machine.frames_bytes = FRAMES_BYTES;
        os_ = os_create(&config, &machine, nullptr);
        if (os_ == nullptr) {
            throw std::bad_alloc();
        }
        pages_ = os_address_space(os_)->entries;
    }

    void create_jit()
    {
        const auto nothing = [](void *, std::uint32_t, std::uint32_t) -> std::uint64_t {
            return 0;
        };
        Dynarmic::A32::UserConfig config{};
        config.callbacks = this;
        config.global_monitor = &monitor_;
        config.arch_version = Dynarmic::A32::ArchVersion::v7;
        config.coprocessors[15] = std::make_shared<zs::coprocessor15>(
            &thread_pointer_, &user_thread_word_, nothing, nothing, nullptr);
        config.define_unpredictable_behaviour = true;
        config.code_cache_size = 32 * 1024 * 1024;
        jit_ = std::make_unique<Dynarmic::A32::Jit>(config);
    }

    static constexpr physical_range RANGES[] = {
        {"DRAM", PHYSICAL_RAM, BUFFERS_BASE, BUFFERS_BYTES},
        {"axi_dma", PHYSICAL_DEVICE, REGISTERS_BASE, REGISTERS_BYTES}};

    std::vector<uint8_t> ram_;
    elf_image image_{};
    os *os_ = nullptr;
    const uint32_t *pages_ = nullptr;
    uint32_t thread_pointer_ = 0, user_thread_word_ = 0;
    uint64_t instructions_ = 0;
    bool over_ = false;
    Dynarmic::ExclusiveMonitor monitor_{1};
    std::unique_ptr<Dynarmic::A32::Jit> jit_;
};

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: zs-cpu-plain PROGRAM.elf\n");
        return 2;
    }
    try {
        plain_cpu cpu(argv[1]);
        const std::clock_t start = std::clock();
        const uint64_t instructions = cpu.run();
        const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
        std::printf("{\"instructions\": %llu, \"seconds\": %.6f}\n",
                    static_cast<unsigned long long>(instructions), seconds);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "zs-cpu-plain: %s\n", error.what());
        return 1;
    }
    return 0;
}
