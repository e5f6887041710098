#include "omscope/numeric/pair_blocks.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include "omscope/numeric/blocks.h"
#include "omscope/numeric/instruction_set.h"
#include "omscope/tensor/code_table.h"
#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/decode.h"

namespace omscope::numeric {
namespace {

bool floats_hold(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kFloat16:
    case DType::kBFloat16:
    case DType::kInt16:
    case DType::kUInt16:
    case DType::kQInt16:
    case DType::kQUInt16: return true;
    default: return tensor::code_table(dtype) != nullptr;
  }
}

bool is_wide(DType dtype) {
  return dtype == DType::kInt64 || dtype == DType::kUInt64;
}

bool is_whole(DType dtype) {
  return tensor::is_integer(dtype) || dtype == DType::kBool;
}

const void* floats_of(DType dtype, const StoredElements& stored, int64_t size, float* out) {
  if (dtype == DType::kFloat32) return stored.bytes.data() + stored.offset * sizeof(float);
  const Kernels& kernels = kernels_in_use();
  if (dtype == DType::kFloat16) {
    kernels.half_to_float(stored.bytes.data() + stored.offset * 2, size, out);
  } else if (dtype == DType::kBFloat16) {
    kernels.bfloat16_to_float(stored.bytes.data() + stored.offset * 2, size, out);
  } else {
    tensor::decode(dtype, stored.bytes, stored.offset, std::span(out, static_cast<size_t>(size)));
  }
  return out;
}

Int128 wide_value(DType dtype, int64_t bits) {
  return dtype == DType::kUInt64 ? Int128(static_cast<uint64_t>(bits)) : Int128(bits);
}

/// Long double holds both 64-bit integers and doubles, on x86-64 as on aarch64.
void decode_wide(DType dtype, const StoredElements& stored, std::span<long double> out) {
  static_assert(std::numeric_limits<long double>::digits >= 64);
  constexpr size_t kSome = 256;
  std::array<int64_t, kSome> integers;
  std::array<double, kSome> doubles;
  for (size_t done = 0; done < out.size(); done += kSome) {
    const size_t some = std::min(kSome, out.size() - done);
    if (is_wide(dtype)) {
      tensor::decode_integers(dtype, stored.bytes, stored.offset + done,
                              std::span(integers).first(some));
      for (size_t i = 0; i < some; ++i) {
        out[done + i] = dtype == DType::kUInt64
                            ? static_cast<long double>(static_cast<uint64_t>(integers[i]))
                            : static_cast<long double>(integers[i]);
      }
    } else {
      tensor::decode(dtype, stored.bytes, stored.offset + done, std::span(doubles).first(some));
      for (size_t i = 0; i < some; ++i) out[done + i] = doubles[i];
    }
  }
}

/// Both parts of the same kind: the same infinities, or NaN.
bool same_kind(std::complex<double> a, std::complex<double> b) {
  const auto same = [](double x, double y) {
    if (std::isnan(x) || std::isnan(y)) return std::isnan(x) && std::isnan(y);
    if (std::isinf(x) || std::isinf(y)) return x == y;
    return true;
  };
  return same(a.real(), b.real()) && same(a.imag(), b.imag());
}

}  // namespace

StoredElements SideElements::at(uint64_t first, uint64_t size) {
  if (side_.conversion == nullptr) return {side_.bytes, first};
  if (first < stage_first_ || first + size > stage_first_ + stage_count_) {
    // Codes below a byte start at the first bit of the buffer, whatever `first` is.
    const uint64_t count = std::min(side_.conversion->block(kBlockSize), count_ - first);
    stage_.resize(side_.conversion->bytes_of(count));
    side_.conversion->write(side_.bytes, first, count, stage_);
    stage_first_ = first;
    stage_count_ = count;
  }
  return {stage_, first - stage_first_};
}

void SideElements::expect(uint64_t first, uint64_t size) const {
  if (side_.conversion != nullptr) return;
  const uint64_t bits = dtype_info(side_.dtype).bits;
  const uint64_t begin = first / 8 * bits;  // chunks start at multiples of eight elements
  read_ahead(side_.bytes.subspan(begin, std::min(size * bits / 8, side_.bytes.size() - begin)));
}

PairKind PairReader::kind_of(DType run, DType golden) {
  if (tensor::is_complex(run) || tensor::is_complex(golden)) return PairKind::kComplex;
  if (is_wide(run) || is_wide(golden)) {
    return is_whole(run) && is_whole(golden) ? PairKind::kIntegers : PairKind::kWide;
  }
  return floats_hold(run) && floats_hold(golden) ? PairKind::kFloats : PairKind::kDoubles;
}

void PairReader::Task::expect(uint64_t first, uint64_t size) const {
  run_.expect(first, size);
  golden_.expect(first, size);
}

