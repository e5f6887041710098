#include "damage/damage_checks.h"

#include <algorithm>
#include <iostream>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "omscope/core/sha256.h"

#include "damage/mutations.h"
#include "damage/reading.h"
#include "support/files.h"
#include "support/sanitized.h"

namespace omscope::test {
namespace {

std::vector<uint64_t> edges(const ir::Model& model) {
  std::vector<uint64_t> found;
  for (const ByteMap::Range& range : model.byte_map.ranges()) {
    found.push_back(range.offset);
    found.push_back(range.offset + range.size);
  }
  constexpr size_t kMost = 100;
  if (found.size() > kMost) found.resize(kMost);
  return found;
}

/// Header and tables, and the model's description.
std::vector<Span> vital_parts(const ir::Model& model) {
  constexpr uint64_t kHead = 512;
  std::vector<Span> parts = {{0, kHead}};
  for (const ir::Partition& partition : model.container.partitions) {
    constexpr uint64_t kMostOfOne = uint64_t{1} << 16;
    parts.push_back({partition.offset, std::min(partition.size, kMostOfOne)});
  }
  if (const auto at = model.offset_of(model.model_def); at && !model.model_def.empty()) {
    parts.push_back({*at, model.model_def.size()});
    parts.push_back({*at, model.model_def.size()});
  }
  return parts;
}

/// Where header and tables end.
uint64_t head_size(const ir::Model& model, uint64_t size) {
  uint64_t first = 512;
  for (const ir::Partition& partition : model.container.partitions) {
    if (partition.size > 0) first = std::max<uint64_t>(first, partition.offset);
    break;
  }
  return std::min(first, size);
}

std::string describe_graphs(const ir::Model& model) {
  std::string text;
  for (const ir::Graph& graph : model.graphs) {
    text += graph.name;
    for (const ir::Op& op : graph.ops) {
      text += fmt::format(" {}:{}:{}", op.name, op.type, op.attrs.size());
    }
  }
  return text;
}

std::string describe_kernels(const ir::Model& model, std::string_view store) {
  std::string text;
  for (const ir::Kernel& kernel : model.kernels) {
    if (kernel.store == store) text += fmt::format(" {}:{}", kernel.name, kernel.binary.size());
  }
  return text;
}

std::string describe_tasks(const ir::Model& model) {
  std::string text;
  for (const ir::Task& task : model.tasks) text += fmt::format(" {}:{}", task.type, task.stream_id);
  return text;
}

std::string describe_weights(const ir::Model& model) {
  std::string text;
  for (const ir::Weight& weight : model.weights) {
    text += fmt::format(" {}:{}", weight.op, sha256_hex(weight.tensor->bytes));
  }
  return text;
}

/// What a partition of the first table is for, and what it gives.
std::string describe_part(const ir::Model& model, std::string_view type) {
  if (type == "MODEL_DEF") return describe_graphs(model);
  if (type == "WEIGHTS_DATA") return describe_weights(model);
  if (type == "TASK_INFO") return describe_tasks(model);
  return describe_kernels(model, type);
}

/// Weights are found through the model's description.
bool depends_on(std::string_view type, std::string_view damaged) {
  return type == damaged || (type == "WEIGHTS_DATA" && damaged == "MODEL_DEF");
}

/// Reading is tried every time. Reports on a big file take longer than reading it, so they are
/// written of every eighth damaged copy only.
Reading read_damaged(std::string_view content, uint64_t number) {
  constexpr size_t kBig = size_t{1} << 18;
  constexpr uint64_t kEvery = 8;
  const bool reports = content.size() < kBig || number % kEvery == 0 || long_tests();
  return read_everything(content, reports ? Reports::kAll : Reports::kNone);
}

}  // namespace

void survives_cuts(const std::string& content) {
  const uint64_t most_cuts = kSanitized && !long_tests() ? 60 : 500;
  const uint64_t small = kSanitized && !long_tests() ? 512 : 8192;
  const auto sound = read(content);
  const uint64_t most = content.size() <= small ? content.size() : most_cuts;
  uint64_t number = 0;
  for (const uint64_t length : cut_lengths(content.size(), edges(*sound.model), most)) {
    SCOPED_TRACE(fmt::format("cut to {} of {} bytes", length, content.size()));
    const Reading reading = read_damaged(std::string_view(content).substr(0, length), number++);
    expect_bounded(reading, length);
    if (testing::Test::HasFailure()) return;
  }
}

void survives_flips(const std::string& content) {
  const auto sound = read(content);
  std::string copy = content;
  // Sanitizers look at some flips of a big file; the plain build at all.
  const uint64_t every = content.size() > (1U << 20) ? 16 : content.size() > (1U << 16) ? 8 : 1;
  const uint64_t step = kSanitized && !long_tests() ? every : 1;
  for (uint64_t at = 0; at < head_size(*sound.model, content.size()); at += step) {
    SCOPED_TRACE(fmt::format("byte {:#x} flipped", at));
    copy[at] = static_cast<char>(~copy[at]);
    expect_bounded(read_damaged(copy, at), copy.size());
    copy[at] = content[at];
    if (testing::Test::HasFailure()) return;
  }
}

void survives_mutations(const std::string& name, const std::string& content) {
  const auto sound = read(content);
  const std::vector<Span> vital = vital_parts(*sound.model);
  std::mt19937_64 random(content.size());
  const int count = long_tests() ? 2000 : kSanitized ? 40 : 200;
  int with_ops = 0;
  for (int i = 0; i < count; ++i) {
    SCOPED_TRACE(fmt::format("mutant {}", i));
    const std::string mutant = mutated(content, vital, random);
    const Reading reading = read_damaged(mutant, static_cast<uint64_t>(i));
    expect_bounded(reading, mutant.size());
    with_ops += reading.ops > 0 ? 1 : 0;
    if (testing::Test::HasFailure()) return;
  }
  std::cout << fmt::format("mutants: {} of {} still yield ops: {}\n", with_ops, count, name);
  // A fault near a text's start hides all that follows; tables and partitions are better at it.
  const bool has_ops = read_everything(content).ops > 0;
  EXPECT_GT(with_ops, has_ops ? count / 8 : -1) << "reading should go on behind most faults";
}

void keeps_other_partitions(const std::string& content) {
  const auto sound = read(content);
  std::set<std::string> types;
  for (const ir::Partition& partition : sound.model->container.partitions) {
    types.emplace(partition.type_name);
  }
  for (const ir::Partition& hit : sound.model->container.partitions) {
    if (hit.bytes.empty()) continue;
    std::string copy = content;
    const uint64_t end = hit.offset + std::min<uint64_t>(hit.bytes.size(), 256);
    for (uint64_t at = hit.offset; at < end; ++at) copy[at] = static_cast<char>(~copy[at]);
    const auto damaged = read(copy);
    for (const std::string& type : types) {
      if (depends_on(type, hit.type_name)) continue;
      EXPECT_EQ(describe_part(*damaged.model, type), describe_part(*sound.model, type))
          << type << " after damage to " << hit.type_name;
    }
  }
}

}  // namespace omscope::test
