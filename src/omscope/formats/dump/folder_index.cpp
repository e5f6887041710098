#include "omscope/formats/dump/folder_index.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "omscope/core/file_bytes.h"
#include "omscope/core/text.h"

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
  std::string fault;
};

void sort_out(const fs::directory_entry& entry, Folder& folder) {
  std::error_code failed;
  std::string name = entry.path().filename().string();
  const bool is_link = entry.is_symlink(failed);
  if (entry.is_directory(failed)) {
    (is_link ? folder.links : folder.folders).push_back(std::move(name));
  } else if (entry.is_regular_file(failed)) {
    folder.files.push_back(std::move(name));
  }
}

void list(Folder& folder) {
  std::error_code failed;
  fs::directory_iterator entry(folder.path, failed);
  for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    sort_out(*entry, folder);
  }
  if (failed) folder.fault = failed.message();
  for (auto* names : {&folder.files, &folder.folders, &folder.links}) {
    std::sort(names->begin(), names->end());
  }
}

std::string below(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

/// All folders below `root`, level by level: those of one level are listed at the same time.
std::vector<Folder> walk(const std::string& root, Problems& problems) {
  constexpr size_t kMostDepth = 64;
  std::vector<Folder> all;
  // Only a link can lead to a folder for the second time.
  std::set<fs::path> linked;
  std::error_code failed;
  linked.insert(fs::canonical(root, failed));
  std::vector<Folder> level(1);
  level[0].path = root;
  for (size_t depth = 0; !level.empty() && depth < kMostDepth; ++depth) {
    tbb::parallel_for(size_t{0}, level.size(), [&](size_t i) { list(level[i]); });
    std::vector<Folder> next;
    for (Folder& folder : level) {
      if (!folder.fault.empty()) {
        problems.warning(Code::kCannotOpen, std::nullopt, folder.path,
                         fmt::format("cannot be listed: {}", folder.fault));
      }
      for (const std::string& name : folder.folders) next.push_back({below(folder.path, name)});
      for (const std::string& name : folder.links) {
        const std::string path = below(folder.path, name);
        const fs::path real = fs::canonical(path, failed);
        // A link to a folder around it would be walked for ever.
        const fs::path here = fs::canonical(folder.path, failed);
        const bool around = (here / "").string().starts_with((real / "").string());
        if (around || !linked.insert(real).second) {
          problems.info(Code::kDuplicateName, std::nullopt, path,
                        "is a link to a folder that is listed already; not followed");
          continue;
        }
        next.push_back({path});
      }
      all.push_back(std::move(folder));
    }
    level = std::move(next);
  }
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

}  // namespace

NameMapping parse_mapping(std::string_view text) {
  NameMapping mapping;
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
    if (comma == std::string_view::npos || line == "file,name") continue;
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
