#include "omscope/report/hashes.h"

#include <gtest/gtest.h>

#include "omscope/core/sha256.h"

namespace omscope {
namespace {

using report::Hashes;

/// A model whose constants are ranges of one file.
struct Constants {
  explicit Constants(size_t size)
      : content(size, 'x'), model(FileBytes::from_memory("a.om", content), Kind::kOm) {}

  void add(size_t offset, size_t size) {
    auto* tensor = model.arena.make<ir::Tensor>();
    tensor->bytes = model.file->bytes().subspan(offset, size);
    tensor->size = size;
    tensor->storage = ir::Storage::kPartition;
    model.weights.push_back({"c", 0, tensor});
  }

  std::string content;
  ir::Model model;
};

TEST(Hashes, OfWhatIsThere) {
  Constants constants(100);
  constants.add(10, 20);
  Hashes hashes(constants.model);
  hashes.prepare(constants.model.weights);
  EXPECT_EQ(hashes.of(*constants.model.weights[0].tensor),
            sha256_hex(constants.model.file->bytes().subspan(10, 20)));
  ir::Tensor absent;
  absent.size = 4;
  EXPECT_EQ(hashes.of(absent), "");
}

TEST(Hashes, ConstantsThatShareBytesCostThemOnce) {
  constexpr size_t kSize = size_t{1} << 20;
  Constants constants(kSize);
  for (int i = 0; i < 5000; ++i) constants.add(0, kSize);
  Hashes hashes(constants.model);
  hashes.prepare(constants.model.weights);
  EXPECT_NE(hashes.of(*constants.model.weights.back().tensor), "");
}

TEST(Hashes, OverlapsThatStandForGigabytesAreLeftOut) {
  constexpr size_t kSize = size_t{1} << 20;
  Constants constants(kSize);
  for (size_t i = 0; i < 5000; ++i) constants.add(i, kSize - i);
  Hashes hashes(constants.model);
  hashes.prepare(constants.model.weights);
  EXPECT_NE(hashes.of(*constants.model.weights.front().tensor), "");
  EXPECT_EQ(hashes.of(*constants.model.weights.back().tensor), "");
}

}  // namespace
}  // namespace omscope
