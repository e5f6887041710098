#include "omscope/report/compare_csv_cells.h"

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "omscope/formats/dump/file_name.h"

namespace omscope::report {
namespace {

constexpr std::array kAlgorithms = {
    Algorithm{"CosineSimilarity", "cosine"},
    Algorithm{"MaxAbsoluteError", "max_abs_error"},
    Algorithm{"AccumulatedRelativeError", "accumulated_rel_error"},
    Algorithm{"RelativeEuclideanDistance", "relative_euclidean_distance"},
    Algorithm{"KullbackLeiblerDivergence", "kl_divergence"},
    Algorithm{"StandardDeviation", ""},
    Algorithm{"MeanAbsoluteError", "mean_abs_error"},
    Algorithm{"RootMeanSquareError", "rmse"},
    Algorithm{"MaxRelativeError", "max_rel_error"},
    Algorithm{"MeanRelativeError", "mean_rel_error"},
};

}  // namespace

std::span<const Algorithm> algorithms() {
  return kAlgorithms;
}

MetricValue metric_of(const numeric::PairMetrics& metrics, std::string_view key) {
  for (const MetricKey& metric : metric_keys()) {
    if (metric.key == key) return metric.of(metrics);
  }
  return std::monostate{};
}

std::string golden_op(const compare::Pair& pair) {
  const std::string name = std::filesystem::path(pair.golden.file).filename().string();
  const std::string op = dump::parse_file_name(name).place.op;
  return op.empty() ? pair.op : op;
}

std::string tensor_index(const std::string& op, const std::string& tensor) {
  return fmt::format("{}:{}", op, tensor);
}

std::string deviations(const numeric::PairMetrics& metrics, std::string_view none,
                       std::string (*number)(double)) {
  const auto side = [&](const numeric::Moments& of) {
    if (!of.mean || !of.std) return fmt::format("({0};{0})", none);
    return fmt::format("({};{})", number(*of.mean), number(*of.std));
  };
  return side(metrics.run) + "," + side(metrics.golden);
}

}  // namespace omscope::report
