#include "renderer/scene/ambient/ambient_cache.h"

#include <cstring>
#include <optional>
#include <span>

#include "core/cache_file.h"
#include "core/checksum.h"
#include "core/file.h"

namespace scene {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t small = 1 << 17;  ///< cells

constexpr core::CacheKind kind{"NRAMBIE1", 4};

/// Stands before the cells.
struct Place {
  glm::vec3 corner{0};
  float cell = 1;
  glm::ivec3 cells{0};
};

std::optional<AmbientGrid> read(const fs::path& path) {
  AmbientGrid grid;
  const bool there = core::read_cache_file(path, kind, [&](std::span<const std::byte> content) {
    Place place;
    if (content.size() < sizeof place) return false;
    std::memcpy(&place, content.data(), sizeof place);
    const auto rest = content.subspan(sizeof place);
    const glm::u64vec3 cells(glm::max(place.cells, glm::ivec3(0)));
    if (glm::any(glm::greaterThan(cells, glm::u64vec3(most_ambient_side)))) return false;
    const std::size_t count = cells.x * cells.y * cells.z, light = count * sizeof grid.light[0],
                      surfaces = count / 8 * sizeof(CellSurface);
    if (rest.size() != light + surfaces) return false;
    grid = {.corner = place.corner, .cell = place.cell, .cells = place.cells, .light = {}, .surfaces = {}};
    grid.light.resize(count);
    grid.surfaces.resize(count / 8);
    std::memcpy(grid.light.data(), rest.data(), light);
    std::memcpy(grid.surfaces.data(), rest.data() + light, surfaces);
    return true;
  });
  if (!there) return std::nullopt;
  return grid;
}

void write(const fs::path& path, const AmbientGrid& grid, std::uintmax_t limit) {
  const Place place{grid.corner, grid.cell, grid.cells};
  const auto light = std::as_bytes(std::span(grid.light)), surfaces = std::as_bytes(std::span(grid.surfaces));
  std::vector<std::byte> bytes(core::cache_header_bytes + sizeof place + light.size() + surfaces.size());
  std::memcpy(&bytes[core::cache_header_bytes], &place, sizeof place);
  std::memcpy(&bytes[core::cache_header_bytes + sizeof place], light.data(), light.size());
  std::memcpy(&bytes[bytes.size() - surfaces.size()], surfaces.data(), surfaces.size());
  core::write_cache_file(path, kind, bytes, limit);
}

}  // namespace

AmbientGrid load_ambient_grid(const Scene& scene, const LoadOptions& loading) {
  if (!loading.use_cache) return make_ambient_grid(scene);
  const fs::path path = core::cache_folder() / "ambient" / (core::checksum_text(scene.content_hash) + ".bin");
  if (std::optional<AmbientGrid> grid = read(path)) return std::move(*grid);
  if (loading.progress) loading.progress(1, "light of the sky");
  AmbientGrid grid = make_ambient_grid(scene);
  if (grid.light.size() > small) write(path, grid, loading.cache_limit / 16);
  return grid;
}

}  // namespace scene
