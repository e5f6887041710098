// Real files that tests look at, where the machine has them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace omscope::test {

/// The folder with real files: OMSCOPE_CORPUS, else ../shared/corpus beside the checkout. Nothing
/// where it is absent.
std::optional<std::filesystem::path> corpus();

/// OMSCOPE_REQUIRE_CORPUS=1: a machine that must have the real files.
bool corpus_required();

/// All files below a folder of the corpus, sorted; empty where it is absent.
std::vector<std::string> corpus_files(const std::string& folder);

/// Names for parameterised tests: the last part of a path, with what gtest allows.
std::string test_name(const std::string& path);

}  // namespace omscope::test

/// Skips the test, with a message, where there are no real files; fails where they are required.
#define NEED_CORPUS()                                                                      \
  do {                                                                                     \
    if (!::omscope::test::corpus()) {                                                      \
      if (::omscope::test::corpus_required()) {                                            \
        FAIL() << "OMSCOPE_REQUIRE_CORPUS is set, but there are no real files";            \
      }                                                                                    \
      GTEST_SKIP() << "no real files on this machine; set OMSCOPE_CORPUS to their folder"; \
    }                                                                                      \
  } while (false)
