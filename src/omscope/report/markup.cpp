#include "omscope/report/markup.h"

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::report {
namespace {

/// U+FFFE and U+FFFF are no characters of XML.
std::string without_noncharacters(std::string text) {
  for (const std::string_view each : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    const std::string_view escaped = each.back() == '\xBE' ? "\\xef\\xbf\\xbe" : "\\xef\\xbf\\xbf";
    for (size_t at = text.find(each); at != std::string::npos; at = text.find(each, at)) {
      text.replace(at, each.size(), escaped);
    }
  }
  return text;
}

}  // namespace

std::string markup_text(std::string_view text) {
  std::string out;
  for (const char each : without_noncharacters(for_terminal(text))) {
    switch (each) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += each;
    }
  }
  return out;
}

std::string markdown_text(std::string_view text) {
  // A reference to a character is text, wherever it stands (CommonMark 2.5).
  constexpr std::string_view kMarkup = "\\`*_{}[]<>()#+!|~@&:\"'$^=";
  std::string out;
  for (const char each : for_terminal(text)) {
    if (kMarkup.find(each) == std::string_view::npos) {
      out += each;
    } else {
      out += fmt::format("&#{};", static_cast<int>(each));
    }
  }
  return out;
}

}  // namespace omscope::report
