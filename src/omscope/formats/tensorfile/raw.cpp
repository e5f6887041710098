#include "omscope/formats/tensorfile/raw.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/tensorfile/elements.h"

namespace omscope::tensorfile {
namespace {

Problem bad_usage(std::string_view text, std::string_view why) {
  return {Severity::kError,
          Code::kBadValue,
          "",
          std::nullopt,
          "--raw",
          fmt::format("'{}': {}; write DTYPE:SHAPE[:FORMAT], for instance float16:1,3,224,224:NCHW",
                      for_terminal(shortened(as_utf8(text), 60)), why)};
}

bool parse_shape(std::string_view text, std::vector<int64_t>& shape) {
  if (text.empty() || text == "scalar") return true;
  std::string dims(text);
  std::replace(dims.begin(), dims.end(), 'x', ',');
  for (const std::string_view part : split(dims, ',')) {
    int64_t dim = 0;
    const auto [end, fault] = std::from_chars(part.data(), part.data() + part.size(), dim);
    if (fault != std::errc() || end != part.data() + part.size() || dim < -1) return false;
    shape.push_back(dim);
  }
  return std::count(shape.begin(), shape.end(), -1) <= 1;
}

/// A layout whose name lives as long as the program.
bool parse_layout(std::string_view text, Layout& layout) {
  const Layout asked = layout_from_text(text);
  constexpr int64_t kNumbers = 256;
  for (int64_t number = 0; number < kNumbers; ++number) {
    const Layout known = layout_from_number(number);
    if (known.base.empty() || known.base != asked.base) continue;
    layout = known;
    layout.groups = asked.groups;
    return true;
  }
  return false;
}

/// Replaces a dim of -1 by what the bytes hold of it.
void fit_shape(uint64_t bytes, DType dtype, std::vector<int64_t>& shape) {
  const auto open = std::find(shape.begin(), shape.end(), -1);
  if (open == shape.end()) return;
  *open = 1;
  const uint64_t rest = ir::element_count(shape).value_or(0);
  const uint64_t elements = bytes * 8 / dtype_info(dtype).bits;
  *open = rest == 0 ? 0 : static_cast<int64_t>(elements / rest);
}

}  // namespace

Result<RawSpec> parse_raw_spec(std::string_view text) {
  RawSpec spec;
  const size_t first = text.find(':');
  if (first == std::string_view::npos) return bad_usage(text, "has no shape");
  spec.dtype = dtype_from_name(text.substr(0, first));
  if (spec.dtype == DType::kUndefined || dtype_info(spec.dtype).bits == 0) {
    return bad_usage(text, "is no element type of a fixed size");
  }
  const std::string_view rest = text.substr(first + 1);
  const size_t second = rest.find(':');
  if (!parse_shape(rest.substr(0, second), spec.shape)) {
    return bad_usage(text, "has no shape of dims with commas, at most one of them -1");
  }
  if (second != std::string_view::npos && !parse_layout(rest.substr(second + 1), spec.format)) {
    return bad_usage(text, "names a format that is not known");
  }
  return spec;
}

std::unique_ptr<ir::TensorFile> read_raw(const std::shared_ptr<const FileBytes>& file,
                                         const RawSpec& spec) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kUnknown);
  ir::StoredTensor tensor;
  tensor.name = "output:0";
  tensor.dtype = spec.dtype;
  tensor.shape = spec.shape;
  tensor.has_shape = true;
  tensor.format = spec.format;
  fit_shape(file->size(), spec.dtype, tensor.shape);
  const auto count = ir::element_count(tensor.shape);
  const auto size = count ? dtype_bytes(spec.dtype, *count) : std::nullopt;
  if (!size) {
    out->problems.error(Code::kBadCount, std::nullopt, "--raw",
                        "the shape has more bytes than any file; state the shape that it has");
  } else {
    tensor.size = *size;
    tensor.bytes = file->bytes().first(std::min<uint64_t>(*size, file->size()));
    if (file->size() < *size) {
      tensor.payload = ir::Payload::kCut;
      out->problems.error(Code::kTruncated, std::nullopt, "--raw",
                          fmt::format("the shape needs {} bytes, the file has {}; state the shape "
                                      "that it has, one dim may be -1",
                                      *size, file->size()));
    }
    out->byte_map.add(0, tensor.bytes.size(), tensor.name);
    if (file->size() > *size) {
      out->problems.warning(Code::kUnexplainedBytes, *size, "--raw",
                            fmt::format("the shape needs {} bytes, the file has {}; the rest was "
                                        "left out",
                                        *size, file->size()));
    }
    out->tensors.push_back(std::move(tensor));
  }
  out->account = out->byte_map.account(file->bytes());
  return out;
}

}  // namespace omscope::tensorfile
