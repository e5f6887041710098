#include "omscope/formats/tensorfile/tensor_pb.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/formats/onnx/readers.h"
#include "omscope/formats/tensorfile/budget.h"
#include "omscope/formats/tensorfile/elements.h"
#include "omscope/ir/model.h"

namespace omscope::tensorfile {
namespace {

using wire::bytes;
using wire::fixed32;
using wire::fixed64;
using wire::varint;

enum class Shape : uint8_t { kNone, kTensor, kContainer };

/// Last number of TensorProto.DataType that the standard has given out, with room for new ones.
constexpr uint64_t kMostDType = 40;

/// Whether `message` can be a TensorProto: fields of the right wire types and a data_type.
bool is_tensor(ByteView message) {
  bool typed = false;
  wire::Reader reader(message);
  while (reader.next_or_cut()) {
    switch (reader.tag()) {
      case varint(1):
      case bytes(1): break;
      case varint(2):
        if (reader.uint64() == 0 || reader.uint64() > kMostDType) return false;
        typed = true;
        break;
      case fixed32(4):
      case bytes(4):
      case varint(5):
      case bytes(5):
      case bytes(6):
      case varint(7):
      case bytes(7):
      case bytes(8):
      case bytes(9):
      case fixed64(10):
      case bytes(10):
      case varint(11):
      case bytes(11):
      case bytes(12):
      case bytes(13):
      case varint(14):
      case bytes(16): break;
      default: return false;
    }
    if (reader.damaged()) return typed;
  }
  return typed && !reader.damaged();
}

/// Whether it can be a SequenceProto or an OptionalProto: an elem_type, a name, messages.
bool is_container(ByteView message) {
  constexpr uint64_t kMostElement = 5;
  bool typed = false;
  bool filled = false;
  wire::Reader reader(message);
  while (reader.next_or_cut()) {
    switch (reader.tag()) {
      case bytes(1):
        if (!is_utf8(reader.text())) return false;
        break;
      case varint(2):
        if (reader.uint64() > kMostElement) return false;
        typed = true;
        break;
      case bytes(3):
        if (!reader.damaged() && !is_tensor(reader.payload())) return false;
        filled = true;
        break;
      case bytes(4):
      case bytes(5):
      case bytes(6):
      case bytes(7): filled = true; break;
      default: return false;
    }
    if (reader.damaged()) return typed && filled;
  }
  return typed && !reader.damaged();
}

uint64_t count_varints(ByteView packed) {
  uint64_t count = 0;
  for (const std::byte byte : packed) count += static_cast<uint8_t>(byte) < 0x80 ? 1U : 0U;
  return count;
}

/// Of a message that fits both: whether field 1, taken for packed dims, agrees with the number of
/// values. A name does not, but by a rare chance.
bool dims_fit_values(ByteView message) {
  uint64_t elements = 1;
  uint64_t values = 0;
  for (wire::Reader reader(message); reader.next();) {
    switch (reader.tag()) {
      case bytes(1):
        wire::for_each_varint(reader.payload(), [&](uint64_t dim) { elements *= dim; });
        break;
      case bytes(4): values += reader.payload().size() / sizeof(float); break;
      case bytes(5):
      case bytes(7): values += count_varints(reader.payload()); break;
      case bytes(6): ++values; break;
      default: break;
    }
  }
  return elements == values;
}

/// No writer uses the segment of a tensor, so what has messages in field 3 is a container.
Shape shape_of(ByteView message) {
  if (message.empty()) return Shape::kNone;
  const bool tensor = is_tensor(message);
  const bool container = is_container(message);
  if (tensor && container) return dims_fit_values(message) ? Shape::kTensor : Shape::kContainer;
  if (tensor) return Shape::kTensor;
  return container ? Shape::kContainer : Shape::kNone;
}

class PbReader {
 public:
  PbReader(ir::TensorFile& out, ir::Model& model)
      : out_(out), context_(model, "tensor"), budget_(out.file->size()) {}

  void tensor(ByteView message, std::string_view fallback) {
    if (!budget_.take(2 * sizeof(ir::StoredTensor))) return too_many();
    const ir::Tensor& from = *onnx::read_tensor(context_, message);
    ir::StoredTensor tensor;
    tensor.name = from.type.name.empty() ? std::string(fallback) : as_utf8(from.type.name);
    if (tensor.name.empty()) tensor.name = fmt::format("output:{}", out_.tensors.size());
    tensor.dtype = from.type.dtype;
    tensor.dtype_number = dtype_info(from.type.dtype).onnx;
    tensor.has_shape = true;
    tensor.shape.assign(from.type.shape.begin(), from.type.shape.end());
    const bool possible = has_possible_shape(from, tensor);
    tensor.size = possible ? ir::exact_bytes(from.type).value_or(from.size) : from.bytes.size();
    tensor.offset = from.offset;
    tensor.bytes = from.bytes;
    if (!from.has_offset) tensor.note = "stored as typed numbers; put in order while reading";
    if (!from.strings.empty()) tensor.note = "texts";
    check_payload(from, is_damaged(message), tensor);
    out_.tensors.push_back(std::move(tensor));
  }

