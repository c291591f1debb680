#include "compute/vulkan/fused/network.h"

#include "compute/plan/placement.h"
#include "compute/vulkan/group.h"
#include "compute/vulkan/layers/layers.h"

namespace compute::vulkan {
namespace {

std::array<std::uint32_t, 3> pixel_groups(Size size) {
  return {static_cast<std::uint32_t>((size.width + NEURASTER_GROUP_WIDTH - 1) / NEURASTER_GROUP_WIDTH),
          static_cast<std::uint32_t>((size.height + NEURASTER_GROUP_HEIGHT - 1) / NEURASTER_GROUP_HEIGHT), 1};
}

class VulkanNetwork final : public FusedNetwork {
 public:
  VulkanNetwork(const ContextPtr& context, const VulkanFamily& family, const NetworkPlan& plan,
                Schedule schedule, std::span<const std::shared_ptr<ParameterOf<float>>> parameters)
      : context_(context),
        family_(family),
        plan_(plan),
        schedule_(std::move(schedule)),
        parameters_(parameters.begin(), parameters.end()),
        squeeze_(context->pipelines.get(family.ends->squeeze)),
        head_(context->pipelines.get(family.ends->head)) {
    for (const ScheduledLayer& layer : schedule_.middle) {
      const Layer& planned = plan.layers()[layer.layer];
      middle_.emplace_back(*context, planned.spec, false, planned.name);
    }
  }

  std::size_t scratch_bytes(Size padded) const override { return placement(padded).bytes; }
  std::size_t read_last(Size padded) const override { return placement(padded).read_last; }

  void forward(const void* view, Size padded, void* scratch) override {
    if (!(padded == padded_)) {
      placement_ = placement(padded);
      padded_ = padded;
    }
    scratch_ = reinterpret_cast<VkDeviceAddress>(scratch);
    const Size grid = family_.ends->grid(view);
    run_squeeze(view, grid);
    for (std::size_t i = 0; i < middle_.size(); ++i) middle_[i].run(arguments_of(schedule_.middle[i]));
    run_head(view, grid);
  }

 private:
  Placement placement(Size padded) const { return place(plan_, schedule_, padded, context_->scalar_bytes()); }
  const VulkanParameter& parameter(std::size_t layer) const {
    return static_cast<const VulkanParameter&>(*parameters_[layer]);
  }
  VkDeviceAddress address(int value) const {
    return scratch_ + placement_.offset[static_cast<std::size_t>(value)];
  }
  Part part_of(const ScheduledSource& source) const {
    const Value& value = plan_.values()[static_cast<std::size_t>(source.value)];
    return {address(source.value), value.channels / block_channels, padded_.width >> value.level,
            padded_.height >> value.level, source.shift};
  }
  ConvolutionArguments arguments_of(const ScheduledLayer& scheduled) const {
    const Layer& layer = plan_.layers()[scheduled.layer];
    const int level = plan_.values()[static_cast<std::size_t>(layer.destination)].level;
    ConvolutionArguments a{};
    for (std::size_t i = 0; i < scheduled.sources.size(); ++i) a.parts[i] = part_of(scheduled.sources[i]);
    a.result = address(layer.destination);
    a.weights = parameter(scheduled.layer).weights();
    a.bias = parameter(scheduled.layer).bias();
    a.width = padded_.width >> level;
    a.height = padded_.height >> level;
    return a;
  }
  std::span<const std::byte> bytes_of(const void* view) const {
    return {static_cast<const std::byte*>(view), family_.view_bytes};
  }
  std::uint64_t pixels() const { return core::area(padded_); }

  /// Appends bias and weights of a 1x1 layer, for `out` outputs, as the ends' shaders declare them.
  void add_constants(std::size_t layer, std::size_t in, std::size_t out) {
    const VulkanParameter& from = parameter(layer);
    for (const auto& [part, count] :
         {std::pair(from.host_bias(), out), std::pair(from.host_weights(), in * out)}) {
      const std::size_t end = constants_.size() + count;
      constants_.insert(constants_.end(), part.begin(), part.end());
      constants_.resize(end);  // a head of few outputs has zeros here
    }
  }

  void run_squeeze(const void* view, Size grid) {
    const Layer& layer = plan_.layers()[schedule_.squeeze];
    const SqueezeArguments a{
        {grid.width, grid.height}, {padded_.width, padded_.height}, address(layer.destination)};
    constants_.clear();
    add_constants(schedule_.squeeze, 2 * block_channels, block_channels);
    Dispatch dispatch{squeeze_, pixel_groups(padded_), std::as_bytes(std::span(&a, 1)), bytes_of(view)};
    dispatch.constants = std::as_bytes(std::span(constants_));
    dispatch.name = layer.name;
    dispatch.operations = pixels() * layer.spec.weight_count();
    dispatch.bytes = pixels() * block_channels * context_->scalar_bytes();
    context_->stream.dispatch(dispatch);
  }
  void run_head(const void* view, Size grid) {
    const Layer& mix = plan_.layers()[schedule_.mix.layer];
    const Layer& head = plan_.layers()[schedule_.head];
    const HeadArguments a{{grid.width, grid.height},
                          {padded_.width, padded_.height},
                          {part_of(schedule_.mix.sources[0]), part_of(schedule_.mix.sources[1])}};
    constants_.clear();
    add_constants(schedule_.mix.layer, 2 * block_channels, block_channels);
    add_constants(schedule_.head, block_channels, 2 * block_channels);
    Dispatch dispatch{head_, pixel_groups(grid), std::as_bytes(std::span(&a, 1)), bytes_of(view)};
    dispatch.constants = std::as_bytes(std::span(constants_));
    dispatch.name = head.name;
    dispatch.operations = pixels() * (mix.spec.weight_count() + head.spec.weight_count());
    for (const Part& part : a.parts)
      dispatch.bytes += core::area({part.width, part.height}) * block_channels * context_->scalar_bytes();
    context_->stream.dispatch(dispatch);
  }

  ContextPtr context_;
  const VulkanFamily& family_;
  const NetworkPlan& plan_;
  Schedule schedule_;
  std::vector<std::shared_ptr<ParameterOf<float>>> parameters_;
  VkPipeline squeeze_, head_;
  std::vector<Convolution> middle_;
  // Of the last call.
  Size padded_;
  Placement placement_;
  VkDeviceAddress scratch_ = 0;
  std::vector<float> constants_;
};

}  // namespace

std::unique_ptr<FusedNetwork> make_fused_network(
    const ContextPtr& context, const VulkanFamily& family, const NetworkPlan& plan,
    std::span<const std::shared_ptr<ParameterOf<float>>> parameters) {
  if (!family.ends) return nullptr;
  auto schedule = make_schedule(plan);
  if (!schedule) return nullptr;
  return std::make_unique<VulkanNetwork>(context, family, plan, std::move(*schedule), parameters);
}

}  // namespace compute::vulkan
