// The JSON of msprobe, event by event.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "omscope/formats/tensorfile/budget.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

/// Bare NaN and Infinity, which Python writes, as JSON texts. Empty when there are none.
std::string with_quoted_nonfinite(std::string_view text);

/// Collects the tensors of one dump.json without building the document: a model's dump has millions
/// of members.
class MsprobeEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  MsprobeEvents(ir::TensorFile& out, Budget& budget) : out_(out), budget_(budget) {}

  bool null() override;
  bool boolean(bool value) override;
  bool number_integer(int64_t value) override;
  bool number_unsigned(uint64_t value) override;
  bool number_float(double value, const std::string& text) override;
  bool string(std::string& value) override;
  bool binary(nlohmann::json::binary_t& value) override;
  bool start_object(size_t size) override;
  bool key(std::string& name) override;
  bool end_object() override;
  bool start_array(size_t size) override;
  bool end_array() override;
  bool parse_error(size_t position, const std::string& token,
                   const nlohmann::json::exception& fault) override;

  /// The file of each tensor, "" where it has none.
  const std::vector<std::string>& data_names() const { return data_names_; }
  const std::string& data_folder() const { return data_folder_; }

 private:
  /// One object or array that is open.
  struct Level {
    bool is_array = false;
    size_t index = 0;  ///< of the element in hand
    std::string key;   ///< of the member in hand
    bool is_tensor = false;
    std::string data_name;
    ir::StoredTensor tensor;  ///< filled while its object is read
  };

  bool stop(Code code, std::string why);
  bool number(double value);
  void text_member(Level& level, const std::string& value);
  void top_member(const std::string& key, const std::string& value);
  void before_value();
  std::string tensor_name() const;
  void add_tensor(Level& level);

  ir::TensorFile& out_;
  Budget& budget_;
  std::vector<Level> levels_;
  std::vector<std::string> data_names_;
  std::string data_folder_;
};

}  // namespace omscope::tensorfile
