// Small helpers that most tests need.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "omscope/formats/read_model.h"

namespace omscope::test {

/// Reads a model that a test made in memory; it is called "test.om" in messages.
ReadResult read(std::string_view content);

std::string file_content(const std::filesystem::path& path);

/// The project's own folder, for samples and documentation.
std::filesystem::path source_dir();

/// A folder that is gone when the test is done.
class ScratchFolder {
 public:
  ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file in it and returns its path.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

/// Whether the model has a problem with this code, and its text, for messages of failing tests.
bool has_problem(const ir::Model& model, Code code);
bool has_problem(const ir::Model& model, Severity severity, Code code);
std::string problem_lines(const ir::Model& model);

const ir::Op* find_op(const ir::Graph& graph, std::string_view name);

}  // namespace omscope::test
