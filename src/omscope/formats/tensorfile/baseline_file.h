// A baseline: what `compare --save-baseline` keeps of a golden run instead of its tensors.
//
//   offset  bytes
//   0       8      "OMSCBASE"
//   8       4      version, 2
//   12      4      0
//   16      8      seed that chose the samples
//   24      4      most values in a sample
//   28      4      tensors; their records follow, one behind the other:
//
//   4              bytes of the record behind this field
//   11 texts       op, op type, tensor ("output:0"), file, folder, layout, dtype (numpy's name),
//   and
//                  of the run model, step, rank, device; each 4 bytes of length and the text as its
//                  file had it, empty where nothing is known
//   1              flags, 1: the op is from a file's name, where "_" may stand for another
//                  character; 2: an input or output of the model, from a test data set
//   1 + 8 d        number of dims, dims
//   8 × 5          elements, NaN, +infinity, -infinity, zeros
//   8 × 4          min, max, mean, std of the finite elements, float64; NaN where there is none
//   2 + 8 q        number of quantiles, and the quantiles of the finite elements at i / (q - 1)
//   32             SHA-256 of the elements, densely packed
//   4              values in the sample
//   …              their indices, ascending: differences to the one before as LEB128
//   …              their elements, densely packed as their dtype is
//
//   4              behind the last record: CRC-32 of all before
//
// Little endian, no padding. Elements stand in C order of the shape, without the padding of device
// layouts. The same tensors give the same bytes. A later version may only append to a record.
#pragma once

#include <array>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/dtype.h"
#include "omscope/core/result.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

constexpr std::string_view kBaselineMagic = "OMSCBASE";
constexpr uint32_t kBaselineVersion = 2;
constexpr unsigned kFromFileName = 1;
constexpr unsigned kTestData = 2;

struct BaselineTensor {
  std::string op;
  std::string op_type;
  std::string tensor;
  std::string file;
  std::string folder;
  std::string layout;
  DType dtype = DType::kUndefined;
  std::string model;
  std::string step;
  std::string rank;
  std::string device;
  bool from_file_name = false;
  bool test_data = false;
  std::vector<int64_t> shape;
  uint64_t count = 0;
  uint64_t nan = 0;
  uint64_t pos_inf = 0;
  uint64_t neg_inf = 0;
  uint64_t zeros = 0;
  double min = 0;
  double max = 0;
  double mean = 0;
  double std = 0;
  std::vector<double> quantiles;
  std::array<std::byte, 32> sha256{};
  std::vector<uint64_t> indices;
  std::vector<std::byte> values;
};

struct BaselineFile {
  uint64_t seed = 0;
  uint32_t most_values = 0;
  std::vector<BaselineTensor> tensors;
};

bool looks_like_baseline(ByteView bytes);

/// All tensors that are whole; what is wrong with the others goes to `problems`.
BaselineFile parse_baseline(const FileBytes& file, Problems& problems);

/// For inspect: the tensors with their statistics, without values.
std::unique_ptr<ir::TensorFile> read_baseline(const std::shared_ptr<const FileBytes>& file);

void write_baseline(std::ostream& out, const BaselineFile& baseline);

}  // namespace omscope::tensorfile
