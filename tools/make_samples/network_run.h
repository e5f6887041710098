// What the sample network computes, in float32 as a framework would.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "make_samples/network.h"

namespace omscope::samples {

/// The output of every layer by its name, "image" among them; the image is made by a seeded
/// generator.
std::map<std::string, std::vector<float>> run_network(const Network& network);

}  // namespace omscope::samples
