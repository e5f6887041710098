// Machine code, by what it is and not by its name.
#include <map>
#include <set>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"
#include "omscope/formats/kernelmeta/elf_facts.h"

namespace omscope::diff {
namespace {

struct CodeOf {
  std::string_view name;
  uint64_t count = 0;
};

/// Kernels by their executable sections; other binaries by all of their bytes.
std::map<std::string, CodeOf> kernels_by_code(const ir::Model& model) {
  std::map<std::string, CodeOf> kernels;
  for (const ir::Kernel& kernel : model.kernels) {
    std::string code;
    if (const auto elf = kernelmeta::read_elf(kernel.binary); elf && !elf->code.empty()) {
      for (const ByteView part : elf->code) code += as_text(part);
    } else {
      code = as_text(kernel.binary);
    }
    const std::string key = fmt::format("{:016x}{:x}", std::hash<std::string>()(code), code.size());
    CodeOf& entry = kernels[key];
    if (entry.count++ == 0) entry.name = kernel.name;
  }
  return kernels;
}

}  // namespace

void compare_kernels(Comparison& c) {
  if (c.a.kernels.empty() && c.b.kernels.empty()) return;
  if (c.left_out(c.a.kernels.empty(), c.b.kernels.empty())) return;
  const auto a = kernels_by_code(c.a);
  const auto b = kernels_by_code(c.b);
  std::vector<std::string_view> only_a;
  std::vector<std::string_view> only_b;
  for (const auto& [code, kernel] : a) {
    if (b.count(code) == 0) only_a.push_back(kernel.name);
  }
  for (const auto& [code, kernel] : b) {
    if (a.count(code) == 0) only_b.push_back(kernel.name);
  }
  if (only_a.empty() && only_b.empty()) return;
  const auto text = [](const std::vector<std::string_view>& names, size_t all) {
    std::string said = fmt::format("{} of {}", names.size(), all);
    if (names.size() == 1) said += fmt::format(": {}", as_utf8(names[0]));
    return said;
  };
  std::string why = "machine code that the other side does not have";
  if (c.a.info.compiler_date != c.b.info.compiler_date) {
    why += fmt::format("; the kernels' compiler is of {} and {}", c.a.info.compiler_date,
                       c.b.info.compiler_date);
  }
  c.add(Severity::kInfo, Class::kKernel, "kernels", text(only_a, a.size()), text(only_b, b.size()),
        std::move(why));
}

}  // namespace omscope::diff
