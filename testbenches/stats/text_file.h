/* Collects what C functions write to a FILE. */
#ifndef ZEROSTAGE_TEXT_FILE_H
#define ZEROSTAGE_TEXT_FILE_H

#include <cstdio>
#include <cstdlib>
#include <string>

class text_file
{
  public:
    text_file() : file_(open_memstream(&text_, &bytes_)) {}
    ~text_file()
    {
        std::fclose(file_);
        std::free(text_);
    }
    text_file(const text_file &) = delete;
    text_file &operator=(const text_file &) = delete;

    FILE *file()
    {
        return file_;
    }
    std::string text()
    {
        std::fflush(file_);
        return {text_, bytes_};
    }

  private:
    char *text_ = nullptr;
    size_t bytes_ = 0;
    FILE *file_;
};

#endif
