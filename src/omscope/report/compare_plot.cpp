#include "omscope/report/compare_plot.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "omscope/report/compare_words.h"
#include "omscope/report/markup.h"

namespace omscope::report {
namespace {

constexpr double kWidth = 1000;
constexpr double kHeight = 260;
constexpr double kLeft = 58;
constexpr double kRight = 12;
constexpr double kTop = 16;
constexpr double kBottom = 24;
constexpr double kBand = 16;  // below the scale: no error
constexpr double kGap = 48;   // above it, behind a gap in the axis: an infinite one
constexpr size_t kMostPoints = 600;

struct Point {
  size_t index = 0;  ///< in Result::pairs
  double error = 0;
};

std::vector<Point> points_of(const compare::Result& result) {
  std::vector<Point> points;
  for (size_t i = 0; i < result.pairs.size(); ++i) {
    if (const auto error = error_of(result.pairs[i])) points.push_back({i, *error});
  }
  if (points.size() <= kMostPoints) return points;
  const size_t together = (points.size() + kMostPoints - 1) / kMostPoints;
  std::vector<Point> fewer;
  for (size_t from = 0; from < points.size(); from += together) {
    const auto begin = points.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end =
        points.begin() + static_cast<std::ptrdiff_t>(std::min(from + together, points.size()));
    fewer.push_back(*std::max_element(
        begin, end, [](const Point& a, const Point& b) { return a.error < b.error; }));
  }
  return fewer;
}

/// Powers of ten that the scale reaches from and to.
class Scale {
 public:
  explicit Scale(const std::vector<Point>& points) {
    bool any = false;
    for (const Point& point : points) {
      if (std::isinf(point.error)) top_ = kTop + kGap;
      if (!std::isfinite(point.error) || point.error <= 0) continue;
      const double power = std::log10(point.error);
      low_ = any ? std::min(low_, power) : power;
      high_ = any ? std::max(high_, power) : power;
      any = true;
    }
    if (!any) {
      low_ = -6;
      high_ = 0;
    }
    low_ = std::floor(low_);
    high_ = std::max(std::ceil(high_), low_ + 1);
  }

  double y_of_power(double power) const {
    const double from = kHeight - kBottom - kBand;
    return from + (top_ - from) * (power - low_) / (high_ - low_);
  }
  double y(double error) const {
    if (std::isinf(error)) return kTop;
    if (error <= 0) return kHeight - kBottom;
    return y_of_power(std::log10(error));
  }
  int low() const { return static_cast<int>(low_); }
  int high() const { return static_cast<int>(high_); }

 private:
  double low_ = 0;
  double high_ = 0;
  double top_ = kTop;
};

class Plot {
 public:
  Plot(std::ostream& out, const compare::Result& result)
      : out_(out), result_(result), points_(points_of(result)), scale_(points_) {}

  void write() {
    if (points_.empty()) {
      out_ << "<p>No tensor was compared.</p>\n";
      return;
    }
    out_ << fmt::format(
        "<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"Relative Euclidean distance of "
        "each tensor, {2}\">\n",
        kWidth, kHeight, order_text(result_.order));
    grid();
    curve();
    start();
    for (const Point& point : points_) circle(point);
    out_ << "</svg>\n";
  }

 private:
  double x(size_t index) const {
    const size_t last = std::max<size_t>(result_.pairs.size(), 2) - 1;
    return kLeft + 8 +
           (kWidth - kLeft - kRight - 16) * static_cast<double>(index) / static_cast<double>(last);
  }

  void label(double y, std::string_view text) {
    out_ << fmt::format(
        "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
        kLeft, kWidth - kRight, y, y, kLeft - 6, y + 4, text);
  }

  void grid() {
    constexpr int kMostLines = 8;
    const int step = 1 + (scale_.high() - scale_.low()) / kMostLines;
    const auto is = [&](auto what) { return std::any_of(points_.begin(), points_.end(), what); };
    if (is([](const Point& point) { return std::isinf(point.error); })) infinite();
    for (int power = scale_.low(); power <= scale_.high(); power += step) {
      label(scale_.y_of_power(power), fmt::format("1e{}", power));
    }
    if (is([](const Point& point) { return point.error <= 0; })) label(kHeight - kBottom, "0");
    out_ << fmt::format("<text x=\"{}\" y=\"{}\">relative Euclidean distance, tensors {}</text>\n",
                        kLeft, kHeight - 6, order_text(result_.order));
  }

  /// NaN and infinity are no matter of scale: they stand behind a gap in the axis.
  void infinite() {
    const double gap = kTop + kGap / 2;
    out_ << fmt::format(
        "<line class=\"infinite\" x1=\"{0}\" x2=\"{1}\" y1=\"{2}\" y2=\"{2}\"/>"
        "<text class=\"infinite\" x=\"{3}\" y=\"{4}\" text-anchor=\"end\">NaN, inf</text>"
        "<polyline class=\"gap\" points=\"{5},{6} {7},{8} {5},{8} {7},{9}\"/>\n",
        kLeft, kWidth - kRight, kTop, kLeft - 6, kTop + 4, kLeft - 5, gap - 8, kLeft + 5, gap,
        gap + 8);
  }

  void curve() {
    out_ << "<polyline class=\"curve\" points=\"";
    for (const Point& point : points_) {
      out_ << fmt::format("{:.1f},{:.1f} ", x(point.index), scale_.y(point.error));
    }
    out_ << "\"/>\n";
  }

  void start() {
    const compare::Pair* pair = result_.first_divergence ? starting_pair(result_) : nullptr;
    if (pair == nullptr) return;
    const double at = x(static_cast<size_t>(pair - result_.pairs.data()));
    out_ << fmt::format(
        "<line class=\"start\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"/>\n", at,
        kTop - 8, kHeight - kBottom);
  }

  void circle(const Point& point) {
    const compare::Pair& pair = result_.pairs[point.index];
    out_ << fmt::format(
        "<a href=\"#t{}\"><circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"><title>{}: "
        "{}</title></circle></a>\n",
        point.index, compare::to_string(pair.status), x(point.index), scale_.y(point.error),
        points_.size() > 200 ? 2 : 4, markup_text(pair_label(pair)), short_number(point.error));
  }

  std::ostream& out_;
  const compare::Result& result_;
  std::vector<Point> points_;
  Scale scale_;
};

}  // namespace

void write_error_plot(std::ostream& out, const compare::Result& result) {
  Plot(out, result).write();
}

}  // namespace omscope::report
