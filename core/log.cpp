#include "core/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace core {
namespace {

/// On standard error, because what a program prints for other programs is on standard output. Lines that
/// cannot be written are dropped.
spdlog::logger& logger() {
  static spdlog::logger one = [] {
    spdlog::logger made("neuraster", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made.set_pattern("neuraster: %l: %v");
    made.set_error_handler([](const std::string&) {});
    return made;
  }();
  return one;
}

}  // namespace

void log_debug(std::string_view text) {
  logger().debug("{}", text);
}

void log_warning(std::string_view text) {
  logger().warn("{}", text);
}

void log_error(std::string_view text) {
  logger().error("{}", text);
}

}  // namespace core
