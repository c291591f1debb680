#include "neural/upscale/upscaler.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "core/error.h"

namespace neural {
namespace {

constexpr std::size_t max_networks = 6;  ///< sizes kept ready, for dynamic resolution

}  // namespace

/// The step and the state that it carries from frame to frame, for one type that passes store.
class Upscaler::Recurrence {
 public:
  virtual ~Recurrence() = default;
  virtual const compute::PassFamily& family() const = 0;
  virtual void prepare(const NetworkRun<float>& network) = 0;
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
  RecurrenceOf(Backend& backend, Size max_output) : step_(backend, max_output, max_output, false) {
    for (auto& carry : carries_)
      carry = std::make_unique<Carry<float, S>>(backend, max_output, max_output, false);
  }
  const compute::PassFamily& family() const override { return upscale_family<float, S>(); }
  void prepare(const NetworkRun<float>& network) override { step_.prepare(network); }
  void forward(NetworkRun<float>& network, const FrameIo& io) override {
    const Carry<float, S>& past = *carries_[newest_];
    newest_ ^= 1;
    step_.forward(network, io, &past, *carries_[newest_]);
  }
  void reset() override {
    for (auto& carry : carries_) carry->valid = false;
  }
  void draw(DebugView view, f16* rgba) override { step_.draw(view, rgba); }
  void run_pass(Pass pass) override { step_.run(pass); }
  std::uint64_t bad_values() const override { return step_.bad_values(); }
  void time_into(StageTimes* times) override { step_.time_into(times); }
  void run_network(NetworkRun<float>& network) override {
    const StepView<float, S>& v = step_.view();
    if (network.fused())
      network.fused()->forward(&v);
    else
      network.forward(v.features, const_cast<float*>(v.head));
  }
  bool keeps_features() const override { return step_.view().features != nullptr; }
  Size output_size() const override { return step_.view().output; }
  Size padded() const override { return step_.view().padded; }
  const StepView<float, S>& view() const { return step_.view(); }

 private:
  FrameStep<float, S> step_;
  std::array<std::unique_ptr<Carry<float, S>>, 2> carries_;
  std::size_t newest_ = 0;
};

Upscaler::Upscaler(Backend& backend, const Weights& weights, Size max_output)
    : backend_(backend), parameters_(backend, plan_) {
  if (backend.precision() == Precision::half)
    recurrence_ = std::make_unique<RecurrenceOf<f16>>(backend, max_output);
  else
    recurrence_ = std::make_unique<RecurrenceOf<float>>(backend, max_output);
  set_weights(weights);
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
  const auto found =
      std::find_if(networks_.begin(), networks_.end(), [&](const Sized& s) { return s.padded == padded; });
  if (found != networks_.end()) {
    networks_.splice(networks_.begin(), networks_, found);
  } else {
    if (networks_.size() == max_networks) networks_.pop_back();
    networks_.push_front({padded, std::make_unique<NetworkRun<float>>(backend_, plan_, parameters_, padded,
                                                                      false, &recurrence_->family())});
  }
  return *networks_.front().run;
}

void Upscaler::process(const FrameIo& io) {
  enqueue(io);
  backend_.finish();
}

void Upscaler::enqueue(const FrameIo& io) {
  NetworkRun<float>& network = network_for(padded_size(io.info.render));
  recurrence_->prepare(network);
  const auto work = [&] { recurrence_->forward(network, io); };
  if (timed_)
    work();
  else
    backend_.group(slot_, work);
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
