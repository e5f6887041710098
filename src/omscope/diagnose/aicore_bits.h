// The error words of an AI Core: which bits are set, what they mean, what to suspect.
//
// Chips up to A3 print up to three words of 64 bits, "errcode:(e0, e1, e2)"; "error code = 0x…"
// alone is the first. Bits are numbered through: word 0 has ids 0-63, word 1 64-127, of word 2 the
// low 17 bits are 128-144 and bits 32-62 are 145-175. The 950 prints the ids themselves, in
// decimal, of another numbering. Names and classes: tables/aicore_bits.tsv.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/diagnose/language.h"

namespace omscope::diagnose {

/// Which numbering a log uses.
enum class BitNumbering : uint8_t { kCommon, k950 };

/// Most serious first: with several bits set the first class names the suspicion.
enum class BitClass : uint8_t {
  kHardware,
  kGlobalMemory,
  kInstruction,
  kOnchipBounds,
  kAlignment,
  kData,
  kOnchipConflict,
  kSyncFlow,
  kOther,
};

struct AicoreBit {
  uint32_t id = 0;
  std::string_view name;  ///< "MTE_BIU_RDWR_RESP"; empty: no such bit is known
  std::string_view meaning;
  std::string_view word;  ///< "errcode[0]", or the register of the 950
  std::string_view bit;   ///< in that word
  BitClass kind = BitClass::kOther;
};

/// "hardware_memory", "gm_address", … as the table calls it.
std::string_view to_string(BitClass kind);
/// What such a bit makes suspect, and what to do first.
std::string_view suspicion(BitClass kind, Lang lang = Lang::kEnglish);
std::string_view first_action(BitClass kind, Lang lang = Lang::kEnglish);

/// One bit by its number; `name` is empty where the numbering has no such bit.
AicoreBit bit_of(BitNumbering numbering, uint32_t id);
/// Both numberings have bits of the same name, and the 950 has some twice.
std::vector<AicoreBit> bits_by_name(std::string_view name);
std::vector<AicoreBit> all_bits();

/// All bits that are set in up to three words, most serious class first. Bits without a known
/// meaning are among them, last.
std::vector<AicoreBit> decode_error_words(std::span<const uint64_t> words);
/// The same for the list of ids that the 950 prints.
std::vector<AicoreBit> decode_950_ids(std::span<const uint64_t> ids);

/// A field of a companion register ("mte error info: 0x30000c2") in words.
struct RegisterField {
  std::string name;  ///< "type", "address bits 19-5", "program counter bits 9-2"
  uint64_t value = 0;
  std::string meaning;
};

/// `unit` is mte, ifu, biu, ccu, cube or vec; `ids` are the error bits of the same core, which
/// decide what the type of the MTE register means. Empty for an unknown unit.
std::vector<RegisterField> decode_register(std::string_view unit, uint64_t value,
                                           std::span<const AicoreBit> ids = {});

/// The offset of the failing instruction in its kernel, from pc start and current; flags above bit
/// 47 are cut off. Nothing when current lies before the start.
std::optional<uint64_t> pc_offset(uint64_t pc_start, uint64_t current);

}  // namespace omscope::diagnose
