// The language that conclusions and explanations are given in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace omscope::diagnose {

enum class Lang : uint8_t { kEnglish, kChinese };

/// A text of the tables in Chinese, as a whole or put together from its parts (tables/zh.tsv);
/// empty where there is none.
std::string in_chinese(std::string_view english);

}  // namespace omscope::diagnose
