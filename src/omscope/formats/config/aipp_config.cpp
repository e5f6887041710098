#include "omscope/formats/config/aipp_config.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/config/key_values.h"

namespace omscope::config {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;
constexpr size_t kMostSettings = 10000;
constexpr size_t kMostFaults = 20;

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text.substr(0, kMostBytes)) {}

  AippConfig read() {
    while (skip_blank()) {
      const std::string_view word = take_word();
      if (word != "aipp_op") {
        fault(word.empty() ? "a character that belongs nowhere" : "no block aipp_op");
        if (word.empty()) rest_.remove_prefix(1);
        continue;
      }
      read_op();
    }
    return std::move(out_);
  }

 private:
  /// To the next character that counts; false at the end.
  bool skip_blank() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (c == '\n') {
        ++line_;
        rest_.remove_prefix(1);
      } else if (c == ' ' || c == '\t' || c == '\r' || c == ',' || c == ';') {
        rest_.remove_prefix(1);
      } else {
        return true;
      }
    }
    return false;
  }

  std::string_view take_word() {
    size_t end = 0;
    while (end < rest_.size() && is_word(rest_[end])) ++end;
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return word;
  }

  static bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-' ||
           c == '+';
  }

  std::string_view take_value() {
    if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\'')) return take_word();
    const char quote = rest_.front();
    rest_.remove_prefix(1);
    const size_t end = std::min({rest_.find(quote), rest_.find('\n'), rest_.size()});
    const std::string_view value = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return value;
  }

  bool take(char c) {
    if (!skip_blank() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void read_op() {
    AippOp op;
    op.line = line_;
    take(':');
    if (!take('{')) return fault("'{' is missing behind aipp_op");
    while (skip_blank() && rest_.front() != '}') {
      const size_t line = line_;
      const std::string_view key = take_word();
      if (key.empty()) {
        fault("a character that belongs nowhere");
        rest_.remove_prefix(1);
        continue;
      }
      if (!take(':')) {
        fault(fmt::format("':' is missing behind {}", key.substr(0, 60)));
        continue;
      }
      skip_blank();
      const std::string_view value = take_value();
      if (value.empty()) fault(fmt::format("{} has no value", key.substr(0, 60)));
      if (++settings_ <= kMostSettings) op.settings.push_back({key, value, line});
    }
    if (!take('}')) fault("'}' is missing at the end");
    out_.ops.push_back(std::move(op));
  }

  void fault(std::string_view what) {
    if (out_.faults.size() < kMostFaults) {
      out_.faults.push_back(fmt::format("line {}: {}", line_, what));
    }
  }

  std::string_view rest_;
  size_t line_ = 1;
  size_t settings_ = 0;
  AippConfig out_;
};

}  // namespace

const AippSetting* AippOp::find(std::string_view key) const {
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&](const AippSetting& each) { return each.key == key; });
  return found == settings.end() ? nullptr : &*found;
}

std::string_view AippOp::text(std::string_view key) const {
  const AippSetting* setting = find(key);
  return setting == nullptr ? std::string_view() : setting->value;
}

std::optional<double> AippOp::number(std::string_view key) const {
  const std::string_view value = text(key);
  double number = 0;
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (value.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

bool AippOp::is_on(std::string_view key) const {
  const std::string_view value = text(key);
  return value == "true" || value == "True" || value == "1" || value == "t";
}

bool looks_like_aipp_config(std::string_view text) {
  constexpr size_t kLook = size_t{1} << 16;
  const std::string_view head = text.substr(0, kLook);
  const size_t at = head.find("aipp_op");
  if (at == std::string_view::npos) return false;
  return trimmed(head.substr(at + 7)).starts_with('{') ||
         trimmed(head.substr(at + 7)).starts_with(':');
}

AippConfig read_aipp_config(std::string_view text) {
  return Reader(text).read();
}

}  // namespace omscope::config
