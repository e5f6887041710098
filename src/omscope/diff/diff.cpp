#include "omscope/diff/diff.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include <fmt/format.h>
#include <tbb/global_control.h>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"
#include "omscope/diff/verdict.h"

namespace omscope::diff {
namespace {

enum class Family : uint8_t { kGe, kOnnx, kSvp };

Family family_of(Kind kind) {
  if (kind == Kind::kOnnx) return Family::kOnnx;
  return kind == Kind::kOmSvp ? Family::kSvp : Family::kGe;
}

Side side_of(const ir::Model& model) {
  return {model.file->path(), model.kind, as_utf8(model.info.name)};
}

bool same_bytes(const ir::Model& a, const ir::Model& b) {
  const ByteView x = a.range.empty() ? a.file->bytes() : a.range;
  const ByteView y = b.range.empty() ? b.file->bytes() : b.range;
  return as_text(x) == as_text(y) && !x.empty();
}

void add_problems(Result& result, const ir::Model& model) {
  for (const Problem& problem : model.problems.list()) {
    if (problem.severity != omscope::Severity::kInfo) result.problems.push_back(problem);
  }
}

void run_stages(Matching& matching, const Options& options, bool same_family) {
  match_map(matching, options);
  match_ports(matching);
  match_provenance(matching);
  match_names(matching);
  match_constants(matching);
  if (options.weights == WeightMode::kValues) match_values(matching);
  match_neighbours(matching, 0);
  match_structure(matching);
  match_fused(matching);
  // Between dialects ops of other types are the rule, and a place alone proves nothing.
  if (same_family) match_regions(matching);
}

/// An order of two networks that does not depend on which of them is called A.
bool comes_first(const Network& x, const Network& y) {
  const auto key = [](const Node& node) { return std::tuple(node.type, node.name, node.edges); };
  if (x.size() != y.size()) return x.size() < y.size();
  for (uint32_t i = 0; i < x.size(); ++i) {
    if (key(x[i]) != key(y[i])) return key(x[i]) < key(y[i]);
  }
  return true;
}

/// Pairs in the order of A's ops, groups that only B has last.
void put_in_order(std::vector<Group>& groups) {
  const auto first = [](const Group& group) {
    return std::pair(group.a.empty() ? kNone : group.a[0], group.b.empty() ? kNone : group.b[0]);
  };
  std::sort(groups.begin(), groups.end(),
            [&](const Group& x, const Group& y) { return first(x) < first(y); });
}

/// Of a model and itself.
void match_each_with_itself(Matching& matching) {
  for (uint32_t i = 0; i < matching.a.size() && i < matching.b.size(); ++i) {
    matching.pair(i, i, How::kName, 1);
  }
}

/// The same matches whichever of the two models is called A.
void match(Matching& matching, const Options& options, bool same_family) {
  const bool turned = !comes_first(matching.a, matching.b);
  Options own = options;
  if (turned) {
    for (auto& [name_a, name_b] : own.map) std::swap(name_a, name_b);
  }
  Matching found(turned ? matching.b : matching.a, turned ? matching.a : matching.b);
  run_stages(found, own, same_family);
  std::vector<Group> groups = found.groups();
  if (turned) {
    for (Group& group : groups) std::swap(group.a, group.b);
  }
  put_in_order(groups);
  for (Group& group : groups) {
    matching.add(std::move(group.a), std::move(group.b), group.how, group.confidence);
  }
}

/// Names of the map that no op has.
void check_map(Result& result, const Matching& matching, const Options& options) {
  if (options.map.empty()) return;
  const auto names_of = [](const Network& network) {
    std::unordered_set<std::string> names;
    for (uint32_t i = 0; i < network.size(); ++i) names.insert(network.label(i));
    return names;
  };
  const auto check = [&](const auto& names, const std::string& name, char side) {
    if (names.count(name) != 0) return;
    result.problems.push_back({omscope::Severity::kWarning, Code::kBadValue, "--map", std::nullopt,
                               name, fmt::format("no op of {} is called that", side)});
  };
  const auto names_a = names_of(matching.a);
  const auto names_b = names_of(matching.b);
  for (const auto& [name_a, name_b] : options.map) {
    check(names_a, name_a, 'A');
    check(names_b, name_b, 'B');
  }
}

void tell_matches(Result& result, const Matching& matching) {
  result.matches.reserve(matching.groups().size());
  for (const Group& group : matching.groups()) {
    Match told;
    for (const uint32_t node : group.a) told.a.push_back(as_utf8(matching.a.label(node)));
    for (const uint32_t node : group.b) told.b.push_back(as_utf8(matching.b.label(node)));
    told.how = group.is_pair() || group.how == How::kProvenance ? group.how : How::kRegion;
    told.confidence = group.confidence;
    result.matches.push_back(std::move(told));
  }
}

void compare_all(Comparison& c) {
  compare_interface(c);
  if (!c.matching.a.is_empty() && !c.matching.b.is_empty()) {
    compare_structure(c);
    compare_attributes(c);
    compare_tensors(c);
    compare_weights(c);
    compare_coverage(c);
  }
  compare_kernels(c);
  compare_build(c);
}

}  // namespace

Result diff(const ir::Model& a, const ir::Model& b, const Options& options) {
  std::optional<tbb::global_control> limit;
  if (options.threads > 0) {
    limit.emplace(tbb::global_control::max_allowed_parallelism,
                  static_cast<size_t>(options.threads));
  }
  Result result;
  result.compared = true;
  result.a = side_of(a);
  result.b = side_of(b);
  add_problems(result, a);
  add_problems(result, b);
  Kinds kinds;
  const bool json = a.kind == Kind::kAtcJson || b.kind == Kind::kAtcJson;
  const Part part = json ? Part::kDescription : Part::kWhole;
  Network network_a(a, kinds, part);
  Network network_b(b, kinds, part);
  network_a.split_names(network_b);
  network_b.split_names(network_a);
  Matching matching(network_a, network_b);
  const bool same = same_bytes(a, b);
  same ? match_each_with_itself(matching)
       : match(matching, options, family_of(a.kind) == family_of(b.kind));
  check_map(result, matching, options);
  Comparison comparison{a, b, options, matching, result};
  if (json) comparison.parts_left_out = parts_beyond_description(a) || parts_beyond_description(b);
  comparison.same_family = family_of(a.kind) == family_of(b.kind);
  comparison.same_build =
      comparison.same_family && a.kind == b.kind && a.info.atc_version == b.info.atc_version &&
      a.info.opp_version == b.info.opp_version && a.container.version == b.container.version &&
      engines_of(network_a) == engines_of(network_b);
  compare_all(comparison);
  judge(comparison);
  tell_matches(result, matching);
  if (same) {
    result.differences.clear();
    result.noise = 0;
    result.verdict = Verdict::kIdentical;
    result.network = result.weights_proven = Proven::kYes;
    result.gate_passed = true;
    result.sentence = "The files are the same, byte for byte.";
  }
  return result;
}

}  // namespace omscope::diff
