// Values of tensors as one JSON document.
#include <complex>

#include "omscope/convert/tensor_output.h"
#include "omscope/core/json.h"
#include "omscope/core/version.h"
#include "omscope/formats/read_input.h"
#include "omscope/tensor/decode.h"

namespace omscope::convert {
namespace {

void write_block(JsonStream& out, DType dtype, ByteView bytes, uint64_t count) {
  if (dtype == DType::kUndefined || !tensor::can_decode(dtype)) {
    for (const std::byte byte : bytes) out.item(static_cast<int>(byte));
    return;
  }
  if (tensor::is_complex(dtype)) {
    std::vector<std::complex<double>> values(count);
    tensor::decode_complex(dtype, bytes, 0, values);
    for (const auto& value : values) {
      out.item(Json::array({json_float(value.real()), json_float(value.imag())}));
    }
    return;
  }
  std::vector<int64_t> integers(count);
  if (tensor::is_integer(dtype) && tensor::decode_integers(dtype, bytes, 0, integers)) {
    for (const int64_t value : integers) {
      out.item(dtype == DType::kUInt64 ? json_uint(static_cast<uint64_t>(value)) : json_int(value));
    }
    return;
  }
  std::vector<double> values(count);
  tensor::decode(dtype, bytes, 0, values);
  for (const double value : values) {
    out.item(dtype == DType::kBool ? Json(value != 0) : json_float(value));
  }
}

bool write_values(JsonStream& out, const Rendered& tensor, tensor::EncodeLoss& loss,
                  const Progress& progress) {
  constexpr uint64_t kBlock = 1U << 16U;
  std::vector<std::byte> room;
  out.open_array("values", JsonStream::Form::kLine);
  bool complete = true;
  for (uint64_t first = 0; first < tensor.count() && complete; first += kBlock) {
    const uint64_t count = std::min(kBlock, tensor.count() - first);
    room.resize(tensor.bytes_of(count));
    complete = tensor.write(first, count, room, loss);
    if (complete) write_block(out, tensor.dtype, room, count);
    if (progress) progress(room.size());
  }
  out.close();
  return complete;
}

void write_tables(JsonStream& out, const ir::TensorFile& file) {
  out.open_array("records");
  for (const ir::RecordTable& table : file.records) {
    out.open_object();
    out.text("title", table.title);
    out.open_array("rows");
    for (const auto& row : table.rows) {
      Json cells = Json::object();
      for (size_t i = 0; i < std::min(row.size(), table.columns.size()); ++i) {
        cells[table.columns[i]] = json_text(row[i]);
      }
      out.item(cells);
    }
    out.close();
    out.close();
  }
  out.close();
}

}  // namespace

Result<Written> write_json(const OutputPath& target, const ir::TensorFile& file,
                           const std::vector<NamedTensor>& tensors, const Progress& progress) {
  const auto allowed = check_target(target);
  if (!allowed) return allowed.error();
  Written written;
  bool complete = true;
  const auto done = replace_file(target.path, target.links, [&](std::ostream& stream) {
    JsonStream out(stream);
    const ir::RunPlace place = place_of(file);
    out.open_object();
    out.field("tool", "omscope");
    out.field("version", kVersion);
    out.field("command", "convert");
    out.field("schema", 1);
    out.text("file", file.file->path());
    out.field("kind", to_string(file.kind));
    out.text_or_null("op", place.op);
    out.text_or_null("op_type", place.op_type);
    out.text_or_null("message", file.message);
    write_tables(out, file);
    out.open_array("tensors");
    for (const NamedTensor& each : tensors) {
      const bool known = each.tensor->dtype != DType::kUndefined;
      out.open_object();
      out.text("tensor", each.name);
      out.field("dtype", known ? Json(to_string(each.tensor->dtype)) : Json(nullptr));
      out.dims("shape", each.tensor->shape);
      out.text_or_null("format", each.tensor->layout.base);
      complete = write_values(out, *each.tensor, written.loss, progress) && complete;
      out.close();
    }
    out.close();
    out.close();
  });
  if (!done) return done.error();
  if (!complete) {
    return Problem{Severity::kError,
                   Code::kTruncated,
                   target.path,
                   std::nullopt,
                   "",
                   "the input became shorter while it was read; run again"};
  }
  return written;
}

}  // namespace omscope::convert
