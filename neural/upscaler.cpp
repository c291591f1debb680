#include "neural/upscaler.h"

#include <algorithm>

#include "core/error.h"
#include "neural/reconstruction.h"

namespace neural {
namespace {

constexpr std::size_t most_networks = 6;  ///< sizes kept ready, for dynamic resolution

}  // namespace

Upscaler::Upscaler(Backend& backend, const Weights& weights, Size most_output)
    : backend_(backend), parameters_(backend, plan_), step_(backend, most_output, most_output, false) {
  for (auto& carry : carries_)
    carry = std::make_unique<Carry<float>>(backend, most_output, most_output, false);
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
    if (networks_.size() == most_networks) networks_.pop_back();
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
  const auto work = [&] { step_.forward(network, io, &past, next); };
  if (timed_)
    work();
  else
    backend_.group(newest_, work);
  newest_ = 1 - newest_;
}

void Upscaler::draw(DebugView view, f16* rgba) const {
  using pixel::Vec4;
  const StepView<float>& v = step_.view();
  for (int y = 0; y < v.output.height; ++y)
    for (int x = 0; x < v.output.width; ++x) {
      const std::int64_t i = static_cast<std::int64_t>(y) * v.output.width + x;
      const pixel::Kernel<float> kernel(v, x, y);
      const pixel::Reconstruction<float> r(v, i, kernel);
      float shade[3] = {0, 0, 0};
      const auto grey = [&](float value) { std::fill_n(shade, 3, value); };
      switch (view) {
        case DebugView::warped_history: {
          const auto rgb = pixel::from_working(r.warped);
          for (int c = 0; c < 3; ++c) shade[c] = rgb[c];
          break;
        }
        case DebugView::disocclusion:
          grey(v.mean[4 * r.sample + 3]);
          break;
        case DebugView::blend_weight:
          grey(r.alpha);
          break;
        case DebugView::history_clamp:
          grey(4 * std::abs(r.rectified[0] - r.sharp[0]));
          break;
        case DebugView::kernel_shape: {
          const float* control = v.controls + control_channels * r.sample;
          shade[0] = 0.5f / (pixel::kernel_sigma * control[pixel::kernel_l0]);
          shade[1] = 0.5f / (pixel::kernel_sigma * control[pixel::kernel_l2]);
          shade[2] = 0.5f + 0.25f * pixel::kernel_sigma * control[pixel::kernel_l1];
          break;
        }
        case DebugView::instability:
          grey(v.state[state_channels * r.sample + state_channels - 1]);
          break;
      }
      pixel::store_half4(rgba + 4 * i, Vec4<float>::make(shade[0], shade[1], shade[2], 1));
    }
}

}  // namespace neural
