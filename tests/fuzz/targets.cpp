#include "fuzz/targets.h"

#include <array>

#include "fuzz/seeds.h"

namespace omscope::fuzz {

std::span<const Target> targets() {
  // A new target is one line here, one in targets.h and one in CMakeLists.txt.
  static constexpr std::array kTargets = {
      Target{"acl_json", acl_json, seeds::acl_json},
      Target{"atc_json", atc_json, seeds::atc_json},
      Target{"atc_round_trip", atc_round_trip, seeds::ge_wire},
      Target{"dump_names", dump_names, seeds::dump_names},
      Target{"dumps", dumps, seeds::dumps},
      Target{"elf", elf, seeds::elf},
      Target{"explain", explain, seeds::explain},
      Target{"ge_onnx", ge_onnx, seeds::ge_onnx},
      Target{"ge_proto", ge_proto, seeds::ge_proto},
      Target{"inspect", inspect, seeds::of_every_kind},
      Target{"kernel_store", kernel_store, seeds::kernel_stores},
      Target{"logs", logs, seeds::logs},
      Target{"kernel_texts", kernel_texts, seeds::kernel_texts},
      Target{"machine_texts", machine_texts, seeds::machine_texts},
      Target{"msprobe", msprobe, seeds::msprobe},
      Target{"npy", npy, seeds::npy},
      Target{"npz", npz, seeds::npz},
      Target{"om", om, seeds::om},
      Target{"om2", om2, seeds::om2},
      Target{"onnx", onnx, seeds::onnx},
      Target{"pt", pt, seeds::pt},
      Target{"tensor_pb", tensor_pb, seeds::tensor_pb},
      Target{"text_like_protobuf", text_like_protobuf, seeds::ge_proto},
  };
  return kTargets;
}

}  // namespace omscope::fuzz
