#include "neural/train/validation.h"

#include <memory>
#include <vector>

#include "neural/train/loss.h"
#include "neural/upscale/frame_inputs.h"
#include "neural/upscale/frame_step.h"

namespace neural {
namespace {

constexpr std::size_t unscored_frames = 8;  ///< at the start of a sequence, as `evaluate` does

}  // namespace

ValidationErrors& ValidationErrors::operator+=(const ValidationErrors& other) {
  squares += other.squares, changes += other.changes;
  count += other.count, change_count += other.change_count;
  return *this;
}

ValidationReport::ValidationReport(const ValidationErrors& sums)
    : psnr_db(psnr_of_errors(sums.squares, sums.count)),
      tpsnr_db(psnr_of_errors(sums.changes, sums.change_count)) {}

ValidationErrors validate_sequence(Backend& backend, const NetworkPlan& plan,
                                   const Parameters<float>& parameters, const TrainingSequence& sequence,
                                   std::size_t number, const ValidationVisit& visit) {
  const FrameInfo& info = sequence.frames.front().info;
  FrameStep<float> step(backend, info.render, info.output, false);
  Carry<float> carries[2] = {{backend, info.render, info.output, false},
                             {backend, info.render, info.output, false}};
  NetworkRun<float> network(backend, plan, parameters, padded_size(info.render), false);
  FrameInputs inputs(backend, info.render);
  const std::size_t pixels =
      static_cast<std::size_t>(info.output.width) * static_cast<std::size_t>(info.output.height);
  const std::unique_ptr<Memory> memory = backend.allocate(pixels * 4 * sizeof(float));
  auto* const output = static_cast<float*>(memory->data());
  ValidationErrors sums;
  std::vector<float> picture(pixels * 4), before;
  for (std::size_t n = 0; n < sequence.frames.size(); ++n) {
    const TrainingFrame& frame = sequence.frames[n];
    step.forward(network, inputs.upload(frame.io()), n ? &carries[(n + 1) % 2] : nullptr, carries[n % 2],
                 output);
    backend.copy_out(picture.data(), output, picture.size() * sizeof(float));
    std::vector<float> error = display_error(picture.data(), frame.truth.data(), pixels);
    for (std::size_t k = 0; n >= unscored_frames && k < error.size(); ++k) {
      sums.squares += static_cast<double>(error[k]) * static_cast<double>(error[k]);
      ++sums.count;
      if (n == unscored_frames) continue;
      const double d = static_cast<double>(error[k]) - static_cast<double>(before[k]);
      sums.changes += d * d;
      ++sums.change_count;
    }
    if (visit && n >= unscored_frames) visit(number, frame, picture.data());
    before = std::move(error);
  }
  return sums;
}

}  // namespace neural
