// What the CUDA kernels do, lane by lane on the host against the reference: packing, tiling, halo, fragment
// arithmetic and the fused schedule. The same functions (tiles.h, schedule.h) run on the GPU.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compute/plan/pack.h"
#include "compute/plan/schedule.h"
#include "compute/reference/reference.h"
#include "core/random.h"
#include "neural/upscale/plan.h"

namespace {

using compute::ConvolutionSpec;
using compute::NetworkPlan;
using compute::Shape;
using compute::pixel::from_half;
using compute::pixel::to_half;
using core::f16;
using core::Size;
namespace tiles = compute::tiles;

std::vector<float> noise(std::size_t count, std::uint64_t seed, double scale = 1) {
  core::Random random(seed);
  std::vector<float> values(count);
  // Rounded to halfs, so that only sums and stored results differ from the reference.
  for (float& x : values) x = from_half(to_half(static_cast<float>(scale * random.normal())));
  return values;
}

/// mma.sync.m16n8k16 on all lanes' fragments, as the PTX ISA describes it.
void multiply(std::array<std::array<float, 4>, 32>& sums, const std::array<std::array<f16, 8>, 32>& a,
              const f16* b) {
  float left[16][16], right[16][8];
  for (int lane = 0; lane < 32; ++lane) {
    for (int i = 0; i < 8; ++i) left[tiles::a_row(lane, i)][tiles::a_k(lane, i)] = from_half(a[lane][i]);
    for (int i = 0; i < 4; ++i) right[tiles::b_k(lane, i)][tiles::b_n(lane)] = from_half(b[8 * lane + i]);
  }
  for (int lane = 0; lane < 32; ++lane)
    for (int i = 0; i < 4; ++i)
      for (int k = 0; k < 16; ++k)
        sums[lane][i] += left[tiles::c_row(lane, i)][k] * right[k][tiles::c_column(lane, i)];
}

/// middle.cu's convolve_tile for every tile, with the block's threads and lanes as loops.
template <int stride>
void emulate_at(const tiles::Convolution& c) {
  using Region = tiles::Region<stride>;
  const int columns = c.out_channels / 8;
  alignas(16) static f16 staged[Region::halfs];
  for (tiles::Tiles all(c, 0, 1); all.more(); all.next()) {
    const tiles::Tile tile = all.tile();
    std::vector<std::array<std::array<float, 4>, 32>> sums(
        static_cast<std::size_t>(tiles::tile_height * columns));
    for (int k = 0; k < c.in_channels / tiles::chunk_channels; ++k) {
      std::fill_n(staged, std::size(staged), f16{0x7e00});  // NaN: what is not staged may not be read
      const tiles::Chunk chunk(c, k * tiles::chunk_channels);
      for (int copy = 0; copy < Region::copies; ++copy) Region::stage(chunk, tile, copy, staged);
      for (int row = 0; row < tiles::tile_height; ++row)
        for (int tap = 0; tap < tiles::taps; ++tap) {
          // ldmatrix.x4: lane 8 m + r addresses row r of matrix m; a lane gets two halfs of each.
          std::array<std::array<f16, 8>, 32> a;
          for (int lane = 0; lane < 32; ++lane)
            for (int i = 0; i < 8; ++i)
              a[lane][i] = staged[Region::a_offset(0, 0, 8 * (i / 2) + lane / 4) +
                                  Region::a_offset(row, tap, 0) + 2 * (lane & 3) + (i & 1)];
          for (int column = 0; column < columns; ++column)
            multiply(sums[static_cast<std::size_t>(row * columns + column)], a,
                     c.fragments + tiles::fragment(c.out_channels, tiles::taps, k, tap, column, 0));
        }
    }
    for (int row = 0; row < tiles::tile_height; ++row)
      for (int column = 0; column < columns; ++column)
        for (int lane = 0; lane < 32; ++lane)
          tiles::store(c, tile, row, column, lane,
                       sums[static_cast<std::size_t>(row * columns + column)][lane].data());
  }
}
void emulate(const tiles::Convolution& c) {
  if (c.stride == 1)
    emulate_at<1>(c);
  else
    emulate_at<2>(c);
}

/// A 1x1 layer of the network's ends as plain loops that read the packed weights.
void emulate_end(const tiles::Convolution& c, bool relu) {
  for (int p = 0; p < c.width * c.height; ++p)
    for (int n = 0; n < c.out_channels; ++n) {
      float sum = c.bias[n];
      for (int k = 0; k < c.in_channels; ++k) {
        const tiles::Part& part = c.parts[k >= c.parts[0].channels];
        const int channel = k >= c.parts[0].channels ? k - c.parts[0].channels : k;
        const int at = (p / c.width >> part.shift) * part.width + (p % c.width >> part.shift);
        const int lane = n % 8 * 4 + k % 8 / 2, i = k % 2 + 2 * (k % 16 / 8);
        const int weight = tiles::fragment(c.out_channels, 1, k / 16, 0, n / 8, lane) + i;
        sum += from_half(part.data[at * part.channels + channel]) * from_half(c.fragments[weight]);
      }
      c.out[p * c.out_channels + n] = to_half(relu ? std::max(sum, 0.0f) : sum);
    }
}

/// Interface layout to pixels and back.
std::vector<f16> by_pixel(const std::vector<float>& blocked, Shape shape) {
  const int padded = compute::padded16(shape.channels), area = shape.height * shape.width;
  std::vector<f16> result(blocked.size());
  for (int c = 0; c < padded; ++c)
    for (int p = 0; p < area; ++p)
      result[static_cast<std::size_t>(p * padded + c)] =
          to_half(blocked[static_cast<std::size_t>((c / 16 * area + p) * 16 + c % 16)]);
  return result;
}

double worst(const std::vector<f16>& a, const std::vector<float>& blocked, Shape shape) {
  const std::vector<f16> b = by_pixel(blocked, shape);
  double difference = 0, largest = 1e-6;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const double x = from_half(a[i]), y = from_half(b[i]);
    difference = std::max(difference, std::isfinite(x) ? std::abs(x - y) : 1e9);
    largest = std::max(largest, std::abs(y));
  }
  return difference / largest;
}

