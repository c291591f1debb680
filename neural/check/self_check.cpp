#include "neural/check/self_check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <tuple>
#include <utility>

namespace neural {
namespace {

constexpr std::size_t window_frames = 64;
constexpr int min_samples = 200;         ///< samples that are needed to judge a reading
constexpr double clearly_better = 1.15;  ///< error of the frame's numbers over that of a reading
/// In compressed luminance, a quarter of a display's step. Below it any reading explains a smooth sky, and a
/// few pixels that came out from behind a roof would decide.
constexpr double min_error = 1e-3;
constexpr std::size_t min_votes = 8;
constexpr double max_votes = 0.6;       ///< share of the judged frames
constexpr double exposure_jump = 0.12;  ///< stops, in one frame
constexpr double one_factor = 0.3;      ///< share of the picture that must have changed alike
constexpr double all_left = 0.9;        ///< share of the samples that the previous frame explains
constexpr double nothing_left = 0.25;   ///< the same, above what it would explain by chance
constexpr std::size_t always = 12;      ///< frames
/// Near textures are magnified, all the more the finer the picture: below this scale that hides the bias.
constexpr double min_scale = 1.4;
constexpr double blurred_share = 0.2;
constexpr int min_tiles = 100;  ///< over the whole window of frames

/// Returns the reading that explains the frame best, or `none` where no other one does so clearly better;
/// nothing where no other reading differs from the frame's numbers.
std::pair<std::optional<Reading>, double> best_reading(const FramePair& pair) {
  std::optional<Reading> result;
  double gain = clearly_better;
  for (std::size_t r = 1; r < reading_count; ++r) {
    const Explanation& explanation = pair.readings[r];
    if (explanation.samples < min_samples) continue;
    if (!result) result = Reading::none;
    const auto reading = static_cast<Reading>(r);
    const double better = explanation.error_of_none / std::max(explanation.error, min_error);
    // The camera's motion is tried last and is nearly right whatever is wrong: another reading that serves
    // wins.
    const bool camera = reading == Reading::motion_of_camera;
    if (better > (camera && *result != Reading::none ? 2 * gain : gain)) {
      gain = better;
      result = reading;
    }
  }
  return {result, gain};
}

std::string text_of(const char* format, double a = 0, double b = 0) {
  char text[400];
  std::snprintf(text, sizeof text, format, a, b);
  return text;
}

/// Returns the mistake behind a reading and a sentence about it.
std::pair<Mistake, const char*> describe(Reading reading) {
  switch (reading) {
    case Reading::jitter_negated:
      return {Mistake::jitter_direction, "jitter has the wrong sign"};
    case Reading::jitter_negated_x:
      return {Mistake::jitter_direction, "jitter has the wrong sign in x"};
    case Reading::jitter_negated_y:
      return {Mistake::jitter_direction, "jitter has the wrong sign in y"};
    case Reading::jitter_unused:
      return {Mistake::jitter_unused,
              "the picture is not shifted by the jitter (or motion contains the jitter)"};
    case Reading::jitter_half:
      return {Mistake::jitter_scale, "jitter is about twice too long: it has to be in render pixels"};
    case Reading::jitter_double:
      return {Mistake::jitter_scale,
              "jitter is about half as long as it should be: it has to be in render pixels"};
    case Reading::motion_negated:
      return {Mistake::motion_direction, "motion points the wrong way: it is previous - current"};
    case Reading::motion_negated_x:
      return {Mistake::motion_direction, "motion points the wrong way in x"};
    case Reading::motion_negated_y:
      return {Mistake::motion_direction, "motion points the wrong way in y: y runs down"};
    case Reading::motion_zero:
      return {Mistake::motion_scale, "motion is set where the picture stands still"};
    case Reading::motion_third:
      return {Mistake::motion_scale, "motion is about three times too long"};
    case Reading::motion_half:
      return {Mistake::motion_scale, "motion is about twice too long"};
    case Reading::motion_double:
      return {Mistake::motion_scale, "motion is about half as long as it should be"};
    case Reading::motion_triple:
      return {Mistake::motion_scale, "motion is about a third as long as it should be"};
    case Reading::motion_times_scale:
      return {Mistake::motion_scale, "motion is too short by output / render"};
    case Reading::motion_over_scale:
      return {Mistake::motion_scale, "motion is in output pixels; it has to be in render pixels"};
    case Reading::motion_of_picture:
      return {Mistake::motion_scale, "motion is in parts of the picture; it has to be in render pixels"};
    case Reading::motion_of_half_picture:
    case Reading::motion_of_half_picture_up:
      return {Mistake::motion_scale,
              "motion is in normalised device coordinates; it has to be in render pixels, y down"};
    default:
      return {Mistake::motion_missing,
              "motion does not show what the camera did (clip_to_prev_clip explains the picture better)"};
  }
}

}  // namespace

SelfCheck::Evidence SelfCheck::judge(const FrameIo& io, const PastFrame& now) const {
  const FrameInfo& info = io.info;
  Evidence evidence;
  evidence.reset = info.reset;
  const double scale = static_cast<double>(info.output.height) / info.render.height;
  const bool unjittered = info.jitter[0] == 0 && info.jitter[1] == 0;
  evidence.unjittered = unjittered && info.render.height < info.output.height;
  if (scale >= min_scale) evidence.detail = measure_texture_detail(io, now);

  if (past_.luminance.empty() || !(past_.info.output == info.output)) return evidence;
  const FramePair pair = measure_pair(io, now, past_);
  if (info.reset) {
    evidence.goes_on = pair.matched > all_left;
    return evidence;
  }
  evidence.lost = pair.matched < 0.8 && pair.matched - pair.by_chance < nothing_left * (1 - pair.by_chance);
  std::tie(evidence.reading, evidence.gain) = best_reading(pair);
  evidence.lost = evidence.lost && evidence.gain < 2;  // by chance no reading is twice as good
  if (evidence.lost) {
    evidence.reading.reset();
    return evidence;
  }
  if (pair.gain_agreement > 0) {
    evidence.seen = pair.gain;
    evidence.told = std::log2(info.exposure / past_.info.exposure);
    evidence.exposure_wrong =
        !(std::abs(*evidence.seen - *evidence.told) < exposure_jump) && pair.gain_agreement > one_factor;
  }
  return evidence;
}

void SelfCheck::look(const FrameIo& io) {
  PastFrame now = luminance_of(io);
  if (io.info.frame_index == 0) began_without_reset_ = !io.info.reset;
  window_.push_back(judge(io, now));
  if (window_.size() > window_frames) window_.pop_front();
  past_ = std::move(now);
  ++frames_;
}

std::vector<Finding> SelfCheck::findings() const {
  std::vector<Finding> found;
  const auto count = [&](const auto& holds) {
    return static_cast<std::size_t>(std::count_if(window_.begin(), window_.end(), holds));
  };

  std::array<std::size_t, reading_count> votes{};
  std::array<double, reading_count> gains{};
  std::size_t judged = 0;
  for (const Evidence& e : window_) {
    if (!e.reading) continue;
    const auto r = static_cast<std::size_t>(*e.reading);
    ++judged;
    ++votes[r];
    gains[r] += e.gain;
  }
  // Several readings may come close to the truth: together they outvote `none`, and the commonest gives the
  // name.
  const std::size_t against = judged - votes[0];
  if (against >= min_votes && static_cast<double>(against) > max_votes * static_cast<double>(judged)) {
    const auto top = std::max_element(votes.begin() + 1, votes.end());
    const auto r = static_cast<std::size_t>(top - votes.begin());
    const auto [mistake, text] = describe(static_cast<Reading>(r));
    found.push_back(
        {mistake, text + text_of(": read so, the frame before explains this one %.1f times better",
                                 gains[r] / static_cast<double>(*top))});
  }

  if (const std::size_t n = count([](const Evidence& e) { return e.unjittered; });
      n >= always && n == window_.size())
    found.push_back(
        {Mistake::jitter_missing, "jitter is always 0: nothing new is sampled from frame to frame"});

  TextureDetail detail;
  for (const Evidence& e : window_) {
    detail.tiles += e.detail.tiles;
    detail.blurred += e.detail.blurred;
  }
  const double blurred = static_cast<double>(detail.blurred) / std::max(1, detail.tiles);
  if (detail.tiles >= min_tiles && blurred > blurred_share)
    found.push_back(
        {Mistake::mip_bias,
         text_of("textures are blurred as if they had no mip bias of log2(render / output) - 1: in "
                 "%.0f %% of the farther textured places detail ends below what the pixels could hold",
                 100 * blurred)});

  const auto wrong = [](const Evidence& e) { return e.exposure_wrong; };
  if (count(wrong) >= 2) {
    const Evidence& last = *std::find_if(window_.rbegin(), window_.rend(), wrong);
    found.push_back(
        {Mistake::exposure,
         text_of("exposure does not fit the picture: from one frame to the next it says a factor of "
                 "%.2f and the picture shows %.2f",
                 std::exp2(*last.told), std::exp2(*last.seen))});
  }

  const std::size_t resets = count([](const Evidence& e) { return e.reset; });
  const std::size_t needless = count([](const Evidence& e) { return e.reset && e.goes_on; });
  if (needless >= always && 10 * resets >= 8 * window_.size())
    found.push_back(
        {Mistake::reset_always,
         text_of("reset is set in %.0f %% of the frames although the picture goes on: history is never "
                 "used",
                 100.0 * static_cast<double>(resets) / static_cast<double>(window_.size()))});
  const bool motion_wrong = std::any_of(found.begin(), found.end(), [](const Finding& f) {
    return f.mistake == Mistake::motion_direction || f.mistake == Mistake::motion_scale;
  });
  if (began_without_reset_)
    found.push_back({Mistake::reset_missing, "reset is not set at frame 0, which has no history"});
  else if (!motion_wrong && count([](const Evidence& e) { return e.lost; }) > 0)
    found.push_back(
        {Mistake::reset_missing,
         "reset is not set at a cut: of a frame next to nothing was to be seen in the one before"});
  return found;
}

}  // namespace neural
