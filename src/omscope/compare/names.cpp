#include "omscope/compare/names.h"

#include <algorithm>
#include <array>

#include "omscope/core/text.h"

namespace omscope::compare {
namespace {

constexpr std::string_view kReplaced = " ./\\";

/// Cuts `word` and the digits behind it off the end.
void cut_counted(std::string& name, std::string_view word) {
  size_t end = name.size();
  while (end > 0 && is_digit(name[end - 1])) --end;
  const bool counted = end < name.size() && end > word.size() &&
                       std::string_view(name).substr(0, end).ends_with(word);
  if (counted) name.resize(end - word.size());
}

void cut_end(std::string& name, std::string_view word) {
  if (name.size() > word.size() && name.ends_with(word)) name.resize(name.size() - word.size());
}

void cut_start(std::string& name, std::string_view word) {
  if (name.size() > word.size() && name.starts_with(word)) name.erase(0, word.size());
}

/// "sgt_graph_12_" of FFTS+ sub-graphs.
void cut_subgraph(std::string& name) {
  constexpr std::string_view kWord = "sgt_graph_";
  if (!name.starts_with(kWord)) return;
  size_t end = kWord.size();
  while (end < name.size() && is_digit(name[end])) ++end;
  if (end + 1 < name.size() && name[end] == '_') name.erase(0, end + 1);
}

constexpr std::array<std::string_view, 6> kQuantWords = {"_quant_layer",      "_dequant_layer",
                                                         "_anti_quant_layer", "_AscendQuant",
                                                         "_AscendDequant",    "_quant"};

}  // namespace

std::string sanitised(std::string_view name) {
  std::string out(name);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return kReplaced.find(c) != std::string_view::npos; },
      '_');
  return out;
}

std::string normalised(std::string_view name) {
  std::string out = sanitised(name);
  cut_counted(out, ":");
  cut_counted(out, "_lxslice");
  cut_counted(out, "_ascend_mbatch_batch_");
  cut_subgraph(out);
  cut_start(out, "PartitionedCall_");
  for (const std::string_view word : kQuantWords) cut_end(out, word);
  return out;
}

bool is_quantiser(std::string_view op_type) {
  constexpr std::array<std::string_view, 7> kTypes = {
      "AscendQuant",   "AscendQuantV2",    "Quantize",    "QuantizeLinear",
      "AscendRequant", "AscendRequantS16", "DynamicQuant"};
  return std::find(kTypes.begin(), kTypes.end(), op_type) != kTypes.end();
}

bool is_dequantiser(std::string_view op_type) {
  constexpr std::array<std::string_view, 5> kTypes = {
      "AscendDequant", "AscendDequantS16", "Dequantize", "DequantizeLinear", "AscendAntiQuant"};
  return std::find(kTypes.begin(), kTypes.end(), op_type) != kTypes.end();
}

bool keeps_values(std::string_view op_type) {
  constexpr std::array<std::string_view, 9> kTypes = {
      "Cast",        "TransData",       "TransDataRNN", "CacheUpdate", "Identity",
      "MemcpyAsync", "MemcpyAddrAsync", "ReFormat",     "TensorMove"};
  return std::find(kTypes.begin(), kTypes.end(), op_type) != kTypes.end();
}

}  // namespace omscope::compare
