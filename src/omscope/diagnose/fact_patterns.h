// Tables of what messages start with, and how their fields are taken apart.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "omscope/diagnose/facts.h"

namespace omscope::diagnose {

/// `message` starts with the words of the pattern.
using Extract = void (*)(std::string_view message, Fact& fact);

struct Pattern {
  std::string_view start;
  FactKind kind;
  Extract extract;  ///< may change the kind; may be null
};

/// Counted on lines of level ERROR and on the screen.
std::span<const Pattern> core_patterns();  ///< AI Core, AI CPU, dumps
std::span<const Pattern> host_patterns();  ///< graph engine, runtime, op library, atc
/// Counted at any level; none is a fault by itself.
std::span<const Pattern> detail_patterns();

/// Lines of the firmware, by the function they come from.
bool firmware_fact(std::string_view function, std::string_view message, Fact& fact);
/// "event_id=0x80cb8009; device_id=0; …"
void device_event(std::string_view message, Fact& fact);
/// Words anywhere in a message of level ERROR, for texts that put names in front.
bool host_words(std::string_view message, Fact& fact);

/// What stands behind `key`, up to a blank or one of `,;)]`; empty where it is not there.
std::string_view value_after(std::string_view text, std::string_view key);
/// The same up to `end`.
std::string_view value_until(std::string_view text, std::string_view key, std::string_view end);
/// Sets `name` to the value behind `key`, if there is one.
void take(std::string_view text, std::string_view key, std::string_view name, Fact& fact);

/// Codes in a message: "ErrCode=507035", "ge result[507011]", "ret: 0x7BC83", …, each as the field
/// "code".
void take_codes(std::string_view message, Fact& fact);

}  // namespace omscope::diagnose