  void container(ByteView message, int depth) {
    constexpr int kMostDepth = 32;
    if (depth > kMostDepth) {
      out_.problems.error(Code::kTooDeep, std::nullopt, "",
                          "sequences are nested deeper than any real one; the rest was left out");
      return;
    }
    uint64_t other = 0;
    std::string_view name;
    wire::Reader reader(message);
    while (reader.next_or_cut() && !full_) {
      switch (reader.tag()) {
        case bytes(1): name = reader.text(); break;
        case bytes(3): tensor(reader.payload(), item_name(name)); break;
        case bytes(5):
        case bytes(7): container(reader.payload(), depth + 1); break;
        case bytes(4):
        case bytes(6): ++other; break;
        default: break;
      }
    }
    if (reader.damaged()) context_.damaged(reader, "sequence or optional");
    if (other > 0) {
      out_.problems.warning(
          Code::kUnknownField, std::nullopt, "",
          fmt::format("{} are not read; left out",
                      counted(other, "sparse tensor or map", "sparse tensors or maps")));
    }
  }

  void finish() {
    context_.bad_weights.report(out_.problems, "tensor");
    context_.report_counted();
    for (const Problem& problem : context_.model.problems.list()) out_.problems.add(problem);
  }

 private:
  /// Shapes of stored tensors are numbers, and few enough to be counted.
  bool has_possible_shape(const ir::Tensor& from, ir::StoredTensor& tensor) {
    const bool known =
        std::all_of(tensor.shape.begin(), tensor.shape.end(), [](int64_t dim) { return dim >= 0; });
    const auto count = known ? ir::element_count(tensor.shape) : std::nullopt;
    if (count && (from.type.dtype == DType::kUndefined || from.type.dtype == DType::kString ||
                  dtype_bytes(from.type.dtype, *count))) {
      return true;
    }
    out_.problems.error(
        Code::kBadValue, from.has_offset ? std::optional(from.offset) : std::nullopt, tensor.name,
        fmt::format("dims {} {}; its bytes are kept without a shape", fmt::join(tensor.shape, "x"),
                    known ? "are more than 64 bits can count" : "are not all known"));
    tensor.note = fmt::format("dims in the file: {}", fmt::join(tensor.shape, "x"));
    tensor.has_shape = false;
    tensor.shape.clear();
    return false;
  }

  std::string item_name(std::string_view container_name) const {
    if (container_name.empty()) return "";
    return fmt::format("{}.{}", as_utf8(container_name), out_.tensors.size());
  }

  void too_many() {
    if (!full_) {
      out_.problems.error(Code::kTooLarge, std::nullopt, "",
                          "more tensors than the file has room for; the rest was left out");
    }
    full_ = true;
  }

  static bool is_damaged(ByteView message) {
    wire::Reader reader(message);
    while (reader.next()) {
    }
    return reader.damaged();
  }

  void check_payload(const ir::Tensor& from, bool damaged, ir::StoredTensor& tensor) {
    if (from.storage == ir::Storage::kExternal) {
      tensor.payload = ir::Payload::kElsewhere;
      tensor.bytes = {};
      tensor.note = fmt::format("in another file, '{}'", as_utf8(from.location));
      return;
    }
    if (!from.strings.empty()) return;
    if (tensor.bytes.size() > tensor.size) tensor.bytes = tensor.bytes.first(tensor.size);
    if (tensor.size > 0 && tensor.bytes.empty() && !damaged) {
      tensor.payload = ir::Payload::kNotWritten;
      tensor.note = "the message has no data";
      return;
    }
    check_complete(out_, tensor);
  }

  ir::TensorFile& out_;
  onnx::Context context_;
  Budget budget_;
  bool full_ = false;
};

}  // namespace

bool looks_like_tensor_pb(ByteView bytes) {
  return shape_of(bytes) != Shape::kNone;
}

std::unique_ptr<ir::TensorFile> read_tensor_pb(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kTensorPb);
  const auto model = std::make_shared<ir::Model>(file, Kind::kTensorPb);
  out->owners.push_back(model);
  PbReader reader(*out, *model);
  switch (shape_of(file->bytes())) {
    case Shape::kTensor: reader.tensor(file->bytes(), ""); break;
    case Shape::kContainer: reader.container(file->bytes(), 0); break;
    case Shape::kNone:
      out->problems.error(Code::kUnknownKind, 0, "", "is no ONNX tensor, sequence or optional");
  }
  reader.finish();
  out->byte_map.add(0, file->size(), "protobuf");
  out->account = out->byte_map.account(file->bytes());
  return out;
}

}  // namespace omscope::tensorfile
