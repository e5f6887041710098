#include "omscope/report/diff_words.h"

#include <algorithm>
#include <array>

namespace omscope::report {
namespace {

struct ClassWords {
  diff::Class kind;
  std::string_view name;
  std::string_view heading;
};

/// In the order in which reports show them.
constexpr std::array kClasses = {
    ClassWords{diff::Class::kInterface, "interface", "what to feed and what comes out"},
    ClassWords{diff::Class::kDynamic, "dynamic", "dynamic shapes and gears"},
    ClassWords{diff::Class::kAipp, "aipp", "image preprocessing (AIPP)"},
    ClassWords{diff::Class::kStructure, "structure", "ops and how they are wired"},
    ClassWords{diff::Class::kWeight, "weight", "weights"},
    ClassWords{diff::Class::kAttribute, "attribute", "attributes"},
    ClassWords{diff::Class::kDType, "dtype", "element types"},
    ClassWords{diff::Class::kShape, "shape", "shapes"},
    ClassWords{diff::Class::kTarget, "target", "target chip"},
    ClassWords{diff::Class::kVersion, "version", "versions of the tools"},
    ClassWords{diff::Class::kPrecision, "precision", "precision"},
    ClassWords{diff::Class::kPlacement, "placement", "where ops run"},
    ClassWords{diff::Class::kFusion, "fusion", "fused ops"},
    ClassWords{diff::Class::kLayout, "layout", "layouts"},
    ClassWords{diff::Class::kMemory, "memory", "memory and streams"},
    ClassWords{diff::Class::kKernel, "kernel", "kernels"},
    ClassWords{diff::Class::kTask, "task", "tasks"},
    ClassWords{diff::Class::kNoise, "noise", "build noise"},
};

const ClassWords& words_of(diff::Class kind) {
  return *std::find_if(kClasses.begin(), kClasses.end(),
                       [&](const ClassWords& each) { return each.kind == kind; });
}

}  // namespace

std::string_view to_string(diff::Verdict verdict) {
  switch (verdict) {
    case diff::Verdict::kIdentical: return "identical";
    case diff::Verdict::kEquivalent: return "equivalent";
    case diff::Verdict::kRebuilt: return "rebuilt";
    case diff::Verdict::kInterface: return "interface";
    case diff::Verdict::kDifferent: return "different";
  }
  return "different";
}

std::string_view to_string(diff::Severity severity) {
  switch (severity) {
    case diff::Severity::kNoise: return "noise";
    case diff::Severity::kInfo: return "info";
    case diff::Severity::kWarning: return "warning";
    case diff::Severity::kError: return "error";
  }
  return "error";
}

std::string_view to_string(diff::Class kind) {
  return words_of(kind).name;
}

std::string_view headline(const diff::Result& result) {
  const bool weights = result.weights_proven == diff::Proven::kYes;
  const bool mild =
      result.verdict == diff::Verdict::kEquivalent || result.verdict == diff::Verdict::kRebuilt;
  if (mild && result.network != diff::Proven::kYes) {
    return "the same inputs and outputs; the networks could not be compared";
  }
  switch (result.verdict) {
    case diff::Verdict::kIdentical: return "the same file, nothing to worry about";
    case diff::Verdict::kEquivalent:
      return weights ? "the same model, nothing to worry about"
                     : "the same graph; not all of its weights could be compared";
    case diff::Verdict::kRebuilt:
      if (weights && result.other_architecture) {
        return "the same model, built for another chip; it computes the same, each on its own chip";
      }
      return weights
                 ? "the same model, built in another way; it computes the same"
                 : "the same graph, built in another way; not all of its weights could be compared";
    case diff::Verdict::kInterface:
      return result.network == diff::Proven::kYes
                 ? "the same network, but callers must change: inputs or outputs differ"
                 : "callers must change: inputs or outputs differ";
    case diff::Verdict::kDifferent: return "not the same model, expect other results";
  }
  return {};
}

std::span<const diff::Class> diff_classes() {
  static const auto kAll = [] {
    std::array<diff::Class, kClasses.size()> all{};
    std::transform(kClasses.begin(), kClasses.end(), all.begin(),
                   [](const ClassWords& each) { return each.kind; });
    return all;
  }();
  return kAll;
}

std::string_view heading(diff::Class kind) {
  return words_of(kind).heading;
}

std::string_view to_string(diff::How how) {
  switch (how) {
    case diff::How::kMap: return "map";
    case diff::How::kProvenance: return "provenance";
    case diff::How::kName: return "name";
    case diff::How::kNormalised: return "normalised";
    case diff::How::kConstant: return "constant";
    case diff::How::kStructure: return "structure";
    case diff::How::kNeighbour: return "neighbour";
    case diff::How::kRegion: return "region";
  }
  return "region";
}

std::string_view to_string(diff::Proven proven) {
  switch (proven) {
    case diff::Proven::kYes: return "yes";
    case diff::Proven::kNo: return "no";
    case diff::Proven::kUnknown: return "unknown";
  }
  return "unknown";
}

std::vector<DiffGroup> groups_of(const diff::Result& result) {
  std::vector<DiffGroup> groups;
  for (const diff::Difference& each : result.differences) {
    if (each.severity == diff::Severity::kNoise) continue;
    const auto same = [&](const DiffGroup& group) {
      return group.severity == each.severity && group.kind == each.kind;
    };
    const auto found = std::find_if(groups.begin(), groups.end(), same);
    if (found == groups.end()) {
      groups.push_back({each.severity, each.kind, {&each}});
    } else {
      found->members.push_back(&each);
    }
  }
  std::stable_sort(groups.begin(), groups.end(), [](const DiffGroup& a, const DiffGroup& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    return &words_of(a.kind) < &words_of(b.kind);
  });
  return groups;
}

}  // namespace omscope::report
