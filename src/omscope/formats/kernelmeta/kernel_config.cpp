#include "omscope/formats/kernelmeta/kernel_config.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/dtype.h"
#include "omscope/core/layout.h"
#include "omscope/core/text.h"
#include "omscope/formats/kernelmeta/safe_json.h"

namespace omscope::kernelmeta {
namespace {

constexpr size_t kMostTensors = 256;
constexpr size_t kMostCombinations = 8192;

void read_tensor(const Json& value, std::vector<ConfigTensor>& out) {
  if (out.size() >= kMostTensors) return;
  if (value.is_array()) {  // a list of inputs under one name
    for (const Json& each : value) {
      if (each.is_object()) read_tensor(each, out);
    }
    return;
  }
  if (!value.is_object()) return;
  ConfigTensor tensor;
  tensor.name = text_of(value, "name");
  tensor.dtype = text_of(value, "dtype");
  tensor.format = text_of(value, "format");
  tensor.any_format = text_of(value, "format_match_mode") == "FormatAgnostic";
  out.push_back(std::move(tensor));
}

std::vector<ConfigTensor> read_tensors(const Json& entry, const char* key) {
  std::vector<ConfigTensor> tensors;
  const auto list = entry.find(key);
  if (list == entry.end() || !list->is_array()) return tensors;
  for (const Json& each : *list) read_tensor(each, tensors);
  return tensors;
}

std::string binary_of(const Json& entry) {
  const auto info = entry.find("binInfo");
  if (info != entry.end()) return text_of(*info, "jsonFilePath");
  return text_of(entry, "binPath");
}

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  for (const std::string_view name : split(list, ',')) {
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

/// "AddCustom/d=0,p=1/1,2/1,2/1,2": the tensors are not told apart into inputs and outputs.
Combination of_simplified_key(std::string_view key, std::string binary) {
  Combination out;
  out.binary = std::move(binary);
  const std::vector<std::string_view> parts = split(key, '/');
  for (size_t i = 1; i < std::min(parts.size(), kMostTensors); ++i) {
    const std::vector<std::string_view> pair = split(parts[i], ',');
    if (pair.size() != 2) continue;
    if (pair[0].starts_with("d=")) {
      out.deterministic = pair[0] == "d=1" ? "true" : "false";
      out.modes = {std::string(pair[1].substr(std::min<size_t>(2, pair[1].size())))};
      continue;
    }
    ConfigTensor tensor;
    if (pair[0] == "diy") {
      tensor.dtype = "any";
      tensor.any_format = true;
    } else {
      int64_t number = -1;
      std::from_chars(pair[0].data(), pair[0].data() + pair[0].size(), number);
      tensor.dtype = to_string(dtype_from_ge_enum(number));
      tensor.any_format = true;  // formats of such keys are those after the operator's own rules
    }
    out.inputs.push_back(std::move(tensor));
  }
  return out;
}

void add(Combination combination, KernelConfig& out) {
  if (out.combinations.size() < kMostCombinations) {
    out.combinations.push_back(std::move(combination));
  }
}

void read_bin_list(const Json& list, KernelConfig& out) {
  for (const Json& entry : list) {
    if (!entry.is_object()) continue;
    Combination combination;
    combination.inputs = read_tensors(entry, "inputs");
    combination.outputs = read_tensors(entry, "outputs");
    combination.modes = names_in(text_of(entry, "implMode"));
    combination.deterministic = text_of(entry, "deterministic");
    combination.binary = binary_of(entry);
    add(std::move(combination), out);
  }
}

void read_binary_list(const Json& list, KernelConfig& out) {
  for (const Json& entry : list) {
    if (!entry.is_object()) continue;
    const auto keys = entry.find("simplifiedKey");
    if (keys == entry.end() || !keys->is_array()) continue;
    for (const Json& key : *keys) {
      if (!key.is_string()) continue;
      add(of_simplified_key(key.get_ref<const std::string&>(), binary_of(entry)), out);
    }
  }
}

/// "float16,float,int32" of every tensor: the n-th of each belong together.
void read_op_info(const Json& op, KernelConfig& out) {
  out.is_op_info = true;
  struct Column {
    bool is_output;
    std::string name;
    std::vector<std::string> dtypes;
    std::vector<std::string> formats;
  };
  std::vector<Column> columns;
  size_t rows = 0;
  for (const char* side : {"input", "output"}) {
    for (size_t i = 0; i < 64; ++i) {
      const auto tensor = op.find(fmt::format("{}{}", side, i));
      if (tensor == op.end()) break;
      Column column{side[0] == 'o', text_of(*tensor, "name"), names_in(text_of(*tensor, "dtype")),
                    names_in(text_of(*tensor, "format"))};
      rows = std::max(rows, column.dtypes.size());
      columns.push_back(std::move(column));
    }
  }
  for (size_t row = 0; row < std::min(rows, kMostCombinations); ++row) {
    Combination combination;
    for (const Column& column : columns) {
      if (row >= column.dtypes.size()) continue;
      const bool formats = row < column.formats.size();
      ConfigTensor tensor{column.name, column.dtypes[row], formats ? column.formats[row] : "",
                          !formats};
      (column.is_output ? combination.outputs : combination.inputs).push_back(std::move(tensor));
    }
    add(std::move(combination), out);
  }
}

void read_op(const Json& op, KernelConfig& out) {
  const auto binaries = op.find("binaryList");
  if (binaries != op.end() && binaries->is_array()) return read_binary_list(*binaries, out);
  if (op.contains("input0") || op.contains("output0")) read_op_info(op, out);
}

}  // namespace

bool looks_like_kernel_config(std::string_view text) {
  constexpr size_t kLook = size_t{1} << 16;
  const std::string_view head = text.substr(0, kLook);
  if (!head.substr(0, 64).starts_with('{')) return false;
  return head.find("\"binList\"") != std::string_view::npos ||
         head.find("\"binaryList\"") != std::string_view::npos ||
         (head.find("\"input0\"") != std::string_view::npos &&
          head.find("\"paramType\"") != std::string_view::npos);
}

Result<KernelConfig> read_kernel_config(std::string_view text, std::string_view op,
                                        std::string_view file) {
  KernelConfig out;
  out.op = op;
  auto part = find_member(text, "binList");
  const bool one_op = part.has_value();
  if (!one_op) part = find_member(text, op);
  if (!part) {
    return Problem{Severity::kInfo,
                   Code::kBadValue,
                   std::string(file),
                   std::nullopt,
                   "",
                   fmt::format("has no operator {}", for_terminal(shortened(as_utf8(op), 80)))};
  }
  const auto document = parse_json(*part, file);
  if (!document) return document.error();
  if (one_op && document->is_array()) read_bin_list(*document, out);
  if (!one_op && document->is_object()) read_op(*document, out);
  return out;
}

}  // namespace omscope::kernelmeta
