#include "omscope/formats/dump/read_dump.h"

#include <algorithm>

#include <fmt/format.h>

#include "omscope/formats/dump/dump_message.h"
#include "omscope/formats/dump/fit_shape.h"
#include "omscope/formats/dump/kernel_data.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/dump/overflow.h"
#include "omscope/formats/wire/wire_reader.h"

namespace omscope::dump {
namespace {

ByteView part_of(ByteView file, uint64_t offset, uint64_t size) {
  if (offset > file.size()) return {};
  return file.subspan(offset, std::min<uint64_t>(size, file.size() - offset));
}

void take_header(ir::TensorFile& out, DumpHeader header) {
  out.kind = header.kind;
  out.version = std::move(header.version);
  out.message = std::move(header.message);
  out.place = std::move(header.place);
  out.attrs = std::move(header.attrs);
  out.problems = std::move(header.problems);
  out.tensors = std::move(header.tensors);
  for (ByteMap::Range& range : header.headers) {
    out.byte_map.add(range.offset, range.size, std::move(range.name));
  }
  for (size_t i = 0; i < out.tensors.size(); ++i) {
    ir::StoredTensor& tensor = out.tensors[i];
    tensor.bytes = part_of(out.file->bytes(), tensor.offset, header.stored[i]);
    out.byte_map.add(tensor.offset, tensor.bytes.size(), tensor.name);
  }
}

/// Kernels print into a workspace, which is a `space` of the dump.
void read_printed(ir::TensorFile& out) {
  const size_t count = out.tensors.size();
  for (size_t i = 0; i < count; ++i) {
    const ir::StoredTensor& tensor = out.tensors[i];
    if (!tensor.name.starts_with("space:") || !looks_like_printf_space(tensor.bytes)) continue;
    const ByteView bytes = tensor.bytes;
    const uint64_t offset = tensor.offset;
    read_printf_space(bytes, offset, out);
  }
}

void read_overflow(ir::TensorFile& out) {
  for (const ir::StoredTensor& tensor : out.tensors) {
    if (!tensor.name.starts_with("output:")) continue;
    report_overflow(tensor.bytes, tensor.offset, out);
    return;
  }
  out.problems.error(Code::kBadValue, std::nullopt, "overflow record",
                     "has no output, which would hold it; the file is damaged");
}

/// The parts of the message between the payloads in it.
void map_message(ir::TensorFile& out) {
  std::vector<ByteMap::Range> payloads = out.byte_map.ranges();
  std::sort(payloads.begin(), payloads.end(),
            [](const auto& a, const auto& b) { return a.offset < b.offset; });
  uint64_t at = 0;
  for (const ByteMap::Range& payload : payloads) {
    if (payload.offset > at) out.byte_map.add(at, payload.offset - at, "message");
    at = payload.offset + payload.size;
  }
  if (at < out.file->size()) out.byte_map.add(at, out.file->size() - at, "message");
}

void take_embedded(ir::TensorFile& out, RawTensor& raw) {
  ir::StoredTensor& tensor = raw.tensor;
  if (tensor.size == 0) tensor.size = raw.data.size();
  tensor.bytes = raw.data.first(std::min<uint64_t>(raw.data.size(), tensor.size));
  tensor.offset = out.file->offset_of(raw.data.data()).value_or(0);
  const bool cut = raw.data.size() < tensor.size;
  fit_shape(tensor, raw.dims, out.problems, raw.offset);
  if (raw.has_origin_dims) set_origin_shape(tensor, raw.origin_dims);
  if (cut) tensor.payload = ir::Payload::kCut;
  if (raw.data.size() != tensor.size) {
    out.problems.add(
        cut ? Severity::kError : Severity::kWarning, Code::kBadLength, raw.offset, tensor.name,
        fmt::format("{} bytes are there, its size says {}", raw.data.size(), tensor.size));
  }
  out.byte_map.add(tensor.offset, raw.data.size(), tensor.name);
  out.tensors.push_back(std::move(tensor));
}

/// The payload of the first tensor in an old dump; nothing where it has none.
bool has_embedded_data(ByteView tensor, uint64_t data_field) {
  wire::Reader reader(tensor);
  while (reader.next_or_cut()) {
    if (reader.tag() == wire::bytes(data_field) && !reader.payload().empty()) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<ir::TensorFile> read_dump(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kDump);
  const Fetch fetch = [&](uint64_t offset, uint64_t size) {
    return part_of(file->bytes(), offset, size);
  };
  take_header(*out, parse_dump_header(file->path(), file->size(), fetch));
  if (out->kind == Kind::kDumpOpDebug) read_overflow(*out);
  read_printed(*out);
  finish(*out);
  return out;
}

std::unique_ptr<ir::TensorFile> read_dump_v1(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kDumpV1);
  Message message = read_message(file->bytes(), 0, out->problems);
  out->version = std::move(message.version);
  out->attrs = std::move(message.attrs);
  out->message = std::move(message.dfx_message);
  out->place.op = std::move(message.op_name);
  if (message.time != 0) out->place.time = time_text(message.time);
  for (RawTensor& raw : message.tensors) take_embedded(*out, raw);
  map_message(*out);
  finish(*out);
  return out;
}

bool looks_like_dump_v1(ByteView bytes) {
  constexpr uint64_t kOutputData = 5;
  constexpr uint64_t kInputData = 4;
  if (!starts_with_version(bytes)) return false;
  wire::Reader reader(bytes);
  while (reader.next_or_cut()) {
    if (reader.tag() == wire::bytes(3) && has_embedded_data(reader.payload(), kOutputData)) {
      return true;
    }
    if (reader.tag() == wire::bytes(4) && has_embedded_data(reader.payload(), kInputData)) {
      return true;
    }
  }
  return false;
}

void finish(ir::TensorFile& out) {
  out.account = out.byte_map.account(out.file->bytes());
}

}  // namespace omscope::dump
