#include "omscope/diagnose/explain_line.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/code_family.h"
#include "omscope/diagnose/integral_key.h"
#include "omscope/diagnose/table.h"

namespace omscope::diagnose {
namespace {

constexpr size_t kLongestText = size_t{1} << 16;
constexpr size_t kMostEntries = 64;

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

class LineReader {
 public:
  LineReader(std::string_view text, Lang lang)
      : text_(text.substr(0, kLongestText)), lower_(lower_case(text_)), lang_(lang) {}

  std::vector<CatalogueEntry> read() {
    about_aicore_ = has("aicore") || has("aivec") || has("aivector") || has("coreid(") ||
                    has("core id") || has("core list") || has("vector core");
    read_key();
    read_assert();
    read_error_words();
    size_t at = 0;
    while (at < text_.size() && entries_.size() < kMostEntries) {
      if (!is_word_char(text_[at])) {
        ++at;
        continue;
      }
      size_t end = at;
      while (end < text_.size() && is_word_char(text_[end])) ++end;
      read_word(at, text_.substr(at, end - at));
      at = end;
    }
    return std::move(entries_);
  }

 private:
  bool has(std::string_view words) const { return lower_.find(words) != std::string::npos; }

  void add(std::vector<CatalogueEntry> found) {
    for (CatalogueEntry& entry : found) {
      const bool there = std::any_of(entries_.begin(), entries_.end(), [&](const auto& each) {
        return each.code == entry.code && each.component == entry.component;
      });
      if (!there) entries_.push_back(std::move(entry));
    }
  }

  /// "integral key 0/1/|…/." or "integral key:0/1/|…".
  void read_key() {
    constexpr std::string_view kMark = "integral key";
    const size_t at = lower_.find(kMark);
    if (at == std::string::npos) return;
    std::string_view rest = std::string_view(text_).substr(at + kMark.size());
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == ':')) rest.remove_prefix(1);
    // "dynamic num:3" has a blank inside.
    size_t end = rest.find_first_of("\r\n\t");
    std::string_view key = rest.substr(0, end);
    while (!key.empty() && !parse_integral_key(key)) {
      const size_t blank = key.rfind(' ');
      key = blank == std::string_view::npos ? std::string_view() : key.substr(0, blank);
    }
    if (!key.empty()) add({entry_of_key(key, op_before(at), lang_)});
  }

  /// "[ASSERT] [CANN_VERSION : 8.2][TimeStamp : 0] a.h:7: Assertion `(i < n)' Index 9 out of …"
  void read_assert() {
    constexpr std::string_view kMark = "[assert]";
    const size_t at = lower_.find(kMark);
    if (at == std::string::npos) return;
    std::string_view rest = std::string_view(text_).substr(at + kMark.size());
    rest = rest.substr(0, rest.find_first_of("\r\n"));
    constexpr std::string_view kAssertion = ": Assertion `";
    const size_t condition = rest.find(kAssertion);
    std::string_view place = rest.substr(0, condition);
    place = place.substr(place.rfind(']') + 1);
    std::string_view said = condition == std::string_view::npos
                                ? std::string_view()
                                : rest.substr(condition + kAssertion.size() - 1);
    while (place.starts_with(' ')) place.remove_prefix(1);
    if (said.empty()) std::swap(said, place);
    const std::string where = place.empty() ? "" : fmt::format(" ({})", place);
    CatalogueEntry entry;
    entry.code = "[ASSERT]";
    entry.component = "device assert";
    entry.lang = lang_;
    if (lang_ == Lang::kChinese) {
      entry.meaning = fmt::format("核函数源码中的检查失败：{}{}", said, where);
      entry.cause = "输入的数值或 shape 不满足核函数的条件（例如索引越界），并非 CANN 缺陷";
      entry.action = "检查产生该输入的上游算子，使数值落在合法范围内";
    } else {
      entry.meaning = fmt::format("A check in the source of the kernel failed: {}{}", said, where);
      entry.cause =
          "A value or a shape that goes into the op breaks the kernel's condition, as an index out "
          "of range does; it is not a fault of CANN";
      entry.action = "Look at what makes this input, and keep its values in range";
    }
    add({std::move(entry)});
  }

  /// "Cannot find bin of op Range, integral key": the word before.
  std::string op_before(size_t at) const {
    constexpr std::string_view kOp = " op ";
    const size_t start = lower_.rfind(kOp, at);
    if (start == std::string::npos) return {};
    std::string_view rest = std::string_view(text_).substr(start + kOp.size());
    size_t end = 0;
    while (end < rest.size() && is_word_char(rest[end])) ++end;
    return std::string(rest.substr(0, end));
  }

