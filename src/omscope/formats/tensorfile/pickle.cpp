#include "omscope/formats/tensorfile/pickle.h"

#include <algorithm>
#include <bit>
#include <map>

#include "omscope/core/text.h"

namespace omscope::tensorfile {

using Type = PickleValue::Type;

class PickleMachine {
 public:
  PickleMachine(ByteCursor cursor, Pickle::Allowed allowed, Budget& budget)
      : cursor_(cursor), allowed_(allowed), budget_(budget) {}

  Result<Pickle> run() {
    while (!done_) {
      at_ = cursor_.offset();
      const auto code = cursor_.read<uint8_t>("opcode");
      if (!code) return code.error();
      if (!step(static_cast<char>(*code))) return failure(static_cast<unsigned>(*code));
    }
    return std::move(pickle_);
  }

 private:
  Problem failure(unsigned code) {
    if (!fault_.message.empty()) return fault_;
    return {Severity::kError,
            Code::kBadHeader,
            std::string(cursor_.file()),
            at_,
            "pickle",
            fmt::format("opcode 0x{:02x} is not what torch.save writes for tensors, or stands "
                        "where it cannot; nothing of a pickle is ever run. Save plain tensors, or "
                        "lists and dicts of them",
                        code)};
  }

  bool refuse(Code code, std::string why) {
    fault_ = {Severity::kError, code, std::string(cursor_.file()), at_, "pickle", std::move(why)};
    return false;
  }

  template <class T>
  bool number(T& value) {
    const auto read = cursor_.read<T>("pickle argument");
    if (!read) {
      fault_ = read.error();
      return false;
    }
    value = *read;
    return true;
  }

  bool take(uint64_t size, std::string_view& out) {
    const auto bytes = cursor_.take(size, "pickle text");
    if (!bytes) {
      fault_ = bytes.error();
      return false;
    }
    out = as_text(*bytes);
    return true;
  }

  bool line(std::string_view& out) {
    const std::string_view rest = as_text(cursor_.rest());
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) return false;
    std::string_view with_end;
    if (!take(end + 1, with_end)) return false;
    out = with_end.substr(0, end);
    return true;
  }

  // Values and the stack.

  bool push(PickleValue value) {
    // A real state dict of ten thousand tensors has some 150 000 values.
    constexpr size_t kMost = 400000;
    if (pickle_.values_.size() == kMost || !budget_.take(2 * sizeof(PickleValue))) {
      return refuse(Code::kTooLarge, "has far more values than any checkpoint; not read");
    }
    stack_.push_back(static_cast<uint32_t>(pickle_.values_.size()));
    pickle_.values_.push_back(std::move(value));
    return true;
  }
  bool push_type(Type type, int64_t integer = 0) {
    PickleValue value;
    value.type = type;
    value.integer = integer;
    return push(std::move(value));
  }
  bool push_text(Type type, std::string_view text) {
    PickleValue value;
    value.type = type;
    value.text = text;
    return push(std::move(value));
  }
  bool push_none() {
    stack_.push_back(0);
    return budget_.take(2 * sizeof(uint32_t));
  }

  bool has(size_t count) const { return stack_.size() >= count; }
  Type type_of(uint32_t index) const { return pickle_.values_[index].type; }

  /// The `count` values on top as the items of a new one.
  bool collect(Type type, size_t count) {
    if (!has(count) || !budget_.take(count * sizeof(uint32_t))) return false;
    PickleValue value;
    value.type = type;
    value.items.assign(stack_.end() - static_cast<int64_t>(count), stack_.end());
    for (const uint32_t item : value.items) {
      if (type_of(item) == Type::kMark) return false;
    }
    stack_.resize(stack_.size() - count);
    return push(std::move(value));
  }

  /// Number of values above the topmost mark, which goes.
  bool pop_mark(size_t& count) {
    for (count = 0; count < stack_.size(); ++count) {
      const size_t at = stack_.size() - 1 - count;
      if (type_of(stack_[at]) != Type::kMark) continue;
      stack_.erase(stack_.begin() + static_cast<int64_t>(at));
      return true;
    }
    return false;
  }

  bool collect_marked(Type type) {
    size_t count = 0;
    return pop_mark(count) && collect(type, count);
  }

