// What the readers of protobuf messages share while they walk one message into a model.
#pragma once

#include <map>
#include <string>

#include "omscope/formats/wire/wire_reader.h"
#include "omscope/ir/model.h"

namespace omscope::wire {

/// Faults that a damaged model repeats by the thousand: the first is kept, the rest counted.
class Tally {
 public:
  Tally(Severity severity, Code code, std::string_view plural)
      : severity_(severity), code_(code), plural_(plural) {}

  void add(std::optional<uint64_t> offset, const std::string& text) {
    if (count_++ > 0) return;
    first_ = text;
    offset_ = offset;
  }
  void report(Problems& problems, const std::string& where) const;

 private:
  Severity severity_;
  Code code_;
  std::string_view plural_;
  uint64_t count_ = 0;
  std::string first_;
  std::optional<uint64_t> offset_;
};

struct Context {
  Context(ir::Model& of_model, std::string part) : model(of_model), where(std::move(part)) {}

  ir::Model& model;
  std::string where;  ///< the part of the file in messages, "table 0 MODEL_DEF"
  ir::OpRef owner;    ///< the op in hand, which owns the graphs found in its attributes
  int depth = 0;
  /// Messages inside of messages; real models stay below 20.
  static constexpr int kMostDepth = 64;

  Tally bad_edges{Severity::kWarning, Code::kBadEdge, "edges lead nowhere"};
  Tally duplicate_names{Severity::kWarning, Code::kDuplicateName,
                        "names are used by more than one op of their graph"};

  /// The walk over `message` stopped early: what was read is kept.
  void damaged(const Reader& reader, std::string_view message);
  void unknown_field(std::string_view message, const Reader& reader);
  /// No memory left for what the file describes.
  bool exhausted() const { return model.arena.exhausted(); }
  /// Reports what was only counted so far.
  void report_counted();

 private:
  std::map<std::string, uint64_t> unknown_fields_;
};

/// Enters one level of nesting; `ok()` is false where it is too deep, or the model already too
/// large, to go on.
class Nested {
 public:
  Nested(Context& context, ByteView message);
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;
  ~Nested() { --context_.depth; }
  bool ok() const { return context_.depth < Context::kMostDepth && !context_.exhausted(); }

 private:
  Context& context_;
};

/// Fills a list whose length was counted before.
template <class T>
class Filler {
 public:
  Filler(Arena& arena, size_t count) : room_(arena.array_within_limit<T>(count)) {}
  void add(T value) {
    if (used_ < room_.size()) room_[used_++] = value;
  }
  std::span<T> list() const { return room_.first(used_); }

 private:
  std::span<T> room_;
  size_t used_ = 0;
};

/// All numbers of repeated field `field` of a message, packed or not.
ir::List<int64_t> read_numbers(Context& context, ByteView message, unsigned field);

}  // namespace omscope::wire
