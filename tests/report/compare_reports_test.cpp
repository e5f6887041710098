#include "omscope/report/compare_reports.h"

#include <regex>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "omscope/core/text.h"

#include "support/compare_results.h"
#include "support/files.h"
#include "support/python.h"

namespace omscope {
namespace {

using compare::Result;
using nlohmann::json;

std::string text(const Result& result, const report::CompareView& view = {},
                 size_t most_lines = 40) {
  report::TextStyle style;
  style.most_lines = most_lines;
  report::TextPage page(style);
  report::write_compare_text(page, result, view);
  std::ostringstream out;
  page.print(out);
  return out.str();
}

std::string markdown(const Result& result, const report::CompareView& view = {}) {
  std::ostringstream out;
  report::write_compare_markdown(out, result, view);
  return out.str();
}

Result large_result() {
  Result result;
  for (int i = 0; i < 10000; ++i) {
    result.pairs.push_back(i % 100 == 99 ? test::failing_pair("op" + std::to_string(i))
                                         : test::passing_pair("op" + std::to_string(i)));
  }
  test::sum_up(result);
  return result;
}

void expect_valid_xml(const std::string& document, const std::string& check) {
  const test::ScratchFolder folder;
  folder.write("report.xml", document);
  EXPECT_NO_THROW(
      test::run_python(folder.path(),
                       "import xml.etree.ElementTree as E\nroot = E.parse('report.xml').getroot()\n"
                       "cases = root.findall('.//testcase')\n" +
                           check));
}

// --- text ---

TEST(CompareText, SaysFirstWhetherItPassesWhereItStartsAndWhatItLooksLike) {
  std::string page = text(test::failed_result());
  EXPECT_TRUE(page.starts_with("FAIL\n")) << page;
  page = std::regex_replace(page, std::regex("\n {13}"), " ");
  const std::string sentence = page.substr(5, page.find("  run ") - 5);
  EXPECT_NE(sentence.find("1 of 3 tensors differs beyond tolerance"), std::string::npos) << page;
  EXPECT_NE(sentence.find("it starts at conv2 (Conv2D) output:0"), std::string::npos) << page;
  EXPECT_NE(sentence.find("channels 5 to 9 of 10 are wrong (block)"), std::string::npos) << page;
}

TEST(CompareText, IsOneScreenForAnyNumberOfPairs) {
  const std::string page = text(large_result());
  size_t lines = 0;
  for (const std::string_view line : split(page, '\n')) {
    EXPECT_LE(display_width(line), 100U) << line;
    ++lines;
  }
  EXPECT_LE(lines - 1, 40U);
  const std::string whole = text(large_result(), {true, 10}, SIZE_MAX);
  EXPECT_NE(whole.find("op9998 output:0"), std::string::npos);
}

TEST(CompareText, ShowsTheWorstFirst) {
  Result result = test::failed_result();
  result.pairs.push_back(test::failing_pair("worse"));
  result.pairs.back().metrics->relative_euclidean_distance = 0.75;
  result.pairs.push_back(test::failing_pair("not finite"));
  result.pairs.back().metrics->nonfinite_mismatch = 1;
  result.pairs.back().metrics->relative_euclidean_distance = 0;
  test::sum_up(result);
  const std::string page = text(result);
  const std::string table = page.substr(page.find("worst first"));
  EXPECT_LT(table.find("not finite output:0"), table.find("worse output:0"));
  EXPECT_LT(table.find("worse output:0"), table.find("conv2 output:0"));
  EXPECT_LT(table.find("conv2 output:0"), table.find("relu2 output:0"));
  EXPECT_LT(table.find("relu2 output:0"), table.find("conv1 output:0"));
  EXPECT_EQ(text(result, {false, 1}).find("worse output:0"), std::string::npos);
}

TEST(CompareText, APassBySampleSaysSo) {
  Result result;
  result.pairs = {test::passing_pair("a")};
  result.pairs[0].from_baseline = true;
  test::sum_up(result);
  EXPECT_NE(text(result).find("sample"), std::string::npos) << text(result);
}

TEST(CompareText, LetsNoNameReachTheTerminal) {
  const std::string page = text(test::hostile_result(), {true, 10}, SIZE_MAX);
  for (const char c : page) EXPECT_FALSE(c == '\x1b' || c == '\x01' || c == '\x7f');
  EXPECT_TRUE(is_utf8(page));
}

TEST(CompareText, AnIncompletePassIsNoPlainPass) {
  const Result result = test::incomplete_result();
  const std::string page = text(result);
  EXPECT_TRUE(page.starts_with("WARN\n")) << page;
  EXPECT_NE(page.find("only 1 of 3 golden tensors has a partner; give --model"), std::string::npos)
      << page;
  EXPECT_NE(markdown(result).find("⚠️ omscope compare: warn"), std::string::npos);
  const json document = json::parse(test::written(report::write_compare_json, result));
  EXPECT_EQ(document["verdict"], "pass");
  EXPECT_EQ(document["complete"], false);
  EXPECT_EQ(document["summary"]["missing"], 2);
}

TEST(CompareText, OneReasonForManyTensorsIsOneLine) {
  const std::string page = text(test::incomplete_result());
  EXPECT_NE(page.find("b output:0 and 1 more  no tensor of the run has this name"),
            std::string::npos)
      << page;
}

TEST(CompareText, EvidenceIsShownInFull) {
  Result result = test::failed_result();
  result.pairs.push_back(test::failing_pair("second"));
  result.pairs.back().pattern.evidence = std::string(60, 'x') + " and so it goes on to the end";
  result.pairs.back().metrics->relative_euclidean_distance = 0.4;
  test::sum_up(result);
  const std::string page = text(result);
  EXPECT_NE(page.find("to the end"), std::string::npos) << page;
}

TEST(CompareText, ADamagedInputIsNoPass) {
  Result result;
  result.pairs = {test::passing_pair("a")};
  test::sum_up(result);
  result.verdict = compare::Verdict::kFail;
  result.damaged = {"run/b.npy"};
  EXPECT_TRUE(text(result).starts_with("FAIL\n")) << text(result);
  EXPECT_NE(text(result).find("damaged or unreadable: run/b.npy"), std::string::npos);
  EXPECT_EQ(markdown(result).find("✅"), std::string::npos);
}

// --- json ---

TEST(CompareJson, HasEveryKeyForEveryPair) {
  const json document =
      json::parse(test::written(report::write_compare_json, test::failed_result()));
  EXPECT_EQ(document["command"], "compare");
  EXPECT_EQ(document["verdict"], "fail");
  EXPECT_EQ(document["summary"]["fail"], 1);
  EXPECT_EQ(document["summary"]["unpaired_golden"], 1);
  EXPECT_EQ(document["first_divergence"]["index_in_order"], 7);
  EXPECT_EQ(document["ranking"][0]["error_added"], 0.4997);
  EXPECT_EQ(document["unpaired"]["golden"][0]["reason"], "fused into conv1");
  const json& pairs = document["tensors"];
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_EQ(pairs[1]["pattern"], to_string(numeric::Pattern::kBlock));
  EXPECT_EQ(pairs[1]["metrics"]["relative_euclidean_distance"], 0.5);
  EXPECT_EQ(pairs[1]["run"]["dtype"], "float16");
  EXPECT_EQ(pairs[0]["reason"], nullptr);
  EXPECT_EQ(pairs[2]["pattern"], nullptr);
  for (const char* key : {"count",
                          "differing",
                          "over_tolerance",
                          "max_abs_error",
                          "max_rel_error",
                          "mean_abs_error",
                          "rmse",
                          "relative_euclidean_distance",
                          "mean_rel_error",
                          "accumulated_rel_error",
                          "cosine",
                          "one_minus_cosine",
                          "scale",
                          "offset",
                          "run_min",
                          "run_max",
                          "run_mean",
                          "run_std",
                          "golden_min",
                          "golden_max",
                          "golden_mean",
                          "golden_std",
                          "ratio_1_permille",
                          "ratio_5_permille",
                          "ulp_max",
                          "ulp_mean",
                          "run_nan",
                          "run_pos_inf",
                          "run_neg_inf",
                          "golden_nan",
                          "golden_pos_inf",
                          "golden_neg_inf",
                          "nonfinite_mismatch",
                          "max_abs_index",
                          "max_rel_index",
                          "kl_divergence",
                          "psnr",
                          "snr",
                          "quantiles"}) {
    EXPECT_TRUE(pairs[0]["metrics"].contains(key)) << key;
    EXPECT_TRUE(pairs[2]["metrics"].contains(key)) << key;
    if (std::string(key) != "quantiles") {
      EXPECT_TRUE(pairs[2]["metrics"][key].is_null()) << key;
    }
  }
}

TEST(CompareJson, NumbersThatJsonLacksAreTexts) {
  const std::string document = test::written(report::write_compare_json, test::hostile_result());
  const json parsed = json::parse(document);
  const json& metrics = parsed["tensors"][0]["metrics"];
  EXPECT_EQ(metrics["rmse"], "NaN");
  EXPECT_EQ(metrics["max_abs_error"], "Infinity");
  EXPECT_EQ(metrics["run_min"], "-Infinity");
  EXPECT_EQ(metrics["count"], "1152921504606846976");
  EXPECT_EQ(parsed["tensors"][0]["op"], as_utf8(test::kHostile));
  EXPECT_EQ(document, test::written(report::write_compare_json, test::hostile_result()));
}

TEST(CompareJson, AnEmptyResultHasTheSameKeys) {
  const json document = json::parse(test::written(report::write_compare_json, Result{}));
  EXPECT_EQ(document["verdict"], "none");
  EXPECT_EQ(document["first_divergence"], nullptr);
  EXPECT_EQ(document["tensors"], json::array());
  EXPECT_EQ(document["ranking"], json::array());
  EXPECT_EQ(document["unpaired"]["run"], json::array());
  EXPECT_EQ(document["problems"], json::array());
  EXPECT_TRUE(document["policy"].is_object());
}

// --- junit ---

TEST(CompareJunit, HasACaseForEachTensor) {
  expect_valid_xml(test::written(report::write_compare_junit, test::failed_result()), R"(
assert len(cases) == 5, len(cases)
assert root.attrib['tests'] == '5' and root.attrib['failures'] == '1', root.attrib
assert root.attrib['skipped'] == '3' and root.attrib['errors'] == '0', root.attrib
failed = [c for c in cases if c.find('failure') is not None]
assert [c.attrib['name'] for c in failed] == ['conv2 output:0']
assert 'channels 5 to 9' in failed[0].find('failure').attrib['message']
assert 'relative_euclidean_distance: 0.5' in failed[0].find('failure').text
assert len([c for c in cases if c.find('skipped') is not None]) == 3
)");
}

TEST(CompareJunit, HostileNamesAreText) {
  expect_valid_xml(test::written(report::write_compare_junit, test::hostile_result()), R"(
assert len(cases) == 5
assert len({c.attrib['name'] for c in cases}) == 5, 'names repeat'
assert all('<script>alert(1)</script>&' in c.attrib['name'] for c in cases)
assert {e.tag for e in root.iter()} == {'testsuites', 'testsuite', 'testcase', 'failure', 'skipped'}
)");
}

TEST(CompareJunit, NeverLooksGreenerThanTheVerdict) {
  Result nothing;
  nothing.why = "no pairs";
  expect_valid_xml(test::written(report::write_compare_junit, nothing), R"(
assert len(cases) == 1 and cases[0].find('error') is not None
assert root.attrib['errors'] == '1'
)");
  Result missing;
  missing.pairs = {test::passing_pair("a")};
  test::sum_up(missing);
  missing.verdict = compare::Verdict::kFail;
  missing.why = "the output of the model is missing";
  expect_valid_xml(test::written(report::write_compare_junit, missing), R"(
assert root.attrib['failures'] == '1' and root.attrib['tests'] == '2'
assert cases[0].find('failure').attrib['message'] == 'the output of the model is missing'
)");
  for (compare::Pair pair : {test::passing_pair("a"), test::failing_pair("a")}) {
    Result damaged;
    damaged.pairs = {std::move(pair)};
    test::sum_up(damaged);
    damaged.verdict = compare::Verdict::kFail;
    damaged.damaged = {"run/b.npy"};
    expect_valid_xml(test::written(report::write_compare_junit, damaged), R"(
assert root.attrib['errors'] == '1' and root.attrib['tests'] == '2', root.attrib
assert 'run/b.npy' in cases[0].find('error').attrib['message']
)");
  }
  expect_valid_xml(test::written(report::write_compare_junit, test::incomplete_result()), R"(
assert root.attrib['skipped'] == '3' and root.attrib['errors'] == '0', root.attrib
assert 'only 1 of 3' in cases[0].find('skipped').attrib['message']
)");
}

// --- markdown ---

TEST(CompareMarkdown, HostileNamesAreNoMarkup) {
  const std::string page = markdown(test::hostile_result(), {true, 10});
  EXPECT_TRUE(is_utf8(page));
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("](http"), std::string::npos);
  EXPECT_EQ(page.find("@c"), std::string::npos);
  size_t columns = 0;
  for (const std::string_view line : split(page, '\n')) {
    const auto pipes = static_cast<size_t>(std::count(line.begin(), line.end(), '|'));
    if (columns == 0 || pipes == 0) {
      columns = pipes;
    } else {
      EXPECT_EQ(pipes, columns) << line;
    }
  }
}

TEST(CompareMarkdown, FitsIntoAComment) {
  const std::string page = markdown(large_result());
  EXPECT_LT(page.size(), 65536U);
  EXPECT_NE(page.find("❌ omscope compare: fail"), std::string::npos);
  EXPECT_NE(page.find("<details>"), std::string::npos);
}

// --- html ---

/// Looks at the page with Python's parser: which tags there are, and their attributes.
void expect_valid_html(const std::string& page, const std::string& check) {
  const test::ScratchFolder folder;
  folder.write("report.html", page);
  EXPECT_NO_THROW(test::run_python(folder.path(), R"(
from html.parser import HTMLParser
class Page(HTMLParser):
  def __init__(self):
    super().__init__(); self.tags = []; self.open = []; self.text = []
  def handle_starttag(self, tag, attrs):
    self.tags.append((tag, dict(attrs)))
    if tag not in ('meta', 'input', 'line', 'polyline', 'wbr'): self.open.append(tag)
  def handle_startendtag(self, tag, attrs): self.tags.append((tag, dict(attrs)))
  def handle_endtag(self, tag):
    assert self.open and self.open.pop() == tag, (tag, self.open)
  def handle_data(self, data): self.text.append(data)
page = Page(); page.feed(open('report.html', encoding='utf-8').read()); page.close()
assert not page.open, page.open
assert [t for t, _ in page.tags].count('script') == 1
for tag, attrs in page.tags:
  assert 'src' not in attrs and not any(a.startswith('on') for a in attrs), (tag, attrs)
  assert attrs.get('href', '#').startswith('#'), attrs
rows = [a for t, a in page.tags if t == 'tr' and 'data-status' in a]
circles = [a for t, a in page.tags if t == 'circle']
text = ''.join(page.text)
)" + check));
}

TEST(CompareHtml, ShowsTableAndPlot) {
  expect_valid_html(test::written(report::write_compare_html, test::failed_result()), R"(
assert len(rows) == 3 and len(circles) == 2
assert [c['class'] for c in circles] == ['pass', 'fail']
assert [r['data-status'] for r in rows] == ['fail', 'uncomparable', 'pass'], rows
assert [r['id'] for r in rows] == ['t1', 't2', 't0'], 'links of the plot name the pairs'
assert 'it starts at conv2 (Conv2D) output:0' in text and 'fused into conv1' in text
assert '{{' not in text
)");
}

TEST(CompareHtml, HostileNamesAreText) {
  const std::string page = test::written(report::write_compare_html, test::hostile_result());
  EXPECT_TRUE(is_utf8(page));
  expect_valid_html(page, R"(
assert len(rows) == 3
assert '<script>alert(1)</script>&' in text
)");
}

TEST(CompareHtml, HoldsThousandsAndNothing) {
  expect_valid_html(test::written(report::write_compare_html, large_result()), R"(
assert len(rows) == 10000 and 100 < len(circles) <= 600
assert len([c for c in circles if c['class'] == 'fail']) == 100
)");
  expect_valid_html(test::written(report::write_compare_html, Result{}), "assert not rows\n");
}

}  // namespace
}  // namespace omscope
