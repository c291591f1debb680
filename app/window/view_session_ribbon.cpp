// What the window's ribbon shows of a frame.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>

#include "app/open/generator.h"
#include "app/window/view_session.h"
#include "core/error.h"
#include "neural/upscale/plan.h"

namespace app {
namespace {

double sum_of(const std::map<std::string, double>& passes, std::initializer_list<std::string_view> names) {
  double ms = 0;
  for (const auto& [name, time] : passes)
    if (std::find(names.begin(), names.end(), name) != names.end()) ms += time;
  return ms;
}

/// The milliseconds of the network's layers in the last frame on the host; the other stages are kernels of
/// single pixels. Below 0 where nobody has taken the times.
double layers_ms(const StageLog& stages) {
  double ms = -1;
  for (const auto& [name, time] : stages)
    if (std::string_view(name) == "network") ms = std::max(ms, 0.0) + time;
  return ms;
}

/// "12.3 GB/s", and below it "45 % of a copy"; empty where the time is not known.
std::string rate_text(double amount, double ms, double measured, const char* unit, const char* of) {
  if (ms < 0.01) return {};
  const double rate = 1e3 * amount / ms;
  std::string text = fmt::format("{:.3g} {}", 1e-9 * rate, unit);
  if (measured > 0) text += fmt::format("\n{:.2g} % of {}", std::min(100 * rate / measured, 999.0), of);
  return text;
}

/// What has to be read and written for a frame at least: the contract's inputs, the history as the upscaler
/// keeps it, twice, and the output.
double least_bytes(double render, double output, compute::Precision precision) {
  const double stored = precision == compute::Precision::half ? 2 : 4;
  return render * 17 + output * (2 * 4 * stored + 8);
}

}  // namespace

/// Measures once what the backend in use can do, where the ribbon is opened or another backend is chosen.
void ViewSession::look_at_rate() {
  if (!ribbon_shown() || settings_.render.upscaler != renderer::Upscaler::neural || race_.running()) return;
  if (rate_of_ == settings_.run) return;
  rate_of_ = settings_.run;
  rate_ = {};
  try {
    const auto backend = open_wanted_backend(device_, settings_);
    device_.wait_idle();
    rate_ = measure_rate(*backend);
    rate_precision_ = backend->precision();
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    state_.message = fmt::format("the rate of the device cannot be measured: {}", error.what());
  }
}

std::vector<RibbonTile> ViewSession::ribbon(const FrameFacts& facts) {
  if (!thumbnails_) thumbnails_ = std::make_unique<Thumbnails>(device_);
  // A figure that changes in each frame cannot be read.
  constexpr double share = 0.1;
  std::map<std::string, double> calm;
  for (const PassRow& pass : facts.passes) {
    const auto before = calm_ms_.find(pass.name);
    calm[pass.name] =
        before == calm_ms_.end() ? pass.ms : before->second + share * (pass.ms - before->second);
  }
  calm_ms_ = std::move(calm);
  const bool neural = settings_.render.upscaler == renderer::Upscaler::neural;
  const auto tile = [&](const char* name, BufferView view, double ms, std::string detail, std::string help) {
    return RibbonTile{name, view, ms, std::move(detail), std::move(help)};
  };
  const double render = 1.0 * facts.render.width * facts.render.height;
  const double output = 1.0 * facts.output.width * facts.output.height;
  // core/frame.h: colour, depth, motion and reactive of a render pixel, and an output pixel.
  constexpr double input_bytes = 8 + 4 + 4 + 1, output_bytes = 8;
  const double megabytes = 1e-6 * (render * input_bytes + output * output_bytes);
  const double generate = sum_of(calm_ms_, {"generate"});
  const double layers = std::min(layers_ms(*stages_), generate);
  const double kernels = layers < 0 ? generate : generate - layers;
  const double shared = sum_of(calm_ms_, {"shared frame", "take output"});
  const double operations = 2 * neural::upscaler_plan().macs_per_pixel() * render;
  const std::string convolving =
      rate_text(operations, layers < 0 ? generate : layers, rate_.operations, "GFLOP/s", "the device");
  const std::string moving =
      rate_text(least_bytes(render, output, rate_precision_), kernels, rate_.bytes, "GB/s", "a copy");
  const double upscale = sum_of(calm_ms_, {"upscale"});
  return {
      tile("raster", BufferView::color,
           sum_of(calm_ms_, {"shadow", "gbuffer", "lighting", "transparent", "exposure"}),
           fmt::format("{} x {}\n{:.2f} million samples", facts.render.width, facts.render.height,
                       1e-6 * render),
           "The rasterizer draws the frame at its own size and lights each sample."),
      tile("shared memory", BufferView::motion, shared,
           fmt::format("{:.1f} MB a frame{}{}", megabytes, shared < 0.01 ? "" : "\n",
                       rate_text(2e6 * megabytes, shared, 0, "GB/s", "")),
           "The frame in memory that the rasterizer writes and the network reads, written once and read "
           "once; the picture shows motion."),
      tile("kernels", BufferView::kernel_shape, neural ? kernels : upscale, neural ? moving : facts.upscaler,
           "Passes over pixels before and after the network: they move the history and filter each pixel by "
           "kernels that the network predicts. Their bytes are the least that must be read and written; what "
           "a "
           "copy reaches was measured on this device."),
      tile("layers", BufferView::blend_weight, neural ? layers : -1,
           neural ? (layers < 0 ? "inside the kernels\n" + convolving : convolving) : "no network here",
           fmt::format(
               "The network's convolutions decide for each pixel which kernel it gets and how much of it "
               "is new, which the picture shows. {:.2g} billion operations a frame, a multiply-add as "
               "two; what the device can do was measured with one large convolution.",
               1e-9 * operations)),
      tile("picture", BufferView::picture, sum_of(calm_ms_, {"bloom", "composite"}),
           fmt::format("{} x {}\n{:.2f} million pixels", facts.output.width, facts.output.height,
                       1e-6 * output),
           "Bloom, the tone curve and the encoding for the display.")};
}

std::vector<PicturePatch> ViewSession::ribbon_patches() const {
  std::vector<PicturePatch> patches;
  const ThumbnailPlaces& places = panels_.thumbnails();
  const float density = window_.pixel_density();
  for (std::size_t n = 0; thumbnails_ && n < places.size(); ++n) {
    const auto pixel = [&](std::size_t edge) {
      return static_cast<std::int32_t>(std::lround(places[n][edge] * density));
    };
    patches.push_back({&thumbnails_->image(Thumbnails::views[n]), pixel(0), pixel(1), pixel(2), pixel(3)});
  }
  return patches;
}

}  // namespace app
