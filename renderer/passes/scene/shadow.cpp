#include "renderer/passes/scene/shadow.h"

#include <algorithm>
#include <cmath>

namespace renderer {
namespace {

/// How far the wanted centre may leave a cascade's before it is redrawn, as shares of its radius: beyond
/// `slack` little by little, beside the frames; beyond `max_slack` at once. The map reaches at least (1 -
/// max_slack) of its radius past the wanted centre, however fast the camera is.
constexpr double slack = 0.2, max_slack = 0.6;

/// The costs of a triangle and of an opaque texel, in alpha-tested texels (a fit to lavapipe's times), and
/// the least share of a redraw that a frame draws: little enough not to be felt, even there (some 8 ms).
constexpr double triangle_cost = 150, opaque_cost = 0.15, min_share = 1.2e6;

/// The rows point right, up and the way that the light travels.
glm::dmat3 light_axes(const glm::dvec3& light) {
  const glm::dvec3 helper = std::abs(light.y) < 0.99 ? glm::dvec3(0, 1, 0) : glm::dvec3(1, 0, 0);
  const glm::dvec3 right = glm::normalize(glm::cross(helper, light));
  return glm::transpose(glm::dmat3(right, glm::cross(light, right), light));
}

/// Returns the surface of each chunk's triangles, in square metres of its model's space.
std::vector<double> surfaces(const scene::Scene& scene) {
  std::vector<double> areas;
  for (const scene::Chunk& chunk : scene.chunks) {
    double area = 0;
    for (std::uint32_t i = chunk.first_index; i < chunk.first_index + chunk.index_count; i += 3) {
      const auto corner = [&](std::uint32_t k) {
        return scene.vertices[scene.indices[i + k] + static_cast<std::uint32_t>(chunk.vertex_offset)]
            .position;
      };
      area += 0.5 * glm::length(glm::cross(corner(1) - corner(0), corner(2) - corner(0)));
    }
    areas.push_back(area);
  }
  return areas;
}

}  // namespace

ShadowPass::ShadowPass(const gpu::Device& device, const GpuScene& scene, std::int32_t resolution)
    : casters_(device, scene, true),
      resolution_(resolution),
      scene_has_motion_(scene.moving_count() > 0),
      surface_(surfaces(scene.cpu())) {
  const auto side = static_cast<std::uint32_t>(resolution);
  const auto make = [&](const char* name, std::uint32_t texels, std::uint32_t layers) {
    return gpu::Image(device,
                      {.format = VK_FORMAT_D32_SFLOAT,
                       .width = texels,
                       .height = texels,
                       .layers = layers,
                       .usage = VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT |
                                VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT},
                      name);
  };
  still_map_ = make("still shadows", side, shared::MAX_CASCADES);
  moving_map_ = make("moving shadows", scene_has_motion_ ? side : 1, shared::MAX_CASCADES);
  next_map_ = make("shadows being redrawn", side, 1);
  for (std::uint32_t i = 0; i < shared::MAX_CASCADES; ++i) {
    still_views_.push_back(still_map_.layer_view(i));
    moving_views_.push_back(moving_map_.layer_view(i));
  }
  next_view_ = next_map_.layer_view(0);
  gpu::run_once(device, [&](VkCommandBuffer commands) {
    gpu::to_general(commands, {&still_map_, &moving_map_, &next_map_});
  });
  sampler_ = gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE, 1,
                               VK_COMPARE_OP_LESS_OR_EQUAL);
  plain_sampler_ = gpu::make_sampler(device, VK_FILTER_NEAREST, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE);
}

void ShadowPass::invalidate() {
  for (Cascade& cascade : cascades_) cascade.valid = false;
  redraw_.reset();
}

