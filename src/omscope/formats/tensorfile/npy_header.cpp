#include "omscope/formats/tensorfile/npy_header.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::tensorfile {
namespace {

constexpr size_t kMostDims = 64;

/// Walks a Python literal; every step says whether it found what it wanted.
class Literal {
 public:
  explicit Literal(std::string_view text) : text_(text) {}

  size_t position() const { return at_; }

  bool accept(char wanted) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  bool accept_word(std::string_view word) {
    skip_space();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  /// 'text' or "text", with the u or b before it that Python 2 and 3 put there. No writer escapes.
  bool string(std::string& out) {
    skip_space();
    if (at_ < text_.size() && (text_[at_] == 'u' || text_[at_] == 'b')) ++at_;
    if (at_ == text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) return false;
    const size_t end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) return false;
    out = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return true;
  }

  bool integer(int64_t& out) {
    skip_space();
    const auto [end, fault] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), out);
    if (fault != std::errc()) return false;
    at_ = static_cast<size_t>(end - text_.data());
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;
    return true;
  }

  /// Everything from "[" or "(" to its end, quotes respected.
  bool bracketed(std::string& out) {
    skip_space();
    const size_t start = at_;
    size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\'' || c == '"') {
        at_ = text_.find(c, at_ + 1);
        if (at_ == std::string_view::npos) break;
      }
      if (c == '[' || c == '(' || c == '{') ++depth;
      if ((c == ']' || c == ')' || c == '}') && --depth == 0) {
        out = text_.substr(start, ++at_ - start);
        return true;
      }
      if (depth == 0) break;
    }
    at_ = std::min(at_, text_.size());
    return false;
  }

  char next() {
    skip_space();
    return at_ == text_.size() ? '\0' : text_[at_];
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

/// `why`: what is wrong with a shape that can be read.
bool read_shape(Literal& literal, std::vector<int64_t>& shape, std::string& why) {
  if (!literal.accept('(')) return false;
  while (!literal.accept(')')) {
    int64_t dim = 0;
    if (!literal.integer(dim)) return false;
    if (dim < 0) why = fmt::format("dim {} of its shape is {}", shape.size(), dim);
    if (shape.size() == kMostDims) why = fmt::format("its shape has more than {} dims", kMostDims);
    if (!why.empty()) return false;
    shape.push_back(dim);
    if (!literal.accept(',') && literal.next() != ')') return false;
  }
  return true;
}

bool read_flag(Literal& literal, bool& flag) {
  if (literal.accept_word("True") || literal.accept_word("1")) {
    flag = true;
    return true;
  }
  flag = false;
  return literal.accept_word("False") || literal.accept_word("0");
}

bool read_descr(Literal& literal, NpyHeader& header) {
  if (literal.next() == '[' || literal.next() == '(') {
    header.structured = true;
    return literal.bracketed(header.descr);
  }
  return literal.string(header.descr);
}

/// One entry of the dict. Bit of `seen`: which key it was.
bool read_entry(Literal& literal, NpyHeader& header, unsigned& seen, std::string& why) {
  std::string key;
  if (!literal.string(key) || !literal.accept(':')) return false;
  if (key == "descr") {
    seen |= 1U;
    return read_descr(literal, header);
  }
  if (key == "fortran_order") {
    seen |= 2U;
    return read_flag(literal, header.fortran_order);
  }
  if (key != "shape") return false;
  seen |= 4U;
  header.shape.clear();
  return read_shape(literal, header.shape, why);
}

struct Row {
  std::string_view kind_and_size;
  DType dtype;
  uint64_t bytes;
  uint64_t number_bytes;
};
constexpr std::array kTypes = {
    Row{"f2", DType::kFloat16, 2, 2},
    Row{"f4", DType::kFloat32, 4, 4},
    Row{"f8", DType::kFloat64, 8, 8},
    Row{"i1", DType::kInt8, 1, 1},
    Row{"i2", DType::kInt16, 2, 2},
    Row{"i4", DType::kInt32, 4, 4},
    Row{"i8", DType::kInt64, 8, 8},
    Row{"u1", DType::kUInt8, 1, 1},
    Row{"u2", DType::kUInt16, 2, 2},
    Row{"u4", DType::kUInt32, 4, 4},
    Row{"u8", DType::kUInt64, 8, 8},
    Row{"b1", DType::kBool, 1, 1},
    Row{"c8", DType::kComplex64, 8, 4},
    Row{"c16", DType::kComplex128, 16, 8},
    Row{"?", DType::kBool, 1, 1},
    Row{"b", DType::kInt8, 1, 1},
    Row{"B", DType::kUInt8, 1, 1},
    Row{"e", DType::kFloat16, 2, 2},
    Row{"f", DType::kFloat32, 4, 4},
    Row{"d", DType::kFloat64, 8, 8},
    Row{"bfloat16", DType::kBFloat16, 2, 2},
    Row{"float8_e4m3fn", DType::kFloat8E4M3FN, 1, 1},
    Row{"float8_e5m2", DType::kFloat8E5M2, 1, 1},
};

uint64_t digits_of(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// longdouble and clongdouble, of machines that have them.
bool is_extended(std::string_view code) {
  constexpr std::array<std::string_view, 6> kCodes = {"f12", "f16", "c24", "c32", "g", "G"};
  return std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

/// Types of numpy whose elements are no numbers that we compare.
void explain_other(std::string_view code, NpyType& type) {
  const uint64_t width = digits_of(code.substr(1));
  if (is_extended(code)) {
    type.element_bytes = width;
    type.note = "the elements are extended-precision floats, whose layout differs by machine";
    return;
  }
  switch (code[0]) {
    case 'O':
      type.note =
          "the elements are pickled Python objects, which are never loaded since loading runs code "
          "from the file";
      return;
    case 'S': type.element_bytes = width; break;
    case 'U': type.element_bytes = width > UINT32_MAX ? 0 : 4 * width; break;
    case 'V':
      type.element_bytes = width;
      // ml_dtypes' bfloat16 and float8 types are saved as plain bytes.
      type.note =
          "the elements are raw bytes ('V'); bfloat16 and float8 arrays are saved like this";
      return;
    default: type.note = "its element type is not one of NumPy's"; return;
  }
  type.note = "the elements are texts";
}

}  // namespace

NpyType npy_type(std::string_view descr) {
  NpyType type;
  std::string_view code = descr;
  if (!code.empty() && std::string_view("<>|=").find(code[0]) != std::string_view::npos) {
    type.big_endian = code[0] == '>';
    code.remove_prefix(1);
  }
  for (const Row& row : kTypes) {
    if (row.kind_and_size != code) continue;
    type.dtype = row.dtype;
    type.element_bytes = row.bytes;
    type.number_bytes = row.number_bytes;
    type.readable = true;
    return type;
  }
  if (code.starts_with("M8") || code.starts_with("m8")) {
    type.dtype = DType::kInt64;
    type.element_bytes = type.number_bytes = 8;
    type.readable = true;
    type.note = "dates or durations, " + for_terminal(shortened(as_utf8(code), 40));
    return type;
  }
  if (code.empty()) {
    type.note = "no element type is stated";
  } else {
    explain_other(code, type);
  }
  return type;
}

Result<NpyHeader> parse_npy_dict(std::string_view file, std::string_view text, uint64_t at) {
  NpyHeader header;
  Literal literal(text);
  unsigned seen = 0;
  std::string why;
  bool sound = literal.accept('{');
  while (sound && !literal.accept('}')) {
    sound =
        read_entry(literal, header, seen, why) && (literal.accept(',') || literal.next() == '}');
  }
  if (sound && seen == 7U) return header;
  if (why.empty()) why = "is no dict of descr, fortran_order and shape";
  return Problem{Severity::kError,        Code::kBadHeader, std::string(file),
                 at + literal.position(), "npy header",     why + "; the file is damaged"};
}

Result<NpyHeader> read_npy_header(ByteCursor& cursor) {
  const uint64_t start = cursor.offset();
  const auto magic = cursor.take(6, "npy magic");
  if (!magic) return magic.error();
  const auto major = cursor.read<uint8_t>("npy version");
  if (!major) return major.error();
  const auto minor = cursor.read<uint8_t>("npy version");
  if (!minor) return minor.error();
  if (*major < 1 || *major > 3) {
    return Problem{Severity::kError,
                   Code::kBadHeader,
                   std::string(cursor.file()),
                   start + 6,
                   "npy version",
                   fmt::format("{}.{} is not known (1.0, 2.0 and 3.0 are); the file is damaged or "
                               "newer than this program",
                               *major, *minor)};
  }
  uint64_t length = 0;
  if (*major == 1) {
    const auto read = cursor.read<uint16_t>("npy header length");
    if (!read) return read.error();
    length = *read;
  } else {
    const auto read = cursor.read<uint32_t>("npy header length");
    if (!read) return read.error();
    length = *read;
  }
  const uint64_t text_at = cursor.offset();
  const auto text = cursor.take(length, "npy header");
  if (!text) return text.error();
  auto header = parse_npy_dict(cursor.file(), as_text(*text), text_at);
  if (!header) return header.error();
  header->major = *major;
  header->size = cursor.offset() - start;
  return header;
}

}  // namespace omscope::tensorfile
