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

class Attributes {
 public:
  explicit Attributes(Comparison& c) : c_(c) {}

  void compare(const Group& group) {
    const Node& a = c_.matching.a[group.a[0]];
    const Node& b = c_.matching.b[group.b[0]];
    if (a.kind != b.kind) return;
    subject_ = as_utf8(c_.matching.a.label(group.a[0]));
    // What a fused op no longer carries is unknown; so is what other writers leave out.
    fused_ = !group.is_pair() || a.origins.size() > 1 || b.origins.size() > 1 || !c_.same_build ||
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
    report(key, kind, a, b);
  }

  void report(std::string_view key, AttrClass kind, const ir::AttrValue* a,
              const ir::AttrValue* b) {
    const auto text = [](const ir::AttrValue* value) {
      return value == nullptr ? std::nullopt : std::optional(text_of(*value));
    };
    const auto add = [&](Severity severity, Class of, std::string why) {
      c_.add(severity, of, fmt::format("{}: {}", subject_, as_utf8(key)), text(a), text(b),
             std::move(why));
    };
    switch (kind) {
      case AttrClass::kSemantic:
        if (layout_role_) {
          add(Severity::kInfo, Class::kPrecision, "the op only changes precision or layout");
        } else if (key == "data_format") {
          add(Severity::kInfo, Class::kLayout, "the op works in another layout");
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
