// What training sequences and views show.

#include "app/train/sequence_maker.h"
#include "app/frame/view_finder.h"
#include "app/train/scene_variety.h"

#include <algorithm>
#include <cmath>
#include <glm/gtc/packing.hpp>
#include <glm/gtc/type_ptr.hpp>

#include "tests/support/picture_fixture.h"

namespace {

using neural::TrainingFrame;

/// Render pixels whose motion is not the camera's: more than a tenth of a pixel off it.
int moving_pixels(const TrainingFrame& frame) {
  const core::Size size = frame.info.render;
  const glm::mat4 to_previous = glm::make_mat4(frame.info.clip_to_prev_clip);
  int count = 0;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const auto i = static_cast<std::size_t>(y * size.width + x);
      const glm::vec2 half_size(0.5f * static_cast<float>(size.width),
                                0.5f * static_cast<float>(size.height));
      const glm::vec2 place(static_cast<float>(x) + 0.5f + frame.info.jitter[0],
                            static_cast<float>(y) + 0.5f + frame.info.jitter[1]);
      const glm::vec2 ndc = place / half_size - 1.0f;
      const glm::vec4 before = to_previous * glm::vec4(ndc, frame.depth[i], 1);
      const glm::vec2 camera = (glm::vec2(before) / before.w - ndc) * half_size;
      const glm::vec2 motion(glm::unpackHalf1x16(frame.motion[2 * i]),
                             glm::unpackHalf1x16(frame.motion[2 * i + 1]));
      if (glm::length(motion - camera) > 0.1f + 0.002f * glm::length(camera)) ++count;
    }
  return count;
}

class SequenceMakerTest : public testing_support::PictureTest {
 protected:
  /// Of so many sequences, those that satisfy a condition.
  template <typename Condition>
  int sequences_with(int count, int frames, const Condition& condition) {
    app::Settings settings;
    settings.render = settings_;
    app::SequenceMaker maker(*device_, scene_, settings, 48);
    core::Random random(5);
    int found = 0;
    for (int i = 0; i < count; ++i)
      found += condition(maker.make({.size = 48, .scale = 2, .frames = frames, .samples = 1}, random));
    return found;
  }
  /// Sequences of eight in which something moves by itself.
  int with_movement() {
    return sequences_with(8, 4, [](const neural::TrainingSequence& sequence) {
      return std::any_of(sequence.frames.begin() + 1, sequence.frames.end(),
                         [](const TrainingFrame& frame) { return moving_pixels(frame) > 4; });
    });
  }
};

TEST_F(SequenceMakerTest, PiecesOfASceneInWhichNothingMovesAreThrownThroughIt) {
  scene_.camera.keyframes = {{0.0, {0, 2, 0}, {8, 1.5f, 0}, false}};
  EXPECT_EQ(with_movement(), 0);
  core::Random random(3);
  app::add_thrown_pieces(scene_, random);
  ASSERT_EQ(scene_.models.size(), 4u);
  for (const scene::Chunk& chunk : scene_.chunks) {
    if (chunk.model == 0) continue;
    const glm::vec3 extent = chunk.box_max - chunk.box_min;
    EXPECT_LE(std::max({extent.x, extent.y, extent.z}), 1.5f);
    EXPECT_GE(std::max({extent.x, extent.y, extent.z}), 0.3f);
  }
  EXPECT_GE(with_movement(), 3);
  // What moves already is left as it is.
  app::add_thrown_pieces(scene_, random);
  EXPECT_EQ(scene_.models.size(), 4u);
}

