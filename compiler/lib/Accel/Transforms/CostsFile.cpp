// What the parts of a kernel take on a board, in a file.
#include "zerostage/Accel/CostsFile.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;

FailureOr<choice_costs> zerostage::accel::read_costs_file(MLIRContext *context, StringRef path)
{
    const auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer) {
        emitError(UnknownLoc::get(context), "costs-file '")
            << path << "': " << buffer.getError().message();
        return failure();
    }
    choice_costs costs;
    char why[CHOICE_COSTS_ERROR_BYTES];
    const int line = choice_costs_read(&costs, (*buffer)->getBufferStart(), why);
    if (line == 0)
        return costs;
    emitError(FileLineColLoc::get(context, path, static_cast<unsigned>(line), 1), why);
    return failure();
}
