// FLIP: a colour pipeline (what the eye resolves, in a perceptually uniform space) and a feature pipeline
// (edges and points), joined per pixel. Section numbers are those of Andersson et al. 2020.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>

#include "core/parallel.h"
#include "core/picture/metrics.h"

namespace core {
namespace {

using core::Image;

struct Vec3 {
  float x, y, z;
};

float length(float x, float y) {
  return std::sqrt(x * x + y * y);
}

/// One channel of a picture, [height][width].
struct Plane {
  int width, height;
  std::vector<float> values;
  Plane(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w) * h) {}
  float* row(int y) { return &values[static_cast<std::size_t>(y) * width]; }
  const float* row(int y) const { return &values[static_cast<std::size_t>(y) * width]; }
};

template <typename Body>
void for_rows(int height, const Body& body) {
  core::parallel_ranges(static_cast<std::size_t>(height), [&](std::size_t begin, std::size_t end) {
    for (std::size_t y = begin; y < end; ++y) body(static_cast<int>(y));
  });
}

// ---- colour spaces --------------------------------------------------------------------------------------

float linear_from_srgb(float value) {
  return value <= 0.04045f ? value / 12.92f : std::pow((value + 0.055f) / 1.055f, 2.4f);
}

/// Linear sRGB to XYZ divided by the white point, so that white is (1, 1, 1).
Vec3 xyz_from_linear(Vec3 c) {
  constexpr float xn = 0.950428545f, zn = 1.088900371f;
  return {(0.4123907993f * c.x + 0.3575843394f * c.y + 0.1804807884f * c.z) / xn,
          0.2126390059f * c.x + 0.7151686788f * c.y + 0.0721923154f * c.z,
          (0.0193308187f * c.x + 0.1191947798f * c.y + 0.9505321522f * c.z) / zn};
}

Vec3 linear_from_xyz(Vec3 c) {
  const float x = c.x * 0.950428545f, z = c.z * 1.088900371f;
  return {3.2409699419f * x - 1.5373831776f * c.y - 0.4986107603f * z,
          -0.9692436363f * x + 1.8759675015f * c.y + 0.0415550574f * z,
          0.0556300797f * x - 0.2039769589f * c.y + 1.0569715142f * z};
}

/// L*a*b* whose chroma shrinks with lightness (the Hunt effect, 3.1.3).
Vec3 hunt_lab_from_linear(Vec3 linear) {
  const auto f = [](float t) {
    constexpr float delta = 6 / 29.0f;
    return t > delta * delta * delta ? std::cbrt(t) : t / (3 * delta * delta) + 4 / 29.0f;
  };
  const Vec3 c = xyz_from_linear(linear);
  const float fx = f(c.x), fy = f(c.y), fz = f(c.z), lightness = 116 * fy - 16;
  return {lightness, 5 * lightness * (fx - fy), 2 * lightness * (fy - fz)};
}

/// Distance for large colour differences: city block in lightness, Euclidean in chroma (3.1.4).
float hyab(Vec3 a, Vec3 b) {
  return std::abs(a.x - b.x) + length(a.y - b.y, a.z - b.z);
}

// ---- separable filters ----------------------------------------------------------------------------------

using Kernel = std::vector<float>;  // odd length, centre in the middle

template <typename Weight>
Kernel sampled(int radius, const Weight& weight) {
  Kernel kernel;
  for (int i = -radius; i <= radius; ++i) kernel.push_back(static_cast<float>(weight(i)));
  return kernel;
}

/// Scales positive weights to the sum 1 and negative ones to -1.
void normalize_signs(Kernel& kernel) {
  double positive = 0, negative = 0;
  for (const float weight : kernel) (weight > 0 ? positive : negative) += weight;
  for (float& weight : kernel)
    weight = static_cast<float>(weight > 0 ? weight / positive : weight / std::max(1e-30, -negative));
}

/// Filters along x. Beyond the border its pixel is repeated.
Plane filter_x(const Plane& in, const Kernel& kernel) {
  Plane out(in.width, in.height);
  const auto radius = kernel.size() / 2, width = static_cast<std::size_t>(in.width);
  for_rows(in.height, [&](int y) {
    thread_local std::vector<float> padded;
    padded.resize(width + 2 * radius);
    const float* source = in.row(y);
    std::fill_n(padded.begin(), radius, source[0]);
    std::copy_n(source, width, padded.begin() + static_cast<std::ptrdiff_t>(radius));
    std::fill_n(padded.end() - static_cast<std::ptrdiff_t>(radius), radius, source[width - 1]);
    float* target = out.row(y);
    for (std::size_t k = 0; k < kernel.size(); ++k) {
      const float weight = kernel[k], *shifted = &padded[k];
      for (std::size_t x = 0; x < width; ++x) target[x] += weight * shifted[x];
    }
  });
  return out;
}

/// out += scale * (in filtered along y).
void add_filter_y(const Plane& in, const Kernel& kernel, float scale, Plane& out) {
  const int radius = static_cast<int>(kernel.size() / 2);
  for_rows(in.height, [&](int y) {
    float* target = out.row(y);
    for (int k = -radius; k <= radius; ++k) {
      const float* source = in.row(std::clamp(y + k, 0, in.height - 1));
      const float weight = scale * kernel[static_cast<std::size_t>(k + radius)];
      for (int x = 0; x < in.width; ++x) target[x] += weight * source[x];
    }
  });
}

Plane filter_xy(const Plane& in, const Kernel& along_x, const Kernel& along_y) {
  Plane out(in.width, in.height);
  add_filter_y(filter_x(in, along_x), along_y, 1, out);
  return out;
}

// ---- the two pipelines ----------------------------------------------------------------------------------

/// The contrast sensitivity of the eye in each opponent channel as sums of Gaussians
/// a sqrt(pi / b) exp(-pi^2 x^2 / b), x in degrees (3.1.1, table 1). A 2D Gaussian is a product of two 1D
/// ones, so that each is filtered separably.
class ContrastSensitivity {
 public:
  explicit ContrastSensitivity(float ppd) {
    constexpr double widest = 0.04, pi = std::numbers::pi;
    const int radius = static_cast<int>(std::ceil(3 * std::sqrt(widest / (2 * pi * pi)) * ppd));
    const auto gaussian = [&](double b) {
      return sampled(radius, [&](int i) { return std::exp(-pi * pi * i * i / (b * ppd * ppd)); });
    };
    achromatic_ = gaussian(0.0047);
    red_green_ = gaussian(0.0053);
    blue_yellow_[0] = gaussian(0.04);
    blue_yellow_[1] = gaussian(0.025);
    const double amplitude[2] = {34.1 * std::sqrt(pi / 0.04), 13.5 * std::sqrt(pi / 0.025)};
    double mass[2];
    for (int i = 0; i < 2; ++i) {
      const double sum = std::accumulate(blue_yellow_[i].begin(), blue_yellow_[i].end(), 0.0);
      mass[i] = amplitude[i] * sum * sum;
    }
    for (int i = 0; i < 2; ++i) share_[i] = static_cast<float>(mass[i] / (mass[0] + mass[1]));
    for (Kernel* kernel : {&achromatic_, &red_green_, &blue_yellow_[0], &blue_yellow_[1]})
      normalize_signs(*kernel);
  }

