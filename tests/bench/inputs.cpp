#include "bench/inputs.h"

#include "bench/texts.h"
#include "make_samples/synthetic.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope::bench {
namespace {

namespace fs = std::filesystem;

/// Texts of 10 to 30 MB: big enough to be out of every cache, small enough to repeat.
constexpr int64_t kTextOps = 3000;
constexpr int64_t kOnnxNodes = 100000;
/// Smaller files measure the set-up of either parser.
constexpr uintmax_t kLeastDump = 100000;

const ::ge::proto::ModelDef& text_model() {
  static const ::ge::proto::ModelDef model = samples::synthetic_model(kTextOps, int64_t{64} << 20);
  return model;
}

}  // namespace

fs::path input(const std::string& name) {
  return fs::path(OMSCOPE_BENCH_INPUTS) / name;
}

File in_memory(const std::string& name, const std::string& content) {
  return FileBytes::from_memory(name, content);
}

std::optional<File> many_ops() {
  const fs::path path = input("many_ops.om");
  if (!fs::exists(path)) return std::nullopt;
  static const File file = in_memory("many_ops.om", test::file_content(path));
  return file;
}

const File& ge_proto_input() {
  static const File file = in_memory("ge_proto.txt", ge_proto_text(text_model()));
  return file;
}

const File& ge_onnx_input() {
  static const File file = in_memory("ge_onnx.pbtxt", ge_onnx_text(text_model()));
  return file;
}

const File& atc_json_input() {
  static const File file = in_memory("atc.json", atc_json(text_model()));
  return file;
}

const File& onnx_input() {
  static const File file = in_memory("synthetic.onnx", synthetic_onnx(kOnnxNodes));
  return file;
}

std::vector<File> real_dumps(const std::string& name_starts) {
  std::vector<File> files;
  for (const std::string& path : test::corpus_files("real/ge_dumps")) {
    const fs::path file(path);
    const bool is_text = file.extension() == ".txt" || file.extension() == ".pbtxt";
    if (!is_text || !file.filename().string().starts_with(name_starts)) continue;
    if (fs::file_size(file) >= kLeastDump)
      files.push_back(in_memory(path, test::file_content(file)));
  }
  return files;
}

std::string biggest_dump() {
  const fs::path folder = input("biggest_dump");
  if (!fs::is_directory(folder)) return {};
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) return entry.path().string();
  }
  return {};
}

}  // namespace omscope::bench
