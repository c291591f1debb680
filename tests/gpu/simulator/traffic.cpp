#include "traffic.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <span>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "runtime.h"
#include "threads.h"

namespace simulator {
namespace {

constexpr std::uintptr_t sector = 32;
constexpr int banks = 32;

struct Access {
  const void* code;
  std::uintptr_t address;
  unsigned thread, turn, size;
  bool write, shared;
};

std::mutex all_mutex;
std::vector<Traffic> ended;
std::vector<Range> device_memory;  ///< sorted; of the grid that runs
bool counting = false;

bool on_device(std::uintptr_t address) {
  const auto after = std::upper_bound(device_memory.begin(), device_memory.end(), address,
                                      [](std::uintptr_t a, const Range& range) { return a < range.first; });
  return after != device_memory.begin() && address < std::prev(after)->last;
}

/// Returns how often a warp's request passes through the banks: lanes that read the same word share it. Wide
/// accesses go by halves or quarters of the warp, which are not conflicts and count once.
std::uint64_t passes_of(std::span<const Access> request) {
  const unsigned size = std::max(4u, request.front().size);
  std::vector<std::tuple<unsigned, unsigned, std::uintptr_t>> words;  // part, bank, word
  for (const Access& access : request)
    for (std::uintptr_t word = access.address / 4; word <= (access.address + access.size - 1) / 4; ++word)
      words.emplace_back(access.thread % 32 * size / (4 * banks), static_cast<unsigned>(word % banks), word);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::uint64_t worst[4] = {}, of_bank = 0, passes = 0, parts = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& [part, bank, word] = words[i];
    const bool same = i && std::get<0>(words[i - 1]) == part && std::get<1>(words[i - 1]) == bank;
    of_bank = same ? of_bank + 1 : 1;
    worst[part % 4] = std::max(worst[part % 4], of_bank);
  }
  for (const std::uint64_t of_part : worst) passes += of_part, parts += of_part > 0;
  return passes - (parts - 1);
}

/// Sectors of the device's memory that were touched.
class Touched {
 public:
  void add(std::uintptr_t sector_index) { sectors_.push_back(sector_index); }
  void move_to(Touched& all) {
    all.sectors_.insert(all.sectors_.end(), sectors_.begin(), sectors_.end());
    sectors_.clear();
  }
  std::uint64_t bytes() {
    std::sort(sectors_.begin(), sectors_.end());
    sectors_.erase(std::unique(sectors_.begin(), sectors_.end()), sectors_.end());
    return sector * sectors_.size();
  }

 private:
  std::vector<std::uintptr_t> sectors_;
};

/// What the blocks of one multiprocessor did in a grid.
class Recorder {
 public:
  /// A kernel is the second function of a thread: the first one copies its arguments from where they were
  /// launched.
  void enter() { ++depth_[thread()]; }
  void leave() { --depth_[thread()]; }

  void note(const void* code, std::uintptr_t address, unsigned size, bool write) {
    if (depth_[thread()] < 2) return;
    const uint3 block = here.block;
    if (block.x != block_.x || block.y != block_.y || block.z != block_.z) {
      at_barrier();
      shared_written_.clear();
      block_ = block;
    }
    const bool shared = !on_device(address);
    if (shared) track(address, size, write);
    if (!accesses_.empty()) {  // parts of one wide access
      Access& last = accesses_.back();
      if (last.thread == thread() && last.write == write && last.shared == shared &&
          (size == 4 || (size == 2 && shared)) && last.size + size <= 16 &&
          address == last.address + last.size && last.address % 16 + last.size + size <= 16) {
        last.size += size;
        return;
      }
    }
    accesses_.push_back({code, address, thread(), 0, size, write, shared});
  }
  /// Counts what the block's threads did since the barrier before. The n-th access at a place of the code is
  /// the same instruction for all lanes of a warp.
  void at_barrier() {
    std::stable_sort(accesses_.begin(), accesses_.end(), [](const Access& a, const Access& b) {
      return std::tie(a.thread, a.code) < std::tie(b.thread, b.code);
    });
    for (std::size_t i = 1; i < accesses_.size(); ++i)
      if (accesses_[i].thread == accesses_[i - 1].thread && accesses_[i].code == accesses_[i - 1].code)
        accesses_[i].turn = accesses_[i - 1].turn + 1;
    const auto request_of = [](const Access& a) { return std::make_tuple(a.thread / 32, a.code, a.turn); };
    std::sort(accesses_.begin(), accesses_.end(),
              [&](const Access& a, const Access& b) { return request_of(a) < request_of(b); });
    for (std::size_t first = 0, i = 1; i <= accesses_.size(); ++i)
      if (i == accesses_.size() || request_of(accesses_[i]) != request_of(accesses_[first])) {
        count(std::span(accesses_).subspan(first, i - first));
        first = i;
      }
    accesses_.clear();
  }
  void add_to(Traffic& sum, Touched& read, Touched& written) {
    at_barrier();
    shared_written_.clear();
    block_ = none;
    sum.requests += traffic_.requests;
    sum.sectors += traffic_.sectors;
    sum.shared_requests += traffic_.shared_requests;
    sum.shared_passes += traffic_.shared_passes;
    sum.unwritten_reads += traffic_.unwritten_reads;
    traffic_ = {};
    read_.move_to(read);
    written_.move_to(written);
  }