  /// Moves the `count` values on top into the container below them.
  bool extend(Type type, size_t count) {
    if (!has(count + 1) || (type == Type::kDict && count % 2 != 0)) return false;
    PickleValue& into = pickle_.values_[stack_[stack_.size() - 1 - count]];
    // An OrderedDict is a call of its class, which then is filled like a dict.
    const bool ordered = into.type == Type::kCall && type == Type::kDict;
    if ((into.type != type && !ordered) || !budget_.take(2 * count * sizeof(uint32_t)))
      return false;
    if (ordered) {
      into.type = Type::kDict;
      into.items.clear();
    }
    into.items.insert(into.items.end(), stack_.end() - static_cast<int64_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return true;
  }

  bool extend_marked(Type type) {
    size_t count = 0;
    return pop_mark(count) && extend(type, count);
  }

  // Opcodes with more to them.

  bool global() {
    std::string_view module;
    std::string_view name;
    const std::string_view before = as_text(cursor_.rest());
    if (!line(module) || !line(name)) return false;
    return named(before.substr(0, module.size() + 1 + name.size()));
  }

  /// "module\nname"
  bool named(std::string_view both) {
    if (!allowed_(both)) {
      return refuse(
          Code::kUnknownKind,
          fmt::format("names '{}', which is no part of a plain tensor; nothing of a "
                      "pickle is ever run. Save tensors alone, or lists and dicts of them",
                      for_terminal(shortened(as_utf8(both), 80))));
    }
    return push_text(Type::kGlobal, both);
  }

  bool long_integer(uint64_t size) {
    std::string_view digits;
    if (!take(size, digits) || size > 8) return false;
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(digits[i]);
    const bool negative = size > 0 && size < 8 && (digits.back() & '\x80') != 0;
    if (negative) value |= ~uint64_t{0} << (8 * size);
    return push_type(Type::kInteger, static_cast<int64_t>(value));
  }

  bool real() {
    std::string_view digits;
    if (!take(8, digits)) return false;
    uint64_t bits = 0;
    for (const char digit : digits) bits = (bits << 8U) | static_cast<unsigned char>(digit);
    PickleValue value;
    value.type = Type::kFloat;
    value.real = std::bit_cast<double>(bits);
    return push(std::move(value));
  }

  template <class Length>
  bool text() {
    Length length = 0;
    std::string_view content;
    return number(length) && take(length, content) && push_text(Type::kText, content);
  }

  template <class T>
  bool integer() {
    T value = 0;
    return number(value) && push_type(Type::kInteger, static_cast<int64_t>(value));
  }

  template <class T>
  bool put() {
    T key = 0;
    return number(key) && memoize(key);
  }

  bool memoize(uint64_t key) {
    constexpr uint64_t kMapNode = 64;
    if (stack_.empty() || type_of(stack_.back()) == Type::kMark) return false;
    if (!budget_.take(kMapNode)) return refuse(Code::kTooLarge, "has too many memo entries");
    memo_[key] = stack_.back();
    return true;
  }

  template <class T>
  bool get() {
    T key = 0;
    if (!number(key) || !budget_.take(2 * sizeof(uint32_t))) return false;
    const auto found = memo_.find(key);
    if (found == memo_.end()) return false;
    stack_.push_back(found->second);
    return true;
  }

  /// REDUCE and NEWOBJ: what is called must be a global that was let in.
  bool call() {
    if (!has(2) || type_of(stack_[stack_.size() - 2]) != Type::kGlobal ||
        type_of(stack_.back()) != Type::kTuple) {
      return false;
    }
    return collect(Type::kCall, 2);
  }

  /// The state of an object: torch writes it for the metadata of a state dict. Not needed.
  bool build() {
    if (!has(2) || type_of(stack_.back()) == Type::kMark) return false;
    const Type type = type_of(stack_[stack_.size() - 2]);
    stack_.pop_back();
    return type == Type::kDict || type == Type::kCall;
  }

  bool stop() {
    done_ = true;
    if (stack_.size() != 1 || type_of(stack_[0]) == Type::kMark) return false;
    pickle_.root_ = stack_[0];
    return true;
  }

  template <class T>
  bool skip() {
    T ignored = 0;
    return number(ignored);
  }

  bool step(char code) {
    switch (code) {
      case '\x80': return skip<uint8_t>();             // PROTO
      case '\x95': return skip<uint64_t>();            // FRAME
      case 'c': return global();                       // GLOBAL
      case '(': return push_type(Type::kMark);         // MARK
      case ')': return push_type(Type::kTuple);        // EMPTY_TUPLE
      case ']': return push_type(Type::kList);         // EMPTY_LIST
      case '}': return push_type(Type::kDict);         // EMPTY_DICT
      case 'N': return push_none();                    // NONE
      case '\x88': return push_type(Type::kBool, 1);   // NEWTRUE
      case '\x89': return push_type(Type::kBool, 0);   // NEWFALSE
      case 'K': return integer<uint8_t>();             // BININT1
      case 'M': return integer<uint16_t>();            // BININT2
      case 'J': return integer<int32_t>();             // BININT
      case '\x8a': return long1();                     // LONG1
      case 'G': return real();                         // BINFLOAT
      case 'X': return text<uint32_t>();               // BINUNICODE
      case '\x8c': return text<uint8_t>();             // SHORT_BINUNICODE
      case 'U': return text<uint8_t>();                // SHORT_BINSTRING
      case 'T': return text<uint32_t>();               // BINSTRING
      case 't': return collect_marked(Type::kTuple);   // TUPLE
      case '\x85': return collect(Type::kTuple, 1);    // TUPLE1
      case '\x86': return collect(Type::kTuple, 2);    // TUPLE2
      case '\x87': return collect(Type::kTuple, 3);    // TUPLE3
      case 'a': return extend(Type::kList, 1);         // APPEND
      case 'e': return extend_marked(Type::kList);     // APPENDS
      case 's': return extend(Type::kDict, 2);         // SETITEM
      case 'u': return extend_marked(Type::kDict);     // SETITEMS
      case 'q': return put<uint8_t>();                 // BINPUT
      case 'r': return put<uint32_t>();                // LONG_BINPUT
      case '\x94': return memoize(memo_.size());       // MEMOIZE
      case 'h': return get<uint8_t>();                 // BINGET
      case 'j': return get<uint32_t>();                // LONG_BINGET
      case 'Q': return collect(Type::kPersistent, 1);  // BINPERSID
      case 'R':                                        // REDUCE
      case '\x81': return call();                      // NEWOBJ
      case 'b': return build();                        // BUILD
      case '.': return stop();                         // STOP
      default: return false;
    }
  }

  bool long1() {
    uint8_t size = 0;
    return number(size) && long_integer(size);
  }

  ByteCursor cursor_;
  Pickle::Allowed allowed_;
  Budget& budget_;
  Pickle pickle_;
  std::vector<uint32_t> stack_;
  std::map<uint64_t, uint32_t> memo_;
  Problem fault_;
  uint64_t at_ = 0;
  bool done_ = false;
};

Result<Pickle> Pickle::read(ByteCursor cursor, Allowed allowed, Budget& budget) {
  return PickleMachine(cursor, allowed, budget).run();
}

}  // namespace omscope::tensorfile
