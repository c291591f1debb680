#include "app/look_facts.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

namespace app {
namespace {

std::string side_name(const Settings& settings, bool right) {
  const std::string name = get(settings, right ? "compare.right" : "upscaling.upscaler");
  const std::string& weights =
      right && !settings.look.weights.empty() ? settings.look.weights : settings.run.weights;
  if (name != "neural" || weights.empty()) return name;
  return fmt::format("{} {}", name, std::filesystem::path(weights).filename().string());
}

std::string side_label(const Settings& settings, const ComparisonState& state, bool right) {
  std::string label = side_name(settings, right);
  if (right && settings.look.right == RightSide::reference)
    return label + fmt::format(", {} of {} samples", state.samples, settings.look.samples);
  if (!state.scored || state.score.samples == 0) return label;
  if (std::isfinite(state.score.psnr_db[right]))
    label += fmt::format("  {:.2f} dB", state.score.psnr_db[right]);
  if (state.score.has_flip) label += fmt::format("  FLIP {:.4f}", state.score.flip[right]);
  return label;
}

std::string sentence(const Settings& settings, const ComparisonState& state) {
  if (settings.look.buffer != BufferView::picture) return "Buffers are not scored.";
  if (!state.resting) return "PSNR and FLIP against the reference: when time and camera rest (Space).";
  if (!state.scored || state.score.samples == 0)
    return fmt::format("Reference: {} of {} samples.", state.samples, settings.look.samples);
  const std::string left = fmt::format("PSNR as displayed, against {} of {} samples: {:.2f} dB",
                                       state.score.samples, settings.look.samples, state.score.psnr_db[0]);
  if (settings.look.right == RightSide::reference) return left + ".";
  return left + fmt::format(" left, {:.2f} dB right.", state.score.psnr_db[1]);
}

}  // namespace

double generated_share(renderer::Upscaler upscaler, neural::Size render, neural::Size output) {
  if (upscaler != renderer::Upscaler::neural) return 0;
  return 1 - 1.0 * render.width * render.height / output.width / output.height;
}

void add_look_facts(const Settings& settings, const std::optional<ComparisonState>& state,
                    FrameFacts& facts) {
  const LookSettings& look = settings.look;
  const double left = generated_share(settings.render.upscaler, facts.render, facts.output);
  const double right = generated_share(upscaler_of(look.right), facts.render, facts.output);
  double of_left = 1;  // of the displayed pixels
  if (look.compare) of_left = look.flicker ? !facts.flicker_right : look.divider;
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
  if (!look.compare) return;
  // Between two comparisons there is none for a frame: what stands in the panel stays where it is.
  const ComparisonState now = state.value_or(ComparisonState{});
  facts.upscaler += " and " + get(settings, "compare.right");
  facts.sides = {side_label(settings, now, false), side_label(settings, now, true)};
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
