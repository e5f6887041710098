#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "omscope/core/byte_order_mark.h"
#include "omscope/core/text.h"
#include "omscope/formats/dump/fit_shape.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/dump/read_dump.h"
#include "omscope/formats/dump/stats.h"

namespace omscope::dump {
namespace {

constexpr std::string_view kStart = "Input/Output,Index,";

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A row by its titles.
class Row {
 public:
  Row(const std::map<std::string_view, size_t>& columns, std::vector<std::string_view> cells)
      : columns_(columns), cells_(std::move(cells)) {}

  std::string_view text(std::string_view title) const {
    const auto found = columns_.find(title);
    if (found == columns_.end() || found->second >= cells_.size()) return {};
    return cells_[found->second];
  }
  std::optional<uint64_t> count(std::string_view title) const {
    return number<uint64_t>(text(title));
  }
  std::optional<double> real(std::string_view title) const { return number<double>(text(title)); }
  size_t size() const { return cells_.size(); }

 private:
  const std::map<std::string_view, size_t>& columns_;
  std::vector<std::string_view> cells_;
};

class CsvReader {
 public:
  explicit CsvReader(ir::TensorFile& out)
      : out_(out), rest_(without_byte_order_mark(as_text(out.file->bytes()))) {}

  void read() {
    const auto titles = split(next_line(), ',');
    for (size_t i = 0; i < titles.size(); ++i) columns_.emplace(titles[i], i);
    while (!rest_.empty()) {
      const uint64_t at = offset();
      const std::string_view line = next_line();
      if (line.empty()) continue;
      if (out_.tensors.size() >= kMostTensors) {
        out_.problems.error(
            Code::kTooLarge, at, "rows",
            fmt::format("more than {} tensors; the rest was left out", kMostTensors));
        return;
      }
      add(Row(columns_, split(line, ',')), titles.size(), at);
    }
  }

 private:
  uint64_t offset() const { return out_.file->size() - rest_.size(); }

  std::string_view next_line() {
    const size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  void add(const Row& row, size_t wanted, uint64_t at) {
    const auto index = row.count("Index");
    const std::string_view io = row.text("Input/Output");
    if (!index || (io != "Input" && io != "Output")) {
      out_.problems.error(Code::kBadText, at, "row",
                          "does not start with Input or Output and a number; the file is damaged");
      return;
    }
    ir::StoredTensor tensor;
    tensor.name = fmt::format("{}:{}", io == "Input" ? "input" : "output", *index);
    if (row.size() != wanted) {
      out_.problems.warning(Code::kBadText, at, tensor.name,
                            fmt::format("{} cells, the first line has {}", row.size(), wanted));
    }
    tensor.payload = ir::Payload::kElsewhere;
    tensor.note = "statistics only";
    tensor.offset = at;
    tensor.size = row.count("Data Size").value_or(0);
    set_type(tensor, row, at);
    tensor.recorded = ir::RecordedStats{row.count("Count"),
                                        row.count("Nan Count"),
                                        row.count("Positive Inf Count"),
                                        row.count("Negative Inf Count"),
                                        row.real("Min Value"),
                                        row.real("Max Value"),
                                        row.real("Avg Value"),
                                        row.real("l2norm")};
    out_.tensors.push_back(std::move(tensor));
  }

  void set_type(ir::StoredTensor& tensor, const Row& row, uint64_t at) {
    const std::string_view type = row.text("Data Type");
    tensor.dtype = dtype_from_ge_name(type);
    if (tensor.dtype == DType::kUndefined && type != "DT_UNDEFINED") {
      add_note(tensor, fmt::format("data type {}", shortened(as_utf8(type), 40)));
      out_.problems.warning(Code::kBadValue, at, tensor.name, "its data type is not known");
    }
    const std::string_view format = row.text("Format");
    tensor.format.base = known_layout(format);
    if (!tensor.format.known()) {
      add_note(tensor, fmt::format("layout {}", shortened(as_utf8(format), 40)));
    }
    set_shape(tensor, row.text("Shape"), at);
  }

  void set_shape(ir::StoredTensor& tensor, std::string_view text, uint64_t at) {
    if (text.empty() || text == "-") return;
    for (const std::string_view part : split(text, 'x')) {
      const auto dim = number<int64_t>(part);
      if (!dim || tensor.shape.size() >= kMostDims) {
        tensor.shape.clear();
        out_.problems.warning(Code::kBadText, at, tensor.name, "its shape is not readable");
        return;
      }
      tensor.shape.push_back(*dim);
    }
    tensor.has_shape = true;
  }

  ir::TensorFile& out_;
  std::string_view rest_;
  std::map<std::string_view, size_t> columns_;
};

}  // namespace

bool looks_like_stats_csv(ByteView start) {
  return as_text(start).starts_with(kStart);
}

std::unique_ptr<ir::TensorFile> read_stats_csv(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kStatsCsv);
  CsvReader(*out).read();
  out->byte_map.add(0, file->size(), "rows");
  finish(*out);
  return out;
}

}  // namespace omscope::dump
