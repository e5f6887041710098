// Lines of text for a screen: never wider than it, and no longer than asked for.
#pragma once

#include <cstddef>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace omscope::report {

struct TextStyle {
  size_t width = 100;
  size_t most_lines = std::numeric_limits<size_t>::max();
  bool whole = false;  ///< cells and words stay whole, though lines get longer than `width`
  bool colour = false;
  bool unicode = true;  ///< false: pictures made of characters stay in ASCII
};

/// What becomes of the cells of a row that is too wide.
enum class Fit : unsigned char {
  kCut,       ///< their middle gives way
  kWrapLast,  ///< those of the last column go on below, the others are cut
  kWrap,      ///< all go on below
};

enum class Tone : unsigned char { kPlain, kHeading, kDim, kGood, kWarning, kError };

/// Collects lines and prints them when it is complete. Texts must be safe for a terminal already
/// (see `for_terminal`); what is too wide is cut or wrapped.
class TextPage {
 public:
  explicit TextPage(TextStyle style) : style_(style) {}

  void line(std::string_view text, Tone tone = Tone::kPlain);
  void blank() { line(""); }
  /// "label      text", the text wrapped at blanks with a hanging indent.
  void row(std::string_view label, std::string_view text, Tone tone = Tone::kPlain);
  /// Rows of cells in columns; the widest column gives way where a row is too wide. `numeric` says
  /// which columns stand to the right, `tones` the colour of each row.
  void table(const std::vector<std::vector<std::string>>& rows,
             const std::vector<bool>& numeric = {}, const std::vector<Tone>& tones = {},
             Fit fit = Fit::kCut);

  /// No further line would be shown: whoever makes lines can stop.
  bool full() const { return lines_.size() > style_.most_lines; }
  /// Counts lines that were not made because the page was full.
  void leave_out(size_t lines) { left_out_ += lines; }
  const TextStyle& style() const { return style_; }

  void print(std::ostream& out) const;

 private:
  struct Line {
    std::string text;
    Tone tone;
  };
  TextStyle style_;
  std::vector<Line> lines_;
  size_t left_out_ = 0;
};

}  // namespace omscope::report
