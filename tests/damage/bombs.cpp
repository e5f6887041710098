#include "damage/bombs.h"

#include <functional>

#include <fmt/format.h>
#include <zip.h>

#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"
#include "support/sanitized.h"

namespace omscope::test {
namespace {

using samples::OmBuilder;

/// A quarter where a sanitizer looks at each byte of it.
constexpr size_t kSize = size_t{1} << (kSanitized ? 18 : 20);
constexpr int kDeep = 10000;

std::string varint(uint64_t value) {
  std::string out;
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
  return out;
}

/// A length-delimited field.
std::string field(uint32_t number, const std::string& content) {
  return varint(number << 3 | 2) + varint(content.size()) + content;
}

std::string repeated(const std::string& piece, size_t size) {
  std::string out;
  out.reserve(size + piece.size());
  while (out.size() < size) out += piece;
  return out;
}

/// `wrap` around itself, `levels` times.
std::string nested(int levels, const std::function<std::string(const std::string&)>& wrap) {
  std::string content;
  for (int i = 0; i < levels; ++i) content = wrap(content);
  return content;
}

std::string om(const std::string& model_def) {
  return OmBuilder().partition(0, model_def).build();
}

std::string hiai(const std::string& model_def) {
  return OmBuilder().modeltype(1).platform(0, "").partition(0, model_def).build();
}

/// A model with one op so that it is recognised, and `rest` in its graph.
std::string graph(const std::string& rest) {
  const std::string op = field(1, "x") + field(2, "Data");
  return field(1, "m") + field(7, field(1, "g") + field(6, op) + rest);
}

std::string op(const std::string& rest) {
  return graph(field(6, field(1, "y") + field(2, "Conv2D") + rest));
}

std::string attr_of_graph(const std::string& inner) {
  return field(6, field(1, "y") + field(2, "If") + field(10, field(1, "a") + field(2, inner)));
}

void add_offline_models(std::vector<Bomb>& all) {
  const auto add = [&](const char* name, const std::string& model_def) {
    all.push_back({fmt::format("Om{}", name), om(model_def)});
    all.push_back({fmt::format("Hiai{}", name), hiai(model_def)});
  };
  add("EmptyOps", graph(repeated(field(6, ""), kSize)));
  add("AlmostEmptyOps", graph(repeated(field(6, field(1, "")), kSize)));
  add("EmptyGraphs", graph("") + repeated(field(7, ""), kSize));
  add("AlmostEmptyGraphs", graph("") + repeated(field(7, field(1, "")), kSize));
  add("EmptyAttributes", op(repeated(field(10, ""), kSize)));
  add("EmptyModelAttributes", graph("") + repeated(field(11, ""), kSize));
  add("EmptyInputs", op(repeated(field(5, ""), kSize)));
  add("EmptySlots", op(repeated(field(33, "") + field(34, ""), kSize)));
  add("EmptyListTensors",
      op(field(10, field(1, "a") + field(2, field(1, repeated(field(9, ""), kSize))))));
  add("EmptyListGraphs",
      op(field(10, field(1, "a") + field(2, field(1, repeated(field(10, ""), kSize))))));
  add("EmptyListStrings",
      op(field(10, field(1, "a") + field(2, field(1, repeated(field(2, ""), kSize))))));
  add("PackedInts",
      op(field(10, field(1, "a") + field(2, field(1, field(3, std::string(kSize, '\1')))))));
  add("UnconnectedEdges", op(repeated(field(5, "z:9"), kSize)));
  add("FarEdges", op(repeated(field(5, "x:2147483647"), kSize)));
  add("OpenGroups", graph("") + std::string(kSize, '\x0b'));
  add("UnknownFields", graph("") + repeated(field(1000, ""), kSize));
}

void add_deep_models(std::vector<Bomb>& all) {
  const std::string graphs =
      nested(kDeep, [](const std::string& inner) { return attr_of_graph(field(13, inner)); });
  all.push_back({"OmDeepGraphs", om(graph(graphs)), true});
  all.push_back({"HiaiDeepGraphs", hiai(graph(graphs)), true});
  const std::string functions = nested(kDeep, [](const std::string& inner) {
    return field(10, field(2, field(1, "a") + field(2, inner)));
  });
  all.push_back({"OmDeepFunctions", om(op(field(10, field(1, "a") + field(2, functions)))), true});
  all.push_back({"OmDeepFlow", nested(300, [](const std::string& inner) {
                   return OmBuilder()
                       .version2()
                       .wide()
                       .modeltype(3)
                       .partition(0, graph(""))
                       .partition(7, field(4, inner))
                       .build();
                 })});
}

void add_partitions(std::vector<Bomb>& all) {
  const auto add = [&](const char* name, uint32_t type, const std::string& content) {
    all.push_back(
        {name, OmBuilder().version2().partition(0, graph("")).partition(type, content).build()});
  };
  add("EmptyTasks", 2, repeated(field(10, ""), kSize));
  add("AlmostEmptyTasks", 2, repeated(field(10, varint(8) + varint(0)), kSize));
  add("EmptyKernels", 3, repeated(samples::kernel_record("", ""), kSize));
  add("ManySubmodels", 7, repeated(field(1, ""), kSize));
  add("Zeros", 4, std::string(kSize, '\0'));
  OmBuilder many;
  many.version2();
  for (int i = 0; i < 200; ++i) many.partition(1, "");
  all.push_back({"ManyPartitions", many.build()});
}

void add_onnx(std::vector<Bomb>& all) {
  const auto model = [](const std::string& rest) {
    const std::string node = field(2, "y") + field(4, "Relu");
    return varint(8) + varint(8) + field(7, field(1, node) + field(2, "g") + rest) +
           field(8, field(1, "") + varint(16) + varint(13));
  };
  const auto add = [&](const char* name, const std::string& rest) {
    all.push_back({fmt::format("Onnx{}", name), model(rest)});
  };
  add("EmptyNodes", repeated(field(1, ""), kSize));
  add("AlmostEmptyNodes", repeated(field(1, field(4, "")), kSize));
  add("EmptyInitializers", repeated(field(5, ""), kSize));
  add("EmptyValues", repeated(field(13, ""), kSize));
  add("EmptyInputs", repeated(field(11, ""), kSize));
  add("EmptyAttributes", field(1, field(4, "Conv") + repeated(field(5, ""), kSize)));
  add("EmptyNodeInputs", field(1, field(4, "Conv") + repeated(field(1, ""), kSize)));
  add("SameNodeInputs", field(1, field(4, "Conv") + repeated(field(1, "y"), kSize)));
  add("OpenGroups", std::string(kSize, '\x0b'));
  add("EmptyFunctions", "");
  all.back().content += repeated(field(25, ""), kSize);
  all.push_back({"OnnxDeepGraphs",
                 model(nested(kDeep,
                              [](const std::string& inner) {
                                return field(
                                    1, field(4, "If") + field(5, field(1, "b") + field(6, inner)));
                              })),
                 true});
}

void add_texts(std::vector<Bomb>& all) {
  const std::string head =
      "name: \"m\"\ngraph {\n  name: \"g\"\n  op {\n    name: \"x\"\n    type: \"Data\"\n  }\n";
  const auto add = [&](const char* name, const std::string& rest, bool deep = false) {
    all.push_back({fmt::format("Text{}", name), head + rest, deep});
  };
  add("EmptyOps", repeated("op{}", kSize) + "}");
  add("EmptyAttributes", "op{" + repeated("attr{}", kSize) + "}}");
  add("EmptySlots", "op{" + repeated("input_desc{}", kSize) + "}}");
  add("EmptyNames", "op{" + repeated("input:''", kSize) + "}}");
  add("OpenBraces", repeated("op{", kSize));
  add("OpenGroups", repeated("{", kSize));
  add("Strings", "op{name:" + repeated("'a'", kSize) + "}}");
  add("List", "op{workspace:[" + repeated("1,", kSize) + "1]}}");
  add("DeepGraphs",
      nested(kDeep,
             [](const std::string& inner) { return "op{attr{key:'g'value{g{" + inner + "}}}}"; }) +
          "}",
      true);
  // What is not known is skipped without recursion, so it may be as deep as it likes.
  add("DeepUnknown", nested(kDeep, [](const std::string& inner) { return "u{" + inner + "}"; }));
  const std::string onnx =
      "ir_version: 4\nproducer_name: \"GE\"\ngraph {\n  node {\n    name: \"x\"\n    op_type: "
      "\"ge:Data\"\n  }\n";
  all.push_back({"OnnxTextEmptyNodes", onnx + repeated("node{}", kSize) + "}"});
  all.push_back(
      {"OnnxTextEmptyAttributes", onnx + "node{" + repeated("attribute{}", kSize) + "}}"});
  all.push_back({"OnnxTextDeep",
                 onnx +
                     nested(kDeep,
                            [](const std::string& inner) {
                              return "node{attribute{name:'g'g{" + inner + "}}}";
                            }) +
                     "}",
                 true});
}

void add_json(std::vector<Bomb>& all) {
  const std::string head = R"({"name":"m","graph":[{"name":"g","op":[{"name":"x","type":"Data"})";
  const auto add = [&](const char* name, const std::string& rest, bool deep = false) {
    all.push_back({fmt::format("Json{}", name), head + rest, deep});
  };
  add("EmptyOps", repeated(",{}", kSize) + "]}]}");
  add("NullOps", repeated(",null", kSize) + "]}]}");
  add("EmptyAttributes", R"(,{"name":"y","attr":[{})" + repeated(",{}", kSize) + "]}]}]}");
  add("OpenLists", "," + repeated("[", kSize), true);
  add("OpenObjects", "," + repeated(R"({"attr":)", kSize), true);
  add("Keys", R"(,{"":0)" + repeated(R"(,"":0)", kSize) + "}]}]}");
  add("DeepGraphs",
      "," +
          nested(kDeep,
                 [](const std::string& inner) {
                   return R"({"attr":[{"key":"g","value":{"g":{"op":[)" + inner + "]}}}]}";
                 }) +
          "]}]}",
      true);
  all.push_back({"JsonOnlyLists", std::string(kSize, '[')});
}

std::string zipped(const std::vector<std::pair<std::string, std::string>>& entries) {
  const ScratchFolder folder;
  const std::string path = (folder.path() / "a.zip").string();
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE, &code);
  for (const auto& [name, content] : entries) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  }
  zip_close(archive);
  return file_content(path);
}

