// Folders and times of dumps.

#include <chrono>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/dump/file_name.h"
#include "omscope/formats/dump/name_parts.h"

namespace omscope::dump {
namespace {

constexpr size_t kSecondDigits = 14;
constexpr size_t kMicrosecondDigits = 16;
constexpr size_t kMillisecondDigits = 17;

std::string calendar(std::string_view digits) {
  const auto part = [&](size_t from, size_t count) {
    return static_cast<int>(number_in(digits.substr(from, count)).value_or(0));
  };
  const std::chrono::year_month_day date(std::chrono::year(part(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(part(4, 2))),
                                         std::chrono::day(static_cast<unsigned>(part(6, 2))));
  if (!date.ok() || part(8, 2) > 23 || part(10, 2) > 59 || part(12, 2) > 60) {
    return std::string(digits);
  }
  std::string out = fmt::format("{}-{}-{}T{}:{}:{}", digits.substr(0, 4), digits.substr(4, 2),
                                digits.substr(6, 2), digits.substr(8, 2), digits.substr(10, 2),
                                digits.substr(12, 2));
  if (digits.size() > kSecondDigits) out += fmt::format(".{}", digits.substr(kSecondDigits));
  return out;
}

std::string since_epoch(int64_t microseconds) {
  using namespace std::chrono;
  const sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

/// A folder named by the time at which a dump began.
bool is_time_folder(std::string_view name) {
  return name.size() == kSecondDigits && is_digits(name) && calendar(name) != name;
}

/// "step3", "rank_0": the number behind the word.
std::optional<int64_t> numbered(std::string_view name, std::string_view word) {
  if (!name.starts_with(word)) return std::nullopt;
  name.remove_prefix(word.size());
  if (name.starts_with('_')) name.remove_prefix(1);
  return number_in(name);
}

template <class T>
void keep_known(std::optional<T>& known, std::optional<T> found) {
  if (!known) known = found;
}

/// device[/model[/model id[/step]]], as far as there are folders.
void from_model_folders(std::span<const std::string_view> folders, ir::RunPlace& place) {
  if (!folders.empty()) keep_known(place.device, number_in(folders[0]));
  if (folders.size() < 2) return;
  if (place.model.empty()) place.model = folders[1];
  if (folders.size() > 2) keep_known(place.model_id, number_in(folders[2]));
  if (folders.size() > 3) keep_known(place.step, number_in(folders[3]));
}

}  // namespace

std::string iso_time(std::string_view digits) {
  if (!is_digits(digits)) return std::string(digits);
  if (digits.size() == kMicrosecondDigits) return since_epoch(number_in(digits).value_or(0));
  if (digits.size() == kMillisecondDigits || digits.size() == kSecondDigits) {
    return calendar(digits);
  }
  return std::string(digits);
}

void add_folders(std::string_view path, ir::RunPlace& place) {
  std::vector<std::string_view> folders = split(path, '/');
  if (!folders.empty()) folders.pop_back();
  std::erase_if(folders, [](std::string_view name) { return name.empty() || name == "."; });
  const std::span<const std::string_view> all(folders);
  for (size_t i = 0; i < all.size(); ++i) {
    keep_known(place.step, numbered(all[i], "step"));
    keep_known(place.rank, numbered(all[i], "rank"));
    if (all[i].starts_with("device")) keep_known(place.device, numbered(all[i], "device"));
    // extra-info/data-dump/<device>
    if (all[i] == "data-dump" && i + 1 < all.size()) {
      keep_known(place.device, number_in(all[i + 1]));
    }
    // printf/<device>
    if (all[i] == "printf" && i + 1 < all.size()) keep_known(place.device, number_in(all[i + 1]));
  }
  for (size_t i = all.size(); i-- > 0;) {
    if (!is_time_folder(all[i])) continue;
    if (place.time.empty()) place.time = iso_time(all[i]);
    return from_model_folders(all.subspan(i + 1), place);
  }
  // A copy without the folder of the time: device/model/model id/step.
  const size_t n = all.size();
  if (n >= 4 && is_digits(all[n - 4]) && !is_digits(all[n - 3]) && is_digits(all[n - 2]) &&
      is_digits(all[n - 1])) {
    from_model_folders(all.subspan(n - 4), place);
  }
}

}  // namespace omscope::dump
