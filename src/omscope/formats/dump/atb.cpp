#include "omscope/formats/dump/atb.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/dump/fit_shape.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/dump/read_dump.h"

namespace omscope::dump {
namespace {

/// Real ones have nine lines.
constexpr size_t kMostText = size_t{1} << 16U;
constexpr size_t kMostLines = 1000;

struct Line {
  std::string_view key;
  std::string_view value;
};

/// Takes one line off the text; nothing where there is no "key=value" of printable characters.
std::optional<Line> take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const size_t equals = line.find('=');
  const bool printable = std::all_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '\x7f';
  });
  if (equals == std::string_view::npos || equals == 0 || !printable) return std::nullopt;
  text.remove_prefix(end + 1);
  return Line{line.substr(0, equals), line.substr(equals + 1)};
}

std::string_view head_text(ByteView bytes) {
  return as_text(bytes.first(std::min(bytes.size(), kMostText)));
}

class AtbReader {
 public:
  explicit AtbReader(ir::TensorFile& out) : out_(out) {}

  void read() {
    const std::string_view all = head_text(out_.file->bytes());
    std::string_view rest = all;
    bool ended = false;
    for (size_t i = 0; i < kMostLines && !ended; ++i) {
      const auto line = take_line(rest);
      if (!line) break;
      ended = line->key == "$End";
      take(*line);
    }
    const uint64_t text_size = all.size() - rest.size();
    out_.byte_map.add(0, text_size, "lines");
    if (!ended) {
      out_.problems.error(Code::kTruncated, text_size, "lines",
                          "end before '$End='; the copy was cut, get it again");
      return;
    }
    add_tensor(text_size);
  }

 private:
  void take(const Line& line) {
    if (line.key.starts_with('$')) {
      if (line.key == "$Version") out_.version = line.value;
      out_.attrs.emplace_back(line.key, line.value);
    } else if (line.key == "format") {
      tensor_.format = layout_from_number(static_cast<int64_t>(number(line)));
    } else if (line.key == "dtype") {
      tensor_.dtype_number = static_cast<int64_t>(number(line));
      tensor_.dtype = dtype_from_ge(tensor_.dtype_number);
    } else if (line.key == "dims") {
      dims_ = numbers(line);
    } else if (line.key == "data") {
      data_ = numbers(line);
    } else {
      out_.attrs.emplace_back(line.key, line.value);
    }
  }

  uint64_t number(const Line& line) {
    const auto all = numbers(line);
    return all.empty() ? 0 : all.front();
  }

  std::vector<uint64_t> numbers(const Line& line) {
    std::vector<uint64_t> values;
    for (const std::string_view part : split(line.value, ',')) {
      uint64_t value = 0;
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
      if (error != std::errc() || end != part.data() + part.size()) {
        if (line.value.empty()) return {};
        out_.problems.error(Code::kBadText, std::nullopt, std::string(line.key),
                            fmt::format("'{}' is no number", shortened(as_utf8(part), 40)));
        return values;
      }
      if (values.size() <= kMostDims) values.push_back(value);
    }
    return values;
  }

  /// The content does not say whether it went in or came out; writers say so in the file's name.
  std::string tensor_name() const {
    const std::string& path = out_.file->path();
    const std::string name = path.substr(path.rfind('/') + 1);
    for (const auto& [start, part] : {std::pair("intensor", "input"), {"outtensor", "output"}}) {
      if (!name.starts_with(start)) continue;
      const std::string digits = name.substr(std::string_view(start).size());
      return fmt::format("{}:{}", part, digits.substr(0, digits.find_first_not_of("0123456789")));
    }
    return "output:0";
  }

  void add_tensor(uint64_t text_size) {
    const ByteView behind = out_.file->bytes().subspan(text_size);
    const uint64_t skipped = data_.size() == 2 ? data_[0] : 0;
    tensor_.name = tensor_name();
    tensor_.size = data_.size() == 2 ? data_[1] : behind.size();
    if (tensor_.dtype == DType::kUndefined) {
      out_.problems.warning(Code::kBadValue, std::nullopt, tensor_.name,
                            fmt::format("data type {} is not known; its bytes are kept as they are",
                                        tensor_.dtype_number));
    }
    fit_shape(tensor_, dims_, out_.problems, std::nullopt);
    if (skipped <= behind.size()) {
      tensor_.offset = text_size + skipped;
      tensor_.bytes =
          behind.subspan(skipped, std::min<uint64_t>(tensor_.size, behind.size() - skipped));
    }
    if (tensor_.bytes.size() < tensor_.size) {
      tensor_.payload = ir::Payload::kCut;
      out_.problems.error(Code::kTruncated, text_size, tensor_.name,
                          fmt::format("wants {} bytes, {} are left; the copy was cut, get it again",
                                      tensor_.size, tensor_.bytes.size()));
    }
    out_.byte_map.add(tensor_.offset, tensor_.bytes.size(), tensor_.name);
    out_.tensors.push_back(std::move(tensor_));
  }

  ir::TensorFile& out_;
  ir::StoredTensor tensor_;
  std::vector<uint64_t> dims_;
  std::vector<uint64_t> data_;
};

}  // namespace

bool looks_like_atb(ByteView start) {
  const std::string_view text = head_text(start);
  if (!text.starts_with('$')) return false;
  std::string_view rest = text;
  bool has_dtype = false;
  for (size_t i = 0; i < kMostLines; ++i) {
    const auto line = take_line(rest);
    if (!line) break;
    has_dtype = has_dtype || line->key == "dtype";
    if (line->key == "$End") return true;
  }
  return has_dtype;
}

std::unique_ptr<ir::TensorFile> read_atb(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kAtb);
  AtbReader(*out).read();
  finish(*out);
  return out;
}

}  // namespace omscope::dump
