// Codes, keys and names in plain words.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/diagnose/aicore_bits.h"
#include "omscope/diagnose/language.h"

namespace omscope::diagnose {

/// What is known of one code, key or name. Texts that are empty are not known.
struct CatalogueEntry {
  std::string code;  ///< as the table writes it, or as it was asked for
  std::string symbol;
  std::string component;
  std::string meaning;
  std::string cause;
  std::string action;
  bool known = true;           ///< false: only the family is known, by form and range
  Lang lang = Lang::kEnglish;  ///< Chinese when `meaning` is
};

/// A single code in any spelling: decimal, hexadecimal, negative, E…, EZ…, ERR…, "TS:0x26"; a
/// symbol; a chip; an error bit by its name. Codes of several components that share a number are
/// all returned. Empty when nothing is known of it, not even a family.
std::vector<CatalogueEntry> look_up(std::string_view code, Lang lang);

/// A number that a table of one component gives: "TS" (retCode), "AICPU" (errcode), "SDMA".
std::vector<CatalogueEntry> look_up(std::string_view table, unsigned long long number, Lang lang);

/// An entry for bits of an AI Core's error words, as they stood in `code`.
CatalogueEntry explain_bits(std::string code, const std::vector<AicoreBit>& bits, Lang lang);

/// Whatever a user pastes: a code, an integral key, the name of a kernel, or a whole line, of which
/// everything that is known is explained in the order in which it stands. Never empty: what is
/// not known has an entry that says so.
std::vector<CatalogueEntry> explain(std::string_view text, Lang lang);

/// Entries whose texts hold all of `words` (separated by blanks, in any case); those that have them
/// in symbol or meaning first.
std::vector<CatalogueEntry> search(std::string_view words, Lang lang);

}  // namespace omscope::diagnose
