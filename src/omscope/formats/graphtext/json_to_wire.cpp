#include "omscope/formats/graphtext/json_to_wire.h"

#include <algorithm>

#include <fmt/format.h>
#include <google/protobuf/io/tokenizer.h>
#include <nlohmann/json.hpp>

#include "omscope/core/text.h"
#include "omscope/formats/graphtext/field_values.h"

namespace omscope::graphtext {
namespace {

using nlohmann::json;
using wire::FieldKind;

/// Objects and arrays inside of each other.
constexpr size_t kMostDepth = 200;

/// Turns the events of one JSON document into a message.
class Transcoder : public nlohmann::json_sax<json> {
 public:
  explicit Transcoder(const wire::MessageSchema& schema) : root_(schema) {}

  bool null() override { return true; }  // an element with nothing to show
  bool boolean(bool value) override { return number(value ? 1 : 0, value ? 1.0 : 0.0); }
  bool number_integer(int64_t value) override {
    return number(static_cast<uint64_t>(value), static_cast<double>(value));
  }
  bool number_unsigned(uint64_t value) override {
    return number(value, static_cast<double>(value));
  }
  bool number_float(double value, const std::string& /*text*/) override {
    return number(static_cast<uint64_t>(static_cast<int64_t>(value)), value);
  }
  bool binary(json::binary_t& /*value*/) override { return true; }

  bool string(std::string& value) override {
    const wire::FieldSchema* field = wanted();
    if (field == nullptr) return true;
    switch (field->kind) {
      case FieldKind::kString: writer_.bytes(field->number, value); break;
      case FieldKind::kBytes:
        writer_.bytes(field->number, field->repeated ? value : unescaped(value));
        break;
      case FieldKind::kMessage: ++odd_; break;
      default: write_text(*field, value);
    }
    return true;
  }

  bool start_object(size_t /*size*/) override {
    const wire::FieldSchema* field = wanted();
    if (levels_.empty()) {
      levels_.push_back({&root_, nullptr, false, false});
    } else if (field != nullptr && field->kind == FieldKind::kMessage) {
      writer_.open(field->number);
      levels_.push_back({field->message, nullptr, false, true});
    } else {
      levels_.push_back({});
    }
    return levels_.size() <= kMostDepth || too_deep();
  }

  bool key(std::string& name) override {
    Level& level = levels_.back();
    level.field = nullptr;
    if (level.schema == nullptr) return true;
    const auto found = level.schema->fields.find(name);
    if (found != level.schema->fields.end()) {
      level.field = &found->second;
    } else if (unknown_++ == 0) {
      first_unknown_ = name;
    }
    return true;
  }

  bool end_object() override {
    if (levels_.back().opened) writer_.close();
    levels_.pop_back();
    return true;
  }

  bool start_array(size_t /*size*/) override {
    // Elements belong to the field of the object around the array.
    const wire::FieldSchema* field = wanted();
    levels_.push_back({nullptr, field, true, false});
    return levels_.size() <= kMostDepth || too_deep();
  }

  bool end_array() override {
    levels_.pop_back();
    return true;
  }

  bool parse_error(size_t position, const std::string& token,
                   const json::exception& /*fault*/) override {
    // It counts the bytes that it has read, the end of the text among them.
    fault_at_ = position == 0 ? 0 : position - 1;
    fault_ = token;
    failed_ = true;
    return false;
  }

  std::string finish() { return writer_.finish(); }

  void report(Problems& problems, std::string_view text) const {
    if (failed_) {
      const bool at_end = fault_at_ >= text.size();
      const std::string what =
          at_end ? std::string("the JSON text ends too early")
                 : fmt::format("the text is no JSON at '{}'", shortened(for_terminal(fault_), 40));
      problems.error(Code::kBadJson, std::min<uint64_t>(fault_at_, text.size()), "",
                     what + " (what stood before was read)");
    }
    if (too_deep_) {
      problems.error(
          Code::kTooDeep, std::nullopt, "",
          fmt::format("JSON is nested deeper than {} (what stood before was read)", kMostDepth));
    }
    if (unknown_ > 0) {
      problems.info(Code::kUnknownField, std::nullopt, for_terminal(first_unknown_),
                    fmt::format("{} members are not in the known schema; left out", unknown_));
    }
    if (odd_ > 0) {
      problems.warning(
          Code::kBadJson, std::nullopt, "",
          fmt::format("{} values are of another kind than their field; left out", odd_));
    }
  }

