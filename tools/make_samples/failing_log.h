// The log of an invented process whose last convolution fails on the device, as the host writes it.
#pragma once

#include <cstdint>
#include <string>

namespace omscope::samples {

/// What happened to the op of `dump_run/extra-info`: its argument is no device address. Lines of
/// level INFO, known noise, the fault, and what the callers say of it.
std::string failing_plog();

/// A screen with a missing binary, as PyTorch shows it.
std::string failing_screen();

/// A log of about `bytes` of which `error_percent` of the lines have level ERROR.
std::string synthetic_log(uint64_t bytes, unsigned error_percent);

}  // namespace omscope::samples
