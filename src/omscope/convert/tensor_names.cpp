#include "omscope/convert/tensor_names.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/formats/dump/name_parts.h"
#include "omscope/formats/tensorfile/npy_writer.h"

namespace omscope::convert {
namespace {

bool is_dump(Kind kind) {
  return kind == Kind::kDump || kind == Kind::kDumpV1 || kind == Kind::kDumpException ||
         kind == Kind::kDumpOpDebug || kind == Kind::kDumpNano;
}

/// Dumps keep their whole name: what looks like a suffix is a time stamp. Others lose theirs.
std::string stem_of(const std::string& file, Kind kind) {
  if (is_dump(kind)) return file;
  const std::string_view suffix = dump::tensor_suffix(file);
  if (suffix.empty() || suffix.size() >= file.size()) return file;
  return file.substr(0, file.size() - suffix.size());
}

/// numpy's name of what is written: "float16"; msaccucmp has no other.
std::string numpy_name(DType dtype) {
  if (dtype == DType::kUndefined) return "int8";
  const tensorfile::NpyDType npy = tensorfile::npy_dtype(dtype);
  if (npy.same_meaning) return std::string(to_string(dtype));
  const unsigned bits = std::max(8U, static_cast<unsigned>(dtype_info(dtype).bits));
  const bool has_sign = npy.descr.find('i') != std::string_view::npos;
  return fmt::format("{}int{}", has_sign ? "" : "u", npy.packed ? 8U : bits);
}

TensorName peer_name(const std::string& file, const ir::StoredTensor& tensor,
                     const Rendered& rendered, FileFormat format, bool relayout) {
  const std::string number = tensor.name.substr(tensor.name.find(':') + 1);
  if (tensor.name.starts_with("buffer:")) {
    return {fmt::format("{}.l1buffer.{}", file, number), ".bin"};
  }
  if (tensor.name.starts_with("space:")) return {fmt::format("{}.space.{}", file, number), ".bin"};
  const std::string start = fmt::format("{}.{}", file, dotted(tensor.name));
  if (format == FileFormat::kBin) {
    const std::string_view layout = rendered.layout.known() ? rendered.layout.base : "ND";
    return {fmt::format("{}.{}.{}.{}", start, rendered.count(), numpy_name(rendered.dtype), layout),
            ".bin"};
  }
  if (relayout) return {fmt::format("{}.{}", start, fmt::join(rendered.shape, "x")), ".npy"};
  return {start, ".npy"};
}

}  // namespace

std::string dotted(const std::string& tensor) {
  std::string out = tensor;
  std::replace(out.begin(), out.end(), ':', '.');
  return out;
}

TensorName tensor_name(const std::string& file, const ir::TensorFile& content,
                       const ir::StoredTensor& tensor, const Rendered& rendered, FileFormat format,
                       Naming naming, bool relayout) {
  if (naming == Naming::kMsaccucmp && is_dump(content.kind)) {
    return peer_name(file, tensor, rendered, format, relayout);
  }
  const std::string suffix(suffix_of(format));
  const std::string stem = stem_of(file, content.kind);
  if (!is_dump(content.kind) && content.tensors.size() == 1) return {stem, suffix};
  if (!tensor.op.empty()) return {tensor.op + "." + dotted(tensor.name), suffix};
  return {stem + "." + dotted(tensor.name), suffix};
}

TensorName file_name(const std::string& file, const ir::TensorFile& content, FileFormat format) {
  return {stem_of(file, content.kind), std::string(suffix_of(format))};
}

}  // namespace omscope::convert
