#include "omscope/formats/config/cann_versions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "omscope/core/file_bytes.h"
#include "omscope/core/text.h"
#include "omscope/formats/config/key_values.h"

namespace omscope::config {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 14> kComponents = {
    "runtime", "compiler",  "opp", "opp_kernel", "toolkit", "hccl",   "aoe",
    "ncs",     "fwkacllib", "atc", "nnrt",       "ops",     "driver", "firmware"};
/// What a common folder has below it, each with a link "latest".
constexpr std::array<std::string_view, 3> kProducts = {"ascend-toolkit", "cann", "nnrt"};
constexpr std::array<std::string_view, 2> kCpus = {"aarch64", "x86_64"};

/// "[7.6.0.1.220:8.0.0]": of the component, of the product.
void read_pair(std::string_view value, ComponentVersion& version) {
  if (value.starts_with('[') && value.ends_with(']')) value = value.substr(1, value.size() - 2);
  const size_t colon = value.find(':');
  version.version = as_utf8(value.substr(0, colon));
  if (colon != std::string_view::npos) version.product = as_utf8(value.substr(colon + 1));
}

void add_file(const fs::path& path, std::string_view component, CannVersions& out) {
  constexpr uint64_t kMostBytes = uint64_t{1} << 20;
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) return;
  const auto file = FileBytes::open(path.string());
  if (!file || (*file)->size() > kMostBytes) return;
  for (ComponentVersion& version : read_version_file(as_text((*file)->bytes()), component)) {
    version.file = path.string();
    if (out.find(version.component) == nullptr) out.components.push_back(std::move(version));
  }
}

/// Lines about other parts, and what they are about in this one.
std::vector<Condition> conditions_of(const std::vector<KeyValue>& values) {
  constexpr size_t kMost = 100;
  std::vector<Condition> found;
  for (const KeyValue& each : values) {
    const std::string key = lower_case(each.key);
    const bool wanted = key.starts_with("required_") || key.starts_with("compatible_version") ||
                        key == "innerversion" || key == "package_version";
    if (!wanted || found.size() >= kMost) continue;
    Condition condition{as_utf8(each.key), as_utf8(each.value), each.line};
    // "required_package_hccl_version>="8.2"" is split behind the sign.
    if (condition.key.ends_with('>') || condition.key.ends_with('<')) {
      condition.value = condition.key.back() + std::string("=") + condition.value;
      condition.key.pop_back();
    }
    found.push_back(std::move(condition));
  }
  return found;
}

void look_into(const fs::path& folder, CannVersions& out) {
  for (const std::string_view component : kComponents) {
    add_file(folder / component / "version.info", component, out);
    add_file(folder / "share" / "info" / component / "version.info", component, out);
  }
  add_file(folder / "version.cfg", "", out);
  add_file(folder / "version.info", "", out);
  for (const std::string_view cpu : kCpus) {
    const fs::path sub = folder / (std::string(cpu) + "-linux");
    std::error_code failed;
    if (!fs::is_directory(sub, failed)) continue;
    if (std::find(out.cpus.begin(), out.cpus.end(), cpu) == out.cpus.end()) {
      out.cpus.emplace_back(cpu);
    }
    add_file(sub / "ascend_toolkit_install.info", "toolkit", out);
    add_file(sub / "ascend_ops_install.info", "ops", out);
  }
}

struct Part {
  bool is_number = false;
  uint64_t number = 0;
  std::string word;
};

/// "8.0.RC1.alpha001" → 8, 0, rc, 1, alpha, 1.
std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> parts;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool digit = std::isdigit(byte) != 0;
    if (!digit && std::isalpha(byte) == 0) {
      parts.emplace_back();
      continue;
    }
    const bool starts = parts.empty() || (parts.back().is_number != digit &&
                                          (parts.back().is_number || !parts.back().word.empty()));
    if (starts) parts.emplace_back();
    parts.back().is_number = digit;
    constexpr uint64_t kEnough = uint64_t{1} << 58U;
    if (digit && parts.back().number < kEnough)
      parts.back().number = parts.back().number * 10 + static_cast<uint64_t>(c - '0');
    if (!digit) parts.back().word += static_cast<char>(std::tolower(byte));
  }
  std::erase_if(parts, [](const Part& part) { return !part.is_number && part.word.empty(); });
  return parts;
}

