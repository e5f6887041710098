#include <fmt/format.h>

#include "omscope/core/byte_order_mark.h"
#include "omscope/core/text.h"
#include "omscope/formats/config/aipp_config.h"

namespace omscope::config {

std::unique_ptr<ir::TensorFile> read_aipp_file(const std::shared_ptr<const FileBytes>& file) {
  constexpr size_t kWidth = 100;
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kAippConfig);
  out->byte_map.add(0, file->size(), "settings");
  out->account = out->byte_map.account(file->bytes());
  const AippConfig config = read_aipp_config(without_byte_order_mark(as_text(file->bytes())));
  for (const std::string& fault : config.faults) {
    out->problems.error(Code::kBadText, std::nullopt, "aipp_op",
                        for_terminal(fault) + "; atc refuses it, correct the file");
  }
  for (size_t i = 0; i < config.ops.size() && out->records.size() < 100; ++i) {
    ir::RecordTable table{fmt::format("aipp_op {}", i), {"setting", "value"}, {}};
    for (const AippSetting& setting : config.ops[i].settings) {
      table.rows.push_back(
          {shortened(as_utf8(setting.key), kWidth), shortened(as_utf8(setting.value), kWidth)});
    }
    out->records.push_back(std::move(table));
  }
  return out;
}

}  // namespace omscope::config
