// Writing a whole file so that nobody sees half of it.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/core/result.h"

namespace omscope {

/// What to do where the target is a link: a user's own path means the file that it points to; a
/// name that comes from inside of a file shall not reach anything outside of its folder.
enum class Links : uint8_t { kFollow, kReplace };

/// Writes through a temporary file beside the target, which is renamed to it when it is complete;
/// an existing target keeps its permissions. With kFollow a target that is no regular file (a
/// pipe, a device) is written straight into, and "-" is standard output.
Result<Done> replace_file(const std::string& path, Links links,
                          const std::function<void(std::ostream&)>& write);

/// The same for those who write to the descriptor themselves, in any order where it can seek.
/// `write` returns the error number of what went wrong, 0 for nothing.
Result<Done> replace_file_raw(const std::string& path, Links links,
                              const std::function<int(int fd)>& write);

/// Writes all of `bytes`; returns the error number, 0 for none. Bytes of a mapped file should be
/// copied first: the kernel refuses those that are gone.
int write_all(int fd, ByteView bytes);
int write_all_at(int fd, ByteView bytes, uint64_t offset);

/// Whether both paths lead to the same file; the input "-" is what standard input comes from. False
/// where one of them leads nowhere.
bool is_same_file(const std::string& path, const std::string& input);

/// Whether `path`, which need not be there, lies below the folder. False, too, where that cannot be
/// told.
bool is_inside(const std::string& path, const std::string& folder);

/// False, too, where that cannot be told.
bool is_folder(const std::string& path);

/// Hands bytes to a stream. They may lie in a mapped file.
void write_parts(std::ostream& out, const std::vector<ByteView>& parts);

}  // namespace omscope
