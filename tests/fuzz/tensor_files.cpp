// Tensor files, the JSON beside them, configurations, and names of dumps.

#include <sstream>

#include "omscope/formats/config/acl_json.h"
#include "omscope/formats/dump/file_name.h"
#include "omscope/formats/dump/folder_index.h"
#include "omscope/formats/tensorfile/baseline_file.h"
#include "omscope/formats/tensorfile/msprobe.h"
#include "omscope/formats/tensorfile/npy.h"
#include "omscope/formats/tensorfile/npz.h"
#include "omscope/formats/tensorfile/pt.h"
#include "omscope/formats/tensorfile/raw.h"
#include "omscope/formats/tensorfile/tensor_pb.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {
namespace {

/// Follows all views, and holds readers to what they promise.
void look_at_tensors(const ir::TensorFile& file) {
  uint64_t sum = 0;
  for (const ir::StoredTensor& tensor : file.tensors) {
    for (const std::byte byte : tensor.bytes) sum += static_cast<uint8_t>(byte);
    require(tensor.payload != ir::Payload::kComplete || tensor.bytes.size() >= tensor.size ||
                tensor.dtype == DType::kString,
            "a complete tensor has all of its bytes");
  }
  require(file.account.accounted + file.account.unknown <= file.file->size() + (sum & 0U),
          "no byte is accounted for twice");
}

}  // namespace

void acl_json(std::string_view input) {
  (void)config::looks_like_acl_json(as_bytes(input));
  look_at_tensors(*config::read_acl_json(as_file(input)));
}

/// What was read whole is written as it was: nothing of a record is lost or guessed.
void baseline(std::string_view input) {
  look_at_tensors(*tensorfile::read_baseline(as_file(input)));
  Problems problems("");
  const tensorfile::BaselineFile read = tensorfile::parse_baseline(*as_file(input), problems);
  std::ostringstream out;
  tensorfile::write_baseline(out, read);
  Problems again("");
  const auto reread = tensorfile::parse_baseline(*as_file(out.str()), again);
  require(again.list().empty() && reread.tensors.size() == read.tensors.size(),
          "a baseline that was written can be read");
  for (const tensorfile::BaselineTensor& tensor : read.tensors) {
    require(tensor.values.size() == dtype_bytes(tensor.dtype, tensor.indices.size()).value_or(0),
            "a sample has a value for each index");
    require(tensor.indices.empty() || tensor.indices.back() < tensor.count,
            "indices lie inside of the tensor");
  }
}

void dump_names(std::string_view input) {
  (void)dump::parse_file_name(input);
  ir::RunPlace place;
  dump::add_folders(input, place);
  (void)dump::parse_mapping(input);
  (void)tensorfile::parse_raw_spec(input);
}

void msprobe(std::string_view input) {
  (void)tensorfile::looks_like_msprobe(as_bytes(input));
  look_at_tensors(*tensorfile::read_msprobe(as_file(input)));
}

void npy(std::string_view input) {
  (void)tensorfile::looks_like_npy(as_bytes(input));
  look_at_tensors(*tensorfile::read_npy(as_file(input)));
}

void npz(std::string_view input) {
  (void)tensorfile::looks_like_npz(as_bytes(input));
  look_at_tensors(*tensorfile::read_npz(as_file(input)));
}

void pt(std::string_view input) {
  (void)tensorfile::looks_like_pt(as_bytes(input));
  look_at_tensors(*tensorfile::read_pt(as_file(input)));
}

void tensor_pb(std::string_view input) {
  (void)tensorfile::looks_like_tensor_pb(as_bytes(input));
  look_at_tensors(*tensorfile::read_tensor_pb(as_file(input)));
}

}  // namespace omscope::fuzz