void add_archives(std::vector<Bomb>& all) {
  const std::string manifest = R"({"om2_version":"0","model_num":1})";
  const std::string meta = R"({"name":"net","inputs":[],"outputs":[]})";
  std::vector<std::pair<std::string, std::string>> entries = {
      {"m/manifest.json", manifest}, {"m/data/model_0/model_meta.json", meta}};
  auto big = entries;
  constexpr size_t kHuge = size_t{300} << 20;
  big.emplace_back("m/data/model_0/debug/ge_visual_00000000_graph_0.json", std::string(kHuge, '['));
  big.emplace_back("m/data/kernels_npu_arch/k.o", std::string(kHuge, '\0'));
  all.push_back({"ArchiveOfZeros", zipped(big)});
  auto many = entries;
  for (int i = 0; i < 8000; ++i)
    many.emplace_back(fmt::format("m/data/kernels_npu_arch/{}.o", i), "");
  all.push_back({"ArchiveOfEmptyEntries", zipped(many)});
}

}  // namespace

const std::vector<BombGroup>& bomb_groups() {
  static const std::vector<BombGroup> groups = {
      {"OfflineModels", add_offline_models},
      {"DeepModels", add_deep_models},
      {"Partitions", add_partitions},
      {"Onnx", add_onnx},
      {"Texts", add_texts},
      {"Json", add_json},
      {"Archives", add_archives},
  };
  return groups;
}

}  // namespace omscope::test
