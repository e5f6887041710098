// What is fuzzed: one function per reader, one for whole commands, and the properties that must
// hold for any input.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace omscope::fuzz {

/// A target reads one input and must come back: without a crash, a sanitizer's complaint, or more
/// memory than the input justifies. Broken properties end the process (check.h).
void acl_json(std::string_view input);
void atc_json(std::string_view input);
void atc_round_trip(std::string_view input);
void dump_names(std::string_view input);
void dumps(std::string_view input);
void elf(std::string_view input);
void explain(std::string_view input);
void ge_onnx(std::string_view input);
void ge_proto(std::string_view input);
void inspect(std::string_view input);
void kernel_store(std::string_view input);
void logs(std::string_view input);
void kernel_texts(std::string_view input);
void machine_texts(std::string_view input);
void msprobe(std::string_view input);
void npy(std::string_view input);
void npz(std::string_view input);
void om(std::string_view input);
void om2(std::string_view input);
void onnx(std::string_view input);
void pt(std::string_view input);
void tensor_pb(std::string_view input);
void text_like_protobuf(std::string_view input);

/// Sound inputs to start from, made by the builder of samples.
using Seeds = std::vector<std::string>;

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
  Seeds (*seeds)();
};

std::span<const Target> targets();

}  // namespace omscope::fuzz
