// The files of a folder of dumps, opened a few at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "omscope/formats/read_input.h"

namespace omscope {

/// One file of a folder. Neither `file` nor `problem`: it is of no kind that holds tensors, and its
/// name is not that of a dump either.
struct FolderFile {
  const dump::FolderEntry* entry = nullptr;
  std::unique_ptr<ir::TensorFile> file;
  ir::RunPlace place;
  std::optional<Problem> problem;
};

FolderFile open_entry(const dump::FolderEntry& entry);

/// What was seen of a folder's files.
struct FolderAccount {
  uint64_t files = 0;    ///< with tensors or tables
  uint64_t others = 0;   ///< left alone
  uint64_t damaged = 0;  ///< with a problem of severity error
  uint64_t bytes = 0;
  uint64_t accounted = 0;
  uint64_t unknown = 0;
};

using Wanted = std::function<bool(const dump::FolderEntry&)>;
/// Called for several files at once; what it returns is called for one file after the other, in the
/// order of the folder, when the file is closed again.
using Look = std::function<std::function<void()>(const FolderFile&)>;

/// Opens all files that are wanted. Their problems are added to the folder's.
FolderAccount visit(dump::FolderIndex& folder, const Wanted& wanted, const Look& look);

/// The entries without mapping.csv and descriptions.
std::vector<const dump::FolderEntry*> dump_entries(const dump::FolderIndex& folder,
                                                   const Wanted& wanted);

/// The dump in the same folder that an overflow record speaks of, found by task and stream (and
/// context and thread where they are set); the earliest of several.
struct OverflowMatch {
  std::string unit;  ///< "AI Core"
  std::optional<uint64_t> task;
  std::optional<uint64_t> stream;
  std::string meaning;
  std::string op;  ///< as in the dump's header, else in its name; empty: no file matches
  std::string op_type;
  std::string file;  ///< last part of its path
};
std::vector<OverflowMatch> match_overflow(const ir::TensorFile& record);

}  // namespace omscope
