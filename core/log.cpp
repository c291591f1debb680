#include "core/log.h"

#include <spdlog/spdlog.h>

namespace core {

void log_debug(std::string_view text) {
  spdlog::debug("{}", text);
}

void log_warning(std::string_view text) {
  spdlog::warn("{}", text);
}

void log_error(std::string_view text) {
  spdlog::error("{}", text);
}

}  // namespace core
