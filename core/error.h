#pragma once
// The one exception type of the program: a sentence for the user. Thrown with context where the
// fault is seen, printed once, in main.

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace core {

/// Something went wrong at run time: exit status 1. what() is one clear sentence.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The user asked for something that makes no sense: exit status 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// fail("cannot open '{}': {}", path, reason) throws Error.
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
[[noreturn]] void fail_usage(fmt::format_string<Args...> format, Args&&... args) {
  throw UsageError(fmt::format(format, std::forward<Args>(args)...));
}

/// The current errno as words, for messages.
std::string errno_text();

}  // namespace core
