#include "app/train/sequence_maker.h"

#include <algorithm>
#include <cmath>
#include <glm/gtc/matrix_transform.hpp>
#include <glm/gtc/packing.hpp>
#include <iterator>
#include <numbers>

#include "core/error.h"
#include "neural/train/trainer.h"

namespace app {
namespace {

using core::Random;

Settings plain(Settings settings) {
  settings.render.bloom.enabled = false;
  settings.render.upscaler = renderer::Upscaler::nearest;
  return settings;
}

float spread(Random& random, double by) {
  return static_cast<float>(std::exp2(random.uniform(-by, by)));
}

glm::vec3 tint(Random& random, double by) {
  return {spread(random, by), spread(random, by), spread(random, by)};
}

/// The scales of most sequences, each where a random number is below its limit.
constexpr struct { double scale, below; } usual_scales[] = {{2, 0.5}, {1.5, 0.68}, {3, 0.86}};
constexpr double other_scales[] = {1, 1.25, 1.2, 1.6, 2.4, 2.5};

}  // namespace

double shown_detail(const core::FrameIo& io) {
  const core::Size size = io.info.render;
  const auto compressed = [&](int x, int y) {
    const core::f16* texel = io.color + 4 * (static_cast<std::size_t>(y) * size.width + x);
    const glm::vec3 color(glm::unpackHalf1x16(texel[0]), glm::unpackHalf1x16(texel[1]),
                          glm::unpackHalf1x16(texel[2]));
    return color / (1 + std::max({color.r, color.g, color.b}));
  };
  double sum = 0;
  for (int y = 1; y + 1 < size.height; ++y)
    for (int x = 1; x + 1 < size.width; ++x) {
      const glm::vec3 twice = 2.0f * compressed(x, y);
      sum += glm::length(compressed(x - 1, y) + compressed(x + 1, y) - twice) +
             glm::length(compressed(x, y - 1) + compressed(x, y + 1) - twice);
    }
  return sum / static_cast<double>(area(size));
}

double random_scale(Random& random) {
  const double u = random.uniform();
  for (const auto& [scale, below] : usual_scales)
    if (u < below) return scale;
  return other_scales[random.below(static_cast<int>(std::size(other_scales)))];
}

void expect_trainable(const SequenceShape& shape, bool held_out) {
  const neural::TrainerSettings trainer;
  const int needed = held_out ? neural::shortest_validation : trainer.unroll * trainer.windows;
  if (shape.frames < needed)
    core::fail_usage("--frames must be at least {}, not {}: {} needs so many of each sequence", needed,
                     shape.frames, held_out ? "a validation" : "training");
  int coarsest = 1;
  const auto try_scale = [&](double scale) {
    const int render = renderer::render_size({shape.size, shape.size}, scale).width;
    coarsest = std::max(coarsest, neural::crop_step(shape.size, render));
  };
  for (const auto& usual : usual_scales) try_scale(usual.scale);
  for (const double scale : other_scales) try_scale(scale);
  if (!held_out && coarsest > trainer.crop)
    core::fail_usage(
        "--size {} has no crop of {} pixels or less at every scale, so training could not use it: "
        "240 has (and so do 48, 120 and 480)",
        shape.size, trainer.crop);
}

/// How the camera and time go through a sequence.
struct SequenceMaker::Move {
  double start = 0, step = 1 / 60.0;  ///< seconds of the scene; step 0: time stands still
  double yaw = 0, pitch = 0;          ///< radians off the path's direction
  double turn = 0, turn_rate = 0;     ///< amplitude in radians and radians a frame of a swing
  double spin = 0;                    ///< radians a frame, at one speed
  glm::dvec3 offset{0}, drift{0};     ///< metres, metres a frame, along right, up, forward
  double zoom = 1;                    ///< of the tangent of the field of view

