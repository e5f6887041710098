// The damage that every model file must stand, whatever its kind.
#pragma once

#include <string>

namespace omscope::test {

/// Cuts the file at every length (every 500th part of a bigger one).
void survives_cuts(const std::string& content);

/// Flips each byte of header and tables: what lies before the first partition, or the first 512
/// bytes of a file without partitions.
void survives_flips(const std::string& content);

/// 200 random mutations, 2000 with the long tests. Prints and returns how many still had ops.
void survives_mutations(const std::string& name, const std::string& content);

/// For offline models: the content of one partition after the other is overwritten; what the others
/// hold must still be read as before.
void keeps_other_partitions(const std::string& content);

}  // namespace omscope::test
