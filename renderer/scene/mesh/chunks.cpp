#include "renderer/scene/mesh/chunks.h"

#include <meshoptimizer.h>

#include <algorithm>
#include <numeric>

namespace scene {
namespace {

struct Box {
  glm::vec3 low{std::numeric_limits<float>::max()}, high{std::numeric_limits<float>::lowest()};
  void add(glm::vec3 p) {
    low = glm::min(low, p);
    high = glm::max(high, p);
  }
};

/// Splits triangles at the median of their centres along the longest side until the pieces are small.
class Splitter {
 public:
  Splitter(std::span<const Vertex> vertices, std::span<const std::uint32_t> indices, float model_size)
      : order_(indices.size() / 3), centres_(order_.size()), model_size_(model_size) {
    std::iota(order_.begin(), order_.end(), 0u);
    for (std::size_t t = 0; t < order_.size(); ++t)
      centres_[t] = (vertices[indices[3 * t]].position + vertices[indices[3 * t + 1]].position +
                     vertices[indices[3 * t + 2]].position) /
                    3.0f;
    split(order_);
  }
  const std::vector<std::span<std::uint32_t>>& pieces() const { return pieces_; }

 private:
  void split(std::span<std::uint32_t> triangles) {
    Box box;
    for (const std::uint32_t t : triangles) box.add(centres_[t]);
    const glm::vec3 side = box.high - box.low;
    const int axis = side.x >= side.y && side.x >= side.z ? 0 : side.y >= side.z ? 1 : 2;
    // A draw call costs about as much as a few hundred triangles. Pieces that are spread wide are cut, so
    // that culling can drop them, but not into pieces smaller than that.
    constexpr std::size_t worth_a_draw = 512;
    const bool compact = triangles.size() <= worth_a_draw || side[axis] <= model_size_ / 12;
    if (triangles.size() <= largest_chunk && compact) {
      pieces_.push_back(triangles);
      return;
    }
    const auto middle = triangles.begin() + static_cast<std::ptrdiff_t>(triangles.size() / 2);
    std::nth_element(triangles.begin(), middle, triangles.end(), [&](std::uint32_t a, std::uint32_t b) {
      return centres_[a][axis] != centres_[b][axis] ? centres_[a][axis] < centres_[b][axis] : a < b;
    });
    const std::size_t half = triangles.size() / 2;
    split(triangles.first(half));
    split(triangles.subspan(half));
  }

  std::vector<std::uint32_t> order_;
  std::vector<glm::vec3> centres_;
  float model_size_;
  std::vector<std::span<std::uint32_t>> pieces_;
};

/// Some triangles with the vertices that they use; indices refer to these vertices.
struct Piece {
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> indices;
};

Piece take(std::span<const Vertex> vertices, std::span<const std::uint32_t> indices,
           std::span<std::uint32_t> triangles, std::vector<std::uint32_t>& place) {
  std::sort(triangles.begin(), triangles.end());  // as in the file: the starting point of the optimisers
  Piece piece;
  piece.indices.reserve(3 * triangles.size());
  for (const std::uint32_t t : triangles) {
    for (std::size_t i = 0; i < 3; ++i) {
      const std::uint32_t vertex = indices[3 * t + i];
      if (place[vertex] == no_index) {
        place[vertex] = static_cast<std::uint32_t>(piece.vertices.size());
        piece.vertices.push_back(vertices[vertex]);
      }
      piece.indices.push_back(place[vertex]);
    }
  }
  for (const std::uint32_t t : triangles)
    for (std::size_t i = 0; i < 3; ++i) place[indices[3 * t + i]] = no_index;
  return piece;
}

void optimise(Piece& piece) {
  auto& [vertices, indices] = piece;
  meshopt_optimizeVertexCache(indices.data(), indices.data(), indices.size(), vertices.size());
  // 1.05 allows 5 % more vertex work for less overdraw.
  meshopt_optimizeOverdraw(indices.data(), indices.data(), indices.size(), &vertices[0].position.x,
                           vertices.size(), sizeof(Vertex), 1.05f);
  meshopt_optimizeVertexFetch(vertices.data(), indices.data(), indices.size(), vertices.data(),
                              vertices.size(), sizeof(Vertex));
}

}  // namespace

Geometry make_chunks(std::span<const Vertex> vertices, std::span<const std::uint32_t> indices,
                     std::uint32_t material, float model_size) {
  const Splitter splitter(vertices, indices, model_size);
  Geometry out;
  out.indices.reserve(indices.size());
  std::vector<std::uint32_t> place(vertices.size(), no_index);
  for (const std::span<std::uint32_t> triangles : splitter.pieces()) {
    Piece piece = take(vertices, indices, triangles, place);
    optimise(piece);
    Chunk chunk;
    chunk.first_index = static_cast<std::uint32_t>(out.indices.size());
    chunk.index_count = static_cast<std::uint32_t>(piece.indices.size());
    chunk.vertex_offset = static_cast<std::int32_t>(out.vertices.size());
    chunk.material = material;
    Box box;
    for (const Vertex& vertex : piece.vertices) box.add(vertex.position);
    chunk.box_min = box.low;
    chunk.box_max = box.high;
    out.chunks.push_back(chunk);
    out.vertices.insert(out.vertices.end(), piece.vertices.begin(), piece.vertices.end());
    out.indices.insert(out.indices.end(), piece.indices.begin(), piece.indices.end());
  }
  return out;
}

}  // namespace scene