  scene::CameraPose pose(const scene::Camera& camera, int frame) const {
    const scene::CameraPose path = scene::camera_at(camera, start + step * frame);
    glm::dvec3 forward = glm::normalize(glm::dvec3(path.look_at - path.position));
    const glm::dvec3 up(0, 1, 0);
    glm::dvec3 right = glm::cross(forward, up);
    right = glm::length(right) > 1e-4 ? glm::normalize(right) : glm::dvec3(1, 0, 0);
    const glm::dvec3 place = offset + drift * static_cast<double>(frame);
    const glm::dvec3 eye = glm::dvec3(path.position) + right * place.x + up * place.y + forward * place.z;
    const double swing = turn * std::sin(turn_rate * frame);
    const glm::dmat4 turned =
        glm::rotate(glm::rotate(glm::dmat4(1), yaw + swing + spin * frame, up), pitch + 0.3 * swing, right);
    forward = glm::dvec3(turned * glm::dvec4(forward, 0));
    return {glm::vec3(eye), glm::vec3(eye + 10.0 * forward)};
  }
};

/// How the light changes in a sequence: what moves and flickers has no motion vectors, and the history must
/// learn to let go of it.
struct SequenceMaker::Lighting {
  struct Mover {
    scene::PointLight light;
    glm::vec3 way{0};   ///< metres a frame
    int period = 0;     ///< frames between switching on and off; 0: always on
    float flicker = 0;  ///< part of the intensity that wavers
  };
  std::vector<Mover> movers;
  scene::Sun sun;
  float sun_swing = 0, sun_rate = 0;  ///< a cloud: part of the sun's intensity, radians a frame
  float ev_drift = 0;                 ///< stops a frame
  glm::vec3 sun_way{0};               ///< of its direction, a frame
  int jump = 0;                       ///< the frame at which its direction jumps by `jump_by`; 0: none
  glm::vec3 jump_by{0};
};

SequenceMaker::SequenceMaker(const gpu::Device& device, scene::Scene& scene, const Settings& settings,
                             int size)
    : scene_(scene),
      sun_(scene.sun),
      sky_(scene.sky),
      lights_(scene.lights),
      camera_(scene.camera),
      materials_(scene.materials),
      models_(scene.models),
      settings_(plain(settings)),
      low_(device, scene, settings_.render, {size, size}),
      truth_(device, scene, settings_.render, {size, size}) {}

SequenceMaker::Move SequenceMaker::random_move(const SequenceShape& shape, Random& random) const {
  Move move;
  const double duration = scene::camera_duration(camera_);
  // Half of them as fast as the path is played, most often at 60 frames a second.
  const int pace_of_time = random.below(6);
  if (pace_of_time == 0)
    move.step = 0;
  else if (pace_of_time > 3)
    move.step = random.uniform(1 / 120.0, 1 / 20.0);
  const auto cut = [&] {
    return move.step > 0 && scene::camera_cuts(camera_, move.start, move.start + move.step * shape.frames);
  };
  for (int attempt = 0; attempt < 20; ++attempt) {
    move.start = random.uniform(0, std::max(duration, 1.0));
    if (!cut()) break;
  }
  if (cut()) move.step = 0;  // a path of cuts alone: time stands still
  move.yaw = random.uniform(-0.8, 0.8);
  move.pitch = random.uniform(-0.35, 0.25);
  const bool rests = shape.kind == SequenceKind::still || shape.kind == SequenceKind::light ||
                     (shape.kind == SequenceKind::objects && random.below(2) == 0);
  const bool still = random.below(8) == 0 || rests;
  if (!still && random.below(3) == 0) {
    move.turn = random.uniform(0, 0.06);
    move.turn_rate = random.uniform(0.1, 0.8);
  }
  // Metres are measured by the path's own speed: a room and a race track differ.
  const scene::CameraPose a = scene::camera_at(camera_, move.start),
                          b = scene::camera_at(camera_, move.start + 0.25);
  const double pace = std::clamp(static_cast<double>(glm::length(b.position - a.position)) * 4, 0.3, 4.0);
  for (int axis = 0; axis < 3; ++axis) {
    move.offset[axis] = pace * random.uniform(-0.12, 0.12);
    if (!still && random.below(3) == 0) move.drift[axis] = pace * random.uniform(-0.012, 0.012);
  }
  if (still) move.step = 0;
  if (shape.kind == SequenceKind::turn) {  // once around in two to ten seconds
    move.turn = 0;
    move.spin = (random.below(2) ? 1 : -1) * random.uniform(0.01, 0.06);
    for (int axis = 0; axis < 3; ++axis) move.drift[axis] = 0;
  }
  // The crop of a picture between 432 and 1080 lines.
  move.zoom = shape.size / random.uniform(432, 1080);
  return move;
}

void SequenceMaker::change_scene(const SequenceShape& shape, const Move& move, Random& random) {
  scene_.sun = sun_;
  scene_.sun.direction += glm::length(sun_.direction) * 0.5f *
                          glm::vec3(random.uniform(-1, 1), random.uniform(-0.6, 0.2), random.uniform(-1, 1));
  scene_.sun.direction.y = std::min(scene_.sun.direction.y, -0.15f * glm::length(sun_.direction));
  scene_.sun.color = sun_.color * tint(random, 0.4);
  scene_.sun.intensity = sun_.intensity * spread(random, 1);
  scene_.sky.zenith = sky_.zenith * tint(random, 0.5);
  scene_.sky.horizon = sky_.horizon * tint(random, 0.3);
  scene_.sky.intensity = sky_.intensity * spread(random, 0.7);
  if (sky_.atmosphere) {
    scene_.sky.haze = sky_.haze * spread(random, 1);
    scene_.sky.clouds = static_cast<float>(random.uniform(0, 0.8));
  }
  for (std::size_t i = 0; i < materials_.size(); ++i) {
    scene_.materials[i].base_color = glm::min(materials_[i].base_color * tint(random, 0.5), glm::vec3(1));
    scene_.materials[i].roughness = std::clamp(materials_[i].roughness * spread(random, 0.7), 0.05f, 1.0f);
    scene_.materials[i].emissive = materials_[i].emissive * spread(random, 0.5);
  }
  scene_.camera.fov_y_degrees =
      static_cast<float>(2 * std::atan(std::tan(camera_.fov_y_degrees * std::numbers::pi / 360) * move.zoom) *
                         180 / std::numbers::pi);
  // Moving models are thrown through the picture, so that the network sees things pass before others.
  const scene::CameraPose pose = move.pose(camera_, 0);
  const glm::vec3 forward = glm::normalize(pose.look_at - pose.position);
  const glm::vec3 right = glm::normalize(glm::cross(forward, glm::vec3(0, 1, 0)) + glm::vec3(1e-6f));
  for (std::size_t i = 0; i < models_.size(); ++i) {
    if (!models_[i].moves()) continue;
    const float distance = static_cast<float>(random.uniform(3, 12)),
                reach = 0.5f * distance * static_cast<float>(move.zoom);
    const glm::vec3 center = pose.position + forward * distance +
                             right * reach * static_cast<float>(random.uniform(-1, 1)) +
                             glm::vec3(0, reach * random.uniform(-1, 0.6), 0);
    const glm::vec3 way =
        reach * glm::vec3(random.uniform(-2, 2), random.uniform(-0.7, 0.7), random.uniform(-2, 2));
    const glm::quat turn = glm::angleAxis(static_cast<float>(random.uniform(-1.5, 1.5)), glm::vec3(0, 1, 0));
    const bool objects = shape.kind == SequenceKind::objects;
    const bool away = shape.kind == SequenceKind::still || (!objects && random.below(3) == 0);
    scene_.models[i].keyframes.clear();
    const auto add_key = [&](double time, bool gone) {
      const auto t = static_cast<float>(time);
      scene::ModelKeyframe key;
      key.time = time + 1;
      key.position = gone ? glm::vec3(0, -1e4f, 0) : center + way * (t - 0.25f);
      key.rotation = glm::slerp(glm::quat(1, 0, 0, 0), turn, t);
      scene_.models[i].keyframes.push_back(key);
    };
    if (objects && random.below(2)) {
      // It is there for some frames only: from one to the next it comes, and goes.
      const double from = random.uniform(0.03, 0.2), to = from + random.uniform(0.03, 0.2), at_once = 1e-4;
      add_key(-1, true), add_key(from - at_once, true), add_key(from, false);
      add_key(to, false), add_key(to + at_once, true), add_key(2, true);
      continue;
    }
    for (const double time : {-1.0, 0.0, 1.0, 2.0}) add_key(time, away);
  }
}

SequenceMaker::Lighting SequenceMaker::random_lighting(const SequenceShape& shape, const Move& move,
                                                       Random& random) const {
  Lighting lighting;
  lighting.sun = scene_.sun;
  if (shape.kind == SequenceKind::still) return lighting;
  if (shape.kind == SequenceKind::light) {
    const auto aside = [&](double by) {
      return glm::length(scene_.sun.direction) *
             glm::vec3(random.uniform(-by, by), random.uniform(-0.3 * by, 0), random.uniform(-by, by));
    };
    if (random.below(2))
      lighting.sun_way = aside(0.02);
    else
      lighting.jump = shape.frames / 4 + random.below(std::max(1, shape.frames / 2)),
      lighting.jump_by = aside(0.5);
  }
  if (random.below(4) == 0) {
    lighting.sun_swing = static_cast<float>(random.uniform(0.2, 0.8));
    lighting.sun_rate = static_cast<float>(random.uniform(0.05, 0.6));
  }
  if (random.below(4) == 0) lighting.ev_drift = static_cast<float>(random.uniform(-0.06, 0.06));
  if (random.below(2)) return lighting;
  const scene::CameraPose pose = move.pose(camera_, 0);
  const glm::vec3 forward = glm::normalize(pose.look_at - pose.position);
  for (int count = 1 + random.below(3); count > 0; --count) {
    Lighting::Mover mover;
    const float distance = static_cast<float>(random.uniform(1, 12)),
                reach = distance * static_cast<float>(move.zoom);
    const auto anywhere = [&] {
      return glm::vec3(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1));
    };
    mover.light.position = pose.position + forward * distance + reach * anywhere();
    mover.light.color = tint(random, 1.2);
    mover.light.radius = static_cast<float>(random.uniform(2, 12));
    mover.light.intensity = spread(random, 1.5) * 0.3f * distance * distance;
    if (random.below(3)) mover.way = 0.05f * reach * anywhere();
    if (random.below(3) == 0) mover.period = 2 + random.below(12);
    if (random.below(3) == 0) mover.flicker = static_cast<float>(random.uniform(0.1, 0.6));
    lighting.movers.push_back(mover);
  }
  return lighting;
}

