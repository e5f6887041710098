#include "omscope/compare/align.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/compare/shape_mismatch.h"
#include "omscope/tensor/layout_shape.h"

namespace omscope::compare {
namespace {

using Shape = std::vector<int64_t>;
using tensor::Conversion;

/// The letters of a plain layout with one for each dim; empty for others.
std::string letters_of(const Layout& layout, size_t rank) {
  const tensor::LayoutRule* rule = tensor::find_layout(layout.base);
  const bool named = rule != nullptr && rule->scheme == tensor::Scheme::kPlain;
  return named && rule->axes.size() == rank ? std::string(rule->axes) : std::string();
}

std::string why_no_bytes(const ir::StoredTensor& tensor) {
  switch (tensor.payload) {
    case ir::Payload::kCut:
      return fmt::format("{} of its {} bytes are in the file", tensor.bytes.size(), tensor.size);
    case ir::Payload::kNotWritten: return "its bytes were not written by the producer";
    case ir::Payload::kElsewhere:
      return tensor.recorded ? "the file holds its statistics and not its values"
                             : "its values are not in the file";
    case ir::Payload::kComplete: break;
  }
  return {};
}

/// How the elements of one side are read.
struct View {
  Shape shape;
  std::string letters;
  uint64_t count = 0;
  ByteView bytes;
  std::optional<Conversion> conversion;
  std::string note;
  std::string fault;
};

std::string text_of(const Problem& problem) {
  return problem.where.empty() ? problem.message : problem.where + " " + problem.message;
}

View take_conversion(const ir::StoredTensor& tensor, omscope::Result<Conversion> made) {
  View view;
  if (!made) {
    view.fault = text_of(made.error());
    return view;
  }
  view.shape = made->shape;
  view.count = made->count();
  view.bytes = tensor.bytes;
  view.letters = letters_of(made->layout, view.shape.size());
  if (view.letters.empty()) view.letters = made->logical.letters;
  if (!made->notes.empty()) view.note = fmt::format("{}", fmt::join(made->notes, "; "));
  if (made->is_plain_copy()) {
    // Padding may follow behind the last element.
    view.bytes = view.bytes.first(std::min<uint64_t>(view.bytes.size(), made->output_bytes()));
  } else {
    view.conversion = std::move(*made);
  }
  return view;
}

tensor::StoredShape stored(const ir::StoredTensor& tensor, const OriginHint& hint) {
  tensor::StoredShape from = tensor::stored_shape(tensor);
  if (!from.has_origin_shape && hint.known) {
    from.origin_shape = hint.shape;
    from.origin_layout = hint.layout;
    from.has_origin_shape = true;
  } else if (!from.origin_layout.known() && hint.known && hint.layout.known() &&
             hint.shape.size() == tensor.origin_shape.size()) {
    from.origin_layout = hint.layout;
  }
  return from;
}

/// Elements as they are stored, in C order.
View plain_view(const ir::StoredTensor& tensor) {
  View view;
  view.shape = tensor.shape;
  const auto count = tensor.has_shape ? ir::element_count(tensor.shape) : std::nullopt;
  const unsigned bits = dtype_info(tensor.dtype).bits;
  if (count) {
    view.count = *count;
  } else if (bits > 0) {
    view.count = tensor.bytes.size() * 8 / bits;
    view.shape = {static_cast<int64_t>(view.count)};
    view.note = "no shape is stated; all bytes are taken for elements";
  }
  const auto needed = dtype_bytes(tensor.dtype, view.count);
  if (bits == 0 || !needed) {
    view.fault = fmt::format("elements of {} have no fixed size", tensor.dtype == DType::kUndefined
                                                                      ? "an unknown type"
                                                                      : to_string(tensor.dtype));
  } else if (*needed > tensor.bytes.size()) {
    view.fault = fmt::format("its shape {} needs {} bytes, there are {}", shape_text(view.shape),
                             *needed, tensor.bytes.size());
  } else {
    view.bytes = tensor.bytes.first(*needed);
  }
  view.letters = letters_of(tensor.format, view.shape.size());
  if (view.letters.empty()) view.letters = letters_of(tensor.origin_format, view.shape.size());
  return view;
}

View fortran_view(const ir::StoredTensor& tensor) {
  Shape reversed(tensor.shape.rbegin(), tensor.shape.rend());
  std::vector<size_t> order(reversed.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = order.size() - 1 - i;
  View view = take_conversion(tensor, tensor::plan_permutation(tensor.dtype, reversed, order));
  if (view.fault.empty() && view.conversion &&
      view.conversion->source_bytes() > tensor.bytes.size()) {
    view.fault = "the file ends before its last element";
  }
  view.letters.clear();
  return view;
}

/// In the order of the origin, without padding. `other` is the shape of the other side: without a
/// stated origin it is what is left when padding goes.
View make_view(const ir::StoredTensor& tensor, const OriginHint& hint, const Shape* other) {
  View view;
  view.fault = why_no_bytes(tensor);
  if (!view.fault.empty()) return view;
  if (tensor.fortran_order && tensor.shape.size() > 1) return fortran_view(tensor);
  if (!tensor::is_device_layout(tensor.format)) return plain_view(tensor);
  const tensor::StoredShape from = stored(tensor, hint);
  if (!from.has_origin_shape && other != nullptr) {
    OriginHint guess{*other, {}, true};
    View guessed = take_conversion(
        tensor, tensor::plan_conversion(stored(tensor, guess), layout_from_text("ND")));
    if (guessed.fault.empty()) return guessed;
  }
  return take_conversion(tensor, tensor::plan_conversion(from, layout_from_text("ND")));
}

bool same_stored(const ir::StoredTensor& run, const ir::StoredTensor& golden) {
  return run.shape == golden.shape && run.format == golden.format && run.has_shape;
}

constexpr std::array<std::string_view, 6> kPlainLayouts = {"NCHW",  "NHWC",  "HWCN",
                                                           "NCDHW", "NDHWC", "DHWCN"};

/// The same tensor with its named axes in an order that gives `shape`: the one stated, else the
/// only one that fits.
std::optional<View> reordered(const ir::StoredTensor& tensor, const OriginHint& hint,
                              const Shape& shape, const Layout& stated) {
  if (tensor.fortran_order) return std::nullopt;
  std::optional<View> found;
  for (const std::string_view layout : kPlainLayouts) {
    const std::string wanted = letters_of(stated, shape.size());
    if (!wanted.empty() ? wanted != layout : layout.size() != shape.size()) continue;
    tensor::StoredShape from = stored(tensor, hint);
    const bool named = tensor::is_device_layout(tensor.format) ||
                       !letters_of(tensor.format, tensor.shape.size()).empty() ||
                       !letters_of(tensor.origin_format, tensor.shape.size()).empty();
    if (!named) return std::nullopt;
    View view = take_conversion(tensor, tensor::plan_conversion(from, layout_from_text(layout)));
    if (!view.fault.empty() || view.shape != shape) continue;
    if (found) return std::nullopt;
    view.note = fmt::format("compared in {}", layout);
    found = std::move(view);
  }
  return found;
}

Shape without_ones(const Shape& shape) {
  Shape out;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(out),
               [](int64_t dim) { return dim != 1; });
  return out;
}

numeric::PairSide side_of(const ir::StoredTensor& tensor, View& view,
                          std::unique_ptr<Conversion>& conversion) {
  if (view.conversion) conversion = std::make_unique<Conversion>(std::move(*view.conversion));
  return {tensor.dtype, view.bytes, conversion.get()};
}

Alignment finish(const ir::StoredTensor& run, const ir::StoredTensor& golden, View& run_view,
                 View& golden_view, std::string note) {
  Alignment out;
  Aligned& sides = out.sides.emplace();
  sides.run = side_of(run, run_view, sides.run_conversion);
  sides.golden = side_of(golden, golden_view, sides.golden_conversion);
  sides.shape = golden_view.shape;
  sides.axes = golden_view.letters.size() == sides.shape.size() ? golden_view.letters
               : run_view.shape == sides.shape                  ? run_view.letters
                                                                : std::string();
  sides.count = golden_view.count;
  for (const std::string* each : {&run_view.note, &golden_view.note}) {
    if (!each->empty()) note += (note.empty() ? "" : "; ") + *each;
  }
  sides.note = std::move(note);
  return out;
}

Alignment finish_alone(const ir::StoredTensor& tensor, View& view, std::string note) {
  Alignment out;
  Aligned& sides = out.sides.emplace();
  sides.run = side_of(tensor, view, sides.run_conversion);
  sides.shape = view.shape;
  if (view.letters.size() == view.shape.size()) sides.axes = view.letters;
  sides.count = view.count;
  if (!view.note.empty()) note += (note.empty() ? "" : "; ") + view.note;
  sides.note = std::move(note);
  return out;
}

Alignment refuse(std::string reason, bool shapes_differ = false) {
  return {std::nullopt, std::move(reason), shapes_differ, false};
}

Alignment shapes_differ(const ir::StoredTensor& run, const ir::StoredTensor& golden, View& a,
                        View& b) {
  const std::string shapes =
      fmt::format("shape differs: run {}, golden {}", shape_text(a.shape), shape_text(b.shape));
  if (a.count != b.count) {
    return refuse(fmt::format("{}; {} elements against {}", shapes, a.count, b.count), true);
  }
  const Shape run_shape = a.shape;
  Alignment flat = finish(run, golden, a, b, "");
  const ShapeFinding found = explain_shapes(*flat.sides, run_shape);
  return {std::nullopt, shapes + "; " + found.text, true, found.transposed};
}

}  // namespace

std::string shape_text(const Shape& shape) {
  return fmt::format("[{}]", fmt::join(shape, ","));
}

Alignment align(const ir::StoredTensor& run, const ir::StoredTensor& golden,
                const OriginHint& hint) {
  View b = make_view(golden, {}, run.has_origin_shape ? &run.origin_shape : nullptr);
  if (!b.fault.empty() && same_stored(run, golden) && why_no_bytes(golden).empty()) {
    // Both in the same layout: padding included they are as good as without.
    View a = plain_view(run);
    b = plain_view(golden);
    if (a.fault.empty() && b.fault.empty() && !golden.fortran_order && !run.fortran_order) {
      return finish(run, golden, a, b, "compared as stored, padding included");
    }
  }
  if (!b.fault.empty()) return refuse("golden: " + b.fault);
  View a = make_view(run, hint, &b.shape);
  if (!a.fault.empty()) return refuse("run: " + a.fault);
  const bool names_differ = !a.letters.empty() && !b.letters.empty() && a.letters != b.letters;
  if (a.shape != b.shape || names_differ) {
    if (auto other = reordered(run, hint, b.shape, golden.format)) {
      return finish(run, golden, *other, b, "");
    }
    if (auto other = reordered(golden, {}, a.shape, run.format)) {
      return finish(run, golden, a, *other, "");
    }
  }
  if (a.shape == b.shape) return finish(run, golden, a, b, "");
  if (!run.has_shape && a.count == b.count) return finish(run, golden, a, b, "");
  if (a.count == b.count && without_ones(a.shape) == without_ones(b.shape)) {
    return finish(run, golden, a, b,
                  fmt::format("shapes differ in dims of 1 alone: run {}, golden {}",
                              shape_text(a.shape), shape_text(b.shape)));
  }
  return shapes_differ(run, golden, a, b);
}

Alignment align_alone(const ir::StoredTensor& tensor, const OriginHint& hint) {
  View view = make_view(tensor, hint, nullptr);
  if (!view.fault.empty()) return refuse(view.fault);
  return finish_alone(tensor, view, "");
}

Alignment align_to(const ir::StoredTensor& run, const OriginHint& hint, const Shape& shape,
                   const Layout& layout) {
  View view = make_view(run, hint, &shape);
  if (!view.fault.empty()) return refuse("run: " + view.fault);
  const std::string letters = letters_of(layout, shape.size());
  const bool names_differ = !view.letters.empty() && !letters.empty() && view.letters != letters;
  if (view.shape != shape || names_differ) {
    if (auto other = reordered(run, hint, shape, layout)) return finish_alone(run, *other, "");
  }
  const auto count = ir::element_count(shape);
  const std::string shapes =
      fmt::format("run {}, golden {}", shape_text(view.shape), shape_text(shape));
  if (count != view.count) return refuse("shape differs: " + shapes, true);
  if (view.shape == shape || !run.has_shape) return finish_alone(run, view, "");
  if (without_ones(view.shape) != without_ones(shape)) {
    return refuse("shape differs: " + shapes, true);
  }
  return finish_alone(run, view, "shapes differ in dims of 1 alone: " + shapes);
}

}  // namespace omscope::compare
