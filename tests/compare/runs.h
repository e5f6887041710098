// Small runs and golden runs on disk.
#pragma once

#include <string>
#include <vector>

#include "omscope/compare/compare.h"
#include "omscope/core/dtype.h"

#include "support/files.h"

namespace omscope::test {

using Values = std::vector<double>;
using Shape = std::vector<int64_t>;

std::string npy_file(const Values& values, const Shape& shape, DType dtype = DType::kFloat32,
                     bool fortran = false);

/// One dump with one ND output (float32) of the op.
std::string dump_file(const std::string& op, const Values& values, const Shape& shape,
                      uint64_t time = 1700000000000000);

/// 0.5, 1.5, … with alternating signs.
Values ramp(size_t count);

/// Two folders next to each other.
class TwoRuns {
 public:
  void run(const std::string& name, const std::string& content) { write("run/" + name, content); }
  void golden(const std::string& name, const std::string& content) {
    write("golden/" + name, content);
  }
  std::string write(const std::string& name, const std::string& content) {
    return folder_.write(name, content);
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  compare::Result compare(compare::Options options = {}) const;

 private:
  ScratchFolder folder_;
};

/// The pair of a tensor, which must be there once.
const compare::Pair& pair_of(const compare::Result& result, const std::string& op,
                             const std::string& tensor = "output:0");

/// "op tensor status paired_by: reason" of every pair and unpaired tensor, for messages.
std::string lines(const compare::Result& result);

}  // namespace omscope::test
