#pragma once
// What the window shows: a scene, its frame, the camera and time; and what keys, mouse and panels change.

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/frame/frame.h"
#include "app/frame/thumbnails.h"
#include "app/measure/device_rate.h"
#include "app/measure/trace_recorder.h"
#include "app/path/station.h"
#include "app/path/window_tour.h"
#include "app/settings/settings.h"
#include "app/window/backend_race.h"
#include "app/window/field_learning.h"
#include "app/window/film.h"
#include "app/window/fly_camera.h"
#include "app/window/learning.h"
#include "app/window/panels/panels.h"
#include "app/window/presenter.h"
#include "app/window/user_files.h"
#include "neural/check/self_check.h"

namespace app {

/// What a session begins with, and what the next one goes on with where the device of the last was lost.
struct ViewStart {
  Settings settings;
  std::unique_ptr<scene::Scene> scene;
  ViewState state = {};
  std::optional<scene::CameraPose> flown_to = {};  ///< where the user has moved the camera
};

class ViewSession {
 public:
  /// `controls_file`: see Panels::report_controls; may be empty.
  ViewSession(Window& window, const gpu::Device& device, ViewStart start, const std::string& controls_file);

  /// Until the window is closed.
  void run();
  /// Ends the session, whose device may be lost, and returns what the next one begins with. Only the
  /// destructor may follow.
  ViewStart leave();

 private:
  /// A scene being read on a thread of its own, while the old one is still shown.
  struct Loading {
    std::string path, step;
    std::string refused;  ///< asked for meanwhile
    double fraction = 0;
    std::mutex mutex;
    std::future<std::unique_ptr<scene::Scene>> scene;
  };

  void show_scene(std::unique_ptr<scene::Scene> scene);
  void start_loading(const std::filesystem::path& path);
  void take_loaded();

  /// Opens the weights again when another file is named, or when the file has been replaced (by training).
  void watch_weights();

  /// Makes the generators anew where another backend is wanted; one that cannot run is refused, and the rows
  /// go back to what runs.
  void watch_backend();

  /// CUDA is opened only for who uses it: now, where the upscaler has become the network.
  void watch_upscaler();

  void handle_events(double seconds);
  void handle_key(int key, bool control, bool shift);
  void handle_look_key(int key, bool shift);
  void take_dropped(const std::filesystem::path& file);
  void move_camera(const WindowEvents& events, double seconds);
  std::optional<glm::vec2> poked();
  FrameRequest next_request(double seconds);
  FrameFacts facts();
  void draw(double seconds);
  void watch_frames();
  void begin_saving();
  void save_pictures();
  void take_station();
  void take_learning();
  void take_tour(double seconds);
  void take_race();
  void look_at_scenes();
  void keep_thumbnail();
  void remember_scene();
  void take_place();
  double film_seconds(double seconds) const;
  void toggle_film();
  void record_film();
  void expire_message();
  void look_about();
  bool ribbon_shown() const { return settings_.window.ribbon && settings_.window.panels; }
  std::vector<PicturePatch> ribbon_patches() const;
  void look_at_rate();
  std::vector<RibbonTile> ribbon(const FrameFacts& facts);
  StationTraining& shown_training() {
    return field_learning_.shown() ? static_cast<StationTraining&>(field_learning_) : learning_;
  }

  Window& window_;
  const gpu::Device& device_;
  Settings settings_;
  std::unique_ptr<Thumbnails> thumbnails_;  ///< outlives the presenter, whose panels show them
  Presenter presenter_;
  Panels panels_;
  ViewState state_;
  FlyCamera fly_;
  std::unique_ptr<scene::Scene> scene_;
  std::unique_ptr<Frame> frame_;
  std::unique_ptr<Loading> loading_;
  Learning learning_;
  FieldLearning field_learning_;
  WindowTour tour_;
  BackendRace race_;
  UserFiles files_;
  PlaceFacts places_;
  bool scenes_open_ = false;                   ///< places_ are those of the open page
  std::future<std::filesystem::path> dialog_;  ///< the desktop's, while it is open
  std::unique_ptr<Film> film_;                 ///< also while it is written after its end
  bool filming_ = false;
  /// A file that is read again when another one is named, or when it was replaced.
  struct Watched {
    std::filesystem::path file;
    std::filesystem::file_time_type time{};
    std::filesystem::path absent;  ///< what was asked for last and is not there
    /// Whether it changed and holds weights; where it does not, the message says why.
    bool renewed(const std::filesystem::path& wanted, std::string& message);
  };
  Watched left_weights_, right_weights_;
  BackendSettings backend_;  ///< that the generators were made for
  bool was_neural_ = false;
  double drawn_seconds_ = 0;  ///< scene time of the last frame
  bool drawn_flying_ = false, cut_ = true;
  bool save_wanted_ = false, save_window_wanted_ = false;  ///< the picture alone; the window with its panels
  double frame_ms_ = 0;
  ShownRate shown_rate_;
  std::map<std::string, double> calm_ms_;  ///< of the passes, smoothed for the ribbon
  bool flicker_right_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  DeviceRate rate_;  ///< of the backend with these settings
  std::optional<BackendSettings> rate_of_;
  compute::Precision rate_precision_ = compute::Precision::f32;
  std::vector<Station> stations_;
  std::string shown_message_;
  std::chrono::steady_clock::time_point message_since_ = std::chrono::steady_clock::now();
  std::vector<std::pair<std::string, std::string>> about_;
  std::optional<BackendSettings> about_of_;  ///< about_ was asked for with these
  double work_ms_ = 0;                       ///< of the last frame, without waiting for the monitor
  DynamicResolution dynamic_resolution_;
  std::shared_ptr<StageLog> stages_ = std::make_shared<StageLog>();
  TraceRecorder recorder_{240};
  neural::SelfCheck self_check_;
  renderer::RenderSettings drawn_settings_;
  std::uint64_t check_from_ = 0;  ///< the first frame that was drawn with drawn_settings_
};

}  // namespace app
