#include "renderer/scene/mesh/mtl_loader.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "renderer/scene/mesh/obj_text.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

/// As bright as the G-buffer can keep.
constexpr double brightest_emission = 65000;

/// Keys that other programs write and that this renderer has no use for.
const std::set<std::string, std::less<>> unused_keys = {
    "ka",      "tf",     "illum",  "ni",      "sharpness", "map_ka", "map_ks", "map_ns",
    "map_aat", "map_tf", "refl",   "decal",   "ps",        "pc",     "pcr",    "aniso",
    "anisor",  "map_ps", "map_pc", "map_pcr", "map_ni",    "km",     "disp",   "map_disp"};

class MtlReader {
 public:
  MtlReader(const fs::path& path, std::string_view bytes) : path_(path), text_(bytes, path) {}
  std::vector<ObjMaterial> read(std::vector<std::string>& warnings);

 private:
  void read_value(std::string_view key, std::string_view rest);
  std::optional<float> number(std::string_view key, std::string_view rest);
  std::optional<glm::vec3> color(std::string_view key, std::string_view rest);
  std::optional<double> checked(std::string_view key, std::string_view word);
  void read_map(std::string_view key, std::string_view rest, std::string& name);
  std::size_t read_numbers(std::string_view& rest, double* out, std::size_t most);
  bool read_option(const std::string& option, std::string_view& rest, MapPlacement& placement);
  void place(const MapPlacement& placement, bool is_diffuse);
  void warn(const std::string& text) { warnings_.add(text_.number(), text); }
  ObjMaterial& material() { return materials_.back(); }

  const fs::path& path_;
  ObjText text_;
  std::vector<ObjMaterial> materials_;
  LineWarnings warnings_;
  bool dissolve_given_ = false, placed_ = false;  // of this material
};

std::optional<double> MtlReader::checked(std::string_view key, std::string_view word) {
  const ParsedNumber parsed = parse_number(word);
  if (parsed.comma) warn("numbers have decimal commas, which are read as points");
  if (parsed.kind == NumberKind::good && std::abs(parsed.value) <= 3e38) return parsed.value;
  warn(fmt::format("'{}' of {} is not a finite number and is ignored", word.substr(0, 40), key));
  return std::nullopt;
}

std::optional<float> MtlReader::number(std::string_view key, std::string_view rest) {
  std::string_view word = take_word(rest);
  if (word == "-halo") word = take_word(rest);
  if (word.empty()) return warn(fmt::format("{} has no number", key)), std::nullopt;
  const std::optional<double> value = checked(key, word);
  if (!value || *value < 0) return std::nullopt;
  return static_cast<float>(*value);
}

/// Where only r is given, g and b are equal to it.
std::optional<glm::vec3> MtlReader::color(std::string_view key, std::string_view rest) {
  glm::vec3 result(0);
  if (rest.starts_with("spectral") || rest.starts_with("xyz"))
    return warn(fmt::format("{} is not given as red, green and blue, and is ignored", key)), std::nullopt;
  for (int c = 0; c < 3; ++c) {
    const std::string_view word = take_word(rest);
    if (word.empty() && c == 0) return warn(fmt::format("{} has no number", key)), std::nullopt;
    if (word.empty()) {
      result[c] = result[0];
      continue;
    }
    const std::optional<double> value = checked(key, word);
    if (!value || *value < 0) return std::nullopt;
    result[c] = static_cast<float>(*value);
  }
  return result;
}

/// Reads up to `most` words as numbers, but leaves the last word: it is the file's name.
std::size_t MtlReader::read_numbers(std::string_view& rest, double* out, std::size_t most) {
  std::size_t count = 0;
  while (count < most) {
    std::string_view after = rest;
    const std::string_view word = take_word(after);
    const ParsedNumber parsed = parse_number(word);
    if (after.empty() || (parsed.kind == NumberKind::malformed)) break;
    out[count++] = parsed.kind == NumberKind::good && std::abs(parsed.value) < 1e6 ? parsed.value : 0;
    rest = after;
  }
  return count;
}

