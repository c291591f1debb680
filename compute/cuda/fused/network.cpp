#include "compute/cuda/fused/network.h"

#include <map>

#include "compute/cuda/fused/kernels.h"
#include "compute/cuda/range.h"
#include "compute/plan/schedule.h"

namespace compute::cuda {
namespace {

class CudaNetwork final : public FusedNetwork {
 public:
  CudaNetwork(ContextPtr context, const NetworkEnds& ends, const NetworkPlan& plan, const Schedule& schedule,
              std::span<const std::shared_ptr<ParameterOf<float>>> parameters, Size padded)
      : context_(std::move(context)), ends_(ends), parameters_(parameters.begin(), parameters.end()) {
    for (const int value : schedule.stored) {
      const Value& v = plan.values()[static_cast<std::size_t>(value)];
      const std::size_t pixels = static_cast<std::size_t>(padded.width >> v.level) *
                                 static_cast<std::size_t>(padded.height >> v.level);
      memory_.emplace(value, DeviceMemory(pixels * static_cast<std::size_t>(v.channels) * sizeof(f16),
                                          context_->stream.get()));
    }
    const auto memory = [&](int value) {
      const auto found = memory_.find(value);
      return found == memory_.end() ? nullptr : found->second.as<f16>();
    };
    const CudaParameter& squeeze = parameter(schedule.squeeze);
    squeeze_ = {padded, squeeze.fragments.as<f16>(), squeeze.bias.as<float>(),
                memory(plan.layers()[schedule.squeeze].destination)};
    for (const ScheduledLayer& layer : schedule.middle) {
      tiles::Convolution c = convolution_of(plan, layer, padded, memory);
      c.fragments = parameter(layer.layer).fragments.as<f16>();
      c.bias = parameter(layer.layer).bias.as<float>();
      middle_.layers[middle_.count++] = c;
    }
    const tiles::Convolution mix = convolution_of(plan, schedule.mix, padded, memory);
    head_.padded = padded;
    std::copy_n(mix.parts, 2, head_.parts);
    head_.mix = parameter(schedule.mix.layer).fragments.as<f16>();
    head_.mix_bias = parameter(schedule.mix.layer).bias.as<float>();
    head_.head = parameter(schedule.head).fragments.as<f16>();
    head_.head_bias = parameter(schedule.head).bias.as<float>();
    check(middle_blocks(&blocks_), "the network's kernel does not fit on this GPU");
    if (blocks_ == 0) core::fail("the network's kernel does not fit on this GPU");
  }

  void forward(const void* view) override {
    const Range range("network");
    const cudaStream_t stream = context_->stream.get();
    check(ends_.squeeze(view, squeeze_, stream), "cannot launch the network's first layer");
    check(run_middle(middle_, blocks_, stream), "cannot launch the network");
    check(ends_.head(view, head_, stream), "cannot launch the network's last layers");
  }

 private:
  const CudaParameter& parameter(std::size_t layer) const {
    return static_cast<const CudaParameter&>(*parameters_[layer]);
  }

  ContextPtr context_;
  const NetworkEnds& ends_;
  std::vector<std::shared_ptr<ParameterOf<float>>>
      parameters_;  ///< kept alive, since the arguments point to their memory
  std::map<int, DeviceMemory> memory_;
  SqueezeArguments squeeze_;
  MiddleArguments middle_;
  HeadArguments head_;
  int blocks_ = 0;
};

}  // namespace

std::unique_ptr<FusedNetwork> make_fused_network(
    ContextPtr context, const NetworkEnds& ends, const NetworkPlan& plan,
    std::span<const std::shared_ptr<ParameterOf<float>>> parameters, Size padded) {
  const auto schedule = make_schedule(plan);
  if (!schedule || schedule->middle.size() > max_middle_layers) return nullptr;
  return std::make_unique<CudaNetwork>(std::move(context), ends, plan, *schedule, parameters, padded);
}

}  // namespace compute::cuda
