#pragma once
// The station A generated world in the window: a learned scene in the rasterizer's place, from a file, or
// while it learns beside the frame.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/frame/frame.h"
#include "app/settings/settings.h"
#include "app/window/station_training.h"
#include "renderer/scene/scene.h"

namespace app {

class FieldLearning final : public StationTraining {
 public:
  FieldLearning() : StationTraining("neuraster-field", "nothing learns here: the field is a file's") {}
  /// Call it before each frame. While `settings` ask for a field, the frame is filled from their file, or
  /// from what was learned so far; until something was, the rasterizer draws on. The training may go on for a
  /// share of the seconds that a frame takes. Throws core::Error where the file cannot be used.
  void update(const Settings& settings, const gpu::Device& device, const scene::Scene& scene, Frame& frame,
              double frame_seconds);
  void forget_scene() override;
  std::optional<TrainingFacts> facts() const override;
  std::string take_message() override;

 private:
  bool open_again(const Settings& settings, Frame& frame);
  void give(const gpu::Device& device, const Settings& settings, Frame& frame,
            std::shared_ptr<const neural::Field> field);

  std::shared_ptr<const neural::Field> learned_, loaded_;  ///< the newest; that of the settings' file
  std::string file_;
  std::shared_ptr<compute::Backend> backend_;  ///< that draws it
  std::pair<Backend, Precision> opened_for_;   ///< what was asked for then
  std::string message_;
};

}  // namespace app
