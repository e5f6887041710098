#include "omscope/formats/tensorfile/msprobe.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "omscope/core/byte_order_mark.h"
#include "omscope/core/text.h"
#include "omscope/formats/tensorfile/elements.h"
#include "omscope/formats/tensorfile/msprobe_events.h"
#include "omscope/formats/tensorfile/msprobe_tables.h"
#include "omscope/formats/tensorfile/npy.h"
#include "omscope/formats/tensorfile/pt.h"

namespace omscope::tensorfile {
namespace {

constexpr std::string_view kDataFolder = "dump_tensor_data";
constexpr size_t kHead = size_t{1} << 16;

bool is_dump(std::string_view text) {
  const std::string_view head = text.substr(0, kHead);
  return text.starts_with('{') && head.find("\"data\"") != std::string_view::npos &&
         head.find("\"dump_data_dir\"") != std::string_view::npos;
}

/// The data files of one dump, opened one by one from the folder of the JSON file.
class DataFiles {
 public:
  DataFiles(ir::TensorFile& out, const std::string& data_folder) : out_(out) {
    // The folder as it was called on the machine of the dump, then the usual one, then none.
    const std::string own = std::filesystem::path(data_folder).filename().string();
    if (!own.empty() && own != kDataFolder && own != "..") folders_.push_back(own + "/");
    folders_.push_back(std::string(kDataFolder) + "/");
    folders_.emplace_back();
  }

  void fill(ir::StoredTensor& tensor, const std::string& name) {
    const auto file = open(tensor, name);
    if (!file) return;
    // Mappings are a limited resource; files beyond that are named, so that they can be opened
    // when their turn comes.
    constexpr size_t kMostOpen = 4096;
    tensor.file = (*file)->path();
    tensor.note = "in a file of its own";
    if (opened_++ >= kMostOpen) return;
    take(tensor, *file);
  }

  void report() {
    if (missing_ == 0) return;
    out_.problems.warning(
        Code::kExternalMissing, std::nullopt, first_missing_,
        fmt::format("{} of the dump {} not beside it; copy {} here", counted(missing_, "data file"),
                    missing_ == 1 ? "is" : "are", kDataFolder));
  }

 private:
  std::optional<std::shared_ptr<const FileBytes>> open(ir::StoredTensor& tensor,
                                                       const std::string& name) {
    for (const std::string& folder : folders_) {
      auto file = open_beside(out_.file->path(), folder + name);
      if (file) return *file;
      if (file.error().code == Code::kExternalOutside) {
        out_.problems.warning(Code::kExternalOutside, std::nullopt,
                              for_terminal(shortened(as_utf8(name), 100)),
                              "lies outside of the dump's folder and was not opened; copy it "
                              "beside the dump.json");
        tensor.note = "its data file lies outside of the folder and was not opened";
        return std::nullopt;
      }
    }
    if (missing_++ == 0) first_missing_ = for_terminal(shortened(as_utf8(name), 100));
    tensor.note = "its data file is not there";
    return std::nullopt;
  }

  void take(ir::StoredTensor& tensor, const std::shared_ptr<const FileBytes>& file) {
    std::unique_ptr<ir::TensorFile> data;
    if (looks_like_npy(file->bytes())) {
      data = read_npy(file);
    } else if (looks_like_pt(file->bytes())) {
      data = read_pt(file);
    }
    if (data == nullptr || data->tensors.empty()) {
      out_.problems.error(Code::kUnknownKind, 0, tensor.file,
                          "is neither npy nor a PyTorch tensor");
      tensor.note = "its data file cannot be read";
      return;
    }
    for (const Problem& problem : data->problems.list()) out_.problems.add(problem);
    adopt(tensor, data->tensors[0], file);
    out_.owners.insert(out_.owners.end(), data->owners.begin(), data->owners.end());
    out_.owners.push_back(file);
  }

  void adopt(ir::StoredTensor& tensor, ir::StoredTensor& from,
             const std::shared_ptr<const FileBytes>& file) {
    if (tensor.has_shape && tensor.shape != from.shape) {
      out_.problems.warning(Code::kBadValue, std::nullopt, file->path(),
                            fmt::format("has the shape {}, dump.json says {}",
                                        fmt::join(from.shape, "x"), fmt::join(tensor.shape, "x")));
    }
    from.op = std::move(tensor.op);
    from.name = std::move(tensor.name);
    from.recorded = tensor.recorded;
    from.file = file->path();
    // npy has no bfloat16: msprobe then saves float32, whose values are the same.
    if (from.dtype != tensor.dtype && tensor.dtype != DType::kUndefined && from.note.empty()) {
      from.note = fmt::format("dump.json says {}", to_string(tensor.dtype));
    }
    tensor = std::move(from);
  }

  ir::TensorFile& out_;
  std::vector<std::string> folders_;
  size_t opened_ = 0;
  uint64_t missing_ = 0;
  std::string first_missing_;
};

void read_dump(ir::TensorFile& out) {
  Budget budget(out.file->size());
  const std::string_view text = as_text(out.file->bytes());
  MsprobeEvents events(out, budget);
  const std::string quoted = with_quoted_nonfinite(text);
  nlohmann::json::sax_parse(quoted.empty() ? text : std::string_view(quoted), &events);
  DataFiles files(out, events.data_folder());
  for (size_t i = 0; i < out.tensors.size(); ++i) {
    if (!events.data_names()[i].empty()) files.fill(out.tensors[i], events.data_names()[i]);
  }
  files.report();
}

}  // namespace

bool looks_like_msprobe(ByteView bytes) {
  std::string_view text = without_byte_order_mark(as_text(bytes));
  const size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || text[start] != '{') return false;
  text.remove_prefix(start);
  return is_dump(text) || looks_like_construct(text) || looks_like_stack(text);
}

std::unique_ptr<ir::TensorFile> read_msprobe(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kMsprobeJson);
  std::string_view text = without_byte_order_mark(as_text(file->bytes()));
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (!is_dump(text) && looks_like_construct(text)) {
    read_construct(*out);
  } else if (!is_dump(text) && looks_like_stack(text)) {
    read_stack(*out);
  } else {
    read_dump(*out);
  }
  out->byte_map.add(0, file->size(), "JSON");
  out->account = out->byte_map.account(file->bytes());
  return out;
}

}  // namespace omscope::tensorfile
