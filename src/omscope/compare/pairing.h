// Which tensor of the run belongs to which golden one.
//
// The ways, in the order in which they are tried: the user's mapping; what the compiler recorded
// (provenance); names of the ONNX model; equal names; names as files have them; names without what
// tools add. Steps, ranks, devices and models pair like with like. What more than one partner could
// belong to is not compared, and says so.
#pragma once

#include <string>
#include <vector>

#include "omscope/compare/collect_side.h"
#include "omscope/compare/mapping_file.h"
#include "omscope/compare/model_map.h"
#include "omscope/compare/result.h"

namespace omscope::compare {

struct PairPlan {
  uint32_t run = 0;     ///< in Side::tensors
  uint32_t golden = 0;  ///< the first, where the partner is ambiguous
  std::string paired_by;
  std::string refusal;  ///< why it is not compared; empty: it is
  std::string note;     ///< what had to be assumed
  std::string step;     ///< step, rank, … where there are several
  uint32_t op = kNoOp;  ///< in the model that gives the order
  bool is_model_output = false;
  bool quantised = false;  ///< both are integers that stand for scaled floats
};

struct Alone {
  uint32_t tensor = 0;
  std::string reason;
  bool is_model_output = false;
  std::string group;  ///< see Unpaired
  Absence absence = Absence::kNoName;
};

struct Pairing {
  std::vector<PairPlan> pairs;  ///< in the order of the run's tensors
  std::vector<Alone> run;
  std::vector<Alone> golden;
};

struct PairingGuide {
  const ModelMap* model = nullptr;  ///< of the run
  const ModelMap* onnx = nullptr;   ///< the source model
  std::vector<NamePair> mapping;

  const ModelMap* order() const { return model != nullptr ? model : onnx; }
};

Pairing pair_tensors(const Side& run, const Side& golden, const PairingGuide& guide);

}  // namespace omscope::compare