  Plane achromatic(const Plane& in) const { return filter_xy(in, achromatic_, achromatic_); }
  Plane red_green(const Plane& in) const { return filter_xy(in, red_green_, red_green_); }
  Plane blue_yellow(const Plane& in) const {
    Plane out(in.width, in.height);
    for (int i = 0; i < 2; ++i) add_filter_y(filter_x(in, blue_yellow_[i]), blue_yellow_[i], share_[i], out);
    return out;
  }

 private:
  Kernel achromatic_, red_green_, blue_yellow_[2];
  float share_[2];  // of the two Gaussians of blue-yellow
};

/// Derivatives of a Gaussian as wide as the eye's edge detectors (3.2).
struct FeatureKernels {
  Kernel gaussian, first, second;
  explicit FeatureKernels(float ppd) {
    const double sigma = 0.5 * 0.082 * ppd;
    const int radius = static_cast<int>(std::ceil(3 * sigma));
    const auto g = [&](int i) { return std::exp(-0.5 * i * i / (sigma * sigma)); };
    gaussian = sampled(radius, g);
    first = sampled(radius, [&](int i) { return -i * g(i); });
    second = sampled(radius, [&](int i) { return (i * i / (sigma * sigma) - 1) * g(i); });
    for (Kernel* kernel : {&gaussian, &first, &second}) normalize_signs(*kernel);
  }
};

/// Opponent channels relative to white: y, x - y and y - z of XYZ. They are YCxCz without its scale and
/// offset, which filters of sum 1 keep anyway.
struct Opponent {
  Plane y, red_green, blue_yellow;
  explicit Opponent(const Image& image)
      : y(image.width, image.height),
        red_green(image.width, image.height),
        blue_yellow(image.width, image.height) {
    for_rows(image.height, [&](int row) {
      const float* rgb = image.at(0, row);
      for (int x = 0; x < image.width; ++x, rgb += 3) {
        const auto clean = [](float v) { return linear_from_srgb(v > 0 ? std::min(v, 1.0f) : 0.0f); };
        const Vec3 c = xyz_from_linear({clean(rgb[0]), clean(rgb[1]), clean(rgb[2])});
        y.row(row)[x] = c.y;
        red_green.row(row)[x] = c.x - c.y;
        blue_yellow.row(row)[x] = c.y - c.z;
      }
    });
  }
};

/// What FLIP computes of one picture alone.
struct Seen {
  Plane y, red_green, blue_yellow;         // filtered by the contrast sensitivity
  Plane edge_x, edge_y, point_x, point_y;  // of the unfiltered achromatic channel

