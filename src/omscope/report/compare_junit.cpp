#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/compare_reports.h"
#include "omscope/report/compare_words.h"
#include "omscope/report/markup.h"

namespace omscope::report {
namespace {

using compare::Pair;
using compare::Result;
using compare::Status;

/// Servers take cases of the same class and name for one: those that come again get a number.
class Names {
 public:
  std::string unique(std::string name) {
    const uint64_t seen = ++seen_[name];
    return seen == 1 ? name : fmt::format("{} #{}", name, seen);
  }

 private:
  std::unordered_map<std::string, uint64_t> seen_;
};

std::string summary_line(const Pair& pair) {
  const std::string pattern = looks_like(pair.pattern);
  if (pair.reason.empty()) return pattern;
  return pattern.empty() ? pair.reason : fmt::format("{}; {}", pair.reason, pattern);
}

std::string details(const Pair& pair) {
  std::string text = fmt::format("run: {} {} {} {}\ngolden: {} {} {} {}\n",
                                 markup_text(pair.run.file), markup_text(pair.run.tensor),
                                 markup_text(pair.run.dtype), dims_text(pair.run.shape),
                                 markup_text(pair.golden.file), markup_text(pair.golden.tensor),
                                 markup_text(pair.golden.dtype), dims_text(pair.golden.shape));
  text += fmt::format("tolerance: rtol {} atol {} ({})\n", number_text(pair.thresholds.rtol),
                      number_text(pair.thresholds.atol), markup_text(pair.thresholds.source));
  if (!pair.metrics) return text;
  for (const MetricKey& metric : metric_keys()) {
    const MetricValue value = metric.of(*pair.metrics);
    if (const auto* count = std::get_if<uint64_t>(&value)) {
      text += fmt::format("{}: {}\n", metric.key, *count);
    } else if (const auto* number = std::get_if<double>(&value)) {
      text += fmt::format("{}: {}\n", metric.key, number_text(*number));
    }
  }
  return text;
}

/// A test case for what no tensor of its own says.
enum class Own : uint8_t {
  kNone,
  kFailure,
  kError,    ///< inputs are damaged, or nothing was compared
  kSkipped,  ///< too few were compared
};

Own own_case(const Result& result, uint64_t failed) {
  if (result.verdict == compare::Verdict::kNone || !result.damaged.empty()) return Own::kError;
  if (result.verdict == compare::Verdict::kFail && failed == 0) return Own::kFailure;
  return result.incomplete ? Own::kSkipped : Own::kNone;
}

class Suite {
 public:
  explicit Suite(std::ostream& out) : out_(out) {}

  void pair(const Pair& pair) {
    open(pair.op_type, pair_label(pair));
    const std::string line = markup_text(summary_line(pair));
    switch (pair.status) {
      case Status::kPass: break;
      case Status::kWarn:
        out_ << fmt::format("      <system-out>warning: {}\n{}</system-out>\n", line,
                            details(pair));
        break;
      case Status::kFail:
        out_ << fmt::format("      <failure message=\"{}\" type=\"{}\">{}</failure>\n", line,
                            numeric::to_string(pair.pattern.pattern), details(pair));
        break;
      case Status::kUncomparable:
        out_ << fmt::format("      <skipped message=\"{}\"/>\n", line);
        break;
    }
    close();
  }

  void unpaired(const compare::Unpaired& each, std::string_view side) {
    open(each.op_type, fmt::format("{} {} (only {})", each.op, each.tensor.tensor, side));
    out_ << fmt::format("      <skipped message=\"{}\"/>\n", markup_text(each.reason));
    close();
  }

  /// Where no tensor of its own says that the comparison is no pass.
  void verdict(const Result& result, Own own) {
    open("", own == Own::kError ? "inputs" : own == Own::kSkipped ? "coverage" : "verdict");
    const std::string_view tag = own == Own::kError     ? "error"
                                 : own == Own::kSkipped ? "skipped"
                                                        : "failure";
    out_ << fmt::format("      <{} message=\"{}\"/>\n", tag, markup_text(verdict_sentence(result)));
    close();
  }

 private:
  void open(const std::string& op_type, std::string name) {
    const std::string type = op_type.empty() ? "tensor" : op_type;
    out_ << fmt::format("    <testcase classname=\"omscope.compare.{}\" name=\"{}\" time=\"0\">\n",
                        markup_text(type), markup_text(names_.unique(std::move(name))));
  }
  void close() { out_ << "    </testcase>\n"; }

  std::ostream& out_;
  Names names_;
};

}  // namespace

void write_compare_junit(std::ostream& out, const Result& result) {
  const auto count = [&](Status status) {
    return static_cast<uint64_t>(
        std::count_if(result.pairs.begin(), result.pairs.end(),
                      [&](const Pair& pair) { return pair.status == status; }));
  };
  const uint64_t failed = count(Status::kFail);
  const Own own = own_case(result, failed);
  const auto one_if = [&](Own each) { return uint64_t{own == each ? 1U : 0U}; };
  const uint64_t unpaired = result.unpaired_golden.size() + result.unpaired_run.size();
  const std::string counts = fmt::format(
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"",
      result.pairs.size() + unpaired + 1 - one_if(Own::kNone), failed + one_if(Own::kFailure),
      one_if(Own::kError), count(Status::kUncomparable) + unpaired + one_if(Own::kSkipped));
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      << fmt::format("<testsuites name=\"omscope compare\" {}>\n", counts)
      << fmt::format("  <testsuite name=\"{} against {}\" {}>\n", markup_text(result.run),
                     markup_text(result.golden), counts);
  Suite suite(out);
  if (own != Own::kNone) suite.verdict(result, own);
  for (const Pair& pair : result.pairs) suite.pair(pair);
  for (const compare::Unpaired& each : result.unpaired_golden) suite.unpaired(each, "golden");
  for (const compare::Unpaired& each : result.unpaired_run) suite.unpaired(each, "run");
  out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace omscope::report
