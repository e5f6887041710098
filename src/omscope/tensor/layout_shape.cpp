#include "omscope/tensor/layout_shape.h"

#include <algorithm>
#include <array>
#include <bit>

namespace omscope::tensor {
namespace {

constexpr std::array kRules = {
    LayoutRule{"NCHW", Scheme::kPlain, "NCHW"},
    LayoutRule{"NHWC", Scheme::kPlain, "NHWC"},
    LayoutRule{"HWCN", Scheme::kPlain, "HWCN"},
    LayoutRule{"CHWN", Scheme::kPlain, "CHWN"},
    LayoutRule{"NCDHW", Scheme::kPlain, "NCDHW"},
    LayoutRule{"NDHWC", Scheme::kPlain, "NDHWC"},
    LayoutRule{"DHWCN", Scheme::kPlain, "DHWCN"},
    LayoutRule{"DHWNC", Scheme::kPlain, "DHWNC"},
    LayoutRule{"NC", Scheme::kPlain, "NC"},
    LayoutRule{"CN", Scheme::kPlain, "CN"},
    LayoutRule{"ND", Scheme::kNd, ""},
    LayoutRule{"NC1HWC0", Scheme::kNc1hwc0, ""},
    LayoutRule{"NC1HWC0_C04", Scheme::kNc1hwc0, "", 4},
    LayoutRule{"NDC1HWC0", Scheme::kNdc1hwc0, ""},
    LayoutRule{"C1HWNC0", Scheme::kC1hwnc0, ""},
    LayoutRule{"C1HWNCoC0", Scheme::kC1hwncoc0, ""},
    LayoutRule{"FRACTAL_Z", Scheme::kFractalZ, ""},
    LayoutRule{"FRACTAL_Z_C04", Scheme::kFractalZC04, ""},
    LayoutRule{"FRACTAL_Z_3D", Scheme::kFractalZ3d, ""},
    LayoutRule{"FRACTAL_Z_3D_TRANSPOSE", Scheme::kFractalZ3dTranspose, ""},
    LayoutRule{"FRACTAL_ZZ", Scheme::kFractalZz, ""},
    LayoutRule{"FRACTAL_NZ", Scheme::kFractalNz, ""},
    LayoutRule{"FRACTAL_NZ_C0_2", Scheme::kFractalNz, "", 2},
    LayoutRule{"FRACTAL_NZ_C0_4", Scheme::kFractalNz, "", 4},
    LayoutRule{"FRACTAL_NZ_C0_8", Scheme::kFractalNz, "", 8},
    LayoutRule{"FRACTAL_NZ_C0_16", Scheme::kFractalNz, "", 16},
    LayoutRule{"FRACTAL_NZ_C0_32", Scheme::kFractalNz, "", 32},
};

/// 32 bytes of a row, but 16 elements of the wide types. float32 has 8 on newer chips; only the
/// device shape tells.
int64_t c0_by_type(DType dtype) {
  switch (dtype_info(dtype).bits) {
    case 4: return 64;
    case 8: return 32;
    default: return 16;
  }
}

/// 0: any rank from four.
size_t device_rank(Scheme scheme) {
  switch (scheme) {
    case Scheme::kNc1hwc0:
    case Scheme::kC1hwnc0: return 5;
    case Scheme::kNdc1hwc0:
    case Scheme::kC1hwncoc0: return 6;
    case Scheme::kFractalZ:
    case Scheme::kFractalZC04:
    case Scheme::kFractalZ3d:
    case Scheme::kFractalZ3dTranspose: return 4;
    default: return 0;
  }
}

bool has_device_rank(Scheme scheme, size_t rank) {
  const size_t wanted = device_rank(scheme);
  return wanted == 0 ? rank >= 4 : rank == wanted;
}

std::optional<int64_t> product(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

/// Adds those choices of `rank` letters, in order, that are not listed yet.
void add_choices(std::string_view letters, size_t rank, std::vector<std::string>& names) {
  for (uint32_t set = (1U << letters.size()) - 1; set > 0; --set) {
    if (static_cast<size_t>(std::popcount(set)) != rank) continue;
    std::string name;
    for (size_t i = 0; i < letters.size(); ++i) {
      if ((set >> (letters.size() - 1 - i) & 1U) != 0) name += letters[i];
    }
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
}

}  // namespace

const LayoutRule* find_layout(std::string_view name) {
  const auto found = std::find_if(kRules.begin(), kRules.end(),
                                  [&](const LayoutRule& rule) { return rule.name == name; });
  return found == kRules.end() ? nullptr : &*found;
}

bool is_device_layout(const Layout& layout) {
  const LayoutRule* rule = find_layout(layout.base);
  return rule != nullptr && !is_plain(*rule);
}

std::string known_layouts() {
  std::string names;
  for (const LayoutRule& rule : kRules) {
    if (!names.empty()) names += ", ";
    names += rule.name;
  }
  return names;
}

int Axes::find(char letter) const {
  const size_t at = letters.find(letter);
  return at == std::string::npos ? -1 : static_cast<int>(at);
}

int64_t Axes::extent(char letter) const {
  const int at = find(letter);
  return at < 0 ? 1 : dims[static_cast<size_t>(at)];
}

int64_t choose_c0(const LayoutRule& rule, const Layout& layout, DType dtype,
                  std::span<const int64_t> device_shape) {
  if (!is_plain(rule) && has_device_rank(rule.scheme, device_shape.size())) {
    return device_shape.back();
  }
  if (rule.c0 != 0) return rule.c0;
  // FRACTAL_Z_C04 pads C to four inside of blocks that are as wide as others: a stated 4 is that.
  const int64_t least = rule.scheme == Scheme::kFractalZC04 ? 5 : 1;
  return layout.c0 >= least ? layout.c0 : c0_by_type(dtype);
}

std::optional<Axes> axes_of_device(const LayoutRule& rule, std::span<const int64_t> shape) {
  if (!has_device_rank(rule.scheme, shape.size())) return std::nullopt;
  const auto channels = [&](size_t c1) { return product(shape[c1], shape.back()); };
  const auto named = [](const char* letters, std::vector<std::optional<int64_t>> dims) {
    Axes axes{letters, {}};
    for (const auto dim : dims) {
      if (!dim) return std::optional<Axes>();
      axes.dims.push_back(*dim);
    }
    return std::optional<Axes>(std::move(axes));
  };
  switch (rule.scheme) {
    case Scheme::kNc1hwc0: return named("NCHW", {shape[0], channels(1), shape[2], shape[3]});
    case Scheme::kNdc1hwc0:
      return named("NCDHW", {shape[0], channels(2), shape[1], shape[3], shape[4]});
    case Scheme::kC1hwnc0:
    case Scheme::kC1hwncoc0: return named("NCHW", {shape[3], channels(0), shape[1], shape[2]});
    case Scheme::kFractalNz:
    case Scheme::kFractalZz: break;
    default: return std::nullopt;
  }
  const size_t batch = shape.size() - 4;
  std::vector<std::optional<int64_t>> dims(shape.begin(), shape.begin() + std::ptrdiff_t(batch));
  const bool is_nz = rule.scheme == Scheme::kFractalNz;
  dims.push_back(product(shape[is_nz ? batch + 1 : batch], shape[batch + 2]));
  dims.push_back(product(shape[is_nz ? batch : batch + 1], shape[batch + 3]));
  return named("", dims);
}

std::vector<std::string> possible_names(const LayoutRule& rule, const Layout& origin, size_t rank) {
  std::vector<std::string> names;
  const LayoutRule* stated = find_layout(origin.base);
  if (stated != nullptr && stated->scheme == Scheme::kPlain) {
    add_choices(stated->axes, rank, names);
    return names;
  }
  const bool is_weight = rule.scheme == Scheme::kFractalZ || rule.scheme == Scheme::kFractalZC04;
  if (rank == 1) names.emplace_back("C");
  // Two-dim weights are C x N (Graph Engine's CN), two-dim activations N x C.
  if (rank == 2)
    names = is_weight ? std::vector<std::string>{"CN", "NC"} : std::vector<std::string>{"NC", "CN"};
  const bool has_depth = rule.scheme == Scheme::kNdc1hwc0 || rule.scheme == Scheme::kFractalZ3d ||
                         rule.scheme == Scheme::kFractalZ3dTranspose || rank > 4;
  if (has_depth) {
    for (const char* letters : {"NCDHW", "NDHWC", "DHWCN", "DHWNC"}) {
      add_choices(letters, rank, names);
    }
  } else {
    for (const char* letters : {"NCHW", "NHWC", "HWCN", "CHWN"}) add_choices(letters, rank, names);
  }
  return names;
}

}  // namespace omscope::tensor
