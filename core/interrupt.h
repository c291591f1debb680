#pragma once
// Ctrl+C as a request: long work ends at its next step and writes what it has.

namespace core {

/// While one exists, the first SIGINT or SIGTERM only sets a flag. The second ends the program, as both do
/// without it. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  bool asked() const;
  /// What a shell expects of a program that ended because of the signal: 128 and its number; 0 where none
  /// came.
  int exit_status() const;
};

}  // namespace core
