#include "app/report/evaluation.h"

#include <fmt/core.h>
#include <stb/stb_easy_font.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"

namespace app {

using core::Image;

std::string evaluation_table(const Evaluation& evaluation) {
  std::string text = fmt::format("{:<14} {:>9} {:>9} {:>8} {:>8} {:>9}\n", "upscaler", "PSNR dB", "tPSNR dB",
                                 "SSIM", "FLIP", "ms");
  for (const auto& [name, score] : evaluation.upscalers)
    text += fmt::format("{:<14} {:>9.2f} {:>9.2f} {:>8.4f} {:>8.4f} {:>9.2f}\n", name, score.scores.psnr_db,
                        score.scores.tpsnr_db, score.scores.ssim, score.scores.flip, score.ms_median);
  if (const SourceScore& source = evaluation.source; !source.name.empty()) {
    const auto line = [](const std::string& name, const core::Scores& scores) {
      return fmt::format("{:<14} {:>9.2f} {:>9.2f} {:>8.4f} {:>8.4f}", name, scores.psnr_db, scores.tpsnr_db,
                         scores.ssim, scores.flip);
    };
    text += fmt::format("\nfilled by, at {}x{}\n{} {:>9.2f}\n{}\n", evaluation.render.width,
                        evaluation.render.height, line(source.name, source.scores), source.ms_median,
                        line("rasterizer", source.rasterizer));
    text += fmt::format(
        "depth is wrong by more than 5 % in {:.2f} % of pixels, motion by half a pixel in {:.2f} %\n",
        100 * source.depth_wrong, 100 * source.motion_wrong);
  }
  const BetweenScores& between = evaluation.between;
  if (between.count == 0) return text;
  text += fmt::format("\n{:<14} {:>9} {:>9} {:>8} {:>8} {:>11} {:>9} {:>8} {:>9}\n", "between", "PSNR dB",
                      "tPSNR dB", "SSIM", "FLIP", "disoccluded", "shading", "detail", "ms");
  for (const auto& [name, score] : between.ways)
    text +=
        fmt::format("{:<14} {:>9.2f} {:>9.2f} {:>8.4f} {:>8.4f} {:>11.2f} {:>9.2f} {:>8.3f} {:>9.2f}\n", name,
                    score.scores.psnr_db, score.scores.tpsnr_db, score.scores.ssim, score.scores.flip,
                    score.psnr_disoccluded_db, score.psnr_shading_db, score.detail, score.ms_median);
  text += fmt::format("{:<14} {:>9.2f} {:>9.2f} {:>8.4f} {:>8.4f}\n", "real frames", between.real.psnr_db,
                      between.real.tpsnr_db, between.real.ssim, between.real.flip);
  text += fmt::format("motion {:.1f} px (median), {:.1f} px (95 %); {:.1f} % disoccluded, {:.1f} % differ\n",
                      between.motion_median_px, between.motion_p95_px, 100 * between.disoccluded_share,
                      100 * between.shading_share);
  return text;
}

Image cropped(const Image& picture, const Rect& part) {
  const bool inside = part.width > 0 && part.height > 0 && part.x >= 0 && part.y >= 0 &&
                      part.width <= picture.width - part.x && part.height <= picture.height - part.y;
  if (!inside) core::fail("the part of a picture that is wanted lies outside the picture");
  Image result(part.width, part.height);
  for (int y = 0; y < part.height; ++y)
    std::copy_n(picture.at(part.x, part.y + y), 3 * static_cast<std::size_t>(part.width), result.at(0, y));
  return result;
}

std::string file_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

Rect worst_region(const core::FlipMap& map, int width, int height) {
  width = std::min(width, map.width);
  height = std::min(height, map.height);
  // sums[y][x] is the sum of all errors above and to the left of (x, y).
  const std::size_t stride = static_cast<std::size_t>(map.width) + 1;
  std::vector<double> sums(stride * (static_cast<std::size_t>(map.height) + 1));
  const auto sum = [&](int x, int y) -> double& { return sums[static_cast<std::size_t>(y) * stride + x]; };
  for (int y = 0; y < map.height; ++y)
    for (int x = 0; x < map.width; ++x)
      sum(x + 1, y + 1) =
          map.error[static_cast<std::size_t>(y) * map.width + x] + sum(x, y + 1) + sum(x + 1, y) - sum(x, y);
  Rect best{0, 0, width, height};
  double most = -1;
  for (int y = 0; y + height <= map.height; ++y)
    for (int x = 0; x + width <= map.width; ++x) {
      const double inside = sum(x + width, y + height) - sum(x, y + height) - sum(x + width, y) + sum(x, y);
      if (inside > most) most = inside, best.x = x, best.y = y;
    }
  return best;
}

int draw_text(Image& image, int x, int y, int scale, const std::string& text, float brightness) {
  struct Vertex {
    float x, y, z;
    unsigned char color[4];
  };
  std::vector<std::array<Vertex, 4>> quads(64 * (text.size() + 1));
  std::string copy = text;  // stb takes a char*
  const int count = stb_easy_font_print(0, 0, copy.data(), nullptr, quads.data(),
                                        static_cast<int>(quads.size() * sizeof quads[0]));
  for (int q = 0; q < count; ++q) {
    const auto& quad = quads[static_cast<std::size_t>(q)];
    const auto pixel = [&](float v) { return static_cast<int>(std::lround(v * static_cast<float>(scale))); };
    for (int py = std::max(0, y + pixel(quad[0].y)); py < std::min(image.height, y + pixel(quad[2].y)); ++py)
      for (int px = std::max(0, x + pixel(quad[0].x)); px < std::min(image.width, x + pixel(quad[2].x)); ++px)
        std::fill_n(image.at(px, py), 3, brightness);
  }
  return scale * stb_easy_font_width(copy.data());
}

Image side_by_side(const std::vector<Labelled>& pictures, Rect region) {
  if (pictures.empty()) core::fail("there are no pictures to put side by side");
  constexpr int gap = 4, header = 26;
  const int width = pictures[0].picture.width, height = pictures[0].picture.height;
  const bool inside = region.width > 0 && region.height > 0 && region.x >= 0 && region.y >= 0 &&
                      region.x + region.width <= width && region.y + region.height <= height;
  if (!inside) core::fail("the region to enlarge lies outside the pictures");
  const int zoom = std::max(1, width / region.width);
  const int count = static_cast<int>(pictures.size());
  Image sheet(count * (width + gap) - gap, header + height + gap + zoom * region.height);
  std::fill(sheet.rgb.begin(), sheet.rgb.end(), 0.08f);
  for (int i = 0; i < count; ++i) {
    const Image& picture = pictures[static_cast<std::size_t>(i)].picture;
    core::check_same_size(picture, pictures[0].picture);
    const int left = i * (width + gap);
    std::string label = pictures[static_cast<std::size_t>(i)].label;
    const int size =
        2 * stb_easy_font_width(label.data()) + 8 <= width ? 2 : 1;  // beside, not over, the next one
    draw_text(sheet, left + 6, 5, size, label, 0.95f);
    for (int y = 0; y < height; ++y)
      std::copy_n(picture.at(0, y), 3 * static_cast<std::size_t>(width), sheet.at(left, header + y));
    for (int y = 0; y < zoom * region.height; ++y)
      for (int x = 0; x < zoom * region.width; ++x)
        std::copy_n(picture.at(region.x + x / zoom, region.y + y / zoom), 3,
                    sheet.at(left + x, header + height + gap + y));
    // A frame shows where the enlarged part lies.
    for (int y = region.y; y < region.y + region.height; ++y)
      for (int x = region.x; x < region.x + region.width; ++x)
        if (x == region.x || y == region.y || x == region.x + region.width - 1 ||
            y == region.y + region.height - 1)
          std::fill_n(sheet.at(left + x, header + y), 3, 1.0f);
  }
  return sheet;
}

}  // namespace app