void SequenceMaker::light_scene(const Lighting& lighting, int frame) {
  scene_.sun = lighting.sun;
  const auto n = static_cast<float>(frame);
  scene_.sun.direction += lighting.sun_way * n;
  if (lighting.jump > 0 && frame >= lighting.jump) scene_.sun.direction += lighting.jump_by;
  scene_.sun.intensity *= 1 - lighting.sun_swing * (0.5f - 0.5f * std::cos(lighting.sun_rate * n));
  scene_.lights = lights_;
  for (const Lighting::Mover& mover : lighting.movers) {
    if (mover.period > 0 && (frame / mover.period) % 2 == 1) continue;
    scene::PointLight light = mover.light;
    light.position += mover.way * n;
    light.intensity *= 1 + mover.flicker * std::sin(2.1f * n);
    scene_.lights.push_back(light);
  }
}

/// A sequence that is about to be drawn; the scene has been changed for it.
struct SequenceMaker::Take {
  Move move;
  Lighting lighting;
  renderer::RenderSettings render;
};

SequenceMaker::Take SequenceMaker::stage(const SequenceShape& shape, Random& random) {
  Take take{random_move(shape, random), {}, settings_.render};
  change_scene(shape, take.move, random);
  take.lighting = random_lighting(shape, take.move, random);
  take.render.scale = static_cast<float>(shape.scale);
  take.render.exposure.ev += static_cast<float>(random.uniform(-1.2, 1.2));
  return take;
}

