#include "omscope/numeric/pattern.h"

#include <array>

#include <fmt/format.h>

#include "omscope/core/told_apart.h"
#include "omscope/numeric/pattern_input.h"
#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

constexpr std::array<std::string_view, 16> kNames = {
    "none",      "equal",     "rounding",  "scale",      "shift",  "scale and shift",
    "sign flip", "zeros",     "constant",  "transposed", "layout", "slice",
    "block",     "saturated", "denormals", "non-finite"};

std::string constant_text(const PairMetrics& metrics) {
  const Moments& golden = metrics.golden;
  const double least = golden.min.value_or(0);
  const double largest = golden.max.value_or(0);
  const auto text = told_apart({*metrics.run.min, least, largest});
  const std::string run = fmt::format("all {} elements of run are {}", metrics.count, text[0]);
  if (least == largest && golden.nan + golden.pos_inf + golden.neg_inf == 0) {
    return fmt::format("{}, those of golden {}", run, text[1]);
  }
  return fmt::format("{}; golden goes from {} to {}", run, text[1], text[2]);
}

/// What the counts say, without another look at the elements.
PatternFinding find_plain(const PatternInput& input) {
  const PairMetrics& metrics = input.metrics;
  const Moments& run = metrics.run;
  const uint64_t not_finite = run.nan + run.pos_inf + run.neg_inf;
  if (metrics.golden.nan == metrics.count && run.nan == 0) {
    return {Pattern::kNonFinite,
            fmt::format("all {} elements of golden are NaN, none of run", metrics.count)};
  }
  if (run.zeros == metrics.count) {
    return {Pattern::kZeros, fmt::format("all {} elements of run are 0; of golden, {} are",
                                         metrics.count, metrics.golden.zeros)};
  }
  if (run.nan == metrics.count) {
    return {Pattern::kNonFinite, fmt::format("all {} elements of run are NaN", metrics.count)};
  }
  // Of complex numbers only the magnitude is known, of integers beyond 2^53 not the last digits.
  const bool is_exact = input.reader.kind() == PairKind::kFloats ||
                        input.reader.kind() == PairKind::kDoubles ||
                        std::abs(run.min.value_or(0)) < 0x1p53;
  const bool is_real = input.reader.kind() != PairKind::kComplex;
  if (metrics.count > 1 && not_finite == 0 && run.min == run.max && is_real && is_exact) {
    return {Pattern::kConstant, constant_text(metrics)};
  }
  if (metrics.nonfinite_mismatch == 0 && metrics.ulp_max && *metrics.ulp_max <= 1) {
    const DType type = lower_precision(input.reader.run().dtype, input.reader.golden().dtype);
    return {Pattern::kRounding,
            fmt::format("all {} elements within {} ULP of {}, {} on average", metrics.compared,
                        number_text(*metrics.ulp_max), to_string(type),
                        number_text(metrics.ulp_mean.value_or(0)))};
  }
  return {};
}

}  // namespace

std::string_view to_string(Pattern pattern) {
  return kNames.at(static_cast<size_t>(pattern));
}

std::string number_text(double value) {
  return fmt::format("{:.9g}", value);
}

double ElementReader::at(uint64_t index) {
  double value = 0;
  if (side_.conversion == nullptr) {
    tensor::decode(side_.dtype, side_.bytes, index, std::span(&value, 1));
    return value;
  }
  // Codes below a byte: eight of them are whole bytes.
  constexpr uint64_t kPiece = 8;
  std::array<std::byte, kPiece * 16> piece;
  const uint64_t from = index / kPiece * kPiece;
  side_.conversion->write(side_.bytes, from, std::min(kPiece, count_ - from), piece);
  tensor::decode(side_.dtype, piece, index - from, std::span(&value, 1));
  return value;
}

PatternFinding find_pattern(const PairSide& run, const PairSide& golden,
                            std::span<const int64_t> shape, const PairMetrics& metrics,
                            const PairOptions& options) {
  if (metrics.equal()) {
    return {Pattern::kEqual, fmt::format("all {} elements are equal", metrics.count)};
  }
  const PairReader reader(run, golden, metrics.count);
  Closeness is_close{options.rtol, options.atol, options.rule == ToleranceRule::kEither, {}};
  if (ulp_grid(run.dtype) && ulp_grid(golden.dtype)) {
    is_close.grid = ulp_grid(lower_precision(run.dtype, golden.dtype));
  }
  const PatternInput input{reader, shape, metrics, is_close};
  PatternFinding finding = find_plain(input);
  if (finding.pattern != Pattern::kNone || reader.kind() == PairKind::kComplex) return finding;
  for (const auto find : {find_fit, find_fault, find_order}) {
    finding = find(input);
    if (finding.pattern != Pattern::kNone) return finding;
  }
  return {};
}

}  // namespace omscope::numeric
