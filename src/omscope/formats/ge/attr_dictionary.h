// Attribute compression of offline models (`om_compress_version` = 1, since 2023).
//
// Names of op and tensor-descriptor attributes are replaced by codes: a zero byte, then the digits
// of an index, base 127, least significant first, each digit stored as digit + 1 (`00 01` is 0,
// `00 02` is 1, `00 01 02` is 127). The index points into the model attribute `attr_name_enum`.
// Where `attrs_use_string_value` is true at that index, the attribute's integers are indexes into
// `attr_value_enum`. Names that do not start with a zero byte stand for themselves.
//
// In files with several tables a sub-model's own dictionary can hold codes of the root's
// dictionary: resolved with its own first, then with the root's (seen in a writer of 2023).
#pragma once

#include <optional>

#include "omscope/ir/attr.h"

namespace omscope::ge {

class AttrDictionary {
 public:
  AttrDictionary() = default;
  /// From model attributes, which must live as long as this. `root` may be nullptr.
  AttrDictionary(ir::List<ir::Attr> model_attrs, const AttrDictionary* root);

  bool empty() const { return names_.empty() && (root_ == nullptr || root_->empty()); }

  static bool is_code(std::string_view name) { return !name.empty() && name[0] == '\0'; }

  struct Name {
    std::string_view text;
    /// Whether the attribute's integers stand for texts, and in which dictionary.
    const AttrDictionary* values = nullptr;
  };
  /// Nothing when the code is in no dictionary.
  std::optional<Name> resolve(std::string_view code) const;

  std::optional<std::string_view> value(int64_t index) const;

 private:
  ir::List<std::string_view> names_;
  ir::List<std::string_view> values_;
  ir::List<bool> uses_string_value_;
  const AttrDictionary* root_ = nullptr;
};

/// The index that a code stands for; nothing when the digits are damaged or too many.
std::optional<uint64_t> decode_attr_index(std::string_view code);

}  // namespace omscope::ge
