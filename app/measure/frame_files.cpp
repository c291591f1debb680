#include "app/measure/frame_files.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "core/file.h"
#include "core/picture/image_io.h"

namespace app {
namespace fs = std::filesystem;
namespace {

template <int size>
std::vector<double> numbers(const glm::mat<size, size, double>& m) {
  return {&m[0][0], &m[0][0] + size * size};
}

/// Adds the camera's matrices, without jitter and relative to the world's origin.
void add_camera(const renderer::View& view, nlohmann::ordered_json& json) {
  const glm::dmat4 clip_from_world = view.clip_from_world() * glm::translate(glm::dmat4(1), -view.eye);
  json["eye"] = {view.eye.x, view.eye.y, view.eye.z};
  json["view_axes_column_major"] = numbers(view.axes);  // right, up, backward
  json["clip_from_world_column_major"] = numbers(clip_from_world);
  json["world_from_clip_column_major"] = numbers(glm::inverse(clip_from_world));
}

/// What another upscaler has to know of these files, in words.
nlohmann::ordered_json conventions() {
  return {
      {"color", "linear, multiplied by exposure, before tone curve and bloom; row 0 is the top"},
      {"depth", "reversed with an infinite far plane: near / distance along the view, 0 at infinity"},
      {"motion", "place before = place now + motion, in render pixels, y down, without jitter, not dilated"},
      {"jitter", "pixel (i, j) was sampled at (i + 0.5 + x, j + 0.5 + y) render pixels"},
      {"reactive", "0 to 1: how far motion and depth cannot be trusted"},
      {"output", "as color, at output size; `evaluate --from` scores such files"},
  };
}

void write_numbers(const fs::path& path, const core::FrameInfo& info, double seconds,
                   const renderer::View* view) {
  nlohmann::ordered_json json{
      {"frame_index", info.frame_index},
      {"seconds", seconds},
      {"render", {info.render.width, info.render.height}},
      {"output", {info.output.width, info.output.height}},
      {"jitter", {info.jitter[0], info.jitter[1]}},
      {"exposure", info.exposure},
      {"clip_to_prev_clip_column_major", info.clip_to_prev_clip},
      {"tan_half_fov_y", info.tan_half_fov_y},
      {"aspect", info.aspect},
      {"near", info.near},
      {"frame_seconds", info.frame_seconds},
      {"reset", info.reset},
      {"conventions", conventions()},
  };
  if (view) add_camera(*view, json);
  core::write_file(path, json.dump(2) + "\n");
}

}  // namespace

void write_contract(const fs::path& folder, const std::string& number, const core::FrameIo& io,
                    double seconds, const char* picture, const core::f16* pixels,
                    const renderer::View* view) {
  using core::ExrChannel, core::ExrType;
  const auto half4 = [](const core::f16* data) {
    return std::vector<ExrChannel>{{"R", ExrType::half, data, 8},
                                   {"G", ExrType::half, data + 1, 8},
                                   {"B", ExrType::half, data + 2, 8},
                                   {"A", ExrType::half, data + 3, 8}};
  };
  const auto path = [&](const char* what) { return folder / fmt::format("{}_{}.exr", number, what); };
  const core::Size r = io.info.render, o = io.info.output;
  core::write_exr(path("color"), r.width, r.height, half4(io.color));
  core::write_exr(path("depth"), r.width, r.height,
                  std::vector<ExrChannel>{{"Z", ExrType::full, io.depth, 4}});
  core::write_exr(
      path("motion"), r.width, r.height,
      std::vector<ExrChannel>{{"X", ExrType::half, io.motion, 4}, {"Y", ExrType::half, io.motion + 1, 4}});
  std::vector<float> reactive(area(r));
  for (std::size_t i = 0; i < reactive.size(); ++i) reactive[i] = static_cast<float>(io.reactive[i]) / 255.0f;
  core::write_exr(path("reactive"), r.width, r.height,
                  std::vector<ExrChannel>{{"Y", ExrType::full, reactive.data(), 4}});
  core::write_exr(path(picture), o.width, o.height, half4(pixels));
  write_numbers(folder / (number + ".json"), io.info, seconds, view);
}

}  // namespace app
