// om2 archives.

#include <gtest/gtest.h>
#include <zip.h>

#include "make_samples/elf_builder.h"
#include "support/files.h"

namespace omscope {
namespace {

using test::has_problem;
using test::problem_lines;
using test::read;
using Entries = std::vector<std::pair<std::string, std::string>>;

std::string zip_of(const Entries& entries) {
  const test::ScratchFolder folder;
  const std::string path = (folder.path() / "a.zip").string();
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE, &code);
  for (const auto& [name, content] : entries) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  }
  zip_close(archive);
  return test::file_content(path);
}

const std::string kMeta = R"({"name":"net","work_size":4096,
  "inputs":[{"name":"x","data_type":"DT_FLOAT","shape":[1,4],"format":"ND","size":16}],
  "outputs":[{"name":"y","data_type":0,"shape":[1,-1],"format":2,"size":16}]})";
const std::string kGraph = R"({"format":"ge_visual_json","format_version":1,"model":{"name":"net",
  "attr":{"soc_version":"Ascend910"},
  "graph":[{"name":"g","op":[
    {"name":"x","type":"Data","attr":{"index":0},"output_desc":[{"dtype":"DT_FLOAT","shape":{"dim":[1,4]},"layout":"ND"}]},
    {"name":"w","type":"Const","attr":{"flag":true,"ratio":0.5,"names":{"type":"list_string","value":["a","b"]},
      "ranges":[[1,2],[3,4]],"blob":{"type":"bytes","value":"raw"}},
      "output_desc":[{"dtype":"DT_FLOAT16","shape":{"dim":[2,2]},"layout":"ND","attr":{"origin_format":"NCHW"}}]},
    {"name":"add","type":"Add","input":["x:0","w:0"],"input_desc":[{},{}]}]}]}})";
const std::string kConstants = R"({"internal_weight_size":16,"consts":{
  "c0":{"index":0,"type":"INTERNAL","file_name":"constant_0","offset":4,"size":8,"op_name":"w"}}})";

Entries sound() {
  return {
      {"net/manifest.json", R"({"om2_version":"0","model_num":1,"atc_command":"atc --mode=7"})"},
      {"net/data/model_0/model_meta.json", kMeta},
      {"net/data/model_0/debug/ge_visual_00000000_graph_0.json", kGraph},
      {"net/data/constants/constant_0", "head" + std::string(8, 'w') + "tail"},
      {"net/data/constants/model_0_constants_config.json", kConstants},
      {"net/data/kernels_npu_arch/te_x.o",
       samples::build_kernel_elf({"te_x", "2026-01-01 clang", "code"})}};
}

TEST(Om2, PartsOfTheArchive) {
  const std::string file = zip_of(sound());
  const auto result = read(file);
  const ir::Model& model = *result.model;
  EXPECT_EQ(problem_lines(model), "");
  EXPECT_EQ(model.kind, Kind::kOm2);
  EXPECT_EQ(model.info.atc_cmdline, "atc --mode=7");
  EXPECT_EQ(model.info.soc_version, "Ascend910");
  EXPECT_EQ(model.account.accounted, file.size());
  ASSERT_EQ(model.inputs.size(), 1U);
  EXPECT_EQ(model.inputs[0].dtype, DType::kFloat32);
  EXPECT_EQ(model.inputs[0].size, 16U);
  EXPECT_FALSE(model.outputs.at(0).size.has_value());
  EXPECT_EQ(model.kernels.at(0).machine, 0x1029U);
}

TEST(Om2, GraphWithItsAttributes) {
  const auto result = read(zip_of(sound()));
  ASSERT_EQ(result.model->graphs.size(), 1U);
  const ir::Graph& graph = result.model->graphs[0];
  ASSERT_EQ(graph.ops.size(), 3U);
  EXPECT_EQ(graph.ops[2].inputs[1].source, "w");
  const auto attrs = graph.ops[1].attrs;
  EXPECT_EQ(ir::get<bool>(attrs, "flag"), true);
  EXPECT_EQ(ir::get<float>(attrs, "ratio"), 0.5F);
  EXPECT_EQ(ir::get<ir::List<std::string_view>>(attrs, "names")->size(), 2U);
  EXPECT_EQ((*ir::get<ir::List<ir::List<int64_t>>>(attrs, "ranges"))[1][0], 3);
  EXPECT_EQ(as_text(*ir::get<ByteView>(attrs, "blob")), "raw");
  EXPECT_EQ(graph.ops[1].outputs[0]->origin_format.base, "NCHW");
}

TEST(Om2, ConstantsByTheirConfiguration) {
  const auto result = read(zip_of(sound()));
  ASSERT_EQ(result.model->weights.size(), 1U);
  const ir::Weight& weight = result.model->weights[0];
  EXPECT_EQ(weight.op, "w");
  EXPECT_EQ(as_text(weight.tensor->bytes), std::string(8, 'w'));
  EXPECT_EQ(weight.tensor->origin, "constant_0");
  EXPECT_EQ(weight.tensor->type.dtype, DType::kFloat16);
}

TEST(Om2, GraphAsProtobufText) {
  const auto result = read(zip_of({{"net/manifest.json", "{}"},
                                   {"net/data/model_0/debug/ge_proto_00000000_graph_1_x.txt",
                                    "graph { name: \"g\" op { name: \"a\" type: \"Data\" } }"}}));
  EXPECT_EQ(result.model->graphs.at(0).ops.size(), 1U);
}

TEST(Om2, OtherArchivesAreNone) {
  EXPECT_EQ(read(zip_of({{"a/b.txt", "x"}})).detection.detected, "zip");
}

TEST(Om2, UnsafeNamesAreLeftOut) {
  Entries entries = sound();
  entries.emplace_back("../outside", "x");
  entries.emplace_back("/etc/passwd", "x");
  const auto result = read(zip_of(entries));
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kBadArchive));
  EXPECT_EQ(result.model->graphs.size(), 1U);
}

// 200 MB of zeros in 200 KB: unpacked only as far as the archive's own size can justify.
TEST(Om2, ZipBombIsRefused) {
  Entries entries = sound();
  entries.emplace_back("net/data/constants/constant_1", std::string(200 << 20, '\0'));
  const auto result = read(zip_of(entries));
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kBadArchive));
  EXPECT_EQ(result.model->weights.size(), 1U) << "the rest is read";
}

TEST(Om2, DamageDoesNoHarm) {
  const std::string file = zip_of(sound());
  for (size_t at = 0; at < file.size(); at += 3) {
    std::string flipped = file;
    flipped[at] = static_cast<char>(~flipped[at]);
    (void)read(flipped);
    (void)read(file.substr(0, at));
  }
}

}  // namespace
}  // namespace omscope