struct Case {
  ConvolutionSpec spec;
  int height, width;
  int split = 0;  ///< channels of a first, upsampled part; sizes are even then
};

/// 2e-3 of the largest value: sums are f32, the stored result has 11 bits.
TEST(CudaTiles, ConvolutionsMatchTheReference) {
  const std::vector<Case> cases = {{{16, 16, 3, 1, true}, 9, 21},      {{16, 32, 3, 2, true}, 37, 18},
                                   {{32, 48, 3, 2, true}, 16, 34},     {{48, 32, 3, 1, true}, 1, 1},
                                   {{64, 64, 3, 1, true}, 8, 16},      {{16, 23, 3, 1, true}, 10, 17},
                                   {{64, 32, 3, 1, true}, 10, 18, 32}, {{32, 16, 3, 1, true}, 6, 34, 16},
                                   {{48, 64, 3, 2, true}, 14, 30, 16}};
  for (const Case& t : cases) {
    SCOPED_TRACE(fmt::format("{} -> {} k{} s{} {}x{}", t.spec.in, t.spec.out, t.spec.kernel, t.spec.stride,
                             t.width, t.height));
    const auto reference = compute::make_reference<float>();
    const Shape from{t.spec.in, t.height, t.width};
    const Shape to{t.spec.out, (t.height - 1) / t.spec.stride + 1, (t.width - 1) / t.spec.stride + 1};
    const auto source = reference->tensor(from, false), destination = reference->tensor(to, false);
    const auto parameter = reference->parameter(t.spec);
    const auto weights = noise(t.spec.weight_count(), 1, 0.1);
    std::vector<float> bias = noise(static_cast<std::size_t>(t.spec.out), 2);
    parameter->load(weights, bias);
    const auto operation = reference->convolution(t.spec, source, parameter, destination, false);
    const int first = t.split ? t.split : t.spec.in;
    const int shift = t.split ? 1 : 0;
    const Shape part0{first, t.height >> shift, t.width >> shift};
    const Shape part1{t.spec.in - first, t.height, t.width};
    const auto values0 = noise(part0.elements(), 3), values1 = noise(part1.elements(), 4);
    if (t.split) {
      const auto small = reference->tensor(part0, false);
      reference->write(*small, values0.data());
      reference->upsample(small, source->slice(0, first))->forward();
      reference->write(*source->slice(first, part1.channels), values1.data());
    } else {
      reference->write(*source, values0.data());
    }
    operation->forward();
    std::vector<float> expected(to.elements());
    reference->read(*destination, expected.data());

    const auto halfs0 = by_pixel(values0, part0);
    const auto halfs1 = t.split ? by_pixel(values1, part1) : std::vector<f16>();
    const auto fragments = compute::pack_fragments(t.spec, weights);
    const int out = compute::padded16(t.spec.out);
    bias.resize(static_cast<std::size_t>(out));
    std::vector<f16> result(to.elements(), 0x7e00);
    tiles::Convolution c;
    c.parts[0] = {halfs0.data(), first, part0.width, part0.height, shift};
    if (t.split) c.parts[1] = {halfs1.data(), part1.channels, part1.width, part1.height, 0};
    c.out = result.data();
    c.fragments = fragments.data();
    c.bias = bias.data();
    c.in_channels = t.spec.in;
    c.out_channels = out;
    c.width = to.width;
    c.height = to.height;
    c.stride = t.spec.stride;
    emulate(c);
    EXPECT_LT(worst(result, expected, to), 2e-3);
  }
}

