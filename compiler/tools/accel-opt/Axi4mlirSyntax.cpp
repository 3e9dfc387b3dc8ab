#include "Axi4mlirSyntax.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

using llvm::StringRef;

namespace
{

bool is_word(char c)
{
    return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$';
}

// How much of the text is no word: a comment, a string, or one character of anything else. A sigil
// (#name, %name, @name) takes its name with it.
size_t skip(StringRef text)
{
    if (text.starts_with("//"))
        return std::min(text.find('\n'), text.size());
    if (text.front() == '"') {
        size_t end = 1;
        while (end < text.size() && text[end] != '"')
            end += text[end] == '\\' ? 2 : 1;
        return std::min(end + 1, text.size());
    }
    const size_t name = StringRef("#%@!^").contains(text.front()) ? 1 : 0;
    return name + text.drop_front(name).take_while(is_word).size() + (name ? 0 : 1);
}

// What the word is in MLIR 22, given what follows it.
std::string translate(StringRef word, StringRef rest)
{
    const StringRef next = rest.ltrim();
    if ((word == "opcode_map" || word == "opcode_flow" || word == "init_opcodes") &&
        rest.starts_with("<"))
        return ("#accel." + word).str();
    if (word == "func" &&
        (next.starts_with("@") || next.starts_with("private ") || next.starts_with("public ")))
        return "func.func";
    return word.str();
}

} // namespace

std::unique_ptr<llvm::MemoryBuffer>
zerostage::accept_axi4mlir_syntax(std::unique_ptr<llvm::MemoryBuffer> buffer)
{
    std::string translated;
    for (StringRef rest = buffer->getBuffer(); !rest.empty();) {
        const StringRef word = rest.take_while(is_word);
        const size_t taken = word.empty() ? skip(rest) : word.size();
        translated +=
            word.empty() ? rest.take_front(taken).str() : translate(word, rest.drop_front(taken));
        rest = rest.drop_front(taken);
    }
    return llvm::MemoryBuffer::getMemBufferCopy(translated, buffer->getBufferIdentifier());
}
