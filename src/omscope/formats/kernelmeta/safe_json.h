// JSON of unknown size and depth: only as much of it becomes a document as is asked for.
#pragma once

#include <optional>
#include <string_view>

#include "omscope/core/json.h"
#include "omscope/core/result.h"

namespace omscope::kernelmeta {

/// Parses a text of at most a few MiB and a depth that does not exhaust the stack; `file` is named
/// in the problem.
Result<Json> parse_json(std::string_view text, std::string_view file);

/// The text of the value of `key` in an object, found without parsing what stands before it: files
/// of a whole operator package have tens of MiB. Nothing when there is no such key.
std::optional<std::string_view> find_member(std::string_view object, std::string_view key);

/// A member that is a text, a number, or missing.
std::string text_of(const Json& object, const char* key);
std::optional<int64_t> int_of(const Json& object, const char* key);

}  // namespace omscope::kernelmeta
