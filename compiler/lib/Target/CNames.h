// Names of a C function's variables: unique within the scopes that are open.
#ifndef ZEROSTAGE_LIB_TARGET_C_NAMES_H
#define ZEROSTAGE_LIB_TARGET_C_NAMES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"

#include <string>

namespace zerostage
{

class CNames
{
  public:
    // Starts with the scope of the file, where C's keywords and library names are taken.
    CNames();

    void open();
    void close();
    // Take a name that nobody may use.
    void reserve(llvm::StringRef name);
    // The name itself if it is free, else with a number behind it.
    std::string take(llvm::StringRef name);
    // The first of the names that is free; all taken, the last one with a number behind it.
    std::string take_first(llvm::ArrayRef<llvm::StringRef> candidates);

  private:
    bool is_taken(llvm::StringRef name) const;

    llvm::SmallVector<llvm::StringSet<>> scopes;
};

} // namespace zerostage

#endif
