// The one way to open anything that can be named on a command line: a model, a file with tensors
// of a run, or a folder of them.
#pragma once

#include <memory>
#include <string>

#include "omscope/formats/dump/folder_index.h"
#include "omscope/formats/read_model.h"
#include "omscope/ir/tensor_file.h"

namespace omscope {

/// One of `model`, `tensors` and `folder` is there. An input that cannot be read is a model of kind
/// kUnknown, as read_model returns it.
struct Input : ReadResult {
  Input() = default;
  Input(ReadResult read) : ReadResult(std::move(read)) {}  // NOLINT(google-explicit-constructor)

  std::unique_ptr<ir::TensorFile> tensors;
  std::unique_ptr<dump::FolderIndex> folder;

  bool opened() const { return model || tensors || folder; }
  Kind kind() const;
  /// Must be opened.
  const Problems& problems() const;
};

/// Whether files of this kind are read into a TensorFile.
bool holds_tensors(Kind kind);

Input read_input(const std::shared_ptr<const FileBytes>& file);

/// A file, a folder, or "-" for standard input.
Result<Input> read_input(const std::string& path);

/// What the header of a file tells of its place in the run, completed by its name (also one that
/// mapping.csv explains) and its folders.
ir::RunPlace place_of(const ir::TensorFile& file);
ir::RunPlace place_of(const ir::TensorFile& file, const dump::FileName& name);

}  // namespace omscope
