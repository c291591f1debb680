#include "neural/upscale/frame_step.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/clock.h"
#include "core/error.h"
#include "neural/frame_numbers.h"

namespace neural {
namespace {

template <typename Value, typename T>
Value* take(BackendOf<T>& backend, std::vector<std::unique_ptr<Memory>>& memory, std::size_t count) {
  memory.push_back(backend.allocate(count * sizeof(Value)));
  return static_cast<Value*>(memory.back()->data());
}

}  // namespace

Size padded_size(Size render) {
  constexpr int a = NetworkPlan::alignment;
  return {(render.width + a - 1) / a * a, (render.height + a - 1) / a * a};
}

template <typename T, typename S>
Carry<T, S>::Carry(BackendOf<T>& backend, Size max_render, Size max_output, bool training, Shared shared)
    : backend_(&backend),
      state_bytes_(area(max_render) * state_channels * sizeof(T)),
      kept_bytes_(4 * area(max_output) * sizeof(T)) {
  depth = take<T>(backend, memory_, area(max_render));
  state = shared.state ? shared.state : take<S>(backend, memory_, area(max_render) * state_channels);
  kept = shared.kept ? shared.kept : take<S>(backend, memory_, 4 * area(max_output));
  if (!training) return;
  g_state = take<T>(backend, memory_, area(max_render) * state_channels);
  g_kept = take<T>(backend, memory_, 4 * area(max_output));
}

template <typename T, typename S>
void Carry<T, S>::zero_gradient() {
  backend_->clear(g_state, state_bytes_);
  backend_->clear(g_kept, kept_bytes_);
}

template <typename T, typename S>
void Carry<T, S>::copy(const Carry& other) {
  if (!other.valid) return;
  const std::size_t render = area(other.info.render);
  backend_->copy(depth, other.depth, render * sizeof(T));
  backend_->copy(state, other.state, render * state_channels * sizeof(S));
  if (kept != other.kept) backend_->copy(kept, other.kept, 4 * area(other.info.output) * sizeof(S));
  info = other.info;
  valid = true;
}

template <typename T, typename S>
FrameStep<T, S>::FrameStep(BackendOf<T>& backend, Size max_render, Size max_output, bool training)
    : backend_(backend), passes_(backend), max_render_(max_render), max_output_(max_output) {
  const std::size_t render = area(max_render), output = area(max_output);
  feature_count_ = area(padded_size(max_render)) * feature_channels;
  control_count_ = render * control_channels;
  view_.sample = allocate(render * 4);
  view_.raw_motion = allocate(render * 2);
  view_.mean = allocate(render * 4);
  view_.deviation = allocate(render * 4);
  view_.history_at_sample = allocate(render * 4);
  view_.flow = allocate(render * 4);
  view_.warped = allocate(output * 4);
  view_.warped_count = allocate(output);
  view_.bad_in_row = take<std::uint32_t>(backend, memory_, static_cast<std::size_t>(max_render.height));
  if (!training) return;
  const auto gradient = [&](std::size_t count) { return take<T>(backend, memory_, count); };
  view_.g_controls = gradient(control_count_);
  view_.g_head = gradient(feature_count_);
  view_.g_features = gradient(feature_count_);
  view_.g_history_at_sample = gradient(render * 4);
  view_.g_warped = gradient(output * 4);
  view_.g_warped_count = gradient(output);
}

template <typename T, typename S>
S* FrameStep<T, S>::allocate(std::size_t count) {
  return take<S>(backend_, memory_, count);
}

template <typename T, typename S>
void FrameStep<T, S>::prepare(const NetworkRun<T>& network) {
  if (prepared_) return;
  prepared_ = true;
  if (const compute::FusedNetwork* fused = network.fused()) {
    // The network's result lies where its first layers were.
    const Size padded = padded_size(max_render_);
    scratch_bytes_ =
        std::max(fused->scratch_bytes(padded), fused->read_last(padded) + control_count_ * sizeof(S));
    scratch_ = take<char>(backend_, memory_, scratch_bytes_);
    return;
  }
  view_.controls = allocate(control_count_);
  view_.features = take<T>(backend_, memory_, feature_count_);
  if (backend_.precision() == Precision::bf16)
    view_.features_bf16 = reinterpret_cast<std::uint16_t*>(view_.features);
  view_.head = head_ = take<T>(backend_, memory_, feature_count_);
}

template <typename T, typename S>
template <typename Body>
void FrameStep<T, S>::timed(double* sum, const Body& body) {
  if (!times_) return body();
  const auto start = core::Clock::now();
  body();
  backend_.finish();
  *sum += core::milliseconds_since(start);
}

template <typename T, typename S>
void FrameStep<T, S>::run(Pass pass) {
  timed(times_ ? &times_->pass[static_cast<std::size_t>(pass)] : nullptr, [&] { passes_.run(pass, view_); });
}

template <typename T, typename S>
void FrameStep<T, S>::run_network(NetworkRun<T>& network) {
  timed(times_ ? &times_->network : nullptr, [&] {
    if (compute::FusedNetwork* fused = network.fused())
      fused->forward(&view_, view_.padded, scratch_);
    else
      network.forward(view_.features, view_.features_bf16 ? Precision::bf16 : Precision::f32, head_);
  });
}

template <typename T, typename S>
void FrameStep<T, S>::draw(DebugView shown, f16* rgba) {
  view_.shown = shown;
  view_.shown_rgba = rgba;
  if (after_) after_->output_again(&view_);
  passes_.run(Pass::debug_view, view_);
}

template <typename T, typename S>
void FrameStep<T, S>::forward(NetworkRun<T>& network, const FrameIo& io, const Carry<T, S>* past,
                              Carry<T, S>& next, T* out_linear, const Window& window) {
  const FrameInfo& info = io.info;
  if (info.render.width < 1 || info.render.height < 1 || info.output.width < 1 || info.output.height < 1 ||
      info.render.width > max_render_.width || info.render.height > max_render_.height ||
      info.output.width > max_output_.width || info.output.height > max_output_.height)
    core::fail("the upscaler was made for frames up to {}x{} from {}x{} and got {}x{} from {}x{}",
               max_output_.width, max_output_.height, max_render_.width, max_render_.height,
               info.output.width, info.output.height, info.render.width, info.render.height);
  StepView<T, S>& v = view_;
  v.render = info.render;
  v.output = info.output;
  v.padded = padded_size(info.render);
  v.reset = info.reset || !past || !past->valid;
  v.past_render = v.reset ? Size{1, 1} : past->info.render;
  v.past_output = v.reset ? Size{0, 0} : past->info.output;
  const int render[2] = {v.render.width, v.render.height}, output[2] = {v.output.width, v.output.height};
  const int past_output[2] = {v.past_output.width, v.past_output.height};
  const int past_render[2] = {v.past_render.width, v.past_render.height};
  const int origin[2] = {window.x, window.y}, whole[2] = {window.width, window.height};
  for (int i = 0; i < 2; ++i) {
    v.ratio[i] = static_cast<T>(output[i]) / static_cast<T>(render[i]);
    v.inverse_ratio[i] = static_cast<T>(render[i]) / static_cast<T>(output[i]);
    v.past_ratio[i] = static_cast<T>(past_output[i]) / static_cast<T>(output[i]);
    v.past_render_ratio[i] = static_cast<T>(past_render[i]) / static_cast<T>(render[i]);
    v.window[i] = static_cast<T>(origin[i]);
    v.to_clip[i] = 2 / static_cast<T>(whole[i] ? whole[i] : render[i]);
  }
  for (int i = 0; i < 2; ++i) {
    bad_info_ += !sound_jitter(info.jitter[i]);
    v.jitter[i] = sound_jitter(info.jitter[i]) ? static_cast<T>(info.jitter[i]) : T(0);
    v.past_jitter[i] =
        !v.reset && sound_jitter(past->info.jitter[i]) ? static_cast<T>(past->info.jitter[i]) : T(0);
  }
  std::copy_n(info.clip_to_prev_clip, 16, v.clip_to_past_clip);
  bad_info_ += !exposes(info.exposure);
  v.exposure_ratio = v.reset ? T(1) : T(exposure_ratio(info.exposure, past->info.exposure));
  v.color = io.color;
  v.depth = io.depth;
  v.motion = io.motion;
  v.reactive = io.reactive;
  v.clean_depth = next.depth;
  v.state = next.state;
  v.kept = next.kept;
  v.past_depth = v.reset ? nullptr : past->depth;
  v.past_state = v.reset ? nullptr : past->state;
  v.past = v.reset ? nullptr : past->kept;
  v.out_half = out_linear ? nullptr : io.output;
  v.out_linear = out_linear;
  prepare(network);
  if (const compute::FusedNetwork* fused = network.fused()) {
    if (fused->scratch_bytes(v.padded) > scratch_bytes_)
      core::fail("the network needs more memory than it was given");
    v.controls = reinterpret_cast<S*>(scratch_ + fused->read_last(v.padded));
  }
  if (v.features && !(features_size_ == v.render)) {
    backend_.clear(v.features, area(v.padded) * feature_channels * sizeof(T));
    features_size_ = v.render;
  }

  run(Pass::clean);
  run(Pass::neighbourhood);
  run(Pass::warp);
  if (!network.fused()) run(Pass::features);
  run_network(network);
  if (!network.fused()) run(Pass::controls);
  compute::FusedNetwork* fused = network.fused();
  after_ = fused && fused->includes_passes_after() ? fused : nullptr;
  if (!after_) run(Pass::reconstruct);
  next.info = info;
  next.valid = true;
}

template <typename T, typename S>
void FrameStep<T, S>::backward(NetworkRun<T>& network, const T* g_out_linear, Carry<T, S>* past,
                               Carry<T, S>& next) {
  StepView<T, S>& v = view_;
  v.g_out_linear = const_cast<T*>(g_out_linear);
  v.g_kept = next.g_kept;
  v.g_state = next.g_state;
  v.g_past_state = v.reset ? nullptr : past->g_state;
  v.g_past = v.reset ? nullptr : past->g_kept;
  backend_.clear(v.g_controls, area(v.render) * control_channels * sizeof(T));
  backend_.clear(v.g_head, area(v.padded) * feature_channels * sizeof(T));
  backend_.clear(v.g_history_at_sample, area(v.render) * 4 * sizeof(T));
  passes_.run_backward(Pass::reconstruct, v);
  passes_.run_backward(Pass::controls, v);
  network.backward(v.g_head, v.g_features);
  passes_.run_backward(Pass::features, v);
  if (!v.reset) passes_.run_backward(Pass::warp, v);
}

template <typename T, typename S>
std::uint64_t FrameStep<T, S>::bad_values() const {
  std::uint64_t sum = bad_info_;
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(max_render_.height));
  backend_.copy_out(rows.data(), view_.bad_in_row, rows.size() * sizeof(std::uint32_t));
  for (const std::uint32_t row : rows) sum += row;
  return sum;
}

template struct Carry<float>;
template struct Carry<double>;
template struct Carry<float, f16>;
template class FrameStep<float>;
template class FrameStep<double>;
template class FrameStep<float, f16>;

}  // namespace neural
