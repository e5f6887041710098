// A folder of dumps as one table: which file holds what, found from names alone.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "omscope/core/problem.h"
#include "omscope/formats/dump/file_name.h"

namespace omscope::dump {

struct FolderEntry {
  std::string path;    ///< as opened: the folder as typed, and what is below it
  std::string stored;  ///< the name that mapping.csv explained, where it did
  FileName name;
};

struct FolderIndex {
  explicit FolderIndex(const std::string& folder) : root(folder), problems(folder) {}

  std::string root;
  std::vector<FolderEntry> entries;  ///< in the order of their paths, whatever the machine
  uint64_t folders = 0;
  Problems problems;
};

/// Completes an entry by what the file's header says. Called for all entries, from several threads
/// at once.
using HeaderReader = std::function<void(FolderEntry&)>;

/// Walks a tree of any producer without opening a payload. Links are followed once; files that are
/// neither dumps nor tensors are listed as NameKind::kOther.
FolderIndex index_folder(const std::string& root, const HeaderReader& read_header = {});

/// device, model, step, op type, op name, tensor, task, stream, time, path.
ir::RecordTable as_table(const FolderIndex& index);

/// Stored name to original name, of one mapping.csv. Lines are `stored,original`; what omscope
/// writes begins with a line of titles.
using NameMapping = std::unordered_map<std::string, std::string>;
NameMapping parse_mapping(std::string_view text);

}  // namespace omscope::dump
