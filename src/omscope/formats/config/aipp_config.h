// insert_op.cfg, the file that `atc --insert_op_conf` reads: which preprocessing the model does
// itself. Text in the form of protobuf: blocks "aipp_op { key: value … }", comments behind #.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/result.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::config {

struct AippSetting {
  std::string_view key;
  std::string_view value;  ///< without quotation marks
  size_t line = 0;         ///< from 1
};

struct AippOp {
  size_t line = 0;
  std::vector<AippSetting> settings;

  const AippSetting* find(std::string_view key) const;
  std::string_view text(std::string_view key) const;
  /// The value as a number; `fallback` when it is not there.
  std::optional<double> number(std::string_view key) const;
  bool is_on(std::string_view key) const;
};

struct AippConfig {
  std::vector<AippOp> ops;
  std::vector<std::string> faults;  ///< what could not be parsed, with its line
};

bool looks_like_aipp_config(std::string_view text);

/// Views into `text`.
AippConfig read_aipp_config(std::string_view text);

/// As tables, one for each block.
std::unique_ptr<ir::TensorFile> read_aipp_file(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::config
