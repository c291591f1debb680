#include "app/measure/score_source.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/frame/view_finder.h"
#include "app/measure/references.h"
#include "app/measure/score.h"
#include "app/open/field.h"
#include "app/report/report.h"
#include "compute/pixel/half.h"

namespace app {
namespace {

constexpr std::uint64_t held_out_seed = 5000;  // above the seeds of learning
constexpr float wrong_depth = 0.05f;           // of the distance
constexpr float wrong_motion = 0.5f;           // render pixels

/// How the frames of two sources differ.
struct Difference {
  double pixels = 0, depth = 0, motion = 0;

  void add(const core::FrameIo& io, const std::vector<float>& depth_of,
           const std::vector<core::f16>& motion_of) {
    const auto half = [](core::f16 h) { return compute::pixel::from_half(h); };
    for (std::size_t i = 0; i < depth_of.size(); ++i) {
      const float a = io.depth[i], b = depth_of[i];
      const bool same = a > 0 && b > 0 ? std::abs(a - b) <= wrong_depth * std::max(a, b) : a == b;
      depth += !same;
      motion += std::hypot(half(io.motion[2 * i]) - half(motion_of[2 * i]),
                           half(io.motion[2 * i + 1]) - half(motion_of[2 * i + 1])) > wrong_motion;
    }
    pixels += static_cast<double>(depth_of.size());
  }
};

}  // namespace

CameraRun held_out_run(const gpu::Device& device, const scene::Scene& scene, const Settings& settings) {
  renderer::RenderSettings render = settings.render;
  render.upscaler = renderer::Upscaler::nearest;
  render.bloom.enabled = false;
  Frame frame(device, scene, render, settings.run.output);
  ViewFinder finder(frame, scene, static_cast<std::uint64_t>(settings.run.seed) + held_out_seed);
  CameraRun run = make_camera_run(scene, settings.run, 0);
  const auto poses = finder.clear(render, 1, settings.run.frames);
  for (std::size_t n = 0; n < run.frames.size(); ++n) {
    run.frames[n].camera = poses[n];
    run.frames[n].cut = true;
  }
  frame.finish();
  return run;
}

SourceScore score_source(const gpu::Device& device, const scene::Scene& scene, Settings settings,
                         const CameraRun& path, const std::function<void()>& drawn) {
  const core::Size output = settings.run.output;
  Settings low = settings;
  low.run.output = renderer::render_size(output, settings.render.scale);
  low.render.upscaler = renderer::Upscaler::native;
  low.render.bloom.enabled = false;
  const Truth truth{.files = make_references(device, scene, low, path, unscored_frames, drawn)};
  SourceScore result;
  result.name = get(settings, "source");
  result.scores = score_upscaler(device, scene, low, path, truth, drawn).score.scores;
  low.source = {};
  result.rasterizer = score_upscaler(device, scene, low, path, truth, drawn).score.scores;

  // The same frames as an upscaler gets them, with jitter, from both.
  renderer::RenderSettings render = settings.render;
  render.upscaler = renderer::Upscaler::nearest;
  render.bloom.enabled = false;
  Frame rasterized(device, scene, render, output), frame(device, scene, render, output);
  give_source(frame, device, scene, settings);
  Difference difference;
  std::vector<double> ms;
  for (std::size_t n = 0; n < path.frames.size(); ++n) {
    rasterized.draw(render, path.frames[n]);
    const core::FrameIo truth_io = rasterized.read_contract();
    const std::size_t pixels = area(truth_io.info.render);
    const std::vector<float> depth(truth_io.depth, truth_io.depth + pixels);
    const std::vector<core::f16> motion(truth_io.motion, truth_io.motion + 2 * pixels);
    frame.draw(render, path.frames[n]);
    if (n >= unscored_frames) {
      difference.add(frame.read_contract(), depth, motion);
      ms.push_back(frame.field() ? frame.times().field : 0);
    }
    drawn();
  }
  rasterized.finish();
  frame.finish();
  result.depth_wrong = difference.depth / std::max(1.0, difference.pixels);
  result.motion_wrong = difference.motion / std::max(1.0, difference.pixels);
  result.ms_median = percentiles(std::move(ms)).p50;
  return result;
}

}  // namespace app
