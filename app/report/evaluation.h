#pragma once
// The results of an evaluation, and the files made from them: evaluate.json, pictures side by side, error
// maps.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/frame.h"
#include "core/picture/image.h"
#include "core/picture/metrics.h"

namespace app {

struct UpscalerScore {
  core::Scores scores;
  double ms_median = 0;  ///< of the upscaler alone; 0 where it did not run here (`--from`)
};

/// A part of a picture, in pixels.
struct Rect {
  int x = 0, y = 0, width = 0, height = 0;
};

/// How good one way is to make the pictures between two frames.
struct BetweenScore {
  core::Scores scores;             ///< of these pictures alone; tpsnr_db of all that is shown
  double psnr_disoccluded_db = 0;  ///< where the surface is hidden at one end; 0 where there is none
  double psnr_shading_db = 0;      ///< where both ends see it and differ: moving shadows, highlights
  double detail = 0;               ///< the mean gradient over that of the frames beside them
  double ms_median = 0;            ///< of all pictures before a frame; 0 where nothing was measured
};
struct BetweenScores {
  int count = 0;  ///< pictures between two frames; 0: none were asked for
  std::vector<std::pair<std::string, BetweenScore>> ways;
  core::Scores real;                                ///< of the frames themselves, at their own moments
  double disoccluded_share = 0, shading_share = 0;  ///< of the pixels
  double motion_median_px = 0, motion_p95_px = 0;   ///< output pixels from frame to frame
};

/// What filled the frame, before any upscaler, against the truth at its own size.
struct SourceScore {
  std::string name;                 ///< empty: it was the rasterizer, and was not scored
  core::Scores scores, rasterizer;  ///< of its pictures, and of the rasterizer's own with one sample a pixel
  double depth_wrong = 0, motion_wrong = 0;  ///< share of pixels that differ from the rasterizer's by more
                                             ///< than 5 % and half a pixel
  double ms_median = 0;
};

struct Evaluation {
  std::string scene, device, backend;  ///< `backend` ran the network; "none" without one
  int frames = 0;                      ///< the rendered ones; the first `unmeasured` are not scored
  int unmeasured = 8;
  double start = 0, frame_seconds = 0;
  bool still = false;  ///< camera and scene stand still
  core::Size render, output;
  std::optional<Rect> crop;  ///< the part that was scored; nothing: all of it
  int reference_samples = 0;
  std::vector<std::pair<std::string, UpscalerScore>> upscalers;
  BetweenScores between = {};
  SourceScore source = {};
};

/// Writes one JSON object: what Evaluation holds, and of each upscaler psnr_db, ssim, flip, tpsnr_db and
/// ms_median. Throws core::Error.
void write_evaluation_json(const std::filesystem::path& path, const Evaluation& evaluation);

/// A table for the terminal with one line for each upscaler.
std::string evaluation_table(const Evaluation& evaluation);

/// A display-encoded picture with its name.
struct Labelled {
  std::string label;
  core::Image picture;
};

/// A part of a picture as a picture. Throws core::Error where it lies outside.
core::Image cropped(const core::Image& picture, const Rect& part);

/// An upscaler's name as part of a file's: "a/out" becomes "a_out".
std::string file_name(std::string name);

/// The part of the map, of this size, whose sum of errors is largest. The whole map where it is smaller than
/// that.
Rect worst_region(const core::FlipMap& map, int width, int height);

/// Puts the pictures, which must have one size, in a row with the name above each, and below each the region
/// enlarged to the picture's width. Throws core::Error where the region lies outside.
core::Image side_by_side(const std::vector<Labelled>& pictures, Rect region);

/// Draws ASCII text with its upper left corner at pixel (x, y) and clips it at the picture's edge. `scale` is
/// a whole factor of size, `brightness` the value of all channels. Returns the text's width in pixels.
int draw_text(core::Image& image, int x, int y, int scale, const std::string& text, float brightness);

}  // namespace app
