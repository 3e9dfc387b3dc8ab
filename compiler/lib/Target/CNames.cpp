#include "CNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;

namespace zerostage
{

namespace
{

constexpr StringLiteral TAKEN[] = {"auto",       "break",    "case",           "char",
                                   "const",      "continue", "default",        "do",
                                   "double",     "else",     "enum",           "extern",
                                   "float",      "for",      "goto",           "if",
                                   "inline",     "int",      "long",           "register",
                                   "restrict",   "return",   "short",          "signed",
                                   "sizeof",     "static",   "struct",         "switch",
                                   "typedef",    "union",    "unsigned",       "void",
                                   "volatile",   "while",    "malloc",         "free",
                                   "exit",       "perror",   "abort",          "main",
                                   "check",      "NULL",     "malloc_or_exit", "dma_alloc_or_exit",
                                   "dma_release"};

} // namespace

CNames::CNames() : scopes(1)
{
    for (const StringRef name : TAKEN)
        reserve(name);
}

void CNames::open()
{
    scopes.emplace_back();
}

void CNames::close()
{
    scopes.pop_back();
}

void CNames::reserve(StringRef name)
{
    scopes.back().insert(name);
}

std::string CNames::take(StringRef name)
{
    std::string unique = name.str();
    for (unsigned i = 2; is_taken(unique); i++)
        unique = (name + "_" + Twine(i)).str();
    reserve(unique);
    return unique;
}

std::string CNames::take_first(ArrayRef<StringRef> candidates)
{
    for (const StringRef name : candidates)
        if (!is_taken(name))
            return take(name);
    return take(candidates.back());
}

bool CNames::is_taken(StringRef name) const
{
    return any_of(scopes, [&](const StringSet<> &scope) { return scope.contains(name); });
}

} // namespace zerostage
