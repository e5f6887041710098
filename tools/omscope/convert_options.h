// The options of `omscope convert` and what they mean for tensors.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "omscope/convert/convert_tensors.h"

namespace omscope::cli {

struct ConvertOptions {
  std::string input;
  std::string output;
  std::string to;
  std::vector<std::string> extract;
  std::vector<std::string> tensors;
  std::string layout;
  std::string from_layout;
  std::string dtype;
  bool origin_shape = false;
  std::string naming = "omscope";
  std::string raw;
  bool force = false;
  int threads = 0;
};

void describe(CLI::App& command, ConvertOptions& options);

/// By --to, else by the suffix of OUT, else npy.
std::string format_wanted(const ConvertOptions& options);

/// npy, npz, bin or json.
bool is_format(const std::string& name);

convert::TensorOptions tensor_options(const ConvertOptions& options);

}  // namespace omscope::cli
