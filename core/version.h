#pragma once
// Which program this is.

#include <string>

namespace core {

/// "1.0.0 (commit 1a2b3c4)"; the number alone where it was not built from a git checkout. The commit is that
/// of the last time CMake looked, and "+" follows it where files had been changed since.
std::string program_version();

}  // namespace core
