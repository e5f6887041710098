#include "omscope/diagnose/soc_table.h"

#include <algorithm>
#include <cctype>

#include "omscope/diagnose/table.h"

namespace omscope::diagnose {
namespace {

std::optional<uint64_t> number(std::string_view cell) {
  const auto value = parse_number(cell);
  return value ? std::optional<uint64_t>(*value) : std::nullopt;
}

Soc soc_from(Row row) {
  Soc soc;
  soc.name = row.cell(0);
  soc.family = row.cell(1);
  soc.arch = row.cell(2);
  soc.aic = row.cell(3);
  soc.ai_cores = number(row.cell(4));
  soc.cube_cores = number(row.cell(5));
  soc.vector_cores = number(row.cell(6));
  soc.ai_cpus = number(row.cell(7));
  soc.memory = number(row.cell(8));
  soc.l2 = number(row.cell(9));
  soc.unified_buffer = number(row.cell(10));
  soc.l1 = number(row.cell(11));
  soc.bf16 = row.cell(15) == "1";
  return soc;
}

/// "Ascend310P3", "310p3" and "ascend310p3" are the same chip.
std::string short_name(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kPrefix = "ascend";
  return lower.starts_with(kPrefix) ? lower.substr(kPrefix.size()) : lower;
}

}  // namespace

std::optional<uint64_t> Soc::most_blocks() const {
  if (!ai_cores) return std::nullopt;
  const bool apart = cube_cores.value_or(0) > 1 && vector_cores.value_or(0) > *ai_cores;
  return apart ? vector_cores : ai_cores;
}

std::vector<Soc> all_socs() {
  std::vector<Soc> socs;
  Table(kSocs).each([&](Row row) {
    socs.push_back(soc_from(row));
    return true;
  });
  return socs;
}

std::optional<Soc> find_soc(std::string_view name) {
  const std::string wanted = short_name(name);
  for (const Soc& soc : all_socs()) {
    if (short_name(soc.name) == wanted) return soc;
  }
  return std::nullopt;
}

std::vector<Soc> socs_of_family(std::string_view family) {
  const std::string wanted = short_name(family);
  std::vector<Soc> found;
  for (const Soc& soc : all_socs()) {
    if (short_name(soc.family) == wanted) found.push_back(soc);
  }
  return found;
}

}  // namespace omscope::diagnose
