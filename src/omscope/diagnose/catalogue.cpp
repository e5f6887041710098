#include "omscope/diagnose/catalogue.h"

#include <algorithm>
#include <bit>
#include <cctype>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/code_family.h"
#include "omscope/diagnose/soc_table.h"
#include "omscope/diagnose/table.h"

namespace omscope::diagnose {
namespace {

/// The parts of "TS:0x26"; codes without a table of their own have an empty one.
struct TableCode {
  std::string_view table;
  std::string_view number;
};

TableCode parts_of(std::string_view code) {
  const size_t colon = code.find(':');
  if (colon == std::string_view::npos) return {{}, code};
  return {code.substr(0, colon), code.substr(colon + 1)};
}

void translate(std::string& text, Lang lang, bool* translated = nullptr) {
  if (lang == Lang::kEnglish || text.empty()) return;
  std::string chinese = in_chinese(text);
  if (translated != nullptr) *translated = !chinese.empty();
  if (!chinese.empty()) text = std::move(chinese);
}

/// "As 507015 for vector cores" of a row: the text of that one, and what is behind the number.
struct Referred {
  std::string text;
  std::string number;
  std::string rest;
};
std::optional<Referred> referred(std::string_view text, size_t column) {
  constexpr size_t kDigits = 6;
  if (!text.starts_with("As ") && !text.starts_with("See ")) return std::nullopt;
  const std::string_view behind = text.substr(text.find(' ') + 1);
  if (behind.size() < kDigits || !is_digits(behind.substr(0, kDigits))) return std::nullopt;
  Referred out{{}, std::string(behind.substr(0, kDigits)), std::string(behind.substr(kDigits))};
  const auto number = parse_number(out.number).value_or(0);
  Table(kErrorNumbers)
      .each_from(
          [&](Row row) { return parse_number(parts_of(row.cell(0)).number).value_or(0) < number; },
          [&](Row row) {
            if (row.cell(0) == out.number) out.text = row.cell(column);
            return row.cell(0) != out.number;
          });
  if (out.text.empty() || out.text.starts_with("As ") || out.text.starts_with("See ")) {
    return std::nullopt;
  }
  while (out.rest.starts_with(' ')) out.rest.erase(0, 1);
  return out;
}

/// A text of a row that refers to another row says what stands there.
std::string text_of(Row row, size_t column, Lang lang, bool& all_translated) {
  std::string text(row.cell(column));
  const auto other = referred(text, column);
  if (other) text = other->text;
  if (text.empty()) return text;
  bool translated = false;
  translate(text, lang, &translated);
  all_translated = all_translated && translated;
  if (!other) return text;
  const std::string rest = other->rest.empty() ? "" : " " + other->rest;
  return text + (translated ? fmt::format("（同 {}）", other->number)
                            : fmt::format(" (as {}{})", other->number, rest));
}

/// A row is Chinese when all of it is: the mark of an entry that is not would be missed otherwise.
CatalogueEntry entry_from(Row row, Lang lang) {
  CatalogueEntry entry;
  entry.code = row.cell(0);
  entry.symbol = row.cell(1);
  entry.component = row.cell(2);
  bool all_translated = lang == Lang::kChinese;
  entry.meaning = text_of(row, 3, lang, all_translated);
  entry.cause = text_of(row, 4, lang, all_translated);
  entry.action = text_of(row, 5, lang, all_translated);
  if (all_translated) entry.lang = Lang::kChinese;
  return entry;
}

std::string known_or(std::optional<uint64_t> number, std::string_view unit) {
  return number ? fmt::format("{} {}", *number, unit)
                : fmt::format("an unknown number of {}", unit);
}

CatalogueEntry entry_of(const Soc& soc, Lang lang) {
  CatalogueEntry entry;
  entry.code = soc.name;
  entry.symbol = soc.family;
  entry.component = "chip";
  const std::string memory = soc.memory ? human_bytes(*soc.memory) : "";
  if (lang == Lang::kChinese) {
    entry.lang = lang;
    entry.meaning =
        fmt::format("{} 系列芯片，NpuArch {}：AI Core {}，Vector Core {}，UB {}，内存 {}，{} bf16",
                    soc.family, soc.arch, soc.ai_cores.value_or(0), soc.vector_cores.value_or(0),
                    human_bytes(soc.unified_buffer.value_or(0)),
                    memory.empty() ? "平台文件未说明" : memory, soc.bf16 ? "支持" : "不支持");
    entry.action = fmt::format("ATC 使用 --soc_version={}", soc.name);
    return entry;
  }
  entry.meaning = fmt::format(
      "A chip of the family {}, NpuArch {}: {}, {}, unified buffer {}, memory {}, {} bfloat16",
      soc.family, soc.arch, known_or(soc.ai_cores, "AI cores"),
      known_or(soc.vector_cores, "vector cores"), human_bytes(soc.unified_buffer.value_or(0)),
      memory.empty() ? "not stated by its platform file" : memory, soc.bf16 ? "with" : "no");
  entry.action =
      fmt::format("ATC takes it as --soc_version={}; its models run on chips of NpuArch {}",
                  soc.name, soc.arch);
  return entry;
}

std::vector<CatalogueEntry> by_number(unsigned long long number, std::string_view table, bool any,
                                      Lang lang) {
  std::vector<CatalogueEntry> found;
  const auto number_of = [](Row row) {
    return parse_number(parts_of(row.cell(0)).number).value_or(0);
  };
  Table(kErrorNumbers)
      .each_from([&](Row row) { return number_of(row) < number; },
                 [&](Row row) {
                   if (number_of(row) != number) return false;
                   if (any || parts_of(row.cell(0)).table == table)
                     found.push_back(entry_from(row, lang));
                   return true;
                 });
  // A hexadecimal spelling only points to the code itself.
  if (found.size() > 1) {
    std::erase_if(found, [](const CatalogueEntry& entry) { return entry.component == "ACL-hex"; });
  }
  return found;
}

std::vector<CatalogueEntry> by_report(std::string_view code, Lang lang) {
  std::vector<CatalogueEntry> found;
  Table(kReportCodes)
      .each_from([&](Row row) { return row.cell(0) < code; },
                 [&](Row row) {
                   if (row.cell(0) != code) return false;
                   found.push_back(entry_from(row, lang));
                   return true;
                 });
  return found;
}

std::vector<CatalogueEntry> by_symbol(std::string_view symbol, Lang lang) {
  std::vector<CatalogueEntry> found;
  if (symbol.empty()) return found;
  const auto take = [&](Row row) {
    if (row.cell(1) == symbol && row.cell(2) != "ACL-hex") found.push_back(entry_from(row, lang));
    return true;
  };
  Table(kErrorNumbers).each(take);
  Table(kReportCodes).each(take);
  return found;
}

CatalogueEntry unknown_entry(std::string_view code, const CodeFamily& family, Lang lang) {
  CatalogueEntry entry;
  entry.code = code;
  entry.component = family.component;
  entry.meaning = family.meaning;
  entry.action = family.action;
  entry.known = false;
  translate(entry.action, lang);
  return entry;
}

/// A hexadecimal number that no table has is most likely an error word, if few bits are set and
/// all of them mean something.
std::optional<CatalogueEntry> as_error_word(std::string_view text, unsigned long long number,
                                            Lang lang) {
  constexpr int kMostBits = 3;
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  if (number == 0 || std::popcount(number) > kMostBits) return std::nullopt;
  const std::array<uint64_t, 1> words = {number};
  return explain_bits(std::string(text), decode_error_words(words), lang);
}

std::vector<CatalogueEntry> look_up_number(std::string_view text, unsigned long long number,
                                           Lang lang) {
  // A negative code that was printed as 64 bits.
  constexpr unsigned long long kLow = 0xFFFFFFFF;
  if (number >> 32U == kLow) number &= kLow;
  std::vector<CatalogueEntry> found = by_number(number, {}, true, lang);
  if (!found.empty()) {
    // Small numbers that tables of components have are error words of an AI Core as well.
    const bool shared = std::all_of(found.begin(), found.end(), [](const CatalogueEntry& entry) {
      return entry.code.find(':') != std::string::npos;
    });
    auto word = shared ? as_error_word(text, number, lang) : std::nullopt;
    if (word && word->known) found.push_back(*std::move(word));
    return found;
  }
  if (const auto family = family_of_number(number)) return {unknown_entry(text, *family, lang)};
  if (auto word = as_error_word(text, number, lang)) return {*std::move(word)};
  return {};
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

/// 2: all words in symbol or meaning, 1: all of them somewhere, 0: not there.
int match(const CatalogueEntry& entry, std::string_view english,
          const std::vector<std::string>& words) {
  const std::string first = lower_case(entry.code + ' ' + entry.symbol + ' ' + entry.meaning);
  const std::string all = first + lower_case(entry.cause + ' ' + entry.action) +
                          lower_case(english) + lower_case(entry.component);
  const auto has_all = [&](const std::string& text) {
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
      return text.find(word) != std::string::npos;
    });
  };
  if (has_all(first)) return 2;
  return has_all(all) ? 1 : 0;
}

/// The row's texts without its last column, which names a source.
std::string_view texts_of(Row row) {
  return row.line().substr(0, row.line().rfind('\t'));
}

CatalogueEntry entry_of_bit(const AicoreBit& bit, Lang lang) {
  const bool is_950 = !bit.word.starts_with("errcode");
  CatalogueEntry entry = explain_bits(
      fmt::format("{} {}", is_950 ? "950 error" : "AI Core error bit", bit.id), {bit}, lang);
  return entry;
}

}  // namespace

