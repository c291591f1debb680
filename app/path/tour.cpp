#include "app/path/tour.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "app/measure/display_picture.h"
#include "app/measure/time_frames.h"
#include "app/open/field.h"
#include "app/open/generator.h"
#include "app/report/generated_share.h"

namespace app {
namespace {

/// So many frames lead up to each picture, so that it has a history.
constexpr int lead = 6;
/// So many frames are drawn before the first that is timed.
constexpr int timing_warmup = 4;

bool is_neural(const Settings& settings) {
  return settings.render.upscaler == renderer::Upscaler::neural;
}

std::vector<TourPicture> draw_pictures(const gpu::Device& device, const scene::Scene& scene,
                                       const Settings& settings, const Station& station,
                                       const TourOptions& options, std::size_t place, std::size_t places,
                                       const std::function<void()>& drawn) {
  Frame frame(device, scene, settings.render, settings.run.output);
  give_generators(frame, device, settings);
  give_source(frame, device, scene, settings);
  const double duration = scene::camera_duration(scene.camera);
  const double share = options.seconds / static_cast<double>(places);
  std::vector<TourPicture> pictures;
  for (int n = 0; n < options.pictures; ++n) {
    const double at = (static_cast<double>(place) + (n + 0.5) / options.pictures) * share;
    for (int before = lead; before >= 0; --before, drawn()) {
      FrameRequest request;
      request.seconds = settings.run.start + at - before * settings.run.frame_seconds;
      if (duration > 0) request.seconds = std::fmod(std::max(0.0, request.seconds), duration);
      request.frame_seconds = static_cast<float>(settings.run.frame_seconds);
      request.cut = before == lead;
      frame.draw(settings.render, request);
    }
    pictures.push_back({fmt::format("station_{}_{:02}.jpg", station.number, n), at,
                        display_picture(settings.run.output, frame.read_picture())});
  }
  return pictures;
}

void time_station(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                  const CameraRun& scored, const std::function<void()>& drawn, TourStation& result) {
  CameraRun path = scored;
  path.frames.insert(path.frames.begin(), timing_warmup, path.frames.front());
  path.warmup = timing_warmup;
  Frame frame(device, scene, settings.render, settings.run.output);
  const auto stages = std::make_shared<StageLog>();
  give_generators(frame, device, settings, stages);
  give_source(frame, device, scene, settings);
  ProfileRun run{.settings = {},
                 .upscaler = get(settings, "upscaler"),
                 .backend = {},
                 .render = {},
                 .output = settings.run.output,
                 .frames = time_frames(frame, settings.render, path, drawn, {.stages = stages.get()}),
                 .quality = {}};
  result.backend = frame.generated_by();
  result.generated_fraction = run.generated_fraction();
  double shaded = 0;
  for (const FrameTrace& trace : run.frames)
    if (trace.rasterized) shaded += 1.0 * trace.render.width * trace.render.height;
  result.shaded_per_output =
      shaded / static_cast<double>(run.displayed()) / run.output.width / run.output.height;
  const RunTimes times = times_of(run);
  result.frame_ms = percentiles(times.frame_ms).p50;
  for (const PassTimes& pass : times.passes)
    if (pass.row != Row::upscaler) result.parts.emplace_back(pass.name, percentiles(pass.ms).p50);
}

}  // namespace

std::vector<std::pair<Station, Settings>> stations_to_tour(const std::vector<Station>& stations,
                                                           const Settings& base, Tour& tour) {
  std::vector<std::pair<Station, Settings>> chosen;
  for (const Station& station : stations) {
    const auto leave_out = [&](const std::string& why) {
      tour.left_out.emplace_back(fmt::format("{} {}", station.number, station.name), why);
    };
    if (!station.there()) {
      leave_out(station.missing);
      continue;
    }
    Settings settings = base;
    go_to(station, settings);
    const std::string reason = is_neural(settings) ? neural_unavailable(settings) : "";
    if (reason.empty())
      chosen.emplace_back(station, settings);
    else
      leave_out(reason);
  }
  return chosen;
}

TourStation tour_station(const gpu::Device& device, const scene::Scene& scene, const Station& station,
                         const Settings& settings, const TourOptions& options, std::size_t place,
                         std::size_t places, const CameraRun& path, const Truth& truth,
                         const std::function<void()>& drawn) {
  TourStation result{.number = station.number,
                     .year = station.year,
                     .name = station.name,
                     .caption = station.caption,
                     .computes = station.computes,
                     .backend = {},
                     .scores = {},
                     .parts = {},
                     .pictures = {},
                     .middle = {}};
  result.pictures = draw_pictures(device, scene, settings, station, options, place, places, drawn);
  Scored scored = score_upscaler(device, scene, settings, path, truth, drawn);
  result.scores = scored.score.scores;
  result.middle = std::move(scored.middle);
  time_station(device, scene, settings, path, drawn, result);
  return result;
}

std::size_t tour_steps(const TourOptions& options, std::size_t frames) {
  return static_cast<std::size_t>(options.pictures) * (lead + 1) + 2 * frames + timing_warmup;
}

}  // namespace app