  /// "errcode:(0x800000, 0, 0)" in lines about AI cores.
  void read_error_words() {
    constexpr std::string_view kMark = "errcode:(";
    const size_t at = lower_.find(kMark);
    if (at == std::string::npos) return;
    const std::string_view rest = std::string_view(text_).substr(at + kMark.size());
    const std::string_view inside = rest.substr(0, rest.find(')'));
    std::vector<uint64_t> words;
    bool hex = false;
    for (std::string_view part : split(inside, ',')) {
      while (part.starts_with(' ')) part.remove_prefix(1);
      const auto number = parse_number(part);
      if (!number) return;
      hex = hex || part.starts_with("0x") || part.starts_with("0X");
      words.push_back(*number);
    }
    const bool all_zero =
        std::all_of(words.begin(), words.end(), [](uint64_t word) { return word == 0; });
    const bool is_950 = !hex && !all_zero;
    words_end_ = at + kMark.size() + inside.size();
    words_start_ = at;
    add({explain_bits(fmt::format("errcode:({})", inside),
                      is_950 ? decode_950_ids(words) : decode_error_words(words), lang_)});
  }

  /// The text right before a number, which tells what the number is.
  std::string_view before(size_t at) const {
    constexpr size_t kLook = 28;
    const size_t start = at > kLook ? at - kLook : 0;
    std::string_view words = std::string_view(lower_).substr(start, at - start);
    const size_t stop = words.find_last_of(",;\n");
    return stop == std::string_view::npos ? words : words.substr(stop + 1);
  }

  /// "error code is 507011", "ge result[1343225857]", "ret: 0x7BC83": what stands right before.
  static bool is_marked(std::string_view words) {
    constexpr std::array<std::string_view, 7> kMarks = {"code",  "ret",   "result", "errorno",
                                                        "errno", "error", "status"};
    const auto strip = [&] {
      while (!words.empty() && std::string_view(" :=[(-").find(words.back()) != words.npos) {
        words.remove_suffix(1);
      }
    };
    strip();
    if (words.ends_with(" is")) words.remove_suffix(3);
    strip();
    return std::any_of(kMarks.begin(), kMarks.end(),
                       [&](std::string_view mark) { return words.ends_with(mark); });
  }

  void read_word(size_t at, std::string_view word) {
    if (at >= words_start_ && at < words_end_) return;
    if (is_report_code(word)) return add(look_up(word, lang_));
    if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) return read_number(at, word);
    if (auto kernel = entry_of_kernel(word, lang_)) return add({*std::move(kernel)});
    const bool symbol = word.size() > 6 && word.find('_') != std::string_view::npos &&
                        std::none_of(word.begin(), word.end(),
                                     [](unsigned char c) { return std::islower(c) != 0; });
    if (symbol || word.starts_with("Ascend")) add(look_up(word, lang_));
  }

  void read_number(size_t at, std::string_view word) {
    std::string text(at > 0 && text_[at - 1] == '-' ? "-" : "");
    text += word;
    const auto number = parse_number(text);
    if (!number) return;
    const std::string_view words = before(at);
    const auto says = [&](std::string_view mark) {
      return words.find(mark) != std::string_view::npos;
    };
    if (about_aicore_ && (says("error code") || says("coreid("))) {
      if (words.ends_with("coreid( ") || words.ends_with("coreid(")) return;
      return read_error_word(text, *number);
    }
    // A register by its name, whatever else the line is about.
    if (words.ends_with("aic_error=") || words.ends_with("aic_error: ") ||
        words.ends_with("aic_error = ")) {
      return read_error_word(text, *number);
    }
    // Of no unit that is named: the task scheduler and the AI Core use the same words.
    if (text.starts_with("0x") && says("error code")) return add(look_up(text, lang_));
    // "errcode:11006" is the AI CPU's; other parts write a name in front, or words in brackets.
    const bool alone = words.ends_with("errcode:") || words.ends_with("errcode=");
    if ((has("aicpu") || (alone && !about_aicore_)) && says("errcode")) {
      return add(look_up("AICPU", *number, lang_));
    }
    if (says("cqestatus")) return add(look_up("SDMA", *number, lang_));
    constexpr unsigned long long kSchedulerCodes = 0x1000;
    if (says("retcode") && *number < kSchedulerCodes) return add(look_up("TS", *number, lang_));
    constexpr unsigned long long kPublicCodes = 100000;
    if (*number >= kPublicCodes && is_marked(words)) add(look_up(text, lang_));
  }

  /// "error code = 95" of the 950 is an id itself.
  void read_error_word(const std::string& text, unsigned long long number) {
    const std::array<uint64_t, 1> words = {number};
    const bool hex = text.starts_with("0x");
    add({explain_bits(text, hex || number == 0 ? decode_error_words(words) : decode_950_ids(words),
                      lang_)});
  }

  std::string text_;
  std::string lower_;
  Lang lang_;
  bool about_aicore_ = false;
  size_t words_start_ = 0;
  size_t words_end_ = 0;
  std::vector<CatalogueEntry> entries_;
};

}  // namespace

std::vector<CatalogueEntry> explain_line(std::string_view text, Lang lang) {
  return LineReader(text, lang).read();
}

}  // namespace omscope::diagnose
