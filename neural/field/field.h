#pragma once
// A field: a scene as a network has learned it. Its file is a safetensors file of half floats.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "neural/field/surfels.h"
#include "neural/network/safetensors.h"

namespace neural {

/// What a field was learned from, and how far.
struct FieldOrigin {
  std::string scene;             ///< its name
  std::uint64_t scene_hash = 0;  ///< scene::Scene::content_hash, or 0: unknown
  std::array<double, 3> center{};
  float voxel = 1.0f / 16;  ///< side of the finest voxels, in the scene's units
  float exposure = 1;       ///< that colours are learned at
  double seconds = 0;       ///< of learning
  int views = 0;            ///< that were learned from
  std::string record;       ///< how it came about, as JSON; may be empty
  std::vector<FieldMover> movers;
  bool movers_learned = false;  ///< the network has learned them too
  FieldSun sun;
};

/// It never changes: frames are drawn of it while another is being learned.
struct Field {
  FieldOrigin origin;
  std::shared_ptr<const SurfelMap> surfels;
  std::vector<float> sky;      ///< as FieldView::sky
  std::vector<f16> features;   ///< averages, as FieldView::features
  std::vector<float> weights;  ///< averages, as FieldView::weights

  std::size_t bytes() const;
};

/// Writes the file, through core::write_file. Throws core::Error.
void save_field(const std::filesystem::path& path, const Field& field);
/// Reads a file. Throws core::Error with one sentence that names the tensor where something is missing, has
/// another shape, or lies outside of its range.
std::shared_ptr<const Field> load_field(const std::filesystem::path& path);
/// The same for a file that was read already; `name` appears in messages.
std::shared_ptr<const Field> field_from(const TensorFile& file, const std::string& name);
TensorFile to_tensor_file(const Field& field);

}  // namespace neural
