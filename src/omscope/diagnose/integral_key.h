// The key by which the runtime looks for the binary of an operator:
//
//   0/1/|int64/ND/int64/ND/int64/ND/int64/ND/|…
//   | |  +-- per tensor dtype/format/: inputs as the prototype orders them, then outputs
//   | +----- implementation mode
//   +------- deterministic
//
// A list of inputs starts with "dynamic num:N/", some operators put "c0:N/" between; behind each
// further "|" stands an attribute. Where inputs end is not marked. Source: the operator base
// library's key generator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omscope::diagnose {

struct KeyTensor {
  std::string_view dtype;   ///< "int64", "bf16": as the key writes it
  std::string_view format;  ///< "ND"
  /// Of a list of inputs: how many tensors follow under one name; 0 else.
  uint32_t list_of = 0;
};

struct IntegralKey {
  bool deterministic = false;
  uint32_t implementation = 0;
  std::vector<KeyTensor> tensors;
  std::vector<std::string_view> attrs;
};

/// Views into `text`. Nothing when it is no such key.
std::optional<IntegralKey> parse_integral_key(std::string_view text);

/// "high_performance" and so on; empty where the number is not known.
std::string_view implementation_mode(uint32_t number);

/// "4 tensors: int64 in ND" or "float16 in ND, int32 in ND".
std::string tensors_in_words(const IntegralKey& key);

}  // namespace omscope::diagnose
