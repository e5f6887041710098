// Tensor files and configurations, cut and changed: no crash, no hang, memory bounded.

#include <ctime>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "omscope/formats/config/acl_json.h"
#include "omscope/formats/dump/file_name.h"
#include "omscope/formats/tensorfile/baseline_file.h"
#include "omscope/formats/tensorfile/msprobe.h"
#include "omscope/formats/tensorfile/npy.h"
#include "omscope/formats/tensorfile/npz.h"
#include "omscope/formats/tensorfile/pt.h"
#include "omscope/formats/tensorfile/tensor_pb.h"

#include "support/files.h"
#include "support/memory_meter.h"
#include "support/python.h"
#include "support/tensor_files.h"

namespace omscope {
namespace {

using Read = std::unique_ptr<ir::TensorFile> (*)(const std::shared_ptr<const FileBytes>&);

struct Format {
  const char* name;
  Read read;
};

constexpr std::array kFormats = {
    Format{"a.npy", tensorfile::read_npy},      Format{"a.npz", tensorfile::read_npz},
    Format{"packed.npz", tensorfile::read_npz}, Format{"a.pt", tensorfile::read_pt},
    Format{"a.pb", tensorfile::read_tensor_pb}, Format{"dump.json", tensorfile::read_msprobe},
    Format{"acl.json", config::read_acl_json},  Format{"a.baseline", tensorfile::read_baseline},
};

tensorfile::BaselineFile small_baseline() {
  tensorfile::BaselineTensor tensor;
  tensor.op = "conv1";
  tensor.tensor = "output:0";
  tensor.dtype = DType::kFloat16;
  tensor.shape = {2, 200};
  tensor.count = 400;
  tensor.quantiles = {-1, 0, 1};
  tensor.indices = {3, 250, 399};
  tensor.values.resize(6);
  return {1, 1024, {tensor, tensor}};
}

const std::filesystem::path& made() {
  static const std::unique_ptr<test::ScratchFolder> folder = [] {
    auto made = std::make_unique<test::ScratchFolder>();
    test::run_python(made->path(), R"(
import io, json, pickle, zipfile
import numpy as np
a = np.arange(24, dtype='>f4').reshape(2, 3, 4)
np.save('a.npy', a); np.savez('a.npz', a, b=a + 1); np.savez_compressed('packed.npz', a=a, b=np.zeros(1000))
# What torch.save writes for one tensor, opcode by opcode.
p = (b'\x80\x02ctorch._utils\n_rebuild_tensor_v2\nq\x00((X\x07\x00\x00\x00storageq\x01ctorch\nFloatStorage\nq\x02'
     b'X\x01\x00\x00\x000q\x03X\x03\x00\x00\x00cpuq\x04K\x18tq\x05QK\x00K\x02K\x0c\x86q\x06K\x01K\x02\x86q\x07'
     b'\x89ccollections\nOrderedDict\nq\x08)Rq\ttq\nRq\x0b.')
with zipfile.ZipFile('a.pt', 'w') as z:
    z.writestr('a/data.pkl', p); z.writestr('a/data/0', a.tobytes())
open('a.pb', 'wb').write(b'\x08\x02\x08\x03\x10\x01B\x01xJ\x18' + bytes(24))
t = {'type': 'torch.Tensor', 'dtype': 'torch.float32', 'shape': [2], 'Max': 1.0, 'Min': float('nan'), 'data_name': '../x.npy'}
json.dump({'task': 'tensor', 'dump_data_dir': '/x', 'data': {'F.relu.0.forward': {'input_args': [t, [t]], 'output': [t]}}}, open('dump.json', 'w'))
json.dump({'dump': {'dump_path': 'd', 'dump_step': '0|3-5', 'dump_stats': ['Max'], 'dump_list': [{'model_name': 'm', 'layer': ['a']}]}}, open('acl.json', 'w'))
)");
    std::ofstream file(made->path() / "a.baseline", std::ios::binary);
    tensorfile::write_baseline(file, small_baseline());
    return made;
  }();
  return folder->path();
}

class DamagedTensorFile : public testing::TestWithParam<Format> {
 protected:
  /// Looks at all that the result refers to.
  void survives(const std::string& content) const {
    const test::MemoryMeter meter;
    const std::clock_t start = std::clock();
    const auto file = GetParam().read(test::in_memory(content));
    uint64_t sum = 0;
    for (const ir::StoredTensor& tensor : file->tensors) {
      ASSERT_LE(tensor.bytes.size(), tensor.size + content.size());
      for (const std::byte byte : tensor.bytes) sum += static_cast<uint8_t>(byte);
    }
    ASSERT_LE(file->account.accounted + file->account.unknown, content.size());
    ASSERT_LT(meter.peak(), 10 * content.size() + (uint64_t{64} << 20)) << sum;
    ASSERT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 2);
  }
  std::string content_ = test::file_content(made() / GetParam().name);
};

TEST_P(DamagedTensorFile, SoundOneIsRead) {
  const auto file = GetParam().read(test::in_memory(content_));
  EXPECT_TRUE(!file->tensors.empty() || !file->records.empty()) << test::problem_lines(*file);
}

TEST_P(DamagedTensorFile, SurvivesCuts) {
  for (size_t size = 0; size < content_.size(); ++size) survives(content_.substr(0, size));
}

TEST_P(DamagedTensorFile, SurvivesFlips) {
  for (size_t at = 0; at < content_.size(); ++at) {
    for (const char bits : {'\x01', '\x80', '\xff'}) {
      std::string damaged = content_;
      damaged[at] = static_cast<char>(damaged[at] ^ bits);
      survives(damaged);
    }
  }
}

TEST_P(DamagedTensorFile, SurvivesRandomBytes) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = content_;
    for (int i = 0; i < 4; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    survives(damaged);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, DamagedTensorFile, testing::ValuesIn(kFormats),
                         [](const auto& each) {
                           std::string name = each.param.name;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

/// Small files that spell much.
TEST(TensorFileBombs, MemoryStaysBounded) {
  const auto costs = [](Read read, const std::string& content) {
    const test::MemoryMeter meter;
    const auto file = read(test::in_memory(content));
    EXPECT_LT(meter.peak(), 10 * content.size() + (uint64_t{64} << 20));
    EXPECT_TRUE(file->problems.has_error());
  };
  constexpr size_t kSize = size_t{4} << 20;
  std::string tensors = R"({"dump_data_dir": "", "data": {"a": {"o": [)";
  while (tensors.size() < kSize) tensors += R"({"type":"Tensor"},)";
  costs(tensorfile::read_msprobe, tensors);
  std::string rows = R"({"a.forward":"",)";
  while (rows.size() < kSize) rows += R"("":"",)";
  costs(tensorfile::read_msprobe, rows);
  costs(tensorfile::read_msprobe, R"({"dump_data_dir": "", "data": )" + std::string(kSize, '['));
  std::string sequence("\x10\x01", 2);
  while (sequence.size() < kSize) sequence += std::string("\x1a\x04\x08\x00\x10\x01", 6);
  const auto many = tensorfile::read_tensor_pb(test::in_memory(sequence));
  EXPECT_TRUE(many->problems.has_error());
  // Records that say nothing.
  tensorfile::BaselineTensor nothing;
  nothing.shape = {0};
  std::ostringstream records;
  tensorfile::write_baseline(records, {1, 0, std::vector(20000, nothing)});
  const test::MemoryMeter meter;
  const auto baseline = tensorfile::read_baseline(test::in_memory(records.str()));
  EXPECT_EQ(baseline->tensors.size(), 20000U);
  EXPECT_LT(meter.peak(), 10 * records.str().size() + (uint64_t{16} << 20));
  std::string pickle = "\x80\x02";
  pickle += std::string(kSize, ']') + ".";
  // One stored member, local header, directory and end.
  const auto u16 = [](size_t n) {
    return std::string{static_cast<char>(n), static_cast<char>(n >> 8U)};
  };
  const auto u32 = [&](size_t n) { return u16(n & 0xFFFFU) + u16(n >> 16U); };
  const std::string sizes = u32(0) + u32(pickle.size()) + u32(pickle.size()) + u16(8) + u16(0);
  const std::string local = "PK\x03\x04" + std::string(10, '\0') + sizes + "data.pkl" + pickle;
  const std::string central = "PK\x01\x02" + std::string(12, '\0') + sizes + u16(0) + u16(0) +
                              u16(0) + u32(0) + u32(0) + "data.pkl";
  costs(tensorfile::read_pt, local + central + "PK\x05\x06" + u32(0) + u16(1) + u16(1) +
                                 u32(central.size()) + u32(local.size()) + u16(0));
}

TEST(DumpNames, SurviveEveryText) {
  std::mt19937 random(7);
  const std::string alphabet = "..0149_aAinput output Opdebug/\\\xff,core";
  for (int round = 0; round < 20000; ++round) {
    std::string name;
    for (size_t i = random() % 300; i > 0; --i) name += alphabet[random() % alphabet.size()];
    const dump::FileName found = dump::parse_file_name(name);
    ASSERT_LE(found.place.op.size(), name.size());
    ir::RunPlace place;
    dump::add_folders(name, place);
  }
}

}  // namespace
}  // namespace omscope
