#include "neural/upscale/upscaler.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "core/error.h"

namespace neural {
namespace {

constexpr std::size_t max_networks = 6;  ///< sizes kept ready, for dynamic resolution

bool fits(Size size, Size room) {
  return size.width <= room.width && size.height <= room.height;
}

}  // namespace

/// The step and the state that it carries from frame to frame, for one type that passes store.
class Upscaler::Recurrence {
 public:
  virtual ~Recurrence() = default;
  virtual const compute::PassFamily& family() const = 0;
  virtual void make_room(Size max_render) = 0;
  virtual void prepare(const NetworkRun<float>& network) = 0;
  virtual Size last_render() const = 0;
  virtual bool continues(const FrameInfo& info) const = 0;
  virtual void forward(NetworkRun<float>& network, const FrameIo& io) = 0;
  virtual void reset() = 0;
  virtual void draw(DebugView view, f16* rgba) = 0;
  virtual void run_pass(Pass pass) = 0;
  virtual std::uint64_t bad_values() const = 0;
  virtual void time_into(StageTimes* times) = 0;
  virtual void run_network(NetworkRun<float>& network) = 0;
  virtual bool keeps_features() const = 0;
  virtual Size output_size() const = 0;
  virtual Size padded() const = 0;
};

template <typename S>
class Upscaler::RecurrenceOf final : public Recurrence {
 public:
  RecurrenceOf(Backend& backend, Size max_output)
      : backend_(backend),
        max_output_(max_output),
        history_(backend.allocate(4 * area(max_output) * sizeof(S))) {}
  const compute::PassFamily& family() const override { return upscale_family<float, S>(); }
  /// Makes the new memory piece by piece, so that old and new hardly exist together.
  void make_room(Size max_render) override {
    if (step_) bad_before_ += step_->bad_values();
    step_.reset();
    auto state = backend_.allocate(state_channels * area(max_render) * sizeof(S));
    for (auto& carry : carries_) {
      auto larger = std::make_unique<Carry<float, S>>(
          backend_, max_render, max_output_, false,
          typename Carry<float, S>::Shared{static_cast<S*>(state->data()),
                                           static_cast<S*>(history_->data())});
      if (carry && fits(carry->info.render, max_render)) larger->copy(*carry);
      carry = std::move(larger);
    }
    state_ = std::move(state);
    step_ = std::make_unique<FrameStep<float, S>>(backend_, max_render, max_output_, false);
    step_->time_into(times_);
  }
  void prepare(const NetworkRun<float>& network) override { step_->prepare(network); }
  void forward(NetworkRun<float>& network, const FrameIo& io) override {
    const Carry<float, S>* past = continues(io.info) ? carries_[newest_].get() : nullptr;
    newest_ ^= 1;
    step_->forward(network, io, past, *carries_[newest_]);
  }
  Size last_render() const override {
    const Carry<float, S>& last = *carries_[newest_];
    return last.valid ? last.info.render : Size{};
  }
  /// Frames that another upscaler drew are missing in the history.
  bool continues(const FrameInfo& info) const override {
    const Carry<float, S>& last = *carries_[newest_];
    const std::uint64_t before = last.info.frame_index;
    return !info.reset && last.valid && (info.frame_index == before + 1 || info.frame_index == before);
  }
  void reset() override {
    for (auto& carry : carries_) carry->valid = false;
  }
  void draw(DebugView view, f16* rgba) override { step_->draw(view, rgba); }
  void run_pass(Pass pass) override { step_->run(pass); }
  std::uint64_t bad_values() const override { return bad_before_ + step_->bad_values(); }
  void time_into(StageTimes* times) override {
    times_ = times;
    step_->time_into(times);
  }
  void run_network(NetworkRun<float>& network) override { step_->run_network(network); }
  bool keeps_features() const override { return step_->view().features != nullptr; }
  Size output_size() const override { return step_->view().output; }
  Size padded() const override { return step_->view().padded; }
  const StepView<float, S>& view() const { return step_->view(); }

