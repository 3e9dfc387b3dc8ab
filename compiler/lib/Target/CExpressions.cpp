#include "CExpressions.h"

namespace zerostage
{

namespace
{

std::string wrap(const Expression &expression, Binding at_least)
{
    if (expression.binding < at_least)
        return "(" + expression.text + ")";
    return expression.text;
}

} // namespace

Expression make_name(std::string text)
{
    Expression expression;
    expression.text = std::move(text);
    return expression;
}

Expression make_integer(int64_t value)
{
    Expression expression;
    expression.text = std::to_string(value);
    expression.binding = value < 0 ? Binding::Unary : Binding::Primary;
    expression.is_integer = true;
    expression.integer = value;
    return expression;
}

Expression combine(const Expression &left, const char *op, const Expression &right, Binding binding)
{
    // Operators group to the left: an operand of equal binding needs parentheses on the right only.
    const Binding tighter = binding == Binding::Sum ? Binding::Product : Binding::Unary;
    Expression expression;
    expression.text = wrap(left, binding) + " " + op + " " + wrap(right, tighter);
    expression.binding = binding;
    return expression;
}

Expression add(const Expression &left, const Expression &right)
{
    if (left.is_integer && right.is_integer)
        return make_integer(left.integer + right.integer);
    if (left.is_integer && left.integer == 0)
        return right;
    if (right.is_integer && right.integer == 0)
        return left;
    // Addition is associative: a sum on the right needs no parentheses either.
    Expression expression;
    expression.text = left.text + " + " + right.text;
    expression.binding = Binding::Sum;
    return expression;
}

Expression multiply(const Expression &left, const Expression &right)
{
    if (left.is_integer && right.is_integer)
        return make_integer(left.integer * right.integer);
    if ((left.is_integer && left.integer == 0) || (right.is_integer && right.integer == 0))
        return make_integer(0);
    if (left.is_integer && left.integer == 1)
        return right;
    if (right.is_integer && right.integer == 1)
        return left;
    return combine(left, "*", right, Binding::Product);
}

} // namespace zerostage
