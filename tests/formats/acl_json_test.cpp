// acl.json: what it will do, and what in it cannot work.

#include "omscope/formats/config/acl_json.h"

#include <gtest/gtest.h>

#include "support/tensor_files.h"

namespace omscope::config {
namespace {

using test::problem_lines;

std::unique_ptr<ir::TensorFile> read(const std::string& members) {
  return read_acl_json(test::in_memory("{\"dump\": {" + members + "}}"));
}

std::string words(const ir::TensorFile& file) {
  std::string out;
  for (const auto& row : file.records.at(1).rows) out += row.at(0) + "\n";
  return out;
}

constexpr const char* kOn = R"("dump_path": "./d", "dump_op_switch": "on")";

TEST(AclJson, SoundSettingsAreExplained) {
  const auto file = read(
      R"("dump_path": "./d", "dump_mode": "all", "dump_data": "stats", "dump_stats": ["Max", "L2norm"],
         "dump_step": "0|3-5", "dump_list": [{"model_name": "resnet", "layer": ["conv1", "fc"]}])");
  EXPECT_TRUE(file->problems.list().empty()) << problem_lines(*file);
  EXPECT_NE(words(*file).find("statistics (Max, L2norm) of the inputs and outputs"),
            std::string::npos)
      << words(*file);
  EXPECT_NE(words(*file).find("Of model 'resnet': the ops conv1, fc."), std::string::npos);
  EXPECT_NE(words(*file).find("Only in the steps 0|3-5."), std::string::npos);
  EXPECT_NE(words(*file).find("Written to './d'."), std::string::npos);
}

TEST(AclJson, NothingIsSwitchedOn) {
  EXPECT_NE(words(*read("")).find("Nothing"), std::string::npos);
  const auto empty = read_acl_json(test::in_memory("{}"));
  EXPECT_TRUE(empty->problems.list().empty());
  EXPECT_NE(words(*empty).find("Nothing"), std::string::npos);
}

TEST(AclJson, WhatIsRefused) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"("dump_debug": "on", )" + std::string(kOn), "cannot be combined with dump_op_switch"},
      {R"("dump_scene": "watcher", "dump_mode": "output", "dump_debug": "on", "dump_list": [{"watcher_nodes": ["n"]}])",
       "cannot be combined with dump_debug"},
      {R"("dump_scene": "lite_exception", )" + std::string(kOn), "dump_op_switch"},
      {R"("dump_scene": "watcher", "dump_mode": "all", "dump_list": [{"watcher_nodes": ["n"]}])",
       "watcher needs \"dump_mode\": \"output\""},
      {R"("dump_scene": "watcher", "dump_mode": "output")", "watcher_nodes"},
      {R"("dump_mode": "both", )" + std::string(kOn), "'both' is not accepted"},
      {R"("dump_stats": ["Max"], )" + std::string(kOn), "dump_data"},
      {R"("dump_data": "stats", "dump_stats": ["Median"], )" + std::string(kOn), "'Median'"},
      {R"("dump_step": "5-3", )" + std::string(kOn), "'5-3'"},
      {R"("dump_step": "1||2", )" + std::string(kOn), "''"},
      {R"("dump_kernel_data": "printf,all,x")", "'x'"},
      {R"("dump_list": [{"opname_blacklist": ["a"]}], "dump_path": "d")", "dump_level"},
      {R"("dump_list": {}, "dump_path": "d")", "is no list"},
      {R"("dump_mode": 3)", "is no text"},
      {R"("dump_debug": "on", "dump_path": "d", "dump_list": [{"model_name": "m"}])",
       "cannot be combined with models in dump_list"},
      {R"("dump_debug": "on")", "dump_debug needs it"},
      {R"("dump_op_switch": "on", "dump_path": "/data/my dumps")", "has ' ' in it"},
      {R"("dump_op_switch": "on", "dump_path": "/data/\u6570")", "has '\xE6\x95\xB0' in it"},
      {R"("dump_path": "d", "dump_list": [{"model_name": "m", "opname_range": [{"begin": "a", "end": "b"}]}])",
       "opname_range needs \"dump_level\""},
      {R"("dump_path": "d", "dump_level": "op", "dump_list": [{"opname_range": [{"begin": "a", "end": "b"}]}])",
       "needs a model_name"},
      {R"("dump_path": "d", "dump_level": "op", "dump_list": [{"model_name": "m", "opname_range": [{"begin": "a"}]}])",
       "no begin or no end"},
  };
  for (const auto& [members, why] : wrong) {
    const auto file = read(members);
    EXPECT_TRUE(file->problems.has_error()) << members;
    EXPECT_NE(problem_lines(*file).find(why), std::string::npos) << problem_lines(*file);
    EXPECT_EQ(problem_lines(*file).find("get the file again"), std::string::npos)
        << problem_lines(*file);
  }
}

