#include "threads.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

// These are defined only where the program was built with ThreadSanitizer.
extern "C" {
__attribute__((weak)) void* __tsan_create_fiber(unsigned flags);
__attribute__((weak)) void* __tsan_get_current_fiber();
__attribute__((weak)) void __tsan_switch_to_fiber(void* fiber, unsigned flags);
__attribute__((weak)) void __tsan_acquire(void* address);
__attribute__((weak)) void __tsan_release(void* address);
}

namespace simulator {

__thread Here here;

namespace {

constexpr std::size_t stack_bytes = 128 << 10;

void acquire(void* token) {
  if (__tsan_acquire) __tsan_acquire(token);
}
void release(void* token) {
  if (__tsan_release) __tsan_release(token);
}

enum class State { ready, at_warp, at_block, at_grid, done };

struct Grid {
  dim3 blocks, threads;
  const std::function<void()>* body;
  std::barrier<> all_blocks;  ///< of a cooperative grid
  std::atomic<bool> fault{false};
  char begin = 0, end = 0;  ///< tokens for ThreadSanitizer
  char between_layers[2] = {};
};

Watcher watcher;

class Multiprocessor;
__thread Multiprocessor* current = nullptr;

std::vector<void (*)()>& touches() {
  static std::vector<void (*)()> all;
  return all;
}

class Multiprocessor {
 public:
  Multiprocessor()
      : stacks_(static_cast<char*>(mmap(nullptr, max_threads * stack_bytes, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
    if (stacks_ == MAP_FAILED) throw std::bad_alloc();
  }
  ~Multiprocessor() { munmap(stacks_, max_threads * stack_bytes); }
  Multiprocessor(const Multiprocessor&) = delete;
  Multiprocessor& operator=(const Multiprocessor&) = delete;

  /// Runs blocks first, first + step, and so on.
  void run(Grid& grid, unsigned first, unsigned step) {
    grid_ = &grid;
    current = this;
    count_ = static_cast<int>(grid.threads.x * grid.threads.y * grid.threads.z);
    const unsigned blocks = grid.blocks.x * grid.blocks.y * grid.blocks.z;
    if (sigsetjmp(escape_, 1)) {  // fault() jumps here: fibers stop anywhere
      made_ = 0;
      grid.fault = true;
      return;
    }
    for (const auto touch : touches()) touch();
    release(&grid.begin);
    for (unsigned block = first; block < blocks && !grid.fault; block += step) run_block(block);
  }

  void wait(State at) {
    const int me = running_;
    Fiber& fiber = fibers_[static_cast<std::size_t>(me)];
    // Tokens alternate, because a thread may be at the next barrier before all have left this one.
    const unsigned turn = fiber.waits[static_cast<int>(at)]++ & 1;
    void* token = at == State::at_warp    ? &warp_tokens_[me / warp_size][turn]
                  : at == State::at_block ? &block_tokens_[turn]
                                          : &grid_->between_layers[turn];
    release(token);
    stop(fiber, at);
    acquire(token);
  }

  Shown* show(const Shown& mine) {
    const int me = running_, warp = me / warp_size;
    const unsigned turn = fibers_[static_cast<std::size_t>(me)].shown++ & 1;
    auto& all = shown_[static_cast<std::size_t>(2 * warp) + turn];
    all[static_cast<std::size_t>(me % warp_size)] = mine;
    // wait() would order memory, which the PTX ISA does not promise for mma.sync, ldmatrix.sync and
    // shfl.sync.
    stop(fibers_[static_cast<std::size_t>(me)], State::at_warp);
    return all.data();
  }

  [[noreturn]] void fault() { siglongjmp(escape_, 1); }
  bool owns(const char* address) const {
    const auto* self = reinterpret_cast<const char*>(this);
    return (address >= stacks_ && address < stacks_ + max_threads * stack_bytes) ||
           (address >= self && address < self + sizeof *this);
  }

 private:
  /// A place to continue from. Changes between begun places are jumps, since swapcontext makes a system call
  /// for the signals' mask each time. ThreadSanitizer follows only swapcontext.
  struct Place {
    ucontext_t context;
    jmp_buf jump;
    bool begun = false;
    void change_to(Place& to) {
      if (__tsan_switch_to_fiber || !to.begun) {
        begun = to.begun = true;
        if (_setjmp(jump) == 0) swapcontext(&context, &to.context);
      } else if (_setjmp(jump) == 0) {
        _longjmp(to.jump, 1);
      }
    }
  };
  struct Fiber {
    Place place;
    void* sanitized = nullptr;
    State state = State::done;
    unsigned waits[5] = {}, shown = 0;
  };

  void run_block(unsigned block) {
    const dim3 &blocks = grid_->blocks, &threads = grid_->threads;
    turn_ = 1 - turn_;
    here.block_size = {threads.x, threads.y, threads.z};
    here.grid_size = {blocks.x, blocks.y, blocks.z};
    here.block = {block % blocks.x, block / blocks.x % blocks.y, block / blocks.x / blocks.y};
    for (int i = 0; i < count_; ++i) {
      if (i == made_) make(i);
      Fiber& fiber = fibers_[static_cast<std::size_t>(i)];
      fiber.state = State::ready;
      fiber.shown = 0;
      for (unsigned& n : fiber.waits) n = 0;
    }
    // The order of the threads reverses with the block and at every barrier.
    for (unsigned turn = block; run_to_barrier(turn % 2 != 0); ++turn) {
    }
  }

  /// Runs until every thread has ended or waits for its block, and releases that barrier. Returns false when
  /// all have ended.
  bool run_to_barrier(bool backwards) {
    const int warps = (count_ + warp_size - 1) / warp_size;
    for (int w = 0; w < warps; ++w) run_warp(backwards ? warps - 1 - w : w, backwards);
    watcher.barrier();
    int at_block = 0, at_grid = 0, done = 0;
    for (int i = 0; i < count_; ++i) {
      const State state = fibers_[static_cast<std::size_t>(i)].state;
      at_block += state == State::at_block;
      at_grid += state == State::at_grid;
      done += state == State::done;
    }
    if (done == count_) return false;
    if (at_grid + done == count_)
      grid_->all_blocks.arrive_and_wait();
    else if (at_block + done != count_)
      give_up("a block waits at a barrier that not all of its threads reach");
    for (int i = 0; i < count_; ++i)
      if (fibers_[static_cast<std::size_t>(i)].state != State::done)
        fibers_[static_cast<std::size_t>(i)].state = State::ready;
    return true;
  }

  void run_warp(int warp, bool backwards) {
    const int first = warp * warp_size, last = std::min(first + warp_size, count_);
    while (true) {
      for (int n = first; n < last; ++n) {
        const int i = backwards ? first + last - 1 - n : n;
        if (fibers_[static_cast<std::size_t>(i)].state == State::ready) enter(i);
      }
      int at_warp = 0;
      for (int i = first; i < last; ++i)
        at_warp += fibers_[static_cast<std::size_t>(i)].state == State::at_warp;
      if (at_warp == 0) return;
      if (at_warp != warp_size) give_up("a warp waits for lanes that are elsewhere");
      for (int i = first; i < last; ++i) fibers_[static_cast<std::size_t>(i)].state = State::ready;
    }
  }

  void make(int i) {
    Fiber& fiber = fibers_[static_cast<std::size_t>(i)];
    ucontext_t& context = fiber.place.context;
    getcontext(&context);
    context.uc_stack.ss_sp = stacks_ + static_cast<std::size_t>(i) * stack_bytes;
    context.uc_stack.ss_size = stack_bytes;
    context.uc_link = nullptr;
    makecontext(&context, &Multiprocessor::live, 0);
    fiber.place.begun = false;
    if (__tsan_create_fiber && !fiber.sanitized) fiber.sanitized = __tsan_create_fiber(0);
    made_ = i + 1;
  }
  static void live() {
    while (true) current->live_once();
  }
  void live_once() {
    acquire(&grid_->begin);
    acquire(&blocks_[1 - turn_]);  // the previous block's shared memory is reused
    (*grid_->body)();
    release(&blocks_[turn_]);
    release(&grid_->end);
    Fiber& fiber = fibers_[static_cast<std::size_t>(running_)];
    stop(fiber, State::done);
  }
  void enter(int i) {
    running_ = i;
    const auto n = static_cast<unsigned>(i);
    const dim3& size = grid_->threads;
    here.thread = {n % size.x, n / size.x % size.y, n / size.x / size.y};
    Fiber& fiber = fibers_[n];
    if (__tsan_switch_to_fiber) {
      sanitized_ = __tsan_get_current_fiber();
      __tsan_switch_to_fiber(fiber.sanitized, 1);  // 1: a change of place orders nothing
    }
    scheduler_.change_to(fiber.place);
  }
  void stop(Fiber& fiber, State state) {
    fiber.state = state;
    if (__tsan_switch_to_fiber) __tsan_switch_to_fiber(sanitized_, 1);
    fiber.place.change_to(scheduler_);
  }
  [[noreturn]] void give_up(const char* why) {
    std::fprintf(stderr, "simulated GPU, block (%u, %u): %s\n", here.block.x, here.block.y, why);
    std::abort();
  }

  char* stacks_;
  std::array<Fiber, max_threads> fibers_;
  int made_ = 0, count_ = 0, running_ = 0;
  Grid* grid_ = nullptr;
  Place scheduler_;
  void* sanitized_ = nullptr;
  sigjmp_buf escape_;
  std::array<std::array<Shown, warp_size>, 2 * max_threads / warp_size> shown_;
  char warp_tokens_[max_threads / warp_size][2] = {}, block_tokens_[2] = {}, blocks_[2] = {};
  unsigned turn_ = 0;
};

/// An access to unmapped memory ends the grid instead of the program, as on a GPU.
void on_fault(int signal, siginfo_t*, void*) {
  if (current) current->fault();
  ::signal(signal, SIG_DFL);
}

/// The threads of the system that run the multiprocessors.
class Pool {
 public:
  Pool() {
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    if (!__tsan_create_fiber) sigaction(SIGSEGV, &action, nullptr);
    for (unsigned i = 0; i < multiprocessors; ++i) threads_.emplace_back([this, i] { work(i); });
  }
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    start_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void run(Grid& grid) {
    release(&grid.begin);
    std::unique_lock lock(mutex_);
    grid_ = &grid;
    ++round_;
    left_ = multiprocessors;
    start_.notify_all();
    done_.wait(lock, [this] { return left_ == 0; });
    acquire(&grid.end);
  }

 private:
  void work(unsigned index) {
    const auto processor = std::make_unique<Multiprocessor>();
    // A fault may come at the end of a fiber's stack, so the handler needs a stack of its own.
    std::vector<char> stack(64 << 10);
    const stack_t signals{stack.data(), 0, stack.size()};
    sigaltstack(&signals, nullptr);
    std::uint64_t seen = 0;
    while (true) {
      std::unique_lock lock(mutex_);
      start_.wait(lock, [&] { return ends_ || round_ != seen; });
      if (ends_) return;
      seen = round_;
      Grid& grid = *grid_;
      lock.unlock();
      processor->run(grid, index, multiprocessors);
      current = nullptr;
      lock.lock();
      if (--left_ == 0) done_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable start_, done_;
  Grid* grid_ = nullptr;
  std::uint64_t round_ = 0;
  int left_ = 0;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

void before_grids(void (*touch)()) {
  touches().push_back(touch);
}

void watch_grids(Watcher one) {
  watcher = one;
}
bool in_grid() {
  return current != nullptr;
}
bool is_private(const void* address) {
  const auto* byte = static_cast<const char*>(address);
  const auto* place = reinterpret_cast<const char*>(&here);
  return (byte >= place && byte < place + sizeof here) || (current && current->owns(byte));
}

bool run_grid(dim3 blocks, dim3 threads, bool cooperative, const std::function<void()>& body) {
  static Pool pool;
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const auto together = static_cast<std::ptrdiff_t>(cooperative ? blocks.x * blocks.y * blocks.z : 1);
  Grid grid{blocks, threads, &body, std::barrier<>(together)};
  watcher.begin();
  pool.run(grid);
  watcher.end();
  return !grid.fault;
}

void wait_for_warp() {
  current->wait(State::at_warp);
}
void wait_for_block() {
  current->wait(State::at_block);
}
void wait_for_grid() {
  current->wait(State::at_grid);
}

const Shown* show_warp(const Shown& mine) {
  return current->show(mine);
}

}  // namespace simulator
