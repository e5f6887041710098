// Dumps with known content: each is read as its manifest says.

#include <filesystem>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "omscope/core/json.h"
#include "omscope/core/sha256.h"
#include "omscope/formats/dump/dump_header.h"
#include "omscope/formats/dump/ffts.h"
#include "omscope/formats/dump/recognise.h"

#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

using ir::StoredTensor;
using ir::TensorFile;

constexpr const char* kFolder = "dumps/generated";

Json manifest() {
  const auto root = test::corpus();
  if (!root) return Json::array();
  const Json all = Json::parse(test::file_content(*root / kFolder / "manifest.json"));
  Json entries = Json::array();
  for (const Json& entry : all["entries"]) {
    const std::string kind = entry["kind"];
    const bool other = kind == "npy" || kind == "json" || kind == "config" || kind == "mapping";
    // Not every sample that the manifest lists is part of every copy.
    const auto path = *root / kFolder / entry["file"].get<std::string>();
    if (!other && std::filesystem::exists(path)) entries.push_back(entry);
  }
  return entries;
}

std::unique_ptr<TensorFile> read(const Json& entry) {
  const auto path = *test::corpus() / kFolder / entry["file"].get<std::string>();
  auto file = FileBytes::open(path.string());
  EXPECT_TRUE(file.ok());
  return dump::read_any(*file);
}

