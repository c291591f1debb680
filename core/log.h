#pragma once
// Lines for the person who runs the program, on standard error: "neuraster: warning: TEXT". spdlog writes
// them; its header takes seconds to compile, so log.cpp alone includes it.

#include <string_view>

namespace core {

/// Each writes one line; the text is not interpreted. They may be called from any thread.
void log_debug(std::string_view text);  ///< not shown at spdlog's default level
void log_warning(std::string_view text);
void log_error(std::string_view text);

}  // namespace core
