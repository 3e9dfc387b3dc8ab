/* What a user's own C++ program may do: arguments, environment, files, containers, exceptions. */
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

static std::vector<int> numbers_of(const std::string &path)
{
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot open " + path);
    }
    std::vector<int> numbers;
    for (int number; file >> number;) {
        numbers.push_back(number);
    }
    return numbers;
}

/* Watched: the kernel's symbol. What it throws goes through it. */
extern "C" __attribute__((noinline)) int matmul_call(const char *path)
{
    const std::vector<int> numbers = numbers_of(path);
    return std::accumulate(numbers.begin(), numbers.end(), 0);
}

static int sum_or_complain(const char *path)
{
    try {
        return matmul_call(path);
    } catch (const std::exception &error) {
        std::cerr << "caught: " << error.what() << std::endl;
        return -1;
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 1;
    }
    const char *const greeting = std::getenv("GREETING");
    std::cout << (greeting != nullptr ? greeting : "nothing") << ", sum "
              << sum_or_complain(argv[1]) << std::endl;
    sum_or_complain("nowhere.txt");

    std::map<std::string, int> words;
    for (std::string word; std::cin >> word;) {
        words[word]++;
    }
    std::ofstream out(argv[2]);
    for (const auto &[word, count] : words) {
        out << word << ' ' << count << '\n';
    }
    out.close();
    return out ? 7 : 2;
}
