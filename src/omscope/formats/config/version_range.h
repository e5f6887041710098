// What version files demand of other parts of an installation:
//
//   required_package_runtime_version=">=7.6, <=8.3"     of a component of CANN; also "8.2" alone
//   compatible_version_fw=[6.4.0,6.4.99],[7.0.0,7.2.99]  of the driver: firmware from … to …
//   compatible_version_drv=[23.0.0,23.0.0.],[24.1,24.1.] of the firmware
//   compatible_version=[V100R001C18],[V100R001C19]       of driver and toolkit: code lines
//
// A bound counts for as many numbers as it has: 24.1.rc2 and 24.1.0 are both "24.1", so both lie in
// [24.1,24.1.].
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace omscope::config {

/// -1, 0 or 1 like compare_versions(), by the first parts of `version`, as many as `bound` has.
int compare_to_bound(std::string_view version, std::string_view bound);

/// Whether `version` meets ">=7.6, <=8.3". What cannot be read demands nothing.
bool meets(std::string_view version, std::string_view demand);

/// Whether `version` lies in one of "[7.0.0,7.2.99],[…]". True where there is no range to read.
bool lies_in(std::string_view version, std::string_view ranges);

/// "V100R001C19", "V100R001C20" of a list in brackets, or of "V100R001C19SPC001B124".
std::vector<std::string_view> code_lines(std::string_view text);

}  // namespace omscope::config
