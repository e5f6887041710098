#include "omscope/formats/kernelmeta/safe_json.h"

#include <algorithm>

#include "omscope/core/text.h"

namespace omscope::kernelmeta {
namespace {

/// A document of the library costs up to 30 bytes for each of its text.
constexpr size_t kMostBytes = size_t{3} << 20;
constexpr size_t kMostDepth = 64;

/// Steps over strings and brackets, nothing else.
class Skimmer {
 public:
  explicit Skimmer(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  size_t position() const { return at_; }
  char current() const { return text_[at_]; }
  void step() { ++at_; }

  void skip_blank() {
    while (!at_end() && (current() == ' ' || current() == '\t' || current() == '\n' ||
                         current() == '\r' || current() == ',')) {
      ++at_;
    }
  }

  /// The content of a string that starts here, without undoing its escapes.
  std::string_view take_string() {
    const size_t start = ++at_;
    while (!at_end() && current() != '"') at_ += current() == '\\' ? 2 : 1;
    const size_t end = std::min(at_, text_.size());
    at_ = std::min(end + 1, text_.size());
    return text_.substr(start, end - start);
  }

  /// Any value, to its end; brackets are counted, not matched.
  std::string_view take_value() {
    const size_t start = at_;
    size_t depth = 0;
    while (!at_end()) {
      const char c = current();
      if (c == '"') {
        take_string();
        if (depth == 0) break;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (depth == 0) break;
        --depth;
      }
      if (depth == 0 && c == ',') break;
      ++at_;
      if (depth == 0 && (c == '}' || c == ']')) break;
    }
    return text_.substr(start, std::min(at_, text_.size()) - start);
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view file) {
  const auto problem = [&](Code code, std::string why) {
    return Problem{Severity::kError, code, std::string(file), std::nullopt, "", std::move(why)};
  };
  if (text.size() > kMostBytes || json_depth(text) > kMostDepth) {
    return problem(Code::kTooLarge, "is larger or nested deeper than any file of its kind");
  }
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return problem(Code::kBadJson, "is no JSON; get the file again");
  return document;
}

std::optional<std::string_view> find_member(std::string_view object, std::string_view key) {
  Skimmer skimmer(object);
  skimmer.skip_blank();
  if (skimmer.at_end() || skimmer.current() != '{') return std::nullopt;
  skimmer.step();
  while (true) {
    skimmer.skip_blank();
    if (skimmer.at_end() || skimmer.current() != '"') return std::nullopt;
    const std::string_view name = skimmer.take_string();
    skimmer.skip_blank();
    if (skimmer.at_end() || skimmer.current() != ':') return std::nullopt;
    skimmer.step();
    skimmer.skip_blank();
    const size_t before = skimmer.position();
    const std::string_view value = skimmer.take_value();
    if (name == key) return value;
    if (skimmer.position() == before) return std::nullopt;
  }
}

std::string text_of(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return as_utf8(found->get_ref<const std::string&>());
}

std::optional<int64_t> int_of(const Json& object, const char* key) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<int64_t>();
}

}  // namespace omscope::kernelmeta
