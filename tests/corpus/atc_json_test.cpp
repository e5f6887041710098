// The JSON that atc itself wrote of real models, and what we write of real models.

#include "omscope/formats/graphtext/atc_json.h"

#include <sstream>

#include <nlohmann/json.hpp>

#include "support/corpus.h"
#include "support/files.h"
#include "support/same_graph.h"

namespace omscope {
namespace {

TEST(AtcJson, FilesOfAtcLoad) {
  NEED_CORPUS();
  const auto files = test::corpus_files("real/om_json");
  EXPECT_EQ(files.size(), 5U);
  for (const std::string& file : files) {
    const auto result = read_model(file);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->model->kind, Kind::kAtcJson) << file;
    EXPECT_EQ(test::problem_lines(*result->model), "") << file;
    const auto json = nlohmann::json::parse(test::file_content(file));
    ASSERT_EQ(result->model->graphs.size(), json["graph"].size());
    EXPECT_EQ(result->model->graphs[0].ops.size(), json["graph"][0]["op"].size());
    for (size_t i = 0; i < json["graph"][0]["op"].size(); ++i) {
      EXPECT_EQ(result->model->graphs[0].ops[i].name, json["graph"][0]["op"][i]["name"]);
    }
  }
}

/// Our JSON of the model that atc's JSON spells: the same document, entry order of maps aside.
nlohmann::json sorted_maps(nlohmann::json value) {
  if (value.is_array()) {
    for (auto& each : value) each = sorted_maps(each);
    const bool is_map = !value.empty() && value[0].is_object() && value[0].contains("key");
    if (is_map) {
      std::sort(value.begin(), value.end(), [](const auto& a, const auto& b) {
        return a["key"].template get<std::string>() < b["key"].template get<std::string>();
      });
    }
  } else if (value.is_object()) {
    for (auto& [key, each] : value.items()) each = sorted_maps(each);
  }
  return value;
}

/// Writers before about 2022 wrote texts without escapes; ours is the newer form.
void escape_texts(nlohmann::json& value) {
  if (value.is_object() && value.contains("s") && value["s"].is_string()) {
    std::string& text = value["s"].get_ref<std::string&>();
    for (size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2)) {
      if (at == 0 || text[at - 1] != '\\') text.insert(at, 1, '\\');
    }
  }
  if (value.is_structured()) {
    for (auto& each : value) escape_texts(each);
  }
}

/// What the JSON lost when it was first written cannot come back: attributes of bytes became null,
/// and a null cannot be told from nothing.
void drop_nulls(nlohmann::json& value) {
  if (value.is_object()) {
    for (auto at = value.begin(); at != value.end();) {
      at = at->is_null() ? value.erase(at) : std::next(at);
    }
  }
  if (value.is_structured()) {
    for (auto& each : value) drop_nulls(each);
  }
}

TEST(AtcJson, WhatWeWriteIsWhatAtcWrote) {
  NEED_CORPUS();
  for (const std::string& file : test::corpus_files("real/om_json")) {
    const auto result = read_model(file);
    std::ostringstream written;
    ASSERT_TRUE(graphtext::write_atc_json(*result->model, written).ok());
    nlohmann::json ours = sorted_maps(nlohmann::json::parse(written.str()));
    nlohmann::json theirs = sorted_maps(nlohmann::json::parse(test::file_content(file)));
    drop_nulls(ours);
    drop_nulls(theirs);
    escape_texts(theirs);
    const auto difference = nlohmann::json::diff(theirs, ours);
    EXPECT_TRUE(difference.empty())
        << file << ": " << difference.size() << " differences, first " << difference[0];
  }
}

TEST(AtcJson, RealModelsReadBackAsTheSameGraph) {
  NEED_CORPUS();
  for (const char* name : {"Ascend__modelzoo__a3c_pong_model.om",
                           "a-ircle__atlas200i-line-tracking-car__my_122_anenet.om",
                           "Ascend__ModelZoo-TensorFlow__hh_om.om"}) {
    const auto om = read_model((*test::corpus() / "om" / name).string());
    std::ostringstream written;
    ASSERT_TRUE(graphtext::write_atc_json(*om->model, written).ok());
    const auto back = test::read(written.str());
    EXPECT_EQ(test::problem_lines(*back.model), "");
    test::expect_same_graphs(*om->model, *back.model);
  }
}

}  // namespace
}  // namespace omscope
