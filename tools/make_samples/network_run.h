// What the sample network computes, in float32 as a framework would.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "make_samples/network.h"

namespace omscope::samples {

/// Sees the output of a layer before any other layer does, and may change it.
using AfterLayer = std::function<void(const std::string& layer, std::vector<float>& values)>;

/// The output of every layer by its name, "image" among them; the image is made by a seeded
/// generator.
std::map<std::string, std::vector<float>> run_network(const Network& network,
                                                      const AfterLayer& after = {});

}  // namespace omscope::samples
