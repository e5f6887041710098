// Tensor files, configurations and dump trees as they were found.

#include "support/tensor_files.h"

#include <map>

#include <nlohmann/json.hpp>

#include "omscope/core/sha256.h"
#include "omscope/formats/config/acl_json.h"
#include "omscope/formats/dump/folder_index.h"
#include "omscope/formats/tensorfile/msprobe.h"
#include "omscope/formats/tensorfile/npy.h"
#include "omscope/formats/tensorfile/npz.h"

#include "support/corpus.h"
#include "support/files.h"
#include "support/python.h"

namespace omscope {
namespace {

using nlohmann::json;
using test::open_file;
using test::problem_lines;

json manifest() {
  return json::parse(test::file_content(*test::corpus() / "dumps/generated/manifest.json"));
}

/// What NumPy itself says of every array: shape, order, type and the bytes' digest.
json told_by_numpy(const test::ScratchFolder& folder, const std::string& corpus) {
  test::run_python(folder.path(), R"(
import glob, hashlib, json, os, zipfile, numpy as np
out = {}
def add(name, load):
    try: a = load()
    except Exception: out[name] = None; return
    if a.dtype.names or a.dtype.hasobject: out[name] = None; return
    raw = a.astype(a.dtype.newbyteorder('<')).tobytes('A')
    out[name] = [list(a.shape), str(a.dtype.newbyteorder('=')), hashlib.sha256(raw).hexdigest()]
for f in sorted(glob.glob(')" + corpus +
                                      R"(/real/npy/*')):
    if f.endswith('.npz'):
        try:
            z = np.load(f)
            for n in z.files: add(f + ':' + n, lambda: z[n])
        except Exception: out[f] = None
    else: add(f, lambda: np.load(f))
json.dump(out, open('told.json', 'w'))
)");
  return json::parse(test::file_content(folder.path() / "told.json"));
}

size_t count(std::string_view text, std::string_view word) {
  size_t found = 0;
  for (size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; ++at) ++found;
  return found;
}

void expect_as_told(const std::string& name, const json& told, const ir::StoredTensor* tensor) {
  if (told.is_null()) {
    EXPECT_TRUE(tensor == nullptr || tensor->bytes.empty()) << name;
    return;
  }
  ASSERT_NE(tensor, nullptr) << name;
  EXPECT_EQ(told[0], tensor->shape) << name;
  EXPECT_EQ(told[1], to_string(tensor->dtype)) << name;
  EXPECT_EQ(told[2], sha256_hex(tensor->bytes)) << name;
}

TEST(TensorFiles, ArraysAreThoseOfNumpy) {
  NEED_CORPUS();
  const test::ScratchFolder folder;
  const json told = told_by_numpy(folder, std::filesystem::absolute(*test::corpus()).string());
  size_t readable = 0;
  for (const auto& [name, facts] : told.items()) {
    const size_t colon = name.find(".npz:");
    const std::string path = name.substr(0, colon == std::string::npos ? colon : colon + 4);
    const auto file = path.ends_with(".npz") ? tensorfile::read_npz(open_file(path))
                                             : tensorfile::read_npy(open_file(path));
    const ir::StoredTensor* tensor = colon == std::string::npos
                                         ? (file->tensors.empty() ? nullptr : &file->tensors[0])
                                         : test::find_tensor(*file, name.substr(colon + 5));
    // Python 2's "(2L,)" is read here, and no longer by NumPy 2.
    if (path.find("win64python2") == std::string::npos) expect_as_told(name, facts, tensor);
    EXPECT_EQ(facts.is_null(), file->problems.has_error()) << name << problem_lines(*file);
    readable += facts.is_null() ? 0 : 1;
  }
  EXPECT_GE(readable, 20U);
}

TEST(TensorFiles, FilesStoredAsTextAreNamed) {
  NEED_CORPUS();
  size_t seen = 0;
  for (const std::string& path : test::corpus_files("real/npy")) {
    const auto bytes = open_file(path);
    EXPECT_TRUE(tensorfile::looks_like_npy(bytes->bytes()) ||
                tensorfile::looks_like_npz(bytes->bytes()))
        << path;
    if (!as_text(bytes->bytes()).starts_with("NUMPY")) continue;
    EXPECT_NE(problem_lines(*tensorfile::read_npy(bytes)).find("stored as text"),
              std::string::npos);
    ++seen;
  }
  EXPECT_EQ(seen, 4U);
}

TEST(TensorFiles, MsprobeDumpsHaveEveryTensorOfTheDocument) {
  NEED_CORPUS();
  size_t dumps = 0;
  for (const std::string& path : test::corpus_files("real/msprobe_dump")) {
    const auto bytes = open_file(path);
    EXPECT_TRUE(tensorfile::looks_like_msprobe(bytes->bytes())) << path;
    const auto file = tensorfile::read_msprobe(bytes);
    EXPECT_FALSE(file->problems.has_error()) << path << problem_lines(*file);
    if (!path.ends_with("dump.json")) {
      ASSERT_EQ(file->records.size(), 1U) << path;
      EXPECT_EQ(file->records[0].rows.size(), json::parse(as_text(bytes->bytes())).size()) << path;
      continue;
    }
    ++dumps;
    // Each tensor of the document has exactly one of these.
    const std::string_view text = as_text(bytes->bytes());
    EXPECT_EQ(file->tensors.size(), count(text, ".Tensor\"")) << path;
    size_t with_max = 0;
    for (const ir::StoredTensor& tensor : file->tensors) {
      EXPECT_NE(tensor.dtype, DType::kUndefined) << path;
      with_max += tensor.recorded && tensor.recorded->max ? 1 : 0;
    }
    // Of empty tensors msprobe writes null.
    EXPECT_EQ(with_max, count(text, "\"Max\": ") - count(text, "\"Max\": null")) << path;
  }
  EXPECT_EQ(dumps, 7U);
}

TEST(TensorFiles, MsprobeDataBesideTheDump) {
  NEED_CORPUS();
  const json told = manifest();
  const auto file = tensorfile::read_msprobe(
      open_file(*test::corpus() / "dumps/generated/13_msprobe/step0/rank0/dump.json"));
  ASSERT_EQ(file->tensors.size(), 2U) << problem_lines(*file);
  std::map<std::string, std::string> digests;
  for (const json& entry : told["entries"]) {
    const std::string path = entry["file"];
    if (path.starts_with("13_") && path.ends_with(".npy")) {
      digests[path.substr(path.rfind('/') + 1)] = entry["tensors"][0]["sha256"];
    }
  }
  for (const ir::StoredTensor& tensor : file->tensors) {
    EXPECT_EQ(sha256_hex(tensor.bytes), digests.at(tensor.file.substr(tensor.file.rfind('/') + 1)));
  }
}

TEST(TensorFiles, ConfigurationsAsTheirNamesSay) {
  NEED_CORPUS();
  const json told = manifest();
  size_t seen = 0;
  for (const std::string& path : test::corpus_files("real/acl_json")) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const auto has = [&](const char* word) { return name.find(word) != std::string::npos; };
    const bool wrong = has("invalid_") || has("conflict") || has("dump_stats_empty");
    const auto bytes = open_file(path);
    EXPECT_TRUE(config::looks_like_acl_json(bytes->bytes())) << name;
    const auto file = config::read_acl_json(bytes);
    EXPECT_EQ(file->problems.has_error(), wrong) << name << problem_lines(*file);
    EXPECT_EQ(file->records.size(), 2U) << name;
    ++seen;
  }
  EXPECT_EQ(seen, 36U);
  for (const json& entry : told["entries"]) {
    if (entry["kind"] != "config") continue;
    const auto file = config::read_acl_json(
        open_file(*test::corpus() / "dumps/generated" / std::string(entry["file"])));
    EXPECT_EQ(file->problems.has_error(), entry["expect"] == "error") << problem_lines(*file);
  }
}

TEST(TensorFiles, TreesAreIndexed) {
  NEED_CORPUS();
  const json told = manifest();
  const dump::FolderIndex index =
      dump::index_folder((*test::corpus() / "dumps/generated").string());
  std::map<std::string, const dump::FolderEntry*> by_path;
  for (const dump::FolderEntry& entry : index.entries) {
    by_path[entry.path.substr(index.root.size() + 1)] = &entry;
  }
  size_t standard = 0;
  for (const json& entry : told["entries"]) {
    const auto found = by_path.find(entry["file"]);
    ASSERT_NE(found, by_path.end()) << entry["file"];
    if (entry["kind"] != "v2" || !std::string(entry["file"]).starts_with("15_tree")) continue;
    const ir::RunPlace& place = found->second->name.place;
    EXPECT_EQ(place.op, entry["header"]["op_name"]) << entry["file"];
    EXPECT_EQ(place.model, "resnet");
    EXPECT_EQ(place.model_id, 1);
    EXPECT_EQ(place.step, 0);
    EXPECT_EQ(place.device, 0);
    ++standard;
  }
  EXPECT_EQ(standard, 4U);
  EXPECT_TRUE(index.problems.list().empty());
}

TEST(TensorFiles, NamesOfDumpsTellTheirOp) {
  NEED_CORPUS();
  const json told = manifest();
  size_t equal = 0;
  for (const json& entry : told["entries"]) {
    if (entry["kind"] != "v2" || entry["expect"] != "ok") continue;
    const std::string path = entry["file"];
    const auto name = dump::parse_file_name(path.substr(path.rfind('/') + 1));
    if (name.kind == dump::NameKind::kHashed) continue;
    std::string op = entry["header"]["op_name"];
    std::replace_if(
        op.begin(), op.end(), [](char c) { return c == ' ' || c == '.' || c == '/' || c == '\\'; },
        '_');
    EXPECT_EQ(name.place.op, op) << path;
    ++equal;
  }
  EXPECT_GE(equal, 50U);
}

}  // namespace
}  // namespace omscope
