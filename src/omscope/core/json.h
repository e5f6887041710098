// JSON out: values from nlohmann, documents written piece by piece.
#pragma once

#include <optional>
#include <ostream>
#include <span>
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
Json json_dims(std::span<const int64_t> dims);

/// Writes one JSON document so that only the piece in hand is in memory: a model of any size can be
/// shown op by op. Containers opened here are indented, the values given to it stand on one line.
class JsonStream {
 public:
  explicit JsonStream(std::ostream& out) : out_(out) {}

  void open_object();
  void open_object(std::string_view key);
  void open_array(std::string_view key);
  void close();
  void field(std::string_view key, const Json& value);
  void item(const Json& value);

 private:
  void next();
  void next(std::string_view key);
  void open(char opening, char closing);

  struct Level {
    char closing;
    bool empty;
  };
  std::ostream& out_;
  std::vector<Level> levels_;
};

}  // namespace omscope
