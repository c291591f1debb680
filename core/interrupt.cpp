#include "core/interrupt.h"

#include <csignal>

namespace core {
namespace {

volatile std::sig_atomic_t arrived = 0;

void note(int signal) {
  arrived = signal;
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  arrived = 0;
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool Interrupt::asked() const {
  return arrived != 0;
}

int Interrupt::exit_status() const {
  return arrived == 0 ? 0 : 128 + static_cast<int>(arrived);
}

}  // namespace core
