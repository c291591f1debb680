#include "neural/interpolate/interpolator.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/error.h"
#include "neural/frame_numbers.h"
#include "neural/interpolate/family.h"

namespace neural {
namespace {

bool fits(Size size, Size room) {
  return size.width >= 1 && size.height >= 1 && size.width <= room.width && size.height <= room.height;
}
/// How many bits of a pixel's index a key has no room for.
int shift_of(Size render) {
  int shift = 0;
  while ((area(render) - 1) >> shift >> pixel::index_bits) ++shift;
  return shift;
}

}  // namespace

/// The passes and what they keep, for one type that they store.
class Interpolator::Step {
 public:
  virtual ~Step() = default;
  virtual void make_room(Size max_render) = 0;
  virtual void forward(const FrameIo& io, const Between& between) = 0;
  virtual void draw(MixtureView view, int k, f16* rgba) = 0;
  BetweenTimes* times = nullptr;
};

template <typename S>
class Interpolator::StepOf final : public Step {
 public:
  StepOf(Backend& backend, Size max_output) : backend_(backend), passes_(backend), max_output_(max_output) {
    for (Kept& kept : kept_) kept.colors = take<S>(output_memory_, 4 * area(max_output));
  }

  void make_room(Size max_render) override {
    if (max_render == max_render_) return;
    max_render_ = {};
    const std::size_t render = area(max_render);
    render_memory_.clear();
    MemoryList old = std::exchange(kept_memory_, {});
    for (Kept& kept : kept_) {
      const Kept before = kept;
      kept.depth = take<float>(kept_memory_, render);
      kept.moves = take<S>(kept_memory_, 4 * render);
      kept.valid = before.valid && fits(before.info.render, max_render);
      if (!kept.valid) continue;
      backend_.copy(kept.depth, before.depth, area(before.info.render) * sizeof(float));
      backend_.copy(kept.moves, before.moves, 4 * area(before.info.render) * sizeof(S));
    }
    backend_.finish();
    old.clear();
    view_.hits = take<std::uint32_t>(render_memory_, render);
    view_.past_hits = take<std::uint32_t>(render_memory_, render);
    view_.flow = take<float>(render_memory_, 4 * render);
    view_.surface = take<float>(render_memory_, 4 * render);
    view_.chosen = take<std::uint32_t>(render_memory_, render);
    max_render_ = max_render;
  }
  void forward(const FrameIo& io, const Between& between) override {
    const FrameInfo& info = io.info;
    if (!fits(info.render, max_render_) || !fits(info.output, max_output_))
      core::fail("frames between were made for up to {}x{} from {}x{} and got {}x{} from {}x{}",
                 max_output_.width, max_output_.height, max_render_.width, max_render_.height,
                 info.output.width, info.output.height, info.render.width, info.render.height);
    const Kept& past = kept_[newest_];
    Kept& now = kept_[newest_ ^ 1];
    const bool follows = !info.reset && past.valid && info.frame_index == past.info.frame_index + 1;
    set_frame(io, follows ? &past : nullptr, now);
    run(BetweenPass::take);
    run(BetweenPass::look);
    last_ = between;
    for (int k = 0; k < between.count; ++k) {
      set_moment(info, between, k);
      if (view_.has_past) make_cells();
      run(BetweenPass::blend);
    }
    now.info = info;
    now.valid = true;
    newest_ ^= 1;
  }
  void draw(MixtureView view, int k, f16* rgba) override {
    set_moment(kept_[newest_].info, last_, k);
    view_.shown = view;
    view_.shown_rgba = rgba;
    if (view_.has_past) make_cells();
    run(BetweenPass::mixture);
  }

 private:
  /// What the next frame needs of this one.
  struct Kept {
    float* depth = nullptr;
    S *moves = nullptr, *colors = nullptr;
    FrameInfo info;
    bool valid = false;
  };
  using MemoryList = std::vector<std::unique_ptr<Memory>>;

  template <typename Value>
  Value* take(MemoryList& memory, std::size_t count) {
    memory.push_back(backend_.allocate(count * sizeof(Value)));
    return static_cast<Value*>(memory.back()->data());
  }

