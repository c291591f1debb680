// The files of the tour: pictures, contact sheet, strip, tour.json, and the page as HTML and Markdown.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/path/tour.h"
#include "app/report/picture.h"
#include "core/error.h"
#include "core/file.h"

namespace app {
namespace fs = std::filesystem;
namespace {

constexpr const char* explanation =
    "Generated is 1 - pixels shaded by the rasterizer / pixels displayed, 0 without a network, as in the "
    "window "
    "and in profile.json. PSNR, FLIP and tPSNR are against the supersampled reference, on the "
    "display-encoded "
    "picture; milliseconds are medians, by the parts of a frame.";

void save_jpeg(const fs::path& path, const core::Image& image) {
  std::vector<std::byte> rgb(image.rgb.size());
  std::transform(image.rgb.begin(), image.rgb.end(), rgb.begin(), [](float v) {
    return static_cast<std::byte>(std::lround(255 * std::clamp(v, 0.0f, 1.0f)));
  });
  write_jpeg(path, {image.width, image.height}, rgb);
}

/// The picture at a whole fraction of its size, each pixel the mean of those that it stands for.
core::Image smaller(const core::Image& image, int factor) {
  core::Image small(image.width / factor, image.height / factor);
  const float share = 1.0f / static_cast<float>(factor * factor);
  for (int y = 0; y < small.height * factor; ++y)
    for (int x = 0; x < small.width * factor; ++x)
      for (int c = 0; c < 3; ++c) small.at(x / factor, y / factor)[c] += share * image.at(x, y)[c];
  return small;
}

/// A row for each station, a picture for each of its moments.
core::Image contact_sheet(const Tour& tour) {
  constexpr int wanted = 320, gap = 6, header = 24;
  const core::Image& first = tour.stations.front().pictures.front().picture;
  const int factor = std::max(1, first.width / wanted);
  const int width = first.width / factor, height = first.height / factor;
  const auto columns = static_cast<int>(tour.stations.front().pictures.size());
  const auto rows = static_cast<int>(tour.stations.size());
  core::Image sheet(columns * (width + gap) + gap, rows * (header + height + gap));
  std::fill(sheet.rgb.begin(), sheet.rgb.end(), 0.08f);
  for (int row = 0; row < rows; ++row) {
    const TourStation& station = tour.stations[static_cast<std::size_t>(row)];
    const int top = row * (header + height + gap);
    draw_text(sheet, gap, top + 6, 2,
              fmt::format("{} {} ({}): {:.0f} % generated", station.number, station.name, station.year,
                          100 * station.generated_fraction),
              0.95f);
    for (int column = 0; column < columns; ++column) {
      const core::Image small = smaller(station.pictures[static_cast<std::size_t>(column)].picture, factor);
      for (int y = 0; y < height; ++y)
        std::copy_n(small.at(0, y), 3 * static_cast<std::size_t>(width),
                    sheet.at(gap + column * (width + gap), top + header + y));
    }
  }
  return sheet;
}

/// The same moment at each station, side by side, with what differs most enlarged.
core::Image strip(const Tour& tour) {
  std::vector<Labelled> pictures;
  for (const TourStation& station : tour.stations)
    pictures.push_back({fmt::format("{} {}: {:.0f} % generated", station.number, station.name,
                                    100 * station.generated_fraction),
                        station.middle.picture});
  const core::Image& first = pictures.front().picture;
  return side_by_side(pictures,
                      worst_region(tour.stations.front().middle.flip, first.width / 6, first.height / 6));
}

std::string text_of(const Tour& tour) {
  nlohmann::ordered_json json;
  json["scene"] = tour.scene;
  json["device"] = tour.device;
  json["driver"] = tour.driver;
  json["output"] = {tour.output.width, tour.output.height};
  json["frames"] = tour.frames;
  json["reference_samples"] = tour.reference_samples;
  json["seconds"] = tour.seconds;
  json["stations"] = nlohmann::ordered_json::array();
  for (const TourStation& station : tour.stations) {
    nlohmann::ordered_json one;
    one["number"] = station.number;
    one["name"] = station.name;
    one["year"] = station.year;
    one["caption"] = station.caption;
    one["backend"] = station.backend;
    one["generated_fraction"] = station.generated_fraction;
    one["shaded_per_output"] = station.shaded_per_output;
    one["psnr_db"] = station.scores.psnr_db;
    one["ssim"] = station.scores.ssim;
    one["flip"] = station.scores.flip;
    one["tpsnr_db"] = station.scores.tpsnr_db;
    one["frame_ms"] = station.frame_ms;
    one["parts"] = nlohmann::ordered_json::object();
    for (const auto& [name, ms] : station.parts) one["parts"][name] = ms;
    for (const TourPicture& picture : station.pictures)
      one["pictures"].push_back({{"file", picture.file}, {"seconds", picture.seconds}});
    json["stations"].push_back(std::move(one));
  }
  json["left_out"] = nlohmann::ordered_json::array();
  for (const auto& [name, why] : tour.left_out) json["left_out"].push_back({{"station", name}, {"why", why}});
  return json.dump(1) + "\n";
}

/// The table's cells, its heading first. The page exists twice and has them once.
std::vector<std::vector<std::string>> table_of(const Tour& tour) {
  std::vector<std::vector<std::string>> rows{{"station", "year", "generated", "shaded a pixel", "PSNR dB",
                                              "FLIP", "tPSNR dB", "frame ms", "parts, ms"}};
  for (const TourStation& s : tour.stations) {
    std::string parts;
    for (const auto& [name, ms] : s.parts)
      if (ms >= 0.05 && !name.starts_with("wait"))
        parts += fmt::format("{}{} {:.1f}", parts.empty() ? "" : ", ", name, ms);
    rows.push_back({fmt::format("{} {}", s.number, s.name), fmt::format("{}", s.year),
                    fmt::format("{:.0f} %", 100 * s.generated_fraction),
                    fmt::format("{:.3f}", s.shaded_per_output), fmt::format("{:.2f}", s.scores.psnr_db),
                    fmt::format("{:.4f}", s.scores.flip), fmt::format("{:.2f}", s.scores.tpsnr_db),
                    fmt::format("{:.1f}", s.frame_ms), parts});
  }
  return rows;
}

std::string facts_of(const Tour& tour) {
  return fmt::format(
      "{} on {} ({}), {} x {}. {} frames of each station were scored against {} samples a pixel; the "
      "pictures are "
      "spread over {:.0f} seconds of the camera's path.",
      tour.scene, tour.device, tour.driver, tour.output.width, tour.output.height, tour.frames,
      tour.reference_samples, tour.seconds);
}

std::string markdown(const Tour& tour) {
  std::string text = "# The tour\n\n" + facts_of(tour) + "\n\n![every station at one moment](strip.jpg)\n\n";
  const auto table = table_of(tour);
  for (std::size_t row = 0; row < table.size(); ++row) {
    for (const std::string& cell : table[row]) text += "| " + cell + " ";
    text += "|\n";
    if (row > 0) continue;
    for (std::size_t n = 0; n < table[0].size(); ++n) text += "|---";
    text += "|\n";
  }
  text += fmt::format("\n{}\n\n", explanation);
  for (const TourStation& s : tour.stations)
    text += fmt::format("**{} {} ({}).** {} {}\n\n", s.number, s.name, s.year, s.caption, s.computes);
  for (const auto& [name, why] : tour.left_out) text += fmt::format("**{}** is left out: {}.\n\n", name, why);
  return text + "![contact sheet](contact_sheet.jpg)\n";
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '&')
      safe += "&amp;";
    else
      safe += c;
  }
  return safe;
}

