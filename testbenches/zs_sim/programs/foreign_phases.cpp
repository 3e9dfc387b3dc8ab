// The same in C++: overloads, a namespace, a template.
#include <algorithm>
#include <cstdint>
#include <vector>

volatile uint32_t sink;

namespace tiles
{

template <typename T> __attribute__((noinline)) void copy(const std::vector<T> &from, T *to)
{
    std::copy(from.begin(), from.end(), to);
}

__attribute__((noinline)) void wait(int turns)
{
    for (int i = 0; i < turns; i++) {
        sink = sink + 1;
    }
}

struct layer {
    std::vector<uint32_t> from = std::vector<uint32_t>(4096), to = from;

    __attribute__((noinline)) void run()
    {
        copy(from, to.data());
        wait(5000);
        copy(from, to.data());
    }
};

} // namespace tiles

int main()
{
    tiles::layer layer;
    layer.run();
    return 0;
}
