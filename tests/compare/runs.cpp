#include "compare/runs.h"

#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "omscope/formats/tensorfile/npy_writer.h"
#include "omscope/tensor/encode.h"

#include "make_samples/dump_builder.h"

namespace omscope::test {
namespace {

std::string encoded(const Values& values, DType dtype) {
  std::vector<std::byte> bytes(*dtype_bytes(dtype, values.size()));
  tensor::encode(dtype, values, bytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string npy_file(const Values& values, const Shape& shape, DType dtype, bool fortran) {
  const auto npy = tensorfile::npy_dtype(dtype);
  return tensorfile::npy_header(npy.descr, shape, fortran) + encoded(values, dtype);
}

std::string dump_file(const std::string& op, const Values& values, const Shape& shape,
                      uint64_t time) {
  samples::DumpTensor tensor;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.payload = encoded(values, DType::kFloat32);
  return samples::DumpBuilder(op).time(time).output(tensor).build();
}

Values ramp(size_t count) {
  Values values(count);
  for (size_t i = 0; i < count; ++i) {
    values[i] = (i % 2 == 0 ? 1 : -1) * (0.5 + static_cast<double>(i));
  }
  return values;
}

compare::Result TwoRuns::compare(compare::Options options) const {
  if (options.run.empty()) options.run = path("run");
  if (options.golden.empty()) options.golden = path("golden");
  return compare::compare(options);
}

const compare::Pair& pair_of(const compare::Result& result, const std::string& op,
                             const std::string& tensor) {
  const compare::Pair* found = nullptr;
  for (const compare::Pair& pair : result.pairs) {
    if (pair.op != op || pair.tensor != tensor) continue;
    if (found != nullptr) throw std::logic_error(op + " is there twice\n" + lines(result));
    found = &pair;
  }
  if (found == nullptr) throw std::logic_error("no pair of " + op + "\n" + lines(result));
  return *found;
}

std::string lines(const compare::Result& result) {
  std::string out;
  for (const compare::Pair& pair : result.pairs) {
    out += fmt::format("{} {} {} {} {}: {}\n", pair.op, pair.tensor, pair.step,
                       to_string(pair.status), pair.paired_by, pair.reason);
  }
  for (const auto& each : result.unpaired_run) {
    out += fmt::format("run alone: {} {}: {}\n", each.op, each.tensor.tensor, each.reason);
  }
  for (const auto& each : result.unpaired_golden) {
    out += fmt::format("golden alone: {} {}: {}\n", each.op, each.tensor.tensor, each.reason);
  }
  for (const Problem& problem : result.problems.list()) out += to_line(problem) + "\n";
  return out;
}

}  // namespace omscope::test
