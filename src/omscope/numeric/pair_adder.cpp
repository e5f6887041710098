#include <bit>
#include <cmath>

#include "omscope/numeric/blocks.h"
#include "omscope/numeric/instruction_set.h"
#include "omscope/numeric/pair_part.h"

namespace omscope::numeric {
namespace {

PairMoments moments_of(const PairBlock<float>& block, int64_t size, const PairTerms& terms) {
  return kernels_in_use().float_pair_moments(block.run, block.golden, size, terms);
}
PairMoments moments_of(const PairBlock<double>& block, int64_t size, const PairTerms& terms) {
  return kernels_in_use().double_pair_moments(block.run, block.golden, size, terms);
}

PairErrors errors_of(const PairBlock<float>& block, const PairTerms& terms) {
  return kernels_in_use().float_pair_errors(block.run, block.golden, block.size, terms);
}
PairErrors errors_of(const PairBlock<double>& block, const PairTerms& terms) {
  return kernels_in_use().double_pair_errors(block.run, block.golden, block.error, block.size,
                                             terms);
}

JointMoments joint_of(int64_t size, const PairTerms& terms, const PairMoments& m,
                      const PairErrors& e) {
  const auto count = static_cast<double>(size);
  JointMoments joint;
  joint.count = count;
  joint.run_mean = terms.run_shift + m.run_sum / count;
  joint.golden_mean = terms.golden_shift + m.golden_sum / count;
  joint.error_mean = terms.error_shift + e.error_sum / count;
  joint.run_squares = std::max(m.run_squares - m.run_sum * m.run_sum / count, 0.0);
  joint.golden_squares = std::max(m.golden_squares - m.golden_sum * m.golden_sum / count, 0.0);
  joint.error_squares = std::max(e.error_squares - e.error_sum * e.error_sum / count, 0.0);
  joint.run_golden = m.product - m.run_sum * m.golden_sum / count;
  joint.error_golden = e.error_product - e.error_sum * m.golden_sum / count;
  return joint;
}

double relative_at(double error, double golden) {
  return std::abs(error) / std::abs(golden);
}

/// The block is known to have an element whose `measure` is `value`.
template <class T, class Measure>
Extreme find(const PairBlock<T>& block, double value, Measure measure) {
  for (int64_t i = 0; i < block.size; ++i) {
    if (measure(i) == value) {
      return {value, block.index_of(i), block.run_at(i), block.golden_at(i)};
    }
  }
  return {value, block.first, 0, 0};
}

template <class T>
double max_at_zero_golden(const PairBlock<T>& block) {
  double most = 0;
  for (int64_t i = 0; i < block.size; ++i) {
    const double error = std::abs(block.error_at(i));
    most = block.golden_at(i) == 0 && error > most ? error : most;
  }
  return most;
}

/// Elements from `first` on, where they are read as they stand.
ReadNext read_next(const PairSide& side, uint64_t first) {
  const int64_t size = dtype_info(side.dtype).bits / 8;
  if (side.conversion != nullptr || size == 0) return {};
  const auto* bytes = reinterpret_cast<const char*>(side.bytes.data());
  return {bytes + first * static_cast<uint64_t>(size), size};
}

size_t ulp_bin(double ulp) {
  if (ulp == 0) return 0;
  if (ulp <= 1) return 1;
  const auto bits = std::bit_cast<uint64_t>(ulp);
  const auto floor = static_cast<size_t>(bits >> 52U) - 1023;
  const bool is_power = (bits << 12U) == 0;
  return std::min(floor + (is_power ? 1 : 2), kUlpBins - 1);
}

}  // namespace

PairAdder::PairAdder(const PairReader& reader, const PairOptions& options)
    : reader_(reader), options_(options) {
  const DType run = reader.run().dtype;
  const DType golden = reader.golden().dtype;
  if (ulp_grid(run) && ulp_grid(golden)) grid_ = ulp_grid(lower_precision(run, golden));
}

void PairAdder::add(uint64_t first, uint64_t size, PairPart& part) const {
  PairReader::Task task(reader_);
  if (options_.channels > 0 && options_.channels <= kMostChannels) {
    part.channels.resize(options_.channels);
  }
  if (size > kBlockSize) task.expect(first, size);
  for (uint64_t done = 0; done < size; done += kBlockSize) {
    const auto some = static_cast<int64_t>(std::min<uint64_t>(kBlockSize, size - done));
    if (reader_.kind() == PairKind::kFloats) {
      add_block(task.floats(first + done, some), part);
    } else {
      add_block(task.doubles(first + done, some, &part.exact), part);
    }
  }
}

// With the mean of the first n/32 elements, deviations of all exceed those from the true mean
// 32-fold at most.
template <class T>
PairTerms PairAdder::terms_of(const PairBlock<T>& block) const {
  PairTerms terms{};
  terms.run_shift = block.run_at(0);
  terms.golden_shift = block.golden_at(0);
  const int64_t few = std::min(block.size, kBlockSize / 32);
  const PairMoments moments = moments_of(block, few, terms);
  terms.run_shift += moments.run_sum / static_cast<double>(few);
  terms.golden_shift += moments.golden_sum / static_cast<double>(few);
  terms.error_shift = terms.run_shift - terms.golden_shift;
  if (block.error != nullptr) {
    double sum = 0;
    for (int64_t i = 0; i < few; ++i) sum += block.error[i];
    terms.error_shift = sum / static_cast<double>(few);
  }
  const uint64_t next = block.first + static_cast<uint64_t>(block.size);
  terms.run_next = read_next(reader_.run(), next);
  terms.golden_next = read_next(reader_.golden(), next);
  terms.rtol = options_.rtol;
  terms.atol = options_.atol;
  terms.either = options_.rule == ToleranceRule::kEither;
  const UlpGrid grid = grid_.value_or(UlpGrid{});
  terms.ulp_floor = std::ldexp(1.0, grid.least_exponent);
  terms.ulp_half = std::ldexp(1.0, grid.digits - 1);
  return terms;
}

template <class T>
void PairAdder::add_block(const PairBlock<T>& block, PairPart& part) const {
  const PairTerms terms = terms_of(block);
  const PairMoments moments = moments_of(block, block.size, terms);
  // Sums of floats are finite; those of the largest doubles need not be, which the caller sees.
  if (block.all_finite || (std::isfinite(moments.run_sum) && std::isfinite(moments.golden_sum))) {
    add_finite(block, moments, terms, part);
  } else {
    add_mixed(block, part);
  }
}

template <class T>
void PairAdder::add_finite(const PairBlock<T>& block, const PairMoments& moments,
                           const PairTerms& terms, PairPart& part) const {
  PairErrors errors = errors_of(block, terms);
  if (grid_ && grid_->tapered) {
    errors.ulp_sum = 0;
    errors.ulp_max = 0;
    for (int64_t i = 0; i < block.size; ++i) {
      const double ulp = ulp_error(*grid_, block.error_at(i), block.golden_at(i));
      errors.ulp_sum += ulp;
      errors.ulp_max = std::max(errors.ulp_max, ulp);
    }
  }
  part.joint.merge(joint_of(block.size, terms, moments, errors));
  part.run_range.merge({moments.run_min, moments.run_max});
  part.golden_range.merge({moments.golden_min, moments.golden_max});
  part.run.zeros += errors.zero_run;
  part.golden.zeros += errors.zero_golden;
  part.compared += static_cast<uint64_t>(block.size);
  part.differing += errors.differing;
  part.over_tolerance += errors.over_tolerance;
  part.zero_golden += errors.zero_golden;
  part.within_1_permille += errors.within_1_permille;
  part.within_5_permille += errors.within_5_permille;
  part.abs_sum += errors.abs_sum;
  part.rel_sum += errors.rel_sum;
  part.ulp_sum += errors.ulp_sum;
  part.ulp_max = std::max(part.ulp_max, errors.ulp_max);
  const bool is_complex = reader_.kind() == PairKind::kComplex;
  part.norm_product += is_complex ? block.norm_product : errors.norm_product;
  if (errors.zero_golden > 0) {
    part.zero_golden_max = std::max(part.zero_golden_max, max_at_zero_golden(block));
  }
  if (errors.abs_max > part.abs.value) {
    part.abs = find(block, errors.abs_max, [&](int64_t i) { return std::abs(block.error_at(i)); });
  }
  if (errors.rel_max > part.rel.value) {
    part.rel = find(block, errors.rel_max, [&](int64_t i) {
      return block.golden_at(i) == 0 ? 0 : relative_at(block.error_at(i), block.golden_at(i));
    });
  }
  add_requested(block, errors.abs_max, part);
}

template <class T>
void PairAdder::add_mixed(const PairBlock<T>& block, PairPart& part) const {
  std::array<T, kBlockSize> run;
  std::array<T, kBlockSize> golden;
  std::array<double, kBlockSize> error;
  std::array<uint16_t, kBlockSize> place;
  size_t kept = 0;
  for (int64_t i = 0; i < block.size; ++i) {
    const double a = block.run_at(i);
    const double b = block.golden_at(i);
    if (std::isfinite(a) && std::isfinite(b)) {
      run[kept] = static_cast<T>(a);
      golden[kept] = static_cast<T>(b);
      if (block.error != nullptr) error[kept] = block.error[i];
      place[kept++] = static_cast<uint16_t>(i);
      continue;
    }
    part.run.add_alone(a);
    part.golden.add_alone(b);
    const bool both_nan = std::isnan(a) && std::isnan(b);
    const bool parts_differ = reader_.kind() == PairKind::kComplex && std::isnan(block.error[i]);
    if ((a == b || both_nan) && !parts_differ) continue;
    ++part.mismatch;
    ++part.differing;
    ++part.over_tolerance;
    part.worst.add({block.index_of(i), a, b, std::numeric_limits<double>::infinity()},
                   options_.worst);
  }
  if (kept == 0) return;
  PairBlock<T> finite = block;
  finite.run = run.data();
  finite.golden = golden.data();
  finite.error = block.error != nullptr ? error.data() : nullptr;
  finite.size = static_cast<int64_t>(kept);
  finite.place = place.data();
  finite.all_finite = true;
  add_block(finite, part);
}

template <class T>
void PairAdder::add_requested(const PairBlock<T>& block, double abs_max, PairPart& part) const {
  if (options_.worst > 0 && abs_max > part.worst.bar(options_.worst)) {
    for (int64_t i = 0; i < block.size; ++i) {
      const double error = std::abs(block.error_at(i));
      if (error <= part.worst.bar(options_.worst)) continue;
      part.worst.add({block.index_of(i), block.run_at(i), block.golden_at(i), error},
                     options_.worst);
    }
  }
  if (!part.channels.empty()) {
    const uint64_t inner = std::max<uint64_t>(options_.channel_inner, 1);
    for (int64_t i = 0; i < block.size; ++i) {
      ChannelError& channel = part.channels[block.index_of(i) / inner % options_.channels];
      const double error = block.error_at(i);
      channel.squares += error * error;
      channel.count += 1;
    }
  }
  if (options_.ulp_histogram && grid_) {
    for (int64_t i = 0; i < block.size; ++i) {
      ++part.ulp_counts[ulp_bin(ulp_error(*grid_, block.error_at(i), block.golden_at(i)))];
    }
  }
}

PairPart add_up(const PairReader& reader, const PairOptions& options) {
  const PairAdder adder(reader, options);
  return reduce_chunks<PairPart>(
      reader.count(),
      [&](uint64_t first, uint64_t size, PairPart& part) { adder.add(first, size, part); },
      [&](PairPart& part, const PairPart& later) { part.merge(later, options); });
}

}  // namespace omscope::numeric
