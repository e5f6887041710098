#include "omscope/core/json.h"

#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

namespace omscope {
namespace {

TEST(Json, IntegersBeyondDoublesAreText) {
  EXPECT_EQ(json_int((int64_t{1} << 53)).dump(), "9007199254740992");
  EXPECT_EQ(json_int((int64_t{1} << 53) + 1).dump(), "\"9007199254740993\"");
  EXPECT_EQ(json_int(INT64_MIN).dump(), "\"-9223372036854775808\"");
  EXPECT_EQ(json_uint(UINT64_MAX).dump(), "\"18446744073709551615\"");
}

TEST(Json, NotFiniteNumbersAreText) {
  EXPECT_EQ(json_float(NAN).dump(), "\"NaN\"");
  EXPECT_EQ(json_float(INFINITY).dump(), "\"Infinity\"");
  EXPECT_EQ(json_float(-INFINITY).dump(), "\"-Infinity\"");
  EXPECT_EQ(json_float(static_cast<double>(0.1F)).dump(), "0.10000000149011612");
}

TEST(Json, StreamWritesOneValidDocument) {
  std::ostringstream out;
  JsonStream stream(out);
  stream.open_object();
  stream.field("a", 1);
  stream.open_array("list");
  stream.item("x");
  stream.open_object();
  stream.close();
  stream.close();
  stream.open_object("empty");
  stream.close();
  stream.close();
  const auto read = nlohmann::json::parse(out.str());
  EXPECT_EQ(read["a"], 1);
  EXPECT_EQ(read["list"].size(), 2U);
  EXPECT_TRUE(read["empty"].empty());
}

TEST(Json, TextThatIsNotUtf8NeverBreaksTheDocument) {
  std::ostringstream out;
  JsonStream stream(out);
  stream.open_object();
  stream.field("bad\xff", json_text("\xfe\x01"));
  stream.close();
  EXPECT_EQ(nlohmann::json::parse(out.str())["bad\\xff"], "\\xfe\x01");
}

TEST(Json, WhatATerminalWouldObeyIsEscaped) {
  const std::string text =
      "del\x7f csi\xc2\x9b"
      "31m \xe2\x80\xae"
      "turned \xef\xbb\xbf \xe7\xbd\x91 é";
  std::ostringstream out;
  JsonStream stream(out);
  stream.open_object();
  stream.text("text", text);
  stream.field("value", Json{{text, {text}}});
  stream.close();
  EXPECT_EQ(out.str().find_first_of("\x7f\x9b\xae\xef"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("del\\u007f csi\\u009b31m \\u202eturned \\ufeff \xe7\xbd\x91 é"),
            std::string::npos);
  const auto read = nlohmann::json::parse(out.str());
  EXPECT_EQ(read["text"], text);
  EXPECT_EQ(read["value"][text][0], text);
}

}  // namespace
}  // namespace omscope
