// What the caller of the model sees: inputs, outputs, gears, image preprocessing.
#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/attributes.h"
#include "omscope/diff/differences.h"
#include "omscope/diff/names.h"

namespace omscope::diff {

std::string dims_text(ir::List<int64_t> dims) {
  return fmt::format("[{}]", fmt::join(dims, ", "));
}

namespace {

std::string_view port_name(const ir::Port& port, bool is_output) {
  return is_output ? output_name(port.name) : port.name;
}

std::string port_text(const ir::Port& port) {
  std::string text = as_utf8(port.name);
  if (port.dtype != DType::kUndefined) text += fmt::format(" {}", to_string(port.dtype));
  if (port.has_shape) text += " " + dims_text(port.shape);
  return text;
}

/// A compiler fixes dims that an ONNX model leaves open.
bool same_dims(const Comparison& c, ir::List<int64_t> a, ir::List<int64_t> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](int64_t x, int64_t y) {
    return x == y || (!c.same_family && (x == ir::kUnknownDim || y == ir::kUnknownDim));
  });
}

void compare_port(Comparison& c, const ir::Port& a, const ir::Port& b, const std::string& subject,
                  bool is_output) {
  if (a.dtype != b.dtype && a.dtype != DType::kUndefined && b.dtype != DType::kUndefined) {
    c.add(Severity::kError, Class::kInterface, subject, std::string(to_string(a.dtype)),
          std::string(to_string(b.dtype)),
          is_output ? "the caller reads another element type"
                    : "the caller must supply another element type");
  }
  const bool same_shape = same_dims(c, a.shape, b.shape);
  const bool both_say =
      a.has_shape && b.has_shape && c.says_shape(c.a, a.shape) && c.says_shape(c.b, b.shape);
  if (both_say && !same_shape) {
    c.add(Severity::kError, Class::kInterface, subject, dims_text(a.shape), dims_text(b.shape),
          is_output ? "the caller reads another shape" : "the caller must supply another shape");
    if (!is_output) c.shapes_follow = true;
  }
  if (a.format.known() && b.format.known() && a.format != b.format) {
    c.add(Severity::kWarning, Class::kLayout, subject, std::string(a.format.base),
          std::string(b.format.base), "the stated layout differs; the shape is the same");
  }
}

/// Which of b's ports stands for each of a's; SIZE_MAX where none does.
using Partners = std::vector<size_t>;

/// By name, the rest by position.
Partners pair_by_name(const std::vector<ir::Port>& a, const std::vector<ir::Port>& b,
                      bool is_output) {
  Partners partners(a.size(), SIZE_MAX);
  std::vector<bool> taken(b.size());
  std::unordered_map<std::string_view, size_t> names;
  for (size_t j = 0; j < b.size(); ++j) names.emplace(port_name(b[j], is_output), j);
  for (size_t i = 0; i < a.size(); ++i) {
    const auto found = names.find(port_name(a[i], is_output));
    if (a[i].name.empty() || found == names.end() || taken[found->second]) continue;
    partners[i] = found->second;
    taken[found->second] = true;
  }
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (partners[i] == SIZE_MAX && !taken[i]) partners[i] = i;
  }
  return partners;
}

/// The outputs by what makes them, where that tells all of them apart and gives another order.
std::optional<Partners> pair_by_source(const Comparison& c) {
  const Matching& m = c.matching;
  const auto is_outputs = [&](const Group& group) {
    return group.is_pair() && m.a.role(group.a[0]) == Role::kOutput &&
           m.b.role(group.b[0]) == Role::kOutput;
  };
  const auto group = std::find_if(m.groups().begin(), m.groups().end(), is_outputs);
  if (group == m.groups().end()) return std::nullopt;
  const auto wires_a = m.a.wires(group->a[0]);
  const auto wires_b = m.b.wires(group->b[0]);
  const bool all = wires_a.size() == wires_b.size() && wires_a.size() == c.a.outputs.size() &&
                   wires_b.size() == c.b.outputs.size();
  if (!all) return std::nullopt;
  std::map<std::pair<uint32_t, uint32_t>, size_t> sources;
  for (size_t j = 0; j < wires_b.size(); ++j) {
    const uint32_t source = wires_b[j].node == kNone ? kNone : m.of_b(wires_b[j].node);
    if (source == kNone || !sources.try_emplace({source, wires_b[j].slot}, j).second) {
      return std::nullopt;
    }
  }
  Partners partners;
  bool same_order = true;
  for (const Edge& wire : wires_a) {
    const uint32_t source = wire.node == kNone ? kNone : m.of_a(wire.node);
    const auto found = sources.find({source, wire.slot});
    if (found == sources.end()) return std::nullopt;
    same_order = same_order && found->second == partners.size();
    partners.push_back(found->second);
    sources.erase(found);
  }
  return same_order ? std::nullopt : std::optional(partners);
}

std::string names_text(const std::vector<ir::Port>& ports, bool is_output) {
  std::string text;
  for (const ir::Port& port : ports) {
    if (text.size() > 200) return text + ", …";
    text += (text.empty() ? "" : ", ") + as_utf8(port_name(port, is_output));
  }
  return text;
}

