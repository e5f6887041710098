#include "omscope/compare/pairing_index.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/compare/names.h"
#include "omscope/compare/pairing_candidates.h"

namespace omscope::compare {
namespace {

constexpr std::array<const char*, 5> kWords = {"step", "rank", "device", "model", "model id"};

std::string text_of(const std::optional<int64_t>& number) {
  return number ? fmt::format("{}", *number) : "";
}

std::string key_of(const std::string& op, const std::string& slot) {
  return op + '\n' + slot;
}

}  // namespace

std::string LikeWithLike::value(const Tensor& tensor, size_t attribute) {
  const ir::RunPlace& place = tensor.place;
  switch (attribute) {
    case 0: return text_of(place.step);
    case 1: return text_of(place.rank);
    case 2: return text_of(place.device);
    case 3: return place.model;
    default: return text_of(place.model_id);
  }
}

LikeWithLike::LikeWithLike(const Side& run, const Side& golden) {
  for (size_t attribute = 0; attribute < kAttributes; ++attribute) {
    for (const Side* side : {&run, &golden}) {
      std::set<std::string> values;
      for (const Tensor& tensor : side->tensors) {
        if (!tensor.set_aside.empty()) continue;
        std::string text = value(tensor, attribute);
        if (!text.empty()) values.insert(std::move(text));
      }
      if (values.size() > 1) matters_[attribute] = true;
    }
  }
}

bool LikeWithLike::alike(const Tensor& run, const Tensor& golden) const {
  for (size_t attribute = 0; attribute < kAttributes; ++attribute) {
    if (!matters_[attribute]) continue;
    const std::string a = value(run, attribute);
    const std::string b = value(golden, attribute);
    if (!a.empty() && !b.empty() && a != b) return false;
  }
  return true;
}

std::string LikeWithLike::key(const Tensor& tensor) const {
  std::string out;
  for (size_t attribute = 0; attribute < kAttributes; ++attribute) {
    out += value(tensor, attribute);
    out += '\n';
  }
  return out;
}

std::string LikeWithLike::label(const Tensor& tensor) const {
  std::string out;
  for (size_t attribute = 0; attribute < kAttributes; ++attribute) {
    const std::string text = matters_[attribute] ? value(tensor, attribute) : "";
    if (text.empty()) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", kWords.at(attribute), text);
  }
  return out;
}

void GoldenIndex::add(uint32_t tensor, const std::string& op, const std::string& slot) {
  const auto put = [&](Names& names, const std::string& name) {
    std::vector<uint32_t>& list = names[key_of(name, slot)];
    if (list.empty() || list.back() != tensor) list.push_back(tensor);
  };
  put(exact_, op);
  put(file_, sanitised(op));
  put(normalised_, normalised(op));
}

GoldenIndex::GoldenIndex(const Side& golden, const PairingGuide& guide) {
  const PairingGuide names{nullptr, guide.onnx, {}};
  for (uint32_t i = 0; i < golden.tensors.size(); ++i) {
    const Tensor& tensor = golden.tensors[i];
    if (!tensor.set_aside.empty()) continue;
    for (const Candidate& each : candidates_of(tensor, names).list) add(i, each.op, each.slot);
  }
}

std::vector<uint32_t> GoldenIndex::find(const std::string& op, const std::string& slot,
                                        Closeness closeness) const {
  const Names& names = closeness == Closeness::kExact      ? exact_
                       : closeness == Closeness::kFileName ? file_
                                                           : normalised_;
  const std::string name = closeness == Closeness::kExact      ? op
                           : closeness == Closeness::kFileName ? sanitised(op)
                                                               : normalised(op);
  const auto found = names.find(key_of(name, slot));
  return found == names.end() ? std::vector<uint32_t>{} : found->second;
}

}  // namespace omscope::compare