 private:
  Backend& backend_;
  Size max_output_;
  std::unique_ptr<Memory> history_, state_;  ///< read at the beginning of a frame and written at its end
  std::unique_ptr<FrameStep<float, S>> step_;
  std::array<std::unique_ptr<Carry<float, S>>, 2> carries_;
  std::size_t newest_ = 0;
  std::uint64_t bad_before_ = 0;  ///< counted in memory that is gone
  StageTimes* times_ = nullptr;
};

Upscaler::Upscaler(Backend& backend, const Weights& weights, Size max_output, Size max_render)
    : backend_(backend), parameters_(backend, plan_), max_output_(max_output) {
  if (backend.precision() == Precision::half)
    recurrence_ = std::make_unique<RecurrenceOf<f16>>(backend, max_output);
  else
    recurrence_ = std::make_unique<RecurrenceOf<float>>(backend, max_output);
  set_weights(weights);
  allocate(max_render.width ? max_render : max_output);
}

/// On a GPU everything is allocated here, and so nothing in a frame.
void Upscaler::allocate(Size room) {
  networks_.clear();
  room_ = {};
  recurrence_->make_room(room);
  room_ = room;
  if (backend_.precision() != Precision::half) return;  // others make a network for each size
  recurrence_->prepare(network_for(padded_size(room)));
}

bool Upscaler::make_room(Size render) {
  constexpr std::size_t too_much = 2;  // a slider that goes to and fro changes nothing
  const bool fits_now = fits(render, room_);
  if (fits_now && area(room_) <= too_much * area(render)) return false;
  if (fits_now && !fits(recurrence_->last_render(), render)) return false;  // the next frame reads it
  // What grows may grow again soon: a slider that is drawn allocates only now and then.
  const auto larger = [](int side, int max) { return std::min(max, side + side / 8); };
  backend_.finish();
  allocate(fits_now || !room_.width
               ? render
               : Size{larger(render.width, std::max(render.width, max_output_.width)),
                      larger(render.height, std::max(render.height, max_output_.height))});
  return true;
}

Upscaler::~Upscaler() = default;

void Upscaler::set_weights(const Weights& weights) {
  if (weights.values.size() != plan_.parameter_count())
    core::fail("the network has {} parameters and was given {}", plan_.parameter_count(),
               weights.values.size());
  parameters_.load(weights.values);
}

void Upscaler::reset() {
  recurrence_->reset();
}

NetworkRun<float>& Upscaler::network_for(Size padded) {
  if (!networks_.empty() && networks_.front().run->fused()) return *networks_.front().run;  // for every size
  const auto found =
      std::find_if(networks_.begin(), networks_.end(), [&](const Sized& s) { return s.padded == padded; });
  if (found != networks_.end()) {
    networks_.splice(networks_.begin(), networks_, found);
  } else {
    if (networks_.size() == max_networks) networks_.pop_back();
    networks_.push_front({padded, std::make_unique<NetworkRun<float>>(backend_, plan_, parameters_, padded,
                                                                      false, &recurrence_->family())});
    for (bool& ran : ran_) ran = false;
  }
  return *networks_.front().run;
}

void Upscaler::process(const FrameIo& io) {
  enqueue(io);
  backend_.finish();
}

void Upscaler::enqueue(const FrameIo& io) {
  if (!fits(io.info.render, room_))
    core::fail("the upscaler has room for frames up to {}x{} and got one of {}x{}", room_.width, room_.height,
               io.info.render.width, io.info.render.height);
  NetworkRun<float>& network = network_for(padded_size(io.info.render));
  recurrence_->prepare(network);
  const auto work = [&] { recurrence_->forward(network, io); };
  // Kernels are loaded when they first run, which a recording does not allow.
  bool& ran = ran_[recurrence_->continues(io.info)];
  if (timed_ || !ran)
    work();
  else
    backend_.group(slot_, work);
  ran = true;
  slot_ ^= 1;
}

std::uint64_t Upscaler::bad_values() const {
  return recurrence_->bad_values();
}

void Upscaler::time_into(StageTimes* times) {
  timed_ = times != nullptr;
  recurrence_->time_into(times);
}

void Upscaler::draw(DebugView view, f16* rgba) {
  recurrence_->draw(view, rgba);
}

Size Upscaler::output_size() const {
  return recurrence_->output_size();
}

template <typename S>
const StepView<float, S>& Upscaler::view() const {
  const auto* recurrence = dynamic_cast<const RecurrenceOf<S>*>(recurrence_.get());
  if (!recurrence) core::fail("the upscaler's passes store other numbers than those asked for");
  return recurrence->view();
}
template const StepView<float, float>& Upscaler::view() const;
template const StepView<float, f16>& Upscaler::view() const;

bool Upscaler::keeps_features() const {
  return recurrence_->keeps_features();
}

void Upscaler::run_pass(Pass pass) {
  recurrence_->run_pass(pass);
}

void Upscaler::run_network() {
  recurrence_->run_network(network_for(recurrence_->padded()));
}

}  // namespace neural