void ShadowPass::place(Cascade& cascade, const glm::dvec3& wanted, const glm::dvec3& light) const {
  // The centre is snapped to whole texels, so that edges stay in place when the map moves.
  const glm::dmat3 axes = light_axes(light);
  const double texel = 2 * cascade.radius / resolution_;
  glm::dvec3 center = axes * wanted;
  center.x = std::floor(center.x / texel) * texel;
  center.y = std::floor(center.y / texel) * texel;
  // Depth clamping keeps casters that stand before the near plane.
  const double depth = 4 * cascade.radius;
  glm::dmat4 clip(0);
  for (int column = 0; column < 3; ++column) {
    clip[column] = {axes[column].x / cascade.radius, axes[column].y / cascade.radius, axes[column].z / depth,
                    0};
  }
  clip[3] = {-center.x / cascade.radius, -center.y / cascade.radius, 0.5 - center.z / depth, 1};
  cascade.clip_from_world = clip;
  cascade.center = wanted;
  cascade.left = cascade.speed = 0;
  cascade.valid = true;
}

void ShadowPass::record(VkCommandBuffer commands, const FrameContext& frame) {
  auto& constants = *frame.buffers.constants.as<shared::FrameConstants>();
  constants.cascade_count = 0;
  if (!frame.settings.shadow.enabled) return;
  const gpu::PassScope scope(frame.device, commands, frame.timer, "shadow");
  const scene::Scene& scene = frame.scene.cpu();
  const double extent = 1.2 * glm::length(scene.box_max - scene.box_min);
  const auto distance = static_cast<float>(std::min(
      {double{frame.settings.shadow.distance} * scene.metre, frame.view.far, std::max(extent, 1e-9)}));
  const glm::dvec3 light =
      -glm::normalize(glm::dvec3(frame.scene.sky().at(frame.settings.time_of_day).to_sun));
  // Texels much finer than the filter would need more taps than it has.
  constexpr double widest_filter = 12;  // texels
  constexpr double near_caster = 6;     // metres
  const ShadowSettings& shadow = frame.settings.shadow;
  const double softness = (double{shadow.softness} + near_caster * double{shadow.spread}) * scene.metre;
  const double finest = std::min(softness * resolution_ / (2 * widest_filter), double{distance});
  if (distance != distance_ || light != light_ || finest != finest_) invalidate();
  distance_ = distance;
  finest_ = finest;
  light_ = light;
  count_ = shared::MAX_CASCADES;
  constexpr double shares[shared::MAX_CASCADES] = {0.07, 0.27, 1.0};
  const glm::dvec3 forward = -frame.view.axes[2];
  gpu::barrier(commands, gpu::Access::shader_read, gpu::Access::attachment);
  gpu::barrier(commands, gpu::Access::shader_read, gpu::Access::transfer);
  std::array<bool, shared::MAX_CASCADES> fresh{};
  std::array<glm::dvec3, shared::MAX_CASCADES> wanted;
  std::uint32_t farthest = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    Cascade& cascade = cascades_[i];
    cascade.radius = std::max(shares[i] * distance, finest);
    wanted[i] = frame.view.eye + forward * (0.55 * cascade.radius);
    const double left = glm::length(wanted[i] - cascade.center) / cascade.radius;
    cascade.speed = left - cascade.left;
    cascade.left = left;
    if (!cascade.valid || left > max_slack) {
      place(cascade, wanted[i], light);
      draw_still(commands, frame, i);
      fresh[i] = true;
      if (redraw_ && redraw_->index == i) redraw_.reset();
    }
    if (cascade.left > cascades_[farthest].left) farthest = i;
  }
  if (redraw_)
    fresh[redraw_->index] |= continue_redraw(commands, frame);
  else if (cascades_[farthest].left > slack)
    begin_redraw(frame, farthest, wanted[farthest]);

  for (std::uint32_t i = 0; i < count_; ++i) {
    const Cascade& cascade = cascades_[i];
    if (scene_has_motion_) draw_moving(commands, frame, i, fresh[i]);
    // This matrix goes from camera-relative world to (u, v, depth).
    glm::dmat4 to_uv(1);
    to_uv[0][0] = to_uv[1][1] = 0.5;
    to_uv[3][0] = to_uv[3][1] = 0.5;
    constants.shadow_from_world[i] =
        glm::mat4(to_uv * cascade.clip_from_world * glm::translate(glm::dmat4(1), frame.view.eye));
    constants.cascade_texel[static_cast<int>(i)] = static_cast<float>(2 * cascade.radius / resolution_);
  }
  constants.cascade_count = count_;
  gpu::barrier(commands, gpu::Access::attachment, gpu::Access::shader_read);
}