  static Seen of(const Image& image, const ContrastSensitivity& eye, const FeatureKernels& features) {
    const Opponent opponent(image);
    const Plane smooth_x = filter_x(opponent.y, features.gaussian);
    const auto across = [&](const Kernel& kernel) {
      Plane out(image.width, image.height);
      add_filter_y(smooth_x, kernel, 1, out);
      return out;
    };
    return {eye.achromatic(opponent.y),
            eye.red_green(opponent.red_green),
            eye.blue_yellow(opponent.blue_yellow),
            filter_xy(opponent.y, features.first, features.gaussian),
            across(features.first),
            filter_xy(opponent.y, features.second, features.gaussian),
            across(features.second)};
  }

  Vec3 lab(int x, int row) const {
    const float luma = y.row(row)[x];
    const Vec3 linear = linear_from_xyz({luma + red_green.row(row)[x], luma, luma - blue_yellow.row(row)[x]});
    const auto unit = [](float v) { return std::clamp(v, 0.0f, 1.0f); };
    return hunt_lab_from_linear({unit(linear.x), unit(linear.y), unit(linear.z)});
  }
  float edge(int x, int row) const { return length(edge_x.row(row)[x], edge_y.row(row)[x]); }
  float point(int x, int row) const { return length(point_x.row(row)[x], point_y.row(row)[x]); }
};

constexpr float color_exponent = 0.7f, feature_exponent = 0.5f;

/// Largest colour difference of the gamut: green against blue.
float largest_color_error() {
  return std::pow(hyab(hunt_lab_from_linear({0, 1, 0}), hunt_lab_from_linear({0, 0, 1})), color_exponent);
}

/// Compresses the large differences, so that all of [0, 1] is used (3.1.4).
float redistribute(float error, float largest) {
  constexpr float pc = 0.4f, pt = 0.95f;
  const float knee = pc * largest;
  return error < knee ? pt / knee * error : pt + (error - knee) / (largest - knee) * (1 - pt);
}

}  // namespace

FlipMap flip(const Image& test, const Image& reference, float pixels_per_degree) {
  check_same_size(test, reference);
  const ContrastSensitivity eye(pixels_per_degree);
  const FeatureKernels features(pixels_per_degree);
  const Seen a = Seen::of(reference, eye, features), b = Seen::of(test, eye, features);
  const float largest = largest_color_error();

  FlipMap map{reference.width, reference.height, std::vector<float>(reference.pixels())};
  std::vector<double> rows(static_cast<std::size_t>(map.height));
  for_rows(map.height, [&](int y) {
    for (int x = 0; x < map.width; ++x) {
      const float color = redistribute(std::pow(hyab(a.lab(x, y), b.lab(x, y)), color_exponent), largest);
      const float change =
          std::max(std::abs(a.edge(x, y) - b.edge(x, y)), std::abs(a.point(x, y) - b.point(x, y)));
      const float feature = std::pow(change * std::numbers::sqrt2_v<float> / 2, feature_exponent);
      const float error = std::pow(color, 1 - feature);  // 3.3
      map.error[static_cast<std::size_t>(y) * map.width + x] = error;
      rows[static_cast<std::size_t>(y)] += error;
    }
  });
  map.mean = std::accumulate(rows.begin(), rows.end(), 0.0) / static_cast<double>(map.error.size());
  return map;
}

core::Image magma(const FlipMap& map) {
  // Every eighth colour of matplotlib's table (public domain, CC0), linear in between: within 1.3 / 255.
  constexpr std::array<std::uint32_t, 33> table = {
      0x000004, 0x030311, 0x0a0822, 0x130d33, 0x1d1146, 0x28115a, 0x36106a, 0x430f76, 0x50127c,
      0x5d177f, 0x691c81, 0x762181, 0x822681, 0x8f2a81, 0x9c2e7f, 0xa9327d, 0xb63779, 0xc33b75,
      0xcf4170, 0xdb486a, 0xe65163, 0xee5c5e, 0xf5695c, 0xf9785d, 0xfb8761, 0xfd9668, 0xfea571,
      0xfeb47b, 0xfec387, 0xfed194, 0xfde0a2, 0xfceeb0, 0xfcfdbf};
  Image image(map.width, map.height);
  for (std::size_t i = 0; i < map.error.size(); ++i) {
    const float position = std::clamp(map.error[i], 0.0f, 1.0f) * (table.size() - 1);
    const auto index = std::min(static_cast<std::size_t>(position), table.size() - 2);
    const float fraction = position - static_cast<float>(index);
    for (int c = 0; c < 3; ++c) {
      const auto channel = [&](std::uint32_t color) {
        return static_cast<float>(color >> (16 - 8 * c) & 255) / 255;
      };
      const float low = channel(table[index]), high = channel(table[index + 1]);
      image.rgb[3 * i + static_cast<std::size_t>(c)] = low + fraction * (high - low);
    }
  }
  return image;
}

}  // namespace core
