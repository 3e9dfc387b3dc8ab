#include "config/yaml_tree.h"

#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace
{

struct release {
    void operator()(yaml_node *node) const
    {
        yaml_free(node);
    }
};
using tree = std::unique_ptr<yaml_node, release>;

tree parse(const std::string &text)
{
    yaml_node *root = nullptr;
    yaml_error error{};
    EXPECT_EQ(yaml_parse(text.data(), text.size(), &root, &error), 0) << error.message;
    return tree(root);
}

/* "line:column: message" of a text that is refused. */
std::string refusal(const std::string &text)
{
    yaml_node *root = nullptr;
    yaml_error error{};
    EXPECT_EQ(yaml_parse(text.data(), text.size(), &root, &error), -EINVAL);
    EXPECT_EQ(root, nullptr);
    return std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.message;
}

TEST(YamlTree, KnowsThePlaceOfKeysAndValues)
{
    const tree root = parse("a: 1\nb:\n  c: [x, 'y']\n");
    ASSERT_EQ(root->kind, YAML_MAPPING);
    const yaml_node *const a = root->first_child, *const b = a->next, *const c = b->first_child;
    EXPECT_STREQ(a->key, "a");
    EXPECT_STREQ(a->text, "1");
    EXPECT_EQ(a->column, 4U);
    EXPECT_EQ(b->key_line, 2U);
    EXPECT_STREQ(c->key, "c");
    EXPECT_EQ(c->kind, YAML_SEQUENCE);
    EXPECT_EQ(c->first_child->line, 3U);
    EXPECT_EQ(c->first_child->column, 7U);
    EXPECT_FALSE(c->first_child->quoted);
    EXPECT_TRUE(c->first_child->next->quoted);
    EXPECT_EQ(c->first_child->next->next, nullptr);
    EXPECT_EQ(b->next, nullptr);
}

TEST(YamlTree, AValueThatIsMissingStandsAtItsKey)
{
    const tree root = parse("first: 1\nsecond:\nthird: 3\n");
    const yaml_node *const second = root->first_child->next;
    EXPECT_TRUE(yaml_is_null(second));
    EXPECT_EQ(second->line, 2U);
    EXPECT_EQ(second->column, 1U);
}

TEST(YamlTree, NullIsPlainOnly)
{
    const tree root = parse("[~, null, '', 'null', nil]");
    const yaml_node *node = root->first_child;
    for (const bool expected : {true, true, false, false, false}) {
        EXPECT_EQ(yaml_is_null(node), expected) << node->text;
        node = node->next;
    }
}

TEST(YamlTree, KeepsDuplicateKeysForTheCallerToRefuse)
{
    const tree root = parse("a: 1\na: 2\n");
    EXPECT_STREQ(root->first_child->next->text, "2");
}

TEST(YamlTree, AnEmptyTextHasNoRoot)
{
    EXPECT_EQ(parse(""), nullptr);
    EXPECT_EQ(parse("# only a comment\n"), nullptr);
}

TEST(YamlTree, RefusesWhatAConfigurationDoesNotNeed)
{
    EXPECT_EQ(refusal("[1]: 2"), "1:1: a key must be a word, not a list or a mapping");
    EXPECT_EQ(refusal("a: 1\n---\nb: 1\n"), "2:1: a second document; expected one in a file");
    EXPECT_EQ(refusal("a: !!int 1\n"),
              "1:10: anchors and tags are not supported; use 'base:' to reuse a part");
    EXPECT_EQ(refusal("a: *b\n"), "1:5: aliases are not supported; use 'base:' to reuse a part");
}

TEST(YamlTree, RefusesWhatIsNotYaml)
{
    EXPECT_EQ(refusal("a:\n\tb: 1\n"),
              "2:1: not valid YAML: tab character may not be used as indentation");
    EXPECT_EQ(refusal("a: [1\n"), "2:1: not valid YAML: flow sequence without a closing bracket");
}

TEST(YamlTree, RefusesEndlessNesting)
{
    EXPECT_NE(refusal(std::string(40, '[') + std::string(40, ']')).find("nested too deeply"),
              std::string::npos);
}

} // namespace