TEST(AclJson, RangesOfOpsAreExplained) {
  const auto file = read(
      R"("dump_path": "192.0.2.1:/d", "dump_level": "op", "dump_list": [{"model_name": "m",
         "opname_range": [{"begin": "conv1", "end": "conv3"}]}])");
  EXPECT_TRUE(file->problems.list().empty()) << problem_lines(*file);
  EXPECT_NE(words(*file).find("Of them only those from 'conv1' to 'conv3'."), std::string::npos)
      << words(*file);
}

TEST(AclJson, AnUnknownSceneIsNotExplained) {
  const auto file = read(R"("dump_scene": "nonsense", "dump_path": "d")");
  EXPECT_TRUE(file->problems.has_error());
  EXPECT_EQ(words(*file).find("watched"), std::string::npos) << words(*file);
}

TEST(AclJson, AMarkBeforeTheTextIsPassedOver) {
  const std::string text = "\xEF\xBB\xBF{\"dump\": {}}";
  EXPECT_TRUE(looks_like_acl_json(as_bytes(text)));
  const auto file = read_acl_json(test::in_memory(text));
  EXPECT_TRUE(file->problems.list().empty()) << problem_lines(*file);
}

TEST(AclJson, LongListsAreRead) {
  std::string layers = "\"conv\"";
  while (layers.size() < 1'300'000) layers += ",\"conv\"";
  const std::string text = R"({"dump": {"dump_path": "d", "dump_list": [{"model_name": "m", )" +
                           std::string("\"layer\": [") + layers + "]}]}}";
  EXPECT_TRUE(looks_like_acl_json(as_bytes(text)));
  const auto file = read_acl_json(test::in_memory(text));
  EXPECT_TRUE(file->problems.list().empty()) << problem_lines(*file);
}

TEST(AclJson, WhatHasNoEffectIsAWarning) {
  for (const std::string members :
       {R"("dump_pth": "d")", R"("dump_list": [{"model": "m"}], "dump_path": "d")",
        R"("dump_op_switch": "on")", R"("dump_path": "d", "dump_list": [])",
        R"("dump_path": "d", "dump_list": [{"watcher_nodes": ["n"]}])"}) {
    const auto file = read(members);
    EXPECT_FALSE(file->problems.has_error()) << problem_lines(*file);
    EXPECT_FALSE(file->problems.list().empty()) << members;
  }
}

TEST(AclJson, Limits) {
  std::string steps = "0";
  for (int i = 1; i <= 100; ++i) steps += "|" + std::to_string(i);
  EXPECT_TRUE(read("\"dump_step\": \"" + steps + "\", " + kOn)->problems.has_error());
  EXPECT_TRUE(read("\"dump_path\": \"" + std::string(513, 'a') + "\"")->problems.has_error());
  EXPECT_FALSE(read("\"dump_path\": \"" + std::string(512, 'a') + "\"")->problems.has_error());
}

TEST(AclJson, BrokenJson) {
  for (const std::string text : {"{\"dump\": ", "[]", "{\"dump\": 3}"}) {
    EXPECT_TRUE(read_acl_json(test::in_memory(text))->problems.has_error()) << text;
  }
  const std::string deep(100000, '[');
  EXPECT_TRUE(read_acl_json(test::in_memory("{\"dump\":" + deep))->problems.has_error());
}

TEST(AclJson, Recognised) {
  EXPECT_TRUE(looks_like_acl_json(as_bytes("{\n}\n")));
  EXPECT_TRUE(looks_like_acl_json(as_bytes("{\"dump\":{}}")));
  EXPECT_TRUE(looks_like_acl_json(as_bytes("{ \"profiler\": {}}")));
  EXPECT_FALSE(looks_like_acl_json(as_bytes("{\"graph\": []}")));
  EXPECT_FALSE(looks_like_acl_json(as_bytes("{\"task\": 1, \"dump\": 2}")));
  EXPECT_FALSE(looks_like_acl_json(as_bytes("[]")));
}

}  // namespace
}  // namespace omscope::config
