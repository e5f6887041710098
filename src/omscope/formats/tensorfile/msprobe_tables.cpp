#include "omscope/formats/tensorfile/msprobe_tables.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "omscope/core/text.h"
#include "omscope/formats/tensorfile/budget.h"

namespace omscope::tensorfile {
namespace {

using nlohmann::json;

/// "Functional.relu.0.forward", "Module.conv1.Conv2d.backward.0", …
bool is_api(std::string_view name) {
  return name.find(".forward") != std::string_view::npos ||
         name.find(".backward") != std::string_view::npos ||
         name.find(".parameters_grad") != std::string_view::npos;
}

struct FirstMember {
  std::string_view key;
  std::string_view rest;  ///< from the value on
};

FirstMember first_member(std::string_view text) {
  const auto skip = [&](size_t count) {
    text.remove_prefix(std::min(count, text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  };
  FirstMember member;
  skip(1);
  if (!text.starts_with('"')) return member;
  const size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return member;
  member.key = text.substr(1, end - 1);
  skip(end + 1);
  if (!text.starts_with(':')) return {};
  skip(1);
  member.rest = text;
  return member;
}

/// Rows of two columns: the key of each member, and the texts in it.
class Rows : public nlohmann::json_sax<json> {
 public:
  Rows(ir::TensorFile& out, ir::RecordTable& table)
      : out_(out), table_(table), budget_(out.file->size()) {}

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(int64_t /*value*/) override { return true; }
  bool number_unsigned(uint64_t /*value*/) override { return true; }
  bool number_float(double /*value*/, const std::string& /*text*/) override { return true; }
  bool binary(json::binary_t& /*value*/) override { return true; }
  bool start_object(size_t /*size*/) override { return enter(); }
  bool start_array(size_t /*size*/) override { return enter(); }
  bool end_object() override { return --depth_ >= 0; }
  bool end_array() override { return --depth_ >= 0; }

  bool key(std::string& name) override {
    if (depth_ != 1) return true;
    if (!budget_.take(2 * (sizeof(std::vector<std::string>) + 3 * sizeof(std::string)) +
                      2 * name.size())) {
      return too_large();
    }
    table_.rows.push_back({as_utf8(name), ""});
    return true;
  }

  bool string(std::string& value) override {
    if (table_.rows.empty()) return true;
    if (!budget_.take(3 * value.size())) return too_large();
    std::string& cell = table_.rows.back()[1];
    if (!cell.empty()) cell += '\n';
    cell += as_utf8(value);
    return true;
  }

  bool parse_error(size_t position, const std::string& token,
                   const json::exception& /*fault*/) override {
    out_.problems.error(Code::kBadJson, position == 0 ? 0 : position - 1, "",
                        fmt::format("is no JSON at '{}' (what stood before was read)",
                                    shortened(for_terminal(token), 40)));
    return false;
  }

 private:
  bool enter() {
    constexpr int kMostDepth = 64;
    if (++depth_ <= kMostDepth) return true;
    out_.problems.error(Code::kTooDeep, std::nullopt, "", "is nested too deep");
    return false;
  }
  bool too_large() {
    out_.problems.error(Code::kTooLarge, std::nullopt, "",
                        "has more members than its size has room for; the rest was left out");
    return false;
  }

  ir::TensorFile& out_;
  ir::RecordTable& table_;
  Budget budget_;
  int depth_ = 0;
};

void read_rows(ir::TensorFile& out, ir::RecordTable table) {
  Rows rows(out, table);
  json::sax_parse(as_text(out.file->bytes()), &rows);
  out.records.push_back(std::move(table));
}

}  // namespace

bool looks_like_construct(std::string_view text) {
  const FirstMember member = first_member(text);
  return is_api(member.key) && (member.rest.starts_with("null") || member.rest.starts_with('"'));
}

bool looks_like_stack(std::string_view text) {
  const FirstMember member = first_member(text);
  if (!member.rest.starts_with('[')) return false;
  if (is_api(member.key)) return true;
  // Numbered stacks come first with the list of the APIs that share them.
  constexpr size_t kLook = 4096;
  const size_t inner = member.rest.find_first_not_of(" \t\r\n", 1);
  return member.key == "0" && inner != std::string_view::npos && member.rest[inner] == '[' &&
         is_api(member.rest.substr(0, kLook));
}

void read_construct(ir::TensorFile& out) {
  read_rows(out, {"modules", {"name", "module around it"}, {}});
}

void read_stack(ir::TensorFile& out) {
  read_rows(out, {"call stacks", {"name", "APIs and lines"}, {}});
}

}  // namespace omscope::tensorfile
