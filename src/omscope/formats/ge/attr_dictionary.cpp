#include "omscope/formats/ge/attr_dictionary.h"

namespace omscope::ge {

std::optional<uint64_t> decode_attr_index(std::string_view code) {
  constexpr size_t kMostDigits = 5;  // 127^5 names would be more than any file can hold
  constexpr uint64_t kBase = 127;
  if (code.size() < 2 || code.size() > kMostDigits + 1 || code[0] != '\0') return std::nullopt;
  uint64_t index = 0;
  for (size_t i = code.size() - 1; i > 0; --i) {
    const auto digit = static_cast<uint8_t>(code[i]);
    if (digit == 0 || digit > kBase) return std::nullopt;
    index = index * kBase + (digit - 1U);
  }
  return index;
}

AttrDictionary::AttrDictionary(ir::List<ir::Attr> model_attrs, const AttrDictionary* root)
    : root_(root) {
  using Texts = ir::List<std::string_view>;
  names_ = ir::get<Texts>(model_attrs, "attr_name_enum").value_or(Texts{});
  values_ = ir::get<Texts>(model_attrs, "attr_value_enum").value_or(Texts{});
  uses_string_value_ =
      ir::get<ir::List<bool>>(model_attrs, "attrs_use_string_value").value_or(ir::List<bool>{});
}

std::optional<std::string_view> AttrDictionary::value(int64_t index) const {
  if (index < 0 || static_cast<uint64_t>(index) >= values_.size()) return std::nullopt;
  return values_[static_cast<size_t>(index)];
}

std::optional<AttrDictionary::Name> AttrDictionary::resolve(std::string_view code) const {
  if (names_.empty()) return root_ == nullptr ? std::nullopt : root_->resolve(code);
  const auto index = decode_attr_index(code);
  if (!index || *index >= names_.size()) return std::nullopt;
  const std::string_view text = names_[*index];
  const bool uses_texts = *index < uses_string_value_.size() && uses_string_value_[*index];
  if (is_code(text) && root_ != nullptr) {
    auto outer = root_->resolve(text);
    if (outer && uses_texts) outer->values = this;
    return outer;
  }
  return Name{text, uses_texts ? this : nullptr};
}

}  // namespace omscope::ge
