#include "omscope/report/text_page.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::report {
namespace {

constexpr size_t kLabelWidth = 11;
constexpr size_t kIndent = 2;
constexpr size_t kGap = 2;

std::string_view colour_of(Tone tone) {
  switch (tone) {
    case Tone::kPlain: return "";
    case Tone::kHeading: return "\033[1m";
    case Tone::kDim: return "\033[2m";
    case Tone::kGood: return "\033[32m";
    case Tone::kWarning: return "\033[33m";
    case Tone::kError: return "\033[31m";
  }
  return "";
}

/// Pieces of at most `width` columns, cut at blanks where there are any.
std::vector<std::string> wrapped(std::string_view text, size_t width, bool whole) {
  std::vector<std::string> lines;
  std::string line;
  size_t used = 0;
  for (const std::string_view word : split(text, ' ')) {
    const std::string fitting = whole ? std::string(word) : shortened(word, width);
    const size_t columns = display_width(fitting);
    if (!line.empty() && used + 1 + columns > width) {
      lines.push_back(std::move(line));
      line.clear();
      used = 0;
    }
    if (!line.empty()) {
      line += ' ';
      ++used;
    }
    line += fitting;
    used += columns;
  }
  lines.push_back(std::move(line));
  return lines;
}

/// Pieces of at most `width` columns; words that are longer are broken, at a "/" where there is
/// one.
std::vector<std::string> folded(std::string_view text, size_t width) {
  std::string broken;
  for (const std::string_view word : split(text, ' ')) {
    std::string_view rest = word;
    if (!broken.empty()) broken += ' ';
    while (display_width(rest) > width) {
      size_t end = 0;  // bytes of as many characters as fit
      size_t best = 0;
      while (end < rest.size()) {
        size_t next = end + 1;
        while (next < rest.size() && (static_cast<unsigned char>(rest[next]) & 0xC0U) == 0x80U) {
          ++next;
        }
        if (display_width(rest.substr(0, next)) > width) break;
        end = next;
        if (rest[end - 1] == '/' || rest[end - 1] == ',') best = end;
      }
      if (best > width / 2) end = best;
      if (end == 0) break;
      broken += std::string(rest.substr(0, end)) + ' ';
      rest.remove_prefix(end);
    }
    broken += rest;
  }
  return wrapped(broken, width, false);
}

std::string padded(std::string_view text, size_t columns, bool right) {
  const size_t width = display_width(text);
  const std::string space(columns > width ? columns - width : 0, ' ');
  return right ? space + std::string(text) : std::string(text) + space;
}

using Rows = std::vector<std::vector<std::string>>;

/// A column that is empty in all rows gets no width.
std::vector<size_t> column_widths(const Rows& rows, size_t room) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  constexpr size_t kNarrowest = 4;
  for (size_t& width : widths) width = std::min(width, room);
  const auto used =
      widths.size() - static_cast<size_t>(std::count(widths.begin(), widths.end(), 0));
  const size_t gaps = kGap * (used == 0 ? 0 : used - 1);
  size_t total = std::accumulate(widths.begin(), widths.end(), gaps);
  // The widest column gives way, a step at a time, until all are about equal.
  while (total > room) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) break;
    --*widest;
    --total;
  }
  return widths;
}

}  // namespace

void TextPage::line(std::string_view text, Tone tone) {
  if (full()) {
    ++left_out_;
    return;
  }
  lines_.push_back({style_.whole ? std::string(text) : shortened(text, style_.width), tone});
}

void TextPage::row(std::string_view label, std::string_view text, Tone tone) {
  const size_t start = kIndent + kLabelWidth;
  const size_t room = style_.width > start + 20 ? style_.width - start : 20;
  std::string head = std::string(kIndent, ' ') + padded(label, kLabelWidth, false);
  for (const std::string& piece : wrapped(text, room, style_.whole)) {
    line(head + piece, tone);
    head = std::string(start, ' ');
  }
}

void TextPage::table(const Rows& rows, const std::vector<bool>& numeric,
                     const std::vector<Tone>& tones, Fit fit) {
  constexpr size_t kNoLimit = 1U << 30U;
  const size_t room = style_.whole ? kNoLimit : style_.width > kIndent ? style_.width - kIndent : 1;
  const std::vector<size_t> widths = column_widths(rows, room);
  for (size_t at = 0; at < rows.size(); ++at) {
    const auto& row = rows[at];
    std::vector<std::vector<std::string>> cells;
    size_t height = 1;
    for (size_t i = 0; i < row.size(); ++i) {
      const bool wraps = fit == Fit::kWrap || (fit == Fit::kWrapLast && i + 1 == row.size());
      cells.push_back(wraps && widths[i] > 0
                          ? folded(row[i], widths[i])
                          : std::vector<std::string>{shortened(row[i], widths[i])});
      height = std::max(height, cells.back().size());
    }
    for (size_t piece = 0; piece < height; ++piece) {
      std::string text(kIndent, ' ');
      for (size_t i = 0; i < row.size(); ++i) {
        if (widths[i] == 0) continue;  // nobody has anything in this column
        const bool right = i < numeric.size() && numeric[i];
        const std::string_view cell =
            piece < cells[i].size() ? std::string_view(cells[i][piece]) : "";
        text += padded(cell, widths[i], right);
        if (i + 1 < row.size()) text += std::string(kGap, ' ');
      }
      text.erase(text.find_last_not_of(' ') + 1);
      line(text, at < tones.size() ? tones[at] : Tone::kPlain);
    }
  }
}

void TextPage::print(std::ostream& out) const {
  const size_t total = lines_.size() + left_out_;
  const bool cut = total > style_.most_lines;
  const size_t shown = cut ? style_.most_lines - 1 : lines_.size();
  for (size_t i = 0; i < std::min(shown, lines_.size()); ++i) {
    const Line& each = lines_[i];
    const std::string_view colour = style_.colour ? colour_of(each.tone) : std::string_view{};
    out << colour << each.text << (colour.empty() ? "" : "\033[0m") << '\n';
  }
  if (cut) out << fmt::format("… {} more lines; --all shows them\n", total - shown);
}

}  // namespace omscope::report
