#pragma once
// The water of a frame: steps the simulation to the frame's time, on a backend, and hands the renderer its
// surface in the very memory that the backend wrote.

#include <functional>
#include <memory>
#include <optional>

#include "app/frame/water/basin.h"
#include "compute/interop.h"
#include "renderer/settings.h"
#include "renderer/shared_frame.h"
#include "renderer/vulkan/commands.h"
#include "renderer/water_surface.h"

namespace app {

/// What computes the water, and where the memory of both must lie: host, same_device or external.
struct WaterBackend {
  std::unique_ptr<compute::Backend> backend;
  renderer::Where where = renderer::Where::host;
};
/// Opens one. Throws core::Error.
using OpenWaterBackend = std::function<WaterBackend()>;

/// Opens the cpu backend, or the reference where it cannot run.
WaterBackend open_water_on_host();

/// The thread that draws calls all functions.
class LivingWater {
 public:
  /// The scene has a WaterPlace and outlives the object, as the device does. `cells` is the basin's side.
  /// Throws core::Error.
  LivingWater(const gpu::Device& device, const scene::Scene& scene, WaterBackend backend, int cells);
  ~LivingWater();
  LivingWater(const LivingWater&) = delete;
  LivingWater& operator=(const LivingWater&) = delete;

  /// Steps to `seconds` and draws the surface of frame n, whose slot the GPU is done with. Where time jumps,
  /// the water begins four seconds earlier, so that a headless run is the same whenever it is the same
  /// frames. `poke` is the place of a finger, x and z in the scene.
  void advance(std::uint64_t n, double seconds, const renderer::WaterSettings& settings,
               std::optional<glm::vec2> poke);
  /// Of frame n; advance() has filled it when the semaphores of sync() are reached.
  const renderer::WaterSurface& surface(std::uint64_t n) const { return slots_[n % 2].surface; }
  /// Adds what the rendering of the frame of the last advance() has to wait for.
  void sync(std::vector<gpu::SemaphoreValue>& waits) const;

  /// Whether another device than the renderer's may fail and leave it without a surface.
  bool may_fail_alone() const { return renderer::exported(where_); }
  /// Throws core::Error where the backend's device has failed.
  void expect_alive() const;
  /// Gives the signals that a failed device will not give, so that nothing waits for it.
  void signal_for_backend() const;

  int cells() const { return cells_; }
  std::string description() const { return backend_->description(); }
  /// Milliseconds for which advance() occupied the thread last, and how many steps it took.
  double milliseconds() const { return milliseconds_; }
  int steps() const { return steps_; }

 private:
  struct Slot {
    gpu::Buffer buffer;
    std::unique_ptr<compute::Memory> imported;  ///< for external; gone before the buffer
    renderer::WaterSurface surface;
    core::f16* values = nullptr;  ///< the buffer as the backend's memory
  };
  void step(const renderer::WaterSettings& settings);
  void add_rain(float rain);

  void make_slot(Slot& slot, int side);

  const gpu::Device& device_;
  const scene::Scene& scene_;
  std::unique_ptr<compute::Backend> backend_;
  renderer::Where where_;
  int cells_;
  std::vector<Hull> hulls_;
  compute::water::Simulation water_;
  Slot slots_[2];
  gpu::UniqueSemaphore made_;  ///< counts the surfaces that are drawn; not for host
  std::uint64_t asked_ = 0;    ///< what it will reach
  std::unique_ptr<compute::Timeline> made_by_backend_;
  std::vector<compute::water::Push> pushes_;
  std::optional<std::int64_t> done_;               ///< the step that the water has reached
  std::optional<glm::vec2> finger_, last_finger_;  ///< in metres from the basin's corner
  double milliseconds_ = 0;
  int steps_ = 0;
};

}  // namespace app
