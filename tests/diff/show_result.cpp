#include "diff/show_result.h"

#include <algorithm>

#include <fmt/format.h>

#include "support/files.h"

namespace omscope::test {
namespace {

constexpr std::string_view kClassNames[] = {
    "interface", "dtype",     "precision", "shape",   "layout", "structure",
    "fusion",    "attribute", "weight",    "version", "target", "placement",
    "aipp",      "dynamic",   "memory",    "kernel",  "task",   "noise"};
constexpr std::string_view kSeverities[] = {"noise", "info", "warning", "error"};

}  // namespace

std::string_view name_of(diff::Verdict verdict) {
  constexpr std::string_view kNames[] = {"identical", "equivalent", "rebuilt", "interface",
                                         "different"};
  return kNames[static_cast<size_t>(verdict)];
}

std::string shown(const diff::Result& r) {
  std::string text = fmt::format(
      "{}: {}\nmatches {}, left {} / {}, weights equal {} rounded {} different {} unmatched {}, "
      "noise {}\n",
      name_of(r.verdict), r.sentence, r.matches.size(), r.unmatched_a.size(), r.unmatched_b.size(),
      r.weights.equal.count, r.weights.equal_after_rounding.count, r.weights.different.count,
      r.weights.unmatched.count, r.noise);
  if (r.coverage) {
    text +=
        fmt::format("coverage {} of {}, folded {}, missing {}\n", r.coverage->covered,
                    r.coverage->onnx_nodes, r.coverage->folded.size(), r.coverage->missing.size());
  }
  size_t told = 0;
  for (const diff::Difference& d : r.differences) {
    if (++told > 40) return text + "…\n";
    text +=
        fmt::format("  {} {} | {} | {} -> {} | {}\n", kSeverities[static_cast<size_t>(d.severity)],
                    kClassNames[static_cast<size_t>(d.kind)], d.subject, d.a.value_or("-"),
                    d.b.value_or("-"), d.why);
  }
  told = 0;
  for (const auto* list : {&r.unmatched_a, &r.unmatched_b}) {
    for (const diff::Unmatched& left : *list) {
      if (++told > 30) return text + "…\n";
      text += fmt::format("  left {}: {} ({})\n", list == &r.unmatched_a ? "a" : "b", left.op,
                          left.why);
    }
  }
  return text;
}

diff::Result diff_files(const std::string& a, const std::string& b, const diff::Options& options) {
  const auto x = read_model(a);
  const auto y = read_model(b);
  if (!x.ok() || !y.ok()) return {};
  return diff::diff(*x->model, *y->model, options);
}

std::unique_ptr<ir::Model> model_of(const std::string& bytes) {
  return std::move(read(bytes).model);
}

diff::Result diff_bytes(const std::string& a, const std::string& b, const diff::Options& options) {
  return diff::diff(*model_of(a), *model_of(b), options);
}

size_t count_of(const diff::Result& result, diff::Class kind) {
  return static_cast<size_t>(
      std::count_if(result.differences.begin(), result.differences.end(),
                    [&](const diff::Difference& d) { return d.kind == kind; }));
}

}  // namespace omscope::test
