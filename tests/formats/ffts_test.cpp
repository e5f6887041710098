// Tensors of an op's threads that are larger than memory should hold.

#include "omscope/formats/dump/ffts.h"

#include <cstring>

#include <gtest/gtest.h>

#include "omscope/formats/dump/recognise.h"

#include "make_samples/dump_builder.h"
#include "support/memory_meter.h"

namespace omscope {
namespace {

constexpr uint64_t kRows = 4;
constexpr uint64_t kColumns = 1500000;  // of float32 in each thread

std::unique_ptr<ir::TensorFile> thread_dump(float first) {
  const std::string attr = R"({"threadMode":true,"slice_instance_num":2,"output_tensor_slice":[)"
                           R"([[{"lower":0,"higher":4},{"lower":0,"higher":1500000}]],)"
                           R"([[{"lower":0,"higher":4},{"lower":1500000,"higher":3000000}]]]})";
  samples::DumpTensor tensor;
  tensor.shape = {kRows, kColumns};
  std::vector<float> values(kRows * kColumns);
  for (size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<float>(i / kColumns);
  tensor.payload.assign(reinterpret_cast<const char*>(values.data()), values.size() * 4);
  const std::string content = samples::DumpBuilder("x").output(tensor).attr("s", attr).build();
  return dump::read_any(FileBytes::from_memory("test.dump", content));
}

TEST(Ffts, LargeTensorsArePutTogetherOutsideOfMemory) {
  const auto a = thread_dump(0);
  const auto b = thread_dump(10);
  const std::vector<const ir::TensorFile*> both = {a.get(), b.get()};
  const test::MemoryMeter meter;
  const auto whole = dump::join_threads(both);
  EXPECT_LT(meter.peak(), uint64_t{4} << 20U);
  ASSERT_EQ(whole->tensors.size(), 1U);
  const ir::StoredTensor& tensor = whole->tensors[0];
  EXPECT_EQ(tensor.shape, (std::vector<int64_t>{kRows, 2 * kColumns}));
  ASSERT_EQ(tensor.bytes.size(), 2 * kRows * kColumns * 4);
  const auto at = [&](uint64_t row, uint64_t column) {
    float value = 0;
    std::memcpy(&value, tensor.bytes.data() + (row * 2 * kColumns + column) * 4, sizeof(value));
    return value;
  };
  for (uint64_t row = 0; row < kRows; ++row) {
    EXPECT_EQ(at(row, 0), static_cast<float>(row));
    EXPECT_EQ(at(row, kColumns - 1), static_cast<float>(row));
    EXPECT_EQ(at(row, kColumns), static_cast<float>(row + 10));
    EXPECT_EQ(at(row, 2 * kColumns - 1), static_cast<float>(row + 10));
  }
}

}  // namespace
}  // namespace omscope
