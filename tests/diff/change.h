// One change of a model, of those that a comparison must find.
#pragma once

#include <span>

#include "omscope/diff/result.h"

#include "diff/model_edit.h"

namespace omscope::test {

struct Change {
  const char* name;
  /// False: the model has nothing of the kind; it is as it was.
  bool (*apply)(ModelEdit& model);
  diff::Class kind;
  const char* verdict;
};

/// Each is one difference and no more.
std::span<const Change> changes();

/// Names of the changes that do not apply to the model.
std::vector<std::string> expect_each_found(const std::string& file);

}  // namespace omscope::test
