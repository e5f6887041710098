#include "omscope/formats/graphtext/text_to_wire.h"

#include <limits>

#include <fmt/format.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "omscope/core/text.h"
#include "omscope/formats/graphtext/field_values.h"
#include "omscope/formats/wire/wire_writer.h"

namespace omscope::graphtext {
namespace {

using google::protobuf::io::ArrayInputStream;
using google::protobuf::io::ErrorCollector;
using google::protobuf::io::Tokenizer;
using google::protobuf::io::ZeroCopyInputStream;

/// Messages inside of messages; deeper ones are skipped token by token, without recursion.
constexpr int kMostDepth = 100;

/// Hands the text to the tokenizer in blocks: its own array stream counts in int.
class TextStream : public ZeroCopyInputStream {
 public:
  explicit TextStream(std::string_view text) : text_(text) {}

  bool Next(const void** data, int* size) override {
    constexpr size_t kBlock = size_t{1} << 20;
    if (at_ == text_.size()) return false;
    const size_t count = std::min(kBlock, text_.size() - at_);
    *data = text_.data() + at_;
    *size = static_cast<int>(count);
    at_ += count;
    return true;
  }
  void BackUp(int count) override { at_ -= static_cast<size_t>(count); }
  bool Skip(int count) override {
    const size_t step = std::min(static_cast<size_t>(count), text_.size() - at_);
    at_ += step;
    return step == static_cast<size_t>(count);
  }
  int64_t ByteCount() const override { return static_cast<int64_t>(at_); }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

/// Keeps the first fault. Columns and lines count from 0.
class Faults : public ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (!any_) {
      any_ = true;
      line_ = line;
      column_ = column;
      message_ = message;
    }
  }
  bool any() const { return any_; }
  int line() const { return line_; }
  int column() const { return column_; }
  const std::string& message() const { return message_; }

 private:
  bool any_ = false;
  int line_ = 0;
  int column_ = 0;
  std::string message_;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : stream_(text), tokens_(&stream_, &faults_) {
    // As TextFormat sets it up.
    tokens_.set_allow_f_after_float(true);
    tokens_.set_comment_style(Tokenizer::SH_COMMENT_STYLE);
    tokens_.set_require_space_after_number(false);
    tokens_.set_allow_multiline_strings(true);
    tokens_.Next();
  }

  void parse(const wire::MessageSchema& schema) {
    while (!failed() && !at_end()) parse_field(schema, 0);
  }

  std::string finish() { return writer_.finish(); }
  const Faults& faults() const { return faults_; }
  uint64_t unknown() const { return unknown_; }
  const std::string& first_unknown() const { return first_unknown_; }
  uint64_t too_deep() const { return too_deep_; }

 private:
  bool failed() const { return faults_.any(); }
  bool at_end() { return tokens_.current().type == Tokenizer::TYPE_END; }
  bool at(std::string_view symbol) {
    return tokens_.current().type == Tokenizer::TYPE_SYMBOL && tokens_.current().text == symbol;
  }
  bool take(std::string_view symbol) {
    if (!at(symbol)) return false;
    tokens_.Next();
    return true;
  }
  void fail(const std::string& message) {
    faults_.AddError(tokens_.current().line, tokens_.current().column, message);
  }

  void parse_field(const wire::MessageSchema& schema, int depth) {
    if (tokens_.current().type != Tokenizer::TYPE_IDENTIFIER) {
      return fail(fmt::format("a field name is expected, '{}' is found",
                              for_terminal(tokens_.current().text.substr(0, 40))));
    }
    const auto found = schema.fields.find(tokens_.current().text);
    if (found == schema.fields.end()) {
      if (unknown_++ == 0) first_unknown_ = tokens_.current().text;
      tokens_.Next();
      skip_value();
    } else {
      tokens_.Next();
      parse_values(found->second, depth);
    }
    if (!take(",")) take(";");
  }

  void parse_values(const wire::FieldSchema& field, int depth) {
    const bool colon = take(":");
    if (!colon && field.kind != wire::FieldKind::kMessage) return fail("':' is expected");
    if (!take("[")) return parse_value(field, depth);
    while (!failed() && !take("]")) {
      parse_value(field, depth);
      if (!at("]") && !take(",")) return fail("',' or ']' is expected");
    }
  }

