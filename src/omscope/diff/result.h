// What a comparison of two models found. Plain facts; how they are shown is report/'s business.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "omscope/core/kind.h"
#include "omscope/core/problem.h"

namespace omscope::diff {

/// In the order of precedence, the mildest first.
enum class Verdict : uint8_t {
  kIdentical,   ///< same bytes
  kEquivalent,  ///< only build noise
  kRebuilt,     ///< same network, weights and interface; built in another way
  kInterface,   ///< inputs or outputs differ, or their gears or AIPP
  kDifferent,   ///< another network or other weights
};

enum class Severity : uint8_t { kNoise, kInfo, kWarning, kError };

enum class Class : uint8_t {
  kInterface,
  kDType,
  kPrecision,
  kShape,
  kLayout,
  kStructure,
  kFusion,
  kAttribute,
  kWeight,
  kVersion,
  kTarget,
  kPlacement,
  kAipp,
  kDynamic,
  kMemory,
  kKernel,
  kTask,
  kNoise,
};

/// How two ops were found to be the same, in the order in which the stages run.
enum class How : uint8_t {
  kMap,         ///< the user said so
  kProvenance,  ///< both carry out the same ops of the source model
  kName,        ///< same name and type
  kNormalised,  ///< same name after generated parts are taken off
  kConstant,    ///< same values
  kStructure,   ///< unique in the wiring of their graphs
  kNeighbour,   ///< between ops that were matched before
  kRegion,      ///< groups that do the same between matched ops (N:M)
};

enum class Proven : uint8_t { kYes, kNo, kUnknown };

struct Difference {
  Severity severity = Severity::kInfo;
  Class kind = Class::kNoise;
  std::string subject;  ///< op, tensor or fact that differs
  std::optional<std::string> a;
  std::optional<std::string> b;
  std::string why;  ///< one sentence: why it matters, or why not
};

/// One op with one op, or a group with a group. Names as in the models; unnamed ONNX nodes as
/// "Type#index".
struct Match {
  std::vector<std::string> a;
  std::vector<std::string> b;
  How how = How::kName;
  double confidence = 1;  ///< 0…1
};

struct Unmatched {
  std::string op;
  std::string why;
};

/// ONNX against a compiled model: which nodes the compiled ops carry out.
struct Coverage {
  uint64_t onnx_nodes = 0;
  uint64_t covered = 0;
  std::vector<std::string> folded;   ///< computed at build time, or optimised away
  std::vector<std::string> missing;  ///< not accounted for
};

/// Constants of both sides, counted as pairs, and their bytes on side a.
struct WeightTally {
  struct Share {
    uint64_t count = 0;
    uint64_t bytes = 0;
  };
  Share equal;
  Share equal_after_rounding;
  Share different;
  Share unmatched;  ///< of both sides
};

struct Side {
  std::string file;
  Kind kind = Kind::kUnknown;
  std::string model;
};

struct Result {
  bool compared = false;  ///< false: an input could not be read; then only `problems` tell
  Verdict verdict = Verdict::kDifferent;
  std::string sentence;  ///< the verdict and its evidence in one or two sentences
  bool gate_passed = false;
  bool other_architecture = false;  ///< built for chips that refuse each other's models
  Proven network = Proven::kUnknown;
  Proven weights_proven = Proven::kUnknown;
  Side a;
  Side b;
  std::vector<Difference> differences;  ///< the most serious first
  uint64_t noise = 0;                   ///< differences that every build makes, counted only
  std::vector<Match> matches;
  std::vector<Unmatched> unmatched_a;
  std::vector<Unmatched> unmatched_b;
  std::optional<Coverage> coverage;
  WeightTally weights;
  std::vector<Problem> problems;  ///< of both files, warnings and errors
};

}  // namespace omscope::diff
