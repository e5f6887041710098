// Codes in every spelling, and what is said of those that no table has.

#include "omscope/diagnose/catalogue.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "omscope/diagnose/code_family.h"
#include "omscope/diagnose/soc_table.h"
#include "omscope/diagnose/table.h"

namespace omscope::diagnose {
namespace {

std::vector<CatalogueEntry> ask(std::string_view text) {
  return explain(text, Lang::kEnglish);
}

/// Whether an entry with this code and meaning is among `entries`.
bool has_row(const std::vector<CatalogueEntry>& entries, Row row) {
  return std::any_of(entries.begin(), entries.end(), [&](const CatalogueEntry& entry) {
    return entry.known && entry.code == row.cell(0) && entry.meaning == row.cell(3);
  });
}

unsigned long long number_in(std::string_view code) {
  const size_t colon = code.find(':');
  return parse_number(colon == code.npos ? code : code.substr(colon + 1)).value_or(0);
}

TEST(Catalogue, TablesAreSortedByWhatTheyAreSearchedBy) {
  unsigned long long last = 0;
  size_t rows = 0;
  Table(kErrorNumbers).each([&](Row row) {
    EXPECT_LE(last, number_in(row.cell(0))) << row.cell(0);
    last = number_in(row.cell(0));
    ++rows;
    return true;
  });
  EXPECT_GT(rows, 1000U);
  for (const std::string_view text : {kReportCodes, kSocs, kChinese}) {
    std::string_view before;
    Table(text).each([&](Row row) {
      EXPECT_LT(before, row.cell(0));
      before = row.cell(0);
      return true;
    });
  }
}

TEST(Catalogue, EveryNumberIsFoundAsItIsWritten) {
  Table(kErrorNumbers).each([&](Row row) {
    const bool points_elsewhere = row.cell(2) == "ACL-hex";
    if (!points_elsewhere) EXPECT_TRUE(has_row(ask(row.cell(0)), row)) << row.line();
    return true;
  });
}

TEST(Catalogue, EveryNumberIsFoundInOtherSpellings) {
  Table(kErrorNumbers).each([&](Row row) {
    if (row.cell(2) == "ACL-hex") return true;
    const unsigned long long number = number_in(row.cell(0));
    EXPECT_TRUE(has_row(ask(fmt::format("{}", number)), row)) << row.line();
    EXPECT_TRUE(has_row(ask(fmt::format("0x{:x}", number)), row)) << row.line();
    EXPECT_TRUE(has_row(ask(fmt::format("0X{:08X}", number)), row)) << row.line();
    if (number >> 31U == 1) {
      EXPECT_TRUE(has_row(ask(fmt::format("-{}", (1ULL << 32U) - number)), row)) << row.line();
    }
    return true;
  });
}

TEST(Catalogue, EveryReportCodeIsFound) {
  Table(kReportCodes).each([&](Row row) {
    EXPECT_TRUE(has_row(ask(row.cell(0)), row)) << row.line();
    EXPECT_TRUE(is_report_code(row.cell(0))) << row.line();
    EXPECT_TRUE(has_row(ask(fmt::format("{}: [PID: 7] text", row.cell(0))), row)) << row.line();
    return true;
  });
}

TEST(Catalogue, EverySymbolIsFound) {
  for (const std::string_view table : {kErrorNumbers, kReportCodes}) {
    Table(table).each([&](Row row) {
      const std::string_view symbol = row.cell(1);
      if (symbol.empty() || row.cell(2) == "ACL-hex" || symbol.find(' ') != symbol.npos)
        return true;
      EXPECT_TRUE(has_row(ask(symbol), row)) << row.line();
      return true;
    });
  }
}

TEST(Catalogue, EveryBitAndEveryChipIsFound) {
  for (const AicoreBit& bit : all_bits()) {
    const auto entries = ask(bit.name);
    const bool found = std::any_of(entries.begin(), entries.end(), [&](const CatalogueEntry& each) {
      return each.known && each.meaning.find(bit.meaning) != std::string::npos;
    });
    EXPECT_TRUE(found) << bit.name;
  }
  for (const Soc& soc : all_socs()) {
    EXPECT_EQ(ask(soc.name).front().code, soc.name);
    EXPECT_TRUE(ask(soc.family).front().known) << soc.family;
    EXPECT_TRUE(ask(soc.name.substr(6)).front().known) << "as npu-smi writes it: " << soc.name;
  }
}

TEST(Catalogue, HexadecimalSpellingLeadsToTheCodeItself) {
  for (const char* spelling : {"507011", "0x7BC83", "0x7bc83"}) {
    const auto entries = ask(spelling);
    ASSERT_EQ(entries.size(), 1U) << spelling;
    EXPECT_EQ(entries[0].symbol, "ACL_ERROR_RT_MODEL_EXECUTE");
    EXPECT_EQ(entries[0].code, "507011");
  }
}

TEST(Catalogue, MinusOneIsWhatItIsIn32Bits) {
  EXPECT_EQ(ask("-1").front().code, "4294967295");
  EXPECT_TRUE(ask("-1").front().known);
  EXPECT_EQ(ask("0xFFFFFFFFFFFFFFFF").front().code, "4294967295");
}

TEST(Catalogue, UnknownCodesGetTheirFamilyAndRange) {
  const auto acl = ask("100777").front();
  EXPECT_FALSE(acl.known);
  EXPECT_EQ(acl.component, "ACL");
  EXPECT_NE(acl.meaning.find("100000 to 106999"), std::string::npos) << acl.meaning;
  EXPECT_EQ(acl.symbol, "");
  EXPECT_EQ(acl.cause, "");
  const auto inner = ask("0x7159999").front();
  EXPECT_FALSE(inner.known);
  EXPECT_EQ(inner.component, "Runtime");
  EXPECT_NE(inner.meaning.find("task scheduler"), std::string::npos) << inner.meaning;
  const auto report = ask("E10999").front();
  EXPECT_FALSE(report.known);
  EXPECT_EQ(report.component, "GE");
  const auto torch = ask("ERR01999").front();
  EXPECT_FALSE(torch.known);
  EXPECT_NE(torch.meaning.find("operator call"), std::string::npos);
  const auto graph = ask("1343229000").front();
  EXPECT_FALSE(graph.known);
  EXPECT_EQ(graph.component, "GE");
}

TEST(Catalogue, WhatIsNothingIsCalledNothing) {
  for (const char* text : {"999999", "0xDEADBEEF", "hello", "-", "", "0x", "E1", "EZ99999",
                           "99999999999999999999999999", "🙂", "a/b/c"}) {
    const auto entries = ask(text);
    ASSERT_EQ(entries.size(), 1U) << text;
    EXPECT_FALSE(entries[0].known) << text << ": " << entries[0].meaning;
    EXPECT_EQ(entries[0].cause, "") << text;
  }
}

TEST(Catalogue, CodesOfTheSchedulerAreAskedForByTheirTable) {
  EXPECT_EQ(ask("TS:0x26").front().component, "TaskScheduler");
  EXPECT_EQ(ask("ts:38").front().code, "TS:0x26");
  EXPECT_EQ(look_up("AICPU", 11003, Lang::kEnglish).at(0).code, "AICPU:11003");
}

TEST(Catalogue, SearchFindsWordsAnywhere) {
  const auto found = search("memory", Lang::kEnglish);
  EXPECT_GT(found.size(), 20U);
  EXPECT_TRUE(std::any_of(found.begin(), found.end(),
                          [](const auto& entry) { return entry.code == "207001"; }));
  const auto narrow = search("MEMORY allocation failed", Lang::kEnglish);
  EXPECT_LT(narrow.size(), found.size());
  EXPECT_FALSE(narrow.empty());
  EXPECT_TRUE(search("no such words at all", Lang::kEnglish).empty());
  EXPECT_TRUE(search("  ", Lang::kEnglish).empty());
  EXPECT_FALSE(search("内存", Lang::kChinese).empty());
}

TEST(Catalogue, ANumberOfSeveralComponents) {
  const auto entries = ask("0x10");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].code, "TS:0x10");
  EXPECT_EQ(entries[1].symbol, "CCU_ILLEGAL_INSTR");
  EXPECT_EQ(ask("0xB4060006").front().component, "BBOX");
  EXPECT_FALSE(ask("0xB4060006").front().known);
  EXPECT_EQ(ask("507011").size(), 1U);
}

TEST(Catalogue, RowsThatReferToOthersSayWhatStandsThere) {
  const auto entry = ask("507035").front();
  const auto other = ask("507015").front();
  EXPECT_EQ(entry.action, other.action + " (as 507015)");
  EXPECT_EQ(entry.cause, other.cause + " (as 507015 for vector cores)");
  const auto chinese = explain("507035", Lang::kChinese).front();
  EXPECT_EQ(chinese.action.find("As 507015"), std::string::npos);
}

TEST(Catalogue, ChineseWhereItWasMade) {
  const auto entry = explain("507011", Lang::kChinese).front();
  EXPECT_EQ(entry.lang, Lang::kChinese);
  EXPECT_NE(entry.meaning.find("执行失败"), std::string::npos) << entry.meaning;
  const auto pta = explain("ERR01100", Lang::kChinese).front();
  EXPECT_EQ(pta.meaning, "算子调用：调用 ACL 接口失败");
  const auto english = explain("TS:0x50", Lang::kChinese).front();
  EXPECT_EQ(english.lang, Lang::kEnglish);
  EXPECT_FALSE(english.meaning.empty());
}

}  // namespace
}  // namespace omscope::diagnose
