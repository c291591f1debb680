#pragma once
// A backend on the host that keeps a GPU's rules: what it allocates can be touched only while it computes (a
// host that follows its pointers crashes), and it takes no pointers but its own. With `pixels` its passes run
// pixel by pixel, as a GPU's threads do.

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <utility>

#include "compute/backend.h"
#include "compute/reference/reference.h"
#include "core/error.h"
#include "neural/train/loss_view.h"
#include "neural/upscale/step_view.h"

namespace testing_support {

class GuardedBackend final : public compute::Backend {
 public:
  explicit GuardedBackend(std::unique_ptr<compute::Backend> inner, bool loss_by_pixels = false)
      : inner_(std::move(inner)), loss_by_pixels_(loss_by_pixels) {}

  std::string description() const override { return "guarded " + inner_->description(); }
  compute::Precision precision() const override { return inner_->precision(); }
  /// Memory, tensors and operations that were asked for.
  int made() const { return made_; }
  /// Bytes that the host has taken out of its memory.
  std::size_t copied_out() const { return copied_out_; }
  /// Makes the next copy into its memory throw, as a GPU that has failed.
  void fail_next_copy() { fails_ = true; }
  std::unique_ptr<compute::Memory> allocate(std::size_t bytes) override {
    ++made_;
    return std::make_unique<Part>(arena_->take(bytes));
  }
  void clear(void* memory, std::size_t bytes) override {
    const Open open(*this, {memory});
    inner_->clear(memory, bytes);
  }
  void copy_in(void* memory, const void* host, std::size_t bytes) override {
    EXPECT_FALSE(arena_->holds(host));
    if (std::exchange(fails_, false)) core::fail("the guarded backend was told to fail");
    const Open open(*this, {memory});
    inner_->copy_in(memory, host, bytes);
  }
  void copy_out(void* host, const void* memory, std::size_t bytes) override {
    EXPECT_FALSE(arena_->holds(host));
    copied_out_ += bytes;
    const Open open(*this, {memory});
    inner_->copy_out(host, memory, bytes);
  }
  compute::TensorPtr tensor(compute::Shape shape, bool with_gradient, bool exact) override {
    ++made_;
    return inner_->tensor(shape, with_gradient, exact);
  }
  std::shared_ptr<compute::ParameterOf<float>> parameter(const compute::ConvolutionSpec& spec) override {
    return inner_->parameter(spec);
  }
  std::unique_ptr<compute::Operation> convolution(const compute::ConvolutionSpec& spec,
                                                  compute::TensorPtr source,
                                                  std::shared_ptr<compute::ParameterOf<float>> parameter,
                                                  compute::TensorPtr destination, bool graded) override {
    ++made_;
    return inner_->convolution(spec, source, parameter, destination, graded);
  }
  std::unique_ptr<compute::Operation> upsample(compute::TensorPtr source,
                                               compute::TensorPtr destination) override {
    ++made_;
    return inner_->upsample(source, destination);
  }
  void write(compute::Tensor& tensor, const float* values) override {
    const Open open(*this, {values});
    inner_->write(tensor, values);
  }
  void read(compute::Tensor& tensor, float* values) override {
    const Open open(*this, {values});
    inner_->read(tensor, values);
  }
  void write_gradient(compute::Tensor& tensor, const float* values) override {
    const Open open(*this, {values});
    inner_->write_gradient(tensor, values);
  }
  void read_gradient(compute::Tensor& tensor, float* values) override {
    const Open open(*this, {values});
    inner_->read_gradient(tensor, values);
  }
  std::unique_ptr<compute::Passes> passes(const compute::PassFamily& family) override {
    auto inner = loss_by_pixels_ && family.name == "loss" ? compute::make_reference<float>()->passes(family)
                                                          : inner_->passes(family);
    return std::make_unique<GuardedPasses>(*this, std::move(inner), family.name);
  }
  void finish() override { inner_->finish(); }

