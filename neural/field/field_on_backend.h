#pragma once
// A field in a backend's memory, and frames of it.

#include <memory>
#include <vector>

#include "compute/backend.h"
#include "neural/field/family.h"
#include "neural/field/field.h"

namespace neural {

/// An array of the host where passes can read it.
class FieldArray {
 public:
  /// The values stay where they are while the backend may read them, if it computes on the host. Throws
  /// core::Error where there is no room for a copy.
  template <typename T>
  void take(compute::Backend& backend, const std::vector<T>& values) {
    take(backend, values.data(), values.size() * sizeof(T));
  }
  template <typename T>
  const T* as() const {
    return static_cast<const T*>(data_);
  }

 private:
  void take(compute::Backend& backend, const void* values, std::size_t bytes);
  const void* data_ = nullptr;
  std::size_t room_ = 0;
  std::unique_ptr<compute::Memory> copy_;
};

/// The geometry and the sky of a field, for rendering and learning. A backend on the host reads the map,
/// which is a quarter of a gigabyte, where it lies; another one has a copy.
class FieldGeometry {
 public:
  /// Takes both; waits for the backend, which may still read those before. Throws core::Error.
  void take(compute::Backend& backend, std::shared_ptr<const SurfelMap> surfels, std::vector<float> sky);
  void fill(StoredFieldView& view) const;
  const std::shared_ptr<const SurfelMap>& surfels() const { return surfels_; }

 private:
  std::shared_ptr<const SurfelMap> surfels_;
  std::vector<float> sky_;
  FieldArray distance_, brick_bits_, brick_first_, voxel_bits_, voxel_first_, surfel_first_, surfels_values_,
      mover_bits_, mover_first_, sky_values_;
};

/// Where a frame is written: the backend's memory, laid out as in core/frame.h for the camera's size.
struct FieldFrame {
  f16* color = nullptr;
  float* depth = nullptr;
  f16* motion = nullptr;
  std::uint8_t* reactive = nullptr;
};

/// Draws frames of a field. One thread at a time may use it.
class FieldRenderer {
 public:
  /// The backend must outlive the renderer. Throws core::Error where it cannot render fields.
  explicit FieldRenderer(compute::Backend& backend) : backend_(backend), passes_(backend) {}

  /// Takes a field to draw, which replaces the one before. Throws core::Error where there is no room.
  void take(std::shared_ptr<const Field> field);
  const std::shared_ptr<const Field>& field() const { return field_; }
  /// With true the network is left out, and the surfels alone are drawn.
  void set_untrained(bool untrained) { untrained_ = untrained; }

  /// Enqueues a frame of what the camera sees. `clip_to_previous_clip` as core::FrameInfo has it; colours
  /// are multiplied by `exposure`. What moves is drawn where there is a motion for it, in the order of the
  /// field's movers. Takes a field first. Throws core::Error.
  void render(const FieldCamera& camera, const float clip_to_previous_clip[16], float exposure,
              const FieldFrame& frame, const std::vector<MoverMotion>& motions = {});

 private:
  compute::Backend& backend_;
  FieldPassesOn<float, f16> passes_;
  std::shared_ptr<const Field> field_;
  FieldGeometry geometry_;
  std::unique_ptr<compute::Memory> features_, weights_, frames_;
  bool untrained_ = false;
};

}  // namespace neural
