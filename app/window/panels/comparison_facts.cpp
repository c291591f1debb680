#include "app/window/panels/comparison_facts.h"

#include <fmt/core.h>

#include <cmath>
#include <filesystem>

#include "app/report/generated_share.h"

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

double pixels(core::Size size) {
  return 1.0 * size.width * size.height;
}

bool by_network(renderer::Upscaler upscaler) {
  return upscaler == renderer::Upscaler::neural;
}

}  // namespace

void add_comparison_facts(const Settings& settings, const std::optional<ComparisonState>& state,
                          FrameFacts& facts) {
  const ComparisonSettings& comparison = settings.comparison;
  const double displayed = (1 + facts.between) * pixels(facts.output);
  const double shaded = facts.rasterized ? pixels(facts.render) : 0;
  // A field is a network; what is drawn beside it at full size is rasterized.
  const double left =
      generated_share(shaded, displayed, !facts.rasterized || by_network(settings.render.upscaler));
  const bool full =
      comparison.right == RightLane::reference || upscaler_of(comparison.right) == renderer::Upscaler::native;
  const double right = generated_share(shaded, displayed,
                                       facts.rasterized ? by_network(upscaler_of(comparison.right)) : !full);
  double of_left = 1;  // of the displayed pixels
  if (comparison.compare) of_left = comparison.flicker ? !facts.flicker_right : comparison.divider;
  facts.generated = of_left * left + (1 - of_left) * right;
  facts.how_counted = how_generated_is_counted(shaded, displayed);
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