PairBlock<float> PairReader::Task::floats(uint64_t first, int64_t size) {
  PairBlock<float> block;
  const auto count = static_cast<uint64_t>(size);
  block.run = floats_of(reader_.run_.dtype, run_.at(first, count), size, run_floats_.data());
  block.golden =
      floats_of(reader_.golden_.dtype, golden_.at(first, count), size, golden_floats_.data());
  block.size = size;
  block.first = first;
  return block;
}

void PairReader::Task::subtract_integers(const StoredElements& run, const StoredElements& golden,
                                         uint64_t first, size_t size, ExactErrors* exact) {
  std::array<int64_t, kBlockSize> left;
  std::array<int64_t, kBlockSize> right;
  const DType run_type = reader_.run_.dtype;
  const DType golden_type = reader_.golden_.dtype;
  tensor::decode_integers(run_type, run.bytes, run.offset, std::span(left).first(size));
  tensor::decode_integers(golden_type, golden.bytes, golden.offset, std::span(right).first(size));
  for (size_t i = 0; i < size; ++i) {
    const Int128 error = wide_value(run_type, left[i]) - wide_value(golden_type, right[i]);
    errors_[i] = static_cast<double>(error);
    if (exact == nullptr) continue;
    const auto magnitude = static_cast<UInt128>(error < 0 ? -error : error);
    exact->sum += magnitude;
    if (magnitude > exact->largest) {
      exact->largest = magnitude;
      exact->largest_index = first + i;
      exact->run = run_doubles_[i];
      exact->golden = golden_doubles_[i];
    }
  }
}

void PairReader::Task::subtract_wide(const StoredElements& run, const StoredElements& golden,
                                     size_t size) {
  std::array<long double, kBlockSize> left;
  std::array<long double, kBlockSize> right;
  decode_wide(reader_.run_.dtype, run, std::span(left).first(size));
  decode_wide(reader_.golden_.dtype, golden, std::span(right).first(size));
  for (size_t i = 0; i < size; ++i) {
    errors_[i] = static_cast<double>((left[i] - right[i]) * reader_.error_scale_);
  }
}

double PairReader::Task::subtract_complex(const StoredElements& run, const StoredElements& golden,
                                          size_t size) {
  std::array<std::complex<double>, kBlockSize> left;
  std::array<std::complex<double>, kBlockSize> right;
  tensor::decode_complex(reader_.run_.dtype, run.bytes, run.offset, std::span(left).first(size));
  tensor::decode_complex(reader_.golden_.dtype, golden.bytes, golden.offset,
                         std::span(right).first(size));
  const double scale = reader_.scale_;
  const double more = reader_.error_scale_ / scale;
  double product = 0;
  for (size_t i = 0; i < size; ++i) {
    if (!std::isfinite(run_doubles_[i]) || !std::isfinite(golden_doubles_[i])) {
      errors_[i] = same_kind(left[i], right[i]) ? 0 : std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    const std::complex<double> a = left[i] * scale;
    const std::complex<double> b = right[i] * scale;
    const std::complex<double> d = (a - b) * more;
    errors_[i] = std::abs(d);
    product += d.real() * (a.real() + b.real()) + d.imag() * (a.imag() + b.imag());
  }
  return product;
}

PairBlock<double> PairReader::Task::doubles(uint64_t first, int64_t size, ExactErrors* exact) {
  const auto count = static_cast<size_t>(size);
  PairBlock<double> block;
  const StoredElements run = run_.at(first, count);
  const StoredElements golden = golden_.at(first, count);
  tensor::decode(reader_.run_.dtype, run.bytes, run.offset, std::span(run_doubles_).first(count));
  tensor::decode(reader_.golden_.dtype, golden.bytes, golden.offset,
                 std::span(golden_doubles_).first(count));
  const double scale = reader_.scale_;
  if (scale != 1) {
    for (size_t i = 0; i < count; ++i) run_doubles_[i] *= scale;
    for (size_t i = 0; i < count; ++i) golden_doubles_[i] *= scale;
  }
  switch (reader_.kind_) {
    case PairKind::kIntegers: subtract_integers(run, golden, first, count, exact); break;
    case PairKind::kWide: subtract_wide(run, golden, count); break;
    case PairKind::kComplex: block.norm_product = subtract_complex(run, golden, count); break;
    default: {
      const double more = reader_.error_scale_ / scale;
      for (size_t i = 0; i < count; ++i) errors_[i] = (run_doubles_[i] - golden_doubles_[i]) * more;
    }
  }
  block.run = run_doubles_.data();
  block.golden = golden_doubles_.data();
  block.error = errors_.data();
  block.size = size;
  block.first = first;
  return block;
}

}  // namespace omscope::numeric
