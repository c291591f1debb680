#include "app/window/panels/comparison_facts.h"

#include <fmt/core.h>

#include <cmath>
#include <filesystem>

namespace app {
namespace {

std::string lane_name(const Settings& settings, bool right) {
  const std::string name = get(settings, right ? "compare.right" : "upscaling.upscaler");
  const std::string& weights =
      right && !settings.comparison.weights.empty() ? settings.comparison.weights : settings.run.weights;
  if (name != "neural" || weights.empty()) return name;
  return fmt::format("{} {}", name, std::filesystem::path(weights).filename().string());
}

std::string lane_label(const Settings& settings, const ComparisonState& state, bool right) {
  std::string label = lane_name(settings, right);
  if (right && settings.comparison.right == RightLane::reference)
    return label + fmt::format(", {} of {} samples", state.samples, settings.comparison.samples);
  if (!state.scored || state.score.samples == 0) return label;
  if (std::isfinite(state.score.psnr_db[right]))
    label += fmt::format("  {:.2f} dB", state.score.psnr_db[right]);
  if (state.score.has_flip) label += fmt::format("  FLIP {:.4f}", state.score.flip[right]);
  return label;
}

std::string sentence(const Settings& settings, const ComparisonState& state) {
  if (settings.comparison.buffer != BufferView::picture) return "Buffers are not scored.";
  if (!state.resting) return "PSNR and FLIP against the reference: when time and camera rest (Space).";
  if (!state.scored || state.score.samples == 0)
    return fmt::format("Reference: {} of {} samples.", state.samples, settings.comparison.samples);
  const std::string left =
      fmt::format("PSNR as displayed, against {} of {} samples: {:.2f} dB", state.score.samples,
                  settings.comparison.samples, state.score.psnr_db[0]);
  if (settings.comparison.right == RightLane::reference) return left + ".";
  return left + fmt::format(" left, {:.2f} dB right.", state.score.psnr_db[1]);
}

}  // namespace

double generated_share(renderer::Upscaler upscaler, core::Size render, core::Size output) {
  if (upscaler != renderer::Upscaler::neural) return 0;
  return 1 - 1.0 * render.width * render.height / output.width / output.height;
}

void add_comparison_facts(const Settings& settings, const std::optional<ComparisonState>& state,
                          FrameFacts& facts) {
  const ComparisonSettings& comparison = settings.comparison;
  const double left = generated_share(settings.render.upscaler, facts.render, facts.output);
  const double right = generated_share(upscaler_of(comparison.right), facts.render, facts.output);
  double of_left = 1;  // of the displayed pixels
  if (comparison.compare) of_left = comparison.flicker ? !facts.flicker_right : comparison.divider;
  facts.generated = of_left * left + (1 - of_left) * right;
  const int displayed = facts.output.width * facts.output.height;
  const int rasterized = facts.render.width * facts.render.height;
  facts.how_counted = fmt::format(
      "Counted in pixels: {} are displayed, and for a frame that the network generates {} samples are "
      "rasterized. The rest, 1 - {} / {} = {:.1f} %, has no sample of its own in this frame. What no network "
      "made counts as 0 %: native, the reference, and the classical upscalers, which filter. A comparison "
      "counts each side by its share of the window.",
      displayed, rasterized, rasterized, displayed,
      100 * generated_share(renderer::Upscaler::neural, facts.render, facts.output));
  if (!comparison.compare) return;
  // For one frame between two comparisons there is none. The panel keeps its lines, so that nothing jumps.
  const ComparisonState now = state.value_or(ComparisonState{});
  facts.upscaler += " and " + get(settings, "compare.right");
  facts.sides = {lane_label(settings, now, false), lane_label(settings, now, true)};
  facts.comparison = sentence(settings, now);
  facts.compared = {{"resting", now.resting},
                    {"samples", now.samples},
                    {"scored", now.scored},
                    {"against_samples", now.score.samples},
                    {"has_flip", now.score.has_flip},
                    {"left_psnr", now.score.psnr_db[0]},
                    {"right_psnr", now.score.psnr_db[1]},
                    {"left_flip", now.score.flip[0]},
                    {"right_flip", now.score.flip[1]}};
}

}  // namespace app
