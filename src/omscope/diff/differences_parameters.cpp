// Parameters of ops where one side is ONNX and the other was compiled from it.
#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"
#include "omscope/diff/parameters.h"

namespace omscope::diff {
namespace {

std::string text_of(const std::vector<double>& values) {
  std::string all;
  for (const double value : values) {
    all += (all.empty() ? "" : ", ") + number_text(static_cast<float>(value));
  }
  return values.size() == 1 ? all : fmt::format("[{}]", all);
}

bool same_numbers(const std::vector<double>& x, const std::vector<double>& y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](double a, double b) {
    return static_cast<float>(a) == static_cast<float>(b);
  });
}

class Parameters {
 public:
  explicit Parameters(Comparison& c) : c_(c), m_(c.matching) {}

  void compare(const Group& group) {
    for (const uint32_t a : group.a) {
      const Node& x = m_.a[a];
      if (x.op == nullptr || x.role != Role::kCompute) continue;
      if (count_of(m_.a, group.a, x.kind) != 1 || count_of(m_.b, group.b, x.kind) != 1) continue;
      for (const uint32_t b : group.b) {
        if (m_.b[b].kind == x.kind && m_.b[b].op != nullptr) compare(group, a, b);
      }
    }
  }

 private:
  static size_t count_of(const Network& network, const std::vector<uint32_t>& nodes,
                         uint32_t kind) {
    return static_cast<size_t>(std::count_if(
        nodes.begin(), nodes.end(), [&](uint32_t node) { return network[node].kind == kind; }));
  }

  static bool has_pad(const Network& network, const std::vector<uint32_t>& nodes) {
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](uint32_t node) { return kind_of(network[node].type).name == "pad"; });
  }

  void compare(const Group& group, uint32_t a, uint32_t b) {
    const std::string kind = kind_of(m_.a[a].type).name;
    const auto x = parameters_of(*m_.a[a].op, kind, c_.a.kind == Kind::kOnnx);
    const auto y = parameters_of(*m_.b[b].op, kind, c_.b.kind == Kind::kOnnx);
    for (const Parameter& mine : x) {
      const auto other = std::find_if(
          y.begin(), y.end(), [&](const Parameter& each) { return each.name == mine.name; });
      if (other == y.end() || mine.values.size() != other->values.size()) continue;
      if (same_numbers(mine.values, other->values)) continue;
      // A Pad in front becomes part of the convolution.
      if (mine.name == "pads" && (has_pad(m_.a, group.a) || has_pad(m_.b, group.b))) continue;
      c_.add(Severity::kError, Class::kAttribute,
             fmt::format("{}: {}", as_utf8(m_.a.label(a)), mine.name), text_of(mine.values),
             text_of(other->values), "a parameter of the op differs");
    }
  }

  Comparison& c_;
  Matching& m_;
};

}  // namespace

void compare_parameters(Comparison& c) {
  Parameters parameters(c);
  for (const Group& group : c.matching.groups()) parameters.compare(group);
}

}  // namespace omscope::diff
