#include "core/error.h"

#include <cerrno>
#include <system_error>

namespace core {

std::string errno_text() {
  return std::generic_category().message(errno);
}

}  // namespace core
