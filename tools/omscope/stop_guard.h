// Leaves no unfinished output behind when the run is stopped.
#pragma once

namespace omscope::cli {

/// Takes over the signals by which users and batch systems stop a program, except those that the
/// caller has it ignore. They still end the process, and a shell still sees which one it was.
void clean_up_when_stopped();

}  // namespace omscope::cli
