#include "support/files.h"

#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

namespace omscope::test {

namespace fs = std::filesystem;

ReadResult read(std::string_view content) {
  return read_model(FileBytes::from_memory("test.om", content));
}

std::string file_content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

fs::path source_dir() {
  return OMSCOPE_SOURCE_DIR;
}

ScratchFolder::ScratchFolder() {
  std::random_device random;
  path_ = fs::temp_directory_path() /
          ("omscope-test-" + std::to_string(::getpid()) + "-" + std::to_string(random()));
  fs::create_directories(path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string ScratchFolder::write(const std::string& name, const std::string& content) const {
  const fs::path target = path_ / name;
  fs::create_directories(target.parent_path());
  std::ofstream(target, std::ios::binary) << content;
  return target.string();
}

bool has_problem(const ir::Model& model, Code code) {
  for (const Problem& problem : model.problems.list()) {
    if (problem.code == code) return true;
  }
  return false;
}

bool has_problem(const ir::Model& model, Severity severity, Code code) {
  for (const Problem& problem : model.problems.list()) {
    if (problem.code == code && problem.severity == severity) return true;
  }
  return false;
}

std::string problem_lines(const ir::Model& model) {
  std::string lines;
  for (const Problem& problem : model.problems.list()) lines += to_line(problem) + "\n";
  return lines;
}

const ir::Op* find_op(const ir::Graph& graph, std::string_view name) {
  for (const ir::Op& op : graph.ops) {
    if (op.name == name) return &op;
  }
  return nullptr;
}

}  // namespace omscope::test
