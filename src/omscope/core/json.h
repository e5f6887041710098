// JSON out: values from nlohmann, documents written piece by piece.
#pragma once

#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace omscope {

/// Keys keep the order in which they are written.
using Json = nlohmann::ordered_json;

/// Text from a file as a JSON string; see `as_utf8`.
Json json_text(std::string_view text);
/// Null when empty: "the file does not say".
Json json_text_or_null(std::string_view text);
/// Integers that a double cannot hold exactly (beyond 2^53) become strings.
Json json_int(int64_t number);
Json json_uint(uint64_t number);
Json json_uint_or_null(std::optional<uint64_t> number);
/// "NaN", "Infinity", "-Infinity" as strings.
Json json_float(double number);

/// How deep objects and lists are nested, without parsing: what decides whether a text is parsed.
size_t json_depth(std::string_view text);

/// Writes one JSON document so that only the piece in hand is in memory: a model of any size, or
/// one op with a million slots, costs no more than its longest text.
class JsonStream {
 public:
  /// How the members of a container stand: each on a line of its own, or all on one line. What is
  /// inside of one line stays on it.
  enum class Form : uint8_t { kLines, kLine };

  explicit JsonStream(std::ostream& out) : out_(out) {}

  // Members of an object.
  void open_object(std::string_view key, Form form = Form::kLines);
  void open_array(std::string_view key, Form form = Form::kLines);
  void field(std::string_view key, const Json& value);
  /// Text from a file; see `as_utf8`.
  void text(std::string_view key, std::string_view text);
  void text_or_null(std::string_view key, std::string_view text);
  void dims(std::string_view key, std::span<const int64_t> dims);

  // Items of an array, and the document itself.
  void open_object(Form form = Form::kLines);
  void open_array(Form form = Form::kLines);
  void item(const Json& value);
  void item_text(std::string_view text);
  void item_dims(std::span<const int64_t> dims);

  void close();

 private:
  struct Level {
    char closing;
    Form form;
    bool empty;
  };

  void next();
  void next(std::string_view key);
  void open(char opening, char closing, Form form);
  void append(const Json& value);
  void append_text(std::string_view text);
  void append_dims(std::span<const int64_t> dims);
  void new_line();
  void written();

  std::ostream& out_;
  std::string buffer_;
  std::vector<Level> levels_;
};

}  // namespace omscope
