#include "omscope/compare/pairing.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/compare/pairing_calls.h"
#include "omscope/compare/pairing_candidates.h"
#include "omscope/compare/pairing_claims.h"
#include "omscope/compare/pairing_index.h"
#include "omscope/compare/unpaired.h"

namespace omscope::compare {
namespace {

class Pairer {
 public:
  Pairer(const Side& run, const Side& golden, const PairingGuide& guide)
      : run_(run),
        golden_(golden),
        guide_(guide),
        like_(run, golden),
        index_(golden, guide),
        run_calls_(find_calls(run, like_)),
        golden_calls_(find_calls(golden, like_)),
        of_others_(golden.tensors.size(), false) {}

  Pairing pair() {
    const std::string golden_op = only_op(golden_);
    const bool two_files =
        !run_.is_folder() && !golden_.is_folder() && !golden_op.empty() && !only_op(run_).empty();
    for (uint32_t i = 0; i < run_.tensors.size(); ++i) {
      if (run_.tensors[i].set_aside.empty()) {
        pair_one(i, two_files ? golden_op : "");
      } else {
        out_.run.push_back({i, run_.tensors[i].set_aside, false, "", Absence::kByDesign});
      }
    }
    refuse_shared(run_, golden_, guide_, wanted_, out_.pairs);
    if (!run_.is_folder() && !golden_.is_folder()) pair_the_only_ones();
    explain_golden_ones();
    return std::move(out_);
  }

 private:
  /// The op of all tensors of a file; empty: there are several.
  static std::string only_op(const Side& side) {
    std::set<std::string> ops;
    for (const Tensor& tensor : side.tensors) {
      if (tensor.slot.empty() && side.tensors.size() > 1) return {};  // arrays with names
      ops.insert(tensor.op);
    }
    return ops.size() == 1 ? *ops.begin() : std::string();
  }

  void explain_golden_ones() {
    const std::vector<bool> paired = paired_golden();
    const Taken taken(run_, out_.pairs);
    for (uint32_t i = 0; i < golden_.tensors.size(); ++i) {
      if (paired[i]) continue;
      out_.golden.push_back(explain_golden(golden_, i, guide_, taken));
      Alone& alone = out_.golden.back();
      if (contested_.count(i) != 0) {
        alone.reason = "ambiguous: is one of several dumps of the same tensor";
        alone.group.clear();
      } else if (of_others_[i] && alone.absence != Absence::kByDesign) {
        say_not_of(like_.label(golden_.tensors[i]), alone);
      }
    }
  }

  struct Found {
    std::vector<uint32_t> golden;
    Candidate candidate;
    Closeness closeness = Closeness::kExact;
  };

  /// The same for all dumps of one tensor, of which there may be very many.
  struct Known {
    Candidates candidates;
    Found found;
    bool contested = false;   ///< is in contested_
    bool same_tensor = true;  ///< all golden ones are dumps of one tensor
    std::vector<uint32_t> golden_by_call;
  };

  std::vector<uint32_t> alike(uint32_t run, std::vector<uint32_t> golden) {
    const Tensor& tensor = run_.tensors[run];
    std::erase_if(golden, [&](uint32_t each) {
      if (like_.alike(tensor, golden_.tensors[each])) return false;
      of_others_[each] = true;
      return true;
    });
    if (golden.size() < 2) return golden;
    std::vector<uint32_t> same_folder;
    for (const uint32_t each : golden) {
      if (golden_.tensors[each].folder == tensor.folder) same_folder.push_back(each);
    }
    return same_folder.empty() ? golden : same_folder;
  }

  Found look(uint32_t run, const std::vector<Candidate>& candidates) {
    for (const Closeness closeness :
         {Closeness::kExact, Closeness::kFileName, Closeness::kNormalised}) {
      for (const Candidate& each : candidates) {
        if (each.exact_only && closeness != Closeness::kExact) continue;
        auto golden = alike(run, index_.find(each.op, each.slot, closeness));
        if (!golden.empty()) return {std::move(golden), each, closeness};
      }
    }
    return {};
  }

