#include "omscope/formats/tensorfile/msprobe_events.h"

#include <array>
#include <limits>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/tensorfile/elements.h"

namespace omscope::tensorfile {
namespace {

constexpr size_t kMostDepth = 64;
/// Levels: the document, "data", the API, then what the API took and gave.
constexpr size_t kDataLevel = 2;
constexpr size_t kApiLevel = 3;

constexpr std::array<std::string_view, 3> kNonfinite = {"NaN", "-Infinity", "Infinity"};

std::optional<double> nonfinite(std::string_view text) {
  if (text == "NaN" || text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity" || text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity" || text == "-inf") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

void set_statistic(ir::RecordedStats& stats, std::string_view key, double value) {
  if (key == "Max") stats.max = value;
  if (key == "Min") stats.min = value;
  if (key == "Mean") stats.mean = value;
  if (key == "Norm") stats.l2norm = value;
}

bool is_statistic(std::string_view key) {
  return key == "Max" || key == "Min" || key == "Mean" || key == "Norm";
}

/// "input_args" and "input_kwargs" hold what is numbered input by msprobe's own files.
std::string_view slot_of(std::string_view section) {
  if (section == "input_args" || section == "input_kwargs") return "input";
  return section;
}

}  // namespace

std::string with_quoted_nonfinite(std::string_view text) {
  std::string out;
  size_t copied = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\') {
      ++i;
      continue;
    }
    if (text[i] == '"') in_string = !in_string;
    if (in_string || (text[i] != 'N' && text[i] != 'I' && text[i] != '-')) continue;
    for (const std::string_view word : kNonfinite) {
      if (!text.substr(i).starts_with(word)) continue;
      out += text.substr(copied, i - copied);
      out += fmt::format("\"{}\"", word);
      copied = i + word.size();
      i = copied - 1;
      break;
    }
  }
  if (copied > 0) out += text.substr(copied);
  return out;
}

bool MsprobeEvents::stop(Code code, std::string why) {
  out_.problems.error(code, std::nullopt, "", std::move(why));
  return false;
}

void MsprobeEvents::before_value() {
  if (!levels_.empty() && levels_.back().is_array) ++levels_.back().index;
}

bool MsprobeEvents::null() {
  before_value();
  return true;
}

bool MsprobeEvents::number(double value) {
  if (!levels_.empty() && !levels_.back().is_array && is_statistic(levels_.back().key)) {
    Level& level = levels_.back();
    if (!level.tensor.recorded) level.tensor.recorded.emplace();
    set_statistic(*level.tensor.recorded, level.key, value);
  }
  before_value();
  return true;
}

/// Extremes of bool tensors are written as bools.
bool MsprobeEvents::boolean(bool value) {
  return number(value ? 1 : 0);
}

bool MsprobeEvents::number_integer(int64_t value) {
  const size_t depth = levels_.size();
  if (depth >= 2 && levels_.back().is_array && levels_[depth - 2].key == "shape") {
    constexpr size_t kMostDims = 64;
    std::vector<int64_t>& shape = levels_[depth - 2].tensor.shape;
    if (shape.size() < kMostDims) shape.push_back(value);
  }
  return number(static_cast<double>(value));
}

bool MsprobeEvents::number_unsigned(uint64_t value) {
  if (value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return number_integer(static_cast<int64_t>(value));
  }
  return number(static_cast<double>(value));
}

bool MsprobeEvents::number_float(double value, const std::string& /*text*/) {
  return number(value);
}

void MsprobeEvents::top_member(const std::string& key, const std::string& value) {
  constexpr size_t kLongest = 4096;
  if (value.size() > kLongest || out_.attrs.size() > 100) return;
  out_.attrs.emplace_back(key, value);
  if (key == "dump_data_dir") data_folder_ = value;
}

