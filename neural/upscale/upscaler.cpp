#include "neural/upscale/upscaler.h"

#include <algorithm>

#include "core/error.h"

namespace neural {
namespace {

constexpr std::size_t max_networks = 6;  ///< sizes kept ready, for dynamic resolution

}  // namespace

Upscaler::Upscaler(Backend& backend, const Weights& weights, Size max_output)
    : backend_(backend), parameters_(backend, plan_), step_(backend, max_output, max_output, false) {
  for (auto& carry : carries_) carry = std::make_unique<Carry<float>>(backend, max_output, max_output, false);
  set_weights(weights);
}

void Upscaler::set_weights(const Weights& weights) {
  if (weights.values.size() != plan_.parameter_count())
    core::fail("the network has {} parameters and was given {}", plan_.parameter_count(),
               weights.values.size());
  parameters_.load(weights.values);
}

void Upscaler::reset() {
  for (auto& carry : carries_) carry->valid = false;
}

NetworkRun<float>& Upscaler::network_for(Size padded) {
  const auto found =
      std::find_if(networks_.begin(), networks_.end(), [&](const Sized& s) { return s.padded == padded; });
  if (found != networks_.end()) {
    networks_.splice(networks_.begin(), networks_, found);
  } else {
    if (networks_.size() == max_networks) networks_.pop_back();
    networks_.push_front(
        {padded, std::make_unique<NetworkRun<float>>(backend_, plan_, parameters_, padded, false)});
  }
  return *networks_.front().run;
}

void Upscaler::process(const FrameIo& io) {
  enqueue(io);
  backend_.finish();
}

void Upscaler::enqueue(const FrameIo& io) {
  const Carry<float>& past = *carries_[static_cast<std::size_t>(newest_)];
  Carry<float>& next = *carries_[static_cast<std::size_t>(1 - newest_)];
  NetworkRun<float>& network = network_for(padded_size(io.info.render));
  step_.prepare(network);
  const auto work = [&] { step_.forward(network, io, &past, next); };
  if (timed_)
    work();
  else
    backend_.group(newest_, work);
  newest_ = 1 - newest_;
}

void Upscaler::draw(DebugView view, f16* rgba) {
  backend_.draw(view, step_.view(), rgba);
}

}  // namespace neural
