#include "zerostage/Target/NameHints.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace
{

// The identifier between `%` and the end of the range; empty for a numbered value.
StringRef get_identifier(llvm::SMRange range)
{
    if (!range.isValid())
        return {};
    StringRef text(range.Start.getPointer(),
                   static_cast<size_t>(range.End.getPointer() - range.Start.getPointer()));
    text.consume_front("%");
    text = text.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    return text.empty() || llvm::isDigit(text.front()) ? StringRef() : text;
}

Location add_name(Location location, StringRef name)
{
    return name.empty()
               ? location
               : Location(NameLoc::get(StringAttr::get(location.getContext(), name), location));
}

} // namespace

void zerostage::attach_name_hints(ModuleOp module, const AsmParserState &source)
{
    for (const AsmParserState::OperationDefinition &definition : source.getOpDefs()) {
        if (definition.op->getNumResults() != 1 || definition.resultGroups.empty())
            continue;
        const StringRef name = get_identifier(definition.resultGroups.front().definition.loc);
        definition.op->setLoc(add_name(definition.op->getLoc(), name));
    }
    module.walk([&](Block *block) {
        const AsmParserState::BlockDefinition *definition = source.getBlockDef(block);
        if (!definition)
            return;
        for (const auto &[argument, text] : llvm::zip(block->getArguments(), definition->arguments))
            argument.setLoc(add_name(argument.getLoc(), get_identifier(text.loc)));
    });
}

StringRef zerostage::get_name_hint(Location location)
{
    if (auto named = dyn_cast<NameLoc>(location))
        return named.getName().getValue();
    if (auto fused = dyn_cast<FusedLoc>(location))
        for (const Location part : fused.getLocations())
            if (const StringRef name = get_name_hint(part); !name.empty())
                return name;
    return {};
}
