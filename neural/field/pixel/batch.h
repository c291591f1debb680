#pragma once
// The network for many hits at once, for processors: the one source's network.inl and learn_hit() in another
// order.

#include <algorithm>
#include <array>

#include "neural/field/pixel/field.h"
#include "neural/field/pixel/products.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

inline constexpr int batch_rows = 252;
inline constexpr int padded_rows = 264;

template <typename S>
class FieldBatch {
 public:
  using Passes = FieldPasses<float, S>;

  /// Prepares what does not change while a pass runs.
  void begin(const FieldView<float, S>& view, bool backward) {
    if (!backward) return;
    const float* w = view.weights;
    for (int i = 0; i < field_features; ++i)
      for (int j = 0; j < field_hidden; ++j) first_back_[j * field_features + i] = w[i * field_hidden + j];
    for (int i = 0; i < field_hidden; ++i)
      for (int j = 0; j < field_hidden; ++j)
        second_back_[j * field_hidden + i] = w[field_second_weights + i * field_hidden + j];
    for (int i = 0; i < field_hidden; ++i)
      for (int j = 0; j < 4; ++j)
        last_back_[j * field_hidden + i] = w[field_last_weights + i * field_outputs + j];
  }
  int rows() const { return rows_; }
  void clear() { rows_ = 0; }

  /// Adds the hit of a ray; there is room for batch_rows.
  void add(Passes& passes, const typename Passes::Ray& ray, const typename Passes::Hit& hit, float pixel) {
    const int r = rows_++;
    places_[r] = passes.place_of_hit(ray, hit, pixel);
    hits_[r] = hit;
    float* in = inputs_ + r * field_inputs + field_features;
    const typename Passes::Ray looking = passes.looking_at(ray, hit);
    for (int n = 0; n < field_inputs - field_features; ++n)
      in[n] = passes.seen_input(looking, hit.surfel, hit.t * pixel, n);
  }
  const typename Passes::Place& place(int r) const { return places_[r]; }

  /// Computes colour in Y and opacity of all hits.
  void forward(Passes& passes) {
    const float* w = passes.v.weights;
    const int padded = (rows_ + row_step - 1) / row_step * row_step;
    std::memset(inputs_ + rows_ * field_inputs, 0, sizeof(float) * field_inputs * (padded - rows_));
    for (int level = 0; level < field_levels; ++level) encode(passes, level);
    multiply<field_hidden, true>(padded, field_inputs, inputs_, field_inputs, w, field_hidden, hidden_,
                                 field_hidden);
    multiply<field_hidden, true>(padded, field_hidden, hidden_, field_hidden, w + field_second_weights,
                                 field_hidden, last_, field_hidden);
    multiply<field_outputs, false>(padded, field_hidden, last_, field_hidden, w + field_last_weights,
                                   field_outputs, outputs_, field_outputs);
  }
  Vec4<float> shown(Passes& passes, int r) const {
    return passes.shown(hits_[r], Vec4<float>::load(outputs_ + r * field_outputs));
  }
  void set_slope(int r, Vec4<float> slope) { slope.store(slopes_ + r * 4); }

  /// After forward() and set_slope() of all rows: adds to the gradients of the weights, and leaves those of
  /// the features.
  void backward(float* sums) {
    const int padded = (rows_ + row_step - 1) / row_step * row_step;
    std::memset(outputs_, 0, sizeof(float) * field_outputs * padded);
    std::memset(slopes_ + rows_ * 4, 0, sizeof(float) * 4 * (padded - rows_));
    for (int r = 0; r < rows_; ++r) std::memcpy(outputs_ + r * field_outputs, slopes_ + r * 4, 16);
    add_gradient<field_hidden, field_outputs>(rows_, last_, field_hidden, outputs_, field_outputs,
                                              sums + field_last_weights);
    multiply<field_hidden, false>(padded, 4, slopes_, 4, last_back_, field_hidden, back_, field_hidden);
    stop_where_zero(padded, last_);
    add_gradient<field_hidden, field_hidden>(rows_, hidden_, field_hidden, back_, field_hidden,
                                             sums + field_second_weights);
    multiply<field_hidden, false>(padded, field_hidden, back_, field_hidden, second_back_, field_hidden,
                                  last_, field_hidden);
    std::swap_ranges(last_, last_ + padded * field_hidden, back_);
    stop_where_zero(padded, hidden_);
    add_gradient<field_inputs, field_hidden>(rows_, inputs_, field_inputs, back_, field_hidden, sums);
    multiply<field_features, false>(padded, field_hidden, back_, field_hidden, first_back_, field_features,
                                    gradient_, field_features);
  }
  const float* feature_gradient(int r) const { return gradient_ + r * field_features; }

