#include "app/window/view_session.h"

#include <fmt/core.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/open/generator.h"
#include "app/open/scene_and_device.h"
#include "app/settings/settings_history.h"
#include "app/window/panels/comparison_facts.h"
#include "core/error.h"
#include "core/file.h"

namespace app {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

core::Size render_size(const Settings& settings, core::Size output) {
  if (settings.render.upscaler == renderer::Upscaler::native) return output;
  return renderer::render_size(output, settings.render.scale);
}

/// What the old scene held is free, but spread over the heaps of the threads that loaded it: glibc keeps it
/// until it is asked.
void give_back_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

/// Both sides of a comparison run passes of the same names: their sum.
void add_pass(std::vector<PassRow>& rows, const gpu::PassTime& pass) {
  const auto same =
      std::find_if(rows.begin(), rows.end(), [&](const PassRow& r) { return r.name == pass.name; });
  if (same == rows.end())
    rows.push_back({pass.name, pass.ms()});
  else
    same->ms += pass.ms();
}

}  // namespace

ViewSession::ViewSession(Window& window, const gpu::Device& device, ViewStart start,
                         const std::string& controls_file)
    : window_(window),
      device_(device),
      settings_(std::move(start.settings)),
      presenter_(window, device, settings_.window.vsync, settings_.window.ui_scale),
      panels_(settings_),
      state_(std::move(start.state)),
      files_(user_folder(), core::cache_folder() / "gallery"),
      backend_(settings_.run),
      dynamic_resolution_(settings_.render.scale) {
  if (!controls_file.empty()) panels_.report_controls(controls_file);
  stations_ = read_stations(station_folder());
  show_scene(std::move(start.scene));
  if (!start.flown_to) return;
  fly_.set(*start.flown_to);
  state_.flying = drawn_flying_ = true;
}

ViewStart ViewSession::leave() {
  frame_.reset();  // it refers to the scene
  ViewStart next{.settings = settings_, .scene = std::move(scene_), .state = state_};
  if (state_.flying) next.flown_to = fly_.pose();
  return next;
}

void ViewSession::show_scene(std::unique_ptr<scene::Scene> scene) {
  // A window that starts minimised has no area yet: the first frame that is drawn gives it its size.
  const core::Size size{std::max(presenter_.size().width, 1), std::max(presenter_.size().height, 1)};
  auto frame = std::make_unique<Frame>(device_, *scene, settings_.render, size);
  give_generators(*frame, device_, settings_, stages_);
  give_right_generators(*frame, device_, settings_);
  was_neural_ = settings_.render.upscaler == renderer::Upscaler::neural;
  frame_ = std::move(frame);  // before the old scene goes, which the old frame refers to
  scene_ = std::move(scene);
  give_back_memory();
  learning_.forget_scene();
  field_learning_.forget_scene();
  remember_scene();
  watch_frames();
  state_.duration = scene::camera_duration(scene_->camera);
  state_.flying = false;
  cut_ = true;
  window_.set_title(scene_->path.empty()
                        ? fmt::format("Neuraster - {}", scene_->name)
                        : fmt::format("Neuraster - {} ({})", scene_->name, scene_->path.string()));
}

void ViewSession::watch_frames() {
  self_check_.forget();
  frame_->watch([this](const core::FrameIo& io) {
    // A slider changes the picture as a cut does: what was seen before it says nothing of what comes after.
    if (io.info.frame_index == check_from_) self_check_.forget();
    if (settings_.window.self_check)
      self_check_.look(io);
    else if (self_check_.frames() > 0)
      self_check_.forget();
  });
}

void ViewSession::start_loading(const fs::path& path) {
  if (loading_) {
    loading_->refused = fmt::format("; {} was not opened: one at a time", path.filename().string());
    return;
  }
  loading_ = std::make_unique<Loading>();
  loading_->path = path.string();
  scene::LoadOptions options = load_options(settings_.run);
  options.progress = [loading = loading_.get()](double fraction, const std::string& step) {
    const std::lock_guard lock(loading->mutex);
    loading->fraction = fraction;
    loading->step = step;
  };
  loading_->scene = std::async(std::launch::async, [path, options] {
    return std::make_unique<scene::Scene>(path == "courtyard" ? scene::make_test_scene()
                                                              : scene::load_scene(path, options));
  });
}

