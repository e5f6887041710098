// What `npu-smi info` prints, saved as text:
//
//   | npu-smi 23.0.0                   Version: 23.0.0                                       |
//   | NPU     Name                  | Health          | Power(W)     Temp(C)      Hugepages… |
//   | Chip    Device                | Bus-Id          | AICore(%)    Memory-Usage(MB)        |
//   +===============================+=================+======================================+
//   | 24      310P3                 | OK              | NA           29         0     / 0    |
//   | 0       0                     | 0000:04:00.0    | 0            1832 / 21527            |
//
// Two rows per chip. Chips with HBM have a pair of numbers for it behind the one of DDR memory, so
// the last pair of the second row is what a model gets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omscope::config {

struct NpuChip {
  std::string_view name;    ///< "310P3"
  std::string_view health;  ///< "OK"
  std::string_view bus_id;
  int64_t npu = -1;
  std::optional<uint64_t> memory_used_mb;
  std::optional<uint64_t> memory_total_mb;
  size_t line = 0;  ///< of its first row, from 1
};

struct NpuSmi {
  std::string_view version;  ///< of driver and tool
  std::vector<NpuChip> chips;
};

bool looks_like_npu_smi(std::string_view text);

/// Views into `text`. Rows that cannot be understood are passed over.
NpuSmi read_npu_smi(std::string_view text);

}  // namespace omscope::config