/// A result's lanes hold what the next product's first operand wants there: the head needs no exchange.
TEST(CudaTiles, AResultIsTheNextOperand) {
  for (int lane = 0; lane < 32; ++lane)
    for (int column = 0; column < 2; ++column)
      for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(tiles::a_row(lane, 4 * column + i), tiles::c_row(lane, i));
        EXPECT_EQ(tiles::a_k(lane, 4 * column + i), 8 * column + tiles::c_column(lane, i));
      }
}

/// ldmatrix reads 8 rows of 16 bytes at once: without conflict they lie in 8 different sixteenths of 128.
template <int stride>
void expect_all_banks() {
  for (int tap = 0; tap < tiles::taps; ++tap)
    for (int first = 0; first < 32; first += 8) {
      std::set<int> slots;
      for (int lane = first; lane < first + 8; ++lane)
        slots.insert(tiles::Region<stride>::a_offset(1, tap, lane) * 2 / 16 % 8);
      EXPECT_EQ(slots.size(), 8u) << stride << " " << tap << " " << first;
    }
}
TEST(CudaTiles, StagedRowsMeetAllBanks) {
  expect_all_banks<1>();
  expect_all_banks<2>();
  std::set<int> slots;
  for (int row = 0; row < 8; ++row) slots.insert(row * 40 * 2 / 16 % 8);  // the ends' stride
  EXPECT_EQ(slots.size(), 8u);
}

/// Every tile belongs to one block, however many there are.
TEST(CudaTiles, BlocksShareTheTiles) {
  tiles::Convolution c;
  c.width = 50, c.height = 23;
  for (const int blocks : {1, 3, 4, 7, 50}) {
    std::set<std::pair<int, int>> seen;
    int count = 0;
    for (int block = 0; block < blocks; ++block)
      for (tiles::Tiles mine(c, block, blocks); mine.more(); mine.next(), ++count)
        seen.insert({mine.tile().x, mine.tile().y});
    EXPECT_EQ(count, tiles::tile_count(c));
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(*seen.rbegin(), std::make_pair(48, 16));
  }
}

/// Packed weights of 23 channels from 20, padded to 32 each: `at` says where one is.
template <typename Packed, typename At, typename Value>
void expect_padded(const Packed& packed, std::span<const float> weights, const At& at, const Value& value) {
  ASSERT_EQ(packed.size(), 32u * 32 * 9);
  for (int o = 0; o < 32; ++o)
    for (int tap = 0; tap < 9; ++tap)
      for (int i = 0; i < 32; ++i) {
        const float expected =
            o < 23 && i < 20 ? weights[static_cast<std::size_t>((o * 20 + i) * 9 + tap)] : 0.0f;
        ASSERT_EQ(value(packed[static_cast<std::size_t>(at(o, i, tap))]), expected);
      }
}

TEST(CudaPack, ByPixelIsTheSameWeights) {
  const ConvolutionSpec spec{20, 23, 3, 1, true};
  const auto weights = noise(spec.weight_count(), 5);
  expect_padded(
      compute::pack_by_pixel(spec, weights), weights,
      [](int o, int i, int tap) { return (o * 9 + tap) * 32 + i; },
      [](core::f16 half) { return from_half(half); });
}

TEST(VulkanPack, ByBlockIsTheSameWeights) {
  const ConvolutionSpec spec{20, 23, 3, 1, true};
  const auto weights = noise(spec.weight_count(), 5);
  expect_padded(
      compute::pack_by_block(spec, weights), weights,
      [](int o, int i, int tap) { return (((o / 16 * 8 + i / 4) * 9 + tap) * 4 + i % 4) * 16 + o % 16; },
      [](float value) { return value; });
}

