#include "core/version.h"

namespace core {

std::string program_version() {
  const std::string commit = NEURASTER_COMMIT;
  return commit.empty() ? NEURASTER_VERSION : NEURASTER_VERSION " (commit " + commit + ")";
}

}  // namespace core
