// Which component a code comes from, by its form and range alone: what can be said of one that is
// in no table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace omscope::diagnose {

struct CodeFamily {
  std::string component;  ///< "GE", "ACL"
  std::string meaning;    ///< what the range stands for, and which codes of it are known
  std::string action;
};

/// Of a number; `text` is how it was written.
std::optional<CodeFamily> family_of_number(unsigned long long number);

/// Of a report code: E10007, EZ9999, W40011, ERR01100.
std::optional<CodeFamily> family_of_report(std::string_view code);

/// E or W, then a letter or digit, then four digits; or ERR and five digits.
bool is_report_code(std::string_view text);

}  // namespace omscope::diagnose
