#include "core/error.h"

#include <cerrno>
#include <system_error>

namespace core {

void throw_error(fmt::string_view format, fmt::format_args args) {
  throw Error(fmt::vformat(format, args));
}

void throw_usage_error(fmt::string_view format, fmt::format_args args) {
  throw UsageError(fmt::vformat(format, args));
}

std::string errno_text() {
  return std::generic_category().message(errno);
}

}  // namespace core
