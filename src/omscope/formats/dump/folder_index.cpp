#include "omscope/formats/dump/folder_index.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "omscope/core/byte_order_mark.h"
#include "omscope/core/csv.h"
#include "omscope/core/file_bytes.h"
#include "omscope/core/text.h"
#include "omscope/core/unfinished_file.h"
#include "omscope/formats/dump/name_parts.h"

namespace omscope::dump {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMappingName = "mapping.csv";

/// One folder and the names in it.
struct Folder {
  std::string path;
  std::vector<std::string> files;
  std::vector<std::string> folders;  ///< names; links among them are in `links` instead
  std::vector<std::string> links;    ///< links to folders
  std::vector<std::string> strange;  ///< named like a dump, and no file: "NAME\n what it is"
  std::string fault;
};

/// Whether one would miss it where it is not read.
bool is_named_like_a_tensor(std::string_view name) {
  return parse_file_name(name).kind != NameKind::kOther || !tensor_suffix(name).empty();
}

std::string_view what_it_is(const fs::directory_entry& entry, bool is_link) {
  std::error_code failed;
  switch (entry.status(failed).type()) {
    case fs::file_type::fifo: return "is a pipe, no file";
    case fs::file_type::socket: return "is a socket, no file";
    case fs::file_type::block:
    case fs::file_type::character: return "is a device, no file";
    default: return is_link ? "is a link that leads to no file" : "cannot be looked at";
  }
}

void sort_out(const fs::directory_entry& entry, Folder& folder) {
  std::error_code failed;
  std::string name = entry.path().filename().string();
  const bool is_link = entry.is_symlink(failed);
  if (entry.is_directory(failed)) {
    (is_link ? folder.links : folder.folders).push_back(std::move(name));
  } else if (entry.is_regular_file(failed)) {
    if (!is_unfinished_name(name)) folder.files.push_back(std::move(name));
  } else if (is_named_like_a_tensor(name)) {
    folder.strange.push_back(fmt::format("{}\n{}", name, what_it_is(entry, is_link)));
  }
}

void list(Folder& folder) {
  std::error_code failed;
  fs::directory_iterator entry(folder.path, failed);
  for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    sort_out(*entry, folder);
  }
  if (failed) folder.fault = failed.message();
  for (auto* names : {&folder.files, &folder.folders, &folder.links, &folder.strange}) {
    std::sort(names->begin(), names->end());
  }
}

