// Models spelled out as text: the library's readers against protobuf's TextFormat, and against a
// JSON parser that only makes a tree.

#include <google/protobuf/text_format.h>
#include <nlohmann/json.hpp>
#include <onnx/onnx_pb.h>

#include "omscope/formats/read_model.h"

#include "bench/inputs.h"
#include "bench/parse_bench.h"
#include "ge_ir.pb.h"

namespace omscope::bench {
namespace {

using google::protobuf::TextFormat;
using Files = std::vector<File>;

double size_of(const Files& files) {
  uint64_t bytes = 0;
  for (const File& file : files) bytes += file->size();
  return static_cast<double>(bytes);
}

void read_with_omscope(benchmark::State& state, const Files& files) {
  if (files.empty()) return state.SkipWithError("no real dumps on this machine");
  time_parse(state, size_of(files), [&] {
    std::vector<ReadResult> models;
    for (const File& file : files) models.push_back(read_model(file));
    return models;
  });
}

template <class Message>
void parse_with_text_format(benchmark::State& state, const Files& files) {
  if (files.empty()) return state.SkipWithError("no real dumps on this machine");
  TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  time_parse(state, size_of(files), [&] {
    std::vector<std::unique_ptr<Message>> messages;
    for (const File& file : files) {
      google::protobuf::io::ArrayInputStream stream(file->bytes().data(),
                                                    static_cast<int>(file->size()));
      messages.push_back(std::make_unique<Message>());
      if (!parser.Parse(&stream, messages.back().get())) {
        state.SkipWithError("TextFormat cannot parse it");
      }
    }
    return messages;
  });
}

void parse_json_tree(benchmark::State& state) {
  const std::string_view text = as_text(atc_json_input()->bytes());
  time_parse(state, static_cast<double>(text.size()), [&] { return nlohmann::json::parse(text); });
}

using GeModel = ::ge::proto::ModelDef;
using OnnxModel = ::onnx::ModelProto;

template <class Use>
void add(const char* name, Use use) {
  repeated(benchmark::RegisterBenchmark(name, use));
}

[[maybe_unused]] const bool kRegistered = [] {
  add("ge_proto/omscope", [](auto& state) { read_with_omscope(state, {ge_proto_input()}); });
  add("ge_proto/text_format",
      [](auto& state) { parse_with_text_format<GeModel>(state, {ge_proto_input()}); });
  add("ge_onnx/omscope", [](auto& state) { read_with_omscope(state, {ge_onnx_input()}); });
  add("ge_onnx/text_format",
      [](auto& state) { parse_with_text_format<OnnxModel>(state, {ge_onnx_input()}); });
  add("atc_json/omscope", [](auto& state) { read_with_omscope(state, {atc_json_input()}); });
  add("atc_json/json_tree", parse_json_tree);
  add("real_ge_proto/omscope",
      [](auto& state) { read_with_omscope(state, real_dumps("ge_proto_")); });
  add("real_ge_proto/text_format",
      [](auto& state) { parse_with_text_format<GeModel>(state, real_dumps("ge_proto_")); });
  add("real_ge_onnx/omscope",
      [](auto& state) { read_with_omscope(state, real_dumps("ge_onnx_")); });
  add("real_ge_onnx/text_format",
      [](auto& state) { parse_with_text_format<OnnxModel>(state, real_dumps("ge_onnx_")); });
  return true;
}();

}  // namespace
}  // namespace omscope::bench
