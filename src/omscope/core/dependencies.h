// The libraries that this one was built with.
#pragma once

#include <string>
#include <vector>

namespace omscope {

struct Dependency {
  std::string name;
  std::string version;
};

/// With the versions that their headers name.
std::vector<Dependency> dependencies();

}  // namespace omscope
