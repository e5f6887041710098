// The tensors of a folder as one table whose rows can be told apart.
#pragma once

#include <string>
#include <vector>

#include "omscope/formats/dump_folder.h"
#include "omscope/report/inspect_options.h"
#include "omscope/report/odd_values.h"
#include "omscope/report/text_page.h"

namespace omscope::report {

struct FolderLine {
  ir::RunPlace place;
  std::string file;                 ///< below the folder
  std::string kind;                 ///< "exception", "overflow"; empty for all others
  std::string name;                 ///< of the op; of the file where that names none
  std::vector<std::string> cells;   ///< tensor, dtype, shape, layout
  std::vector<std::string> values;  ///< with `--stats`
  std::string note;                 ///< of the values
  std::vector<OddValue> odd;
};

class FolderTable {
 public:
  /// `all`: however many there are.
  FolderTable(std::string root, const InspectOptions& options, bool all)
      : root_(std::move(root)), options_(options), all_(all) {}

  /// From several threads at once.
  std::vector<FolderLine> lines_of(const FolderFile& each) const;
  /// Keeps the first ones in the order of the run, so that memory has a limit.
  void add(std::vector<FolderLine> lines);

  bool empty() const { return lines_.empty(); }
  void write_odd(TextPage& page) const;
  void write(TextPage& page);

 private:
  struct Odd {
    std::string text;
    bool is_error;
  };
  void keep_first();
  bool collides(const std::vector<size_t>& columns) const;

  std::string root_;
  const InspectOptions& options_;
  bool all_;
  std::vector<FolderLine> lines_;
  std::vector<Odd> odd_;
  uint64_t odd_count_ = 0;
  uint64_t seen_ = 0;
};

}  // namespace omscope::report
