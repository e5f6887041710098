// PyTorch's files. The pickles are made by Python's own pickle module with stand-ins for torch's
// names, which gives the opcodes that torch.save writes.

#include "omscope/formats/tensorfile/pt.h"

#include <memory>

#include <gtest/gtest.h>

#include "support/files.h"
#include "support/python.h"
#include "support/tensor_files.h"

namespace omscope {
namespace {

using test::has_problem;
using test::open_file;
using test::problem_lines;
using test::values;
using Dims = std::vector<int64_t>;

constexpr const char* kScript = R"(
import collections, io, pickle, sys, types, zipfile
import numpy as np

def module(name):
    m = types.ModuleType(name); sys.modules[name] = m; return m
torch = module('torch'); utils = module('torch._utils')
def function(name):
    def f(*a): pass
    f.__name__ = f.__qualname__ = name; f.__module__ = 'torch._utils'; setattr(utils, name, f); return f
v2 = function('_rebuild_tensor_v2'); v3 = function('_rebuild_tensor_v3'); par = function('_rebuild_parameter')
def storage_class(name):
    c = type(name, (), {}); c.__module__ = 'torch'; setattr(torch, name, c); return c

class Storage:
    def __init__(self, kind, key, data, count): self.kind, self.key, self.data, self.count = kind, key, data, count
class Call:
    def __init__(self, f, *args): self.f, self.args = f, args
    def __reduce__(self): return (self.f, self.args)
class Pickler(pickle._Pickler):
    def persistent_id(self, o):
        if isinstance(o, Storage): return ('storage', o.kind, o.key, 'cpu', o.count)

kinds = {n: storage_class(n) for n in ['FloatStorage', 'HalfStorage', 'BFloat16Storage', 'LongStorage', 'BoolStorage', 'ComplexFloatStorage', 'UntypedStorage']}
def storage(kind, key, array): return Storage(kinds[kind], key, array.tobytes(), array.size)
def tensor(s, offset, size, stride): return Call(v2, s, offset, size, stride, False, collections.OrderedDict())
def save(path, value, storages, byteorder=None, compression=zipfile.ZIP_STORED):
    b = io.BytesIO(); p = Pickler(b, 2); p.dump(value)
    with zipfile.ZipFile(path, 'w', compression) as z:
        z.writestr('archive/data.pkl', b.getvalue())
        if byteorder: z.writestr('archive/byteorder', byteorder)
        for s in storages: z.writestr('archive/data/' + s.key, s.data)
        z.writestr('archive/version', '3\n')

a = np.arange(6, dtype='f4')
f = storage('FloatStorage', '0', a)
save('one.pt', tensor(f, 0, (2, 3), (3, 1)), [f])
save('deflated.pt', tensor(f, 0, (2, 3), (3, 1)), [f], compression=zipfile.ZIP_DEFLATED)
save('views.pt', {'t': tensor(f, 0, (3, 2), (1, 3)), 'every_second': tensor(f, 1, (2,), (2,)), 'wide': tensor(f, 2, (2, 2), (0, 1))}, [f])
save('expanded.pt', tensor(f, 0, (100000, 100000), (0, 0)), [f])
bf = Storage(kinds['BFloat16Storage'], '1', (np.array([1, -2], 'f4').view('u4') >> 16).astype('u2').tobytes(), 2)
h = storage('HalfStorage', '2', np.array([0.5, 3], 'f2')); l = storage('LongStorage', '3', np.array([7], 'i8'))
d = collections.OrderedDict()
d['layer.weight'] = Call(par, tensor(bf, 0, (2,), (1,)), True, collections.OrderedDict())
d['layer.bias'] = tensor(h, 0, (2,), (1,)); d['steps'] = tensor(l, 0, (), ())
save('state.pt', {'model': d, 'epoch': 3, 'lr': 0.1, 'name': 'x', 'list': [tensor(f, 0, (6,), (1,)), None]}, [bf, h, l, f])
torch.float8_e4m3fn = None
class Dtype:
    def __reduce__(self): return 'float8_e4m3fn'
Dtype.__module__ = 'torch'
dt = Dtype(); torch.float8_e4m3fn = dt
u = storage('UntypedStorage', '0', np.array([0x38, 0xb8], 'u1'))
save('v3.pt', Call(v3, u, 0, (2,), (1,), False, collections.OrderedDict(), dt, {}), [u])
be = Storage(kinds['FloatStorage'], '0', a.astype('>f4').tobytes(), 6)
save('big.pt', tensor(be, 0, (6,), (1,)), [be], byteorder='big')
save('short.pt', tensor(f, 4, (4,), (1,)), [f])
class Evil:
    def __reduce__(self):
        import os
        return (os.system, ('touch ran',))
save('evil.pt', {'ok': tensor(f, 0, (6,), (1,)), 'bad': Evil()}, [f])
)";

const std::filesystem::path& made() {
  static const std::unique_ptr<test::ScratchFolder> folder = [] {
    auto made = std::make_unique<test::ScratchFolder>();
    test::run_python(made->path(), kScript);
    return made;
  }();
  return folder->path();
}

std::unique_ptr<ir::TensorFile> read_made(const std::string& name) {
  const auto file = open_file(made() / (name + ".pt"));
  EXPECT_TRUE(tensorfile::looks_like_pt(file->bytes()));
  return tensorfile::read_pt(file);
}

TEST(Pt, OneTensor) {
  const auto file = read_made("one");
  ASSERT_EQ(file->tensors.size(), 1U) << problem_lines(*file);
  const ir::StoredTensor& tensor = file->tensors[0];
  EXPECT_EQ(tensor.name, "output:0");
  EXPECT_EQ(tensor.shape, (Dims{2, 3}));
  EXPECT_EQ(values(tensor), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(file->file->offset_of(tensor.bytes.data()), tensor.offset);
  EXPECT_EQ(file->version, "3");
  EXPECT_TRUE(file->problems.list().empty()) << problem_lines(*file);
  EXPECT_EQ(file->account.accounted, file->file->size());
}

TEST(Pt, DeflatedAndBigEndian) {
  EXPECT_EQ(values(read_made("deflated")->tensors.at(0)), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(values(read_made("big")->tensors.at(0)), (std::vector<double>{0, 1, 2, 3, 4, 5}));
}

TEST(Pt, StridesAreHonoured) {
  const auto file = read_made("views");
  const ir::StoredTensor* t = test::find_tensor(*file, "t");
  ASSERT_NE(t, nullptr) << problem_lines(*file);
  EXPECT_TRUE(t->fortran_order);
  EXPECT_EQ(values(*t), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(values(*test::find_tensor(*file, "every_second")), (std::vector<double>{1, 3}));
  EXPECT_EQ(values(*test::find_tensor(*file, "wide")), (std::vector<double>{2, 3, 2, 3}));
}

TEST(Pt, ExpandedTensorsDoNotFillTheMemory) {
  const auto file = read_made("expanded");
  ASSERT_EQ(file->tensors.size(), 1U);
  EXPECT_EQ(file->tensors[0].payload, ir::Payload::kElsewhere);
  EXPECT_TRUE(has_problem(*file, Severity::kError, Code::kTooLarge));
}

TEST(Pt, StateDictsAndNarrowTypes) {
  const auto file = read_made("state");
  ASSERT_EQ(file->tensors.size(), 4U) << problem_lines(*file);
  const ir::StoredTensor* weight = test::find_tensor(*file, "model.layer.weight");
  ASSERT_NE(weight, nullptr);
  EXPECT_EQ(weight->dtype, DType::kBFloat16);
  EXPECT_EQ(values(*weight), (std::vector<double>{1, -2}));
  EXPECT_EQ(values(*test::find_tensor(*file, "model.layer.bias")), (std::vector<double>{0.5, 3}));
  EXPECT_EQ(values(*test::find_tensor(*file, "model.steps")), std::vector<double>{7});
  EXPECT_NE(test::find_tensor(*file, "list.0"), nullptr);
}

TEST(Pt, UntypedStoragesTakeTheDtypeThatIsNamed) {
  const auto file = read_made("v3");
  ASSERT_EQ(file->tensors.size(), 1U) << problem_lines(*file);
  EXPECT_EQ(file->tensors[0].dtype, DType::kFloat8E4M3FN);
  EXPECT_EQ(values(file->tensors[0]), (std::vector<double>{1, -1}));
}

TEST(Pt, StoragesThatAreTooShort) {
  const auto file = read_made("short");
  ASSERT_EQ(file->tensors.size(), 1U);
  EXPECT_EQ(file->tensors[0].payload, ir::Payload::kCut);
  EXPECT_EQ(values(file->tensors[0]), (std::vector<double>{4, 5}));
}

TEST(Pt, NothingOfAPickleIsRun) {
  const auto file = read_made("evil");
  EXPECT_TRUE(file->tensors.empty());
  EXPECT_TRUE(has_problem(*file, Severity::kError, Code::kUnknownKind));
  EXPECT_NE(problem_lines(*file).find("system"), std::string::npos) << problem_lines(*file);
  EXPECT_FALSE(std::filesystem::exists(made() / "ran"));
}

TEST(Pt, OldFilesAreNamed) {
  const std::string old = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
  EXPECT_TRUE(tensorfile::looks_like_pt(as_bytes(old)));
  EXPECT_NE(problem_lines(*tensorfile::read_pt(test::in_memory(old))).find("before 1.6"),
            std::string::npos);
}

}  // namespace
}  // namespace omscope
