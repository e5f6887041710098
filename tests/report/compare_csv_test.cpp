// The tables of compare: the one of today, and the one that other tools wrote.

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "omscope/core/text.h"
#include "omscope/report/compare_reports.h"

#include "support/compare_results.h"

namespace omscope {
namespace {

using compare::Result;

/// Rows of cells as RFC 4180 has them.
std::vector<std::vector<std::string>> parse_csv(const std::string& content) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool quoted = false;
  for (size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (quoted && c == '"' && i + 1 < content.size() && content[i + 1] == '"') {
      rows.back().back() += content[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      rows.back().emplace_back();
    } else if (!quoted && c == '\n') {
      rows.push_back({""});
    } else {
      rows.back().back() += c;
    }
  }
  rows.pop_back();
  return rows;
}

std::map<std::string, std::string> by_column(const std::vector<std::vector<std::string>>& rows,
                                             size_t row) {
  std::map<std::string, std::string> cells;
  for (size_t i = 0; i < rows[0].size(); ++i) cells[rows[0][i]] = rows.at(row).at(i);
  return cells;
}

TEST(CompareCsv, NoColumnHasTheNameOfAnother) {
  const auto rows = parse_csv(test::written(report::write_compare_csv, test::failed_result()));
  ASSERT_EQ(rows.size(), 6U);
  const std::set<std::string> names(rows[0].begin(), rows[0].end());
  EXPECT_EQ(names.size(), rows[0].size());
  for (const char* known :
       {"Index", "OpType", "NPUDump", "GroundTruth", "TensorIndex", "Shape", "CosineSimilarity",
        "MaxAbsoluteError", "AccumulatedRelativeError", "RelativeEuclideanDistance",
        "KullbackLeiblerDivergence", "StandardDeviation", "MeanAbsoluteError",
        "RootMeanSquareError", "MaxRelativeError", "MeanRelativeError", "CompareFailReason"}) {
    EXPECT_EQ(names.count(known), 1U) << known;
  }
  const auto fail = by_column(rows, 2);
  EXPECT_EQ(fail.at("Status"), "fail");
  EXPECT_EQ(fail.at("RelativeEuclideanDistance"), "0.5");
  EXPECT_EQ(fail.at("one_minus_cosine"), "4.125e-08");
  EXPECT_EQ(fail.at("GroundTruth"), "conv2");
  EXPECT_EQ(by_column(rows, 3).at("CosineSimilarity"), "");
  EXPECT_EQ(by_column(rows, 4).at("Status"), "unpaired_golden");
}

TEST(CompareCsv, TheOldTableIsTheOldTable) {
  Result result = test::failed_result();
  const std::string table = test::written(report::write_compare_csv_compat, result);
  const auto rows = parse_csv(table);
  EXPECT_EQ(table.substr(0, table.find('\n')),
            "Index,OpType,NPUDump,DataType,Address,GroundTruth,DataType,TensorIndex,Shape,"
            "CosineSimilarity,MaxAbsoluteError,AccumulatedRelativeError,RelativeEuclideanDistance,"
            "KullbackLeiblerDivergence,StandardDeviation,MeanAbsoluteError,RootMeanSquareError,"
            "MaxRelativeError,MeanRelativeError,CompareFailReason");
  const std::vector<std::string> first = {"0",
                                          "Conv2D",
                                          "conv1",
                                          "float16",
                                          "NaN",
                                          "conv1",
                                          "float32",
                                          "conv1:output:0",
                                          "(1, 10, 10, 10)",
                                          "1.000000",
                                          "0.000244",
                                          "0.250000",
                                          "0.000300",
                                          "NaN",
                                          "(0.000;0.500),(0.000;0.500)",
                                          "0.000010",
                                          "0.000020",
                                          "0.000488",
                                          "0.000250",
                                          ""};
  EXPECT_EQ(rows.at(1), first);
  EXPECT_EQ(rows.at(3)[9], "NaN");
  EXPECT_EQ(rows.at(5)[5], "*");
  for (compare::Pair& pair : result.pairs)
    pair.golden.file = "golden/Conv2D.a.1.2.1709208000000000";
  EXPECT_NE(
      test::written(report::write_compare_csv_compat, result).find("GroundTruth,DataType,Address,"),
      std::string::npos);
}

TEST(CompareCsv, NanNeverLooksGood) {
  Result result = test::failed_result();
  result.pairs[0].metrics->run.nan = 3;
  result.pairs[0].metrics->nonfinite_mismatch = 3;
  const auto clean = by_column(parse_csv(test::written(report::write_compare_csv, result)), 1);
  EXPECT_EQ(clean.at("CosineSimilarity"), "nan");
  EXPECT_EQ(clean.at("RelativeEuclideanDistance"), "nan");
  EXPECT_EQ(clean.at("nonfinite_mismatch"), "3");
  const auto old = parse_csv(test::written(report::write_compare_csv_compat, result));
  EXPECT_EQ(old.at(1).at(9), "nan");
  EXPECT_EQ(old.at(1).at(10), "nan");
  result.pairs[0].metrics->run.nan = 0;
  result.pairs[0].metrics->run.pos_inf = 3;
  EXPECT_EQ(parse_csv(test::written(report::write_compare_csv_compat, result)).at(1).at(10), "inf");
}

TEST(CompareCsv, HostileNamesStayInTheirCells) {
  for (const auto write : {report::write_compare_csv, report::write_compare_csv_compat}) {
    const auto rows = parse_csv(test::written(write, test::hostile_result()));
    EXPECT_EQ(rows.size(), 6U);
    for (const auto& row : rows) EXPECT_EQ(row.size(), rows[0].size());
  }
  const std::string clean = test::written(report::write_compare_csv, test::hostile_result());
  EXPECT_TRUE(is_utf8(clean));
  EXPECT_EQ(clean.find(",=x"), std::string::npos);
  EXPECT_EQ(clean.find("\"=x"), std::string::npos);
}

}  // namespace
}  // namespace omscope
