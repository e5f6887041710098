// What is written of one input: used by convert_tensors.cpp and convert_folder.cpp.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "omscope/convert/convert_tensors.h"
#include "omscope/core/output_folder.h"

namespace omscope::convert {

/// Remarks that many tensors share are told once.
class Remarks {
 public:
  void add(const std::string& text, const std::string& subject);
  /// Those of one file of a folder; its tensors are then named with the file.
  void merge(const Remarks& other, const std::string& file);
  void tell(const std::string& file, std::vector<Problem>& problems) const;

 private:
  static constexpr size_t kMostNamed = 3;
  struct Remark {
    size_t count = 0;
    size_t named = 0;
    std::vector<std::string> first;  ///< subjects, a few of them; of a folder "FILE input:0, …"
  };
  std::map<std::string, Remark> remarks_;
};

/// One tensor, ready to be written.
struct Item {
  const ir::StoredTensor* tensor = nullptr;
  Rendered rendered;
};

/// The results of one input. What can be written is known; nothing is yet.
struct FilePlan {
  const ir::TensorFile* file = nullptr;
  std::string name;  ///< last part of its path, or what stands for it
  std::vector<Item> items;
  std::vector<OutputPath> targets;  ///< one per item, or one for all of them
  std::vector<Problem> problems;
  Remarks remarks;
  std::set<size_t> met;  ///< which of the options' globs some tensor has met
  bool one_for_all = false;
};

/// A layout is for the tensors that have its axes; others are written in their own order. Of a file
/// that is `alone` at least one must have them.
FilePlan plan_file(const ir::TensorFile& file, const std::string& name,
                   const TensorOptions& options, bool alone);

/// Names that were asked for and that no tensor has: an error, a warning where it is a pattern.
void tell_unmet(const std::set<size_t>& met, const std::string& file, const TensorOptions& options,
                std::vector<Problem>& problems);

/// How many files it makes.
size_t result_count(const FilePlan& plan);

/// Gives each result a place in the folder.
void place_in(OutputFolder& folder, FilePlan& plan, const TensorOptions& options);

/// Returns how many files were written; adds what went wrong to the plan's problems.
size_t write_plan(FilePlan& plan, const TensorOptions& options, const Progress& progress);

}  // namespace omscope::convert
