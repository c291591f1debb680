#include "neural/train/validation.h"

#include <memory>
#include <utility>

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

void SequenceErrors::add(const float* output, const TrainingFrame& frame) {
  std::vector<float> error = display_error(output, frame.truth.data(), area(frame.info.output));
  for (std::size_t k = 0; k < error.size(); ++k) {
    sums_.squares += static_cast<double>(error[k]) * static_cast<double>(error[k]);
    ++sums_.count;
    if (before_.empty()) continue;
    const double change = static_cast<double>(error[k]) - static_cast<double>(before_[k]);
    sums_.changes += change * change;
    ++sums_.change_count;
  }
  before_ = std::move(error);
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
  std::vector<float> picture(area(info.output) * 4);
  const std::unique_ptr<Memory> memory = backend.allocate(picture.size() * sizeof(float));
  auto* const output = static_cast<float*>(memory->data());
  SequenceErrors errors;
  for (std::size_t n = 0; n < sequence.frames.size(); ++n) {
    const TrainingFrame& frame = sequence.frames[n];
    step.forward(network, inputs.upload(frame.io()), n ? &carries[(n + 1) % 2] : nullptr, carries[n % 2],
                 output);
    if (n < unscored_frames) continue;
    backend.copy_out(picture.data(), output, picture.size() * sizeof(float));
    errors.add(picture.data(), frame);
    if (visit) visit(number, frame, picture.data());
  }
  return errors.sums();
}

}  // namespace neural
