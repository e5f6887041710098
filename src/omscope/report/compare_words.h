// Words, numbers and orders that the reports of a comparison share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "omscope/compare/result.h"
#include "omscope/compare/where_it_starts.h"

namespace omscope::report {

/// A count, a number, or nothing where a metric is not defined for the pair.
using MetricValue = std::variant<std::monostate, uint64_t, double>;

struct MetricKey {
  std::string_view key;  ///< as scripts know it
  MetricValue (*of)(const numeric::PairMetrics& metrics);
};

/// Every metric that is one number, in the order of the documentation.
std::span<const MetricKey> metric_keys();

/// Failed ones, warnings, those that could not be compared, passes; in each the largest error
/// first.
std::vector<const compare::Pair*> worst_first(const compare::Result& result);

/// The pair in which the trouble starts: the first divergence, else the worst one that fails.
const compare::Pair* starting_pair(const compare::Result& result);

/// "channels 16 to 31 are wrong (block)"; empty where nothing is known.
std::string looks_like(const numeric::PatternFinding& finding);

/// Whether its pattern says what there is to say of it.
bool has_pattern(const compare::Pair& pair);

/// What a pair looks like: its pattern, else where its largest error is, else why it is no pass.
/// Empty for a pass of which there is nothing to say.
std::string remark(const compare::Pair& pair);

/// How many of its elements are beyond tolerance, of how many; nothing where that is not what made
/// it fail, or nothing was compared.
struct Share {
  uint64_t part = 0;
  uint64_t whole = 0;
};
std::optional<Share> beyond_tolerance(const compare::Pair& pair);

/// How the whole looks: a pass of few tensors is none to rely on.
enum class Look : uint8_t { kGood, kDoubtful, kBad, kNothing };
Look look_of(const compare::Result& result);
/// "pass", "warn", "fail", "nothing compared".
std::string_view look_text(Look look);

/// "in the order of the model", "in the order in which the ops ran", "by name".
std::string_view order_text(compare::Order order);

/// Where it starts and by how much: "conv1 output:0, op 15 in the order of the model: its inputs
/// are off by 0.0005, its output by 0.7".
std::string beginning_text(const compare::Result& result);

/// Whether all is well, where it starts and what it looks like. Names in it are as found in files.
std::string verdict_sentence(const compare::Result& result);

/// "damaged or unreadable: FILE"; empty: nothing is.
std::string damage_text(const compare::Result& result);

/// Whether a baseline kept some of its values only.
bool is_sampled(const compare::Pair& pair);

/// What fault is found in spite of the samples of a baseline; empty: there are none.
std::string sample_text(const compare::Result& result);

/// "6 pass, 3 fail".
std::string tally(const compare::Summary& summary);

/// "conv1 output:0", behind the step where there are several.
std::string pair_label(const compare::Pair& pair);

/// "[1,16,32,32]".
std::string dims_text(const std::vector<int64_t>& dims);

/// Four significant digits: "0.9983", "1.234e-07", "inf".
std::string short_number(double value);
std::string short_number(const std::optional<double>& value);

/// "37 of 1 024 (3.6 %)".
std::string share_text(uint64_t part, uint64_t whole);
/// "3.6 %"; neither 0 nor 100 unless it is none or all.
std::string percent_text(uint64_t part, uint64_t whole);

/// Unpaired tensors by why they are, the most frequent reason first.
struct UnpairedGroup {
  std::string_view reason;  ///< without names where there are several
  std::vector<const compare::Unpaired*> members;
};
std::vector<UnpairedGroup> by_reason(const std::vector<compare::Unpaired>& unpaired);

}  // namespace omscope::report
