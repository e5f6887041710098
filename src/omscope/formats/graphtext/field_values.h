// Values of protobuf fields as text formats and JSON spell them.
#pragma once

#include <optional>
#include <string_view>

#include "omscope/formats/wire/schema.h"
#include "omscope/formats/wire/wire_writer.h"

namespace omscope::graphtext {

/// The bits that go on the wire for a number, bool, enum or float field.
std::optional<uint64_t> scalar_value(const wire::FieldSchema& field, std::string_view text,
                                     bool negative);

/// Writes a value made by `scalar_value`.
void write_scalar(wire::Writer& writer, const wire::FieldSchema& field, uint64_t value);

/// Bits of a float or double field.
uint64_t float_bits(const wire::FieldSchema& field, double value);

}  // namespace omscope::graphtext