 private:
  static constexpr uint3 none{~0u, 0, 0};
  static unsigned thread() {
    return here.thread.x + here.block_size.x * (here.thread.y + here.block_size.y * here.thread.z);
  }
  void track(std::uintptr_t address, unsigned size, bool write) {
    bool known = true;
    for (std::uintptr_t a = address / 2; a <= (address + size - 1) / 2; ++a)
      if (write)
        shared_written_.insert(a);
      else
        known = known && shared_written_.contains(a);
    traffic_.unwritten_reads += !known;
  }
  void count(std::span<const Access> request) {
    if (request.front().shared) {
      ++traffic_.shared_requests;
      traffic_.shared_passes += passes_of(request);
      return;
    }
    std::vector<std::uintptr_t> sectors;
    for (const Access& access : request)
      for (std::uintptr_t s = access.address / sector; s <= (access.address + access.size - 1) / sector; ++s)
        sectors.push_back(s);
    std::sort(sectors.begin(), sectors.end());
    sectors.erase(std::unique(sectors.begin(), sectors.end()), sectors.end());
    for (const std::uintptr_t s : sectors) (request.front().write ? written_ : read_).add(s);
    ++traffic_.requests;
    traffic_.sectors += sectors.size();
  }

  uint3 block_ = none;
  int depth_[max_threads] = {};
  std::vector<Access> accesses_;
  std::unordered_set<std::uintptr_t> shared_written_;  ///< by the block, in steps of 2 bytes
  Touched read_, written_;
  Traffic traffic_;
};

std::vector<std::shared_ptr<Recorder>>& recorders() {
  static std::vector<std::shared_ptr<Recorder>> all;
  return all;
}
Recorder& mine() {
  thread_local std::shared_ptr<Recorder> recorder = [] {
    const std::lock_guard lock(all_mutex);
    return recorders().emplace_back(std::make_shared<Recorder>());
  }();
  return *recorder;
}

void begin_grid() {
  device_memory = device_ranges();
}
void end_grid() {
  const std::lock_guard lock(all_mutex);
  Traffic sum;
  Touched read, written;
  for (const auto& recorder : recorders()) recorder->add_to(sum, read, written);
  sum.read_bytes = read.bytes();
  sum.written_bytes = written.bytes();
  ended.push_back(sum);
}
void at_barrier() {
  mine().at_barrier();
}

void note(const void* code, const void* address, unsigned size, bool write) {
  if (!counting || !in_grid() || is_private(address)) return;
  mine().note(code, reinterpret_cast<std::uintptr_t>(address), size, write);
}

}  // namespace

std::vector<Traffic> take_traffic() {
  if (!counting) watch_grids({begin_grid, at_barrier, end_grid});
  counting = true;
  const std::lock_guard lock(all_mutex);
  return std::exchange(ended, {});
}

}  // namespace simulator

// What the compiler calls (gcc/sanitizer.def, "Thread Sanitizer").
extern "C" {
#define NEURASTER_ACCESS(name, size, write)                             \
  void __tsan_##name(void* address) {                                   \
    simulator::note(__builtin_return_address(0), address, size, write); \
  }
NEURASTER_ACCESS(read1, 1, false)
NEURASTER_ACCESS(read2, 2, false)
NEURASTER_ACCESS(read4, 4, false)
NEURASTER_ACCESS(read8, 8, false)
NEURASTER_ACCESS(read16, 16, false)
NEURASTER_ACCESS(unaligned_read2, 2, false)
NEURASTER_ACCESS(unaligned_read4, 4, false)
NEURASTER_ACCESS(unaligned_read8, 8, false)
NEURASTER_ACCESS(unaligned_read16, 16, false)
NEURASTER_ACCESS(write1, 1, true)
NEURASTER_ACCESS(write2, 2, true)
NEURASTER_ACCESS(write4, 4, true)
NEURASTER_ACCESS(write8, 8, true)
NEURASTER_ACCESS(write16, 16, true)
NEURASTER_ACCESS(unaligned_write2, 2, true)
NEURASTER_ACCESS(unaligned_write4, 4, true)
NEURASTER_ACCESS(unaligned_write8, 8, true)
NEURASTER_ACCESS(unaligned_write16, 16, true)
#undef NEURASTER_ACCESS
void __tsan_read_range(void* address, unsigned long size) {
  simulator::note(__builtin_return_address(0), address, static_cast<unsigned>(size), false);
}
void __tsan_write_range(void* address, unsigned long size) {
  simulator::note(__builtin_return_address(0), address, static_cast<unsigned>(size), true);
}
unsigned __tsan_atomic32_fetch_add(void* address, unsigned value, int order) {
  simulator::note(__builtin_return_address(0), address, 4, true);
  return __atomic_fetch_add(static_cast<unsigned*>(address), value, order);
}
unsigned __tsan_atomic32_load(const void* address, int order) {
  return __atomic_load_n(static_cast<const unsigned*>(address), order);
}
int __tsan_atomic32_compare_exchange_weak(void* address, void* expected, unsigned value, int, int) {
  return __atomic_compare_exchange_n(static_cast<unsigned*>(address), static_cast<unsigned*>(expected), value,
                                     true, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
unsigned char __tsan_atomic8_load(const void* address, int order) {
  return __atomic_load_n(static_cast<const unsigned char*>(address), order);
}
void __tsan_init() {}
void __tsan_func_entry(void*) {
  if (simulator::in_grid()) simulator::mine().enter();
}
void __tsan_func_exit() {
  if (simulator::in_grid()) simulator::mine().leave();
}
void __tsan_vptr_update(void*, void*) {}
void __tsan_vptr_read(void*) {}
}