/// A part that is not there counts as 0, behind a word: 8.0.RC1 comes before 8.0.
int compare_parts(const Part& a, const Part& b) {
  if (a.is_number != b.is_number) return a.is_number ? 1 : -1;
  if (a.is_number && a.number != b.number) return a.number < b.number ? -1 : 1;
  const int words = a.word.compare(b.word);
  return words == 0 ? 0 : words < 0 ? -1 : 1;
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const std::vector<Part> left = parts_of(a);
  const std::vector<Part> right = parts_of(b);
  const Part nothing{true, 0, {}};
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const int order =
        compare_parts(i < left.size() ? left[i] : nothing, i < right.size() ? right[i] : nothing);
    if (order != 0) return order;
  }
  return 0;
}

const ComponentVersion* CannVersions::find(std::string_view component) const {
  const auto found =
      std::find_if(components.begin(), components.end(),
                   [&](const ComponentVersion& each) { return each.component == component; });
  return found == components.end() ? nullptr : &*found;
}

const Condition* ComponentVersion::condition(std::string_view key) const {
  const auto found = std::find_if(conditions.begin(), conditions.end(), [&](const Condition& each) {
    return lower_case(each.key) == key;
  });
  return found == conditions.end() ? nullptr : &*found;
}

std::string CannVersions::product() const {
  for (const ComponentVersion& each : components) {
    if (!each.product.empty()) return each.product;
  }
  return {};
}

std::vector<ComponentVersion> read_version_file(std::string_view text, std::string_view component) {
  constexpr std::string_view kRunning = "_running_version";
  constexpr size_t kMost = 100;
  std::vector<ComponentVersion> found;
  const std::vector<KeyValue> values = read_key_values(text);
  for (const KeyValue& each : values) {
    if (!each.key.ends_with(kRunning) || found.size() >= kMost) continue;
    ComponentVersion version;
    version.component = as_utf8(each.key.substr(0, each.key.size() - kRunning.size()));
    version.line = each.line;
    read_pair(each.value, version);
    found.push_back(std::move(version));
  }
  if (!found.empty() || component.empty()) return found;
  for (const KeyValue& each : values) {
    if (each.key != "Version" && each.key != "version") continue;
    ComponentVersion version;
    version.component = component;
    version.line = each.line;
    version.version = as_utf8(each.value);
    const bool of_product = component == "toolkit" || component == "ops";
    if (each.key == "version" && of_product) version.product = version.version;
    const auto folder = find_value(values, "version_dir");
    if (folder) version.product = as_utf8(*folder);
    version.conditions = conditions_of(values);
    return {version};
  }
  return found;
}

CannVersions read_cann_folder(const std::string& path) {
  CannVersions out;
  look_into(path, out);
  std::error_code failed;
  const auto look_at_latest = [&](const fs::path& folder) {
    if (fs::is_directory(folder, failed)) look_into(folder, out);
  };
  look_at_latest(fs::path(path) / "latest");
  for (const std::string_view product : kProducts) {
    look_at_latest(fs::path(path) / product);
    look_at_latest(fs::path(path) / product / "latest");
  }
  return out;
}

bool is_version_file(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  return name == "version.info" || name == "version.cfg" ||
         name.ends_with("_toolkit_install.info") || name.ends_with("_ops_install.info");
}

void add_version_file(const std::string& path, CannVersions& versions) {
  const std::string name = fs::path(path).filename().string();
  const std::string folder = fs::path(path).parent_path().filename().string();
  if (name == "version.cfg") return add_file(path, "", versions);
  if (name.ends_with("_toolkit_install.info")) return add_file(path, "toolkit", versions);
  if (name.ends_with("_ops_install.info")) return add_file(path, "ops", versions);
  if (std::find(kComponents.begin(), kComponents.end(), folder) == kComponents.end()) return;
  add_file(path, folder, versions);
}

}  // namespace omscope::config
