// Real files that carry the suffix or the magic of an offline model and are none.

#include <map>

#include <nlohmann/json.hpp>

#include "support/corpus.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

TEST(NotOm, EachIsNamedForWhatItIs) {
  NEED_CORPUS();
  const std::map<std::string, std::string> expected = {{"encrypted", "encrypted"},
                                                       {"imod_3dmod", "3dmod"},
                                                       {"lfs_pointer", "lfs-pointer"},
                                                       {"path_stub_or_fake", "path-stub"}};
  size_t seen = 0;
  for (const auto& [folder, detected] : expected) {
    for (const std::string& file : test::corpus_files("real/not_om/" + folder)) {
      const auto result = test::run_cli({"inspect", "--format", "json", file});
      EXPECT_EQ(result.exit_code, 2) << file;
      const auto out = nlohmann::json::parse(result.out);
      EXPECT_EQ(out["kind"], "unknown") << file;
      // One of the stubs is no path but 16 bytes of words.
      const bool fake = file.find("ut_acl_json__test") != std::string::npos;
      EXPECT_EQ(out["detected"], fake ? "text" : detected) << file;
      ++seen;
    }
  }
  EXPECT_EQ(seen, 8U);
}

}  // namespace
}  // namespace omscope
