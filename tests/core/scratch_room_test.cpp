#include "omscope/core/scratch_room.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/files.h"

namespace omscope {
namespace {

/// TMPDIR as a test wants it, and afterwards as it was.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& path) {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    ::setenv("TMPDIR", path.c_str(), 1);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    if (before_.empty()) {
      ::unsetenv("TMPDIR");
    } else {
      ::setenv("TMPDIR", before_.c_str(), 1);
    }
  }

 private:
  std::string before_;
};

TEST(ScratchRoom, HoldsWhatIsWritten) {
  const test::ScratchFolder scratch;
  const TemporaryFolder here(scratch.path().string());
  for (const uint64_t size : {uint64_t{0}, uint64_t{5}, uint64_t{3} << 20U}) {
    auto room = make_scratch_room(size);
    ASSERT_TRUE(room.ok());
    ASSERT_EQ(room->bytes.size(), size);
    EXPECT_EQ(std::count(room->bytes.begin(), room->bytes.end(), std::byte{0}),
              static_cast<std::ptrdiff_t>(size));
    std::fill(room->bytes.begin(), room->bytes.end(), std::byte{7});
    if (size > 0) EXPECT_EQ(room->bytes.back(), std::byte{7});
    // Nothing is left behind, even if the program ends here.
    EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
  }
}

TEST(ScratchRoom, SaysWhereThereIsNoSpace) {
  const test::ScratchFolder scratch;
  const std::string missing = (scratch.path() / "missing").string();
  const TemporaryFolder nowhere(missing);
  const auto room = make_scratch_room(uint64_t{2} << 20U);
  ASSERT_FALSE(room.ok());
  EXPECT_EQ(room.error().file, missing);
  EXPECT_NE(room.error().message.find("TMPDIR"), std::string::npos);
  EXPECT_TRUE(make_scratch_room(100).ok());
}

TEST(ScratchRoom, NoRoomBeyondAllDisks) {
  EXPECT_FALSE(make_scratch_room(uint64_t{1} << 60U).ok());
}

}  // namespace
}  // namespace omscope
