// Tensors that do not fit into memory.

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "omscope/formats/tensorfile/npy_writer.h"

#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;

/// A float32 array of zeros that takes no room on the disk.
std::string sparse_array(const test::ScratchFolder& folder, const std::string& name,
                         uint64_t elements) {
  const std::string header =
      tensorfile::npy_header("<f4", std::vector<int64_t>{static_cast<int64_t>(elements)});
  const std::string path = folder.write(name, header);
  fs::resize_file(path, header.size() + elements * sizeof(float));
  return path;
}

void set_float(const std::string& path, uint64_t from_end, float value) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(-static_cast<std::streamoff>(from_end * sizeof(float)), std::ios::end);
  file.write(reinterpret_cast<const char*>(&value), sizeof(value));
}

void compare_arrays(uint64_t elements, int seconds) {
  constexpr uint64_t kPrivate = uint64_t{200} << 20U;
  const test::ScratchFolder folder;
  const std::string run = sparse_array(folder, "run.npy", elements);
  const std::string golden = sparse_array(folder, "golden.npy", elements);
  const auto equal = test::run_tool_limited({"compare", run, golden}, kPrivate, seconds);
  EXPECT_EQ(equal.exit_code, 0) << equal.out << equal.err;
  set_float(run, 2, 1.0F);
  set_float(golden, 1, 1.0F);
  const auto differ =
      test::run_tool_limited({"compare", run, golden, "--format", "json"}, kPrivate, seconds);
  EXPECT_EQ(differ.exit_code, 1) << differ.err;
  EXPECT_NE(differ.out.find("\"max_abs_index\":" + std::to_string(elements - 2)), std::string::npos)
      << differ.out;
}

TEST(LargeTensors, KeepMemoryFlat) {
  compare_arrays(uint64_t{100} << 20U, 120);
}

TEST(LargeTensors, BeyondMemoryAreStreamed) {
  if (std::getenv("OMSCOPE_LONG_TESTS") == nullptr) {
    GTEST_SKIP() << "reads more than the machine's memory; tools/test --all runs it";
  }
  const auto memory =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  compare_arrays(memory * 6 / 10 / sizeof(float), 1200);
}

}  // namespace
}  // namespace omscope
