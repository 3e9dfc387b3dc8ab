// C expressions as text, with just the parentheses that they need.
#ifndef ZEROSTAGE_LIB_TARGET_C_EXPRESSIONS_H
#define ZEROSTAGE_LIB_TARGET_C_EXPRESSIONS_H

#include <cstdint>
#include <string>

namespace zerostage
{

// How tightly an expression's outermost operator binds.
enum class Binding { Sum, Product, Unary, Primary };

struct Expression {
    std::string text;
    Binding binding = Binding::Primary;
    bool is_integer = false; // an integer constant, whose value is:
    int64_t integer = 0;
};

Expression make_name(std::string text);
Expression make_integer(int64_t value);

// Sums and products; constants are folded, so that `a + 0` and `a * 1` are `a`.
Expression add(const Expression &left, const Expression &right);
Expression multiply(const Expression &left, const Expression &right);

// left <op> right for any other operator that binds as sums or as products do.
Expression combine(const Expression &left, const char *op, const Expression &right,
                   Binding binding);

} // namespace zerostage

#endif
