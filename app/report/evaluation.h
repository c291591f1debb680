#pragma once
// What an evaluation found, and its files: evaluate.json, pictures side by side, error maps.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/frame.h"
#include "core/picture/image.h"
#include "core/picture/metrics.h"

namespace app {

struct UpscalerScore {
  core::Scores scores;
  double ms_median = 0;  ///< the upscaler alone; 0 where it was not run here (`--from`)
};

struct Evaluation {
  std::string scene, device, backend;  ///< backend: what generated `neural`; "none" without it
  int frames = 0;                      ///< rendered; the first `unmeasured` of them are not scored
  int unmeasured = 8;
  double start = 0, frame_seconds = 0;
  core::Size render, output;
  int reference_samples = 0;
  std::vector<std::pair<std::string, UpscalerScore>> upscalers;
};

/// One JSON object: what Evaluation holds, and of each upscaler psnr_db, ssim, flip, tpsnr_db and ms_median.
void write_evaluation_json(const std::filesystem::path& path, const Evaluation& evaluation);

/// For the terminal: a line an upscaler.
std::string evaluation_table(const Evaluation& evaluation);

/// A display-encoded picture with its name; all of one size.
struct Labelled {
  std::string label;
  core::Image picture;
};

struct Rect {
  int x = 0, y = 0, width = 0, height = 0;
};

/// The window of this size (or the whole picture, where that is smaller) with the largest error.
Rect worst_region(const core::FlipMap& map, int width, int height);

/// The pictures in a row, under each name; below them the region, enlarged to the pictures' width.
core::Image side_by_side(const std::vector<Labelled>& pictures, Rect region);

/// Draws ASCII text with its upper left corner at (x, y); what lies outside is cut off. Returns its width.
int draw_text(core::Image& image, int x, int y, int scale, const std::string& text, float brightness);

}  // namespace app
