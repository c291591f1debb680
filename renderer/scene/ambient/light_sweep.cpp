#include "renderer/scene/ambient/light_sweep.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/parallel.h"

namespace scene {
namespace {

using glm::vec3;

constexpr int direction_count = 64;

/// Spread evenly over the sphere (Swinbank and Purser 2006, "Fibonacci grids"); half of them point up.
vec3 direction_of(int index) {
  const double up = 1 - (2 * index + 1.0) / direction_count, across = std::sqrt(1 - up * up),
               angle = index * std::numbers::pi * (3 - std::sqrt(5.0));
  return {across * std::cos(angle), up, across * std::sin(angle)};
}

int main_axis(const vec3& d) {
  const vec3 a = glm::abs(d);
  return a.x > a.y && a.x > a.z ? 0 : a.y > a.z ? 1 : 2;
}

/// The grid with another axis as its slowest: sweeps along that axis then read memory in order.
struct Turned {
  std::array<int, 3> axes;   ///< of the world: along a row, along a slice's rows, from slice to slice
  std::array<int, 3> cells;  ///< along these
  std::size_t size(int slices) const {
    return static_cast<std::size_t>(cells[0]) * static_cast<std::size_t>(cells[1]) *
           static_cast<std::size_t>(slices);
  }
  /// Calls each(number in the turned order, number in the grid's).
  template <typename Each>
  void for_cells(const glm::ivec3& grid, Each&& each) const {
    const std::array<std::size_t, 3> strides{
        1, static_cast<std::size_t>(grid.x),
        static_cast<std::size_t>(grid.x) * static_cast<std::size_t>(grid.y)};
    const auto stride = [&](int axis) {
      return strides[static_cast<std::size_t>(axes[static_cast<std::size_t>(axis)])];
    };
    std::size_t turned = 0;
    for (int k = 0; k < cells[2]; ++k)
      for (int j = 0; j < cells[1]; ++j) {
        std::size_t place = static_cast<std::size_t>(k) * stride(2) + static_cast<std::size_t>(j) * stride(1);
        for (int i = 0; i < cells[0]; ++i, place += stride(0)) each(turned++, place);
      }
  }
};

Turned turned(const glm::ivec3& cells, int slowest) {
  Turned t{.axes = {slowest == 0 ? 1 : 0, slowest == 2 ? 1 : 2, slowest}, .cells = {}};
  for (std::size_t a = 0; a < 3; ++a) t.cells[a] = cells[t.axes[a]];
  return t;
}

/// What a sweep reads, in turned order; cover and slope along the turned axes.
struct Source {
  std::array<std::vector<float>, 3> cover, slope;
  std::vector<float> albedo, level;
  std::array<std::vector<float>, 3> lit;  ///< Lit::arriving; empty where there is no sun
  std::array<float, 3> to_sun{};
};

Source turned_source(const Voxels& voxels, const LightField* before, const Lit* lit, const Turned& t) {
  Source source;
  const auto turn = [&](const std::vector<float>& from) {
    std::vector<float> to(from.size());
    t.for_cells(voxels.cells, [&](std::size_t at, std::size_t place) { to[at] = from[place]; });
    return to;
  };
  for (std::size_t a = 0; a < 3; ++a) {
    const auto axis = static_cast<std::size_t>(t.axes[a]);
    source.cover[a] = turn(voxels.cover[axis]);
    if (before) source.slope[a] = turn(before->slope[axis]);
  }
  if (before || lit) source.albedo = turn(voxels.albedo);
  if (before) source.level = turn(before->level);
  for (std::size_t a = 0; lit && a < 3; ++a) {
    source.lit[a] = turn(lit->arriving[static_cast<std::size_t>(t.axes[a])]);
    source.to_sun[a] = lit->to_sun[t.axes[a]];
  }
  return source;
}

/// Carries one direction's light through the cells. `towards` points to where the light comes from, along the
/// turned axes.
class Sweep {
 public:
  Sweep(const Turned& t, const Source& source, const std::array<float, 3>& towards, float outside)
      : t_(t), source_(source), outside_(outside) {
    const float main = std::abs(towards[2]);
    for (std::size_t a = 0; a < 3; ++a) {
      seen_[a] = std::abs(towards[a]) / main;
      facing_[a] = towards[a] > 0 ? -1.0f : 1.0f;
    }
    rising_ = towards[2] > 0;
    for (std::size_t a = 0; a < 2; ++a) {
      const float shift = towards[a] / main;
      step_[a] = static_cast<int>(std::floor(shift));
      part_[a] = shift - std::floor(shift);
    }
    // A border around the slice holds what comes from outside.
    row_ = static_cast<std::size_t>(t.cells[0]) + 3;
    before_.assign(row_ * (static_cast<std::size_t>(t.cells[1]) + 3), outside);
    after_ = before_;
    arriving_.resize(static_cast<std::size_t>(t.cells[0]));
  }

