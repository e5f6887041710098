#include "omscope/diagnose/kernel_checks.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "omscope/core/sha256.h"
#include "omscope/core/text.h"
#include "omscope/formats/kernelmeta/elf_facts.h"

namespace omscope::diagnose {
namespace {

using kernelmeta::KernelJson;

struct Place {
  const std::string& file;
  std::vector<Finding>& findings;

  void say(Severity severity, std::string rule, Text message, std::string fact) const {
    findings.push_back(
        {severity, std::move(rule), std::move(message), {{file, 0, std::move(fact)}}});
  }
};

void check_names(const KernelJson& json, const Place& place) {
  const std::string stem = std::filesystem::path(place.file).stem().string();
  if (json.bin_file_name.empty() || json.bin_file_name == stem) return;
  place.say(Severity::kWarning, "kernel-identity",
            {fmt::format("The description is called {}, the binary that it describes {}: they may "
                         "not belong together",
                         as_utf8(stem), json.bin_file_name),
             fmt::format("描述文件名为 {}，所描述的二进制为 {}：两者可能不是一对", as_utf8(stem),
                         json.bin_file_name)},
            "binFileName " + json.bin_file_name);
}

void check_binary(const KernelJson& json, const FileBytes& binary, const Place& place) {
  const std::string sum = sha256_hex(binary.bytes());
  if (!json.sha256.empty() && json.sha256 != sum) {
    place.say(
        Severity::kError, "kernel-identity",
        {fmt::format("The binary {} is not the one that was described: its SHA-256 is {}…, the "
                     "description says {}…. Clean the kernel cache, or install the package "
                     "again",
                     binary.path(), sum.substr(0, 12), json.sha256.substr(0, 12)),
         fmt::format(
             "二进制 {} 与描述不符：其 SHA-256 为 {}…，描述为 {}…。请清理 kernel 缓存或重装软件包",
             binary.path(), sum.substr(0, 12), json.sha256.substr(0, 12))},
        "sha256 " + json.sha256);
  }
  const auto elf = kernelmeta::read_elf(binary.bytes());
  if (!elf) {
    place.say(Severity::kError, "kernel-identity",
              {fmt::format("The binary {} is no sound ELF file", binary.path()),
               fmt::format("二进制 {} 不是完整的 ELF 文件", binary.path())},
              "binFileName " + json.bin_file_name);
    return;
  }
  // Names of functions are the kernel's, perhaps with a core or a tiling key behind.
  const bool there =
      elf->symbols.empty() || json.kernel_name.empty() ||
      std::any_of(elf->symbols.begin(), elf->symbols.end(), [&](const std::string& symbol) {
        return symbol.starts_with(json.kernel_name) || json.kernel_name.starts_with(symbol) ||
               std::find(json.kernels.begin(), json.kernels.end(), symbol) != json.kernels.end();
      });
  if (there) return;
  place.say(Severity::kWarning, "kernel-identity",
            {fmt::format("The binary {} has no function {}, but {}", binary.path(),
                         json.kernel_name, as_utf8(elf->symbols.front())),
             fmt::format("二进制 {} 中没有函数 {}，只有 {}", binary.path(), json.kernel_name,
                         as_utf8(elf->symbols.front()))},
            "kernelName " + json.kernel_name);
}

void check_blocks(const KernelJson& json, const std::optional<Soc>& soc, const Place& place) {
  constexpr int64_t kMost = 65535;
  const int64_t blocks = json.block_dim.value_or(1);
  const std::string fact = fmt::format("blockDim {}", blocks);
  if (blocks == 0 || blocks < -1 || blocks > kMost) {
    return place.say(Severity::kError, "block-dim",
                     {fmt::format("blockDim is {}; it must be -1 or from 1 to 65535", blocks),
                      fmt::format("blockDim 为 {}；必须为 -1 或 1 到 65535", blocks)},
                     fact);
  }
  const auto most = soc ? soc->most_blocks() : std::nullopt;
  if (!most || blocks < 0 || static_cast<uint64_t>(blocks) <= *most) return;
  place.say(
      Severity::kWarning, "block-dim",
      {fmt::format("The kernel starts {} blocks, {} has {} cores: blocks run one after "
                   "another, and a kernel that synchronises its blocks hangs",
                   blocks, soc->name, *most),
       fmt::format(
           "kernel 启动 {} 个 block，{} 只有 {} 个核：block 将分批运行，需要核间同步的 kernel "
           "会挂死",
           blocks, soc->name, *most)},
      fact);
}

/// Only chips whose cube and vector cores stand apart run kernels for one of them.
void check_magic(const KernelJson& json, const std::optional<Soc>& soc, const Place& place) {
  if (!soc || !soc->ai_cores) return;
  const bool apart = soc->vector_cores.value_or(0) > *soc->ai_cores;
  const bool for_one = json.magic.ends_with("_AIVEC") || json.magic.ends_with("_AICUBE");
  if (apart || !for_one || soc->vector_cores.value_or(0) > 0) return;
  place.say(Severity::kError, "kernel-chip",
            {fmt::format("The kernel is for separate vector or cube cores ({}), which {} does not "
                         "have",
                         json.magic, soc->name),
             fmt::format("kernel 面向独立的 Vector 或 Cube 核（{}），{} 没有这种核", json.magic,
                         soc->name)},
            "magic " + json.magic);
}

}  // namespace

std::vector<Finding> check_kernel(const KernelJson& json, const std::string& file,
                                  const FileBytes* binary, const std::optional<Soc>& soc) {
  std::vector<Finding> findings;
  const Place place{file, findings};
  check_names(json, place);
  if (binary != nullptr) {
    check_binary(json, *binary, place);
  } else {
    place.say(Severity::kInfo, "kernel-identity",
              {fmt::format("The binary {}{} is not beside its description; it was not checked",
                           json.bin_file_name, json.bin_file_suffix),
               fmt::format("描述文件旁没有二进制 {}{}；未检查", json.bin_file_name,
                           json.bin_file_suffix)},
              "binFileName " + json.bin_file_name);
  }
  check_blocks(json, soc, place);
  check_magic(json, soc, place);
  return findings;
}

}  // namespace omscope::diagnose
