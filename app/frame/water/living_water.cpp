#include "app/frame/water/living_water.h"

#include <algorithm>
#include <cmath>

#include "compute/reference/reference.h"
#include "core/clock.h"
#include "core/error.h"
#include "core/log.h"
#include "core/random.h"

namespace app {
namespace {

using compute::water::Push;
using compute::water::step_seconds;
using renderer::Where;

constexpr std::int64_t warm_up = 240;  // steps before a time to which the water jumps
constexpr std::int64_t longest = 60;   // more steps in a frame are a jump

// A finger and a drop, in metres.
constexpr float finger_radius = 0.55f, finger_head = 0.24f, drop_radius = 0.33f, drop_head = 0.28f;

}  // namespace

WaterBackend open_water_on_host() {
  try {
    // A pass takes a tenth of a millisecond: on a busy machine, threads that wait for one another would take
    // longer.
    return {compute::open_backend("cpu", {.threads = 1}), Where::host};
  } catch (const core::Error& error) {
    core::log_debug(error.what());
    return {compute::make_reference<float>(), Where::host};
  }
}

LivingWater::LivingWater(const gpu::Device& device, const scene::Scene& scene, WaterBackend backend,
                         int cells)
    : device_(device),
      scene_(scene),
      backend_(std::move(backend.backend)),
      where_(backend.where),
      cells_(cells),
      hulls_(hulls_of(scene)),
      water_(*backend_, basin_of(scene, hulls_, cells)) {
  for (Slot& slot : slots_) make_slot(slot, water_.cells().width);
  if (waits_on_host(where_)) return;
  const bool external = renderer::exported(where_);
  made_ = gpu::make_timeline(device, 0, external);
  made_by_backend_ = external
                         ? backend_->interop()->import_timeline(gpu::export_timeline(device, made_.get()))
                         : backend_->interop()->share_timeline(made_.get());
}

void LivingWater::make_slot(Slot& slot, int side) {
  const auto bytes = 4 * sizeof(core::f16) * static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  const bool host = waits_on_host(where_), external = renderer::exported(where_);
  slot.buffer = gpu::Buffer(device_, bytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
                            host       ? gpu::MemoryUse::upload
                            : external ? gpu::MemoryUse::exported
                                       : gpu::MemoryUse::computed,
                            "water");
  if (host) {
    slot.values = slot.buffer.as<core::f16>();
  } else if (external) {
    slot.imported = backend_->interop()->import_memory(slot.buffer.export_memory());
    slot.values = static_cast<core::f16*>(slot.imported->data());
  } else {
    slot.values = slot.buffer.device_pointer<core::f16>();
  }
  slot.surface = {.values = &slot.buffer,
                  .exported = external,
                  .cells = side,
                  .cell = scene_.water.size * scene_.metre / static_cast<float>(side),
                  .corner = basin_corner(scene_)};
}

LivingWater::~LivingWater() {
  try {
    backend_->finish();  // it writes to the slots
  } catch (const core::Error&) {
    // A failed device has no work to wait for, and whoever used it last was told.
  }
}

void LivingWater::advance(std::uint64_t n, double seconds, const renderer::WaterSettings& settings,
                          std::optional<glm::vec2> poke) {
  const auto start = core::Clock::now();
  const auto wanted = static_cast<std::int64_t>(std::floor(seconds / step_seconds + 1e-6));
  finger_.reset();
  if (!done_ || wanted < *done_ || wanted > *done_ + longest) {
    water_.reset();
    last_finger_.reset();
    for (done_ = wanted - warm_up; *done_ < wanted;) step(settings);
  }
  if (poke) finger_ = (*poke - surface(n).corner) / scene_.metre;
  if (!finger_) last_finger_.reset();
  const std::int64_t from = *done_;
  const std::optional<glm::vec2> end = finger_, begin = last_finger_ ? last_finger_ : finger_;
  while (*done_ < wanted) {
    if (end)
      finger_ =
          glm::mix(*begin, *end, static_cast<float>(*done_ + 1 - from) / static_cast<float>(wanted - from));
    step(settings);
  }
  if (wanted > from) last_finger_ = end;
  steps_ = static_cast<int>(wanted - from);
  water_.draw(slots_[n % 2].values);
  if (made_by_backend_) {
    made_by_backend_->signal(++asked_);
  } else {
    backend_->finish();
    slots_[n % 2].buffer.flush();
  }
  milliseconds_ = core::milliseconds_since(start);
}

void LivingWater::step(const renderer::WaterSettings& settings) {
  const double seconds = static_cast<double>(++*done_) * step_seconds;
  pushes_.clear();
  for (const Hull& hull : hulls_) pushes_.push_back(push_of(hull, scene_, std::max(seconds, 0.0)));
  add_rain(settings.rain);
  if (finger_)
    pushes_.push_back({.x = finger_->x,
                       .z = finger_->y,
                       .half_length = finger_radius,
                       .half_width = finger_radius,
                       .head = finger_head,
                       .foam = 0.01f});
  water_.step(seconds, settings.wind, pushes_);
}

/// The drops of a step depend on its number alone.
void LivingWater::add_rain(float rain) {
  if (!(rain > 0)) return;
  core::Random random(static_cast<std::uint64_t>(*done_) * 0x632be59bd9b4e019u + 1);
  const float size = scene_.water.size;
  const double drops = static_cast<double>(rain * size * size) * step_seconds / 60;
  const int count = static_cast<int>(drops + random.uniform());
  for (int i = 0; i < count; ++i)
    pushes_.push_back({.x = static_cast<float>(random.uniform(0, size)),
                       .z = static_cast<float>(random.uniform(0, size)),
                       .half_length = drop_radius,
                       .half_width = drop_radius,
                       .head = drop_head * static_cast<float>(random.uniform(0.4, 1))});
}

void LivingWater::expect_alive() const {
  if (may_fail_alone()) backend_->interop()->expect_alive();
}

void LivingWater::signal_for_backend() const {
  if (may_fail_alone() && !gpu::try_wait_timeline(device_, made_.get(), asked_, 2.0))
    gpu::signal_timeline(device_, made_.get(), asked_);
}

void LivingWater::sync(std::vector<gpu::SemaphoreValue>& waits) const {
  if (made_) waits.push_back({made_.get(), asked_});
}

}  // namespace app
