// An accelerator in a file: Zerostage's YAML, or AXI4MLIR's JSON.
#include "zerostage/Accel/AcceleratorFile.h"

#include "zerostage/Accel/Accelerators.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

#include <cmath>

using namespace mlir;
using namespace zerostage::accel;
namespace json = llvm::json;
namespace yaml = llvm::yaml;

namespace
{

/* --- YAML --- */

class YamlReader
{
  public:
    YamlReader(MLIRContext *context, StringRef path, StringRef text)
        : context(context), path(path), stream(text, sources)
    {
        sources.setDiagHandler(report, this);
    }

    FailureOr<AcceleratorFile> read()
    {
        auto document = stream.begin();
        yaml::Node *root = document == stream.end() ? nullptr : document->getRoot();
        yaml::Node *section = nullptr;
        if (auto *mapping = llvm::dyn_cast_or_null<yaml::MappingNode>(root))
            for (yaml::KeyValueNode &entry : *mapping)
                if (get_text(entry.getKey()) == "accelerator")
                    read_section(section = entry.getValue());
        if (stream.failed() || is_wrong)
            return failure();
        if (!section)
            return error_at(root, "expected a section 'accelerator' with version and size");
        if (file.version.empty() || file.size == 0)
            return error_at(root, "section 'accelerator' needs version and size");
        return file;
    }

  private:
    void read_section(yaml::Node *section)
    {
        auto *mapping = llvm::dyn_cast<yaml::MappingNode>(section);
        if (!mapping) {
            (void)error_at(section, "section 'accelerator' is no mapping: expected version, size");
            return;
        }
        for (yaml::KeyValueNode &entry : *mapping) {
            const std::string key = get_text(entry.getKey());
            yaml::Node *value = entry.getValue();
            if (key == "version")
                read_version(value);
            else if (key == "size")
                read_size(value);
            else if (key == "type")
                read_type(value);
            else if (value)
                value->skip();
        }
    }

    void read_version(yaml::Node *node)
    {
        file.version = get_text(node);
        if (find_accelerator(file.version))
            return;
        SmallVector<StringRef> known;
        for (const Accelerator &accelerator : get_accelerators())
            known.push_back(accelerator.name);
        (void)error_at(node, "version is '" + file.version + "': expected one of " +
                                 llvm::join(known, ", "));
    }

    void read_size(yaml::Node *node)
    {
        const std::string text = get_text(node);
        if (StringRef(text).getAsInteger(0, file.size) || file.size < 1)
            (void)error_at(node, "size is '" + text + "': expected a positive integer");
    }

    void read_type(yaml::Node *node)
    {
        file.type = get_text(node);
        if (file.type != "i32" && file.type != "f32" && file.type != "i8")
            (void)error_at(node, "type is '" + file.type + "': expected one of i32, f32, i8");
    }

    // A scalar's text; empty for anything else.
    static std::string get_text(yaml::Node *node)
    {
        SmallString<32> storage;
        auto *scalar = llvm::dyn_cast_or_null<yaml::ScalarNode>(node);
        return scalar ? scalar->getValue(storage).str() : std::string();
    }

    LogicalResult error_at(yaml::Node *node, const Twine &message)
    {
        is_wrong = true;
        std::pair<unsigned, unsigned> place = {1, 1};
        if (node)
            place = sources.getLineAndColumn(node->getSourceRange().Start);
        emitError(FileLineColLoc::get(context, path, place.first, place.second), message);
        return failure();
    }

    // What the parser itself finds wrong.
    static void report(const llvm::SMDiagnostic &diagnostic, void *self)
    {
        auto *reader = static_cast<YamlReader *>(self);
        emitError(FileLineColLoc::get(reader->context, reader->path,
                                      static_cast<unsigned>(diagnostic.getLineNo()),
                                      static_cast<unsigned>(diagnostic.getColumnNo() + 1)),
                  diagnostic.getMessage());
    }

