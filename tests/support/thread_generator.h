#pragma once
// A generator that runs beside the frame, as CUDA does: a thread that waits for `rendered` and signals
// `generated`, and that does wrong what a test asks for.

#include <condition_variable>
#include <cstring>
#include <deque>
#include <glm/gtc/packing.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/frame/generators/generator.h"
#include "core/error.h"
#include "renderer/shared_frame.h"

namespace testing_support {

/// Nearest sample, and a quarter of the history: wrong order or a wrong slot shows in the picture.
inline void generate(const core::FrameIo& io) {
  const core::Size o = io.info.output, r = io.info.render;
  for (int y = 0; y < o.height; ++y)
    for (int x = 0; x < o.width; ++x)
      for (int c = 0; c < 4; ++c) {
        const int i = 4 * (y * o.width + x) + c;
        const core::f16 now = io.color[4 * (y * r.height / o.height * r.width + x * r.width / o.width) + c];
        io.output[i] = io.info.reset || (x + y) % 4 ? now : io.history[i];
      }
}

/// The frame's output, as dark as the view's number says: a view of another frame shows too.
inline void draw_view(const core::FrameIo& io, neural::DebugView view, core::f16* rgba) {
  for (int i = 0; i < 4 * io.info.output.width * io.info.output.height; ++i)
    rgba[i] =
        glm::packHalf1x16(glm::unpackHalf1x16(io.output[i]) / static_cast<float>(1 + static_cast<int>(view)));
}

/// What the test tells the generator to do wrong.
struct Faults {
  std::uint64_t throw_at = ~0ull, die_at = ~0ull;
  bool fail_attach = false, fail_view = false;
};

class ThreadGenerator final : public app::Generator {
 public:
  ThreadGenerator(const gpu::Device& device, Faults& faults)
      : device_(device), faults_(faults), thread_([this](std::stop_token stop) { work(stop); }) {}
  ~ThreadGenerator() override {
    thread_.request_stop();
    wake_.notify_all();
  }
  std::string description() const override { return "a thread"; }
  std::optional<std::uint64_t> memory() const override { return 5 << 20; }
  renderer::Where where() const override { return renderer::Where::staged; }
  void attach(const renderer::SharedFrame& shared, core::Size) override {
    if (faults_.fail_attach) core::fail("cannot allocate 4096 bytes on the GPU: out of memory");
    shared_ = &shared;
  }
  void detach() override { shared_ = nullptr; }
  HostTimes generate(const core::FrameInfo& info, core::Size history, const core::Between&) override {
    if (info.frame_index == faults_.throw_at) core::fail("cannot launch a CUDA graph: injected");
    const std::lock_guard lock(mutex_);
    jobs_.push_back({info, history});
    newest_ = info;
    wake_.notify_all();
    return {};
  }
  void draw(neural::DebugView view, core::f16* rgba) override {
    if (faults_.fail_view) core::fail("cannot allocate 18848 bytes on the GPU: out of memory");
    gpu::wait_timeline(device_, shared_->generated(), newest_.frame_index + 1);
    draw_view(shared_->io(newest_, {}), view, rgba);
  }
  void expect_alive() override {
    if (dead_) core::fail("the GPU failed: an illegal memory access (injected)");
  }
  std::optional<double> milliseconds() override { return 0.25; }

 private:
  struct Job {
    core::FrameInfo info;
    core::Size history;
  };
  void work(const std::stop_token& stop) {
    while (true) {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [&] { return !jobs_.empty(); })) return;
      const Job job = jobs_.front();
      jobs_.pop_front();
      lock.unlock();
      if (job.info.frame_index >= faults_.die_at) dead_ = true;
      if (dead_) continue;
      gpu::wait_timeline(device_, shared_->rendered(), job.info.frame_index + 1);
      testing_support::generate(shared_->io(job.info, job.history));
      shared_->flush_output(job.info.frame_index);
      gpu::signal_timeline(device_, shared_->generated(), job.info.frame_index + 1);
    }
  }
  const gpu::Device& device_;
  Faults& faults_;
  const renderer::SharedFrame* shared_ = nullptr;
  core::FrameInfo newest_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Job> jobs_;
  std::atomic<bool> dead_ = false;
  std::jthread thread_;
};

}  // namespace testing_support
