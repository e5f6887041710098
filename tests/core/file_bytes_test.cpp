#include "omscope/core/file_bytes.h"

#include <gtest/gtest.h>

#include "support/files.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;

TEST(FileBytes, MapsAFile) {
  const test::ScratchFolder folder;
  const auto file = FileBytes::open(folder.write("a.bin", "content"));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(as_text((*file)->bytes()), "content");
}

TEST(FileBytes, EmptyFileHasNoBytes) {
  const test::ScratchFolder folder;
  const auto file = FileBytes::open(folder.write("empty", ""));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->size(), 0U);
}

TEST(FileBytes, SaysWhyItCannotOpen) {
  const auto missing = FileBytes::open("/nonexistent/model.om");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::kCannotOpen);
  EXPECT_NE(missing.error().message.find("No such file"), std::string::npos);
  const auto folder = FileBytes::open("/tmp");
  ASSERT_FALSE(folder.ok());
  EXPECT_NE(folder.error().message.find("folder"), std::string::npos);
}

TEST(FileBytes, KnowsItsOwnParts) {
  const auto file = FileBytes::from_memory("m", "abcdef");
  EXPECT_EQ(file->offset_of(file->bytes().data() + 2), 2U);
  const std::string other = "xyz";
  EXPECT_FALSE(file->offset_of(as_bytes(other).data()).has_value());
  EXPECT_FALSE(file->offset_of(nullptr).has_value());
}

class OpenBeside : public testing::Test {
 protected:
  OpenBeside() {
    folder_.write("outside.bin", "secret");
    folder_.write("model/weights.bin", "w");
    folder_.write("model/..dots", "d");
    model_ = folder_.write("model/m.onnx", "m");
    fs::create_symlink(folder_.path() / "outside.bin", folder_.path() / "model/link.bin");
  }
  Code code_of(const std::string& name) const {
    const auto file = open_beside(model_, name);
    return file.ok() ? Code::kMoreProblems : file.error().code;
  }
  test::ScratchFolder folder_;
  std::string model_;
};

TEST_F(OpenBeside, OpensWhatLiesInTheFolder) {
  EXPECT_EQ(code_of("weights.bin"), Code::kMoreProblems);
  EXPECT_EQ(code_of("./weights.bin"), Code::kMoreProblems);
  EXPECT_EQ(code_of("..dots"), Code::kMoreProblems);
}

TEST_F(OpenBeside, NeverLeavesTheFolder) {
  EXPECT_EQ(code_of("../outside.bin"), Code::kExternalOutside);
  EXPECT_EQ(code_of("/etc/passwd"), Code::kExternalOutside);
  EXPECT_EQ(code_of("link.bin"), Code::kExternalOutside);
  EXPECT_EQ(code_of(std::string("weights.bin\0x", 13)), Code::kExternalOutside);
  EXPECT_EQ(code_of(""), Code::kExternalOutside);
}

TEST_F(OpenBeside, MissingFilesAndFoldersAreNotThere) {
  EXPECT_EQ(code_of("missing.bin"), Code::kExternalMissing);
  EXPECT_EQ(code_of("."), Code::kExternalMissing);
}

}  // namespace
}  // namespace omscope