    MLIRContext *context;
    StringRef path;
    llvm::SourceMgr sources;
    yaml::Stream stream;
    AcceleratorFile file;
    bool is_wrong = false;
};

/* --- JSON --- */

struct FlowPattern {
    StringLiteral name;
    StringLiteral opcodes[2]; // with few opcodes, and with one for each thing to do
};

constexpr FlowPattern FLOW_PATTERNS[] = {
    {"Ns", {"(sAsBcCrC)", "(sA sB cC rC)"}},
    {"As", {"(sA (sBcCrC))", "(sA (sB cC rC))"}},
    {"Bs", {"(sB (sAcCrC))", "(sB (sA cC rC))"}},
    {"Cs", {"((sAsBcC) rC)", "((sA sB cC) rC)"}},
};

// One thing that an opcode does, as the host sees it: its letters in the opcode's name, its action.
struct Step {
    StringRef name;
    StringRef action;
};

class JsonReader
{
  public:
    JsonReader(MLIRContext *context, StringRef path)
        : where(FileLineColLoc::get(context, path, 1, 1))
    {
    }

    FailureOr<AcceleratorFile> read(const json::Value &root)
    {
        const json::Object *object = find_accelerator_object(root);
        if (!object)
            return error("expected an object, or a list 'accelerators' with one");
        const std::optional<StringRef> opcode_map = object->getString("opcode_map");
        if (failed(read_size(*object)) || failed(read_type(*object)) ||
            failed(opcode_map ? read_texts(*object, *opcode_map) : read_table(*object)))
            return failure();
        if (file.size == 0)
            return error("says no size: expected accel_size or dims, [4, 4, 4] for instance");
        return file;
    }

  private:
    LogicalResult error(const Twine &message)
    {
        emitError(where, message);
        return failure();
    }

    static const json::Object *find_accelerator_object(const json::Value &root)
    {
        const json::Object *object = root.getAsObject();
        const json::Array *list = object ? object->getArray("accelerators") : nullptr;
        return list && !list->empty() ? list->front().getAsObject() : object;
    }

    LogicalResult read_size(const json::Object &object)
    {
        const json::Value *sizes = object.get("accel_size");
        if (!sizes)
            sizes = object.get("dims");
        if (!sizes)
            return success(); // the opcodes may say it
        if (const auto size = sizes->getAsInteger())
            return file.size = *size, success(*size > 0);
        const json::Array *list = sizes->getAsArray();
        if (!list || list->empty())
            return error("accel_size: expected a list of sizes, [4, 4, 4] for instance");
        for (const json::Value &element : *list) {
            const auto size = element.getAsInteger();
            if (!size)
                return success(); // names of dimensions
            if (*size < 1 || (file.size != 0 && *size != file.size))
                return error("accel_size: only square tiles are supported, [4, 4, 4] for instance");
            file.size = *size;
        }
        return success();
    }

    LogicalResult read_type(const json::Object &object)
    {
        const auto type = object.getString("data_type");
        if (!type)
            return success();
        file.type = llvm::StringSwitch<StringRef>(*type)
                        .Cases({"int32", "i32", "int", "int32_t"}, "i32")
                        .Cases({"float32", "f32", "float"}, "f32")
                        .Cases({"int8", "i8", "int8_t"}, "i8")
                        .Default("")
                        .str();
        if (file.type.empty())
            return error("data_type is '" + *type + "': expected int32, float32 or int8");
        return success();
    }

    LogicalResult read_texts(const json::Object &object, StringRef opcode_map)
    {
        file.opcode_map = opcode_map.str();
        const json::Object *flows = object.getObject("opcode_flow_map");
        if (!flows)
            return error("has an opcode_map, but no opcode_flow_map with flows by name");
        for (const auto &[name, flow] : *flows) {
            const auto text = flow.getAsString();
            if (!text)
                return error("opcode_flow_map." + StringRef(name) +
                             ": expected the text of a flow");
            file.flows[StringRef(name).str()] = text->str();
        }
        return success();
    }

    LogicalResult read_table(const json::Object &object)
    {
        const json::Object *table = find_table(object);
        if (!table)
            return error("has no opcodes: expected opcode_map, or an object of opcodes by number");
        std::map<int64_t, std::string> entries; // by number, as a reader expects them
        llvm::SmallVector<std::string> names;
        for (const auto &[key, value] : *table) {
            int64_t number = 0;
            StringRef(key).getAsInteger(0, number);
            std::string name;
            std::string actions = "op_send_literal(" + std::to_string(number) + ")";
            for (const json::Value &step : *value.getAsArray())
                if (failed(read_step(StringRef(key), step, name, actions)))
                    return failure();
            entries[number] = name + " = [" + actions + "]";
            names.push_back(name);
        }
        std::string text;
        for (const auto &[number, entry] : entries)
            text += (text.empty() ? "" : ", ") + entry;
        file.opcode_map = "opcode_map<" + text + ">";
        return choose_flows(names);
    }

