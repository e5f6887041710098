// Real graph dumps: text and text of the same stage must tell the same graph.

#include <regex>

#include "support/corpus.h"
#include "support/files.h"
#include "support/same_graph.h"

namespace omscope {
namespace {

/// Dumps of one run by counter: ge_proto_<n>… and ge_onnx_<n>….
std::map<std::string, std::string> dumps(const std::string& folder, const std::string& kind) {
  std::map<std::string, std::string> found;
  const std::regex pattern("ge_" + kind + "_(\\d+)_.*");
  for (const std::string& file : test::corpus_files(folder)) {
    std::smatch match;
    const std::string name = std::filesystem::path(file).filename().string();
    if (std::regex_match(name, match, pattern)) found[match[1]] = file;
  }
  return found;
}

TEST(GraphDumps, ProtoAndOnnxOfOneStageAgree) {
  NEED_CORPUS();
  size_t pairs = 0;
  for (const char* folder :
       {"real/ge_dumps/protein_classification_310", "real/ge_dumps/asys_build"}) {
    const auto onnx = dumps(folder, "onnx");
    for (const auto& [counter, proto] : dumps(folder, "proto")) {
      if (!onnx.contains(counter)) continue;
      SCOPED_TRACE(proto);
      const auto a = read_model(proto);
      const auto b = read_model(onnx.at(counter));
      EXPECT_EQ(a->model->kind, Kind::kGeProtoText);
      EXPECT_EQ(b->model->kind, Kind::kGeOnnxText);
      test::expect_same_graphs(*a->model, *b->model);
      ++pairs;
    }
  }
  EXPECT_EQ(pairs, 10U);
}

TEST(GraphDumps, EveryDumpLoads) {
  NEED_CORPUS();
  size_t dumps_read = 0;
  for (const std::string& file : test::corpus_files("real/ge_dumps")) {
    if (file.ends_with(".gz")) continue;
    const auto result = read_model(file);
    ASSERT_TRUE(result.ok());
    EXPECT_FALSE(result->model->problems.has_error())
        << file << test::problem_lines(*result->model);
    EXPECT_FALSE(result->model->graphs.empty()) << file;
    ++dumps_read;
  }
  EXPECT_GE(dumps_read, 24U);
}

TEST(GraphDumps, SubGraphsFindTheirOwners) {
  NEED_CORPUS();
  for (const char* name :
       {"ge_proto_00000001_Build.txt", "ge_onnx_00000001_graph_11_Build.pbtxt"}) {
    const auto result = read_model((*test::corpus() / "real/ge_dumps/asys_build" / name).string());
    ASSERT_EQ(result->model->graphs.size(), 5U) << name;
    for (size_t i = 1; i < 5; ++i) {
      const ir::OpRef parent = result->model->graphs[i].parent;
      ASSERT_NE(parent.graph, ir::kNowhere) << name;
      EXPECT_EQ(result->model->graphs[parent.graph].ops[parent.op].type, "PartitionedCall");
    }
  }
}

}  // namespace
}  // namespace omscope