  void parse_value(const wire::FieldSchema& field, int depth) {
    if (field.kind == wire::FieldKind::kMessage) return parse_message(field, depth);
    if (field.kind == wire::FieldKind::kString || field.kind == wire::FieldKind::kBytes) {
      return parse_string(field);
    }
    const bool negative = take("-");
    const auto value = scalar_value(field, tokens_.current().text, negative);
    if (!value || tokens_.current().type == Tokenizer::TYPE_STRING || at_end()) {
      return fail(fmt::format("'{}' is no value for this field",
                              for_terminal(tokens_.current().text.substr(0, 40))));
    }
    write_scalar(writer_, field, *value);
    tokens_.Next();
  }

  void parse_string(const wire::FieldSchema& field) {
    if (tokens_.current().type != Tokenizer::TYPE_STRING) return fail("a string is expected");
    text_.clear();
    while (tokens_.current().type == Tokenizer::TYPE_STRING) {
      Tokenizer::ParseStringAppend(tokens_.current().text, &text_);
      tokens_.Next();
    }
    writer_.bytes(field.number, text_);
  }

  void parse_message(const wire::FieldSchema& field, int depth) {
    if (depth == kMostDepth) {
      ++too_deep_;
      return skip_value();
    }
    const bool angle = at("<");
    if (!angle && !at("{")) return fail("'{' is expected");
    tokens_.Next();
    writer_.open(field.number);
    while (!failed() && !at_end() && !at("}") && !at(">")) parse_field(*field.message, depth + 1);
    writer_.close();
    if (failed()) return;
    if (!take(angle ? ">" : "}"))
      fail(at_end() ? "the text ends inside of a message" : "'}' is expected");
  }

  /// Passes over a value of any shape; brackets are only counted.
  void skip_value() {
    take(":");
    take("-");
    uint64_t open = 0;
    do {
      if (at_end()) return fail("the text ends inside of a message");
      if (at("{") || at("<") || at("[")) {
        ++open;
      } else if ((at("}") || at(">") || at("]")) && open > 0) {
        --open;
      }
      const bool was_string = tokens_.current().type == Tokenizer::TYPE_STRING;
      tokens_.Next();
      if (was_string && open == 0) {
        while (tokens_.current().type == Tokenizer::TYPE_STRING) tokens_.Next();
      }
    } while (open > 0 && !failed());
  }

  TextStream stream_;
  Faults faults_;
  Tokenizer tokens_;
  wire::Writer writer_;
  std::string text_;
  uint64_t unknown_ = 0;
  std::string first_unknown_;
  uint64_t too_deep_ = 0;
};

uint64_t line_offset(std::string_view text, int line) {
  size_t offset = 0;
  for (int i = 0; i < line; ++i) {
    const size_t end = text.find('\n', offset);
    if (end == std::string_view::npos) break;
    offset = end + 1;
  }
  return offset;
}

void report(const Parser& parser, std::string_view text, Problems& problems) {
  const Faults& faults = parser.faults();
  if (faults.any()) {
    problems.error(Code::kBadText, line_offset(text, faults.line()),
                   fmt::format("line {}, column {}", faults.line() + 1, faults.column() + 1),
                   faults.message() + " (what stood before was read)");
  }
  if (parser.unknown() > 0) {
    problems.info(Code::kUnknownField, std::nullopt, for_terminal(parser.first_unknown()),
                  fmt::format("{} fields are not in the known schema; left out", parser.unknown()));
  }
  if (parser.too_deep() > 0) {
    problems.error(Code::kTooDeep, std::nullopt, "",
                   fmt::format("messages are nested deeper than {} ({} were left out)", kMostDepth,
                               parser.too_deep()));
  }
}

}  // namespace

std::string text_to_wire(std::string_view text, const wire::MessageSchema& schema,
                         Problems& problems) {
  Parser parser(text);
  parser.parse(schema);
  report(parser, text, problems);
  return parser.finish();
}

}  // namespace omscope::graphtext
