// What the facts of one case say together: the task, the kernel, the words of its registers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/diagnose/aicore_bits.h"
#include "omscope/diagnose/incident.h"

namespace omscope::diagnose {

/// One core that stopped.
struct CoreFault {
  std::string id;
  std::vector<uint64_t> words;  ///< errcode[0..2], or the ids that a 950 prints
  std::optional<uint64_t> pc_start;
  std::optional<uint64_t> pc_current;
  std::optional<uint64_t> mte;
  const Fact* fact = nullptr;
};

/// An argument of the kernel that is an address of something else than this run's device memory.
struct ForeignArg {
  size_t index = 0;
  uint64_t value = 0;
};

struct Picture {
  const Case* facts = nullptr;
  const Fact* root = nullptr;

  std::optional<int64_t> device;
  std::optional<int64_t> stream;
  std::optional<int64_t> task;
  std::string kernel;      ///< as the log names it, the longest form
  std::string kernel_ext;  ///< of "kernel info ext" or "func_name"
  std::string op;
  std::string op_type;
  std::string soc;

  std::vector<CoreFault> cores;
  std::vector<AicoreBit> bits;  ///< of all cores, most serious class first
  bool is_950 = false;
  bool has_words = false;  ///< error words were logged, be they zero
  std::string error_text;  ///< the runtime's own words for them
  std::optional<uint64_t> para_base;
  std::optional<uint64_t> mte_type;
  bool dha = false;

  std::vector<uint64_t> args;  ///< after the kernel ran
  std::vector<uint64_t> args_before;
  std::optional<uint64_t> args_size;
  std::optional<uint64_t> tiling_key;
  std::optional<int64_t> block_dim;
  std::string hash;

  bool has_bit(uint32_t id) const;
  bool has_class(BitClass kind) const;
};

Picture picture_of(const Case& facts, std::string_view soc);

/// Slots of the arguments that hold addresses and lie outside of this run's device memory. Empty
/// where nothing tells what that memory is.
std::vector<ForeignArg> foreign_args(const Picture& picture);

/// Where the tiling data start among the arguments: the first that is the address of a later one.
std::optional<size_t> tiling_slot(const Picture& picture);

/// "GatherV2" of the node "2_0_11_GatherV2" with the kernel "te_gatherv2_…".
std::string op_type_of(std::string_view node, std::string_view kernel);
/// "L2Loss" of "0_11_L2Loss", "trans_TransData_0" of "-1_0_1_trans_TransData_0".
std::string_view node_of(std::string_view kernel_name);

}  // namespace omscope::diagnose