void ShadowPass::draw_still(VkCommandBuffer commands, const FrameContext& frame, std::uint32_t index) {
  Casters::begin(commands, still_views_[index].get(), whole(), true);
  casters_.draw(commands, frame, cascades_[index].clip_from_world,
                Casters::within(frame, cascades_[index].clip_from_world, false));
  vkCmdEndRendering(commands);
}

void ShadowPass::begin_redraw(const FrameContext& frame, std::uint32_t index, const glm::dvec3& wanted) {
  redraw_ = {.index = index, .cascade = cascades_[index], .pieces = {}, .drawn = 0, .cost_left = 0};
  // The map will be finished only after the camera has moved on, so it is placed ahead.
  const Cascade& now = cascades_[index];
  const glm::dvec3 ahead = glm::normalize(wanted - now.center) * (0.5 * slack * now.radius);
  place(redraw_->cascade, wanted + ahead, light_);
  redraw_->pieces =
      cut(frame, redraw_->cascade, Casters::within(frame, redraw_->cascade.clip_from_world, false));
  for (const CasterPiece& piece : redraw_->pieces) redraw_->cost_left += piece.cost;
}

bool ShadowPass::continue_redraw(VkCommandBuffer commands, const FrameContext& frame) {
  Redraw& redraw = *redraw_;
  // The map has to be ready before the camera, at its present speed, leaves the old one too far behind. Maps
  // that wait for their turn may lose only half of their time to it.
  double frames = 1e6;
  for (std::uint32_t i = 0; i < count_; ++i) {
    const Cascade& cascade = cascades_[i];
    const double until = (max_slack - cascade.left) / std::max(cascade.speed, 1e-6);
    frames = std::min(frames, i == redraw.index ? until : 0.5 * until);
  }
  double share = std::max(min_share, redraw.cost_left / std::max(frames - 1, 1.0));
  const std::size_t first = redraw.drawn;
  while (redraw.drawn < redraw.pieces.size() && share > 0) {
    const double cost = redraw.pieces[redraw.drawn++].cost;
    share -= cost;
    redraw.cost_left -= cost;
  }
  Casters::begin(commands, next_view_.get(), whole(), first == 0);
  casters_.draw(commands, frame, redraw.cascade.clip_from_world,
                std::span(redraw.pieces).subspan(first, redraw.drawn - first));
  vkCmdEndRendering(commands);
  if (redraw.drawn < redraw.pieces.size()) return false;

  VkImageCopy copy{};
  copy.srcSubresource = {VK_IMAGE_ASPECT_DEPTH_BIT, 0, 0, 1};
  copy.dstSubresource = {VK_IMAGE_ASPECT_DEPTH_BIT, 0, redraw.index, 1};
  copy.extent = {static_cast<std::uint32_t>(resolution_), static_cast<std::uint32_t>(resolution_), 1};
  gpu::barrier(commands, gpu::Access::attachment, gpu::Access::transfer);
  vkCmdCopyImage(commands, next_map_.get(), VK_IMAGE_LAYOUT_GENERAL, still_map_.get(),
                 VK_IMAGE_LAYOUT_GENERAL, 1, &copy);
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::attachment);
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::shader_read);
  cascades_[redraw.index] = redraw.cascade;
  redraw_.reset();
  return true;
}

