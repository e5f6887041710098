// What the reports say of a comparison as a whole.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/compare_words.h"

namespace omscope::report {
namespace {

bool any_fails(const compare::Result& result) {
  return std::any_of(result.pairs.begin(), result.pairs.end(),
                     [](const auto& pair) { return pair.status == compare::Status::kFail; });
}

std::string beginning(const compare::Result& result) {
  const compare::Pair* pair = starting_pair(result);
  if (pair == nullptr) return {};
  const std::string what = remark(*pair);
  std::string type = pair->op_type.empty() ? "" : fmt::format(" ({})", pair->op_type);
  return fmt::format("; {} {}{} {}{}{}", result.first_divergence ? "it starts at" : "worst is",
                     pair->op, type, pair->tensor, what.empty() ? "" : ": ", what);
}

/// Passes without elements, which no tolerance says anything of.
uint64_t count_empty(const compare::Result& result) {
  return static_cast<uint64_t>(
      std::count_if(result.pairs.begin(), result.pairs.end(), [](const compare::Pair& pair) {
        return pair.status == compare::Status::kPass && !pair.ignored && pair.metrics &&
               pair.metrics->count == 0;
      }));
}

std::string passed(const compare::Result& result) {
  // One whose hash is the same is known to be equal.
  const auto by_sample = [](const compare::Pair& pair) {
    return pair.from_baseline && pair.pattern.pattern != numeric::Pattern::kEqual;
  };
  const auto sampled =
      static_cast<uint64_t>(std::count_if(result.pairs.begin(), result.pairs.end(), by_sample));
  const compare::Summary& summary = result.summary;
  const uint64_t empty = count_empty(result);
  const uint64_t good = summary.pass + summary.warn - std::min(empty, summary.pass);
  std::string text;
  if (good > 0 || empty == 0) {
    text = fmt::format("{} within tolerance",
                       good == 1 ? "1 tensor is" : grouped(good) + " tensors are");
  }
  if (summary.warn > 0) text += fmt::format(", {} with a warning", grouped(summary.warn));
  if (empty > 0) {
    text += fmt::format("{}{} {} no values to compare", text.empty() ? "" : "; ",
                        counted(empty, "empty tensor"), empty == 1 ? "has" : "have");
  }
  if (summary.uncomparable > 0) {
    text += fmt::format("; {} could not be compared", grouped(summary.uncomparable));
  }
  if (sampled > 0) {
    text += fmt::format("; {} by a sample of {} values and {} statistics only",
                        sampled == result.pairs.size() ? "all" : grouped(sampled),
                        sampled == 1 ? "its" : "their", sampled == 1 ? "its" : "their");
  }
  const auto recorded = static_cast<uint64_t>(
      std::count_if(result.pairs.begin(), result.pairs.end(), [](const compare::Pair& pair) {
        return pair.by_statistics && pair.status == compare::Status::kPass;
      }));
  if (recorded > 0) {
    text += fmt::format("; {} by recorded statistics only", grouped(recorded));
  }
  return text;
}

/// "only 3 of 9 golden tensors have a partner; give --model …".
std::string coverage(const compare::Result& result) {
  const compare::Summary& summary = result.summary;
  if (summary.uncomparable > summary.compared()) {
    return fmt::format("only {} of {} could be compared", grouped(summary.compared()),
                       counted(summary.compared() + summary.uncomparable, "pair"));
  }
  return fmt::format("only {} of {} {} a partner{}{}", grouped(summary.paired()),
                     counted(summary.paired() + summary.missing, "golden tensor"),
                     summary.paired() == 1 ? "has" : "have", result.advice.empty() ? "" : "; ",
                     result.advice);
}

std::string failed(const compare::Result& result) {
  std::string text;
  if (any_fails(result)) {
    text = fmt::format("{} of {} {} beyond tolerance{}", grouped(result.summary.fail),
                       counted(result.pairs.size(), "tensor"),
                       result.summary.fail == 1 ? "differs" : "differ", beginning(result));
    if (!result.damaged.empty()) text += "; " + damage_text(result);
  } else if (!result.damaged.empty()) {
    text = damage_text(result) + "; " + passed(result);
  } else {
    text = result.why.empty() ? "the comparison failed" : result.why;
  }
  return text;
}

}  // namespace

std::string verdict_sentence(const compare::Result& result) {
  switch (result.verdict) {
    case compare::Verdict::kPass:
      return result.incomplete ? coverage(result) + "; " + passed(result) : passed(result);
    case compare::Verdict::kNone:
      return "nothing could be compared" + (result.why.empty() ? "" : ": " + result.why);
    case compare::Verdict::kFail: break;
  }
  return failed(result) + (result.incomplete ? "; " + coverage(result) : "");
}

bool is_sampled(const compare::Pair& pair) {
  if (!pair.from_baseline || !pair.metrics) return false;
  if (pair.pattern.pattern == numeric::Pattern::kEqual) return false;  // its hash is the same
  uint64_t all = 1;
  for (const int64_t dim : pair.shape) all *= static_cast<uint64_t>(dim);
  return pair.metrics->count < all;
}

std::string sample_text(const compare::Result& result) {
  uint64_t fewest = 0;
  for (const compare::Pair& pair : result.pairs) {
    if (!is_sampled(pair) || pair.metrics->count == 0) continue;
    fewest = fewest == 0 ? pair.metrics->count : std::min(fewest, pair.metrics->count);
  }
  if (fewest == 0) return {};
  // A fault that all of them miss in one case of 20.
  const double share = 1 - std::pow(0.05, 1 / static_cast<double>(fewest));
  return fmt::format(
      "{} values of a tensor, and statistics of all: a fault in {:.2g} % of the values or more is "
      "found in 19 of 20 cases",
      grouped(fewest), 100 * share);
}

std::string damage_text(const compare::Result& result) {
  if (result.damaged.empty()) return {};
  const size_t more = result.damaged.size() - 1;
  return fmt::format("damaged or unreadable: {}{}", result.damaged.front(),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

Look look_of(const compare::Result& result) {
  switch (result.verdict) {
    case compare::Verdict::kPass: return result.incomplete ? Look::kDoubtful : Look::kGood;
    case compare::Verdict::kFail: return Look::kBad;
    case compare::Verdict::kNone: break;
  }
  return Look::kNothing;
}

std::string_view look_text(Look look) {
  switch (look) {
    case Look::kGood: return "pass";
    case Look::kDoubtful: return "warn";
    case Look::kBad: return "fail";
    case Look::kNothing: break;
  }
  return "nothing compared";
}

std::string_view order_text(compare::Order order) {
  switch (order) {
    case compare::Order::kModel: return "in the order of the model";
    case compare::Order::kTime: return "in the order in which the ops ran";
    case compare::Order::kNames: break;
  }
  return "by name";
}

std::string beginning_text(const compare::Result& result) {
  const compare::FirstDivergence& first = *result.first_divergence;
  const bool by_model = result.order == compare::Order::kModel;
  std::string text = fmt::format(
      "{} {}, {}: ", first.op, first.tensor,
      by_model ? fmt::format("op {} in the order of the model", grouped(first.index_in_order))
               : "the first that is wrong in the order in which the ops ran");
  if (first.input_error) {
    text += fmt::format("its inputs are off by {}, its output by {}",
                        short_number(first.input_error), short_number(first.output_error));
  } else {
    text += "its output is off by " + short_number(first.output_error);
  }
  if (by_model) return text;
  const size_t unseen = result.unpaired_run.size();
  if (unseen > 0) text += fmt::format("; {} without a partner may be wrong before it", unseen);
  return text + "; give --model to go by what feeds it";
}

}  // namespace omscope::report