std::string below(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

/// What is told of each of a few and counted of all.
class Strange {
 public:
  void add(const Folder& folder, Problems& problems) {
    constexpr size_t kMost = 20;
    for (const std::string& each : folder.strange) {
      if (++count_ > kMost) continue;
      const size_t end = each.rfind('\n');
      problems.warning(Code::kCannotOpen, std::nullopt, below(folder.path, each.substr(0, end)),
                       each.substr(end + 1) + "; not read");
      told_ = count_;
    }
  }
  void finish(Problems& problems) const {
    if (count_ == told_) return;
    problems.warning(
        Code::kCannotOpen, std::nullopt, "",
        fmt::format("{} more with names of dumps are no files; not read", grouped(count_ - told_)));
  }

 private:
  uint64_t count_ = 0;
  uint64_t told_ = 0;
};

/// All folders below `root`, level by level: those of one level are listed at the same time.
std::vector<Folder> walk(const std::string& root, Problems& problems) {
  constexpr size_t kMostDepth = 64;
  std::vector<Folder> all;
  // Only a link can lead to a folder for the second time.
  std::set<fs::path> linked;
  std::error_code failed;
  linked.insert(fs::canonical(root, failed));
  Strange strange;
  std::vector<Folder> level(1);
  level[0].path = root;
  for (size_t depth = 0; !level.empty() && depth < kMostDepth; ++depth) {
    tbb::parallel_for(size_t{0}, level.size(), [&](size_t i) { list(level[i]); });
    std::vector<Folder> next;
    for (Folder& folder : level) {
      if (!folder.fault.empty()) {
        problems.error(
            Code::kCannotOpen, std::nullopt, folder.path == root ? "" : folder.path,
            fmt::format("cannot be listed: {}; ask for permission to read it", folder.fault));
      }
      strange.add(folder, problems);
      for (const std::string& name : folder.folders) next.push_back({below(folder.path, name)});
      for (const std::string& name : folder.links) {
        const std::string path = below(folder.path, name);
        const fs::path real = fs::canonical(path, failed);
        // A link to a folder around it would be walked for ever.
        const fs::path here = fs::canonical(folder.path, failed);
        const bool around = (here / "").string().starts_with((real / "").string());
        if (around || !linked.insert(real).second) {
          problems.info(Code::kDuplicateName, std::nullopt, path,
                        around ? "is a link to a folder that it lies in; not followed"
                               : "is a link to a folder that is listed already; not followed");
          continue;
        }
        next.push_back({path});
      }
      all.push_back(std::move(folder));
    }
    level = std::move(next);
  }
  strange.finish(problems);
  if (!level.empty()) {
    problems.warning(Code::kTooDeep, std::nullopt, level[0].path,
                     "folders are nested deeper than any dump; the rest was left out");
  }
  return all;
}

NameMapping read_mapping(const Folder& folder, Problems& problems) {
  constexpr uint64_t kMost = uint64_t{256} << 20;
  if (!std::binary_search(folder.files.begin(), folder.files.end(), kMappingName)) return {};
  const auto file = FileBytes::open(below(folder.path, std::string(kMappingName)));
  if (!file) {
    problems.add(file.error());
    return {};
  }
  return parse_mapping(as_text((*file)->bytes().first(std::min<uint64_t>((*file)->size(), kMost))));
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

FolderEntry make_entry(const Folder& folder, const std::string& file, const NameMapping& mapping,
                       const ir::RunPlace& folder_place) {
  FolderEntry entry;
  entry.path = below(folder.path, file);
  entry.name = parse_file_name(file);
  if (entry.name.kind == NameKind::kHashed) {
    const auto found = mapping.find(file);
    if (found != mapping.end()) {
      entry.stored = file;
      entry.name = parse_file_name(last_part(found->second));
    }
  }
  ir::RunPlace& place = entry.name.place;
  const auto adopt = [](auto& own, const auto& from) {
    if (!own) own = from;
  };
  adopt(place.device, folder_place.device);
  adopt(place.model_id, folder_place.model_id);
  adopt(place.step, folder_place.step);
  adopt(place.rank, folder_place.rank);
  if (place.model.empty()) place.model = folder_place.model;
  if (place.time.empty()) place.time = folder_place.time;
  return entry;
}

/// A name of digits without an original.
void report_unmapped(const std::vector<FolderEntry>& entries, Problems& problems) {
  uint64_t count = 0;
  std::string_view first;
  for (const FolderEntry& entry : entries) {
    if (entry.name.kind != NameKind::kHashed) continue;
    if (count++ == 0) first = entry.path;
  }
  if (count > 0) {
    problems.warning(
        Code::kBadValue, std::nullopt, std::string(first),
        fmt::format("{} a long name that mapping.csv does not explain; copy the "
                    "mapping.csv of the dump beside it",
                    count == 1 ? "stands for"
                               : fmt::format("and {} more files stand each for", count - 1)));
  }
}

std::string cell(const std::optional<int64_t>& number) {
  return number ? fmt::format("{}", *number) : "";
}

/// What omscope writes: titles, then rows that may have quotes.
NameMapping parse_own_mapping(std::string_view text) {
  NameMapping mapping;
  next_csv_row(text);
  while (!text.empty()) {
    std::vector<std::string> cells = next_csv_row(text);
    if (cells.size() > 1) mapping.insert_or_assign(std::move(cells[0]), std::move(cells[1]));
  }
  return mapping;
}

}  // namespace

NameMapping parse_mapping(std::string_view text) {
  NameMapping mapping;
  text = without_byte_order_mark(text);
  if (text.starts_with("file,name")) return parse_own_mapping(text);
  const auto unquoted = [](std::string_view cell) {
    if (cell.size() < 2 || cell.front() != '"' || cell.back() != '"') return std::string(cell);
    return std::string(cell.substr(1, cell.size() - 2));
  };
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const size_t comma = line.find(',');
    if (comma == std::string_view::npos) continue;
    mapping.insert_or_assign(unquoted(line.substr(0, comma)), unquoted(line.substr(comma + 1)));
  }
  return mapping;
}

FolderIndex index_folder(const std::string& root, const HeaderReader& read_header) {
  FolderIndex index(root);
  std::error_code failed;
  if (!fs::is_directory(root, failed)) {
    index.problems.error(Code::kCannotOpen, std::nullopt, "", "is no folder that can be opened");
    return index;
  }
  std::vector<Folder> folders = walk(root, index.problems);
  index.folders = folders.size();
  std::sort(folders.begin(), folders.end(),
            [](const Folder& a, const Folder& b) { return a.path < b.path; });
  // Folders above the one that was named tell as much as those below it.
  const std::string absolute = fs::weakly_canonical(root, failed).string();
  for (const Folder& folder : folders) {
    const NameMapping mapping = read_mapping(folder, index.problems);
    ir::RunPlace place;
    add_folders(below(below(absolute, folder.path.substr(root.size())), "file"), place);
    const size_t before = index.entries.size();
    index.entries.resize(before + folder.files.size());
    tbb::parallel_for(size_t{0}, folder.files.size(), [&](size_t i) {
      FolderEntry& entry = index.entries[before + i];
      entry = make_entry(folder, folder.files[i], mapping, place);
      if (read_header) read_header(entry);
    });
  }
  report_unmapped(index.entries, index.problems);
  return index;
}

ir::RecordTable as_table(const FolderIndex& index) {
  ir::RecordTable table;
  table.title = "dump files";
  table.columns = {"device", "model", "step",   "op type", "op name",
                   "tensor", "task",  "stream", "time",    "path"};
  table.rows.reserve(index.entries.size());
  for (const FolderEntry& entry : index.entries) {
    const ir::RunPlace& place = entry.name.place;
    table.rows.push_back({cell(place.device), place.model, cell(place.step), place.op_type,
                          place.op, entry.name.tensor, cell(place.task_id), cell(place.stream_id),
                          place.time, entry.path});
  }
  return table;
}

}  // namespace omscope::dump
