#include "omscope/formats/om/svp.h"

#include <charconv>
#include <vector>

#include "omscope/core/text.h"
#include "omscope/formats/ge/context.h"
#include "omscope/formats/ge/readers.h"

namespace omscope::om {
namespace {

constexpr uint64_t kHeaderSize = 32;

enum Id : uint16_t {
  kMapperVersion = 0x0006,
  kModelName = 0x000D,
  kSegment = 0x0040,
  kInput = 0x0050,
  kInputName = 0x0058,
  kInputDims = 0x005A,
  kOutput = 0x0060,
  kOutputName = 0x0066,
  kOutputDims = 0x0069,
  kLayer = 0x0111,
  kLayerId = 0x0112,
  kLayerName = 0x0114,
  kLayerSources = 0x013C,
  kLayerType = 0x0152,
  kLayerDims = 0x0154,
};

struct Record {
  uint16_t id = 0;
  uint32_t number = 0;
  ByteView bytes;
};

template <class Length>
Result<Record> sized(ByteCursor& at, Record record) {
  const auto length = at.read<Length>("record length");
  if (!length) return length.error();
  const auto bytes = at.take(*length, "record");
  if (!bytes) return bytes.error();
  record.bytes = *bytes;
  return record;
}

template <class Number>
Result<Record> plain(ByteCursor& at, Record record) {
  const auto number = at.read<Number>("record value");
  if (!number) return number.error();
  record.number = *number;
  return record;
}

Result<Record> read_record(ByteCursor& at) {
  const uint64_t offset = at.offset();
  const auto tag = at.read<uint16_t>("record tag");
  if (!tag) return tag.error();
  Record record;
  record.id = *tag & 0x1FFFU;
  switch (*tag >> 13U) {
    case 1: return plain<uint8_t>(at, record);
    case 2: return plain<uint16_t>(at, record);
    case 3: return plain<uint32_t>(at, record);
    case 4: return sized<uint8_t>(at, record);
    case 5: return sized<uint16_t>(at, record);
    case 6: return sized<uint32_t>(at, record);
    default:
      return Problem{Severity::kError,       Code::kBadTlv,
                     std::string(at.file()), offset,
                     "record tag",           fmt::format("0x{:04x} is of no known kind", *tag)};
  }
}

/// Calls `use` with each record of `bytes`; a damaged one ends it and is reported.
template <class Use>
void for_each_record(ir::Model& model, ByteView bytes, std::string_view what, Use use) {
  ByteCursor at(model.file->path(), bytes, model.offset_of(bytes).value_or(0));
  while (!at.at_end()) {
    const auto record = read_record(at);
    if (!record) {
      model.problems.error(Code::kBadTlv, record.error().offset,
                           fmt::format("{}: {}", what, record.error().where),
                           record.error().message);
      return;
    }
    use(*record);
  }
}

std::string_view until_nul(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  return text.substr(0, text.find('\0'));
}

ir::List<int64_t> dims_of(ir::Model& model, ByteView bytes) {
  const auto dims = model.arena.array<int64_t>(bytes.size() / sizeof(uint32_t));
  for (size_t i = 0; i < dims.size(); ++i) {
    dims[i] = load_le<uint32_t>(bytes.data() + i * sizeof(uint32_t));
  }
  return dims;
}

ir::Port read_port(ir::Model& model, ByteView bytes, Id name, Id dims) {
  ir::Port port;
  for_each_record(model, bytes, "input or output", [&](const Record& record) {
    if (record.id == name) port.name = until_nul(record.bytes);
    if (record.id == dims) {
      port.shape = dims_of(model, record.bytes);
      port.has_shape = true;
    }
  });
  return port;
}

void read_segment(ir::Model& model, ByteView bytes) {
  for_each_record(model, bytes, "segment", [&](const Record& record) {
    if (record.id == kInput) {
      model.inputs.push_back(read_port(model, record.bytes, kInputName, kInputDims));
    } else if (record.id == kOutput) {
      model.outputs.push_back(read_port(model, record.bytes, kOutputName, kOutputDims));
    }
  });
}

/// "source:index,source:index"; names may hold ':' themselves.
void connect(ir::Model& model, std::string_view sources, ir::Op& op) {
  static const ir::TensorType kNoType;
  if (sources.empty()) return;
  const auto parts = split(sources, ',');
  op.inputs = model.arena.array<ir::Input>(parts.size());
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t colon = parts[i].rfind(':');
    ir::Input& input = op.inputs[i];
    input.type = &kNoType;
    input.source = parts[i].substr(0, colon);
    if (colon == std::string_view::npos) continue;
    const std::string_view digits = parts[i].substr(colon + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), input.source_index);
  }
}

