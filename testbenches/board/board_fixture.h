/* A board's configuration, loaded from text on top of the defaults. */
#ifndef ZEROSTAGE_BOARD_FIXTURE_H
#define ZEROSTAGE_BOARD_FIXTURE_H

#include "board/board_config.h"

#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <string>

class BoardTest : public testing::Test
{
  protected:
    BoardTest() : config_(board_config_create(board.get()))
    {
        config_add_directory(config_, ZEROSTAGE_CONFIGS);
    }
    ~BoardTest() override
    {
        config_destroy(config_);
    }

    /* Errors of a configuration; empty when it is sound. */
    std::string check(const std::string &text)
    {
        config_load_text(config_, "x.yaml", text.c_str());
        return finish();
    }
    std::string finish()
    {
        char *errors = nullptr;
        size_t bytes = 0;
        const int error = board_config_finish(config_, board.get());
        FILE *const out = open_memstream(&errors, &bytes);
        config_report(config_, out);
        std::fclose(out);
        const std::string result(errors, bytes);
        std::free(errors);
        EXPECT_EQ(error == 0, result.empty());
        return result;
    }

    std::unique_ptr<board_config> board = std::make_unique<board_config>();
    config *config_;
};

#endif