/// The page has its pictures in it, so that it can be passed on alone.
std::string html(const Tour& tour, const fs::path& folder) {
  const auto picture = [&](const char* name, const char* what) {
    return fmt::format("<p><img src=\"{}\" alt=\"{}\"></p>\n", picture_for_page(folder, name), what);
  };
  std::string text =
      "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>The tour</title>\n"
      "<style>body{font:16px/1.5 sans-serif;margin:2em auto;max-width:75em;padding:0 1em}img{max-width:100%}"
      "table{border-collapse:collapse}td,th{border-bottom:1px solid #8886;padding:.3em .6em;text-align:left;"
      "vertical-align:top}</style>\n<h1>The tour</h1>\n";
  text += "<p>" + escaped(facts_of(tour)) + "</p>\n" + picture("strip.jpg", "every station at one moment") +
          "<table>\n";
  const auto table = table_of(tour);
  for (std::size_t row = 0; row < table.size(); ++row) {
    text += "<tr>";
    for (const std::string& cell : table[row])
      text += fmt::format("<{0}>{1}</{0}>", row == 0 ? "th" : "td", escaped(cell));
    text += "</tr>\n";
  }
  text += fmt::format("</table>\n<p>{}</p>\n", explanation);
  for (const TourStation& s : tour.stations)
    text += fmt::format("<p><b>{} {} ({}).</b> {} {}</p>\n", s.number, escaped(s.name), s.year,
                        escaped(s.caption), escaped(s.computes));
  for (const auto& [name, why] : tour.left_out)
    text += fmt::format("<p><b>{}</b> is left out: {}.</p>\n", escaped(name), escaped(why));
  return text + picture("contact_sheet.jpg", "contact sheet") + "</html>\n";
}

}  // namespace

void write_tour(const fs::path& folder, const Tour& tour) {
  if (tour.stations.empty()) core::fail("no station can be shown here");
  core::make_folder(folder);
  for (const TourStation& station : tour.stations)
    for (const TourPicture& picture : station.pictures) save_jpeg(folder / picture.file, picture.picture);
  save_jpeg(folder / "contact_sheet.jpg", contact_sheet(tour));
  save_jpeg(folder / "strip.jpg", strip(tour));
  core::write_file(folder / "tour.json", text_of(tour));
  core::write_file(folder / "tour.md", markdown(tour));
  core::write_file(folder / "tour.html", html(tour, folder));
}

}  // namespace app
