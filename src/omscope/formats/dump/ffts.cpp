#include "omscope/formats/dump/ffts.h"

#include <algorithm>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "omscope/core/json.h"
#include "omscope/core/scratch_room.h"
#include "omscope/formats/dump/fit_shape.h"

namespace omscope::dump {
namespace {

/// JSON costs many times its size in memory; real attributes are some KB.
constexpr size_t kMostJson = size_t{1} << 20U;
/// What one op's tensor may be: no device has more memory.
constexpr uint64_t kMostBytes = uint64_t{1} << 40U;

struct Range {
  int64_t lower = 0;
  int64_t higher = 0;
};
using Box = std::vector<Range>;

Json slices_of(const ir::TensorFile& dump) {
  if (dump.attrs.empty() || dump.attrs[0].second.size() > kMostJson) return Json();
  Json json = Json::parse(dump.attrs[0].second, nullptr, false);
  const bool sound = json.is_object() && json.contains("slice_instance_num") &&
                     json["slice_instance_num"].is_number_integer();
  return sound ? json : Json();
}

/// [thread][tensor] of one list, or nothing.
std::optional<Box> box_at(const Json& slices, const char* list, size_t thread, size_t tensor) {
  if (!slices.contains(list)) return std::nullopt;
  const Json& threads = slices[list];
  if (!threads.is_array() || thread >= threads.size()) return std::nullopt;
  const Json& tensors = threads[thread];
  if (!tensors.is_array() || tensor >= tensors.size() || !tensors[tensor].is_array()) {
    return std::nullopt;
  }
  Box box;
  for (const Json& dim : tensors[tensor]) {
    if (!dim.is_object() || !dim.contains("lower") || !dim.contains("higher")) return std::nullopt;
    if (!dim["lower"].is_number_integer() || !dim["higher"].is_number_integer()) {
      return std::nullopt;
    }
    const Range range{dim["lower"].get<int64_t>(), dim["higher"].get<int64_t>()};
    if (range.lower < 0 || range.higher < range.lower) return std::nullopt;
    box.push_back(range);
  }
  return box;
}

const ir::StoredTensor* find(const ir::TensorFile& dump, const std::string& name) {
  for (const ir::StoredTensor& tensor : dump.tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

struct Slice {
  const ir::StoredTensor* tensor;
  Box box;
};

class Joiner {
 public:
  Joiner(std::span<const ir::TensorFile* const> threads, ir::TensorFile& out) : out_(out) {
    for (size_t i = 0; i < threads.size(); ++i) {
      const auto id = threads[i]->place.thread_id;
      const size_t thread = id && *id >= 0 ? static_cast<size_t>(*id) : i;
      if (!threads_.emplace(thread, threads[i]).second) {
        out_.problems.error(Code::kBadValue, std::nullopt, "threads",
                            fmt::format("thread {} is there twice; the first is taken", thread));
      }
    }
    slices_ = slices_of(*threads[0]);
  }

  void join() {
    if (slices_.is_null()) {
      out_.problems.error(Code::kBadJson, std::nullopt, "attribute 0",
                          "does not describe the slices of threads");
      return;
    }
    const auto wanted = slices_["slice_instance_num"].get<int64_t>();
    if (wanted < 0 || static_cast<uint64_t>(wanted) != threads_.size()) {
      out_.problems.error(Code::kBadCount, std::nullopt, "threads",
                          fmt::format("{} of {} threads are there; add the dumps of the others",
                                      threads_.size(), wanted));
      return;
    }
    for (const ir::StoredTensor& tensor : threads_.begin()->second->tensors) join(tensor);
  }

 private:
  void fail(const std::string& name, std::string why) {
    out_.problems.error(Code::kBadValue, std::nullopt, name, std::move(why));
  }

  void join(const ir::StoredTensor& first) {
    const bool is_input = first.name.starts_with("input:");
    if (!is_input && !first.name.starts_with("output:")) return;
    const char* list = is_input ? "input_tensor_slice" : "output_tensor_slice";
    const auto index = std::strtoul(first.name.c_str() + first.name.find(':') + 1, nullptr, 10);
    std::vector<Slice> slices;
    for (const auto& [thread, dump] : threads_) {
      const ir::StoredTensor* tensor = find(*dump, first.name);
      const auto box = box_at(slices_, list, thread, index);
      if (tensor == nullptr || !box) {
        return fail(first.name, fmt::format("thread {} has no slice of it", thread));
      }
      slices.push_back({tensor, *box});
    }
    put_together(first, slices);
  }

  /// Empty where the slices do not fit their tensors or each other.
  std::string misfit(const ir::StoredTensor& first, const std::vector<Slice>& slices) const {
    for (const Slice& slice : slices) {
      const ir::StoredTensor& tensor = *slice.tensor;
      if (tensor.dtype != first.dtype || tensor.payload != ir::Payload::kComplete ||
          !tensor.has_shape || tensor.shape.size() != slice.box.size()) {
        return "a thread's tensor is not complete, or of another type or rank than its slice";
      }
      for (size_t dim = 0; dim < slice.box.size(); ++dim) {
        if (slice.box[dim].higher - slice.box[dim].lower != tensor.shape[dim]) {
          return "a thread's tensor has another shape than its slice";
        }
      }
    }
    return {};
  }

  void put_together(const ir::StoredTensor& first, const std::vector<Slice>& slices) {
    if (std::string why = misfit(first, slices); !why.empty()) return fail(first.name, why);
    std::optional<size_t> axis;
    for (size_t dim = 0; dim < first.shape.size(); ++dim) {
      const Range& range = slices[0].box[dim];
      const bool same = std::all_of(slices.begin(), slices.end(), [&](const Slice& slice) {
        return slice.box[dim].lower == range.lower && slice.box[dim].higher == range.higher;
      });
      if (same) continue;
      if (axis) return fail(first.name, "is cut along two axes, which no compiler does");
      axis = dim;
    }
    ir::StoredTensor whole = first;
    add_note(whole, fmt::format("{} threads", slices.size()));
    if (!axis) {
      add_note(whole, "not cut");
      out_.tensors.push_back(std::move(whole));
      return;
    }
    concatenate(std::move(whole), slices, *axis);
  }

  /// Slices may overlap (halos of convolutions), but must leave no gap.
  void concatenate(ir::StoredTensor whole, std::vector<Slice> slices, size_t axis) {
    std::stable_sort(slices.begin(), slices.end(), [&](const Slice& a, const Slice& b) {
      return a.box[axis].lower < b.box[axis].lower;
    });
    int64_t covered = 0;
    for (const Slice& slice : slices) {
      if (slice.box[axis].lower > covered) {
        return fail(whole.name, "its slices leave a gap between them");
      }
      covered = std::max(covered, slice.box[axis].higher);
    }
    whole.shape[axis] = covered;
    const auto count = ir::element_count(whole.shape);
    const auto size = count ? dtype_bytes(whole.dtype, *count) : std::nullopt;
    if (!size || dtype_info(whole.dtype).bits % 8 != 0 || *size > kMostBytes ||
        !fits(slices, *size)) {
      return fail(whole.name, "its slices do not add up to a whole tensor");
    }
    auto room = make_scratch_room(*size);
    if (!room) return out_.problems.add(room.error());
    for (const Slice& slice : slices) copy(slice, whole, axis, room->bytes);
    whole.size = *size;
    whole.offset = 0;
    whole.bytes = room->bytes;
    add_note(whole, fmt::format("put together along axis {}", axis));
    out_.owners.push_back(std::move(room->owner));
    out_.tensors.push_back(std::move(whole));
  }

  /// No larger than its slices together, so that no attribute makes memory out of nothing.
  static bool fits(const std::vector<Slice>& slices, uint64_t size) {
    uint64_t sum = 0;
    for (const Slice& slice : slices) sum += slice.tensor->bytes.size();
    return size <= sum;
  }

  static void copy(const Slice& slice, const ir::StoredTensor& whole, size_t axis,
                   std::span<std::byte> out) {
    const std::span<const int64_t> shape(whole.shape);
    const uint64_t inner =
        ir::element_count(shape.subspan(axis + 1)).value_or(0) * (dtype_info(whole.dtype).bits / 8);
    const uint64_t outer = ir::element_count(shape.first(axis)).value_or(0);
    const uint64_t part = static_cast<uint64_t>(slice.tensor->shape[axis]) * inner;
    const uint64_t row = static_cast<uint64_t>(whole.shape[axis]) * inner;
    const uint64_t start = static_cast<uint64_t>(slice.box[axis].lower) * inner;
    for (uint64_t i = 0; i < outer; ++i) {
      std::memcpy(out.data() + i * row + start, slice.tensor->bytes.data() + i * part, part);
    }
  }

  ir::TensorFile& out_;
  std::map<size_t, const ir::TensorFile*> threads_;
  Json slices_;
};

}  // namespace

bool is_thread_slice(const ir::TensorFile& dump) {
  return !slices_of(dump).is_null();
}

std::unique_ptr<ir::TensorFile> join_threads(std::span<const ir::TensorFile* const> threads) {
  const ir::TensorFile& first = *threads[0];
  auto out = std::make_unique<ir::TensorFile>(first.file, first.kind);
  out->version = first.version;
  out->place = first.place;
  out->place.thread_id.reset();
  out->attrs = first.attrs;
  for (const ir::TensorFile* thread : threads) {
    out->owners.emplace_back(thread->file);
    out->owners.insert(out->owners.end(), thread->owners.begin(), thread->owners.end());
  }
  Joiner(threads, *out).join();
  return out;
}

}  // namespace omscope::dump
