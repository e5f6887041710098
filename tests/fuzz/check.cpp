#include "fuzz/check.h"

#include <cstdlib>
#include <iostream>
#include <vector>

#include "omscope/report/inspect_json.h"

#include "fuzz/null_stream.h"

namespace omscope::fuzz {

std::shared_ptr<const FileBytes> as_file(std::string_view input) {
  return FileBytes::from_memory("no_such_folder/input", input);
}

void look_at(std::unique_ptr<ir::Model> model) {
  report::InspectOptions options;
  options.header = options.partitions = options.io = options.attrs = options.ops = true;
  options.weights = options.tasks = options.kernels = options.aipp = options.stats = true;
  std::vector<report::Inspected> inputs(1);
  inputs[0].path = model->file->path();
  inputs[0].read.detection.kind = model->kind;
  inputs[0].read.model = std::move(model);
  NullStream out;
  report::write_inspect_json(out, inputs, options);
}

void require(bool holds, std::string_view property) {
  if (holds) return;
  std::cerr << "broken property: " << property << std::endl;
  std::abort();
}

}  // namespace omscope::fuzz
