#include "app/train/field_learner.h"

#include <fmt/core.h>

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
constexpr int most_refused = 30;      // views in a row that something stands before
constexpr double half_seconds = 120;  // without an end, half of the way to the least rate
constexpr double full_rate = 0.2,
                 least_rate = 0.03;    // share of the time at the full rate; and the rate in the end
constexpr double look_back_every = 1;  // seconds of learning between two fields to draw with
constexpr double far_metres = 14;      // that the finest voxels reach beyond the views

/// A scene in which nothing moves: what does is far below it, in its views and in their truth.
scene::Scene without_movers(scene::Scene scene) {
  for (scene::Model& model : scene.models)
    if (model.moves())
      for (scene::ModelKeyframe& key : model.keyframes) key.position = glm::vec3(0, -1e4f * scene.metre, 0);
  return scene;
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

neural::FieldOrigin origin_of(const scene::Scene& scene, float exposure) {
  const ViewRegion region = view_region(scene);
  const double reach = region.extent + region.spread + far_metres * static_cast<double>(scene.metre);
  neural::FieldOrigin origin;
  origin.scene = scene.name;
  origin.scene_hash = scene.content_hash;
  origin.center = {region.center.x, region.center.y, region.center.z};
  origin.voxel = static_cast<float>(reach / neural::pixel::field_half);
  origin.exposure = exposure;
  return origin;
}

}  // namespace

FieldLearner::FieldLearner(scene::Scene scene, const Settings& settings, const FieldLearnerOptions& options,
                           const std::function<void(const std::string&)>& told)
    : options_(options), settings_(for_views(settings, options)), scene_(without_movers(std::move(scene))) {
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
  trainer_ =
      std::make_unique<neural::FieldTrainer>(*backend_, origin_of(scene_, exposure_), options_.trainer);
  finder_ = std::make_unique<ViewFinder>(*frame_, scene_, options_.trainer.seed + 77);
  tell("drawing a view that is held out");
  hold_out(finder_->clear(settings_.render, exposure_, 1).front());
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

void FieldLearner::hold_out(const scene::CameraPose& pose) {
  FrameRequest request = request_for(pose);
  request.reference_samples = options_.held_out_samples;
  frame_->draw(settings_.render, request);
  held_out_.push_back({pose, display_picture(settings_.run.output, frame_->read_picture())});
}

void FieldLearner::add_view() {
  if (++found_ % held_out_one_in == 0 && static_cast<int>(held_out_.size()) < options_.held_out)
    return hold_out(finder_->clear(settings_.render, exposure_, 1).front());
  // Not a cut: cached shadows that still cover what is seen are kept.
  FrameRequest request = request_for(finder_->next(settings_.render, exposure_));
  request.cut = false;
  frame_->draw(settings_.render, request);
  const core::FrameIo io = frame_->read_contract();
  if (finder_->blocked(io) && ++refused_ < most_refused) return;
  refused_ = 0;
  trainer_->add(neural::learned_view(io, field_camera(frame_->view(), io.info), exposure_));
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
    const neural::FieldOrigin here = origin_of(scene_, exposure_);
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
