// NumPy's files, made by NumPy itself and by hand.

#include "omscope/formats/tensorfile/npy.h"

#include <memory>

#include <gtest/gtest.h>

#include "omscope/formats/tensorfile/npy_header.h"
#include "omscope/formats/tensorfile/npy_writer.h"
#include "omscope/formats/tensorfile/npz.h"
#include "omscope/formats/tensorfile/npz_writer.h"

#include "support/files.h"
#include "support/python.h"
#include "support/tensor_files.h"

namespace omscope {
namespace {

using test::has_problem;
using test::in_memory;
using test::open_file;
using test::problem_lines;
using test::values;
using Dims = std::vector<int64_t>;

/// Folder with files that NumPy made, once for all tests.
const std::filesystem::path& made_by_numpy() {
  static const std::unique_ptr<test::ScratchFolder> folder = [] {
    auto made = std::make_unique<test::ScratchFolder>();
    test::run_python(made->path(), R"(
import io, warnings
import numpy as np
for code in ['f2','f4','f8','i1','i2','i4','i8','u1','u2','u4','u8','c8','c16']:
    for order in '<>':
        np.save(f"{'le' if order == '<' else 'be'}_{code}", np.arange(6).reshape(2, 3).astype(order + code))
np.save('bool', np.array([True, False, True]))
np.save('fortran', np.asfortranarray(np.arange(6, dtype='f4').reshape(2, 3)))
np.save('scalar', np.float32(2.5))
np.save('empty', np.zeros((0, 7), 'f4'))
np.save('objects', np.array([{}, 1], dtype=object), allow_pickle=True)
np.save('structured', np.zeros(2, dtype=[('a', '<f4'), ('b', '<i2', (2,))]))
np.save('texts', np.array(['ab', 'c']))
np.save('dates', np.array(['2020-01-01'], dtype='M8[D]'))
np.save('raw', np.zeros(3, dtype='V2'))
np.save('long', np.arange(3, dtype='f16'))
a = np.arange(6, dtype='f4').reshape(2, 3)
for version in [(1, 0), (2, 0), (3, 0)]:
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        with open(f'version{version[0]}.npy', 'wb') as f:
            np.lib.format.write_array(f, a, version=version)
with open('two.npy', 'wb') as f:
    np.save(f, a); np.save(f, a + 1)
np.savez('plain', a, weights=a + 1, half=a.astype('f2'))
np.savez_compressed('packed', first=a, big=np.zeros(20_000_000, dtype='f4'))
)");
    return made;
  }();
  return folder->path();
}

std::unique_ptr<ir::TensorFile> read_made(const std::string& name) {
  return tensorfile::read_npy(open_file(made_by_numpy() / (name + ".npy")));
}

std::string npy(const std::string& dict, const std::string& data) {
  std::string header = dict + std::string(53 - std::min<size_t>(dict.size() % 64, 53), ' ') + "\n";
  std::string out("\x93NUMPY\x01\x00", 8);
  out += static_cast<char>(header.size() & 0xFFU);
  out += static_cast<char>(header.size() >> 8U);
  return out + header + data;
}

class NpyType : public testing::TestWithParam<const char*> {};

TEST_P(NpyType, BothByteOrdersHoldTheSameNumbers) {
  for (const std::string order : {"le_", "be_"}) {
    const auto file = read_made(order + GetParam());
    ASSERT_EQ(file->tensors.size(), 1U) << problem_lines(*file);
    EXPECT_EQ(file->tensors[0].shape, (Dims{2, 3}));
    EXPECT_EQ(values(file->tensors[0]), (std::vector<double>{0, 1, 2, 3, 4, 5})) << order;
    EXPECT_EQ(file->tensors[0].payload, ir::Payload::kComplete);
    EXPECT_EQ(file->account.accounted, file->file->size());
    EXPECT_TRUE(file->problems.list().empty()) << problem_lines(*file);
  }
}

INSTANTIATE_TEST_SUITE_P(Numpy, NpyType,
                         testing::Values("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4",
                                         "u8", "c8", "c16"),
                         [](const auto& each) { return std::string(each.param); });

TEST(Npy, LittleEndianElementsStayInTheFile) {
  const auto file = read_made("le_f4");
  EXPECT_EQ(file->file->offset_of(file->tensors[0].bytes.data()), file->tensors[0].offset);
}

TEST(Npy, EveryVersion) {
  for (const char* version : {"1", "2", "3"}) {
    const auto file = read_made("version" + std::string(version));
    ASSERT_EQ(file->tensors.size(), 1U) << problem_lines(*file);
    EXPECT_EQ(file->version, version + std::string(".0"));
    EXPECT_EQ(values(file->tensors[0]), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  }
}

TEST(Npy, FortranOrderIsMarked) {
  const auto file = read_made("fortran");
  EXPECT_TRUE(file->tensors[0].fortran_order);
  EXPECT_EQ(file->tensors[0].shape, (Dims{2, 3}));
  EXPECT_EQ(values(file->tensors[0]), (std::vector<double>{0, 3, 1, 4, 2, 5}));
}

TEST(Npy, ScalarsEmptyArraysAndSeveralInOneFile) {
  EXPECT_EQ(values(read_made("scalar")->tensors[0]), std::vector<double>{2.5});
  EXPECT_TRUE(read_made("scalar")->tensors[0].shape.empty());
  const auto empty = read_made("empty");
  EXPECT_EQ(empty->tensors[0].shape, (Dims{0, 7}));
  EXPECT_TRUE(empty->problems.list().empty()) << problem_lines(*empty);
  const auto two = read_made("two");
  ASSERT_EQ(two->tensors.size(), 2U);
  EXPECT_EQ(two->tensors[1].name, "output:1");
  EXPECT_EQ(values(two->tensors[1]), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(two->account.accounted, two->file->size());
}

TEST(Npy, ObjectsAndRecordsAreRefusedWithTheReason) {
  const auto objects = read_made("objects");
  EXPECT_TRUE(has_problem(*objects, Severity::kError, Code::kUnknownKind));
  EXPECT_NE(problem_lines(*objects).find("pickled Python objects"), std::string::npos);
  EXPECT_TRUE(objects->tensors[0].bytes.empty());
  const auto records = read_made("structured");
  EXPECT_TRUE(has_problem(*records, Severity::kError, Code::kUnknownKind));
  EXPECT_NE(problem_lines(*records).find("records of several fields"), std::string::npos);
}

TEST(Npy, OtherElementsKeepTheirBytes) {
  EXPECT_EQ(read_made("texts")->tensors[0].bytes.size(), 16U);
  EXPECT_EQ(read_made("raw")->tensors[0].bytes.size(), 6U);
  EXPECT_EQ(read_made("long")->tensors[0].dtype, DType::kUndefined);
  EXPECT_EQ(values(read_made("dates")->tensors[0]), std::vector<double>{18262});
}

TEST(Npy, OnlyLongDoublesAreExtended) {
  for (const char* descr : {"<f12", "<f16", ">c32", "g"}) {
    EXPECT_NE(tensorfile::npy_type(descr).note.find("extended-precision"), std::string::npos)
        << descr;
  }
  for (const char* descr : {"<f3", "<f4 ", "<c3", "f"}) {
    EXPECT_EQ(tensorfile::npy_type(descr).note.find("extended-precision"), std::string::npos)
        << descr;
  }
}

TEST(Npy, Python2WroteLongIntegers) {
  const auto file = tensorfile::read_npy(
      in_memory(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2L,), }", "abcdefgh")));
  ASSERT_EQ(file->tensors.size(), 1U) << problem_lines(*file);
  EXPECT_EQ(file->tensors[0].shape, Dims{2});
}

TEST(Npy, LostFirstByteIsNamed) {
  const std::string sound =
      npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", "12345678");
  for (const std::string& damaged :
       {sound.substr(1), "\xC2" + sound, "\xEF\xBF\xBD" + sound.substr(1)}) {
    EXPECT_TRUE(tensorfile::looks_like_npy(as_bytes(damaged)));
    const auto file = tensorfile::read_npy(in_memory(damaged));
    EXPECT_NE(problem_lines(*file).find("stored as text"), std::string::npos);
    ASSERT_EQ(file->tensors.size(), 1U);
    EXPECT_EQ(file->tensors[0].dtype, DType::kFloat64);
    EXPECT_TRUE(file->tensors[0].bytes.empty());
  }
  EXPECT_FALSE(tensorfile::looks_like_npy(as_bytes("NUMPY is a library")));
}

TEST(Npy, CutElementsAreGivenAsFarAsTheyGo) {
  const auto file = tensorfile::read_npy(
      in_memory(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", "abcdefgh")));
  ASSERT_EQ(file->tensors.size(), 1U);
  EXPECT_EQ(file->tensors[0].payload, ir::Payload::kCut);
  EXPECT_EQ(file->tensors[0].bytes.size(), 8U);
  EXPECT_TRUE(has_problem(*file, Severity::kError, Code::kTruncated));
}

TEST(Npy, ShapesBeyondAnyFile) {
  for (const char* shape : {"(9223372036854775807, 9223372036854775807)", "(-1,)", "(1e9,)",
                            "(99999999999999999999,)"}) {
    const auto file = tensorfile::read_npy(in_memory(npy(
        std::string("{'descr': '<f4', 'fortran_order': False, 'shape': ") + shape + ", }", "")));
    EXPECT_TRUE(file->problems.has_error()) << shape;
  }
}

TEST(Npy, WhatIsWrongWithAShapeIsSaid) {
  const auto said = [](const std::string& shape) {
    return problem_lines(*tensorfile::read_npy(in_memory(
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }", ""))));
  };
  EXPECT_NE(said("2, -1").find("dim 1 of its shape is -1"), std::string::npos) << said("2, -1");
  std::string many = "1";
  for (int i = 0; i < 99; ++i) many += ",1";
  EXPECT_NE(said(many).find("more than 64 dims"), std::string::npos) << said(many);
}

TEST(Npz, StoredMembersStayInTheFile) {
  const auto file = tensorfile::read_npz(open_file(made_by_numpy() / "plain.npz"));
  ASSERT_EQ(file->tensors.size(), 3U) << problem_lines(*file);
  const ir::StoredTensor* weights = test::find_tensor(*file, "weights");
  ASSERT_NE(weights, nullptr);
  EXPECT_EQ(values(*weights), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(file->file->offset_of(weights->bytes.data()), weights->offset);
  EXPECT_EQ(test::find_tensor(*file, "half")->dtype, DType::kFloat16);
  EXPECT_EQ(file->account.accounted, file->file->size());
}

TEST(Npz, ArraysOfOneValueAreUnpackedBesideTheMemory) {
  const auto file = tensorfile::read_npz(open_file(made_by_numpy() / "packed.npz"));
  ASSERT_EQ(file->tensors.size(), 2U) << problem_lines(*file);
  EXPECT_TRUE(file->problems.list().empty()) << problem_lines(*file);
  EXPECT_EQ(file->tensors[1].payload, ir::Payload::kComplete);
  ASSERT_EQ(file->tensors[1].bytes.size(), 80'000'000U);
  EXPECT_EQ(file->tensors[1].bytes.back(), std::byte{0});
}

TEST(Npz, MembersTooLargeForTheArchiveAreNamedNotUnpacked) {
  std::string packed = test::file_content(made_by_numpy() / "packed.npz");
  const size_t entry = packed.rfind("PK\x01\x02");
  ASSERT_NE(entry, std::string::npos);
  constexpr size_t kSize = 24;
  packed.replace(entry + kSize, 4, std::string("\xF0\xFF\xFF\x7F", 4));  // 2 GiB
  const auto file = tensorfile::read_npz(in_memory(packed));
  ASSERT_EQ(file->tensors.size(), 2U) << problem_lines(*file);
  EXPECT_EQ(values(file->tensors[0]), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(file->tensors[1].shape, Dims{20000000});
  EXPECT_EQ(file->tensors[1].payload, ir::Payload::kElsewhere);
  EXPECT_NE(file->tensors[1].note.find("too large to unpack"), std::string::npos);
  EXPECT_TRUE(has_problem(*file, Severity::kError, Code::kTooLarge));
}

TEST(Npz, CutArchivesGiveWhatIsComplete) {
  const std::string whole = test::file_content(made_by_numpy() / "plain.npz");
  const auto file = tensorfile::read_npz(in_memory(whole.substr(0, 400)));
  ASSERT_GE(file->tensors.size(), 1U);
  EXPECT_EQ(file->tensors[0].name, "weights");
  EXPECT_EQ(values(file->tensors[0]), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(has_problem(*file, Severity::kError, Code::kBadArchive));
}

TEST(Npz, WrittenOnesAreReadByNumpy) {
  const test::ScratchFolder folder;
  const std::vector<float> numbers = {0, 1, 2, 3, 4, 5};
  const ByteView bytes = std::as_bytes(std::span(numbers));
  const Dims shape = {2, 3};
  const auto path = [&](const char* name) { return (folder.path() / name).string(); };
  const auto array = [&](bool fortran) {
    return tensorfile::array_in_memory(tensorfile::npy_header("<f4", shape, fortran), bytes);
  };
  ASSERT_TRUE(tensorfile::write_npy(path("a.npy"), array(true), false));
  EXPECT_FALSE(tensorfile::write_npy(path("a.npy"), array(true), false));
  const std::vector<tensorfile::NpzArray> arrays = {{"c", array(false)}, {"../f", array(true)}};
  ASSERT_TRUE(tensorfile::write_npz(path("s.npz"), arrays, false));
  ASSERT_TRUE(tensorfile::write_npz(path("d.npz"), arrays, true, tensorfile::Packing::kDeflated));
  test::run_python(folder.path(), R"(
import numpy as np
a = np.arange(6, dtype='f4')
assert (np.load('a.npy') == a.reshape((2, 3), order='F')).all()
for name in ['s.npz', 'd.npz']:
    z = np.load(name)
    assert sorted(z.files) == ['.._f', 'c'], z.files
    assert (z['c'] == a.reshape(2, 3)).all() and (z['.._f'] == a.reshape((2, 3), order='F')).all()
)");
  const std::string again = path("again.npz");
  ASSERT_TRUE(tensorfile::write_npz(again, arrays, false));
  EXPECT_EQ(test::file_content(again), test::file_content(path("s.npz")));
}

TEST(Npz, WriterReportsWhatItCannotRead) {
  const test::ScratchFolder folder;
  const std::string path = (folder.path() / "x.npz").string();
  const tensorfile::ArrayData broken{
      tensorfile::npy_header("<f4", Dims{2}), 8,
      [](uint64_t /*offset*/, std::span<std::byte> /*room*/) { return false; }};
  EXPECT_FALSE(tensorfile::write_npz(path, {{"a", broken}}, false));
  EXPECT_FALSE(tensorfile::write_npy(path, broken, false));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace omscope
