#include "stats/audit.h"
#include "text_file.h"

#include <cerrno>
#include <gtest/gtest.h>
#include <memory>

namespace
{

TEST(Audit, PassesWhenEveryIdentityHolds)
{
    const auto all = std::make_unique<audit>();
    EXPECT_EQ(audit_equal(all.get(), "bytes", "bytes", "left", 8, "right", 8), 0);
    EXPECT_EQ(audit_at_most(all.get(), "time", "ps", "parts", 7, "whole", 8), 0);
    EXPECT_TRUE(audit_passed(all.get()));
    text_file out;
    audit_report_failures(all.get(), out.file());
    EXPECT_EQ(out.text(), "");
}

TEST(Audit, NamesAFailedIdentityWithBothSides)
{
    const auto all = std::make_unique<audit>();
    audit_equal(all.get(), "holds", "bytes", "a", 1, "b", 1);
    audit_equal(all.get(), "memory_bytes", "bytes", "link.*", 96, "dram.bytes.*", 64);
    audit_at_most(all.get(), "time", "ps", "parts", 9, "whole", 8);
    EXPECT_FALSE(audit_passed(all.get()));
    EXPECT_EQ(all->failures, 2U);
    text_file out;
    audit_report_failures(all.get(), out.file());
    EXPECT_EQ(out.text(),
              "audit failed: memory_bytes: link.* = 96 bytes, but dram.bytes.* = 64 bytes\n"
              "audit failed: time: parts = 9 ps, but whole = 8 ps\n");
}

TEST(Audit, AnIdentityThatFindsNoPlaceCountsAsFailed)
{
    const auto all = std::make_unique<audit>();
    for (int i = 0; i < AUDIT_IDENTITIES; i++) {
        ASSERT_EQ(audit_equal(all.get(), "n", "u", "a", 1, "b", 1), 0);
    }
    EXPECT_EQ(audit_equal(all.get(), "one more", "u", "a", 1, "b", 1), -ENOSPC);
    EXPECT_FALSE(audit_passed(all.get()));
}

TEST(Audit, WritesEveryIdentityAsJson)
{
    const auto all = std::make_unique<audit>();
    audit_equal(all.get(), "words", "words", "sent", 3, "taken", 2);
    text_file out;
    json writer;
    json_start(&writer, out.file());
    json_begin_object(&writer, nullptr);
    audit_json(all.get(), &writer);
    json_end(&writer);
    json_finish(&writer);
    EXPECT_EQ(out.text(), "{\n  \"audit\": [\n"
                          "    {\"name\": \"words\", \"ok\": false, \"unit\": \"words\", "
                          "\"left\": 3, \"right\": 2, \"left_text\": \"sent\", "
                          "\"right_text\": \"taken\"}\n  ]\n}\n");
}

} // namespace
