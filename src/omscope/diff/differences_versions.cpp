// Chip, tools and formats, and which mixtures of them a device refuses.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/deployment.h"
#include "omscope/diff/differences.h"

namespace omscope::diff {
namespace {

void compare_text(Comparison& c, Severity severity, Class kind, std::string_view subject,
                  std::string_view a, std::string_view b, std::string_view why) {
  if (a == b || c.left_out(a.empty(), b.empty())) return;
  c.add(severity, kind, std::string(subject), said(a), said(b), std::string(why));
}

std::string version_text(const ir::Model& model) {
  return model.container.version ? fmt::format("{:#x}", *model.container.version) : std::string();
}

/// What a runtime does with the other chip's model depends on the architecture alone.
void compare_chip(Comparison& c) {
  const std::string_view a = c.a.info.soc_version;
  const std::string_view b = c.b.info.soc_version;
  if (a == b || c.left_out(a.empty(), b.empty())) return;
  if (a.empty() || b.empty()) {
    c.add(Severity::kInfo, Class::kTarget, "soc_version", said(a), said(b),
          "only one of the files names its chip");
    return;
  }
  const uint32_t x = architecture_of(a);
  const uint32_t y = architecture_of(b);
  if (x != 0 && x == y) {
    c.add(Severity::kWarning, Class::kTarget, "soc_version", said(a), said(b),
          "another chip of the same architecture: it loads on either, but a chip with fewer cores "
          "may refuse to run it");
    return;
  }
  c.result.other_architecture = true;
  c.add(
      Severity::kWarning, Class::kTarget, "soc_version", said(a), said(b),
      x != 0 && y != 0
          ? "chips of different architectures: the device of one refuses the other's model (E10001)"
          : "built for another chip: a device loads only models of its own architecture");
}

void compare_compilers(Comparison& c) {
  const std::string_view a = c.a.info.atc_version;
  const std::string_view b = c.b.info.atc_version;
  if (a == b || c.left_out(a.empty(), b.empty())) return;
  const auto named = [](std::string_view version) {
    return version.empty() ? std::nullopt : std::optional(as_utf8(with_product(version)));
  };
  const auto newer = is_newer(a, b);
  if (newer && *newer) {
    c.add(Severity::kWarning, Class::kVersion, "atc_version", named(a), named(b),
          "a device whose CANN is older than B's compiler may refuse B, though it runs A");
  } else {
    c.add(Severity::kInfo, Class::kVersion, "atc_version", named(a), named(b),
          newer ? "an older compiler; newer runtimes load what it makes"
                : "built by another version of the compiler");
  }
}

/// Entries of `sub_memory_info` have three numbers in older compilers, four in newer ones.
std::optional<size_t> memory_info_width(const ir::Model& model) {
  const auto info = ir::get<ir::List<ir::List<int64_t>>>(model.attrs, "sub_memory_info");
  return info && !info->empty() ? std::optional(info->front().size()) : std::nullopt;
}

void compare_memory_info(Comparison& c) {
  const auto a = memory_info_width(c.a);
  const auto b = memory_info_width(c.b);
  if (a == b || c.left_out(!a, !b)) return;
  const bool b_needs_newer = b && *b > 3 && (!a || *a <= 3);
  const auto text = [](std::optional<size_t> width) {
    return width ? std::optional(fmt::format("{} numbers an entry", *width)) : std::nullopt;
  };
  c.add(b_needs_newer ? Severity::kWarning : Severity::kInfo, Class::kVersion, "sub_memory_info",
        text(a), text(b),
        "a runtime of CANN 8.0.RC1 refuses four numbers an entry (expect 3 actual 4, 500002)");
}

/// Without shapes fixed at build time, tiling comes from the operator package of the device, which
/// must then be exactly the one of the build.
bool tiles_at_run_time(const ir::Model& model) {
  const bool carries_host_code =
      std::any_of(model.container.partitions.begin(), model.container.partitions.end(),
                  [](const ir::Partition& part) { return part.type_name == "SO_BINS"; });
  return !carries_host_code && model.dynamic.kind == ir::DynamicKind::kRange;
}

void compare_operators(Comparison& c) {
  const std::string_view a = c.a.info.opp_version;
  const std::string_view b = c.b.info.opp_version;
  if (a == b || c.left_out(a.empty(), b.empty())) return;
  const bool exact = tiles_at_run_time(c.b) && !b.empty();
  c.add(exact ? Severity::kWarning : Severity::kInfo, Class::kVersion, "opp_version", said(a),
        said(b),
        exact ? "B has open shapes: a device takes it only with exactly this operator package"
              : "another operator package");
}

/// A model that carries host libraries runs only on hosts of their kind.
void compare_hosts(Comparison& c) {
  for (const std::string_view key : {"host_env_os", "host_env_cpu"}) {
    const std::string_view a = ir::get_text(c.a.attrs, key);
    const std::string_view b = ir::get_text(c.b.attrs, key);
    if (a == b || c.left_out(a.empty(), b.empty())) continue;
    c.add(b.empty() ? Severity::kInfo : Severity::kWarning, Class::kVersion, std::string(key),
          said(a), said(b), "libraries inside of a model load on this kind of host only");
  }
}

void compare_opsets(Comparison& c) {
  std::map<std::string_view, int64_t> a;
  std::map<std::string_view, int64_t> b;
  for (const auto& opset : c.a.info.opsets) a[opset.domain] = opset.version;
  for (const auto& opset : c.b.info.opsets) b[opset.domain] = opset.version;
  if (!c.same_family || a == b) return;
  const auto text = [](const auto& opsets) {
    std::string all;
    for (const auto& [domain, version] : opsets) {
      all += fmt::format("{}{} {}", all.empty() ? "" : ", ",
                         domain.empty() ? "ai.onnx" : as_utf8(domain), version);
    }
    return all;
  };
  c.add(Severity::kWarning, Class::kVersion, "opsets", text(a), text(b),
        "ops may be defined differently");
}

}  // namespace

void compare_versions(Comparison& c) {
  if (!c.same_family) return;
  const ir::ModelInfo& a = c.a.info;
  const ir::ModelInfo& b = c.b.info;
  compare_chip(c);
  compare_compilers(c);
  compare_operators(c);
  compare_hosts(c);
  compare_memory_info(c);
  compare_text(c, Severity::kInfo, Class::kVersion, "kernel compiler", a.compiler_date,
               b.compiler_date, "another compiler made the kernels");
  compare_text(c, Severity::kInfo, Class::kVersion, "framework", a.framework, b.framework,
               "the source model came from another framework");
  compare_text(c, Severity::kInfo, Class::kVersion, "producer", a.producer, b.producer,
               "written by another tool");
  compare_number(c, Class::kVersion, "om_ir_version", a.om_ir_version, b.om_ir_version,
                 "another version of the graph format");
  compare_number(c, Class::kVersion, "ir_version", a.ir_version, b.ir_version,
                 "another version of the ONNX format");
  if (c.a.kind == c.b.kind) {
    compare_text(c, Severity::kInfo, Class::kVersion, "container version", version_text(c.a),
                 version_text(c.b), "another version of the file format");
  }
  compare_opsets(c);
}

}  // namespace omscope::diff
