// A seed to a folder: textures in parallel, then models and scene files.

#include <algorithm>
#include <atomic>
#include <iterator>

#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "tools/make_town/scene/obj_writer.h"
#include "tools/make_town/scene/scene_writer.h"
#include "tools/make_town/textures/surface.h"
#include "tools/make_town/town.h"

namespace town {

namespace {

std::vector<TextureSet> all_textures(Seed seed) {
  std::vector<TextureSet> sets;
  Seed own = seed;
  for (auto make :
       {stone_textures, plaster_textures, ground_textures, wood_textures, roof_textures, metal_textures,
        cloth_textures, leaf_textures, mesh_textures, window_textures, sign_textures, smoke_textures}) {
    std::vector<TextureSet> more = make(own += 10000);
    std::move(more.begin(), more.end(), std::back_inserter(sets));
  }
  // The large ones first: threads finish together.
  std::stable_sort(sets.begin(), sets.end(),
                   [](const TextureSet& a, const TextureSet& b) { return a.size > b.size; });
  return sets;
}

}  // namespace

void make_town(const Options& options) {
  core::make_folder(options.out / "textures");
  core::Progress progress("town");
  const std::vector<TextureSet> sets = all_textures(static_cast<Seed>(mix(options.seed)));
  const Town town = build_town(options.seed);
  const std::size_t count = sets.size() + town.models.size();
  std::atomic<std::size_t> done{0};
  core::parallel_for(count, [&](std::size_t i) {
    // The static town is the longest job of all: it starts first.
    if (i < town.models.size()) {
      if (town.models[i].triangle_count() > 0) write_obj(options.out, town.models[i]);
    } else {
      bake(sets[i - town.models.size()], options.texture_size, options.out / "textures");
    }
    progress.update(static_cast<double>(++done) / static_cast<double>(count));
  });
  const std::vector<CameraPath> paths = camera_paths();
  for (const CameraPath& path : paths)
    write_scene(options.out / (path.name + ".toml"), town, options.sky, path);
  // The same tour at other times of day.
  for (const char* name : {"golden", "noon", "overcast", "night"})
    write_scene(options.out / (std::string(name) + ".toml"), town, sky_preset(name), paths.front());
}

}  // namespace town
