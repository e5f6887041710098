// What the benchmarks read. tools/bench makes the files; texts are made here, once.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "omscope/core/file_bytes.h"

namespace omscope::bench {

using File = std::shared_ptr<const FileBytes>;

/// The folder in the build that tools/bench fills.
std::filesystem::path input(const std::string& name);

/// In memory, so that the disk and the page cache have no part in a time.
File in_memory(const std::string& name, const std::string& content);

/// The offline model with 100 000 ops, in memory; nothing when tools/bench did not make it.
std::optional<File> many_ops();

const File& ge_proto_input();
const File& ge_onnx_input();
const File& atc_json_input();
const File& onnx_input();

/// Dumps of real builds, as far as the corpus is on this machine.
std::vector<File> real_dumps(const std::string& name_starts);

/// The biggest known dump, unpacked by tools/bench; empty where the corpus is absent.
std::string biggest_dump();

}  // namespace omscope::bench
