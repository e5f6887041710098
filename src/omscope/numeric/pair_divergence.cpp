// The Kullback-Leibler divergence of run from golden, both made distributions as msaccucmp does:
// each scaled to [0, 1] by its own minimum and maximum (left alone where these are the same),
// clamped below, divided by its sum. That makes it blind for scale and shift.

#include <cmath>

#include "omscope/numeric/blocks.h"
#include "omscope/numeric/instruction_set.h"
#include "omscope/numeric/pair_part.h"

namespace omscope::numeric {
namespace {

constexpr double kLeastShare = 0x1p-23;  ///< the epsilon of float
constexpr double kDoubleEpsilon = 0x1p-52;

struct Scaling {
  double min;
  double factor;
};

Scaling scaling_of(const ValueRange& range) {
  const double width = range.largest - range.least;
  return width > 0 ? Scaling{range.least, 1 / width} : Scaling{0, 1};
}

void add(const KlSums& more, KlSums& sums) {
  sums.run += more.run;
  sums.excess += more.excess;
  sums.divergence += more.divergence;
}

/// Without the elements that are not finite.
KlSums sums_of(const PairBlock<double>& block, bool all_finite, const KlTerms& terms) {
  const Kernels& kernels = kernels_in_use();
  const auto* run = static_cast<const double*>(block.run);
  const auto* golden = static_cast<const double*>(block.golden);
  if (all_finite) return kernels.kl_sums(run, golden, block.size, terms);
  std::array<double, kBlockSize> finite_run;
  std::array<double, kBlockSize> finite_golden;
  size_t kept = 0;
  for (int64_t i = 0; i < block.size; ++i) {
    finite_run[kept] = run[i];
    finite_golden[kept] = golden[i];
    kept += std::isfinite(run[i]) && std::isfinite(golden[i]) ? 1 : 0;
  }
  return kernels.kl_sums(finite_run.data(), finite_golden.data(), static_cast<int64_t>(kept),
                         terms);
}

}  // namespace

void add_divergence(const PairReader& reader, const PairPart& part, PairMetrics& metrics) {
  if (part.compared == 0 || reader.kind() == PairKind::kComplex) return;
  const Scaling run = scaling_of(part.run_range);
  const Scaling golden = scaling_of(part.golden_range);
  const KlTerms terms{run.min, run.factor, golden.min, golden.factor, kLeastShare};
  const bool all_finite = part.compared == reader.count();
  const auto sums = reduce_chunks<KlSums>(
      reader.count(),
      [&](uint64_t first, uint64_t size, KlSums& chunk) {
        PairReader::Task task(reader);
        if (size > kBlockSize) task.expect(first, size);
        for (uint64_t done = 0; done < size; done += kBlockSize) {
          const auto some = static_cast<int64_t>(std::min<uint64_t>(kBlockSize, size - done));
          add(sums_of(task.doubles(first + done, some), all_finite, terms), chunk);
        }
      },
      [](KlSums& chunk, const KlSums& later) { add(later, chunk); });
  // With p = P / ΣP and q = Q / ΣQ, Σ p ln(p/q) is ΣP ln(P/Q) / ΣP + ln(ΣQ/ΣP). Both parts are
  // taken without the first-order terms, which are equal and opposite.
  const double excess = sums.excess / sums.run;
  const double divergence = sums.divergence / sums.run + (std::log1p(excess) - excess);
  if (!std::isfinite(divergence)) return;
  metrics.kl_divergence = std::max(divergence, 0.0);
  if (all_finite) {
    metrics.msaccucmp_kl = divergence < kDoubleEpsilon ? 0 : divergence;
  }
}

}  // namespace omscope::numeric
