// A strict reader of the pickles that torch.save writes.
//
// A pickle is a program; Python runs it, calling whatever functions it names. Here nothing is ever
// called: the opcodes build values, and a call of one of the few functions that torch's own writer
// names (see pt.cpp) is kept as a value of its own. Everything else ends the reading.
//
// Opcodes by Lib/pickletools.py; what torch writes is protocol 2 without frames, others are let in
// as far as they build plain values.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "omscope/core/byte_cursor.h"
#include "omscope/formats/tensorfile/budget.h"

namespace omscope::tensorfile {

struct PickleValue {
  enum class Type : uint8_t {
    kNone,
    kBool,
    kInteger,
    kFloat,
    kText,
    kTuple,
    kList,
    kDict,        ///< items: key, value, key, value, …
    kGlobal,      ///< text "module name"
    kPersistent,  ///< items: the id that stands for something outside of the pickle
    kCall,        ///< items: what is called, then the arguments as one tuple
    kMark,
  };

  Type type = Type::kNone;
  int64_t integer = 0;
  double real = 0;
  std::string_view text;        ///< into the pickle
  std::vector<uint32_t> items;  ///< of other values
};

class Pickle {
 public:
  /// `bytes` must outlive the result. `allowed` says which "module name" may be named.
  using Allowed = bool (*)(std::string_view global);
  static Result<Pickle> read(ByteCursor cursor, Allowed allowed, Budget& budget);

  const PickleValue& root() const { return values_[root_]; }
  const PickleValue& operator[](uint32_t index) const { return values_[index]; }
  /// Item `i` of a value, or None.
  const PickleValue& item(const PickleValue& of, size_t i) const {
    return i < of.items.size() ? values_[of.items[i]] : values_[0];
  }

 private:
  friend class PickleMachine;
  Pickle() : values_(1) {}

  std::deque<PickleValue> values_;  ///< [0] is None
  uint32_t root_ = 0;
};

}  // namespace omscope::tensorfile
