#include "app/frame/generators/host_generator.h"

#include <algorithm>
#include <optional>

#include "core/clock.h"
#include "neural/interpolate/interpolator.h"
#include "neural/upscale/plan.h"

namespace app {
namespace {

/// Returns the stages in the order in which they run: the network comes between its features and its
/// controls.
StageLog stage_log(const neural::StageTimes& times) {
  using neural::Pass;
  const auto row = [&](Pass pass) {
    return std::pair{std::string(neural::pass_name(pass)), times.pass[static_cast<std::size_t>(pass)]};
  };
  return {row(Pass::clean),           row(Pass::neighbourhood), row(Pass::warp),       row(Pass::features),
          {"network", times.network}, row(Pass::controls),      row(Pass::reconstruct)};
}

class NetworkOnHost final : public HostGenerator {
 public:
  explicit NetworkOnHost(NetworkToOpen network) : network_(std::move(network)) {}

  std::string description() const override { return backend_ ? backend_->description() : "none"; }
  void log_stages(const std::shared_ptr<StageLog>& stages) override { stages_ = stages; }
  void set_weights(const neural::Weights& weights) override {
    weights_ = weights;
    if (upscaler_) upscaler_->set_weights(weights);
  }
  void draw(neural::DebugView view, core::f16* rgba) override {
    if (upscaler_) upscaler_->draw(view, rgba);
  }

 protected:
  void process(const core::FrameIo& io) override {
    prepare(io.info.output);
    if (!stages_) return upscaler_->process(io);
    neural::StageTimes times;
    upscaler_->time_into(&times);
    upscaler_->process(io);
    upscaler_->time_into(nullptr);
    *stages_ = stage_log(times);
  }
  void process_between(const core::FrameIo& io, const core::Between& between) override {
    if (!interpolator_) interpolator_ = std::make_unique<neural::Interpolator>(*backend_, max_, max_);
    if (!stages_) return interpolator_->process(io, between);
    neural::BetweenTimes times{};
    interpolator_->time_into(&times);
    interpolator_->process(io, between);
    interpolator_->time_into(nullptr);
    for (std::size_t i = 0; i < times.size(); ++i)
      if (times[i] > 0)
        stages_->emplace_back(neural::pass_name(static_cast<neural::BetweenPass>(i)), times[i]);
  }
  void draw_mixture(neural::MixtureView view, int k, core::f16* rgba) override {
    if (interpolator_) interpolator_->draw(view, k, rgba);
    if (interpolator_) backend_->finish();
  }

 private:
  void prepare(core::Size output) {
    if (upscaler_ && output.width <= max_.width && output.height <= max_.height) return;
    if (!backend_) backend_ = network_.backend();
    max_ = {std::max(max_.width, output.width), std::max(max_.height, output.height)};
    if (!weights_) weights_ = network_.weights();
    upscaler_.reset();
    interpolator_.reset();
    upscaler_ = std::make_unique<neural::Upscaler>(*backend_, *weights_, max_);
  }

  NetworkToOpen network_;
  std::shared_ptr<StageLog> stages_;
  std::unique_ptr<compute::Backend> backend_;
  std::optional<neural::Weights> weights_;
  std::unique_ptr<neural::Upscaler> upscaler_;
  std::unique_ptr<neural::Interpolator> interpolator_;  ///< made when pictures between are first wanted
  core::Size max_{};                                    ///< output size that the upscaler has room for
};

}  // namespace

Generator::HostTimes HostGenerator::generate(const core::FrameInfo& info, core::Size history_size,
                                             const core::Between& between) {
  const std::uint64_t n = info.frame_index;
  HostTimes times;
  core::Clock::time_point start = core::Clock::now();
  gpu::wait_timeline(shared_->device(), shared_->rendered(), n + 1);
  times.waited = core::milliseconds_since(start);
  start = core::Clock::now();
  const core::FrameIo io = shared_->io(info, history_size);
  process(io);
  if (shared_->between() > 0) {
    const auto begin = core::Clock::now();
    core::Between pictures = between;
    for (int k = 0; k < between.count; ++k)
      pictures.moments[k].output = shared_->slot(n).between[static_cast<std::size_t>(k)].as<core::f16>();
    process_between(io, pictures);
    times.between = core::milliseconds_since(begin);
  }
  shared_->flush_output(n);
  times.generated = core::milliseconds_since(start);
  gpu::signal_timeline(shared_->device(), shared_->generated(), n + 1);
  return times;
}

std::unique_ptr<Generator> make_host_generator(NetworkToOpen network) {
  return std::make_unique<NetworkOnHost>(std::move(network));
}

}  // namespace app
