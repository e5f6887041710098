// What will not load, run or fit, told before anything has failed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "omscope/diagnose/report.h"
#include "omscope/diagnose/soc_table.h"
#include "omscope/formats/config/cann_versions.h"
#include "omscope/ir/model.h"

namespace omscope::diagnose {

/// A chip of the machine that a model shall run on.
struct TargetChip {
  std::string name;                      ///< as the file writes it, "310P3"
  std::string health;                    ///< "OK"; empty: not stated
  std::optional<uint64_t> memory_used;   ///< bytes
  std::optional<uint64_t> memory_total;  ///< bytes
  size_t line = 0;                       ///< in Target::file
};

/// The machine. What is not known of it is not checked.
struct Target {
  std::string file;  ///< npu-smi text or platform description, as the user typed it
  std::vector<TargetChip> chips;
  std::optional<Soc> soc;  ///< of the first chip, if it is one that is known
  std::string driver;      ///< version that npu-smi shows
  std::string cann_folder;
  config::CannVersions cann;
  /// Families of chips that the folder has kernels for, "ascend910b"; empty where none are there.
  std::vector<std::string> kernel_families;
};

/// `file` is what `npu-smi info` printed, or a platform description (<chip>.ini); `cann_folder` an
/// installation of CANN, or as little of one as its kernels. Either may be empty.
Result<Target> read_target(const std::string& file, const std::string& cann_folder);

/// Checks of a model against the machine, most serious first. Also what the model alone tells.
std::vector<Finding> preflight(const ir::Model& model, const Target& target);

// The parts of it.
void check_chip(const ir::Model& model, const Target& target, std::vector<Finding>& findings);
void check_versions(const ir::Model& model, const Target& target, std::vector<Finding>& findings);
void check_memory(const ir::Model& model, const Target& target, std::vector<Finding>& findings);

/// What the model needs at least, and what the chip has; nothing where that is not known.
struct MemoryBalance {
  uint64_t need = 0;
  uint64_t total = 0;
  uint64_t free = 0;
};
std::optional<MemoryBalance> memory_balance(const ir::Model& model, const Target& target);

/// The same for all chips that load the same models, and for those only: "2002" (NpuArch), or a
/// name of a line of chips that has none. Empty where the chip is not known.
std::string architecture_of(std::string_view chip);

/// The same versions everywhere in an installation, parts that go together, healthy chips.
void check_target(const Target& target, std::vector<Finding>& findings);

/// Whether the operator package that ran, by what its kernels logged, is the installed one.
void check_operator_package(const Target& target, Report& report);

/// What was checked of the model, with what came of it, and what could not be.
std::vector<Check> checks_of(const ir::Model& model, const Target& target,
                             const std::vector<Finding>& findings);
/// The same of the versions of an installation; nothing where no file tells any.
std::optional<Check> check_of_installation(const Target& target,
                                           const std::vector<Finding>& findings);

/// A file that is no model: AIPP configuration, kernel description with the binary beside it. Empty
/// when it is neither, or sound.
std::vector<Finding> preflight_file(const FileBytes& file, const std::optional<Soc>& soc);
/// What that was; nothing when the file is neither.
std::optional<Check> check_of_file(const FileBytes& file, const std::vector<Finding>& findings);

}  // namespace omscope::diagnose
