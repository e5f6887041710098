// A run against its golden run.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "omscope/compare/result.h"

namespace omscope::compare {

struct Options {
  std::string run;      ///< folder, dump or tensor file
  std::string golden;   ///< the same, or a baseline
  std::string model;    ///< om, graph text, atc JSON or ONNX that the run is of; may be empty
  std::string onnx;     ///< the source model; may be empty
  std::string mapping;  ///< own pairs of names; may be empty
  std::string policy;   ///< may be empty
  std::string preset;   ///< may be empty
  std::optional<double> rtol;
  std::optional<double> atol;
  bool strict = false;
  std::string save_baseline;         ///< where to write one of golden; may be empty
  std::vector<std::string> filters;  ///< globs over ops; empty: all
  bool kl = false;
  bool quantiles = false;
  bool psnr = false;
  bool snr = false;
  uint32_t worst = 0;  ///< worst elements to keep for each pair
  /// Told now and then how many pairs are done, of how many; never from two threads at once.
  std::function<void(uint64_t, uint64_t)> progress;
};

/// What keeps inputs from being read is among the result's problems; the verdict is then kNone
/// unless something could be compared all the same. Memory does not grow with the tensors.
Result compare(const Options& options);

}  // namespace omscope::compare
