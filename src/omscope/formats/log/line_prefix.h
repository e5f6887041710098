// What ships logs puts a prefix in front of each line, which is not part of the log.
//
//   2025-05-08T09:56:20Z pod-7 [ERROR] RUNTIME(…     kubectl logs --timestamps, stern
//   2025-05-08T09:56:20.123456789Z stderr F [ERROR]  container runtimes (CRI)
//   [pod/train-0/worker] [ERROR] …                   kubectl logs --prefix
//   worker-0  | [ERROR] …                            docker compose
//   [rank0]: [ERROR] …, [1,0]<stderr>:[ERROR] …      torchrun, mpirun
//   May 08 09:56:20 node03 app[123]: [ERROR] …       syslog, journalctl
//
// In front of a head of a log any such words are passed over, unless they read as prose, as a
// quotation, or as a line of another program that has a level of its own: what that one quotes
// proves nothing. Lines without a head are looked at behind the forms above only.
#pragma once

#include <optional>
#include <string_view>

#include "omscope/formats/log/line_header.h"

namespace omscope::log {

/// `scan_header` of the line, or of what stands behind a prefix.
std::optional<LineHeader> find_header(std::string_view line);

/// Of a line without a head: what stands behind a prefix, the line itself where there is none.
std::string_view without_prefix(std::string_view line);

}  // namespace omscope::log
