#pragma once
// The program's version, for records and reports.

#include <string>

namespace core {

/// "1.0.0 (commit 1a2b3c4)", or the number alone where the program was not built from a git checkout. The
/// commit is the one that CMake found when it last configured the build, followed by "+" where files differed
/// from it.
std::string program_version();

}  // namespace core
