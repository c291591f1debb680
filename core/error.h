#pragma once
// The program's exceptions. Each carries one sentence for the user: it is thrown where the fault is seen,
// with the context known there, and main prints it once.
//
// Nearly every file includes this header. It includes fmt/core.h and not fmt/format.h, which has twice as
// many lines, and leaves the formatting to error.cpp.

#include <fmt/core.h>

#include <stdexcept>
#include <string>

namespace core {

/// Something went wrong while running: the program ends with exit status 1. what() is one clear sentence.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The user asked for something that makes no sense: the program ends with exit status 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// Throws Error, or UsageError, with the formatted text.
[[noreturn]] void throw_error(fmt::string_view format, fmt::format_args args);
[[noreturn]] void throw_usage_error(fmt::string_view format, fmt::format_args args);

/// Throws Error with a text formatted as by fmt::format: fail("cannot open '{}': {}", path, reason).
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw_error(format, fmt::make_format_args(args...));
}

/// The same, as a UsageError.
template <typename... Args>
[[noreturn]] void fail_usage(fmt::format_string<Args...> format, Args&&... args) {
  throw_usage_error(format, fmt::make_format_args(args...));
}

/// The calling thread's errno in words, for messages.
std::string errno_text();

}  // namespace core