void compare_names(Comparison& c, const ir::Port& a, const ir::Port& b, const std::string& subject,
                   bool is_output) {
  if (port_name(a, is_output) == port_name(b, is_output)) return;
  if (is_generated_output(a.name) && is_generated_output(b.name)) {
    c.add_noise();
  } else {
    c.add(Severity::kInfo, Class::kInterface, subject, as_utf8(a.name), as_utf8(b.name),
          "another name; compared by position");
  }
}

void compare_ports(Comparison& c, const std::vector<ir::Port>& a, const std::vector<ir::Port>& b,
                   bool is_output) {
  const std::string_view word = is_output ? "output" : "input";
  const auto by_source = is_output ? pair_by_source(c) : std::nullopt;
  const Partners partners = by_source ? *by_source : pair_by_name(a, b, is_output);
  if (a.size() != b.size() && !is_output) c.shapes_follow = true;
  bool reordered = false;
  std::vector<bool> taken(b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    const std::string subject = fmt::format("{} {}", word, as_utf8(a[i].name));
    if (partners[i] == SIZE_MAX) {
      c.add(Severity::kError, Class::kInterface, subject, port_text(a[i]), std::nullopt,
            is_output ? "the caller no longer gets it" : "the caller no longer supplies it");
      continue;
    }
    taken[partners[i]] = true;
    reordered = reordered || (partners[i] != i && a.size() == b.size());
    if (!by_source) compare_names(c, a[i], b[partners[i]], subject, is_output);
    compare_port(c, a[i], b[partners[i]], subject, is_output);
  }
  for (size_t j = 0; j < b.size(); ++j) {
    if (taken[j]) continue;
    c.add(Severity::kError, Class::kInterface, fmt::format("{} {}", word, as_utf8(b[j].name)),
          std::nullopt, port_text(b[j]),
          is_output ? "the caller gets one more" : "the caller must supply one more");
  }
  if (reordered) {
    c.add(Severity::kError, Class::kInterface, fmt::format("order of {}s", word),
          names_text(a, is_output), names_text(b, is_output),
          is_output ? "the caller gets them in another order"
                    : "the caller must supply them in another order");
  }
}

std::string gears_text(const ir::Dynamic& dynamic) {
  if (dynamic.gears.empty()) return dynamic.kind == ir::DynamicKind::kNone ? "fixed" : "open";
  std::string text;
  for (const auto& gear : dynamic.gears) {
    if (text.size() > 200) return text + " …";
    text += (text.empty() ? "" : " ") + dims_text(gear);
  }
  return text;
}

void compare_gears(Comparison& c) {
  const ir::Dynamic& a = c.a.dynamic;
  const ir::Dynamic& b = c.b.dynamic;
  if (a.kind == b.kind && a.gears == b.gears) return;
  // An ONNX model states which dims vary, a compiled one for which values it was built.
  if (!c.same_family && (a.gears.empty() || b.gears.empty())) {
    c.add(Severity::kInfo, Class::kDynamic, "dims", gears_text(a), gears_text(b),
          "a compiler fixes dims that an ONNX model leaves open");
    return;
  }
  c.add(Severity::kError, Class::kDynamic, "gears", gears_text(a), gears_text(b),
        "other shapes can be chosen at run time");
}

std::string aipp_text(const ir::Aipp& aipp) {
  return fmt::format("{} {}", aipp.mode, aipp.image_format);
}

void compare_aipp(Comparison& c) {
  const auto& list_a = c.a.aipp;
  const auto& list_b = c.b.aipp;
  for (size_t i = 0; i < std::max(list_a.size(), list_b.size()); ++i) {
    if (i >= list_a.size() || i >= list_b.size()) {
      const bool in_a = i < list_a.size();
      const ir::Aipp& aipp = in_a ? list_a[i] : list_b[i];
      const std::optional<std::string> none;
      c.add(Severity::kError, Class::kAipp, fmt::format("input {}", as_utf8(aipp.input)),
            in_a ? std::optional(aipp_text(aipp)) : none,
            in_a ? none : std::optional(aipp_text(aipp)),
            "image preprocessing on one side only: the caller supplies other data");
      continue;
    }
    const ir::List<ir::Attr> a = list_a[i].config ? list_a[i].config->attrs : ir::List<ir::Attr>();
    const ir::List<ir::Attr> b = list_b[i].config ? list_b[i].config->attrs : ir::List<ir::Attr>();
    const auto report = [&](std::string_view key, const ir::AttrValue* x, const ir::AttrValue* y) {
      c.add(Severity::kError, Class::kAipp,
            fmt::format("input {}: {}", as_utf8(list_a[i].input), key),
            x ? std::optional(text_of(*x)) : std::nullopt,
            y ? std::optional(text_of(*y)) : std::nullopt, "the image is preprocessed differently");
    };
    for (const ir::Attr& attr : a) {
      const ir::AttrValue* other = ir::find(b, attr.name);
      if (other == nullptr ? is_default(attr.value) : same_value(attr.value, *other, false))
        continue;
      report(attr.name, &attr.value, other);
    }
    for (const ir::Attr& attr : b) {
      if (ir::find(a, attr.name) == nullptr && !is_default(attr.value)) {
        report(attr.name, nullptr, &attr.value);
      }
    }
  }
}

}  // namespace

void compare_interface(Comparison& c) {
  compare_ports(c, c.a.inputs, c.b.inputs, false);
  compare_ports(c, c.a.outputs, c.b.outputs, true);
  compare_gears(c);
  compare_aipp(c);
}

}  // namespace omscope::diff