 private:
  int made_ = 0;
  std::size_t copied_out_ = 0;
  bool fails_ = false;
  /// Pages that nobody may touch until they are opened. Never given back: they are for one small test.
  class Arena {
   public:
    Arena()
        : begin_(static_cast<char*>(
              mmap(nullptr, most, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
      if (begin_ == MAP_FAILED) throw std::bad_alloc();
    }
    ~Arena() { munmap(begin_, most); }
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    void* take(std::size_t bytes) {
      void* taken = begin_ + used_;
      used_ += (bytes + page - 1) / page * page;
      if (used_ > most) throw std::bad_alloc();
      return taken;
    }
    bool holds(const void* p) const { return p >= begin_ && p < begin_ + used_; }
    void protect(int how) { ASSERT_EQ(mprotect(begin_, used_, how), 0); }

   private:
    static constexpr std::size_t page = 4096, most = std::size_t{1} << 32;
    char* begin_;
    std::size_t used_ = 0;
  };
  class Part final : public compute::Memory {
   public:
    explicit Part(void* data) : data_(data) {}
    void* data() override { return data_; }

   private:
    void* data_;
  };
  /// One call into the backend inside.
  class Open {
   public:
    Open(GuardedBackend& backend, const std::vector<const void*>& pointers) : arena_(*backend.arena_) {
      for (const void* p : pointers) EXPECT_TRUE(!p || arena_.holds(p)) << "the host's memory was given";
      arena_.protect(PROT_READ | PROT_WRITE);
    }
    ~Open() { arena_.protect(PROT_NONE); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

   private:
    Arena& arena_;
  };

  class GuardedPasses final : public compute::Passes {
   public:
    GuardedPasses(GuardedBackend& backend, std::unique_ptr<compute::Passes> inner, std::string_view family)
        : backend_(backend), inner_(std::move(inner)), upscale_(family == "upscale") {
      EXPECT_TRUE(upscale_ || family == "loss") << "whose pointers are not known here: " << family;
    }
    void run(int pass, const void* view) override {
      const Open open(backend_, pointers(view));
      inner_->run(pass, view);
    }
    void run_backward(int pass, const void* view) override {
      const Open open(backend_, pointers(view));
      inner_->run_backward(pass, view);
    }

   private:
    std::vector<const void*> pointers(const void* view) const {
      return upscale_ ? pointers_of(*static_cast<const neural::StepView<float>*>(view))
                      : pointers_of(*static_cast<const neural::LossView<float>*>(view));
    }
    GuardedBackend& backend_;
    std::unique_ptr<compute::Passes> inner_;
    bool upscale_;
  };

  static std::vector<const void*> pointers_of(const neural::LossView<float>& v) {
    std::vector<const void*> pointers = {v.previous_error, v.shares};
    for (int n = 0; n < v.frames; ++n)
      pointers.insert(pointers.end(), {v.outputs[n], v.truths[n], v.errors[n], v.gradients[n]});
    return pointers;
  }
  static std::vector<const void*> pointers_of(const neural::StepView<float>& v) {
    return {v.color,
            v.depth,
            v.motion,
            v.reactive,
            v.sample,
            v.clean_depth,
            v.past_depth,
            v.raw_motion,
            v.mean,
            v.deviation,
            v.history_at_sample,
            v.flow,
            v.features,
            v.features_bf16,
            v.head,
            v.controls,
            v.state,
            v.past_state,
            v.shown_rgba,
            v.bad_in_row,
            v.past,
            v.warped,
            v.warped_count,
            v.kept,
            v.out_linear,
            v.out_half,
            v.g_out_linear,
            v.g_kept,
            v.g_controls,
            v.g_head,
            v.g_features,
            v.g_state,
            v.g_history_at_sample,
            v.g_warped,
            v.g_warped_count,
            v.g_past,
            v.g_past_state};
  }

  std::unique_ptr<compute::Backend> inner_;
  bool loss_by_pixels_;
  std::shared_ptr<Arena> arena_ = std::make_shared<Arena>();
};

}  // namespace testing_support
