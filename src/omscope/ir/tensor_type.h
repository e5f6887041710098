// What a model says about one tensor: element type, shape, layout, and where constant bytes are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "omscope/core/bytes.h"
#include "omscope/core/dtype.h"
#include "omscope/core/layout.h"

namespace omscope::ir {

/// A list inside a model. The memory belongs to the model's arena or to the file's bytes.
template <class T>
using List = std::span<const T>;

struct Attr;

constexpr int64_t kUnknownDim = -1;
/// As the only dim: not even the number of dims is known.
constexpr int64_t kUnknownRank = -2;

struct DimRange {
  int64_t smallest;
  int64_t largest;  ///< -1: no limit
};

/// ONNX values can be more than one tensor; `TensorType` then describes the element.
enum class ValueKind : uint8_t { kTensor, kSparse, kSequence, kOptional, kMap, kOpaque };

struct TensorType {
  std::string_view name;  ///< mostly empty; ONNX: the value's name
  DType dtype = DType::kUndefined;
  ValueKind value_kind = ValueKind::kTensor;
  bool has_shape = false;  ///< false: the file does not say; a scalar has an empty shape
  bool has_origin_shape = false;
  bool is_output_tensor = false;  ///< Graph Engine's mark on the tensor that the user gets
  Layout format;
  Layout origin_format;
  List<int64_t> shape;
  List<std::string_view> dim_names;  ///< beside `shape`, "" where a dim has no name (ONNX)
  List<int64_t> origin_shape;        ///< before the compiler changed the layout
  List<DimRange> ranges;             ///< of dynamic dims, where stated
  int64_t size = 0;                  ///< bytes the compiler plans for it; 0: not stated
  List<Attr> attrs;                  ///< further attributes of the descriptor, sorted by name
};

/// Number of elements; nothing when a dim is unknown, negative, or the product overflows.
std::optional<uint64_t> element_count(List<int64_t> shape);

/// Bytes of the elements of `type`, densely packed; nothing when they cannot be known.
std::optional<uint64_t> exact_bytes(const TensorType& type);

bool is_dynamic(List<int64_t> shape);

/// Where the bytes of a constant are.
enum class Storage : uint8_t {
  kNone,       ///< the file does not hold them (atc JSON, dumps without data)
  kInline,     ///< inside of the model description
  kPartition,  ///< in the weights partition
  kExternal,   ///< in another file beside the model
};

struct Tensor {
  TensorType type;
  Storage storage = Storage::kNone;
  std::string_view location;  ///< the other file's name as the model gives it (kExternal)
  std::string_view origin;  ///< name of the file that `offset` counts in, when it is not `location`
  uint64_t offset = 0;      ///< absolute in that file
  bool has_offset = false;  ///< false: made while reading (typed ONNX fields, text dumps)
  uint64_t size = 0;        ///< bytes
  ByteView bytes;           ///< empty when they are not at hand
  List<std::string_view> strings;  ///< elements of a string tensor
};

/// The elements of a constant as they lie in the file.
struct Elements {
  DType dtype = DType::kUndefined;  ///< kUndefined: they cannot be told apart
  ByteView bytes;
};

/// HiAI says float32 of constants that it quantised to one byte an element, and follows a vector by
/// padding up to C0.
Elements stored_elements(const Tensor& tensor);

}  // namespace omscope::ir
