#pragma once
// A small training on a synthetic scene.

#include "neural/train/session.h"
#include "tests/support/synthetic_scene.h"

namespace synthetic {

inline neural::TrainingSequence sequence(const Scene& scene, core::Size render, core::Size output, int frames,
                                         bool validation = false) {
  neural::TrainingSequence s{"pattern", validation, {}};
  for (int n = 0; n < frames; ++n) {
    Frame f = make_frame(scene, render, output, n);
    s.frames.push_back({f.info, f.color, f.motion, f.depth, f.reactive, f.truth});
  }
  return s;
}

inline neural::TrainerSettings small_settings() {
  neural::TrainerSettings settings;
  settings.batch = 3;
  settings.unroll = 3;
  settings.windows = 2;
  settings.crop = 48;
  settings.threads = 2;
  settings.adam.rate = 2e-3;
  return settings;
}

inline void add_sequences(neural::TrainingSession& session) {
  Scene scene;
  session.add(sequence(scene, {40, 32}, {80, 64}, 8));
  scene.pan = -0.2;
  scene.frequency = 35;
  session.add(sequence(scene, {48, 32}, {72, 48}, 8));
  session.add(sequence(scene, {40, 32}, {80, 64}, 12, true));
}

inline bool has_cpu() {
  try {
    compute::open_backend("cpu");
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

inline std::vector<double> losses(neural::TrainingSession& session, int rounds) {
  std::vector<double> result;
  for (int r = 0; r < rounds; ++r)
    for (const auto& report : session.step(neural::TrainingSession::whole_round, 0.1 * r).steps)
      result.push_back(report.loss);
  return result;
}

}  // namespace synthetic
