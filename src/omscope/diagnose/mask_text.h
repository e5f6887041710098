// Words of a text that tell where and by whom it was made.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace omscope::diagnose {

/// Names that are masked wherever they stand, once they were met where they must be such.
struct PrivateNames {
  std::set<std::string> users;  ///< "/home/NAME", "C:\Users\NAME", "NAME@host"
  std::set<std::string> hosts;  ///< "host NAME", "hostname=NAME", "user@NAME"
};
void collect_names(std::string_view text, PrivateNames& names);

/// "/a/b/c.log" and "C:\a\b\c.log" as "<path>/c.log"; paths that every system has stay.
std::string mask_paths(std::string_view text);
/// Addresses of hosts: IPv4, IPv6, MAC.
std::string mask_addresses(std::string_view text);
void mask_names(std::string& text, const PrivateNames& names);

}  // namespace omscope::diagnose
