// Big models for benchmarks, op for op as rich as those of real builds.
#pragma once

#include <cstdint>
#include <string>

#include "ge_ir.pb.h"

namespace omscope::samples {

/// A ModelDef with `ops` ops: chains of convolutions with constants, 2.2–2.5 KB on the wire and
/// 24–28 attributes each. `weight_bytes` is spread over the constants.
::ge::proto::ModelDef synthetic_model(int64_t ops, int64_t weight_bytes);

/// Writes it as an offline model to `path`. The weights are a hole in the file (zeros that take no
/// disk), so that sizes of gigabytes are cheap.
void write_synthetic_om(const std::string& path, int64_t ops, int64_t weight_bytes);

}  // namespace omscope::samples
