#include "core/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "core/error.h"

namespace core {

void open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The wrong way round, so that reading or writing still fails as on a closed one.
    if (::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

void tell(std::string_view text) noexcept {
  // In one piece, so that lines of several threads do not mix.
  try {
    const std::string line = "neuraster: " + std::string(text) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
  } catch (...) {
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
}

void flush_standard_output() {
  errno = 0;
  const bool failed = std::ferror(stdout) != 0;
  if (std::fflush(stdout) == 0 && !failed) return;
  fail("cannot write to standard output: {}", errno != 0 ? errno_text() : "some of it was lost");
}

}  // namespace core