  /// Provenance comes before any name, so each candidate is tried to the end of what files may
  /// make of its name; only what tools add is looked through last.
  Found look_in_order(uint32_t run, const std::vector<Candidate>& candidates) {
    for (const Candidate& each : candidates) {
      for (const Closeness closeness : {Closeness::kExact, Closeness::kFileName}) {
        if (each.exact_only && closeness != Closeness::kExact) continue;
        auto golden = alike(run, index_.find(each.op, each.slot, closeness));
        if (!golden.empty()) return {std::move(golden), each, closeness};
      }
    }
    return look(run, candidates);
  }

  /// Whether golden has the tensor in another step, rank or the like.
  bool has_others(const std::vector<Candidate>& candidates) const {
    return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& each) {
      const auto closeness = each.exact_only ? Closeness::kExact : Closeness::kFileName;
      return !index_.find(each.op, each.slot, closeness).empty();
    });
  }

  static std::string how(const Found& found) {
    const std::string how = found.candidate.how;
    if (found.closeness == Closeness::kNormalised) return "normalised name";
    if (how == "name" && found.closeness == Closeness::kFileName) return "file name";
    return how;
  }

  /// Candidates and what they find; `golden_op` is the same for all.
  Known& know(uint32_t run, const std::string& golden_op) {
    const Tensor& tensor = run_.tensors[run];
    const std::string key =
        fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", tensor.op, tensor.slot, tensor.op_type,
                    tensor.header.origin_op, tensor.header.origin_index, tensor.test_data,
                    like_.key(tensor), tensor.folder);
    const auto [at, is_new] = known_.try_emplace(key);
    Known& known = at->second;
    if (!is_new) return known;
    known.candidates = candidates_of(tensor, guide_);
    if (!golden_op.empty()) {
      const std::string slot = tensor.slot.empty() ? "output:0" : tensor.slot;
      known.candidates.list.push_back({golden_op, slot, "the files named", false});
    }
    known.found = look_in_order(run, known.candidates.list);
    for (const uint32_t each : known.found.golden) {
      known.same_tensor = known.same_tensor &&
                          golden_.tensors[each].op == golden_.tensors[known.found.golden[0]].op;
    }
    known.golden_by_call = known.found.golden;
    std::sort(known.golden_by_call.begin(), known.golden_by_call.end(),
              [&](auto a, auto b) { return golden_calls_[a].number < golden_calls_[b].number; });
    return known;
  }

  void pair_one(uint32_t run, const std::string& golden_op) {
    const Tensor& tensor = run_.tensors[run];
    Known& known = know(run, golden_op);
    const Candidates& candidates = known.candidates;
    const Found& found = known.found;
    if (found.golden.empty()) {
      Alone alone = explain_run(run, candidates, guide_);
      const std::string step = like_.label(tensor);
      if (!step.empty() && has_others(candidates.list)) {
        alone.reason = fmt::format("golden has this tensor, but not of {}", step);
        alone.group = "golden has it, but not of this step, rank or device";
      }
      out_.run.push_back(std::move(alone));
      return;
    }
    PairPlan plan;
    plan.run = run;
    plan.golden = found.golden.front();
    plan.paired_by = how(found);
    plan.op = candidates.op;
    plan.is_model_output = candidates.is_model_output;
    plan.quantised = candidates.quantised;
    plan.step = like_.label(tensor);
    plan.refusal = candidates.ambiguous;
    choose(plan, known);
    wanted_.push_back(found.candidate.op);
    out_.pairs.push_back(std::move(plan));
  }

  std::string files_of(const Side& side, const std::vector<uint32_t>& tensors) const {
    constexpr size_t kMost = 4;
    std::vector<std::string> names;
    for (const uint32_t each : tensors) names.push_back(side.files[side.tensors[each].file].path);
    const size_t more = names.size() > kMost ? names.size() - kMost : 0;
    names.resize(std::min(names.size(), kMost));
    return fmt::format("{}{}", fmt::join(names, ", "),
                       more > 0 ? fmt::format(" and {} more", more) : "");
  }

  /// One partner of several, where time tells which; else the pair is refused.
  void choose(PairPlan& plan, Known& known) {
    const Found& found = known.found;
    const Call call = run_calls_[plan.run];
    const size_t count = found.golden.size();
    if (count == 1 && call.count == 1) return;
    if (!known.contested) contested_.insert(found.golden.begin(), found.golden.end());
    known.contested = true;
    if (!known.same_tensor) {
      std::set<std::string> names;
      for (const uint32_t each : found.golden) names.insert(golden_.tensors[each].op);
      plan.refusal = fmt::format(
          "ambiguous: golden tensors {} are written alike; name the pair in a mapping "
          "file",
          fmt::join(names, " and "));
      return;
    }
    const Call& golden_call = golden_calls_[found.golden[0]];
    const bool as_many = count == call.count && count == golden_call.count;
    if (as_many && call.timed && golden_call.timed) {
      plan.golden = known.golden_by_call[call.number];
      plan.note = fmt::format("dump {} of {} of this tensor, in the order of time", call.number + 1,
                              call.count);
      plan.step += fmt::format("{}call {}", plan.step.empty() ? "" : ", ", call.number + 1);
      return;
    }
    if (call.count > 1) {
      plan.refusal = fmt::format(
          "ambiguous: the run has {} dumps of this tensor and the golden run {}; keep those that "
          "belong together, or name the folder of one step",
          call.count, count);
    } else {
      plan.refusal =
          fmt::format("ambiguous: {} golden dumps of this tensor: {}; keep the right one", count,
                      files_of(golden_, found.golden));
    }
  }

  std::vector<bool> paired_golden() const {
    std::vector<bool> paired(golden_.tensors.size(), false);
    for (const PairPlan& plan : out_.pairs) paired[plan.golden] = true;
    return paired;
  }

  /// Two files with one tensor each that are left: the user named them, so they belong together.
  void pair_the_only_ones() {
    const auto counts = [](const Tensor& tensor) {
      return tensor.set_aside.empty() && !tensor.slot.starts_with("input:");
    };
    std::vector<size_t> left;
    for (size_t i = 0; i < out_.run.size(); ++i) {
      if (counts(run_.tensors[out_.run[i].tensor])) left.push_back(i);
    }
    const std::vector<bool> paired = paired_golden();
    std::vector<uint32_t> golden;
    for (uint32_t i = 0; i < golden_.tensors.size(); ++i) {
      if (!paired[i] && counts(golden_.tensors[i])) golden.push_back(i);
    }
    if (left.size() != 1 || golden.size() != 1 || !out_.pairs.empty()) return;
    PairPlan plan;
    plan.run = out_.run[left[0]].tensor;
    plan.golden = golden[0];
    plan.paired_by = "only tensor";
    const Candidates candidates = candidates_of(run_.tensors[plan.run], guide_);
    plan.op = candidates.op;
    plan.is_model_output = candidates.is_model_output;
    out_.pairs.push_back(std::move(plan));
    out_.run.erase(out_.run.begin() + static_cast<std::ptrdiff_t>(left[0]));
  }

  const Side& run_;
  const Side& golden_;
  const PairingGuide& guide_;
  LikeWithLike like_;
  GoldenIndex index_;
  std::vector<Call> run_calls_;
  std::vector<Call> golden_calls_;
  std::unordered_map<std::string, Known> known_;
  std::vector<bool> of_others_;      ///< golden tensors that the run has of other steps or ranks
  std::set<uint32_t> contested_;     ///< golden tensors of which one of several was to be chosen
  std::vector<std::string> wanted_;  ///< beside out_.pairs: the op that was looked for
  Pairing out_;
};

}  // namespace

Pairing pair_tensors(const Side& run, const Side& golden, const PairingGuide& guide) {
  return Pairer(run, golden, guide).pair();
}

}  // namespace omscope::compare
