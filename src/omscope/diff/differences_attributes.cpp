// Attributes of matched ops and of models.
#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/attributes.h"
#include "omscope/diff/differences.h"

namespace omscope::diff {
namespace {

struct Entry {
  std::string_view key;
  const ir::AttrValue* value = nullptr;
};

std::vector<Entry> entries_of(const ir::Op& op) {
  std::vector<Entry> entries;
  entries.reserve(op.attrs.size());
  for (const ir::Attr& attr : op.attrs) {
    entries.push_back({canonical_key(plain_key(attr.name, op.name)), &attr.value});
  }
  const auto before = [](const Entry& x, const Entry& y) { return x.key < y.key; };
  if (!std::is_sorted(entries.begin(), entries.end(), before)) {
    std::sort(entries.begin(), entries.end(), before);
  }
  return entries;
}

/// HiAI's ops state the version of their definition, which decides what attributes they have.
int64_t version_of(const ir::Op& op) {
  return ir::get<int64_t>(op.attrs, "version").value_or(0);
}

bool is_scale(std::string_view key) {
  return key.starts_with("QuantizeInfo") || key.starts_with("quant_") || key.starts_with("deq_");
}

class Attributes {
 public:
  explicit Attributes(Comparison& c) : c_(c) {}

  void compare(const Group& group) {
    const Node& a = c_.matching.a[group.a[0]];
    const Node& b = c_.matching.b[group.b[0]];
    if (a.kind != b.kind) return;
    subject_ = as_utf8(c_.matching.a.label(group.a[0]));
    // What an op that was fused in another way no longer carries is unknown; so is what other
    // writers leave out.
    fused_ = !group.is_pair() || !c_.same_build || !same_origins(a, b) ||
             version_of(*a.op) != version_of(*b.op);
    layout_role_ = a.role == Role::kLayout;
    const std::vector<Entry> x = entries_of(*a.op);
    const std::vector<Entry> y = entries_of(*b.op);
    size_t i = 0;
    size_t j = 0;
    while (i < x.size() || j < y.size()) {
      const bool take_a = j == y.size() || (i < x.size() && x[i].key <= y[j].key);
      const bool take_b = i == x.size() || (j < y.size() && y[j].key <= x[i].key);
      const Entry& entry = take_a ? x[i] : y[j];
      compare_one(entry.key, take_a ? x[i].value : nullptr, take_b ? y[j].value : nullptr);
      if (take_a) ++i;
      if (take_b) ++j;
    }
  }

 private:
  static bool same_origins(const Node& a, const Node& b) {
    const bool fused = a.origins.size() > 1 || b.origins.size() > 1;
    return !fused ||
           std::equal(a.origins.begin(), a.origins.end(), b.origins.begin(), b.origins.end());
  }

  void compare_one(std::string_view key, const ir::AttrValue* a, const ir::AttrValue* b) {
    if (a != nullptr && b != nullptr) {
      if (same_value(*a, *b, is_set(key))) return;
      if (c_.a.kind != c_.b.kind && may_mean_same(*a, *b)) return;
    } else if (const ir::AttrValue& only = a != nullptr ? *a : *b;
               is_default(only) || (c_.a.kind != c_.b.kind && is_left_out(only))) {
      return;
    }
    const AttrClass kind = attr_class(key);
    if (kind == AttrClass::kNoise || kind == AttrClass::kPlan) {
      c_.add_noise();
      return;
    }
    const bool one_sided = a == nullptr || b == nullptr;
    if (one_sided && fused_ && kind != AttrClass::kVersion) return;
    // Follows from the compiler, which is told once.
    if (kind == AttrClass::kDescriptive && (one_sided || !c_.same_build)) return c_.add_noise();
    report(as_utf8(key), kind, a, b);
  }

  /// Of attributes that hold attributes, those that differ.
  void report(const std::string& key, AttrClass kind, const ir::AttrValue* a,
              const ir::AttrValue* b) {
    const auto* inner_a = held_attrs(a);
    const auto* inner_b = held_attrs(b);
    if (inner_a == nullptr || inner_b == nullptr) {
      report_value(key, kind, a, b);
      return;
    }
    for (const ir::Attr& attr : inner_a->attrs) {
      const ir::AttrValue* other = ir::find(inner_b->attrs, attr.name);
      if (other == nullptr ? is_default(attr.value) : same_value(attr.value, *other, false))
        continue;
      report_value(fmt::format("{}.{}", key, as_utf8(attr.name)), kind, &attr.value, other);
    }
    for (const ir::Attr& attr : inner_b->attrs) {
      if (is_default(attr.value) || ir::find(inner_a->attrs, attr.name) != nullptr) continue;
      report_value(fmt::format("{}.{}", key, as_utf8(attr.name)), kind, nullptr, &attr.value);
    }
  }

  static const ir::NamedAttrs* held_attrs(const ir::AttrValue* value) {
    const auto* named = value == nullptr ? nullptr : std::get_if<const ir::NamedAttrs*>(value);
    return named == nullptr ? nullptr : *named;
  }

  void report_value(const std::string& key, AttrClass kind, const ir::AttrValue* a,
                    const ir::AttrValue* b) {
    const auto texts = texts_of(a, b);
    const auto add = [&](Severity severity, Class of, std::string why) {
      c_.add(severity, of, fmt::format("{}: {}", subject_, key), texts.first, texts.second,
             std::move(why));
    };
    switch (kind) {
      case AttrClass::kSemantic:
        if (layout_role_) {
          add(Severity::kInfo, Class::kPrecision, "the op only changes precision or layout");
        } else if (key == "data_format") {
          add(Severity::kInfo, Class::kLayout, "the op works in another layout");
        } else if (is_scale(key)) {
          add(Severity::kError, Class::kAttribute, "quantised with another scale: other results");
        } else {
          add(Severity::kError, Class::kAttribute, "a parameter of the op differs");
        }
        return;
      case AttrClass::kPlacement:
        add(Severity::kWarning, Class::kPlacement, "another engine runs the op");
        return;
      case AttrClass::kVersion:
        add(Severity::kInfo, Class::kVersion, "another version of the op's definition");
        return;
      case AttrClass::kDescriptive:
        add(Severity::kInfo, Class::kAttribute, "tells how the op was built, not what it computes");
        return;
      default: add(Severity::kWarning, Class::kAttribute, "meaning unknown"); return;
    }
  }

  Comparison& c_;
  std::string subject_;
  bool fused_ = false;
  bool layout_role_ = false;
};

}  // namespace

void compare_attributes(Comparison& c) {
  if (!c.same_family) {
    compare_parameters(c);
    return;
  }
  Attributes attributes(c);
  for_each_pair(c, [&](const Group& group) { attributes.compare(group); });
}

}  // namespace omscope::diff