  /// Calls each(number of a row's first cell, the row's arriving light).
  template <typename Each>
  void run(Each&& each) {
    for (int n = 0; n < t_.cells[2]; ++n) {
      const int slice = rising_ ? t_.cells[2] - 1 - n : n;
      for (int j = 0; j < t_.cells[1]; ++j) {
        const std::size_t first = t_.size(slice) + static_cast<std::size_t>(j) * arriving_.size();
        arrive(j);
        float* out = after_.data() + (static_cast<std::size_t>(j) + 1) * row_ + 1;
        if (!source_.lit[0].empty())
          pass_and_reflect_sun(first, out);
        else if (source_.level.empty())
          pass(first, out);
        else
          pass_and_reflect(first, out);
        each(first, arriving_.data());
      }
      std::swap(before_, after_);
    }
  }

 private:
  void arrive(int j) {
    const auto from = static_cast<std::ptrdiff_t>((static_cast<std::size_t>(j) + 1) * row_ + 1) +
                      step_[1] * static_cast<std::ptrdiff_t>(row_) + step_[0];
    const float *low = before_.data() + from, *high = low + row_;
    const float a = (1 - part_[0]) * (1 - part_[1]), b = part_[0] * (1 - part_[1]),
                c = (1 - part_[0]) * part_[1], d = part_[0] * part_[1];
    for (std::size_t i = 0; i < arriving_.size(); ++i)
      arriving_[i] = a * low[i] + b * low[i + 1] + c * high[i] + d * high[i + 1];
  }

  void pass(std::size_t first, float* out) const {
    const float *x = source_.cover[0].data() + first, *y = source_.cover[1].data() + first,
                *z = source_.cover[2].data() + first;
    for (std::size_t i = 0; i < arriving_.size(); ++i)
      out[i] = arriving_[i] * (1 - std::min(1.0f, x[i] * seen_[0] + y[i] * seen_[1] + z[i] * seen_[2]));
  }

  /// The side that faces the light's way reflects what it gets, as a matt surface. Its own cells, which
  /// swallow what grazes it, have taken about a quarter of that.
  void pass_and_reflect(std::size_t first, float* out) const {
    const float *x = source_.cover[0].data() + first, *y = source_.cover[1].data() + first,
                *z = source_.cover[2].data() + first, *u = source_.slope[0].data() + first,
                *v = source_.slope[1].data() + first, *w = source_.slope[2].data() + first,
                *level = source_.level.data() + first, *albedo = source_.albedo.data() + first;
    for (std::size_t i = 0; i < arriving_.size(); ++i) {
      const float a = x[i] * seen_[0], b = y[i] * seen_[1], c = z[i] * seen_[2], sum = a + b + c;
      const float lean = a * facing_[0] * u[i] + b * facing_[1] * v[i] + c * facing_[2] * w[i];
      const float got = 1.3f * std::max(level[i] + lean / (sum + 1e-6f), 0.0f);
      out[i] = arriving_[i] + std::min(1.0f, sum) * (albedo[i] * got - arriving_[i]);
    }
  }

  /// The sides that face both the light's way and the sun reflect the sun.
  void pass_and_reflect_sun(std::size_t first, float* out) const {
    const float *x = source_.cover[0].data() + first, *y = source_.cover[1].data() + first,
                *z = source_.cover[2].data() + first, *u = source_.lit[0].data() + first,
                *v = source_.lit[1].data() + first, *w = source_.lit[2].data() + first,
                *albedo = source_.albedo.data() + first;
    std::array<float, 3> sun;
    for (std::size_t a = 0; a < 3; ++a) sun[a] = std::max(facing_[a] * source_.to_sun[a], 0.0f);
    for (std::size_t i = 0; i < arriving_.size(); ++i) {
      const float a = x[i] * seen_[0], b = y[i] * seen_[1], c = z[i] * seen_[2], sum = a + b + c;
      const float got = (a * sun[0] * u[i] + b * sun[1] * v[i] + c * sun[2] * w[i]) / (sum + 1e-6f);
      out[i] = arriving_[i] + std::min(1.0f, sum) * (albedo[i] * got - arriving_[i]);
    }
  }