 private:
  struct Level {
    const wire::MessageSchema* schema = nullptr;  ///< nullptr: an array, or skipped
    const wire::FieldSchema* field = nullptr;     ///< what the next value is for
    bool is_array = false;
    bool opened = false;
  };

  const wire::FieldSchema* wanted() const {
    return levels_.empty() ? nullptr : levels_.back().field;
  }

  bool too_deep() {
    too_deep_ = true;
    return false;
  }

  bool number(uint64_t bits, double value) {
    const wire::FieldSchema* field = wanted();
    if (field == nullptr) return true;
    switch (field->kind) {
      case FieldKind::kString:
      case FieldKind::kBytes:
      case FieldKind::kMessage: ++odd_; break;
      case FieldKind::kFloat:
      case FieldKind::kDouble: write_scalar(writer_, *field, float_bits(*field, value)); break;
      default: write_scalar(writer_, *field, bits);
    }
    return true;
  }

  void write_text(const wire::FieldSchema& field, std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto value = scalar_value(field, text, negative);
    if (value) {
      write_scalar(writer_, field, *value);
    } else {
      ++odd_;
    }
  }

  /// Since about 2022 single bytes fields are written with C escapes, before as they are. A quote
  /// without a backslash tells the older writer.
  static bool is_escaped(const std::string& text) {
    if (text.find('\\') == std::string::npos) return false;
    for (size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '"') return false;
      if (text[at] == '\\') ++at;
    }
    return true;
  }

  static std::string unescaped(const std::string& text) {
    if (!is_escaped(text)) return text;
    std::string out;
    google::protobuf::io::Tokenizer::ParseStringAppend('"' + text + '"', &out);
    return out;
  }

  const wire::MessageSchema& root_;
  wire::Writer writer_;
  std::vector<Level> levels_;
  size_t fault_at_ = 0;
  std::string fault_;  ///< the text that does not fit
  bool failed_ = false;
  bool too_deep_ = false;
  uint64_t unknown_ = 0;
  std::string first_unknown_;
  uint64_t odd_ = 0;
};

/// Looks for one member of the outermost object and stops there, or behind the object.
class MemberFinder : public nlohmann::json_sax<json> {
 public:
  explicit MemberFinder(std::string_view wanted) : wanted_(wanted) {}

  bool null() override { return depth_ > 0; }
  bool boolean(bool /*value*/) override { return depth_ > 0; }
  bool number_integer(int64_t /*value*/) override { return depth_ > 0; }
  bool number_unsigned(uint64_t /*value*/) override { return depth_ > 0; }
  bool number_float(double /*value*/, const std::string& /*text*/) override { return depth_ > 0; }
  bool string(std::string& /*value*/) override { return depth_ > 0; }
  bool binary(json::binary_t& /*value*/) override { return depth_ > 0; }
  bool start_object(size_t /*size*/) override { return ++depth_ < kMostDepth; }
  bool end_object() override { return --depth_ > 0; }
  bool start_array(size_t /*size*/) override { return depth_ > 0 && ++depth_ < kMostDepth; }
  bool end_array() override { return --depth_ > 0; }
  bool key(std::string& name) override {
    found_ = depth_ == 1 && name == wanted_;
    return !found_;
  }
  bool parse_error(size_t /*position*/, const std::string& /*token*/,
                   const json::exception& /*fault*/) override {
    return false;
  }

  bool found() const { return found_; }

 private:
  std::string_view wanted_;
  bool found_ = false;
  size_t depth_ = 0;
};

}  // namespace

std::string json_to_wire(std::string_view text, const wire::MessageSchema& schema,
                         Problems& problems) {
  Transcoder transcoder(schema);
  json::sax_parse(text, &transcoder);
  transcoder.report(problems, text);
  return transcoder.finish();
}

bool json_has_member(std::string_view text, std::string_view name) {
  MemberFinder finder(name);
  json::sax_parse(text, &finder);
  return finder.found();
}

}  // namespace omscope::graphtext
