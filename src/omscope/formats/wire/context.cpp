#include "omscope/formats/wire/context.h"

#include <fmt/format.h>

namespace omscope::wire {

void Tally::report(Problems& problems, const std::string& where) const {
  if (count_ == 0) return;
  problems.add(severity_, code_, offset_, where,
               count_ == 1 ? first_ : fmt::format("{} {}; the first: {}", count_, plural_, first_));
}

void Context::damaged(const Reader& reader, std::string_view message) {
  model.problems.error(Code::kBadProtobuf, model.offset_of({reader.field_start(), size_t{0}}),
                       fmt::format("{}: {}", where, message),
                       "the message is damaged from here on (what stood before was read)");
}

void Context::unknown_field(std::string_view message, const Reader& reader) {
  constexpr size_t kMost = 50;
  const std::string name = fmt::format("{} field {}", message, reader.number());
  if (unknown_fields_.size() < kMost || unknown_fields_.contains(name)) ++unknown_fields_[name];
}

void Context::report_counted() {
  bad_edges.report(model.problems, where);
  duplicate_names.report(model.problems, where);
  for (const auto& [name, count] : unknown_fields_) {
    model.problems.info(
        Code::kUnknownField, std::nullopt, where,
        fmt::format("{} is not in the known schema; met {} times, left out", name, count));
  }
  if (exhausted()) {
    model.problems.error(Code::kTooLarge, std::nullopt, where,
                         "describes far more than its size, as no real model does (the rest was "
                         "left out)");
  }
}

Nested::Nested(Context& context, ByteView message) : context_(context) {
  if (++context_.depth != Context::kMostDepth) return;
  context_.model.problems.error(Code::kTooDeep, context_.model.offset_of(message), context_.where,
                                "messages are nested deeper than 64, as in no real model");
}

ir::List<int64_t> read_numbers(Context& context, ByteView message, unsigned field) {
  const FieldCounts counts(message, {.varints = fields({field})});
  Filler<int64_t> filler(context.model.arena, counts[field]);
  const auto add = [&](uint64_t value) { filler.add(static_cast<int64_t>(value)); };
  for (Reader reader(message); reader.next();) {
    if (reader.tag() == varint(field)) add(reader.uint64());
    if (reader.tag() == bytes(field) && !for_each_varint(reader.payload(), add)) {
      context.damaged(reader, "packed integers");
    }
  }
  return filler.list();
}

}  // namespace omscope::wire
