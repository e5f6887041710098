// Binary models: the library's walk against protobuf's generated classes on the same bytes.

#include <google/protobuf/arena.h>
#include <onnx/onnx_pb.h>

#include "omscope/formats/read_model.h"

#include "bench/inputs.h"
#include "bench/parse_bench.h"
#include "ge_ir.pb.h"

namespace omscope::bench {
namespace {

constexpr const char* kNoInput = "tools/bench makes its input";

void read_with_omscope(benchmark::State& state, const File& file, uint64_t bytes) {
  time_parse(state, static_cast<double>(bytes), [&] { return read_model(file); });
}

template <class Message>
void parse_with_protobuf(benchmark::State& state, ByteView bytes) {
  time_parse(state, static_cast<double>(bytes.size()), [&] {
    auto message = std::make_unique<Message>();
    if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      state.SkipWithError("protobuf cannot parse it");
    }
    return message;
  });
}

template <class Message>
void parse_on_arena(benchmark::State& state, ByteView bytes) {
  time_parse(state, static_cast<double>(bytes.size()), [&] {
    auto arena = std::make_unique<google::protobuf::Arena>();
    auto* message = google::protobuf::Arena::CreateMessage<Message>(arena.get());
    if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      state.SkipWithError("protobuf cannot parse it");
    }
    return arena;
  });
}

/// The MODEL_DEF partition of the offline model, in memory of its own file.
ByteView model_def_of(const File& file) {
  return read_model(file).model->model_def;
}

void model_def_omscope(benchmark::State& state) {
  const auto file = many_ops();
  if (!file) return state.SkipWithError(kNoInput);
  read_with_omscope(state, *file, model_def_of(*file).size());
}
void model_def_protobuf(benchmark::State& state) {
  const auto file = many_ops();
  if (!file) return state.SkipWithError(kNoInput);
  parse_with_protobuf<::ge::proto::ModelDef>(state, model_def_of(*file));
}
void model_def_arena(benchmark::State& state) {
  const auto file = many_ops();
  if (!file) return state.SkipWithError(kNoInput);
  parse_on_arena<::ge::proto::ModelDef>(state, model_def_of(*file));
}

void onnx_omscope(benchmark::State& state) {
  read_with_omscope(state, onnx_input(), onnx_input()->size());
}
void onnx_protobuf(benchmark::State& state) {
  parse_with_protobuf<::onnx::ModelProto>(state, onnx_input()->bytes());
}

[[maybe_unused]] const auto* const kRegistered = [] {
  repeated(benchmark::RegisterBenchmark("model_def/omscope", model_def_omscope));
  repeated(benchmark::RegisterBenchmark("model_def/protobuf", model_def_protobuf));
  repeated(benchmark::RegisterBenchmark("model_def/protobuf_arena", model_def_arena));
  repeated(benchmark::RegisterBenchmark("onnx/omscope", onnx_omscope));
  return repeated(benchmark::RegisterBenchmark("onnx/protobuf", onnx_protobuf));
}();

}  // namespace
}  // namespace omscope::bench