/// Reads an option's values. False where it is not known.
bool MtlReader::read_option(const std::string& option, std::string_view& rest, MapPlacement& placement) {
  double values[3] = {};
  if (option == "-s" || option == "-o" || option == "-t") {
    const std::size_t count = read_numbers(rest, values, 3);
    if (count == 0) warn(fmt::format("the map option {} has no number", option));
    glm::vec2& target = option == "-s" ? placement.scale : placement.offset;
    if (option == "-t" && (values[0] != 0 || values[1] != 0)) warn("the map option -t is ignored");
    if (option != "-t" && count > 0) target.x = static_cast<float>(values[0]);
    if (option != "-t" && count > 1) target.y = static_cast<float>(values[1]);
  } else if (option == "-bm") {
    if (read_numbers(rest, values, 1) == 1) material().bump_scale = static_cast<float>(values[0]);
  } else if (option == "-mm") {
    if (read_numbers(rest, values, 2) > 0 && (values[0] != 0 || values[1] != 1))
      warn("the map option -mm is ignored");
  } else if (option == "-clamp") {
    placement.clamp = core::lower_case(take_word(rest)) == "on";
  } else if (option == "-blendu" || option == "-blendv" || option == "-cc" || option == "-boost" ||
             option == "-imfchan") {
    // Each has a value that asks for what is done anyway.
    const std::string value = core::lower_case(take_word(rest));
    const bool usual = option.starts_with("-blend") ? value == "on"
                       : option == "-cc"            ? value == "off"
                       : option == "-boost"         ? value == "0"
                                                    : false;
    if (!usual) warn(fmt::format("the map option {} {} is ignored", option, value));
  } else if (option == "-texres" || option == "-type" || option == "-colorspace") {
    take_word(rest);  // they say how a picture was made or is kept, not how it looks here
  } else {
    return false;
  }
  return true;
}

void MtlReader::read_map(std::string_view key, std::string_view rest, std::string& name) {
  MapPlacement placement;
  while (rest.starts_with('-')) {
    std::string_view after = rest;
    const std::string option = core::lower_case(take_word(after));
    if (!read_option(option, after, placement)) {
      if (after.empty()) break;  // a file whose name begins with '-'
      warn(fmt::format("the map option {} is not known and is ignored", option));
    }
    rest = after;
  }
  if (rest.empty()) return warn(fmt::format("{} names no file", key));
  name = rest;
  place(placement, key == "map_Kd");
}

/// A vertex has one pair of texture coordinates, so all maps of a material lie alike: as its map_Kd does, or
/// else as the first one.
void MtlReader::place(const MapPlacement& placement, bool is_diffuse) {
  if (placed_ && placement != material().placement)
    warn("the maps of a material have different options -s, -o or -clamp; those of map_Kd hold for all");
  if (!placed_ || is_diffuse) material().placement = placement;
  placed_ = true;
}

void MtlReader::read_value(std::string_view key, std::string_view rest) {
  const std::string lower = core::lower_case(key);
  ObjMaterial& m = material();
  const auto set = [](auto& target, const auto& value) {
    if (value) target = *value;
  };
  if (lower == "kd") {
    set(m.diffuse, color("Kd", rest));
  } else if (lower == "ks") {
    set(m.specular, color("Ks", rest));
  } else if (lower == "ke") {
    if (const auto given = color("Ke", rest))
      m.emission = glm::min(*given, glm::vec3(static_cast<float>(brightest_emission)));
  } else if (lower == "ns") {
    set(m.shininess, number("Ns", rest));
  } else if (lower == "pr") {
    set(m.roughness, number("Pr", rest));
  } else if (lower == "pm") {
    set(m.metallic, number("Pm", rest));
  } else if (lower == "d") {
    if (const auto given = number("d", rest)) m.dissolve = std::min(*given, 1.0f), dissolve_given_ = true;
  } else if (lower == "tr") {
    // Of d and Tr both given, d counts.
    if (const auto given = number("Tr", rest); given && !dissolve_given_)
      m.dissolve = 1 - std::min(*given, 1.0f);
  } else if (lower == "map_kd") {
    read_map("map_Kd", rest, m.diffuse_map);
  } else if (lower == "map_d" || lower == "map_opacity") {
    read_map("map_d", rest, m.alpha_map);
  } else if (lower == "map_bump" || lower == "bump") {
    read_map("map_Bump", rest, m.bump_map);
  } else if (lower == "norm" || lower == "map_norm" || lower == "map_kn") {
    read_map("norm", rest, m.normal_map);
  } else if (lower == "map_ke") {
    read_map("map_Ke", rest, m.emission_map);
  } else if (lower == "map_pr") {
    read_map("map_Pr", rest, m.roughness_map);
  } else if (lower == "map_pm") {
    read_map("map_Pm", rest, m.metallic_map);
  } else if (!unused_keys.contains(lower)) {
    warn(fmt::format("unknown key '{}' is ignored", key.substr(0, 40)));
  }
}

std::vector<ObjMaterial> MtlReader::read(std::vector<std::string>& warnings) {
  while (text_.next()) {
    std::string_view rest = text_.line();
    const std::string_view key = take_word(rest);
    if (core::lower_case(key) == "newmtl") {
      materials_.push_back({.name = std::string(rest), .folder = path_.parent_path()});
      dissolve_given_ = placed_ = false;
    } else if (materials_.empty()) {
      warn(fmt::format("'{}' stands before the first newmtl and is ignored", key.substr(0, 40)));
    } else {
      read_value(key, rest);
    }
  }
  warnings_.append_to(warnings, path_);
  return std::move(materials_);
}

}  // namespace

std::vector<ObjMaterial> load_mtl(const fs::path& path, std::vector<std::string>& warnings) {
  const std::string text = core::read_text(path);
  return MtlReader(path, text).read(warnings);
}

}  // namespace scene