FrameRequest SequenceMaker::set_frame(const Take& take, int n) {
  // Time of the moving models: one pass of theirs starts with the sequence.
  constexpr double model_start = 1.0;
  light_scene(take.lighting, n);
  const double step = take.move.step > 0 ? take.move.step : 1 / 60.0;
  FrameRequest request;
  request.camera = take.move.pose(camera_, n);
  request.seconds = model_start + step * n;
  request.frame_seconds = static_cast<float>(step);
  request.cut = n == 0;
  return request;
}

SequenceMaker::Take SequenceMaker::best_take(const SequenceShape& shape, Random& random) {
  constexpr int tries = 3;
  Random best = random;
  double most = -1;
  for (int i = 0; i < tries; ++i) {
    const Random before = random;
    Take take = stage(shape, random);
    take.render.shadow.enabled = false;  // they would cost as much as half of the sequence
    low_.draw(take.render, set_frame(take, 0));
    const double detail = shown_detail(low_.read_contract());
    if (detail > most) most = detail, best = before;
  }
  return stage(shape, best);
}

neural::TrainingSequence SequenceMaker::make(const SequenceShape& shape, Random& random) {
  Take take = best_take(shape, random);
  const float first_ev = take.render.exposure.ev;
  neural::TrainingSequence sequence{scene_.name, false, {}};
  for (int n = 0; n < shape.frames; ++n) {
    FrameRequest request = set_frame(take, n);
    take.render.exposure.ev = first_ev + take.lighting.ev_drift * static_cast<float>(n);
    low_.draw(take.render, request);
    const core::FrameIo io = low_.read_contract();
    neural::TrainingFrame frame;
    frame.info = io.info;
    const std::size_t pixels = area(io.info.render);
    frame.color.assign(io.color, io.color + 4 * pixels);
    frame.depth.assign(io.depth, io.depth + pixels);
    frame.motion.assign(io.motion, io.motion + 2 * pixels);
    frame.reactive.assign(io.reactive, io.reactive + pixels);
    request.exposure = io.info.exposure;
    request.reference_samples = shape.samples;
    truth_.draw(take.render, request);
    const core::FrameIo truth = truth_.read_contract();
    frame.truth.assign(truth.output, truth.output + 4 * area(truth.info.output));
    sequence.frames.push_back(std::move(frame));
  }
  return sequence;
}

}  // namespace app
