#include "app/frame/field_source.h"

#include "core/clock.h"
#include "renderer/vulkan/commands.h"

namespace app {
namespace {

// Of a pixel, as core/frame.h has it.
constexpr std::size_t color_bytes = 8, depth_bytes = 4, motion_bytes = 4;

gpu::Buffer staging(const gpu::Device& device, VkDeviceSize bytes, const char* name) {
  // The field's memory is written at random, so it is the cached kind.
  return gpu::Buffer(device, bytes, VK_BUFFER_USAGE_TRANSFER_SRC_BIT, gpu::MemoryUse::readback, name);
}

void copy_in(VkCommandBuffer commands, const gpu::Buffer& from, const gpu::Image& to, core::Size size) {
  from.flush();
  VkBufferImageCopy copy{};
  copy.imageSubresource = {to.aspect(), 0, 0, 1};
  copy.imageExtent = {static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height), 1};
  vkCmdCopyBufferToImage(commands, from.get(), to.get(), VK_IMAGE_LAYOUT_GENERAL, 1, &copy);
}

}  // namespace

neural::FieldCamera field_camera(const renderer::View& view, const core::FrameInfo& info) {
  neural::FieldCamera camera;
  camera.size = info.render;
  for (int a = 0; a < 3; ++a) {
    camera.eye[static_cast<std::size_t>(a)] = view.eye[a];
    for (int b = 0; b < 3; ++b) camera.axes[static_cast<std::size_t>(3 * a + b)] = view.axes[a][b];
  }
  camera.tangent_x = view.tan_half_fov_y * view.aspect;
  camera.tangent_y = view.tan_half_fov_y;
  camera.jitter[0] = info.jitter[0];
  camera.jitter[1] = info.jitter[1];
  camera.near = view.near;
  return camera;
}

neural::MoverPose mover_pose(const glm::dmat4& model_to_world) {
  neural::MoverPose pose;
  for (int column = 0; column < 3; ++column) {
    const glm::dvec3 axis = glm::normalize(glm::dvec3(model_to_world[column]));
    for (int row = 0; row < 3; ++row) pose.rows[static_cast<std::size_t>(3 * row + column)] = axis[row];
    pose.place[static_cast<std::size_t>(column)] = model_to_world[3][column];
  }
  return pose;
}

FieldSource::FieldSource(const gpu::Device& device, std::shared_ptr<compute::Backend> backend)
    : device_(device), backend_(std::move(backend)), field_(*backend_), exposure_(device) {}

void FieldSource::prepare(const renderer::RenderSettings&, bool) {}

void FieldSource::draw(const renderer::FrameContext& frame, Slot& slot) {
  std::vector<neural::MoverMotion> motions;
  for (const neural::FieldMover& mover : field()->origin.movers) {
    const auto model = static_cast<std::size_t>(mover.model);
    if (model >= frame.transforms.size()) break;  // of another scene
    motions.push_back({mover_pose(frame.transforms[model]), mover_pose(frame.previous_transforms[model])});
  }
  const std::size_t pixels = area(frame.info.render);
  neural::FieldFrame to{slot.color.as<core::f16>(), slot.depth.as<float>(), slot.motion.as<core::f16>(),
                        slot.reactive.as<std::uint8_t>()};
  if (!backend_->on_host()) {
    if (pixels > drawn_.pixels) {
      drawn_ = {};
      drawn_ = {backend_->allocate(pixels * color_bytes), backend_->allocate(pixels * depth_bytes),
                backend_->allocate(pixels * motion_bytes), backend_->allocate(pixels), pixels};
    }
    to = {static_cast<core::f16*>(drawn_.color->data()), static_cast<float*>(drawn_.depth->data()),
          static_cast<core::f16*>(drawn_.motion->data()),
          static_cast<std::uint8_t*>(drawn_.reactive->data())};
  }
  field_.render(field_camera(frame.view, frame.info), frame.info.clip_to_prev_clip, frame.info.exposure, to,
                motions);
  backend_->finish();
  if (backend_->on_host()) return;
  backend_->copy_out(slot.color.as<void>(), to.color, pixels * color_bytes);
  backend_->copy_out(slot.depth.as<void>(), to.depth, pixels * depth_bytes);
  backend_->copy_out(slot.motion.as<void>(), to.motion, pixels * motion_bytes);
  backend_->copy_out(slot.reactive.as<void>(), to.reactive, pixels);
}

void FieldSource::record(VkCommandBuffer commands, const renderer::FrameContext& frame) {
  const std::size_t pixels = area(frame.info.render), n = frame.slot();
  Slot& slot = slots_[n];
  if (pixels > pixels_[n]) {
    slot.color = staging(device_, pixels * color_bytes, "field colour");
    slot.depth = staging(device_, pixels * depth_bytes, "field depth");
    slot.motion = staging(device_, pixels * motion_bytes, "field motion");
    slot.reactive = staging(device_, pixels, "field reactive");
    pixels_[n] = pixels;
  }
  const auto start = core::Clock::now();
  draw(frame, slot);
  milliseconds_ = core::milliseconds_since(start);
  const gpu::PassScope scope(device_, commands, frame.timer, "field to targets");
  // The targets may still be read by the frame before.
  gpu::barrier(commands, gpu::Access::all, gpu::Access::transfer);
  copy_in(commands, slot.color, frame.targets.color, frame.info.render);
  copy_in(commands, slot.depth, frame.depth(), frame.info.render);
  copy_in(commands, slot.motion, frame.targets.motion, frame.info.render);
  copy_in(commands, slot.reactive, frame.targets.reactive, frame.info.render);
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::all);
  exposure_.record(commands, frame);
}

}  // namespace app
