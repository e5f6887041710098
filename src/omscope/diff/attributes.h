// Attributes: what each is about, and whether two are equal.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "omscope/ir/attr.h"

namespace omscope::diff {

enum class AttrClass : uint8_t {
  kSemantic,     ///< a parameter of the op: another result
  kDescriptive,  ///< useful to know: which kernel library, which pass
  kPlacement,    ///< which engine runs it
  kPlan,         ///< memory and schedule
  kNoise,        ///< differs from build to build
  kVersion,      ///< version of the op's definition
  kUnknown,
};

/// `key` as found on an op called `op`: compilers put the op's name in front of some keys.
std::string_view plain_key(std::string_view key, std::string_view op);

/// The name that all versions of an op's definition share: "stride" is "strides".
std::string_view canonical_key(std::string_view key);

AttrClass attr_class(std::string_view key);

/// Sets written in the order of a hash table.
bool is_set(std::string_view key);

bool same_value(const ir::AttrValue& a, const ir::AttrValue& b, bool as_set);

/// Bytes, which text formats do not hold.
bool is_left_out(const ir::AttrValue& value);

/// Whether two dialects may mean the same: true and 1, a number and its text, rounded digits.
bool may_mean_same(const ir::AttrValue& a, const ir::AttrValue& b);

/// Zero, false, "", an empty list: what a writer may leave out.
bool is_default(const ir::AttrValue& value);

/// For people; long values are cut.
std::string text_of(const ir::AttrValue& value);

/// Of two values that differ, so that the texts do, too; nullptr: nothing.
std::pair<std::optional<std::string>, std::optional<std::string>> texts_of(const ir::AttrValue* a,
                                                                           const ir::AttrValue* b);

}  // namespace omscope::diff
