// Tensors of a run into files that numpy and scripts read: one file, or a whole folder of dumps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "omscope/convert/tensor_names.h"
#include "omscope/formats/dump/folder_index.h"

namespace omscope::convert {

struct TensorOptions {
  FileFormat format = FileFormat::kNpy;
  std::vector<std::string> tensors;  ///< globs, "output:*"; empty: all
  RenderOptions render;
  Naming naming = Naming::kOmscope;
  std::string output;  ///< a file, or a folder when there is more than one result
  bool force = false;
  /// Of a file the bytes that are written, of a folder its files: what is done now, and in all.
  std::function<void(uint64_t done, uint64_t total)> progress;
};

struct TensorResults {
  size_t files = 0;               ///< written, mapping.csv among them
  std::vector<Problem> problems;  ///< errors: what was not written; the rest are remarks
};

/// Writes what can be; `file` may have problems of its own, which are not repeated.
TensorResults convert_tensors(const ir::TensorFile& file, const TensorOptions& options);

/// Below `options.output`, in the folders of the input. The dumps of an op's threads become one.
/// Problems of the files are among those of the result.
TensorResults convert_folder(const dump::FolderIndex& folder, const TensorOptions& options);

}  // namespace omscope::convert
