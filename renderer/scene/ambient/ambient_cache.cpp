#include "renderer/scene/ambient/ambient_cache.h"

#include <cstring>
#include <optional>
#include <span>

#include "core/checksum.h"
#include "core/error.h"
#include "core/file.h"

namespace scene {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t small = 1 << 17;  ///< cells

/// Stands at the start of a file, before the cells. Raise the version whenever the same scene gets another
/// grid.
struct Header {
  char magic[8] = {'N', 'R', 'A', 'M', 'B', 'I', 'E', '1'};
  std::uint64_t version = 1;
  std::uint64_t checksum = 0;  ///< of the cells
  glm::vec3 corner{0};
  float cell = 1;
  glm::ivec3 cells{0};
  std::int32_t none = 0;
};
static_assert(sizeof(Header) == 24 + 32);

std::optional<AmbientGrid> read(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  try {
    const core::MappedFile file(path);
    Header header;
    if (file.bytes().size() < sizeof header) return std::nullopt;
    std::memcpy(&header, file.bytes().data(), sizeof header);
    const auto bytes = file.bytes().subspan(sizeof header);
    AmbientGrid grid{.corner = header.corner, .cell = header.cell, .cells = header.cells, .light = {}};
    const glm::u64vec3 cells(glm::max(header.cells, glm::ivec3(0)));
    if (std::memcmp(header.magic, Header{}.magic, sizeof header.magic) != 0 ||
        header.version != Header{}.version || header.checksum != core::checksum(bytes) ||
        glm::any(glm::greaterThan(cells, glm::u64vec3(most_ambient_side))) ||
        bytes.size() != cells.x * cells.y * cells.z * sizeof grid.light[0])
      return std::nullopt;
    grid.light.resize(bytes.size() / sizeof grid.light[0]);
    std::memcpy(grid.light.data(), bytes.data(), bytes.size());
    core::touch(path);
    return grid;
  } catch (const core::Error&) {
    return std::nullopt;
  }
}

void write(const fs::path& path, const AmbientGrid& grid, std::uintmax_t limit) {
  try {
    const auto cells = std::as_bytes(std::span(grid.light));
    Header header;
    header.checksum = core::checksum(cells);
    header.corner = grid.corner;
    header.cell = grid.cell;
    header.cells = grid.cells;
    std::vector<std::byte> bytes(sizeof header + cells.size());
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + sizeof header, cells.data(), cells.size());
    core::write_file(path, bytes);
    core::trim_cache(path.parent_path(), limit);
  } catch (const core::Error&) {  // the scene can be shown although the disk is full
  }
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