CatalogueEntry explain_bits(std::string code, const std::vector<AicoreBit>& bits, Lang lang) {
  CatalogueEntry entry;
  entry.code = std::move(code);
  entry.component = "AI Core";
  const bool chinese = lang == Lang::kChinese;
  if (bits.empty()) {
    entry.meaning = chinese ? "没有置位的错误比特：设备断言、trap 或超时"
                            : "No error bit is set: a device assert, a trap or a timeout";
    entry.action = chinese ? "先查找 [ASSERT] 行，再查超时信息"
                           : "Look for a line with [ASSERT] first, then for a timeout";
    entry.lang = lang;
    return entry;
  }
  for (const AicoreBit& bit : bits) {
    if (!entry.meaning.empty()) entry.meaning += "; ";
    entry.meaning +=
        fmt::format("{}, {} bit {}: {}", bit.name.empty() ? "unnamed" : bit.name, bit.word,
                    bit.bit.empty() ? std::to_string(bit.id) : bit.bit, bit.meaning);
    if (entry.symbol.empty()) entry.symbol = bit.name;
  }
  entry.known =
      std::any_of(bits.begin(), bits.end(), [](const AicoreBit& bit) { return !bit.name.empty(); });
  entry.cause = suspicion(bits.front().kind, lang);
  entry.action = first_action(bits.front().kind, lang);
  return entry;
}

