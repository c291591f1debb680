#include "app/train/field_learner.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/measure/display_picture.h"
#include "app/open/field.h"
#include "app/open/scene_and_device.h"
#include "core/clock.h"
#include "core/error.h"
#include "core/picture/metrics.h"

namespace app {
namespace {

constexpr int held_out_one_in = 10;
// Each run of a scene holds out the same views, so that runs can be compared.
constexpr std::uint64_t held_out_seed = 76;
constexpr int most_refused = 30;      // views in a row that are of no use
constexpr double half_seconds = 120;  // without an end, half of the way to the least rate
constexpr double full_rate = 0.2,
                 least_rate = 0.03;    // share of the time at the full rate; and the rate in the end
constexpr double look_back_every = 1;  // seconds of learning between two fields to draw with
constexpr double on_the_path = 0.4;    // share of the views that are beside the camera's path
constexpr double far_metres = 14;      // that the finest voxels reach beyond the views

// Of the first views many look at what moves, and are drawn with it too; later few, since it is known then.
constexpr int movers_one_in = 4, movers_one_in_later = 8, first_views = 80;
constexpr float least_mover = 0.25f;                 // metres of its longest side
constexpr float at_its_place = 2, as_it_was = 0.4f;  // metres and radians that one at its mooring moves
constexpr int movers_compared = 3;                   // of which the one that looks largest is looked at
constexpr double most_seconds = 600;                 // of the scene, that movers are looked at in

/// Whether a model that moves stays at its place, as a boat at its mooring does.
bool stays(const scene::Model& model, float metre) {
  const scene::ModelKeyframe& first = model.keyframes.front();
  return std::all_of(model.keyframes.begin(), model.keyframes.end(), [&](const scene::ModelKeyframe& key) {
    return glm::distance(key.position, first.position) < at_its_place * metre &&
           std::abs(glm::dot(key.rotation, first.rotation)) > std::cos(0.5f * as_it_was);
  });
}

/// The models that move and are large enough, the largest first.
std::vector<neural::FieldMover> movers_of(const scene::Scene& scene, float finest) {
  std::vector<neural::FieldMover> movers;
  for (std::size_t m = 0; m < scene.models.size(); ++m) {
    if (!scene.models[m].moves()) continue;
    glm::vec3 low(1e9f), high(-1e9f);
    for (const scene::Chunk& chunk : scene.chunks) {
      if (chunk.model != m) continue;
      low = glm::min(low, chunk.box_min * scene.models[m].scale);
      high = glm::max(high, chunk.box_max * scene.models[m].scale);
    }
    const glm::vec3 sides = high - low;
    if (std::max({sides.x, sides.y, sides.z}) < least_mover * scene.metre) continue;
    movers.push_back(neural::mover_of(scene.models[m].name, static_cast<int>(m), {low.x, low.y, low.z},
                                      {high.x, high.y, high.z}, 0.5f * finest));
    movers.back().roams = !stays(scene.models[m], scene.metre);
  }
  std::stable_sort(movers.begin(), movers.end(),
                   [](const auto& a, const auto& b) { return a.voxel > b.voxel; });
  if (movers.size() > neural::pixel::field_most_movers) movers.resize(neural::pixel::field_most_movers);
  return movers;
}

Settings for_views(Settings settings, const FieldLearnerOptions& options) {
  settings.run.output = {options.lines * 16 / 9, options.lines};
  settings.render.upscaler = renderer::Upscaler::nearest;
  settings.render.scale = 1;
  settings.render.bloom.enabled = false;
  settings.render.frames_between = 0;
  settings.comparison = {};
  return settings;
}

/// `to_sun`: where the sun stands.
neural::FieldOrigin origin_of(const scene::Scene& scene, float exposure, const glm::vec3& to_sun) {
  const ViewRegion region = view_region(scene);
  const double reach = region.extent + region.spread + far_metres * static_cast<double>(scene.metre);
  neural::FieldOrigin origin;
  origin.scene = scene.name;
  origin.scene_hash = scene.content_hash;
  origin.center = {region.center.x, region.center.y, region.center.z};
  origin.voxel = static_cast<float>(reach / neural::pixel::field_half);
  origin.exposure = exposure;
  origin.movers = movers_of(scene, origin.voxel);
  const glm::vec3 towards = glm::normalize(to_sun);
  origin.sun.towards = {towards.x, towards.y, towards.z};
  return origin;
}

}  // namespace

FieldLearner::FieldLearner(scene::Scene scene, const Settings& settings, const FieldLearnerOptions& options,
                           const std::function<void(const std::string&)>& told)
    : options_(options),
      settings_(for_views(settings, options)),
      scene_(std::move(scene)),
      random_(static_cast<std::uint64_t>(settings.run.seed) + 78) {
  show_movers(false);
  const auto tell = [&](const std::string& what) {
    if (told) told(what);
  };
  tell("opening a device to draw views");
  device_ = open_device(settings_);
  frame_ = std::make_unique<Frame>(*device_, scene_, settings_.render, settings_.run.output);
  backend_ = open_field_backend(options_.threads);
  FrameRequest first;
  first.cut = true;
  exposure_ = frame_->draw(settings_.render, first).exposure;
  options_.trainer.seed = static_cast<std::uint64_t>(settings.run.seed);
  const neural::FieldOrigin origin = origin_of(scene_, exposure_, frame_->to_sun(settings_.render));
  movers_ = origin.movers;
  trainer_ = std::make_unique<neural::FieldTrainer>(*backend_, origin, options_.trainer);
  finder_ = std::make_unique<ViewFinder>(*frame_, scene_, options_.trainer.seed + 77);
  held_out_finder_ = std::make_unique<ViewFinder>(*frame_, scene_, held_out_seed);
  tell("drawing a view that is held out");
  hold_out();
  const int wanted = options_.trainer.first_views + options_.trainer.pool_views;
  while (trainer_->wants_view()) {
    tell(fmt::format("drawing view {} of {}", trainer_->views() + 1, wanted));
    add_view();
  }
  trainer_->step(0);
  look_back();
}

FieldLearner::~FieldLearner() = default;

FrameRequest FieldLearner::request_for(const scene::CameraPose& pose) const {
  FrameRequest request;
  request.camera = pose;
  request.exposure = exposure_;
  request.cut = true;
  return request;
}

void FieldLearner::hold_out() {
  const scene::CameraPose pose = held_out_finder_->clear(settings_.render, exposure_, 1).front();
  FrameRequest request = request_for(pose);
  request.reference_samples = options_.held_out_samples;
  frame_->draw(settings_.render, request);
  held_out_.push_back({pose, display_picture(settings_.run.output, frame_->read_picture())});
}

void FieldLearner::add_view() {
  if (++found_ % held_out_one_in == 0 && static_cast<int>(held_out_.size()) < options_.held_out)
    return hold_out();
  // Not a cut: cached shadows that still cover what is seen are kept.
  const scene::CameraPose pose = next_pose();
  FrameRequest request = request_for(pose);
  request.cut = false;
  frame_->draw(settings_.render, request);
  const core::FrameIo io = frame_->read_contract();
  if (finder_->useless(io) && ++refused_ < most_refused) return;
  refused_ = 0;
  neural::LearnedView view = neural::learned_view(io, field_camera(frame_->view(), io.info), exposure_);
  if (moment_) add_movers(pose, view);
  trainer_->add(std::move(view));
}

/// Where the next view is looked at from: often where the camera will be. Now and then it looks at a mover.
scene::CameraPose FieldLearner::next_pose() {
  const bool on_path = trainer_->views() >= options_.trainer.first_views && random_.uniform() < on_the_path;
  scene::CameraPose pose = on_path ? finder_->beside_path() : finder_->next(settings_.render, exposure_);
  moment_.reset();
  const int one_in = found_ < first_views ? movers_one_in : movers_one_in_later;
  if (!movers_.empty() && found_ % one_in == 0) look_at_mover(pose);
  return pose;
}

/// Turns a pose towards one of those that move, at a random moment.
void FieldLearner::look_at_mover(scene::CameraPose& pose) {
  moment_ = random_.uniform(0, most_seconds);
  float largest = -1;
  for (int n = 0; n < movers_compared; ++n) {
    const neural::FieldMover& mover =
        movers_[static_cast<std::size_t>(random_.below(static_cast<int>(movers_.size())))];
    const auto m = static_cast<std::size_t>(mover.model);
    const scene::Model& model = scene_.models[m];
    const glm::vec3 middle = glm::vec3(mover.center[0], mover.center[1], mover.center[2]) / model.scale,
                    place = glm::vec3(scene::model_to_world(model, *moment_) * glm::vec4(middle, 1));
    const float size = *std::max_element(mover.half.begin(), mover.half.end()) /
                       std::max(glm::distance(place, pose.position), 1e-6f);
    if (size > largest) largest = size, pose.look_at = place;
  }
  const float away = 0.15f * glm::distance(pose.look_at, pose.position);  // it need not be in the middle
  for (int a = 0; a < 3; ++a) pose.look_at[a] += away * static_cast<float>(random_.normal());
}

/// Shows what moves, or hides it: the shadows of what stays at its place remain.
void FieldLearner::show_movers(bool shown) {
  for (scene::Model& model : scene_.models)
    if (model.moves()) model.seen = shown, model.casts = shown || stays(model, scene_.metre);
}

/// Draws the view once more at its moment, with what moves.
void FieldLearner::add_movers(const scene::CameraPose& pose, const neural::LearnedView& without) {
  FrameRequest request = request_for(pose);
  request.cut = false;
  request.seconds = *moment_;
  show_movers(true);
  frame_->draw(settings_.render, request);
  const core::FrameIo io = frame_->read_contract();
  std::vector<neural::MoverPose> poses;
  for (const neural::FieldMover& mover : movers_)
    poses.push_back(mover_pose(
        glm::dmat4(scene::model_to_world(scene_.models[static_cast<std::size_t>(mover.model)], *moment_))));
  show_movers(false);
  trainer_->add_movers(neural::learned_view(io, field_camera(frame_->view(), io.info), exposure_), without,
                       poses);
}

double FieldLearner::rate() const {
  const double progress =
      options_.minutes > 0 ? seconds_ / (60 * options_.minutes) : seconds_ / (seconds_ + half_seconds);
  return std::pow(least_rate, std::clamp((progress - full_rate) / (1 - full_rate), 0.0, 1.0));
}

/// Takes a copy of what was learned, to draw with.
void FieldLearner::look_back() {
  learned_ = trainer_->snapshot(seconds_, record_);
  looked_back_ = seconds_;
}

LearnerWork FieldLearner::work(double seconds) {
  const auto start = core::Clock::now();
  const double before = seconds_;
  LearnerWork work;
  do {
    while (trainer_->wants_view()) add_view();
    const neural::FieldStep step = trainer_->step(rate());
    work.losses.push_back(step.loss);
    work.samples += static_cast<double>(step.samples);
    seconds_ = before + core::seconds_since(start);
  } while (seconds_ - before < seconds);
  if (seconds_ - looked_back_ > look_back_every) look_back();
  return work;
}

core::Image FieldLearner::picture(const scene::CameraPose& pose) {
  frame_->draw(settings_.render, request_for(pose));
  return display_picture(settings_.run.output, frame_->read_picture());
}

LearnedScore FieldLearner::score_pictures() {
  double error = 0, flip = 0;
  for (const HeldOut& one : held_out_) {
    const core::Image shown = picture(one.pose);
    error += core::mean_squared_error(shown, one.truth);
    flip += core::flip(shown, one.truth).mean;
  }
  const auto count = static_cast<double>(held_out_.size());
  return {core::psnr_db(error / count), flip / count};
}

LearnedScore FieldLearner::score_field(bool untrained) {
  look_back();
  auto source = std::make_unique<FieldSource>(*device_, backend_);
  source->take(learned_);
  source->set_untrained(untrained);
  frame_->set_field(std::move(source));
  const LearnedScore score = score_pictures();
  frame_->set_field(nullptr);
  return score;
}

LearnedScore FieldLearner::score_rasterizer() {
  return score_pictures();
}

Rivals FieldLearner::rivals() {
  return {{"surfels alone", score_field(true).psnr_db}, {"rasterizer", score_rasterizer().psnr_db}};
}

std::string FieldLearner::learn_for(double seconds) {
  const double until = seconds_ + seconds;
  while (seconds_ < until) work(1);
  const Rivals others = rivals();
  return fmt::format(
      "After {} views in {:.0f} seconds it has {:.2f} dB where it never learned from; {} have {:.2f}, and "
      "the {}'s "
      "own frames {:.2f}.",
      views(), seconds_, score().psnr_db, others[0].first, others[0].second, others[1].first,
      others[1].second);
}

LearnerWords FieldLearner::words() {
  return {
      .before = "The rasterizer draws on until there is something to see.",
      .examples =
          "views of this scene, from random places around the camera's path, that the rasterizer has drawn",
      .race =
          "Views of this scene that are held out: the bars say how close each picture of them is to 16 "
          "samples a "
          "pixel. 'Surfels alone' are what the field stores of the rasterizer's frames, with nothing "
          "learned.",
      .samples =
          "A step moves what many rays have used. A sample is a hit of a ray whose colour and opacity were "
          "learned.",
      .keep = "write the field to a file here",
      .kept = "--source field --field takes it",
      .forgotten = "everything is forgotten: the field begins anew"};
}

std::string FieldLearner::description() const {
  return backend_->description();
}

void FieldLearner::keep(const std::filesystem::path& file) {
  look_back();
  neural::save_field(file, *learned_);
}

void FieldLearner::restart(const std::filesystem::path& file) {
  if (file.empty()) {
    trainer_->restart();
    seconds_ = 0;
  } else {
    const auto field = neural::load_field(file);
    if (const std::string warning = field_warning(field->origin, scene_); !warning.empty())
      core::fail("{}: {}", file.string(), warning);
    const neural::FieldOrigin here = origin_of(scene_, exposure_, frame_->to_sun(settings_.render));
    if (field->origin.center != here.center || field->origin.voxel != here.voxel)
      core::fail("{}: it was learned around another camera path", file.string());
    trainer_->restart(*field);
    seconds_ = field->origin.seconds;
  }
  while (trainer_->wants_view()) add_view();
  if (file.empty()) trainer_->step(0);
  look_back();
}

}  // namespace app
