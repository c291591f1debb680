#include "app/window/backend_race.h"

#include <utility>

#include "app/report/report.h"

namespace app {
namespace {

/// The first frames of a turn open the backend, and the times of a device come some frames later.
constexpr int warmup = 4, timed = 5;

}  // namespace

void BackendRace::begin(std::vector<RacingBackend> rows, Settings& settings) {
  rows_ = std::move(rows);
  before_ = settings.run;
  upscaler_before_ = settings.render.upscaler;
  settings.render.upscaler = renderer::Upscaler::neural;
  now_ = rows_.size() - 1;
  turn_to_next(settings);
}

void BackendRace::end(Settings& settings) {
  static_cast<BackendSettings&>(settings.run) = before_;
  settings.render.upscaler = upscaler_before_;
  rows_.clear();
}

void BackendRace::turn_to_next(Settings& settings) {
  for (std::size_t n = 0; n < rows_.size(); ++n) {
    now_ = (now_ + 1) % rows_.size();
    if (rows_[now_].runs) break;
  }
  for (std::size_t n = 0; n < rows_.size(); ++n) rows_[n].now = n == now_ && rows_[n].runs;
  frames_ = 0;
  times_.clear();
  settings.run.backend = rows_[now_].backend;
  settings.run.precision = Precision::automatic;  // each one's own
}

void BackendRace::next(std::optional<double> ms, const std::string& description, const std::string& message,
                       Settings& settings) {
  if (!running()) return;
  if (settings.run.backend != rows_[now_].backend) {
    rows_[now_].runs = false;
    rows_[now_].text = message;
    return turn_to_next(settings);
  }
  if (++frames_ <= warmup) return;
  rows_[now_].text = description;
  if (ms) times_.push_back(*ms);
  if (frames_ < warmup + timed) return;
  if (!times_.empty()) rows_[now_].ms = percentiles(times_).p50;
  turn_to_next(settings);
}

}  // namespace app