ir::Op read_layer(ir::Model& model, ByteView bytes) {
  ir::Op op;
  std::string_view sources;
  auto* output = model.arena.make<ir::TensorType>();
  for_each_record(model, bytes, "layer", [&](const Record& record) {
    switch (record.id) {
      case kLayerId: op.id = record.number; break;
      case kLayerName: op.name = until_nul(record.bytes); break;
      case kLayerType: op.type = until_nul(record.bytes); break;
      case kLayerSources: sources = until_nul(record.bytes); break;
      case kLayerDims:
        output->shape = dims_of(model, record.bytes);
        output->has_shape = true;
        break;
      default: break;
    }
  });
  connect(model, sources, op);
  const auto outputs = model.arena.array<const ir::TensorType*>(1);
  outputs[0] = output;
  op.outputs = outputs;
  return op;
}

void read_description(ir::Model& model, ByteView bytes) {
  std::vector<ir::Op> layers;
  for_each_record(model, bytes, "model description", [&](const Record& record) {
    switch (record.id) {
      case kModelName: model.info.name = until_nul(record.bytes); break;
      case kMapperVersion: model.info.producer = until_nul(record.bytes); break;
      case kSegment: read_segment(model, record.bytes); break;
      case kLayer:
        if (!record.bytes.empty()) layers.push_back(read_layer(model, record.bytes));
        break;
      default: break;
    }
  });
  if (layers.empty()) return;
  ir::Graph& graph = model.add_graph();
  graph.name = model.info.name;
  const auto ops = model.arena.array<ir::Op>(layers.size());
  std::copy(layers.begin(), layers.end(), ops.begin());
  graph.ops = ops;
  ge::Context context(model, "layer records");
  ge::resolve_edges(context, graph);
  context.report();
}

struct Sections {
  uint32_t file_size = 0;
  uint32_t param_size = 0;
  uint32_t param_offset = 0;
  uint32_t tmp_bufsize = 0;
  uint32_t tfm_offset = 0;
  uint32_t tfm_size = 0;
};

Sections read_sections(const ByteCursor& start) {
  const auto field = [&](uint64_t offset) { return start.peek<uint32_t>(offset).value_or(0); };
  return {field(8), field(12), field(16), field(20), field(24), field(28)};
}

void show_header(ir::Model& model, const Sections& sections) {
  const auto add = [&](std::string_view name, uint32_t value) {
    model.container.header.push_back({name, uint64_t{value}});
  };
  add("file_size", sections.file_size);
  add("param_size", sections.param_size);
  add("param_offset", sections.param_offset);
  add("tmp_bufsize", sections.tmp_bufsize);
  add("tfm_offset", sections.tfm_offset);
  add("tfm_size", sections.tfm_size);
}

}  // namespace

void read_svp(ir::Model& model, const ByteCursor& start) {
  const Sections sections = read_sections(start);
  show_header(model, sections);
  const uint64_t base = start.offset();
  const uint64_t param_end = uint64_t{sections.param_offset} + sections.param_size;
  model.byte_map.add(base, kHeaderSize, "header");
  model.byte_map.add(base + sections.param_offset, sections.param_size, "parameters");
  const auto section = [&](uint64_t from, uint64_t to, const char* name) {
    model.byte_map.add(base + from, to - from, name);
    const auto bytes = start.sub(from, to - from, name);
    return bytes ? bytes->rest() : ByteView{};
  };
  read_description(model, section(param_end, sections.tfm_offset, "model description"));
  const ByteView tfm =
      section(sections.tfm_offset, uint64_t{sections.tfm_offset} + sections.tfm_size, "tfm");
  if (!tfm.empty()) read_svp_tfm(model, tfm, !model.graphs.empty());
  if (model.graphs.empty()) {
    model.problems.info(Code::kUndocumented, std::nullopt, "layers",
                        "a release build without layer records and without a tfm section: inputs "
                        "and outputs are all it tells");
  }
}

}  // namespace omscope::om