  const Turned& t_;
  const Source& source_;
  float outside_;
  std::array<float, 3> seen_, facing_;
  bool rising_ = false;
  std::array<int, 2> step_;
  std::array<float, 2> part_;
  std::size_t row_ = 0;
  std::vector<float> before_, after_, arriving_;
};

/// What the directions of one axis and sense gather, in turned order.
LightField gather(const Turned& t, const Source& source, int axis, bool positive) {
  const std::size_t count = t.size(t.cells[2]);
  LightField sum;
  sum.level.resize(count);
  for (std::vector<float>& slope : sum.slope) slope.resize(count);
  const bool sun = !source.lit[0].empty(), black = source.level.empty() && !sun;
  for (int n = 0; n < direction_count; ++n) {
    const vec3 direction = direction_of(n);
    if (main_axis(direction) != axis || (direction[axis] > 0) != positive) continue;
    if (black && direction.y < 0) continue;
    std::array<float, 3> towards;
    for (std::size_t a = 0; a < 3; ++a) towards[a] = direction[t.axes[a]];
    // A cosine around a normal takes two thirds of a slope; a slope is three times the mean of light and
    // direction.
    constexpr float share = 1.0f / direction_count;
    const std::array<float, 3> lean{2 * share * towards[0], 2 * share * towards[1], 2 * share * towards[2]};
    Sweep sweep(t, source, towards, sun ? 0.0f : direction.y > 0 ? 1.0f : open_ground);
    const auto width = static_cast<std::size_t>(t.cells[0]);
    sweep.run([&](std::size_t first, const float* arriving) {
      float *level = sum.level.data() + first, *u = sum.slope[0].data() + first,
            *v = sum.slope[1].data() + first, *w = sum.slope[2].data() + first;
      for (std::size_t i = 0; i < width; ++i) {
        level[i] += share * arriving[i];
        u[i] += lean[0] * arriving[i];
        v[i] += lean[1] * arriving[i];
        w[i] += lean[2] * arriving[i];
      }
    });
  }
  return sum;
}

void add_turned(LightField& total, const LightField& part, const Turned& t, const glm::ivec3& cells) {
  t.for_cells(cells, [&](std::size_t at, std::size_t place) {
    total.level[place] += part.level[at];
    for (std::size_t a = 0; a < 3; ++a)
      total.slope[static_cast<std::size_t>(t.axes[a])][place] += part.slope[a][at];
  });
}

LightField sweep_all(const Voxels& voxels, const LightField* before, const Lit* lit) {
  LightField total;
  total.level.resize(voxels.count());
  for (std::vector<float>& slope : total.slope) slope.resize(voxels.count());
  // The six parts are always summed in one order, so that rounding does not depend on the threads.
  for (int axis = 0; axis < 3; ++axis) {
    const Turned t = turned(voxels.cells, axis);
    const Source source = turned_source(voxels, before, lit, t);
    std::array<LightField, 2> parts;
    core::parallel_for(2, [&](std::size_t i) { parts[i] = gather(t, source, axis, i == 1); });
    for (const LightField& part : parts) add_turned(total, part, t, voxels.cells);
  }
  return total;
}

}  // namespace

LightField sweep_sky(const Voxels& voxels, const LightField* before) {
  return sweep_all(voxels, before, nullptr);
}

LightField sweep_reflected(const Voxels& voxels, const Lit& lit) {
  return sweep_all(voxels, nullptr, &lit);
}

Lit sweep_sun(const Voxels& voxels, const vec3& to_sun) {
  const Turned t = turned(voxels.cells, main_axis(to_sun));
  const Source source = turned_source(voxels, nullptr, nullptr, t);
  std::array<float, 3> towards;
  for (std::size_t a = 0; a < 3; ++a) towards[a] = to_sun[t.axes[a]];
  std::vector<float> swept(voxels.count()), straight(voxels.count());
  Sweep sweep(t, source, towards, 1);
  sweep.run([&](std::size_t first, const float* arriving) {
    std::copy_n(arriving, t.cells[0], swept.data() + first);
  });
  t.for_cells(voxels.cells, [&](std::size_t at, std::size_t place) { straight[place] = swept[at]; });
  Lit lit{.to_sun = to_sun, .arriving = {}};
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<float>& side = lit.arriving[static_cast<std::size_t>(axis)];
    side = straight;
    glm::ivec3 step(0);
    step[axis] = to_sun[axis] > 0 ? 1 : -1;
    for (int z = 0; z < voxels.cells.z; ++z)
      for (int y = 0; y < voxels.cells.y; ++y)
        for (int x = 0; x < voxels.cells.x; ++x) {
          const glm::ivec3 cell(x, y, z), before = glm::clamp(cell + step, glm::ivec3(0), voxels.cells - 1);
          float& light = side[AmbientGrid::number(voxels.cells, cell)];
          light = std::max(light, straight[AmbientGrid::number(voxels.cells, before)]);
        }
  }
  return lit;
}

}  // namespace scene
