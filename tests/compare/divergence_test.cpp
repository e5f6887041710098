// Where a fault comes into a run: injected into each op of the sample network in turn, the first
// divergence names it.

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "omscope/tensor/decode.h"
#include "omscope/tensor/encode.h"

#include "compare/runs.h"
#include "make_samples/dump_builder.h"
#include "make_samples/network_om.h"
#include "make_samples/network_run.h"

namespace omscope {
namespace {

using compare::Options;
using compare::Result;
using compare::Verdict;
using test::lines;
using test::Shape;
using test::TwoRuns;

enum class Form { kBlocked, kFractal, kPlain, kFloat32 };

/// An op of the compiled model and the layer whose output it makes.
struct CompiledOp {
  const char* type;
  const char* name;
  const char* layer;
  Form form = Form::kBlocked;
};
constexpr std::array kOps = {
    CompiledOp{"Conv2D", "stem/Convstem/Relu", "stem/Relu"},
    CompiledOp{"MaxPoolV3", "stem/MaxPool", "stem/MaxPool"},
    CompiledOp{"Conv2D", "block1/a/Convblock1/a/Relu", "block1/a/Relu"},
    CompiledOp{"Conv2D", "block1/b/Convblock1/Addblock1/Relu", "block1/Relu"},
    CompiledOp{"Conv2D", "down/Convdown/Relu", "down/Relu"},
    CompiledOp{"Conv2D", "block2/a/Convblock2/a/Relu", "block2/a/Relu"},
    CompiledOp{"Conv2D", "block2/b/Convblock2/Addblock2/Relu", "block2/Relu"},
    CompiledOp{"ReduceMeanD", "pool/GlobalAveragePool", "pool/GlobalAveragePool"},
    CompiledOp{"MatMulV2", "fc/Gemm", "fc/Gemm", Form::kFractal},
    CompiledOp{"SoftmaxV2", "softmax/Softmax", "softmax/Softmax", Form::kPlain},
    CompiledOp{"Cast", "trans_Cast_9", "softmax/Softmax", Form::kFloat32},
};

using Layer = std::vector<float>;

std::string encoded(const Layer& values, DType dtype) {
  std::vector<std::byte> bytes(*dtype_bytes(dtype, values.size()));
  tensor::encode(dtype, std::span<const float>(values), bytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void round_to_half(Layer& values) {
  std::vector<std::byte> bytes(values.size() * 2);
  tensor::encode(DType::kFloat16, std::span<const float>(values), bytes);
  tensor::decode(DType::kFloat16, bytes, 0, std::span<float>(values));
}

Layer in_blocks(const Layer& values, const Shape& nchw) {
  constexpr int64_t kC0 = 16;
  const int64_t area = nchw[2] * nchw[3];
  Layer out(static_cast<size_t>((nchw[1] + kC0 - 1) / kC0 * kC0 * area));
  for (int64_t c = 0; c < nchw[1]; ++c) {
    for (int64_t i = 0; i < area; ++i) {
      out[static_cast<size_t>((c / kC0 * area + i) * kC0 + c % kC0)] =
          values[static_cast<size_t>(c * area + i)];
    }
  }
  return out;
}

std::string dump_of(const CompiledOp& op, const Layer& values, const Shape& shape) {
  constexpr int64_t kNd = 2;
  constexpr int64_t kNc1hwc0 = 3;
  constexpr int64_t kFractalNz = 29;
  samples::DumpTensor tensor;
  tensor.origin_shape.assign(shape.begin(), shape.end());
  tensor.dtype = op.form == Form::kFloat32 ? 1 : 2;
  tensor.format = kNd;
  tensor.shape = tensor.origin_shape;
  Layer stored = values;
  if (op.form == Form::kBlocked) {
    tensor.format = kNc1hwc0;
    tensor.shape = {1, static_cast<uint64_t>((shape[1] + 15) / 16), static_cast<uint64_t>(shape[2]),
                    static_cast<uint64_t>(shape[3]), 16};
    stored = in_blocks(values, shape);
  } else if (op.form == Form::kFractal) {
    tensor.format = kFractalNz;
    tensor.shape = {1, 1, 16, 16};
    stored.resize(256);  // one row in the only block
  }
  tensor.payload = encoded(stored, op.form == Form::kFloat32 ? DType::kFloat32 : DType::kFloat16);
  return samples::DumpBuilder(op.name).output(tensor).build();
}

std::string file_part(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

using Fault = std::function<void(Layer&)>;

const samples::Network& network() {
  static const samples::Network kNetwork = samples::make_network();
  return kNetwork;
}

/// A run on the device in float16, with a fault behind one layer, dumped as the compiled model has
/// its tensors; and every layer of the network as a framework computes it.
class FaultyRun {
 public:
  explicit FaultyRun(const std::string& layer = "", const Fault& fault = {}) {
    const auto run = samples::run_network(network(), [&](const std::string& name, Layer& values) {
      round_to_half(values);
      if (name == layer) fault(values);
    });
    int task = 3;
    for (const CompiledOp& op : kOps) {
      const std::string name =
          fmt::format("20240229120000/0/tiny_resnet_b/1/0/{}.{}.{}.2.{}", op.type,
                      file_part(op.name), task, 1709208000000000 + task);
      runs_.run(name, dump_of(op, run.at(op.layer), network().shape_of(op.layer)));
      ++task;
    }
    for (const auto& [name, values] : samples::run_network(network())) {
      runs_.golden(file_part(name) + ".0.1709208000000000.npy",
                   test::npy_file({values.begin(), values.end()}, network().shape_of(name)));
    }
    options_.model =
        runs_.write("net.om", samples::network_as_om(network(), samples::newer_build()));
  }

  Result compare() const { return runs_.compare(options_); }
  Result swapped() const {
    Options options = options_;
    options.run = runs_.path("golden");
    options.golden = runs_.path("run");
    return runs_.compare(options);
  }

 private:
  TwoRuns runs_;
  Options options_;
};

TEST(WhereItStarts, AGoodRunHasNoDivergence) {
  const Result result = FaultyRun().compare();
  EXPECT_EQ(result.verdict, Verdict::kPass) << lines(result);
  EXPECT_FALSE(result.first_divergence) << lines(result);
  EXPECT_FALSE(result.incomplete) << "layers inside of fused ops have no partner by design";
  EXPECT_EQ(result.pairs.size(), kOps.size()) << lines(result);
  for (const compare::Pair& pair : result.pairs) EXPECT_EQ(pair.paired_by, "provenance") << pair.op;
}

struct NamedFault {
  const char* name;
  Fault apply;
};
const std::vector<NamedFault>& faults() {
  static const std::vector<NamedFault> kFaults = {
      {"scaled",
       [](Layer& values) {
         for (float& value : values) value = value * 0.5F + 0.125F;
       }},
      {"half of it zero",
       [](Layer& values) {
         std::fill(values.begin(), values.begin() + std::ptrdiff_t(values.size() / 2), 0.0F);
       }},
      {"one NaN",
       [](Layer& values) { values[values.size() / 3] = std::numeric_limits<float>::quiet_NaN(); }},
      {"rolled",
       [](Layer& values) { std::rotate(values.begin(), values.begin() + 1, values.end()); }},
  };
  return kFaults;
}

class EachOp : public testing::TestWithParam<CompiledOp> {};

TEST_P(EachOp, AFaultInItIsFoundThere) {
  const CompiledOp& op = GetParam();
  if (op.form == Form::kFloat32) return;  // the Cast only repeats what Softmax made
  for (const NamedFault& fault : faults()) {
    const Result result = FaultyRun(op.layer, fault.apply).compare();
    EXPECT_EQ(result.verdict, Verdict::kFail) << fault.name << '\n' << lines(result);
    ASSERT_TRUE(result.first_divergence) << fault.name << '\n' << lines(result);
    EXPECT_EQ(result.first_divergence->op, op.name) << fault.name << '\n' << lines(result);
    EXPECT_EQ(result.first_divergence->op_type, op.type);
    const auto& path = result.first_divergence->path;
    ASSERT_FALSE(path.empty());
    EXPECT_EQ(path.front(), op.name);
    // What follows may make more of the error, but not many ops do.
    const auto end =
        result.ranking.begin() + std::min<std::ptrdiff_t>(3, std::ssize(result.ranking));
    EXPECT_TRUE(std::any_of(result.ranking.begin(), end, [&](const auto& each) {
      return each.op == op.name;
    })) << fault.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Network, EachOp, testing::ValuesIn(kOps), [](const auto& each) {
  std::string name = each.param.name;
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
});

TEST(WhereItStarts, ThePathLeadsToTheOutput) {
  const Result result = FaultyRun("down/Relu", faults()[0].apply).compare();
  ASSERT_TRUE(result.first_divergence);
  EXPECT_EQ(result.first_divergence->path.back(), "softmax/Softmax");
  EXPECT_GT(result.first_divergence->path.size(), 3U);
  EXPECT_LT(result.first_divergence->input_error.value_or(1), 0.01);
  EXPECT_GT(result.first_divergence->output_error.value_or(0), 0.1);
}

// RUN and GOLDEN the wrong way round: the model's ops are golden's, and few names fit.
TEST(WhereItStarts, SidesTheWrongWayRoundAreNoPlainPass) {
  const Result result = FaultyRun().swapped();
  EXPECT_TRUE(result.incomplete) << lines(result);
  EXPECT_NE(result.advice.find("wrong way round"), std::string::npos) << result.advice;
}

TEST(WhereItStarts, GoldenLayersInsideOfAFusedOpSaySo) {
  const Result result = FaultyRun().compare();
  const auto found = std::find_if(result.unpaired_golden.begin(), result.unpaired_golden.end(),
                                  [](const auto& each) { return each.op == "block1_Add"; });
  ASSERT_NE(found, result.unpaired_golden.end()) << lines(result);
  EXPECT_NE(found->reason.find("was fused into block1/b/Conv"), std::string::npos) << found->reason;
}

}  // namespace
}  // namespace omscope
