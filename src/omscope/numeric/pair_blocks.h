// Two tensors side by side, a block of decoded elements at a time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "omscope/numeric/kernels/kernels.h"
#include "omscope/numeric/pair.h"

namespace omscope::numeric {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

/// How the elements of a pair are decoded.
enum class PairKind : uint8_t {
  kFloats,    ///< floats hold the elements of both sides exactly
  kDoubles,   ///< doubles do
  kIntegers,  ///< at least one side has integers of 64 bits, both are integers
  kWide,      ///< one side has integers of 64 bits, the other floating-point numbers
  kComplex,   ///< at least one side is complex: elements are magnitudes
};

/// Densely packed elements in order, of which those from `offset` on are wanted.
struct StoredElements {
  ByteView bytes;
  uint64_t offset = 0;
};

/// Elements of one side in order; undoes its layout piece by piece. One for each task.
class SideElements {
 public:
  explicit SideElements(const PairSide& side, uint64_t count) : side_(side), count_(count) {}

  /// Elements [first, first + size) in order, valid until the next call.
  StoredElements at(uint64_t first, uint64_t size);
  /// [first, first + size) is read next.
  void expect(uint64_t first, uint64_t size) const;

 private:
  const PairSide& side_;
  uint64_t count_;
  std::vector<std::byte> stage_;
  uint64_t stage_first_ = 0;
  uint64_t stage_count_ = 0;
};

/// Both sides of elements [first, first + size), size <= kBlockSize.
template <class T>
struct PairBlock {
  const void* run = nullptr;  ///< of T, at any address
  const void* golden = nullptr;
  const double* error = nullptr;  ///< null for floats: it is the difference
  int64_t size = 0;
  uint64_t first = 0;
  const uint16_t* place = nullptr;  ///< of each element in the block; null: all are there
  bool all_finite = false;          ///< known
  double norm_product = 0;          ///< of complex numbers: Σ Re (d conj(run + golden))

  double run_at(int64_t i) const { return value(run, i); }
  double golden_at(int64_t i) const { return value(golden, i); }
  double error_at(int64_t i) const {
    return error != nullptr ? error[i] : run_at(i) - golden_at(i);
  }
  uint64_t index_of(int64_t i) const {
    return first + (place != nullptr ? place[i] : static_cast<uint64_t>(i));
  }

 private:
  static double value(const void* at, int64_t i) {
    return static_cast<double>(
        load_le<T>(static_cast<const std::byte*>(at) + static_cast<size_t>(i) * sizeof(T)));
  }
};

/// Exact results of integers, whose differences doubles may not hold.
struct ExactErrors {
  UInt128 sum = 0;
  UInt128 largest = 0;
  uint64_t largest_index = 0;
  double run = 0;  ///< there, as near as doubles come
  double golden = 0;
};

/// Decodes a pair. `scale`, a power of two, multiplies the elements of float64 and complex128, and
/// `error_scale` their differences: squares of the largest and the least doubles are no doubles.
class PairReader {
 public:
  PairReader(const PairSide& run, const PairSide& golden, uint64_t count)
      : run_(run), golden_(golden), count_(count), kind_(kind_of(run.dtype, golden.dtype)) {}

  PairKind kind() const { return kind_; }
  uint64_t count() const { return count_; }
  const PairSide& run() const { return run_; }
  const PairSide& golden() const { return golden_; }
  void set_scale(double scale, double error_scale) {
    scale_ = scale;
    error_scale_ = error_scale;
  }

  /// The memory of one task. Views into it last until the next block.
  class Task {
   public:
    explicit Task(const PairReader& reader)
        : reader_(reader),
          run_(reader.run_, reader.count_),
          golden_(reader.golden_, reader.count_) {}

    void expect(uint64_t first, uint64_t size) const;
    /// Only for kFloats.
    PairBlock<float> floats(uint64_t first, int64_t size);
    /// For all kinds. `exact`, if given, gets the exact errors of kIntegers.
    PairBlock<double> doubles(uint64_t first, int64_t size, ExactErrors* exact = nullptr);

   private:
    void subtract_integers(const StoredElements& run, const StoredElements& golden, uint64_t first,
                           size_t size, ExactErrors* exact);
    void subtract_wide(const StoredElements& run, const StoredElements& golden, size_t size);
    double subtract_complex(const StoredElements& run, const StoredElements& golden, size_t size);

    const PairReader& reader_;
    SideElements run_;
    SideElements golden_;
    alignas(64) std::array<float, kBlockSize> run_floats_;
    alignas(64) std::array<float, kBlockSize> golden_floats_;
    alignas(64) std::array<double, kBlockSize> run_doubles_;
    alignas(64) std::array<double, kBlockSize> golden_doubles_;
    alignas(64) std::array<double, kBlockSize> errors_;
  };

  static PairKind kind_of(DType run, DType golden);

 private:
  PairSide run_;
  PairSide golden_;
  uint64_t count_;
  PairKind kind_;
  double scale_ = 1;
  double error_scale_ = 1;
};

}  // namespace omscope::numeric