TEST(CudaSchedule, TakesTheShippedNetwork) {
  const NetworkPlan& plan = neural::upscaler_plan();
  const auto schedule = compute::make_schedule(plan);
  ASSERT_TRUE(schedule);
  std::size_t convolutions = 0;
  for (const auto& layer : plan.layers()) convolutions += layer.kind == compute::Layer::Kind::convolution;
  EXPECT_EQ(schedule->middle.size() + 3, convolutions);
}

TEST(CudaSchedule, RefusesAnotherShape) {
  NetworkPlan plan;
  const int a = plan.convolve("a", plan.input(neural::feature_channels), 16, 3);
  plan.convolve("d", plan.convolve("c", plan.convolve("b", a, 16, 3), 16, 1), neural::head_channels, 1, 1,
                false);
  EXPECT_FALSE(compute::make_schedule(plan));
}

/// The whole fused network against the reference, at a render size that fills no tile. Ten layers of halfs:
/// 1 % of the largest value.
TEST(CudaSchedule, TheWholeNetworkMatchesTheReference) {
  const NetworkPlan& plan = neural::upscaler_plan();
  const auto schedule = compute::make_schedule(plan);
  ASSERT_TRUE(schedule);
  const Size padded{56, 40};
  const Shape features_shape{neural::feature_channels, padded.height, padded.width};
  const Shape head_shape{neural::head_channels, padded.height, padded.width};
  const auto weights = noise(plan.parameter_count(), 6, 0.1);
  const auto features = noise(features_shape.elements(), 7);

  const auto reference = compute::make_reference<float>();
  neural::Parameters<float> parameters(*reference, plan);
  parameters.load(weights);
  neural::NetworkRun<float> run(*reference, plan, parameters, padded, false);
  std::vector<float> expected(head_shape.elements());
  run.forward(features.data(), expected.data());

  std::map<int, std::vector<f16>> memory;
  for (const int value : schedule->stored) {
    const compute::Value& v = plan.values()[static_cast<std::size_t>(value)];
    memory[value].assign(static_cast<std::size_t>((padded.width >> v.level) * (padded.height >> v.level)) *
                             static_cast<std::size_t>(v.channels),
                         0x7e00);
  }
  const auto memory_of = [&](int value) {
    const auto found = memory.find(value);
    return found == memory.end() ? nullptr : found->second.data();
  };
  const auto bound = [&](std::size_t index, tiles::Convolution c) {
    const compute::Layer& layer = plan.layers()[index];
    const auto fragments = compute::pack_fragments(
        layer.spec, std::span(weights).subspan(layer.first_weight, layer.spec.weight_count()));
    std::vector<float> bias(static_cast<std::size_t>(compute::padded16(layer.spec.out)));
    std::copy_n(weights.begin() + static_cast<std::ptrdiff_t>(layer.first_bias), layer.spec.out,
                bias.begin());
    c.fragments = fragments.data();
    c.bias = bias.data();
    if (layer.spec.kernel == 1)
      emulate_end(c, layer.spec.relu);
    else
      emulate(c);
  };
  const auto full_size = [&](const std::vector<f16>& from, std::vector<f16>& to,
                             const ConvolutionSpec& spec) {
    tiles::Convolution c;
    c.parts[0] = {from.data(), compute::padded16(spec.in), padded.width, padded.height, 0};
    c.out = to.data();
    c.in_channels = compute::padded16(spec.in);
    c.out_channels = compute::padded16(spec.out);
    c.width = padded.width;
    c.height = padded.height;
    return c;
  };
  const compute::Layer& squeeze = plan.layers()[schedule->squeeze];
  const auto halfs = by_pixel(features, features_shape);
  bound(schedule->squeeze, full_size(halfs, memory[squeeze.destination], squeeze.spec));
  for (const auto& layer : schedule->middle)
    bound(layer.layer, compute::convolution_of(plan, layer, padded, memory_of));
  std::vector<f16> mixed(static_cast<std::size_t>(padded.width * padded.height) * 16),
      head(head_shape.elements());
  tiles::Convolution mix = compute::convolution_of(plan, schedule->mix, padded, memory_of);
  mix.out = mixed.data();
  bound(schedule->mix.layer, mix);
  bound(schedule->head, full_size(mixed, head, plan.layers()[schedule->head].spec));
  EXPECT_LT(worst(head, expected, head_shape), 1e-2);
}

}  // namespace
