// What a tensor of the run could be called in the golden run.
#pragma once

#include <string>
#include <vector>

#include "omscope/compare/pairing.h"

namespace omscope::compare {

struct Candidate {
  std::string op;
  std::string slot;
  const char* how = "";
  bool exact_only = false;  ///< a name as files have it will not do
};

struct Candidates {
  std::vector<Candidate> list;  ///< the best first
  std::string none;             ///< why the source model has no such tensor; empty: it may
  uint32_t op = kNoOp;          ///< in the model that gives the order
  bool is_model_output = false;
  bool quantised = false;
  std::string ambiguous;  ///< the file's name stands for several ops of the model
};

Candidates candidates_of(const Tensor& tensor, const PairingGuide& guide);

/// Number behind "output:" or "input:"; nothing for other slots.
std::optional<uint32_t> slot_index(const std::string& slot, std::string_view kind);

}  // namespace omscope::compare
