#pragma once
// A scene as a learner: the rasterizer draws views of it on a device of its own, and a field learns them.

#include <memory>
#include <optional>

#include "app/frame/view_finder.h"
#include "app/settings/settings.h"
#include "app/train/learner.h"
#include "core/picture/image.h"
#include "neural/field/field_trainer.h"

namespace app {

struct FieldLearnerOptions {
  int lines = 270;            ///< of a view; it is 16:9
  int held_out = 2;           ///< views that are never learned from, each the tenth of ten
  int held_out_samples = 16;  ///< of their truth, a pixel
  int threads = 1;            ///< 0: all
  double minutes = 0;         ///< that it will learn for, after which the rate is low; 0: without an end
  neural::FieldTrainerSettings trainer;
};

class FieldLearner : public Learner {
 public:
  /// Opens a device and draws the first views, which takes seconds. `told` is called with what is being done,
  /// and may throw to end it. Throws core::Error.
  FieldLearner(scene::Scene scene, const Settings& settings, const FieldLearnerOptions& options = {},
               const std::function<void(const std::string&)>& told = {});
  ~FieldLearner() override;

  /// What the panel says about it.
  static LearnerWords words();
  std::string description() const override;
  LearnerWork work(double seconds) override;
  Learned learned() const override { return {nullptr, learned_}; }
  bool at_rest() const override { return true; }
  LearnedScore score() override { return score_field(false); }
  Rivals rivals() override;
  std::size_t bytes() const override { return trainer_->bytes(); }
  std::pair<int, int> examples() const override { return {trainer_->views(), 0}; }
  std::string learn_for(double seconds) override;
  void keep(const std::filesystem::path& file) override;
  void restart(const std::filesystem::path& file) override;

  /// Scores what was learned so far, or its surfels alone, on the held-out views.
  LearnedScore score_field(bool untrained);
  /// Of the rasterizer's own frames, with one sample a pixel.
  LearnedScore score_rasterizer();
  double seconds() const { return seconds_; }
  long steps() const { return trainer_->steps(); }
  int views() const { return trainer_->views(); }
  /// For the record in the file, as JSON.
  void set_record(std::string record) { record_ = std::move(record); }

 private:
  struct HeldOut {
    scene::CameraPose pose;
    core::Image truth;
  };
  FrameRequest request_for(const scene::CameraPose& pose) const;
  void add_view();
  scene::CameraPose next_pose();
  void look_at_mover(scene::CameraPose& pose);
  void show_movers(bool shown);
  void add_movers(const scene::CameraPose& pose, const neural::LearnedView& without);
  void hold_out();
  core::Image picture(const scene::CameraPose& pose);
  LearnedScore score_pictures();
  void look_back();
  double rate() const;

  FieldLearnerOptions options_;
  Settings settings_;
  scene::Scene scene_;
  std::unique_ptr<gpu::Device> device_;
  std::unique_ptr<Frame> frame_;
  std::shared_ptr<compute::Backend> backend_;
  std::unique_ptr<ViewFinder> finder_, held_out_finder_;  ///< the second always finds the same views
  float exposure_ = 1;
  std::unique_ptr<neural::FieldTrainer> trainer_;
  std::shared_ptr<const neural::Field> learned_;
  std::vector<HeldOut> held_out_;
  std::vector<neural::FieldMover> movers_;
  core::Random random_;
  std::optional<double> moment_;  ///< of the scene, at which the next view's movers are looked at
  int found_ = 0, refused_ = 0;   ///< views, the held-out ones too; in a row
  double seconds_ = 0, looked_back_ = -1;
  std::string record_;
};

}  // namespace app