void MsprobeEvents::text_member(Level& level, const std::string& value) {
  if (level.key == "type") level.is_tensor = value.ends_with("Tensor") || value == "numpy.ndarray";
  if (level.key == "dtype") level.tensor.dtype = dtype_from_name(value);
  if (level.key == "data_name") level.data_name = value;
  const auto number = is_statistic(level.key) ? nonfinite(value) : std::nullopt;
  if (!number) return;
  if (!level.tensor.recorded) level.tensor.recorded.emplace();
  set_statistic(*level.tensor.recorded, level.key, *number);
}

bool MsprobeEvents::string(std::string& value) {
  if (levels_.size() == 1) top_member(levels_[0].key, value);
  if (levels_.size() > kApiLevel && !levels_.back().is_array) text_member(levels_.back(), value);
  before_value();
  return true;
}

bool MsprobeEvents::binary(nlohmann::json::binary_t& /*value*/) {
  return true;
}

bool MsprobeEvents::start_object(size_t /*size*/) {
  if (levels_.size() == kMostDepth) return stop(Code::kTooDeep, "is nested too deep to be a dump");
  levels_.emplace_back();
  return true;
}

bool MsprobeEvents::key(std::string& name) {
  Level& level = levels_.back();
  level.key = name;
  if (levels_.size() > kApiLevel && name == "shape") level.tensor.has_shape = true;
  return true;
}

bool MsprobeEvents::end_object() {
  Level& level = levels_.back();
  if (level.is_tensor) {
    const uint64_t texts = level.data_name.size() + levels_[kDataLevel - 1].key.size();
    if (!budget_.take(2 * (sizeof(ir::StoredTensor) + sizeof(std::string) + texts + 64))) {
      return stop(Code::kTooLarge, "describes more tensors than its size has room for");
    }
    add_tensor(level);
  }
  levels_.pop_back();
  before_value();
  return true;
}

bool MsprobeEvents::start_array(size_t /*size*/) {
  if (levels_.size() == kMostDepth) return stop(Code::kTooDeep, "is nested too deep to be a dump");
  levels_.emplace_back();
  levels_.back().is_array = true;
  return true;
}

bool MsprobeEvents::end_array() {
  levels_.pop_back();
  before_value();
  return true;
}

bool MsprobeEvents::parse_error(size_t position, const std::string& token,
                                const nlohmann::json::exception& fault) {
  constexpr int kBeyondDouble = 406;
  if (fault.id == kBeyondDouble) {
    return stop(Code::kBadValue,
                fmt::format("holds the number {}, which is beyond what a double can hold (what "
                            "stood before was read); correct it or dump anew",
                            shortened(for_terminal(token), 40)));
  }
  out_.problems.error(Code::kBadJson, position == 0 ? 0 : position - 1, "",
                      fmt::format("is no JSON at '{}' (what stood before was read); the dump was "
                                  "cut, run it to its end",
                                  shortened(for_terminal(token), 40)));
  return false;
}

/// The path from the section of the API to the tensor in hand, whose own level is the last.
std::string MsprobeEvents::tensor_name() const {
  std::string path;
  for (size_t i = kApiLevel; i + 1 < levels_.size(); ++i) {
    const Level& level = levels_[i];
    path += fmt::format("{}{}", path.empty() ? "" : ".",
                        level.is_array ? fmt::format("{}", level.index) : level.key);
  }
  const std::string_view section = slot_of(levels_[kApiLevel - 1].key);
  return fmt::format("{}:{}", as_utf8(section), path.empty() ? "0" : as_utf8(path));
}

void MsprobeEvents::add_tensor(Level& level) {
  ir::StoredTensor& tensor = level.tensor;
  tensor.op = as_utf8(levels_[kDataLevel - 1].key);
  tensor.name = tensor_name();
  const auto count = ir::element_count(tensor.shape);
  const auto bytes = tensor.has_shape && count ? dtype_bytes(tensor.dtype, *count) : std::nullopt;
  tensor.size = bytes.value_or(0);
  tensor.payload = ir::Payload::kElsewhere;
  tensor.note = "statistics only";
  out_.tensors.push_back(std::move(tensor));
  data_names_.push_back(std::move(level.data_name));
}

}  // namespace omscope::tensorfile