 private:
  void stop_where_zero(int rows, const float* values) {
    for (int i = 0; i < rows * field_hidden; ++i) back_[i] = values[i] > 0 ? back_[i] : 0;
  }
  /// The features of a level for all rows. All entries are asked for before the first is needed, since memory
  /// answers many such questions in the time of one.
  __attribute__((noinline)) void encode(Passes& passes, int level) {
    const S* features = passes.v.features;
    for (int r = 0; r < rows_; ++r) {
      const float weight = passes.level_weight(level, places_[r]);
      level_weights_[r] = weight;
      if (weight <= 0) continue;
      corners(passes, level, places_[r], entries_[r], shares_[r]);
      for (int k = 0; k < 8; k += 2)
        __builtin_prefetch(features + 4 * static_cast<std::ptrdiff_t>(entries_[r][k]));
    }
    for (int r = 0; r < rows_; ++r) {
      Vec4<float> sum = Vec4<float>::all(0);
      if (level_weights_[r] > 0) {
        NEURASTER_UNROLL
        for (int k = 0; k < 8; ++k)
          sum = sum + compute::pixel::load4<float>(features, entries_[r][k]) * shares_[r][k];
        sum = sum * level_weights_[r];
      }
      sum.store(inputs_ + r * field_inputs + level * field_level_width);
    }
  }

 public:
  /// corner_of() of all eight corners, side by side.
  static void corners(Passes& passes, int level, const typename Passes::Place& p, std::array<int, 8>& entries,
                      std::array<float, 8>& shares) {
    typedef unsigned Ints __attribute__((vector_size(32)));
    typedef float Floats __attribute__((vector_size(32)));
    const float cells = passes.cells_of(level);
    const float px = p.x * cells, py = p.y * cells, pz = p.z * cells;
    const int x = static_cast<int>(px), y = static_cast<int>(py), z = static_cast<int>(pz);
    const float fx = px - static_cast<float>(x), fy = py - static_cast<float>(y),
                fz = pz - static_cast<float>(z);
    const float gx = 1 - fx, gy = 1 - fy, gz = 1 - fz;
    const Floats sx{gx, fx, gx, fx, gx, fx, gx, fx}, sy{gy, gy, fy, fy, gy, gy, fy, fy},
        sz{gz, gz, gz, gz, fz, fz, fz, fz};
    const Floats all = sx * sy * sz;
    Ints index;
    const unsigned ux = static_cast<unsigned>(x), uy = static_cast<unsigned>(y),
                   uz = static_cast<unsigned>(z);
    const Ints ix{ux, ux + 1, ux, ux + 1, ux, ux + 1, ux, ux + 1};
    if (passes.dense_level(level)) {
      const unsigned side = static_cast<unsigned>(cells) + 1, a = uy * side, b = uz * side * side;
      const unsigned c = a + b, d = c + side, up = side * side;
      index = ix + Ints{c, c, d, d, c + up, c + up, d + up, d + up};
    } else {
      const unsigned space = static_cast<unsigned>(p.space) * 3674653429u;
      const unsigned a = uy * 2654435761u, a1 = (uy + 1) * 2654435761u, b = (uz * 805459861u) ^ space,
                     b1 = ((uz + 1) * 805459861u) ^ space;
      index = ix ^ Ints { a ^ b, a ^ b, a1 ^ b, a1 ^ b, a ^ b1, a ^ b1, a1 ^ b1, a1 ^ b1 };
      index &= static_cast<unsigned>(field_entries - 1);
    }
    index += static_cast<unsigned>(level * field_entries);
    std::memcpy(entries.data(), &index, 32);
    std::memcpy(shares.data(), &all, 32);
  }

 private:
  int rows_ = 0;
  typename Passes::Place places_[batch_rows];
  typename Passes::Hit hits_[batch_rows];
  std::array<int, 8> entries_[batch_rows];
  std::array<float, 8> shares_[batch_rows];
  float level_weights_[batch_rows];
  alignas(64) float inputs_[padded_rows * field_inputs];
  alignas(64) float hidden_[padded_rows * field_hidden];
  alignas(64) float last_[padded_rows * field_hidden];
  alignas(64) float back_[padded_rows * field_hidden];
  alignas(64) float outputs_[padded_rows * field_outputs];
  alignas(64) float slopes_[padded_rows * 4];
  alignas(64) float gradient_[padded_rows * field_features];
  alignas(64) float first_back_[field_hidden * field_features];
  alignas(64) float second_back_[field_hidden * field_hidden];
  alignas(64) float last_back_[4 * field_hidden];
};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
