#include "renderer/passes/scene/lamp_shadow.h"

#include <algorithm>
#include <cmath>

namespace renderer {
namespace {

constexpr std::uint32_t side = 256;  ///< texels of a square
constexpr std::uint32_t most_rows = shared::MAX_LAMP_SHADOWS;
constexpr float fading = 3;  ///< metres in which the farthest shadow fades in

/// From the scene's world to the clip space of a side of a lamp's cube, as lamp_shadow() in
/// shaders/lighting.glsl looks it up: x, y and the way ahead are the axes (z, y, x), (x, z, y) and (x, y, z).
glm::dmat4 clip_of(const glm::dvec3& lamp, double radius, double near, std::uint32_t face) {
  constexpr int axes[3][3] = {{2, 1, 0}, {0, 2, 1}, {0, 1, 2}};
  const auto& axis = axes[face / 2];
  const double ahead = face % 2 == 0 ? 1 : -1, depth = 1 / (1 - near / radius);
  glm::dmat4 clip(0);
  clip[axis[0]][0] = 1;
  clip[axis[1]][1] = 1;
  clip[axis[2]][2] = ahead * depth;
  clip[axis[2]][3] = ahead;
  clip[3][2] = -near * depth;
  return clip * glm::translate(glm::dmat4(1), -lamp);
}

/// Whether a box around the lamp reaches into the pyramid of a side of its cube.
bool reaches(const glm::vec3& low, const glm::vec3& high, std::uint32_t face) {
  const int axis = static_cast<int>(face / 2);
  const float far = face % 2 == 0 ? high[axis] : -low[axis];
  if (far <= 0) return false;
  for (int other = 0; other < 3; ++other)
    if (other != axis && (low[other] > far || high[other] < -far)) return false;
  return true;
}

/// What stands still within the lamp's reach, and its box around the lamp.
struct Near {
  CasterPiece piece;
  glm::vec3 low, high;
};
std::vector<Near> near_chunks(const FrameContext& frame, const glm::dvec3& lamp, float radius) {
  std::vector<Near> found;
  const scene::Scene& scene = frame.scene.cpu();
  const glm::dmat4 around = glm::translate(glm::dmat4(1), -lamp);
  for (std::uint32_t c = 0; c < scene.chunks.size(); ++c) {
    const scene::Chunk& chunk = scene.chunks[c];
    if (scene.models[chunk.model].moves() ||
        scene.materials[chunk.material].alpha_mode == scene::AlphaMode::blend)
      continue;
    Near near{.piece = {c, chunk.first_index, chunk.index_count}, .low = {}, .high = {}};
    Casters::box_of(frame, around, chunk, near.low, near.high);
    const glm::vec3 nearest = glm::clamp(glm::vec3(0), near.low, near.high);
    if (glm::dot(nearest, nearest) < radius * radius) found.push_back(near);
  }
  return found;
}

gpu::Image make_maps(const gpu::Device& device, bool any) {
  gpu::Image maps(device,
                  {.format = VK_FORMAT_D32_SFLOAT,
                   .width = any ? 6 * side : 1,
                   .height = any ? most_rows * side : 1,
                   .usage = VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT},
                  "lamps' shadows");
  gpu::run_once(device, [&](VkCommandBuffer commands) { gpu::to_general(commands, {&maps}); });
  return maps;
}

}  // namespace

LampShadowPass::LampShadowPass(const gpu::Device& device, const GpuScene& scene)
    : casters_(device, scene, false),
      maps_(make_maps(device, false)),
      sampler_(gpu::make_sampler(device, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE, 1,
                                 VK_COMPARE_OP_LESS_OR_EQUAL)) {}

void LampShadowPass::prepare(const gpu::Device& device, const GpuScene& scene) {
  if (scene.cpu().lights.empty() || maps_.desc().width > 1) return;
  device.wait_idle();
  maps_ = make_maps(device, true);
}

void LampShadowPass::record(VkCommandBuffer commands, const FrameContext& frame) {
  auto& constants = *frame.buffers.constants.as<shared::FrameConstants>();
  const auto wanted = static_cast<std::uint32_t>(std::max(0, frame.settings.shadow.lamps));
  const std::uint32_t count = std::min({wanted, most_rows, constants.light_count});
  constants.lamp_shadow_count = frame.settings.shadow.enabled ? count : 0;
  if (constants.lamp_shadow_count == 0) return;
  const std::span<shared::Light> lights(constants.lights, count);
  const auto away = [](const shared::Light& light) { return glm::length(light.position) - light.radius; };
  // The one that would be next has no shadow, so those that are hardly nearer have little.
  const float next = count < constants.light_count ? away(constants.lights[count]) : 1e30f;
  const std::vector<scene::PointLight>& lamps = frame.scene.cpu().lights;
  const auto row_of = [&](const shared::Light& light) {
    return Row{lamps[light.number].position, lamps[light.number].radius};
  };
  const auto unused = [&](const Row& row) {
    return std::none_of(lights.begin(), lights.end(),
                        [&](const auto& light) { return row_of(light) == row; });
  };
  std::vector<std::size_t> missing;
  for (shared::Light& light : lights) {
    light.shadow_share = std::clamp((next - away(light)) / (fading * frame.scene.cpu().metre), 0.0f, 1.0f);
    auto row = std::find(rows_.begin(), rows_.end(), row_of(light));
    if (row == rows_.end()) {
      row = std::find_if(rows_.begin(), rows_.end(), unused);
      *row = row_of(light);
      missing.push_back(static_cast<std::size_t>(row - rows_.begin()));
    }
    light.shadow_row = static_cast<std::int32_t>(row - rows_.begin());
  }
  if (missing.empty()) return;
  const gpu::PassScope scope(frame.device, commands, frame.timer, "lamp shadow");
  gpu::barrier(commands, gpu::Access::shader_read, gpu::Access::attachment);
  for (const std::size_t row : missing) draw(commands, frame, row);
  gpu::barrier(commands, gpu::Access::attachment, gpu::Access::shader_read);
}

void LampShadowPass::draw(VkCommandBuffer commands, const FrameContext& frame, std::size_t row) const {
  const Row& lamp = rows_[row];
  const double near = std::min(double{shared::LAMP_NEAR} * frame.scene.cpu().metre, 0.5 * lamp.radius);
  const std::vector<Near> chunks = near_chunks(frame, lamp.position, lamp.radius);
  for (std::uint32_t face = 0; face < 6; ++face) {
    std::vector<CasterPiece> pieces;
    for (const Near& chunk : chunks)
      if (reaches(chunk.low, chunk.high, face)) pieces.push_back(chunk.piece);
    const VkRect2D part{{static_cast<std::int32_t>(face * side), static_cast<std::int32_t>(row * side)},
                        {side, side}};
    Casters::begin(commands, maps_.view(), part, true);
    casters_.draw(commands, frame, clip_of(lamp.position, double{lamp.radius}, near, face), pieces);
    vkCmdEndRendering(commands);
  }
}

}  // namespace renderer
