// Reads a model with the installed library.
#include <cstdio>

#include "omscope/core/kind.h"
#include "omscope/core/version.h"
#include "omscope/formats/read_model.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto read = omscope::read_model(argv[1]);
  if (!read) {
    std::puts(omscope::to_line(read.error()).c_str());
    return 2;
  }
  std::printf("omscope %s: %s with %zu graphs\n", omscope::kVersion.data(),
              omscope::to_string(read->model->kind).data(), read->model->graphs.size());
  return 0;
}
