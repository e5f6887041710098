#include "omscope/diff/names.h"

#include <array>

#include "omscope/core/text.h"

namespace omscope::diff {
namespace {

/// Prefixes that only compilers write, each followed by numbers.
constexpr std::array<std::string_view, 12> kNumbered = {
    "dynamic_const_",    "trans_TransData_",       "trans_Cast_",
    "trans_ReFormat_",   "trans_Transpose_",       "trans_TransposeD_",
    "trans_Reshape_",    "atomic_addr_clean",      "atomic_memset",
    "transdata_for_nd_", "transpose_for_nd_data_", "trans_Squeeze_"};

/// The length of "prefix" and the digits, '_' and '-' behind it; 0 when there are none.
size_t numbered_part(std::string_view name) {
  if (name.empty() || (name[0] != 'd' && name[0] != 't' && name[0] != 'a')) return 0;
  for (const std::string_view prefix : kNumbered) {
    if (!name.starts_with(prefix)) continue;
    size_t end = prefix.size();
    while (end < name.size() &&
           (is_digit(name[end]) || ((name[end] == '_' || name[end] == '-') &&
                                    end + 1 < name.size() && is_digit(name[end + 1])))) {
      ++end;
    }
    if (end > prefix.size()) return end;
  }
  return 0;
}

std::string_view without_digits(std::string_view name) {
  while (!name.empty() && is_digit(name.back())) name.remove_suffix(1);
  return name;
}

std::string_view without_digits_behind(std::string_view name, std::string_view mark) {
  const std::string_view start = without_digits(name);
  const bool cut =
      start.size() < name.size() && start.size() > mark.size() && start.ends_with(mark);
  return cut ? start.substr(0, start.size() - mark.size()) : name;
}

/// "PartitionedCall_/fc/Gemm_MatMulV2_33": the op of a graph that was inlined.
std::string_view without_call(std::string_view name) {
  constexpr std::string_view kCall = "PartitionedCall_";
  if (!name.starts_with(kCall)) return name;
  std::string_view inner = name.substr(kCall.size());
  size_t end = inner.size();
  while (end > 0 && is_digit(inner[end - 1])) --end;
  if (end == inner.size() || end == 0 || inner[end - 1] != '_') return name;
  const size_t type = inner.rfind('_', end - 2);
  return type == std::string_view::npos || type == 0 ? name : inner.substr(0, type);
}

}  // namespace

bool is_generated(std::string_view name) {
  size_t part = numbered_part(name);
  if (part == 0) {
    // "<model>_0_Send_0"
    const std::string_view start = without_digits(name);
    if (start.size() == name.size()) return false;
    for (const std::string_view mark : {"_Send_", "_Recv_", "_CacheUpdate_"}) {
      if (start.ends_with(mark)) return true;
    }
    return false;
  }
  while (part != 0 && part < name.size()) {
    name.remove_prefix(part);
    part = numbered_part(name);
  }
  return part == name.size();
}

std::string_view normalised(std::string_view name) {
  if (is_generated(name)) return name;
  std::string_view rest = name;
  if (const size_t at = rest.find("function_graph_"); at != std::string_view::npos && at != 0) {
    rest = rest.substr(0, at);
  }
  for (size_t part = numbered_part(rest); part != 0 && part < rest.size();
       part = numbered_part(rest)) {
    rest.remove_prefix(part);
  }
  rest = without_digits_behind(rest, "_pass.");
  rest = without_digits_behind(rest, "_lxslice");
  return without_call(rest);
}

bool is_generated_output(std::string_view name) {
  constexpr std::string_view kOutput = "output_";
  if (!name.starts_with(kOutput)) return false;
  const size_t end = name.find('_', kOutput.size());
  if (end == std::string_view::npos || end == kOutput.size()) return false;
  for (size_t i = kOutput.size(); i < end; ++i) {
    if (!is_digit(name[i])) return false;
  }
  return is_digit(name.back());
}

std::string_view output_name(std::string_view name) {
  const size_t last = name.rfind(':');
  if (last == std::string_view::npos || last == 0 || last + 1 == name.size()) return name;
  size_t at = last;
  while (at > 0 && is_digit(name[at - 1])) --at;
  return at == last || at == 0 || name[at - 1] != ':' ? name : name.substr(last + 1);
}

}  // namespace omscope::diff
