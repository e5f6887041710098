#include "bench/numeric_inputs.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <vector>

#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include "omscope/tensor/encode.h"

#include "bench/inputs.h"

namespace omscope::bench {
namespace {

/// One megabyte of numbers again and again: random numbers take longer than all that is measured.
void write_tensor(const std::filesystem::path& path, DType dtype, uint64_t bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0, 1);
  std::vector<double> values((uint64_t{8} << 20) / dtype_info(dtype).bits);
  for (double& value : values) value = normal(random);
  std::vector<std::byte> block(uint64_t{1} << 20);
  tensor::encode(dtype, std::span<const double>(values), block);
  std::ofstream out(path, std::ios::binary);
  for (uint64_t done = 0; done < bytes; done += block.size()) {
    const uint64_t some = std::min<uint64_t>(block.size(), bytes - done);
    out.write(reinterpret_cast<const char*>(block.data()), static_cast<std::streamsize>(some));
  }
}

}  // namespace

const std::shared_ptr<const FileBytes>& tensor_file(DType dtype, uint64_t bytes) {
  static std::map<DType, std::shared_ptr<const FileBytes>> files;
  auto& file = files[dtype];
  if (file != nullptr) return file;
  const auto path = input("tensor_" + std::string(to_string(dtype)) + ".bin");
  if (!std::filesystem::exists(path) || std::filesystem::file_size(path) != bytes) {
    write_tensor(path, dtype, bytes);
  }
  file = FileBytes::open(path.string()).value();
  return file;
}

uint64_t plain_read(ByteView bytes) {
  constexpr size_t kStep = size_t{1} << 20;
  return tbb::parallel_reduce(
      tbb::blocked_range<size_t>(0, bytes.size() / kStep), uint64_t{0},
      [&](const tbb::blocked_range<size_t>& range, uint64_t sum) {
        const std::byte* at = bytes.data() + range.begin() * kStep;
        const std::byte* end = bytes.data() + range.end() * kStep;
        uint64_t lane[4] = {};
        for (; at != end; at += 32) {
          for (size_t i = 0; i < 4; ++i) lane[i] += load_le<uint64_t>(at + 8 * i);
        }
        return sum + lane[0] + lane[1] + lane[2] + lane[3];
      },
      std::plus<>());
}

}  // namespace omscope::bench