void ViewSession::take_loaded() {
  if (!loading_) return;
  if (loading_->scene.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    const std::lock_guard lock(loading_->mutex);
    state_.message = fmt::format("opening {}: {:.0f} % {}{}", fs::path(loading_->path).filename().string(),
                                 100 * loading_->fraction, loading_->step, loading_->refused);
    return;
  }
  try {
    auto scene = loading_->scene.get();
    state_.message = scene->warnings.empty() ? ""
                                             : fmt::format("{} warnings, the first: {}",
                                                           scene->warnings.size(), scene->warnings.front());
    state_.seconds = 0;
    keep_thumbnail();
    show_scene(std::move(scene));
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const std::exception& error) {
    state_.message = error.what();  // the old scene stays
  }
  loading_.reset();
}

FrameRequest ViewSession::next_request(double seconds) {
  const double before = drawn_seconds_;
  // The time slider has moved it: a jump, not a step.
  const bool jumped = state_.seconds != before;
  if (std::exchange(state_.step, false))
    state_.seconds += settings_.run.frame_seconds;
  else if (state_.playing)
    state_.seconds += seconds;

  FrameRequest request;
  request.seconds = state_.seconds;
  request.frame_seconds = static_cast<float>(seconds);
  request.cut = cut_ || jumped;
  if (state_.flying) {
    request.camera = fly_.pose();
  } else {
    request.cut |= drawn_flying_ || scene::camera_cuts(scene_->camera, before, state_.seconds);
    drawn_flying_ = false;
  }
  cut_ = false;
  drawn_seconds_ = state_.seconds;
  request.poke = poked();
  request.comparison = settings_.comparison;
  request.thumbnails = ribbon_shown() ? thumbnails_.get() : nullptr;
  request.comparison_now.flicker_right = flicker_right_;
  std::copy(state_.cursor.begin(), state_.cursor.end(), request.comparison_now.cursor);
  return request;
}

FrameFacts ViewSession::facts() {
  FrameFacts facts;
  facts.scene = scene_->name;
  facts.device = device_.info().name;
  facts.upscaler = get(settings_, "upscaler");
  facts.generator = frame_->left().describe(settings_.render.upscaler);
  if (frame_->water() && settings_.render.water.simulated) facts.water = frame_->water()->description();
  if (frame_->field()) facts.field = frame_->field()->description();
  facts.output = frame_->output_size();
  facts.render =
      frame_->info().output == facts.output ? frame_->info().render : render_size(settings_, facts.output);
  facts.frame_ms = frame_ms_;
  facts.between_asked = frame_->left().shared().between();
  facts.between = frame_->pictures_between();
  facts.latency_ms = presenter_.pace().latency_ms();
  facts.shown_own = presenter_.presented_own();
  facts.shown_between = presenter_.presented_between();
  facts.rendered_per_second = shown_rate_.own_per_second;
  facts.generated_per_second = shown_rate_.between_per_second;
  for (const auto* passes : {&frame_->passes(), &presenter_.times()})
    for (const gpu::PassTime& pass : *passes) add_pass(facts.passes, pass);
  facts.flicker_right = flicker_right_;
  facts.rasterized = !frame_->field();
  add_comparison_facts(settings_, frame_->comparison(), facts);
  if (ribbon_shown()) facts.ribbon = ribbon(facts);
  facts.has_sun = scene_->sun.intensity > 0;
  facts.stations = &stations_;
  facts.station = station_of(stations_, settings_);
  facts.about = about_;
  facts.training = shown_training().facts();
  facts.places = &places_;
  if (filming_) facts.filmed = film_->frames();
  facts.tour = tour_.caption(stations_);
  facts.race = race_.facts();
  if (settings_.dynamic_resolution.target_ms > 0)
    facts.resolution =
        describe_resolution(settings_.dynamic_resolution, dynamic_resolution_.scale(), work_ms_);
  if (!settings_.window.timeline && settings_.window.role != WindowRole::measure) return facts;
  facts.timeline.frames = &recorder_.frames();
  facts.timeline.incomplete = std::min<std::size_t>(3, recorder_.frames().size());
  facts.timeline.memory = memory_use(device_, frame_->generator_memory(), frame_->generator_budget());
  facts.timeline.target_ms = settings_.dynamic_resolution.target_ms;
  facts.timeline.self_check = settings_.window.self_check;
  facts.timeline.checkable = frame_->watchable();
  facts.timeline.checked_frames = self_check_.frames();
  for (const neural::Finding& finding : self_check_.findings())
    facts.timeline.findings.push_back(finding.text);
  return facts;
}

