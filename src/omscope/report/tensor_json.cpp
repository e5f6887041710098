#include "omscope/report/tensor_json.h"

#include "omscope/formats/dump_folder.h"
#include "omscope/report/inspect_json.h"
#include "omscope/report/model_json.h"
#include "omscope/report/tensor_rows.h"

namespace omscope::report {
namespace {

Json file_json(const std::string& path, uint64_t size, uint64_t accounted, uint64_t unknown) {
  return {{"path", json_text(path)},
          {"size", json_uint(size)},
          {"accounted", json_uint(accounted)},
          {"unknown", json_uint(unknown)}};
}

void write_records(JsonStream& out, const std::vector<ir::RecordTable>& tables) {
  out.open_array("records");
  for (const ir::RecordTable& table : tables) {
    out.open_object();
    out.text("title", table.title);
    out.open_array("columns", JsonStream::Form::kLine);
    for (const std::string& column : table.columns) out.item_text(column);
    out.close();
    out.open_array("rows");
    for (const auto& row : table.rows) {
      out.open_array(JsonStream::Form::kLine);
      for (const std::string& cell : row) out.item_text(cell);
      out.close();
    }
    out.close();
    out.close();
  }
  out.close();
}

void write_attrs(JsonStream& out, const ir::TensorFile& file) {
  out.open_array("attrs");
  for (const auto& [name, value] : file.attrs) {
    out.item({{"name", json_text(name)}, {"value", json_text(value)}});
  }
  out.close();
}

void write_overflow(JsonStream& out, const ir::TensorFile& file) {
  out.open_array("overflow");
  for (const OverflowMatch& match : match_overflow(file)) {
    out.item({{"unit", json_text(match.unit)},
              {"task_id", json_uint_or_null(match.task)},
              {"stream_id", json_uint_or_null(match.stream)},
              {"meaning", json_text_or_null(match.meaning)},
              {"op", json_text_or_null(match.op)},
              {"op_type", json_text_or_null(match.op_type)},
              {"file", json_text_or_null(match.file)}});
  }
  out.close();
}

}  // namespace

void write_tensor_file(JsonStream& out, const ir::TensorFile& file, const InspectOptions& options) {
  out.field("file", file_json(file.file->path(), file.file->size(), file.account.accounted,
                              file.account.unknown));
  out.field("kind", omscope::to_string(file.kind));
  out.field("detected", nullptr);
  out.field("problems", problems_json(file.problems));
  write_no_model(out, options);
  out.open_array("tensors");
  for (const TensorRow& row : tensor_rows(file, place_of(file), options)) {
    write_tensor_row(out, row, options.stats);
  }
  out.close();
  out.text_or_null("dump_version", file.version);
  out.text_or_null("message", file.message);
  write_attrs(out, file);
  write_records(out, file.records);
  write_overflow(out, file);
}

void write_folder(JsonStream& out, dump::FolderIndex& folder, const InspectOptions& options) {
  out.field("kind", omscope::to_string(Kind::kDumpFolder));
  out.field("detected", nullptr);
  write_no_model(out, options);
  out.open_array("tensors");
  bool any = false;
  const FolderAccount account = visit(folder, {}, [&](const FolderFile& each) {
    auto rows =
        std::make_shared<std::vector<TensorRow>>(tensor_rows(*each.file, each.place, options));
    return [rows, &out, &options, &any] {
      any = any || !rows->empty();
      for (const TensorRow& row : *rows) write_tensor_row(out, row, options.stats);
    };
  });
  out.close();
  if (!any) note_no_such_op(folder, options);
  // Known only when all files have been opened, one batch after the other.
  out.field("file", file_json(folder.root, account.bytes, account.accounted, account.unknown));
  out.field("problems", problems_json(folder.problems));
  out.field("files_read", json_uint(account.files));
  out.field("files_damaged", json_uint(account.damaged));
  out.field("files_other", json_uint(account.others));
}

}  // namespace omscope::report