    // An object whose keys are numbers, here or further inside.
    static const json::Object *find_table(const json::Object &object)
    {
        const bool is_table = !object.empty() && llvm::all_of(object, [](const auto &entry) {
            int64_t number = 0;
            return !StringRef(entry.first).getAsInteger(0, number) && entry.second.getAsArray();
        });
        if (is_table)
            return &object;
        for (const auto &entry : object)
            if (const json::Object *inner = entry.second.getAsObject())
                if (const json::Object *table = find_table(*inner))
                    return table;
        return nullptr;
    }

    LogicalResult read_step(StringRef opcode, const json::Value &value, std::string &name,
                            std::string &actions)
    {
        const json::Object *object = value.getAsObject();
        if (!object || object->size() != 1)
            return error("opcode " + opcode + ": expected steps with one of READ, COMPUTE, SEND");
        const StringRef kind(object->begin()->first);
        const json::Object *details = object->begin()->second.getAsObject();
        const StringRef buffer =
            details ? details->getString("buffer").value_or("").trim('#').take_front(1) : "";
        const Step step = llvm::StringSwitch<Step>((kind + buffer).str())
                              .Case("READA", {"sA", "op_send(0)"})
                              .Case("READB", {"sB", "op_send(1)"})
                              .Case("READC", {"sC", "op_send(2)"})
                              .Case("SENDC", {"rC", "op_recv(2)"})
                              .Default({kind == "COMPUTE" ? "cC" : "", ""});
        if (step.name.empty())
            return error("opcode " + opcode + ": " + kind + " of buffer '" + buffer +
                         "' is not supported: expected READ of #A_Buffer, #B_Buffer or #C_Buffer, "
                         "COMPUTE, or SEND of #C_Buffer");
        name += step.name;
        if (!step.action.empty())
            actions += (", " + step.action).str();
        const auto length = details ? details->getInteger("length") : std::nullopt;
        if (file.size == 0 && length && *length > 0)
            file.size = std::llround(std::sqrt(static_cast<double>(*length)));
        return success();
    }

    LogicalResult choose_flows(ArrayRef<std::string> names)
    {
        for (const FlowPattern &pattern : FLOW_PATTERNS)
            for (const StringRef opcodes : pattern.opcodes)
                if (!file.flows.count(pattern.name.str()) && has_all(opcodes, names))
                    file.flows[pattern.name.str()] = opcodes.str();
        if (file.flows.empty())
            return error("the opcodes allow none of the flows Ns, As, Bs, Cs");
        return success();
    }

    static bool has_all(StringRef opcodes, ArrayRef<std::string> names)
    {
        SmallVector<StringRef> words;
        llvm::SplitString(opcodes, words, "() ");
        return llvm::all_of(words,
                            [&](StringRef word) { return llvm::is_contained(names, word.str()); });
    }

    Location where;
    AcceleratorFile file;
};

FailureOr<AcceleratorFile> read_json(MLIRContext *context, StringRef path, StringRef text)
{
    llvm::Expected<json::Value> root = json::parse(text);
    if (root)
        return JsonReader(context, path).read(*root);
    llvm::handleAllErrors(root.takeError(), [&](const json::ParseError &error) {
        // "[LINE:COLUMN, byte=N]: MESSAGE"
        const std::string message = error.message();
        unsigned line = 1;
        unsigned column = 1;
        StringRef rest = message;
        rest.consume_front("[");
        rest.consumeInteger(10, line);
        rest.consume_front(":");
        rest.consumeInteger(10, column);
        emitError(FileLineColLoc::get(context, path, line, column), message);
    });
    return failure();
}

} // namespace

FailureOr<AcceleratorFile> zerostage::accel::read_accelerator_file(MLIRContext *context,
                                                                   StringRef path)
{
    const auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer) {
        emitError(UnknownLoc::get(context), "accelerator-file '")
            << path << "': " << buffer.getError().message();
        return failure();
    }
    const StringRef text = (*buffer)->getBuffer();
    if (path.ends_with(".json"))
        return read_json(context, path, text);
    return YamlReader(context, path, text).read();
}
