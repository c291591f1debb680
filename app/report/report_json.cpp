// Writes and reads profile.json, and writes evaluate.json. All use of nlohmann/json by the reports is in this
// file, because its header takes six seconds to compile.

#include "app/report/report_json.h"

#include <algorithm>
#include <cmath>

#include "app/report/evaluation.h"
#include "core/error.h"
#include "core/file.h"
#include "core/json.h"

namespace app {

using Json = nlohmann::ordered_json;

std::string json_text(const std::string& text) {
  return core::json_text(Json(text));
}

std::string json_text(double number) {
  return core::json_text(Json(number));
}

namespace {

/// Milliseconds to a tenth of a microsecond: shorter files, no loss.
double rounded_ms(double ms) {
  return std::round(ms * 1e4) / 1e4;
}

/// The value, or null for infinity (equal pictures), which JSON does not have.
Json finite_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json size_json(core::Size size) {
  return {size.width, size.height};
}

Json rounded(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(rounded_ms(value));
  return list;
}

Json frame_summary(const std::vector<double>& ms) {
  const Percentiles p = percentiles(ms);
  return {{"p50_ms", rounded_ms(p.p50)},   {"p95_ms", rounded_ms(p.p95)},
          {"p99_ms", rounded_ms(p.p99)},   {"max_ms", rounded_ms(p.max)},
          {"mean_ms", rounded_ms(p.mean)}, {"fps", 1000 / std::max(1e-9, p.mean)}};
}

Json pass_summary(const PassTimes& pass) {
  const Percentiles p = percentiles(pass.ms);
  return {{"row", name_of(pass.row)},
          {"p50_ms", rounded_ms(p.p50)},
          {"p95_ms", rounded_ms(p.p95)},
          {"p99_ms", rounded_ms(p.p99)},
          {"mean_ms", rounded_ms(p.mean)}};
}

/// Adds what is shown: the pictures between two frames count, and delay what comes after them. The last of a
/// frame's pictures is shown when they are evenly spread, and later by what it takes to make them.
void add_displayed(Json& json, const ProfileRun& run, const RunTimes& times) {
  const double pictures = static_cast<double>(run.displayed()) / std::max(1.0, 1.0 * run.frames.size());
  const double mean = percentiles(times.frame_ms).mean;
  double made = 0;
  for (const PassTimes& pass : times.passes)
    if (pass.name == "between" && pass.row != Row::upscaler) made = percentiles(pass.ms).p50;
  int between = 0;
  for (const FrameTrace& frame : run.frames) between = std::max(between, frame.between);
  json["frames_between"] = between;
  json["displayed_fps"] = 1000 * pictures / std::max(1e-9, mean);
  json["latency_ms"] = rounded_ms(between > 0 ? mean * between / (between + 1) + made : 0);
}

/// Adds the summary of one run, as write_profile_json() has it at the top.
void add_summary(Json& json, const ProfileRun& run, const RunTimes& times) {
  json["backend"] = run.backend;
  json["frames"] = run.frames.size();
  json["render"] = size_json(run.render);
  json["output"] = size_json(run.output);
  json["upscaler"] = run.upscaler;
  json["generated_fraction"] = run.generated_fraction();
  json["frame"] = frame_summary(times.frame_ms);
  add_displayed(json, run, times);
  json["passes"] = Json::object();
  for (const PassTimes& pass : times.passes) json["passes"][pass.name] = pass_summary(pass);
}

Json run_json(const ProfileRun& run) {
  const RunTimes times = times_of(run);
  const TimerCheck timers = check_timers(run);
  Json json{{"label", times.label}, {"settings", Json::object()}};
  for (const auto& [name, value] : run.settings) json["settings"][name] = value;
  add_summary(json, run, times);
  if (run.quality)
    json["quality"] = {{"frames", run.quality->frames},
                       {"psnr_db", finite_or_null(run.quality->psnr_db)},
                       {"tpsnr_db", finite_or_null(run.quality->tpsnr_db)},
                       {"ssim", run.quality->ssim},
                       {"flip", run.quality->flip}};
  json["timers"] = {{"explained", timers.explained},
                    {"gpu_sum", timers.gpu_sum},
                    {"gpu_clock", run.gpu_clock()},
                    {"warning", timers.warning}};
  json["waited_for_cpu"] = run.waited_for_cpu;
  if (!run.picture.empty()) json["picture"] = run.picture;
  if (!times.processor_ms.empty()) json["processor"] = frame_summary(times.processor_ms);
  for (const auto& [owner, amount] : run.memory) json["memory"][owner] = amount;
  Json& each = json["per_frame"];
  each["index"] = times.frame_index;
  each["frame_ms"] = rounded(times.frame_ms);
  if (!times.processor_ms.empty()) each["processor_ms"] = rounded(times.processor_ms);
  Json height = Json::array();
  for (const FrameTrace& frame : run.frames) height.push_back(frame.render.height);
  each["render_height"] = std::move(height);
  each["passes_ms"] = Json::object();
  for (const PassTimes& pass : times.passes) each["passes_ms"][pass.name] = rounded(pass.ms);
  return json;
}

Json profile_json(const Profile& profile) {
  if (profile.runs.empty()) core::fail("there is no profiling run to report");
  Json json{{"scene", profile.scene},   {"device", profile.device},
            {"driver", profile.driver}, {"program", profile.program},
            {"start", profile.start},   {"frame_seconds", profile.frame_seconds},
            {"warmup", profile.warmup}};
  const ProfileRun& first = profile.runs.front();
  add_summary(json, first, times_of(first));
  json["runs"] = Json::array();
  for (const ProfileRun& run : profile.runs) json["runs"].push_back(run_json(run));
  return json;
}

}  // namespace

std::string profile_text(const Profile& profile) {
  return core::json_text(profile_json(profile));
}

void write_profile_json(const std::filesystem::path& path, const Profile& profile) {
  core::write_file(path, profile_text(profile) + "\n");
}

namespace {

void add_between(Json& json, const BetweenScores& between) {
  json["frames_between"] = between.count;
  Json& ways = json["between"] = Json::object();
  const auto scores = [](const core::Scores& s) {
    return Json{{"psnr_db", finite_or_null(s.psnr_db)},
                {"ssim", s.ssim},
                {"flip", s.flip},
                {"tpsnr_db", finite_or_null(s.tpsnr_db)}};
  };
  for (const auto& [name, score] : between.ways) {
    Json& way = ways[name] = scores(score.scores);
    way["psnr_disoccluded_db"] = finite_or_null(score.psnr_disoccluded_db);
    way["psnr_shading_db"] = finite_or_null(score.psnr_shading_db);
    way["detail"] = score.detail;
    way["ms_median"] = score.ms_median;
  }
  json["real"] = scores(between.real);
  json["motion"] = {{"median_px", between.motion_median_px}, {"p95_px", between.motion_p95_px}};
  json["disoccluded_share"] = between.disoccluded_share;
  json["shading_share"] = between.shading_share;
}

}  // namespace

void write_evaluation_json(const std::filesystem::path& path, const Evaluation& evaluation) {
  Json json{{"scene", evaluation.scene},
            {"device", evaluation.device},
            {"backend", evaluation.backend},
            {"frames", evaluation.frames},
            {"unmeasured_frames", evaluation.unmeasured},
            {"start", evaluation.start},
            {"frame_seconds", evaluation.frame_seconds},
            {"still", evaluation.still},
            {"render", {evaluation.render.width, evaluation.render.height}},
            {"output", {evaluation.output.width, evaluation.output.height}},
            {"reference_samples", evaluation.reference_samples}};
  if (const auto& crop = evaluation.crop) json["crop"] = {crop->x, crop->y, crop->width, crop->height};
  Json& upscalers = json["upscalers"] = Json::object();
  for (const auto& [name, score] : evaluation.upscalers)
    upscalers[name] = {{"psnr_db", finite_or_null(score.scores.psnr_db)},
                       {"ssim", score.scores.ssim},
                       {"flip", score.scores.flip},
                       {"tpsnr_db", finite_or_null(score.scores.tpsnr_db)},
                       {"ms_median", score.ms_median}};
  if (const SourceScore& source = evaluation.source; !source.name.empty()) {
    const auto pictures = [](const core::Scores& scores) {
      return Json{{"psnr_db", finite_or_null(scores.psnr_db)},
                  {"flip", scores.flip},
                  {"tpsnr_db", finite_or_null(scores.tpsnr_db)}};
    };
    Json& one = json["source"] = {{"name", source.name}};
    one.update(pictures(source.scores));
    one.update({{"depth_wrong", source.depth_wrong},
                {"motion_wrong", source.motion_wrong},
                {"ms_median", source.ms_median},
                {"rasterizer", pictures(source.rasterizer)}});
  }
  if (evaluation.between.count > 0) add_between(json, evaluation.between);
  core::write_file(path, core::json_text(json, 2) + "\n");
}

namespace {

core::Size read_size(const Json& run, const char* key, const std::string& name) {
  const auto found = run.find(key);
  if (found == run.end()) return {};
  return {core::json_integer<std::int32_t>(found->at(0), name),
          core::json_integer<std::int32_t>(found->at(1), name)};
}

std::vector<std::uint64_t> read_indices(const Json& list, const std::string& name) {
  std::vector<std::uint64_t> indices;
  indices.reserve(list.size());
  for (const Json& index : list) indices.push_back(core::json_integer<std::uint64_t>(index, name));
  return indices;
}

}  // namespace

ProfileTimes read_profile(const std::filesystem::path& path) {
  const std::string text = core::read_text(path);
  ProfileTimes profile;
  try {
    const auto json = core::parse_json<Json>(text, path.string());
    profile.scene = json.at("scene").get<std::string>();
    profile.device = json.at("device").get<std::string>();
    for (const Json& run : json.at("runs")) {
      const Json& each = run.at("per_frame");
      RunTimes times{.label = run.at("label").get<std::string>(),
                     .frame_index = read_indices(each.at("index"), path.string()),
                     .frame_ms = each.at("frame_ms").get<std::vector<double>>(),
                     .processor_ms = each.value("processor_ms", std::vector<double>()),
                     .passes = {},
                     .waited_for_cpu = run.value("waited_for_cpu", 0.0),
                     .render = read_size(run, "render", path.string()),
                     .output = read_size(run, "output", path.string()),
                     .picture = run.value("picture", std::string())};
      const auto check = [&](std::size_t count, const std::string& of) {
        if (count != times.frame_index.size())
          core::fail("'{}' is damaged: {} has {} times for {} frames", path.string(), of, count,
                     times.frame_index.size());
      };
      check(times.frame_ms.size(), "the frame");
      if (!times.processor_ms.empty()) check(times.processor_ms.size(), "the processor");
      for (const auto& [name, ms] : each.at("passes_ms").items()) {
        times.passes.push_back({name, Row::cpu, ms.get<std::vector<double>>()});
        for (const Row row : all_rows)
          if (run.at("passes").at(name).at("row") == name_of(row)) times.passes.back().row = row;
        check(times.passes.back().ms.size(), name);
      }
      profile.runs.push_back(std::move(times));
    }
  } catch (const nlohmann::json::exception& error) {
    core::fail("'{}' is no profile of this program: {}", path.string(), error.what());
  }
  return profile;
}

}  // namespace app
