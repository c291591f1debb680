#pragma once
// The geometry of a field: small pieces of planes in voxels, fused from the depth of views, in bricks that a
// ray can leap over. Places are relative to the field's centre, in the scene's units.

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "neural/field/movers.h"
#include "neural/field/pixel/constants.h"
#include "neural/field/surfel_sums.h"

namespace neural {

/// One piece of plane in a voxel, and how many pixels it was fused from.
struct Surfel {
  std::uint64_t place = 0;  ///< SurfelPlace::key()
  float normal[3] = {0, 0, 0};
  float offset = 0;            ///< from the voxel's middle along the normal, in voxels
  float color[3] = {0, 0, 0};  ///< in Y
  float count = 0;
  std::uint32_t cells = 0xffff;  ///< bit 4 j + i: it is there in cell i, j along the two axes after the bin's
};

/// Where a surfel lies. Its key orders surfels by brick, voxel and bin.
struct SurfelPlace {
  int cascade = 0;             ///< or field_first_mover + a mover
  std::array<int, 3> voxel{};  ///< in its cube, 0 to 1023; of a mover, to 127
  int bin = 0;                 ///< 0 to 5: the axis that the normal is nearest to, and its sign

  std::uint64_t key() const;
  static SurfelPlace of(std::uint64_t key);
  static constexpr std::uint64_t end = std::uint64_t{pixel::field_cascades}
                                       << 33;  ///< above the keys of what stands still
  bool moves() const { return cascade >= pixel::field_first_mover; }
  /// Whether there is such a place in a map with so many movers.
  bool exists(std::size_t movers) const;
};

/// The surfels as rays read them; the arrays are those of FieldView. It never changes.
struct SurfelMap {
  float voxel = 1;
  std::vector<float> mover_voxels;  ///< sides of the voxels of each mover
  std::vector<std::uint8_t> distance;
  std::vector<std::uint32_t> brick_bits, brick_first, voxel_bits, voxel_first, surfel_first, mover_bits,
      mover_first;
  std::vector<float> surfels;       ///< [count][field_surfel_size]
  std::vector<std::uint64_t> keys;  ///< of each, ascending
  std::vector<float> counts;        ///< of each

  std::size_t count() const { return keys.size(); }
  std::size_t bytes() const;
  /// Returns one in the form that files and SurfelMap's maker have.
  Surfel surfel(std::size_t i) const;
  /// The side of a voxel, and where the middle of one lies along an axis.
  float side(const SurfelPlace& place) const;
  static float middle(const SurfelPlace& place, std::size_t axis);  ///< in voxels
};

/// Makes the map of surfels with ascending keys of places that exist.
std::shared_ptr<const SurfelMap> make_map(const std::vector<Surfel>& surfels, float voxel,
                                          const std::vector<FieldMover>& movers = {});

class ViewPoints;

/// Sums points of views into surfels, and notes which cells of them rays hit or pass. One thread.
class SurfelFusion {
 public:
  SurfelFusion(std::array<double, 3> center, float voxel, std::vector<FieldMover> movers = {})
      : center_(center), voxel_(voxel), movers_(std::move(movers)) {}
  /// Adds what a field holds already, as if its points had been seen, with at most `most` points each.
  void add(const SurfelMap& map, float most);
  /// Adds the pixels of a view.
  void add(const LearnedView& view);
  /// A pixel that shows a mover.
  struct MoverPixel {
    int x, y;
    std::size_t mover;
  };
  /// Adds to the movers the pixels of a view that show something before what the same view shows without
  /// them, and returns these. There is one pose for each mover.
  std::vector<MoverPixel> add_movers(const LearnedView& view, const LearnedView& without,
                                     const std::vector<MoverPose>& poses);
  /// Takes note that a ray that went through a cell of a surfel saw a surface there, or nothing.
  void judge(std::uint64_t key, int cell, bool there) { table_.at(key).judge(cell, there ? 1 : -1); }
  /// The surfels that rays did not see through, without those that are weak beside others of their voxel.
  /// Colours are drawn towards the mean of 4 x 4 x 4 voxels, the more the fewer pixels saw them.
  std::vector<Surfel> surfels() const;
  static constexpr std::size_t most_surfels = 4'400'000;  ///< that surfels() returns
  std::size_t bytes() const { return table_.bytes(); }

 private:
  /// The cube that points are added to.
  struct Cube {
    int number;  ///< as SurfelPlace::cascade
    float side;  ///< of a voxel
    float half;  ///< voxels from its middle to a side
  };
  Cube cube_at(const float p[3]) const;
  float add_point(const Cube& cube, const float p[3], const float normal[3], int bin, const float color[3],
                  float weight, const float seen[3]);
  template <typename Space>
  void add_pixel(const ViewPoints& points, const LearnedView& view, int x, int y, const Space& space);
  std::vector<std::uint32_t> strong() const;
  void keep_most(std::vector<std::uint32_t>& order) const;

  std::array<double, 3> center_;
  float voxel_;
  std::vector<FieldMover> movers_;
  SurfelTable table_;
};

}  // namespace neural