  void set_frame(const FrameIo& io, const Kept* past, Kept& now) {
    const FrameInfo& info = io.info;
    auto& v = view_;
    v.has_past = past != nullptr;
    past_exposure_ = past ? past->info.exposure : info.exposure;
    v.render = info.render;
    v.output = info.output;
    v.past_render = past ? past->info.render : info.render;
    v.past_output = past ? past->info.output : info.output;
    const int render[2] = {v.render.width, v.render.height}, output[2] = {v.output.width, v.output.height};
    const int past_render[2] = {v.past_render.width, v.past_render.height};
    const int past_output[2] = {v.past_output.width, v.past_output.height};
    for (int i = 0; i < 2; ++i) {
      const auto width = static_cast<float>(render[i]);
      v.ratio[i] = static_cast<float>(output[i]) / width;
      v.inverse_ratio[i] = width / static_cast<float>(output[i]);
      v.past_output_ratio[i] = static_cast<float>(past_output[i]) / width;
      v.past_render_ratio[i] = static_cast<float>(past_render[i]) / width;
      v.jitter[i] = sound_jitter(info.jitter[i]) ? info.jitter[i] : 0.0f;
      v.past_jitter[i] = past && sound_jitter(past->info.jitter[i]) ? past->info.jitter[i] : 0.0f;
    }
    std::copy_n(info.clip_to_prev_clip, 16, v.clip_to_past_clip);
    v.index_shift = shift_of(v.render);
    v.past_index_shift = shift_of(v.past_render);
    v.depth = io.depth;
    v.motion = io.motion;
    v.picture = io.output;
    v.clean_depth = now.depth;
    v.moves = now.moves;
    v.colors = now.colors;
    v.past_depth = past ? past->depth : nullptr;
    v.past_moves = past ? past->moves : nullptr;
    v.past_colors = past ? past->colors : nullptr;
  }
  void set_moment(const FrameInfo& info, const Between& between, int k) {
    const Between::Moment& moment = between.moments[k];
    view_.time = moment.time;
    std::copy_n(between.past_clip_to_clip, 16, view_.past_clip_to_clip);
    std::copy_n(moment.from_clip, 16, view_.clip_to_between);
    std::copy_n(moment.from_past_clip, 16, view_.past_clip_to_between);
    view_.exposure_ratio = exposure_ratio(moment.exposure, info.exposure);
    view_.past_exposure_ratio = exposure_ratio(moment.exposure, past_exposure_);
    view_.out_half = moment.output;
  }
  void make_cells() {
    const std::size_t bytes = area(view_.render) * sizeof(std::uint32_t);
    backend_.clear(view_.hits, bytes);
    backend_.clear(view_.past_hits, bytes);
    run(BetweenPass::spread_now);
    run(BetweenPass::spread_past);
    run(BetweenPass::choose);
    run(BetweenPass::fill);
  }
  void run(BetweenPass pass) {
    if (!times) return passes_.run(pass, view_);
    const auto start = core::Clock::now();
    passes_.run(pass, view_);
    backend_.finish();
    (*times)[static_cast<std::size_t>(pass)] += core::milliseconds_since(start);
  }

  Backend& backend_;
  InterpolatePasses<S> passes_;
  BetweenView<float, S> view_;
  Size max_output_, max_render_;
  MemoryList output_memory_, render_memory_, kept_memory_;
  std::array<Kept, 2> kept_;
  std::size_t newest_ = 0;
  float past_exposure_ = 1;
  Between last_;
};

Interpolator::Interpolator(Backend& backend, Size max_output, Size max_render) : backend_(backend) {
  if (backend.precision() == compute::Precision::half)
    step_ = std::make_unique<StepOf<f16>>(backend, max_output);
  else
    step_ = std::make_unique<StepOf<float>>(backend, max_output);
  step_->make_room(max_render);
}
Interpolator::~Interpolator() = default;

void Interpolator::make_room(Size max_render) {
  backend_.finish();
  step_->make_room(max_render);
}
void Interpolator::enqueue(const FrameIo& io, const Between& between) {
  step_->forward(io, between);
}
void Interpolator::process(const FrameIo& io, const Between& between) {
  enqueue(io, between);
  backend_.finish();
}
void Interpolator::draw(MixtureView view, int k, f16* rgba) {
  step_->draw(view, k, rgba);
}
void Interpolator::time_into(BetweenTimes* times) {
  step_->times = times;
}

}  // namespace neural
