#include "omscope/formats/om/kernel_store.h"

#include <algorithm>

#include "omscope/core/text.h"
#include "omscope/formats/kernelmeta/elf_facts.h"

namespace omscope::om {
namespace {

ByteCursor cursor_over(const ir::Model& model, const ir::Partition& partition) {
  return {model.file->path(), partition.bytes, partition.offset};
}

void damaged_store(ir::Model& model, const ir::Partition& partition, const Problem& problem) {
  model.problems.error(Code::kBadKernelStore, problem.offset,
                       std::string(partition.type_name) + ": " + problem.where,
                       problem.message + "; the kernels before it were read");
}

Problem wrong_magic(const ByteCursor& at, uint32_t found) {
  return {Severity::kError,       Code::kBadKernelStore,
          std::string(at.file()), at.offset() - sizeof(uint32_t),
          "record magic",         fmt::format("0x{:08x} starts no record", found)};
}

Result<Done> expect_magic(ByteCursor& at, uint32_t magic) {
  const auto found = at.read<uint32_t>("record magic");
  if (!found) return found.error();
  if (*found != magic) return wrong_magic(at, *found);
  return Done{};
}

Result<ir::Kernel> take_kernel(ByteCursor& at, uint64_t name_size, uint64_t skipped,
                               uint64_t binary_size) {
  ir::Kernel kernel;
  const auto name = at.take(name_size, "record name");
  if (!name) return name.error();
  const auto vendor = at.skip(skipped, "record vendor");
  if (!vendor) return vendor.error();
  kernel.name = as_text(*name);
  kernel.offset = at.offset();
  const auto binary = at.take(binary_size, "record binary");
  if (!binary) return binary.error();
  kernel.binary = *binary;
  return kernel;
}

Result<ir::Kernel> read_record(ByteCursor& at, uint32_t magic) {
  const auto start = expect_magic(at, magic);
  if (!start) return start.error();
  const auto name_size = at.read<uint32_t>("record name length");
  if (!name_size) return name_size.error();
  const auto binary_size = at.read<uint32_t>("record binary length");
  if (!binary_size) return binary_size.error();
  return take_kernel(at, *name_size, 0, *binary_size);
}

Result<ir::Kernel> read_so_record(ByteCursor& at) {
  const auto start = expect_magic(at, kKernelMagic);
  if (!start) return start.error();
  const auto name_size = at.read<uint16_t>("record name length");
  if (!name_size) return name_size.error();
  const auto type = at.read<uint16_t>("record type");
  if (!type) return type.error();
  const auto vendor_size = at.read<uint32_t>("record vendor length");
  if (!vendor_size) return vendor_size.error();
  const auto binary_size = at.read<uint32_t>("record binary length");
  if (!binary_size) return binary_size.error();
  return take_kernel(at, *name_size, *vendor_size, *binary_size);
}

void add_from(ir::Model& model, const ir::Partition& partition, ir::Kernel kernel) {
  kernel.store = partition.type_name;
  kernel.table = partition.table;
  add_kernel(model, std::move(kernel));
}

}  // namespace

void add_kernel(ir::Model& model, ir::Kernel kernel) {
  if (auto facts = kernelmeta::read_elf(kernel.binary)) {
    kernel.machine = facts->machine;
    kernel.symbols = std::move(facts->symbols);
    kernel.compiler = std::move(facts->compiler);
  } else if (!kernel.binary.empty()) {
    model.problems.info(Code::kBadElf, kernel.offset,
                        std::string(kernel.store) + ": " + for_terminal(kernel.name),
                        "the kernel is no sound ELF file");
  }
  model.kernels.push_back(std::move(kernel));
}

void read_kernel_store(ir::Model& model, const ir::Partition& partition, uint32_t magic) {
  ByteCursor at = cursor_over(model, partition);
  while (!at.at_end()) {
    auto kernel = read_record(at, magic);
    if (!kernel) return damaged_store(model, partition, kernel.error());
    add_from(model, partition, std::move(*kernel));
  }
}

void read_so_bins(ir::Model& model, const ir::Partition& partition) {
  constexpr uint64_t kSmallestRecord = 16;
  ByteCursor at = cursor_over(model, partition);
  const auto count = at.read_count<uint32_t>("count", kSmallestRecord);
  if (!count) return damaged_store(model, partition, count.error());
  for (uint32_t i = 0; i < *count; ++i) {
    auto kernel = read_so_record(at);
    if (!kernel) return damaged_store(model, partition, kernel.error());
    add_from(model, partition, std::move(*kernel));
  }
}

void note_compiler_date(ir::Model& model) {
  for (const ir::Kernel& kernel : model.kernels) {
    model.info.compiler_date =
        std::max(model.info.compiler_date, kernelmeta::compiler_date(kernel.compiler));
  }
}

}  // namespace omscope::om
