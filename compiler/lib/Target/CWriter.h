// Lines of C: indentation, wrapping at the column limit, comments.
#ifndef ZEROSTAGE_LIB_TARGET_C_WRITER_H
#define ZEROSTAGE_LIB_TARGET_C_WRITER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace zerostage
{

class CWriter
{
  public:
    explicit CWriter(llvm::raw_ostream &os) : os(os) {}

    // One statement or declaration; wrapped behind a comma or before an operator when too long.
    void line(llvm::StringRef text);
    void blank();
    // A blank line, unless this is the start of a block or there is one already.
    void separate();
    // A comment; of several lines when the text has several or is long.
    void comment(llvm::StringRef text);
    // Open and close a block; `head` is what stands before the brace.
    void open(llvm::StringRef head);
    void close();

  private:
    void indent(unsigned extra = 0);

    llvm::raw_ostream &os;
    unsigned depth = 0;
    bool at_start = true; // of the file or a block, or behind a blank line
};

} // namespace zerostage

#endif
