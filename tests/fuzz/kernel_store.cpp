// Partitions of binaries, in each of their three record layouts.

#include "omscope/formats/om/kernel_store.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {

void kernel_store(std::string_view input) {
  const auto file = as_file(input);
  auto model = std::make_unique<ir::Model>(file, Kind::kOm);
  ir::Partition partition;
  partition.type_name = "STORE";
  partition.size = file->size();
  partition.bytes = file->bytes();
  om::read_kernel_store(*model, partition, om::kKernelMagic);
  om::read_kernel_store(*model, partition, om::kCustomOpMagic);
  om::read_so_bins(*model, partition);
  om::note_compiler_date(*model);
  look_at(std::move(model));
}

}  // namespace omscope::fuzz
