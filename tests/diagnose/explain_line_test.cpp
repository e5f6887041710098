// Lines as users paste them; the facts in them are those of the formats of the logs.

#include "omscope/diagnose/explain_line.h"

#include <gtest/gtest.h>

#include "omscope/diagnose/integral_key.h"
#include "omscope/diagnose/kernel_name.h"

namespace omscope::diagnose {
namespace {

std::vector<std::string> codes(std::string_view text) {
  std::vector<std::string> list;
  for (const CatalogueEntry& entry : explain(text, Lang::kEnglish)) {
    if (entry.known) list.push_back(entry.code);
  }
  return list;
}

using Codes = std::vector<std::string>;

TEST(ExplainLine, MissingBinary) {
  const auto entries = explain(
      "EZ9999: [PID: 7] 2025-01-01-10:00:00.000.001 Cannot find bin of op Foo, integral key "
      "0/1/|int64/ND/float/NCHW/|true|[1,2].",
      Lang::kEnglish);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].code, "0/1/|int64/ND/float/NCHW/|true|[1,2].");
  EXPECT_EQ(entries[0].symbol, "Foo");
  EXPECT_NE(entries[0].meaning.find("high_performance, int64 in ND, float in NCHW"),
            std::string::npos)
      << entries[0].meaning;
  EXPECT_EQ(entries[1].code, "EZ9999");
}

TEST(ExplainLine, ErrorWordsOfAnAiCore) {
  EXPECT_EQ(codes("there is an aicore error, core id is 0, error code = 0x800000, dump info: pc "
                  "start: 0x124040115000"),
            Codes{"0x800000"});
  EXPECT_EQ(codes("The extend info: errcode:(0x10, 0, 0) errorStr: x subErrType: 0x4."),
            Codes{"errcode:(0x10, 0, 0)"});
  EXPECT_EQ(codes("coreId( 0):        0x800000    "), Codes{"0x800000"});
  const auto of_950 = explain("an aivec error exception, errcode:(326)", Lang::kEnglish);
  EXPECT_EQ(of_950.front().symbol, "VEC_ERR_INSTR_TIMEOUT_T0");
  const auto trap = explain("aicore errcode:(0, 0, 0)", Lang::kEnglish);
  EXPECT_NE(trap.front().meaning.find("assert"), std::string::npos);
}

TEST(ExplainLine, NumbersCountWhereTheWordsBeforeSaySo) {
  EXPECT_EQ(codes("NPU function error: acl, error code is 507011"), Codes{"507011"});
  EXPECT_EQ(codes("ge result[1343225857]"), Codes{"1343225857"});
  EXPECT_EQ(codes("ErrorNo: 4294967295(failed) [LOAD][DEFAULT]"), Codes{"4294967295"});
  EXPECT_EQ(codes("Kernel task happen error, retCode=0x31, [vector core exception]"),
            Codes{"TS:0x31"});
  EXPECT_EQ(codes("an exception occurred during AICPU execution, stream_id:1, errcode:11003, msg"),
            Codes{"AICPU:11003"});
  EXPECT_EQ(codes("errcode:11006"), Codes{"AICPU:11006"});
  EXPECT_EQ(codes("ez9999:"), Codes{"EZ9999"});
  EXPECT_TRUE(codes("[PID: 107002] task 507011 took 207001 us at 0x7150050").empty());
}

TEST(ExplainLine, ErrorWordsWithoutTheWordsAround) {
  EXPECT_EQ(codes("error code = 0x10"), (Codes{"TS:0x10", "0x10"}));
  EXPECT_EQ(codes("AIC_ERROR=0x10"), Codes{"0x10"});
  EXPECT_EQ(codes("error code: 0x800000"), Codes{"0x800000"});
}

TEST(ExplainLine, Asserts) {
  const auto entries = explain(
      "[ERROR] IDEDD(1,a):2025-05-08-09:56:20.763.494 [dump.cpp:548][tid:1] [ASSERT] [CANN_VERSION "
      ": 7.8][TimeStamp : 0] /a/b.h:137: Assertion `(0 <= val)' Index 9 out of range[0 5)!",
      Lang::kEnglish);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_TRUE(entries[0].known);
  EXPECT_NE(entries[0].meaning.find("`(0 <= val)' Index 9 out of range[0 5)! (/a/b.h:137)"),
            std::string::npos)
      << entries[0].meaning;
}

TEST(ExplainLine, BlockOfSeveralLines) {
  EXPECT_EQ(codes("EZ9999: Inner Error!\n  TraceBack\n[ERROR] 2025-01-01 (PID:1, Device:0, "
                  "RankID:-1) ERR01100 OPS call acl api failed"),
            (Codes{"EZ9999", "ERR01100"}));
}

TEST(KernelName, PartsOfEveryForm) {
  const auto built = parse_kernel_name(
      "te_l2loss_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff_"
      "0123456789abcdef_0__kernel0");
  ASSERT_TRUE(built);
  EXPECT_EQ(built->op, "l2loss");
  EXPECT_EQ(built->hashes.size(), 2U);
  EXPECT_TRUE(built->from_compiler);
  EXPECT_TRUE(built->stem.ends_with("0123456789abcdef_0"));
  const auto packaged = parse_kernel_name(
      "FlashAttentionScore_fedcba9876543210fedcba9876543210_10000000000022420943_mix_aic");
  ASSERT_TRUE(packaged);
  EXPECT_EQ(packaged->op, "FlashAttentionScore");
  EXPECT_EQ(packaged->core, "aic");
  EXPECT_EQ(packaged->number, "10000000000022420943");
  const auto mode =
      parse_kernel_name("GatherV3_0123456789abcdef0123456789abcdef_high_performance_10330.json");
  ASSERT_TRUE(mode);
  EXPECT_EQ(mode->implementation, "high_performance");
  EXPECT_EQ(mode->number, "10330");
  EXPECT_EQ(mode->stem, "GatherV3_0123456789abcdef0123456789abcdef_high_performance_10330");
  for (const char* other : {"", "te_set_version", "hello_world", "te_", "0123456789abcdef0123",
                            "_0123456789abcdef0123456789abcdef", "a b_0123456789abcdef"}) {
    EXPECT_FALSE(parse_kernel_name(other)) << other;
  }
}

TEST(IntegralKey, FieldsAndWhatIsNone) {
  const auto list = parse_integral_key("1/0/|dynamic num:2/float16/ND/float16/ND/bf16/ND/|");
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->deterministic);
  ASSERT_EQ(list->tensors.size(), 3U);
  EXPECT_EQ(list->tensors[0].list_of, 2U);
  EXPECT_EQ(list->tensors[2].dtype, "bf16");
  for (const char* none : {"", "|", "0/1/", "0/1/|int64", "2/1/|int64/ND/", "0/x/|", "0/1|a/b/"}) {
    EXPECT_FALSE(parse_integral_key(none)) << none;
  }
}

}  // namespace
}  // namespace omscope::diagnose
