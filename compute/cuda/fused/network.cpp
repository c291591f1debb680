#include "compute/cuda/fused/network.h"

#include <algorithm>

#include "compute/cuda/fused/kernels.h"
#include "compute/cuda/range.h"
#include "compute/plan/placement.h"

namespace compute::cuda {
namespace {

class CudaNetwork final : public FusedNetwork {
 public:
  CudaNetwork(ContextPtr context, const NetworkEnds& ends, const NetworkPlan& plan, Schedule schedule,
              std::span<const std::shared_ptr<ParameterOf<float>>> parameters)
      : context_(std::move(context)),
        ends_(ends),
        plan_(plan),
        schedule_(std::move(schedule)),
        parameters_(parameters.begin(), parameters.end()),
        in_one_launch_(context_->device.cooperative && !context_->joined) {
    check(middle_blocks(&blocks_), "the network's kernel does not fit on this GPU");
    if (blocks_ == 0) core::fail("the network's kernel does not fit on this GPU");
  }

  std::size_t scratch_bytes(Size padded) const override { return place(plan_, schedule_, padded).bytes; }
  std::size_t read_last(Size padded) const override { return place(plan_, schedule_, padded).read_last; }

  void forward(const void* view, Size padded, void* scratch) override {
    const Range range("network, with the passes that share its launches");
    const cudaStream_t stream = context_->stream.get();
    if (!(padded == padded_) || scratch != scratch_) bind(padded, scratch);
    check(ends_.start(view, start_, stream), "cannot launch the network's first layers");
    if (in_one_launch_) {
      check(run_middle(middle_, blocks_, stream), "cannot launch the network");
    } else {
      for (int i = 0; i < middle_.count; ++i)
        check(run_convolution(middle_.layers[i], std::min(blocks_, tiles::tile_count(middle_.layers[i])),
                              stream),
              "cannot launch a layer of the network");
    }
    check(ends_.finish(view, head_, stream), "cannot launch the network's last layers");
  }
  bool includes_passes_after() const override { return true; }
  void output_again(const void* view) override {
    check(ends_.head(view, head_, context_->stream.get()), "cannot launch the network's last layers");
  }

 private:
  const CudaParameter& parameter(std::size_t layer) const {
    return static_cast<const CudaParameter&>(*parameters_[layer]);
  }
  /// Makes the kernels' arguments for another size or place.
  void bind(Size padded, void* scratch) {
    padded_ = padded;
    scratch_ = scratch;
    const Placement placement = place(plan_, schedule_, padded);
    const auto memory = [&](int value) {
      return reinterpret_cast<f16*>(static_cast<char*>(scratch) +
                                    placement.offset[static_cast<std::size_t>(value)]);
    };
    const std::size_t full = schedule_.start[0].layer, half = schedule_.start[1].layer;
    start_.padded = padded;
    start_.squeeze = parameter(schedule_.squeeze).fragments.as<f16>();
    start_.squeeze_bias = parameter(schedule_.squeeze).bias.as<float>();
    start_.full = parameter(full).fragments.as<f16>(), start_.full_bias = parameter(full).bias.as<float>();
    start_.half = parameter(half).fragments.as<f16>(), start_.half_bias = parameter(half).bias.as<float>();
    start_.full_out = memory(plan_.layers()[full].destination);
    start_.half_out = memory(plan_.layers()[half].destination);
    middle_.count = 0;
    for (const ScheduledLayer& layer : schedule_.middle) {
      tiles::Convolution c = convolution_of(plan_, layer, padded, memory);
      c.fragments = parameter(layer.layer).fragments.as<f16>();
      c.bias = parameter(layer.layer).bias.as<float>();
      middle_.layers[middle_.count++] = c;
    }
    const tiles::Convolution mix = convolution_of(plan_, schedule_.mix, padded, memory);
    head_.padded = padded;
    std::copy_n(mix.parts, 2, head_.parts);
    head_.mix = parameter(schedule_.mix.layer).fragments.as<f16>();
    head_.mix_bias = parameter(schedule_.mix.layer).bias.as<float>();
    head_.head = parameter(schedule_.head).fragments.as<f16>();
    head_.head_bias = parameter(schedule_.head).bias.as<float>();
  }

  ContextPtr context_;
  const NetworkEnds& ends_;
  const NetworkPlan& plan_;
  Schedule schedule_;
  std::vector<std::shared_ptr<ParameterOf<float>>>
      parameters_;  ///< kept alive, since the arguments point to their memory
  /// A launch whose blocks wait for one another needs the whole GPU, which a joined context does not have.
  bool in_one_launch_;
  int blocks_ = 0;
  // Of the last call.
  Size padded_;
  void* scratch_ = nullptr;
  StartArguments start_;
  MiddleArguments middle_;
  HeadArguments head_;
};

}  // namespace

std::unique_ptr<FusedNetwork> make_fused_network(
    ContextPtr context, const NetworkEnds& ends, const NetworkPlan& plan,
    std::span<const std::shared_ptr<ParameterOf<float>>> parameters) {
  auto schedule = make_schedule(plan);
  if (!schedule || !join_start(plan, start_channels, *schedule) ||
      schedule->middle.size() > max_middle_layers)
    return nullptr;
  return std::make_unique<CudaNetwork>(std::move(context), ends, plan, *schedule, parameters);
}

}  // namespace compute::cuda
