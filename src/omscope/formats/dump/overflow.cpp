#include "omscope/formats/dump/overflow.h"

#include <array>
#include <span>

#include <fmt/format.h>

#include "omscope/core/byte_cursor.h"

namespace omscope::dump {
namespace {

constexpr uint32_t kMagic = 0x5A5A5A5A;
constexpr uint64_t kNotSet = 0xFFFF;

constexpr std::array<std::string_view, 6> kOldFields = {"model_id",  "stream_id", "task_id",
                                                        "task_type", "pc_start",  "para_base"};
constexpr std::array<std::string_view, 11> kCoreFields = {
    "model_id", "stream_id", "task_id", "task_type", "context_id", "thread_id",
    "pc_start", "para_base", "core_id", "block_id",  "status"};
constexpr std::array<std::string_view, 14> kCoreFields1 = {
    "model_id",  "stream_id", "task_id",  "task_type", "context_id", "thread_id", "pc_start",
    "para_base", "core_id",   "block_id", "status",    "status_1",   "status_2",  "status_3"};
constexpr std::array<std::string_view, 8> kCpuFields = {
    "model_id", "stream_id", "task_id", "task_type", "context_id", "cpu_id", "thread_id", "status"};
constexpr std::array<std::string_view, 10> kSdmaFields = {
    "model_id",  "stream_id", "task_id",  "task_type",  "context_id",
    "thread_id", "src_addr",  "dst_addr", "channel_id", "status"};

constexpr std::array<std::string_view, 4> kUnits = {"AI Core (cube)", "AI Core (vector)", "AI CPU",
                                                    "SDMA"};
constexpr std::array<std::string_view, 6> kTaskTypes = {"AI Core", "AI CPU", "debug",
                                                        "SDMA",    "FFTS+",  "DSA"};

struct Meaning {
  uint64_t value;
  std::string_view text;
};

// Bits of AI Core's status register, as the vendor's guide to overflow detection lists them.
constexpr std::array kCoreStatus = {
    Meaning{0x8, "negating the smallest integer overflowed"},
    Meaning{0x10, "an integer add, subtract, multiply or multiply-add overflowed"},
    Meaning{0x20, "a floating-point operation overflowed"},
    Meaning{0x80, "a negative float was converted to an unsigned integer"},
    Meaning{0x100, "a conversion from float32 or int32 to float16 overflowed"},
    Meaning{0x400, "accumulation in the cube unit overflowed"},
};
// Codes of the atomic adders, from the vendor's precision tool: bits 8–15 of the DHA status, bits
// 16–18 of the L2 status. Other values mean an overflow of unknown kind.
constexpr std::array kDhaStatus = {
    Meaning{0x9, "atomic add overflowed upwards"},
    Meaning{0xA, "atomic add overflowed downwards"},
    Meaning{0xB, "the source operand of an atomic add is no number"},
    Meaning{0xC, "the target operand of an atomic add is no number"},
    Meaning{0xD, "both operands of an atomic add are no numbers"},
};
constexpr std::array kL2Status = {
    Meaning{1, "atomic add overflowed upwards"},
    Meaning{2, "atomic add overflowed downwards"},
    Meaning{3, "the source operand of an atomic add is no number"},
    Meaning{4, "the target operand of an atomic add is no number"},
    Meaning{5, "both operands of an atomic add are no numbers"},
};

std::string core_meaning(uint64_t status) {
  std::string text;
  uint64_t unknown = status;
  for (const Meaning& bit : kCoreStatus) {
    if ((status & bit.value) == 0) continue;
    text += fmt::format("{}{}", text.empty() ? "" : "; ", bit.text);
    unknown &= ~bit.value;
  }
  if (unknown != 0) {
    text += fmt::format("{}bits {:#x} have no known meaning", text.empty() ? "" : "; ", unknown);
  }
  return text;
}

std::string atomic_meaning(std::span<const Meaning> codes, uint64_t code) {
  for (const Meaning& known : codes) {
    if (known.value == code) return std::string(known.text);
  }
  return "an atomic add overflowed";
}

bool is_status(std::string_view field) {
  return field.starts_with("status");
}

bool is_address(std::string_view field) {
  return field == "pc_start" || field == "para_base" || field == "kernel_code" ||
         field.ends_with("_addr");
}

std::string value_text(std::string_view field, uint64_t value) {
  if (is_address(field) || is_status(field)) return fmt::format("{:#x}", value);
  if ((field == "context_id" || field == "thread_id") && value == kNotSet) return "not set";
  return fmt::format("{}", value);
}

std::string field_meaning(const OverflowRecord& record, std::string_view field, uint64_t value) {
  if (field == "status") return record.meaning();
  if (is_status(field) && value != 0) return core_meaning(value);
  if (field == "task_type" && value < kTaskTypes.size()) return std::string(kTaskTypes.at(value));
  return {};
}

std::optional<uint64_t> number_at(ByteView payload, uint64_t at) {
  if (at > payload.size() || payload.size() - at < sizeof(uint64_t)) return std::nullopt;
  return load_le<uint64_t>(payload.data() + at);
}

OverflowRecord old_record(ByteView payload, std::string_view unit, uint64_t at) {
  OverflowRecord record;
  record.unit = unit;
  for (size_t i = 0; i < kOldFields.size(); ++i) {
    record.fields.emplace_back(kOldFields.at(i), number_at(payload, at + 8 * i).value_or(0));
  }
  return record;
}

std::vector<OverflowRecord> old_records(ByteView payload, uint64_t offset, Problems& problems) {
  constexpr uint64_t kEnd = 1048;
  if (payload.size() < kEnd) {
    problems.error(Code::kTruncated, offset, "overflow record",
                   fmt::format("has {} bytes, the record needs {}", payload.size(), kEnd));
    return {};
  }
  std::vector<OverflowRecord> records;
  const auto add = [&](std::string_view unit, uint64_t at, uint64_t status_at) {
    const uint64_t status = number_at(payload, status_at).value_or(0);
    if (status == 0) return;
    OverflowRecord record = old_record(payload, unit, at);
    if (status_at == 1040) {
      record.fields.emplace_back("kernel_code", number_at(payload, 1024).value_or(0));
      record.fields.emplace_back("block_idx", number_at(payload, 1032).value_or(0));
    }
    record.fields.emplace_back("status", status);
    records.push_back(std::move(record));
  };
  add("DHA atomic add", 0, 512);
  add("L2 atomic add", 128, 768);
  add("AI Core", 256, 1040);
  return records;
}

std::span<const std::string_view> fields_of(uint32_t unit, uint32_t version) {
  switch (unit) {
    case 0:
    case 1:
      if (version == 1) return kCoreFields1;
      return kCoreFields;
    case 2: return kCpuFields;
    case 3: return kSdmaFields;
    default: return {};
  }
}

std::vector<OverflowRecord> new_record(ByteView payload, uint64_t offset, Problems& problems) {
  ByteCursor cursor(problems.file(), payload, offset);
  std::array<uint32_t, 6> head{};
  for (uint32_t& word : head) {
    const auto read = cursor.read<uint32_t>("overflow record");
    if (!read) {
      problems.add(read.error());
      return {};
    }
    word = *read;
  }
  const auto [magic, version, valid, unit, reserved, length] = head;
  const auto names = fields_of(unit, version);
  if (names.empty()) {
    problems.error(
        Code::kBadValue, offset + 12, "overflow record: unit",
        fmt::format("{} is none of AI Core, AI CPU and SDMA; its fields are not known", unit));
    return {};
  }
  if (length != 8 * names.size()) {
    problems.warning(
        Code::kBadLength, offset + 20, "overflow record: length",
        fmt::format("is {}, the fields of {} take {}", length, kUnits.at(unit), 8 * names.size()));
  }
  if (valid == 0) {
    problems.warning(Code::kBadValue, offset + 8, "overflow record: valid",
                     "the device did not mark the record as valid");
  }
  OverflowRecord record;
  record.unit = kUnits.at(unit);
  for (const std::string_view name : names) {
    const auto value = cursor.read<uint64_t>(name);
    if (!value) {
      problems.add(value.error());
      break;
    }
    record.fields.emplace_back(name, *value);
  }
  return {std::move(record)};
}

std::string sentence(const OverflowRecord& record) {
  std::string text =
      fmt::format("{} overflowed in task {} of stream {}", record.unit,
                  record.field("task_id").value_or(0), record.field("stream_id").value_or(0));
  const std::string meaning = record.meaning();
  return meaning.empty() ? text : text + ": " + meaning;
}

}  // namespace

std::optional<uint64_t> OverflowRecord::field(std::string_view name) const {
  for (const auto& [field_name, value] : fields) {
    if (field_name == name) return value;
  }
  return std::nullopt;
}

std::string OverflowRecord::meaning() const {
  const uint64_t status = field("status").value_or(0);
  if (status == 0) return {};
  if (unit.starts_with("AI Core")) return core_meaning(status);
  if (unit.starts_with("DHA")) return atomic_meaning(kDhaStatus, (status >> 8U) & 0xFFU);
  if (unit.starts_with("L2")) return atomic_meaning(kL2Status, (status >> 16U) & 0x7U);
  return {};
}

std::vector<OverflowRecord> overflow_records(ByteView payload, uint64_t offset,
                                             Problems& problems) {
  const bool is_new = payload.size() >= 4 && load_le<uint32_t>(payload.data()) == kMagic;
  return is_new ? new_record(payload, offset, problems) : old_records(payload, offset, problems);
}

void report_overflow(ByteView payload, uint64_t offset, ir::TensorFile& out) {
  const bool had_error = out.problems.has_error();
  const auto records = overflow_records(payload, offset, out.problems);
  if (records.empty() && out.problems.has_error() == had_error) {
    out.problems.warning(Code::kBadValue, offset, "overflow record",
                         "no unit has a status: no overflow was recorded");
  }
  for (const OverflowRecord& record : records) {
    ir::RecordTable& table = out.records.emplace_back();
    table.title = "Overflow of " + record.unit;
    table.columns = {"field", "value", "meaning"};
    for (const auto& [name, value] : record.fields) {
      table.rows.push_back({name, value_text(name, value), field_meaning(record, name, value)});
    }
    out.message += (out.message.empty() ? "" : "\n") + sentence(record);
  }
}

}  // namespace omscope::dump