TEST_F(SequenceMakerTest, EachKindShowsWhatItIsNamedAfter) {
  scene_.camera.keyframes = {{0.0, {0, 2, 0}, {8, 1.5f, 0}, false}};
  app::Settings settings;
  settings.render = settings_;
  core::Random pieces(3);
  app::add_thrown_pieces(scene_, pieces);
  app::SequenceMaker maker(*device_, scene_, settings, 48);
  core::Random random(5);
  struct Seen {
    int moving = 0, turning = 0, lit_anew = 0;  ///< of six sequences
  };
  const auto see = [&](app::SequenceKind kind) {
    Seen seen;
    for (int i = 0; i < 6; ++i) {
      const auto sequence = maker.make({kind, 48, 2, 12, 1}, random);
      const auto& frames = sequence.frames;
      int moving = 0, anew = 0;
      bool all_move = true;
      for (std::size_t n = 1; n < frames.size(); ++n) {
        moving = std::max(moving, moving_pixels(frames[n]));
        const auto speed = [&](std::size_t k) { return std::abs(glm::unpackHalf1x16(frames[n].motion[k])); };
        for (std::size_t k = 0; k < frames[n].motion.size(); k += 2) all_move &= speed(k) > 0.05f;
        anew += frames[n].truth != frames[n - 1].truth;
      }
      seen.moving += moving > 4, seen.turning += all_move, seen.lit_anew += anew > 0;
    }
    return seen;
  };
  const Seen still = see(app::SequenceKind::still), turn = see(app::SequenceKind::turn),
             light = see(app::SequenceKind::light), objects = see(app::SequenceKind::objects);
  EXPECT_EQ(still.moving + still.turning + still.lit_anew, 0);
  EXPECT_GE(turn.turning, 4);
  EXPECT_EQ(light.turning, 0);
  EXPECT_GE(light.lit_anew, 4);
  EXPECT_GE(objects.moving, 3);
}

/// Half of the path looks at the sky, and most of the rest at bare ground.
TEST_F(SequenceMakerTest, ViewsThatShowSomethingArePreferred) {
  scene_.camera.keyframes = {{0.0, {0, 2, 0}, {8, 1.5f, 0}, false},
                             {5.0, {0, 2, 0}, {8, 1.5f, 0}, false},
                             {5.0, {0, 2, 0}, {1, 9, 0}, true},
                             {10.0, {0, 2, 0}, {1, 9, 0}, false}};
  const int with_edges = sequences_with(24, 2, [](const neural::TrainingSequence& sequence) {
    core::FrameIo io;
    io.info = sequence.frames.front().info;
    io.color = sequence.frames.front().color.data();
    return app::shown_detail(io) > 1e-3;
  });
  EXPECT_GE(with_edges, 7);  // without a choice about one in seven has edges
}

TEST_F(SequenceMakerTest, ViewsBesideThePathLookAlongIt) {
  scene_.camera.keyframes = {{0.0, {0, 2, 0}, {8, 2, 0}, false}, {10.0, {6, 2, 0}, {14, 2, 0}, false}};
  app::Frame frame(*device_, scene_, settings_, size_);
  app::ViewFinder finder(frame, scene_, 5);
  constexpr int count = 200;
  glm::vec3 least(100), most(-100);
  float along = 0;
  for (int i = 0; i < count; ++i) {
    const scene::CameraPose pose = finder.beside_path();
    least = glm::min(least, pose.position), most = glm::max(most, pose.position);
    along += glm::normalize(pose.look_at - pose.position).x / count;
  }
  EXPECT_GT(along, 0.85f);
  EXPECT_LT(along, 0.98f);
  for (const int axis : {1, 2}) {
    EXPECT_GT(most[axis] - least[axis], 1.5f);
    EXPECT_LT(most[axis] - least[axis], 5.0f);
  }
  EXPECT_LT(least.x, 1);
  EXPECT_GT(most.x, 5);
}

/// Where a model stands alone most directions show the sky, which is not worth learning from.
TEST_F(SequenceMakerTest, AfterAViewOfTheSkyTheNextLooksAtTheScene) {
  app::Frame frame(*device_, scene_, settings_, size_);
  app::ViewFinder finder(frame, scene_, 5);
  core::FrameIo io;
  io.info.render = {10, 10};
  std::vector<float> depth(100, 0);
  io.depth = depth.data();
  const glm::vec3 middle = 0.5f * (scene_.box_min + scene_.box_max);
  const auto turned = [&] {  // from the way to the middle, seen from above
    const scene::CameraPose pose = finder.next(settings_, 1);
    const glm::vec3 a = pose.look_at - pose.position, b = middle - pose.position;
    return glm::dot(glm::normalize(glm::vec2(a.x, a.z)), glm::normalize(glm::vec2(b.x, b.z)));
  };
  float least = 1;
  for (int n = 0; n < 12; ++n) {
    std::fill(depth.begin(), depth.end(), 0.0f);
    EXPECT_TRUE(finder.useless(io));
    EXPECT_GT(turned(), 0);
    std::fill(depth.begin(), depth.begin() + 30, 0.01f);
    io.info.near = 0.1f;  // ten metres away
    EXPECT_FALSE(finder.useless(io));
    least = std::min(least, turned());
  }
  EXPECT_LT(least, 0) << "else every view looks there";
}

}  // namespace
