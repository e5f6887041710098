// One test per file in cases/, one per document with console blocks. `cli_tests --update` rewrites
// what is expected.

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>

#include "cli/cases.h"
#include "cli/console.h"
#include "support/corpus.h"
#include "support/files.h"

namespace {

namespace fs = std::filesystem;
using Check = void (*)(const fs::path&);

class FileTest : public testing::Test {
 public:
  FileTest(Check check, fs::path file) : check_(check), file_(std::move(file)) {}
  void TestBody() override { check_(file_); }

 private:
  Check check_;
  fs::path file_;
};

void add_test(const char* suite, Check check, const fs::path& file) {
  const std::string name = omscope::test::test_name(file.stem().string());
  testing::RegisterTest(suite, name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        [=]() -> FileTest* { return new FileTest(check, file); });
}

void add_tests() {
  const fs::path root = omscope::test::source_dir();
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(root / "tests/cli/cases")) {
    if (entry.path().extension() == ".txt") cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  for (const fs::path& file : cases) add_test("Cli", omscope::test::check_case, file);
  add_test("Console", omscope::test::check_document, root / "README.md");
  add_test("Console", omscope::test::check_document, root / "docs/cli.md");
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--update") omscope::test::updating() = true;
  }
  add_tests();
  return RUN_ALL_TESTS();
}