const StoredTensor* find(const TensorFile& file, const std::string& name) {
  for (const StoredTensor& tensor : file.tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

bool has(const TensorFile& file, Severity severity) {
  for (const Problem& problem : file.problems.list()) {
    if (problem.severity == severity) return true;
  }
  return false;
}

std::string lines(const TensorFile& file) {
  std::string text;
  for (const Problem& problem : file.problems.list()) text += to_line(problem) + "\n";
  return text;
}

void expect_state(const TensorFile& file, const std::string& expected) {
  EXPECT_EQ(has(file, Severity::kError), expected == "error") << lines(file);
  if (expected == "warn") EXPECT_TRUE(has(file, Severity::kWarning));
  if (expected == "ok") EXPECT_FALSE(has(file, Severity::kWarning)) << lines(file);
}

std::string hash(ByteView bytes) {
  return sha256_hex(bytes);
}

/// The manifest has the dims of the header; where they are repeated or missing, ours are what the
/// bytes hold.
std::vector<int64_t> expected_shape(const std::string& file, const Json& tensor) {
  if (file.find("repeated_dims") != std::string::npos) return {2, 3};
  if (file.find("no_shape") != std::string::npos) return {10};
  return tensor["shape"].get<std::vector<int64_t>>();
}

void expect_tensor(const std::string& file, const Json& wanted, const StoredTensor& tensor) {
  SCOPED_TRACE(tensor.name);
  if (wanted.contains("size")) EXPECT_EQ(tensor.size, wanted["size"].get<uint64_t>());
  if (wanted.contains("dtype")) {
    const std::string name = wanted["dtype"];
    const bool known = name != "UNKNOWN";
    EXPECT_EQ(dtype_info(tensor.dtype).ge_name, known ? "DT_" + name : "DT_UNDEFINED");
    if (!known) EXPECT_EQ(tensor.dtype_number, wanted["dtype_id"].get<int64_t>());
    const bool opaque = name == "UNDEFINED";
    if (!opaque) EXPECT_EQ(tensor.shape, expected_shape(file, wanted));
    EXPECT_EQ(tensor.has_shape, !opaque);
  }
  if (wanted.contains("format")) EXPECT_EQ(tensor.format.base, wanted["format"].get<std::string>());
  if (wanted.contains("sub_format")) {
    EXPECT_EQ(tensor.format.groups, wanted["sub_format"].get<int>());
  }
  if (wanted.contains("original_shape")) {
    EXPECT_EQ(tensor.origin_shape, wanted["original_shape"].get<std::vector<int64_t>>());
  }
  if (wanted.contains("offset") && wanted["offset"].is_number()) {
    EXPECT_EQ(tensor.offset, wanted["offset"].get<uint64_t>());
  }
  if (wanted.contains("sha256")) EXPECT_EQ(hash(tensor.bytes), wanted["sha256"].get<std::string>());
  if (wanted.contains("payload")) {
    EXPECT_EQ(tensor.payload, ir::Payload::kNotWritten);
    EXPECT_TRUE(tensor.bytes.empty());
  }
}

void expect_header(const Json& header, const TensorFile& file) {
  if (header.contains("op_name")) EXPECT_EQ(file.place.op, header["op_name"].get<std::string>());
  if (header["version"].is_string()) {
    EXPECT_EQ(file.version, header["version"].get<std::string>());
  }
  if (header.contains("attrs")) {
    std::vector<std::pair<std::string, std::string>> attrs;
    for (const Json& attr : header["attrs"]) attrs.emplace_back(attr[0], attr[1]);
    EXPECT_EQ(file.attrs, attrs);
  }
  if (header.contains("dfx_message")) {
    EXPECT_EQ(file.message, header["dfx_message"].get<std::string>());
  }
}

class DumpCorpus : public testing::Test {
 protected:
  void SetUp() override {
    NEED_CORPUS();
    entries_ = manifest();
  }
  const Json& entry(const std::string& part) const {
    for (const Json& each : entries_) {
      if (each["file"].get<std::string>().find(part) != std::string::npos) return each;
    }
    ADD_FAILURE() << "no sample named " << part;
    return entries_[0];
  }
  Json entries_;
};

TEST_F(DumpCorpus, EachFileReadsAsTheManifestSays) {
  size_t tensors = 0;
  for (const Json& entry : entries_) {
    const std::string name = entry["file"];
    SCOPED_TRACE(name);
    const auto file = read(entry);
    expect_state(*file, entry["expect"]);
    if (entry.contains("header")) expect_header(entry["header"], *file);
    if (!entry.contains("tensors")) continue;
    for (const Json& wanted : entry["tensors"]) {
      const std::string tensor_name =
          fmt::format("{}:{}", wanted["io"].get<std::string>(), wanted["index"].get<int>());
      const StoredTensor* tensor = find(*file, tensor_name);
      ASSERT_NE(tensor, nullptr) << tensor_name;
      expect_tensor(name, wanted, *tensor);
      ++tensors;
    }
  }
  EXPECT_GT(tensors, 400U);
}

TEST_F(DumpCorpus, KindsAreToldApart) {
  const std::map<std::string, Kind> kinds = {{"v1", Kind::kDumpV1},
                                             {"nano", Kind::kDumpNano},
                                             {"opdebug", Kind::kDumpOpDebug},
                                             {"core", Kind::kCore},
                                             {"kernel_bin", Kind::kKernelData},
                                             {"stats_csv", Kind::kStatsCsv},
                                             {"stats_bin", Kind::kStatsRaw},
                                             {"atb", Kind::kAtb}};
  for (const Json& entry : entries_) {
    const std::string name = entry["file"];
    const std::string kind = entry["kind"];
    if (kind == "bad") continue;
    SCOPED_TRACE(name);
    const bool is_exception = name.starts_with("07_exception");
    const Kind standard = is_exception ? Kind::kDumpException : Kind::kDump;
    EXPECT_EQ(read(entry)->kind, kinds.contains(kind) ? kinds.at(kind) : standard);
  }
}

TEST_F(DumpCorpus, EveryByteOfSoundFilesIsExplained) {
  for (const Json& entry : entries_) {
    if (entry["expect"] != "ok") continue;
    SCOPED_TRACE(entry["file"].get<std::string>());
    const auto file = read(entry);
    EXPECT_EQ(file->account.unknown, 0U);
    EXPECT_EQ(file->account.accounted, file->file->size());
    EXPECT_TRUE(file->account.overlaps.empty());
  }
}

TEST_F(DumpCorpus, HeadersAloneSayTheSame) {
  size_t count = 0;
  for (const Json& entry : entries_) {
    const std::string kind = entry["kind"];
    if (kind != "v2" && kind != "nano" && kind != "opdebug") continue;
    const auto path = *test::corpus() / kFolder / entry["file"].get<std::string>();
    SCOPED_TRACE(path.string());
    const auto header = dump::read_dump_header(path.string());
    ASSERT_TRUE(header.ok());
    const auto file = read(entry);
    EXPECT_EQ(header->kind, file->kind);
    EXPECT_EQ(header->place.op, file->place.op);
    EXPECT_LE(header->tensors.size(), file->tensors.size());
    for (size_t i = 0; i < header->tensors.size(); ++i) {
      EXPECT_EQ(header->tensors[i].name, file->tensors[i].name);
      EXPECT_EQ(header->tensors[i].shape, file->tensors[i].shape);
      EXPECT_EQ(header->tensors[i].offset, file->tensors[i].offset);
      EXPECT_EQ(header->stored[i], file->tensors[i].bytes.size());
      EXPECT_TRUE(header->tensors[i].bytes.empty());
    }
    ++count;
  }
  EXPECT_GT(count, 90U);
}

TEST_F(DumpCorpus, RealNanoDumpConcatenates) {
  const auto path = *test::corpus() / "dumps/real/nano/ConcatV2D.concatv2.0.0.550288648";
  const auto file = dump::read_any(*FileBytes::open(path.string()));
  EXPECT_EQ(file->kind, Kind::kDumpNano);
  EXPECT_TRUE(file->problems.list().empty()) << lines(*file);
  ASSERT_EQ(file->tensors.size(), 3U);
  const std::string inputs =
      std::string(as_text(file->tensors[0].bytes)) + std::string(as_text(file->tensors[1].bytes));
  EXPECT_EQ(inputs, as_text(file->tensors[2].bytes));
  EXPECT_EQ(file->tensors[0].shape, (std::vector<int64_t>{1, 14652}));
  EXPECT_EQ(file->tensors[0].dtype, DType::kFloat16);
  EXPECT_EQ(file->tensors[0].format.base, "NHWC");
  EXPECT_EQ(file->account.unknown, 0U);
}

TEST_F(DumpCorpus, ThreadSlicesJoin) {
  for (const char* mode : {"relu_auto", "relu_manual"}) {
    std::vector<std::unique_ptr<TensorFile>> files;
    Json extra;
    for (const Json& each : entries_) {
      if (each["file"].get<std::string>().find(mode) == std::string::npos) continue;
      files.push_back(read(each));
      EXPECT_TRUE(dump::is_thread_slice(*files.back()));
      files.back()->place.thread_id = each["extra"]["thread"].get<int64_t>();
      extra = each["extra"];
    }
    ASSERT_EQ(files.size(), 3U);
    // The order of files does not matter.
    const std::vector<const TensorFile*> threads = {files[2].get(), files[0].get(), files[1].get()};
    const auto whole = dump::join_threads(threads);
    EXPECT_TRUE(whole->problems.list().empty()) << lines(*whole);
    for (const char* name : {"input:0", "output:0"}) {
      const StoredTensor* tensor = find(*whole, name);
      ASSERT_NE(tensor, nullptr);
      EXPECT_EQ(tensor->shape, extra["merged_shape"].get<std::vector<int64_t>>());
    }
    EXPECT_EQ(hash(find(*whole, "output:0")->bytes), extra["merged_sha256"].get<std::string>());
    const std::vector<const TensorFile*> two = {files[0].get(), files[1].get()};
    EXPECT_TRUE(dump::join_threads(two)->problems.has_error());
  }
}

std::vector<std::string> texts(const TensorFile& file) {
  std::vector<std::string> found;
  for (const auto& table : file.records) {
    if (table.title != "Printed by kernels") continue;
    for (const auto& row : table.rows) found.push_back(row.at(2));
  }
  return found;
}

TEST_F(DumpCorpus, KernelsPrint) {
  for (const char* part : {"printf_ws", "asc_kernel_data_aiv_3"}) {
    const Json& sample = entry(part);
    const auto file = read(sample);
    const Json& extra = sample["extra"];
    EXPECT_EQ(texts(*file), extra["messages"].get<std::vector<std::string>>());
    size_t index = 0;
    for (const Json& wanted : extra["tensors"]) {
      const StoredTensor* tensor = find(*file, fmt::format("kernel:{}", index++));
      ASSERT_NE(tensor, nullptr);
      EXPECT_EQ(hash(tensor->bytes), wanted["sha256"].get<std::string>());
      EXPECT_EQ(dtype_info(tensor->dtype).ge_name, "DT_" + wanted["dtype"].get<std::string>());
      if (wanted.contains("shape")) {
        EXPECT_EQ(tensor->shape, wanted["shape"].get<std::vector<int64_t>>());
      }
      EXPECT_NE(tensor->note.find(fmt::format("desc {}", wanted["desc"].get<int>())),
                std::string::npos);
    }
  }
}

const ir::RecordTable* table(const TensorFile& file, const std::string& title) {
  for (const auto& each : file.records) {
    if (each.title == title) return &each;
  }
  return nullptr;
}

TEST_F(DumpCorpus, CoreFilesShowMemoryAndRegisters) {
  for (const char* part : {"394.core", "395.core"}) {
    const Json& sample = entry(part);
    const Json& extra = sample["extra"];
    const auto file = read(sample);
    std::map<std::string, const StoredTensor*> by_hash;
    for (const StoredTensor& tensor : file->tensors) by_hash.emplace(hash(tensor.bytes), &tensor);
    for (const Json& wanted : extra["global"]) {
      const auto found = by_hash.find(wanted["sha256"].get<std::string>());
      ASSERT_NE(found, by_hash.end());
      const StoredTensor& tensor = *found->second;
      EXPECT_EQ(tensor.size, wanted["size"].get<uint64_t>());
      EXPECT_NE(tensor.note.find(wanted["addr"].get<std::string>()), std::string::npos);
      EXPECT_EQ(tensor.has_shape, !wanted["dims"].is_null());
      if (tensor.has_shape) EXPECT_EQ(tensor.shape, wanted["dims"].get<std::vector<int64_t>>());
    }
    const auto invalid = std::count_if(
        file->tensors.begin(), file->tensors.end(),
        [](const auto& tensor) { return tensor.payload == ir::Payload::kNotWritten; });
    EXPECT_EQ(invalid, 1);
    const ir::RecordTable* registers = table(*file, "Registers");
    ASSERT_NE(registers, nullptr);
    EXPECT_EQ(registers->rows.size(), 12U);
    EXPECT_EQ(registers->rows[0][0], "AIC 0");
    EXPECT_EQ(registers->rows[6][0], "AIV 0");
    const std::string bytes = extra["cores"]["0"]["regs"][0][2];
    std::string number = "0x";
    for (size_t i = bytes.size(); i >= 2; i -= 2) number += bytes.substr(i - 2, 2);
    EXPECT_EQ(registers->rows[0][3], number);
    EXPECT_EQ(registers->rows[3][4], "invalid");
    EXPECT_EQ(table(*file, "Sections")->rows.size(), extra["sections"].get<size_t>() - 1);
    const auto kernel = std::pair(std::string("kernel"), extra["kernel"].get<std::string>());
    EXPECT_EQ(std::count(file->attrs.begin(), file->attrs.end(), kernel), 1);
  }
}

TEST_F(DumpCorpus, OverflowRecordsSayWhichUnit) {
  const auto old = read(entry("Node_OpDebug.4.5"));
  ASSERT_EQ(old->records.size(), 2U);
  EXPECT_EQ(old->records[0].title, "Overflow of DHA atomic add");
  EXPECT_EQ(old->records[1].title, "Overflow of L2 atomic add");
  const auto record = read(entry("Node_OpDebug.7.8"));
  ASSERT_EQ(record->records.size(), 1U);
  EXPECT_EQ(record->records[0].title, "Overflow of AI Core (cube)");
  EXPECT_EQ(record->message,
            "AI Core (cube) overflowed in task 7 of stream 8: negating the smallest integer "
            "overflowed");
  const auto& rows = record->records[0].rows;
  EXPECT_EQ(rows[4], (std::vector<std::string>{"context_id", "not set", ""}));
  EXPECT_EQ(rows[6][1], "0xabc0");
}

TEST_F(DumpCorpus, StatisticsAreReadByColumn) {
  const auto csv = read(entry("Add.add_stats.1.2"));
  ASSERT_EQ(csv->tensors.size(), 4U);
  const auto& input = *csv->tensors[0].recorded;
  EXPECT_EQ(input.max, 2.5);
  EXPECT_EQ(input.min, -1.25);
  EXPECT_EQ(input.mean, 0.125);
  EXPECT_EQ(input.count, 32U);
  EXPECT_EQ(csv->tensors[1].recorded->pos_inf, 1U);
  EXPECT_TRUE(std::isinf(*csv->tensors[1].recorded->max));
  EXPECT_EQ(csv->tensors[2].recorded->count, std::nullopt);
  EXPECT_FALSE(csv->tensors[3].has_shape);
  const auto custom = read(entry("Add.add_custom_items"));
  EXPECT_EQ(custom->tensors[0].recorded->count, 64U);
  EXPECT_EQ(custom->tensors[0].recorded->l2norm, 8.25);
  EXPECT_EQ(custom->tensors[1].recorded->max, std::nullopt);
  const auto raw = read(entry("Add.add_stats.3.2"));
  ASSERT_EQ(raw->tensors.size(), 3U);
  EXPECT_EQ(raw->tensors[0].recorded->max, 2.5);
  EXPECT_EQ(raw->tensors[0].recorded->neg_inf, 2U);
  EXPECT_EQ(raw->tensors[1].recorded->min, -5);
  EXPECT_EQ(raw->tensors[2].recorded->max, std::nullopt);
}

// A packet and the csv that the host makes of it say the same.
TEST_F(DumpCorpus, StatisticsOfAPacketAreThoseOfItsCsv) {
  const Json& sample = entry("Add.add_stats.3.2");
  const auto raw = read(sample);
  const auto csv = dump::read_any(
      FileBytes::from_memory("stats.csv", sample["extra"]["csv"].get<std::string>()));
  EXPECT_EQ(csv->kind, Kind::kStatsCsv);
  ASSERT_EQ(raw->tensors.size(), csv->tensors.size());
  for (size_t i = 0; i < raw->tensors.size(); ++i) {
    const StoredTensor& a = raw->tensors[i];
    const StoredTensor& b = csv->tensors[i];
    SCOPED_TRACE(a.name);
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.dtype, b.dtype);
    EXPECT_EQ(a.shape, b.shape);
    EXPECT_EQ(a.format, b.format);
    EXPECT_EQ(a.size, b.size);
    EXPECT_EQ(a.recorded->count, b.recorded->count);
    EXPECT_EQ(a.recorded->max, b.recorded->max);
    EXPECT_EQ(a.recorded->min, b.recorded->min);
    EXPECT_EQ(a.recorded->mean, b.recorded->mean);
    EXPECT_EQ(a.recorded->nan, b.recorded->nan);
    EXPECT_EQ(a.recorded->neg_inf, b.recorded->neg_inf);
    EXPECT_EQ(a.recorded->pos_inf, b.recorded->pos_inf);
  }
}

}  // namespace
}  // namespace omscope
