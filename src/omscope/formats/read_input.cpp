#include "omscope/formats/read_input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/config/acl_json.h"
#include "omscope/formats/config/aipp_config.h"
#include "omscope/formats/dump/recognise.h"
#include "omscope/formats/kernelmeta/kernel_json.h"
#include "omscope/formats/log/log_summary.h"
#include "omscope/formats/tensorfile/baseline_file.h"
#include "omscope/formats/tensorfile/msprobe.h"
#include "omscope/formats/tensorfile/npy.h"
#include "omscope/formats/tensorfile/npz.h"
#include "omscope/formats/tensorfile/pt.h"
#include "omscope/formats/tensorfile/tensor_pb.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;

using Reader = std::unique_ptr<ir::TensorFile> (*)(const std::shared_ptr<const FileBytes>&);

struct KindReader {
  Kind kind;
  Reader read;
};

// A new format is one line here, and one in detect.cpp.
constexpr std::array kReaders = {
    KindReader{Kind::kDump, dump::read_any},
    KindReader{Kind::kDumpV1, dump::read_any},
    KindReader{Kind::kDumpException, dump::read_any},
    KindReader{Kind::kDumpOpDebug, dump::read_any},
    KindReader{Kind::kDumpNano, dump::read_any},
    KindReader{Kind::kCore, dump::read_any},
    KindReader{Kind::kKernelData, dump::read_any},
    KindReader{Kind::kAtb, dump::read_any},
    KindReader{Kind::kStatsCsv, dump::read_any},
    KindReader{Kind::kStatsRaw, dump::read_any},
    KindReader{Kind::kNpy, tensorfile::read_npy},
    KindReader{Kind::kNpz, tensorfile::read_npz},
    KindReader{Kind::kTensorPb, tensorfile::read_tensor_pb},
    KindReader{Kind::kPt, tensorfile::read_pt},
    KindReader{Kind::kMsprobeJson, tensorfile::read_msprobe},
    KindReader{Kind::kBaseline, tensorfile::read_baseline},
    KindReader{Kind::kAclJson, config::read_acl_json},
    KindReader{Kind::kAippConfig, config::read_aipp_file},
    KindReader{Kind::kKernelJson, kernelmeta::read_kernel_file},
    KindReader{Kind::kLog, log::read_log_summary},
};

const KindReader* find_reader(Kind kind) {
  const auto* found = std::find_if(kReaders.begin(), kReaders.end(),
                                   [&](const KindReader& each) { return each.kind == kind; });
  return found == kReaders.end() ? nullptr : found;
}

/// A name of digits stands for a longer one, which the mapping.csv beside it tells.
dump::FileName name_of(const std::string& path) {
  constexpr uint64_t kMostMapping = uint64_t{256} << 20U;
  const fs::path whole(path);
  const std::string last = whole.filename().string();
  dump::FileName name = dump::parse_file_name(last);
  if (name.kind == dump::NameKind::kHashed) {
    const auto mapping = FileBytes::open((whole.parent_path() / "mapping.csv").string());
    if (mapping && (*mapping)->size() <= kMostMapping) {
      const auto names = dump::parse_mapping(as_text((*mapping)->bytes()));
      const auto found = names.find(last);
      if (found != names.end()) {
        name = dump::parse_file_name(fs::path(found->second).filename().string());
      }
    }
  }
  std::error_code failed;
  const fs::path absolute = fs::absolute(whole, failed);
  dump::add_folders((failed ? whole : absolute).lexically_normal().string(), name.place);
  return name;
}

/// Text that is not read, but whose name says what it is for.
void explain_by_name(const FileBytes& file, Detection& detection) {
  if (detection.detected != "text") return;
  const std::string last = fs::path(file.path()).filename().string();
  switch (dump::parse_file_name(last).kind) {
    case dump::NameKind::kMapping:
      detection.explanation =
          "it is the list of long names of a dump; name its folder, whose files it explains";
      break;
    case dump::NameKind::kDescription:
      detection.explanation =
          "it describes an msprobe dump and holds no tensors; name the dump.json beside it, or "
          "the folder";
      break;
    case dump::NameKind::kExceptionInfo:
    case dump::NameKind::kException:
    case dump::NameKind::kExceptionCallback:
      detection.explanation = fmt::format(
          "it has the name of an exception dump, but no dump was written, only a placeholder of "
          "{} B; look for the reason in the log of the run",
          file.size());
      break;
    default: break;
  }
}

/// Names of exception dumps do not always have the stream; the text in them does.
std::optional<int64_t> stream_in_message(std::string_view message) {
  constexpr std::string_view kKey = "stream_id:";
  const size_t at = message.find(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = message.substr(at + kKey.size());
  int64_t number = 0;
  const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return fault == std::errc() && number >= 0 ? std::optional(number) : std::nullopt;
}

template <class T>
void adopt(T& own, const T& from) {
  const bool empty = [&] {
    if constexpr (requires { own.has_value(); })
      return !own.has_value();
    else
      return own.empty();
  }();
  if (empty) own = from;
}

}  // namespace

Kind Input::kind() const {
  if (folder) return Kind::kDumpFolder;
  if (tensors) return tensors->kind;
  return model ? model->kind : Kind::kUnknown;
}

const Problems& Input::problems() const {
  if (folder) return folder->problems;
  return tensors ? tensors->problems : model->problems;
}

bool holds_tensors(Kind kind) {
  return find_reader(kind) != nullptr;
}

Input read_input(const std::shared_ptr<const FileBytes>& file) {
  Detection detection = detect(file->bytes());
  const KindReader* reader = find_reader(detection.kind);
  if (reader == nullptr) {
    explain_by_name(*file, detection);
    return read_model(file, std::move(detection));
  }
  Input input;
  input.detection = std::move(detection);
  input.tensors = reader->read(file);
  return input;
}

Result<Input> read_input(const std::string& path) {
  std::error_code failed;
  if (path != "-" && fs::is_directory(path, failed)) {
    Input input;
    input.detection.kind = Kind::kDumpFolder;
    input.folder = std::make_unique<dump::FolderIndex>(dump::index_folder(path));
    return input;
  }
  const auto file = path == "-" ? FileBytes::from_standard_input() : FileBytes::open(path);
  if (!file) return file.error();
  return read_input(*file);
}

ir::RunPlace place_of(const ir::TensorFile& file) {
  return place_of(file, name_of(file.file->path()));
}

ir::RunPlace place_of(const ir::TensorFile& file, const dump::FileName& name) {
  ir::RunPlace place = file.place;
  const ir::RunPlace& told = name.place;
  adopt(place.op, told.op);
  adopt(place.op_type, told.op_type);
  adopt(place.model, told.model);
  adopt(place.model_id, told.model_id);
  adopt(place.device, told.device);
  adopt(place.step, told.step);
  adopt(place.rank, told.rank);
  adopt(place.task_id, told.task_id);
  adopt(place.stream_id, told.stream_id);
  if (file.kind == Kind::kDumpException) {
    adopt(place.stream_id, stream_in_message(file.message));
  }
  adopt(place.context_id, told.context_id);
  adopt(place.thread_id, told.thread_id);
  adopt(place.time, told.time);
  return place;
}

}  // namespace omscope
