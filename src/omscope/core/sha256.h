#pragma once

#include <array>
#include <memory>
#include <string>

#include "omscope/core/bytes.h"

namespace omscope {

/// SHA-256 of `bytes`, 64 lower-case hexadecimal digits.
std::string sha256_hex(ByteView bytes);

/// Of bytes that come one part after the other.
class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();

  void add(ByteView bytes);
  /// Of all that was added; nothing may be added after it.
  std::array<std::byte, 32> digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omscope
