#include "omscope/diagnose/language.h"

#include <algorithm>
#include <array>

#include "omscope/diagnose/table.h"

namespace omscope::diagnose {
namespace {

std::string whole(std::string_view english) {
  std::string chinese;
  Table(kChinese).each_from([&](Row row) { return row.cell(0) < english; },
                            [&](Row row) {
                              if (row.cell(0) == english) chinese = row.cell(1);
                              return false;
                            });
  return chinese;
}

/// What the message's own words are filled with stays as it is.
struct Tail {
  std::string_view mark;
  std::string_view chinese;
};
constexpr std::array kTails = {Tail{"; args ", "；参数 "}, Tail{" [args: ", " [参数："}};

/// "reported to the user as 507000 ACL_ERROR_RT_INTERNAL_ERROR".
constexpr std::array kHeads = {Tail{"reported to the user as ", "对用户显示为 "},
                               Tail{"maps to ", "对应 "}, Tail{"See ", "参见 "}};

std::string sentence(std::string_view english) {
  std::string chinese = whole(english);
  if (!chinese.empty()) return chinese;
  for (const Tail& head : kHeads) {
    if (!english.starts_with(head.mark)) continue;
    return std::string(head.chinese) + std::string(english.substr(head.mark.size()));
  }
  // "TBE op check, 3-D conv (E62): format not supported by the op".
  const size_t colon = english.find(": ");
  if (colon == std::string_view::npos) return {};
  const std::string first = whole(english.substr(0, colon));
  const std::string rest = whole(english.substr(colon + 2));
  return first.empty() || rest.empty() ? std::string() : first + "：" + rest;
}

}  // namespace

std::string in_chinese(std::string_view english) {
  for (const Tail& tail : kTails) {
    const size_t at = english.find(tail.mark);
    if (at == std::string_view::npos) continue;
    const std::string chinese = sentence(english.substr(0, at));
    if (chinese.empty()) return {};
    return chinese + std::string(tail.chinese) + std::string(english.substr(at + tail.mark.size()));
  }
  return sentence(english);
}

}  // namespace omscope::diagnose
