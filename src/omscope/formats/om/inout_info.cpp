#include "omscope/formats/om/inout_info.h"

#include "omscope/core/byte_cursor.h"

namespace omscope::om {
namespace {

enum RecordType : uint32_t {
  kInputs = 0,
  kOutputs = 1,
  kDynamicBatch = 2,
  kDynamicImage = 3,
  kDynamicDims = 4,
  kOutputShapes = 5,
  kInputOrder = 6,
};

constexpr uint64_t kDescriptorSize = 32;

Result<ir::List<int64_t>> take_dims(ir::Model& model, ByteCursor& at, uint32_t size) {
  const auto bytes = at.take(size, "dims");
  if (!bytes) return bytes.error();
  const auto dims = model.arena.array<int64_t>(size / sizeof(int64_t));
  for (size_t i = 0; i < dims.size(); ++i) {
    dims[i] = load_le<int64_t>(bytes->data() + i * sizeof(int64_t));
  }
  return ir::List<int64_t>(dims);
}

ir::List<ir::DimRange> as_ranges(ir::Model& model, ir::List<int64_t> numbers) {
  const auto ranges = model.arena.array<ir::DimRange>(numbers.size() / 2);
  for (size_t i = 0; i < ranges.size(); ++i) ranges[i] = {numbers[2 * i], numbers[2 * i + 1]};
  return ranges;
}

/// The fixed part of a descriptor; lengths in bytes.
struct Descriptor {
  uint64_t size;
  int32_t format;
  int32_t dtype;
  uint32_t name;
  uint32_t dims;
  uint32_t dims_v2;
  uint32_t ranges;
};
static_assert(sizeof(Descriptor) == kDescriptorSize);

Result<ir::Port> read_port(ir::Model& model, ByteCursor& at) {
  const auto fixed = at.read<Descriptor>("descriptor");
  if (!fixed) return fixed.error();
  const auto name = at.take(fixed->name, "name");
  if (!name) return name.error();
  const auto dims = take_dims(model, at, fixed->dims);
  if (!dims) return dims.error();
  const auto dims_v2 = take_dims(model, at, fixed->dims_v2);
  if (!dims_v2) return dims_v2.error();
  const auto ranges = take_dims(model, at, fixed->ranges);
  if (!ranges) return ranges.error();
  ir::Port port;
  port.name = as_text(*name);
  port.dtype = dtype_from_ge_enum(fixed->dtype);
  port.format = layout_from_number(fixed->format);
  port.shape = *dims;
  port.has_shape = true;
  port.ranges = as_ranges(model, *ranges);
  const auto count = ir::element_count(port.shape);
  if (count) port.size = fixed->size > 0 ? fixed->size : dtype_bytes(port.dtype, *count);
  return port;
}

Result<std::vector<ir::Port>> read_ports(ir::Model& model, ByteCursor at) {
  const auto count = at.read_count<uint32_t>("descriptor count", kDescriptorSize);
  if (!count) return count.error();
  std::vector<ir::Port> ports;
  ports.reserve(*count);
  for (uint32_t i = 0; i < *count; ++i) {
    auto port = read_port(model, at);
    if (!port) return port.error();
    ports.push_back(*port);
  }
  return ports;
}

Result<std::vector<std::vector<int64_t>>> read_gears(ByteCursor at, bool one_value_each) {
  const auto count =
      at.read_count<uint32_t>("gear count", one_value_each ? sizeof(uint64_t) : sizeof(uint32_t));
  if (!count) return count.error();
  std::vector<uint32_t> sizes(*count, 1);
  for (uint32_t& size : sizes) {
    if (one_value_each) break;
    const auto read = at.read<uint32_t>("gear size");
    if (!read) return read.error();
    size = *read;
  }
  std::vector<std::vector<int64_t>> gears;
  for (const uint32_t size : sizes) {
    auto& gear = gears.emplace_back();
    for (uint32_t i = 0; i < size; ++i) {
      const auto value = at.read<uint64_t>("gear value");
      if (!value) return value.error();
      gear.push_back(static_cast<int64_t>(*value));
    }
  }
  return gears;
}

Result<Done> take_ports(ir::Model& model, const ByteCursor& at, std::vector<ir::Port>& into) {
  auto ports = read_ports(model, at);
  if (!ports) return ports.error();
  into = std::move(*ports);
  return Done{};
}

Result<Done> take_gears(ir::Model& model, const ByteCursor& at, ir::DynamicKind kind) {
  auto gears = read_gears(at, kind == ir::DynamicKind::kBatch);
  if (!gears) return gears.error();
  model.dynamic = {kind, std::move(*gears)};
  return Done{};
}

Result<Done> read_record(ir::Model& model, ByteCursor& at) {
  const auto type = at.read<uint32_t>("record type");
  if (!type) return type.error();
  const auto size = at.read<uint32_t>("record length");
  if (!size) return size.error();
  const auto payload = at.take_cursor(*size, "record");
  if (!payload) return payload.error();
  switch (*type) {
    case kInputs: return take_ports(model, *payload, model.inputs);
    case kOutputs: return take_ports(model, *payload, model.outputs);
    case kDynamicBatch: return take_gears(model, *payload, ir::DynamicKind::kBatch);
    case kDynamicImage: return take_gears(model, *payload, ir::DynamicKind::kImage);
    case kDynamicDims: return take_gears(model, *payload, ir::DynamicKind::kDims);
    case kOutputShapes:
    case kInputOrder: return Done{};
    default:
      model.problems.info(Code::kBadTlv, payload->offset(), "MODEL_INOUT_INFO",
                          fmt::format("record type {} has no known meaning", *type));
      return Done{};
  }
}

}  // namespace

bool looks_like_inout_info(ByteView bytes) {
  ByteCursor at("", bytes);
  const auto type = at.read<uint32_t>("");
  const auto size = at.read<uint32_t>("");
  // A FlowModelDef starts with a protobuf tag: as a number far above these types.
  return type && size && *type <= kInputOrder && *size <= at.remaining();
}

void read_inout_info(ir::Model& model, const ir::Partition& partition) {
  ByteCursor at(model.file->path(), partition.bytes, partition.offset);
  while (!at.at_end()) {
    const auto read = read_record(model, at);
    if (!read) {
      model.problems.error(Code::kBadTlv, read.error().offset,
                           "MODEL_INOUT_INFO: " + read.error().where, read.error().message);
      return;
    }
  }
}

}  // namespace omscope::om