std::vector<CatalogueEntry> look_up(std::string_view table, unsigned long long number, Lang lang) {
  return by_number(number, table, false, lang);
}

std::vector<CatalogueEntry> look_up(std::string_view code, Lang lang) {
  if (const auto number = parse_number(code)) return look_up_number(code, *number, lang);
  const TableCode parts = parts_of(code);
  const auto number = parse_number(parts.number);
  if (!parts.table.empty() && number) {
    auto found = by_number(*number, upper_case(parts.table), false, lang);
    if (!found.empty()) return found;
  }
  const std::string upper = upper_case(code);
  if (is_report_code(upper)) {
    auto found = by_report(upper, lang);
    if (!found.empty()) return found;
    if (const auto family = family_of_report(upper)) return {unknown_entry(upper, *family, lang)};
  }
  if (const auto soc = find_soc(code)) return {entry_of(*soc, lang)};
  if (const auto family = socs_of_family(code); !family.empty()) {
    std::vector<CatalogueEntry> entries;
    for (const Soc& soc : family) entries.push_back(entry_of(soc, lang));
    return entries;
  }
  if (const auto bits = bits_by_name(upper); !bits.empty()) {
    std::vector<CatalogueEntry> entries;
    for (const AicoreBit& bit : bits) entries.push_back(entry_of_bit(bit, lang));
    return entries;
  }
  auto found = by_symbol(code, lang);
  if (found.empty()) found = by_symbol(upper, lang);
  return found;
}

std::vector<CatalogueEntry> search(std::string_view words, Lang lang) {
  std::vector<std::string> wanted;
  for (const std::string_view word : split(words, ' ')) {
    if (!word.empty()) wanted.push_back(lower_case(word));
  }
  if (wanted.empty()) return {};
  std::vector<CatalogueEntry> best;
  std::vector<CatalogueEntry> rest;
  const auto keep = [&](CatalogueEntry entry, std::string_view english) {
    const int how = match(entry, english, wanted);
    if (how == 2)
      best.push_back(std::move(entry));
    else if (how == 1)
      rest.push_back(std::move(entry));
  };
  const auto take = [&](Row row) {
    if (row.cell(2) != "ACL-hex") keep(entry_from(row, lang), texts_of(row));
    return true;
  };
  Table(kErrorNumbers).each(take);
  Table(kReportCodes).each(take);
  for (const AicoreBit& bit : all_bits()) {
    keep(entry_of_bit(bit, lang), bit.meaning);
  }
  for (const Soc& soc : all_socs()) keep(entry_of(soc, lang), {});
  best.insert(best.end(), std::make_move_iterator(rest.begin()),
              std::make_move_iterator(rest.end()));
  return best;
}

}  // namespace omscope::diagnose
