#include "CWriter.h"

#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace zerostage
{

namespace
{

constexpr size_t COLUMN_LIMIT = 100;
constexpr unsigned INDENT = 4;

// Where to break a text that is longer than `limit`: behind its last space before that.
size_t find_break(StringRef text, size_t limit)
{
    if (text.size() <= limit)
        return text.size();
    const size_t space = text.rfind(' ', limit);
    return space == StringRef::npos || space == 0 ? text.size() : space;
}

// The same for C: best behind a comma that is in no more than one pair of brackets.
size_t find_c_break(StringRef text, size_t limit)
{
    if (text.size() <= limit)
        return text.size();
    size_t found = 0;
    int nesting = 0;
    for (size_t i = 0; i < limit; i++) {
        if (text[i] == '(' || text[i] == '{')
            nesting++;
        else if (text[i] == ')' || text[i] == '}')
            nesting--;
        else if (text[i] == ',' && nesting <= 1)
            found = i + 1;
    }
    return found > 0 ? found : find_break(text, limit);
}

// Where the second line of a long text goes: under the first argument of a call or a prototype.
unsigned get_continuation(StringRef text)
{
    const size_t bracket = text.find('(');
    return bracket == StringRef::npos ? INDENT : static_cast<unsigned>(bracket) + 1;
}

} // namespace

void CWriter::indent(unsigned extra)
{
    os.indent(depth * INDENT + extra);
}

void CWriter::line(StringRef text)
{
    const size_t limit = COLUMN_LIMIT - depth * INDENT;
    unsigned extra = 0;
    unsigned continuation = get_continuation(text);
    const size_t initialiser = text.find(" = {");
    if (text.size() > limit && initialiser != StringRef::npos) {
        indent();
        os << text.take_front(initialiser) << " = {\n";
        text = text.drop_front(initialiser + 4);
        extra = continuation = INDENT;
    }
    while (!text.empty()) {
        const size_t end = find_c_break(text, limit - extra);
        indent(extra);
        os << text.take_front(end).rtrim() << '\n';
        text = text.drop_front(end).ltrim();
        extra = continuation;
    }
    at_start = false;
}

void CWriter::blank()
{
    os << '\n';
    at_start = true;
}

void CWriter::separate()
{
    if (!at_start)
        blank();
}

void CWriter::comment(StringRef text)
{
    const size_t limit = COLUMN_LIMIT - depth * INDENT - 3;
    if (!text.contains('\n') && text.size() + 3 <= limit) {
        indent();
        os << "/* " << text << " */\n";
        return;
    }
    SmallVector<StringRef> lines;
    text.split(lines, '\n');
    bool first = true;
    for (StringRef rest : lines) {
        do {
            const size_t end = find_break(rest, limit);
            indent();
            os << (first ? "/*" : " *") << (rest.empty() ? "" : " ") << rest.take_front(end)
               << '\n';
            rest = rest.drop_front(end).ltrim();
            first = false;
        } while (!rest.empty());
    }
    indent();
    os << " */\n";
}

void CWriter::open(StringRef head)
{
    indent();
    os << head << (head.empty() ? "{\n" : " {\n");
    depth++;
    at_start = true;
}

void CWriter::close()
{
    depth--;
    indent();
    os << "}\n";
    at_start = false;
}

} // namespace zerostage
