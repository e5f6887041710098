// The policy file: TOML.
//
//   [default]                  # all pairs
//   rtol = 1e-3
//   [default.float16]          # pairs whose lower side is float16
//   rtol = 1e-2
//   atol = 1e-3
//   [[rule]]                   # the last that matches wins
//   name = "block*/conv*"      # glob over the op's name on either side, or "op:output:0"
//   op_type = "Conv2D"
//   dtype = "float16"
//   cosine = 0.999             # any metric: lower bound of cosine, ratio_…, snr, psnr, else upper
//   [[ignore]]
//   name = "dropout*"
//   reason = "random by design"
//
// Thresholds are rtol, atol, tolerance ("sum": |d| > atol + rtol |g| is over; "either": |d| must
// exceed both), atol_scaled, warn_share, fail_share, peak_error, both_nan and both_inf ("pass",
// "warn" or "fail"), and metrics. An unknown key is an error.
#pragma once

#include <string>
#include <string_view>

#include "omscope/compare/policy.h"

namespace omscope::compare {

omscope::Result<PolicyFile> parse_policy(std::string_view text, const std::string& path);
omscope::Result<PolicyFile> read_policy(const std::string& path);

}  // namespace omscope::compare