void ShadowPass::draw_moving(VkCommandBuffer commands, const FrameContext& frame, std::uint32_t index,
                             bool anew) {
  Cascade& cascade = cascades_[index];
  std::vector<VkRect2D> erase = std::move(cascade.moved);
  if (anew) erase = {whole()};
  std::vector<VkImageCopy> copies;
  for (const VkRect2D& rect : erase) {
    if (rect.extent.width == 0 || rect.extent.height == 0) continue;
    VkImageCopy copy{};
    copy.srcSubresource = copy.dstSubresource = {VK_IMAGE_ASPECT_DEPTH_BIT, 0, index, 1};
    copy.srcOffset = copy.dstOffset = {rect.offset.x, rect.offset.y, 0};
    copy.extent = {rect.extent.width, rect.extent.height, 1};
    copies.push_back(copy);
  }
  if (!copies.empty()) {
    gpu::barrier(commands, gpu::Access::attachment, gpu::Access::transfer);
    vkCmdCopyImage(commands, still_map_.get(), VK_IMAGE_LAYOUT_GENERAL, moving_map_.get(),
                   VK_IMAGE_LAYOUT_GENERAL, static_cast<std::uint32_t>(copies.size()), copies.data());
    gpu::barrier(commands, gpu::Access::transfer, gpu::Access::attachment);
  }
  cascade.moved.clear();
  for (std::uint32_t m = 0; m < frame.transforms.size(); ++m) {
    const scene::Model& model = frame.scene.cpu().models[m];
    if (!model.casts || !model.moves()) continue;
    glm::vec3 low, high;
    frame.scene.model_box(m, frame.transforms[m], low, high);
    const VkRect2D rect = texels_of(cascade, low, high);
    if (rect.extent.width && rect.extent.height) cascade.moved.push_back(rect);
  }
  if (cascade.moved.empty()) return;
  Casters::begin(commands, moving_views_[index].get(), whole(), false);
  casters_.draw(commands, frame, cascade.clip_from_world,
                Casters::within(frame, cascade.clip_from_world, true));
  vkCmdEndRendering(commands);
}

VkRect2D ShadowPass::texels_of(const Cascade& cascade, const glm::vec3& low, const glm::vec3& high) const {
  glm::vec3 a, b;
  transform_box(glm::mat4(cascade.clip_from_world), low, high, a, b);
  if (a.z > 1) return {};
  const auto texel = [&](float clip, float add) {
    return std::clamp(
        static_cast<int>(std::floor((clip * 0.5f + 0.5f) * static_cast<float>(resolution_) + add)), 0,
        resolution_);
  };
  const int x0 = texel(a.x, -2), y0 = texel(a.y, -2), x1 = texel(b.x, 3), y1 = texel(b.y, 3);
  return {{x0, y0}, {static_cast<std::uint32_t>(x1 - x0), static_cast<std::uint32_t>(y1 - y0)}};
}

std::vector<CasterPiece> ShadowPass::cut(const FrameContext& frame, const Cascade& cascade,
                                         std::span<const CasterPiece> chunks) const {
  const scene::Scene& scene = frame.scene.cpu();
  std::vector<CasterPiece> pieces;
  for (const CasterPiece& whole : chunks) {
    const scene::Chunk& chunk = scene.chunks[whole.chunk];
    glm::vec3 low, high;
    Casters::box_of(frame, cascade.clip_from_world, chunk, low, high);
    // Without a known direction, half of a surface is visible from any side; this counts the part on the map.
    const glm::vec2 inside = glm::clamp(glm::vec2(high), -1.f, 1.f) - glm::clamp(glm::vec2(low), -1.f, 1.f);
    const glm::vec2 box = glm::max(glm::vec2(high) - glm::vec2(low), 1e-9f);
    const double scale =
        scene.models[chunk.model].scale * static_cast<float>(resolution_) / (2 * cascade.radius);  // texels
    const double texels =
        0.5 * surface_[whole.chunk] * scale * scale * (inside.x / box.x) * (inside.y / box.y);
    const bool masked = scene.materials[chunk.material].alpha_mode == scene::AlphaMode::mask;
    const std::uint32_t triangles = whole.index_count / 3;
    const double cost = triangles * triangle_cost + texels * (masked ? 1 : opaque_cost);
    const auto parts = static_cast<std::uint32_t>(
        std::clamp(std::ceil(cost / min_share), 1.0, static_cast<double>(triangles)));
    for (std::uint32_t part = 0; part < parts; ++part) {
      const std::uint32_t begin = triangles * part / parts, end = triangles * (part + 1) / parts;
      pieces.push_back({whole.chunk, whole.first_index + 3 * begin, 3 * (end - begin), cost / parts});
    }
  }
  return pieces;
}

}  // namespace renderer