void ViewSession::draw(double seconds) {
  if (presenter_.size() != frame_->output_size()) frame_->resize(presenter_.size());
  flicker_right_ =
      flicker_right(settings_.comparison, std::chrono::duration<double>(Clock::now() - start_).count());
  const double begin = recorder_.now_ms();
  presenter_.gui().begin_frame();
  panels_.draw(facts(), state_, settings_);
  presenter_.gui().end_frame();

  const double laid_out = recorder_.now_ms();
  bool has_image = false;
  frame_->while_watched([&] { has_image = presenter_.acquire(); });
  if (!has_image) return;
  const double acquired = recorder_.now_ms();
  recorder_.add_gpu_behind(presenter_.times(), TraceRecorder::in_flight, presenter_.times_began());
  recorder_.begin_frame(begin);
  recorder_.add_cpu("panels", begin, laid_out);
  recorder_.add_cpu("wait for image", laid_out, acquired);
  bool recorded = false;
  int shown_before = 0;
  PresentHooks hooks;
  hooks.acquired = presenter_.acquired();
  hooks.presentable = presenter_.presentable();
  hooks.next = [&] {
    frame_->while_watched([&] {
      presenter_.present(shown_before++, frame_->pictures_between() + 1);
      has_image = presenter_.acquire();
    });
    hooks.acquired = presenter_.acquired();
    hooks.presentable = presenter_.presentable();
    return has_image;
  };
  hooks.record = [&](VkCommandBuffer commands, const gpu::Image& picture) {
    presenter_.record(commands, picture, ribbon_patches());
    recorded = true;
  };
  try {
    FrameRequest request = next_request(seconds);
    if (settings_.dynamic_resolution.target_ms > 0) {
      request.scale = static_cast<float>(dynamic_resolution_.next(work_ms_, settings_.dynamic_resolution));
      request.finest_scale = settings_.dynamic_resolution.min_scale;
    }
    if (drawn_settings_ != settings_.render) {
      drawn_settings_ = settings_.render;
      check_from_ = frame_->info().frame_index + 1;
    }
    // Too few frames a second: pictures between them would delay more than they smooth.
    request.between = presenter_.pace().period_ms() * settings_.window.between_from_fps <= 1000;
    frame_->draw(settings_.render, request, &hooks);
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const RightLaneFailed& error) {
    if (!recorded) throw;
    state_.message = error.what();
    settings_.comparison.right = RightLane::taau;
  } catch (const core::Error& error) {
    if (!recorded) throw;
    // The upscaler has failed and the frame was finished without it: go on with one that needs nothing.
    state_.message = error.what();
    settings_.render.upscaler = renderer::Upscaler::taau;
  }
  const double drawn = recorder_.now_ms();
  if (has_image) frame_->while_watched([&] { presenter_.present(shown_before, shown_before + 1); });
  const double shown = recorder_.now_ms();
  recorder_.add_cpu("present", drawn, shown);
  shown_rate_.count(shown, presenter_.presented_own(), presenter_.presented_between());
  recorder_.drawn(*frame_, acquired, stages_.get());
  // Where the processor renders, presenting waits for it; elsewhere for the monitor.
  work_ms_ = (device_.is_cpu() ? shown : drawn) - begin - (acquired - laid_out);
}

void ViewSession::run() {
  auto last = Clock::now();
  while (!window_.close_requested()) {
    window_.set_full_screen(settings_.window.full_screen);
    presenter_.set_vsync(settings_.window.vsync);
    presenter_.set_between(frame_->left().shared().between());
    window_.poll();
    if (!presenter_.ready()) {
      window_.poll(0.1);  // minimised
      last = Clock::now();
      continue;
    }
    // Not while its own slider is held, which would move away under the mouse.
    if (!presenter_.gui().dragging()) presenter_.set_ui_scale(settings_.window.ui_scale);
    const auto now = Clock::now();
    // After a pause (a window dragged, a scene uploaded) time does not leap.
    const double seconds = film_seconds(std::min(std::chrono::duration<double>(now - last).count(), 0.25));
    frame_ms_ = 1000 * std::chrono::duration<double>(now - last).count();
    last = now;
    handle_events(seconds);
    take_station();
    expire_message();
    look_about();
    take_loaded();
    watch_weights();
    take_tour(seconds);
    take_race();
    watch_backend();
    watch_upscaler();
    take_learning();
    look_at_rate();
    take_place();
    look_at_scenes();
    begin_saving();
    draw(seconds);
    save_pictures();
    record_film();
  }
  device_.wait_idle();
}

}  // namespace app
