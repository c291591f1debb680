#include "app/train/training_data.h"

#include "app/open/scene_and_device.h"
#include "app/train/scene_variety.h"
#include "app/train/sequence_maker.h"
#include "core/progress.h"
#include "neural/train/sequence_file.h"

namespace app {

void render_sequences(neural::TrainingSession& session, const std::vector<std::string>& scenes, int count,
                      double swap_share, const Settings& settings) {
  const auto device = open_device(settings);
  core::Random random(static_cast<std::uint64_t>(settings.run.seed) + 1000);
  core::Progress bar("rendering");
  double done = 0;
  for (const std::string& path : scenes) {
    scene::Scene scene = open_scene(path, settings);
    SequenceShape shape;
    swap_textures(scene, swap_share, random);
    add_thrown_pieces(scene, random);
    SequenceMaker maker(*device, scene, settings, shape.size);
    for (int i = 0; i < count; ++i) {
      shape.scale = random_scale(random);
      neural::TrainingSequence sequence = maker.make(shape, random);
      sequence.validation = i % 12 == 11;
      session.add(std::move(sequence));
      bar.update(++done / (static_cast<double>(scenes.size()) * count), scene.name);
    }
  }
}

void ShardFolder::add_new(neural::TrainingSession& session) {
  for (const std::filesystem::path& shard : neural::list_shards(folder_))
    if (known_.insert(shard).second)
      for (neural::TrainingSequence& sequence : neural::read_shard(shard)) session.add(std::move(sequence));
}

}  // namespace app
