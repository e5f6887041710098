#include "support/compare_results.h"

#include <cmath>
#include <limits>
#include <sstream>

namespace omscope::test {

using compare::Pair;
using compare::Status;

const char* const kHostile =
    "=x<script>alert(1)</script>&\"',;|`*_[a](http://"
    "b)@c\n\t\x1b[31m\x01\x7f\xff\xef\xbf\xbf]]>{{rows}}\\";

namespace {

numeric::PairMetrics small_metrics() {
  numeric::PairMetrics metrics;
  metrics.count = 1000;
  metrics.compared = 1000;
  metrics.differing = 400;
  metrics.max_abs_error = 0.000244140625;
  metrics.max_abs_index = 17;
  metrics.max_abs_run = 0.5;
  metrics.max_abs_golden = 0.500244140625;
  metrics.max_rel_error = 0.00048828125;
  metrics.max_rel_index = 3;
  metrics.mean_abs_error = 1e-5;
  metrics.rmse = 2e-5;
  metrics.relative_euclidean_distance = 3e-4;
  metrics.mean_rel_error = 2.5e-4;
  metrics.accumulated_rel_error = 0.25;
  metrics.cosine = 0.99999996;
  metrics.one_minus_cosine = 4.125e-8;
  metrics.scale = 1;
  metrics.offset = 0;
  metrics.ratio_1_permille = 1;
  metrics.ratio_5_permille = 1;
  metrics.ulp_max = 1;
  metrics.ulp_mean = 0.25;
  metrics.run.min = -1;
  metrics.run.max = 1;
  metrics.run.mean = 0.0001;
  metrics.run.std = 0.5;
  metrics.golden = metrics.run;
  return metrics;
}

compare::SideTensor side(const std::string& file, const std::string& dtype) {
  return {file, "output:0", dtype, {1, 10, 10, 10}, "NCHW"};
}

}  // namespace

Pair passing_pair(const std::string& op) {
  Pair pair;
  pair.op = op;
  pair.op_type = "Conv2D";
  pair.tensor = "output:0";
  pair.run = side("run/Conv2D." + op + ".3.2.1709208000001000", "float16");
  pair.golden = side("golden/" + op + ".0.1709208000000000.npy", "float32");
  pair.paired_by = "name";
  pair.status = Status::kPass;
  pair.pattern = {numeric::Pattern::kRounding, "all within 1 ULP of float16"};
  pair.metrics = small_metrics();
  pair.thresholds.rtol = 0.01;
  pair.thresholds.atol = 0.001;
  pair.thresholds.source = "default for float16";
  pair.shape = {1, 10, 10, 10};
  return pair;
}

Pair failing_pair(const std::string& op) {
  Pair pair = passing_pair(op);
  pair.status = Status::kFail;
  pair.reason = "500 of 1 000 values are beyond tolerance";
  pair.pattern = {numeric::Pattern::kBlock, "channels 5 to 9 of 10 are wrong"};
  pair.metrics->relative_euclidean_distance = 0.5;
  pair.metrics->over_tolerance = 500;
  return pair;
}

void sum_up(compare::Result& result) {
  compare::Summary& summary = result.summary;
  summary = {};
  for (const Pair& pair : result.pairs) {
    switch (pair.status) {
      case Status::kPass: ++summary.pass; break;
      case Status::kWarn: ++summary.warn; break;
      case Status::kFail: ++summary.fail; break;
      case Status::kUncomparable: ++summary.uncomparable; break;
    }
  }
  summary.unpaired_run = result.unpaired_run.size();
  summary.unpaired_golden = result.unpaired_golden.size();
  result.verdict = summary.fail > 0                  ? compare::Verdict::kFail
                   : summary.pass + summary.warn > 0 ? compare::Verdict::kPass
                                                     : compare::Verdict::kNone;
}

compare::Result failed_result() {
  compare::Result result;
  result.run = "run";
  result.golden = "golden";
  result.model = "net.om";
  result.pairs = {passing_pair("conv1"), failing_pair("conv2"), passing_pair("relu2")};
  Pair& last = result.pairs.back();
  last.status = Status::kUncomparable;
  last.reason = "run has no complete payload";
  last.pattern = {};
  last.metrics.reset();
  using compare::Absence;
  result.unpaired_run = {{"trans_1", "TransData", side("run/t", "float16"), "has no origin", "",
                          Absence::kByDesign, false}};
  result.unpaired_golden = {{"bias", "", side("golden/b.npy", "float32"), "fused into conv1", "",
                             Absence::kByDesign, false}};
  result.order = compare::Order::kModel;
  compare::FirstDivergence first;
  first.op = "conv2";
  first.op_type = "Conv2D";
  first.tensor = "output:0";
  first.index_in_order = 7;
  first.input_error = 3e-4;
  first.output_error = 0.5;
  first.path = {"conv2", "relu2", "out"};
  result.first_divergence = first;
  result.ranking = {{"conv2", "Conv2D", 0.4997, 3e-4, 0.5}};
  result.policy = {last.thresholds};
  result.policy_names = {"float16"};
  sum_up(result);
  result.why = "1 of 2 pairs fail";
  return result;
}

compare::Result incomplete_result() {
  compare::Result result;
  result.pairs = {passing_pair("a")};
  for (const char* op : {"b", "c"}) {
    result.unpaired_golden.push_back({op, "", side("golden/x.npy", "float32"),
                                      std::string("no tensor of the run is called ") + op,
                                      "no tensor of the run has this name",
                                      compare::Absence::kNoName, false});
  }
  sum_up(result);
  result.summary.missing = 2;
  result.incomplete = true;
  result.advice = "give --model";
  return result;
}

compare::Result hostile_result() {
  compare::Result result = failed_result();
  result.run = result.golden = result.model = result.why = kHostile;
  for (Pair& pair : result.pairs) {
    for (std::string* text : {&pair.op, &pair.op_type, &pair.tensor, &pair.reason, &pair.paired_by,
                              &pair.step, &pair.pattern.evidence, &pair.thresholds.source}) {
      *text = kHostile;
    }
    for (compare::SideTensor* tensor : {&pair.run, &pair.golden}) {
      tensor->file = tensor->tensor = tensor->dtype = tensor->format = kHostile;
    }
    pair.thresholds.bounds = {{kHostile, 1.0}};
  }
  for (auto* list : {&result.unpaired_run, &result.unpaired_golden}) {
    for (compare::Unpaired& each : *list) {
      each.op = each.op_type = each.reason = each.tensor.file = each.tensor.tensor = kHostile;
    }
  }
  numeric::PairMetrics& metrics = *result.pairs[0].metrics;
  metrics.rmse = std::numeric_limits<double>::quiet_NaN();
  metrics.max_abs_error = std::numeric_limits<double>::infinity();
  metrics.run.min = -std::numeric_limits<double>::infinity();
  metrics.count = uint64_t{1} << 60U;
  result.first_divergence->op = result.first_divergence->tensor = kHostile;
  result.first_divergence->path = {kHostile, kHostile};
  result.ranking[0].op = result.ranking[0].op_type = kHostile;
  result.policy[0].source = result.policy_names[0] = kHostile;
  result.policy[0].bounds = {{kHostile, 1.0}};
  result.problems.warning(Code::kBadText, 1, kHostile, kHostile);
  return result;
}

std::string written(void (*write)(std::ostream&, const compare::Result&),
                    const compare::Result& result) {
  std::ostringstream out;
  write(out, result);
  return out.str();
}

}  // namespace omscope::test
