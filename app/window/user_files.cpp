#include "app/window/user_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "core/checksum.h"
#include "core/error.h"
#include "core/file.h"
#include "core/json.h"
#include "core/picture/image_io.h"

namespace app {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_recent = 8;

std::optional<Json> read_if_there(const fs::path& file) {
  std::error_code none;
  if (!fs::exists(file, none)) return {};
  return core::parse_json<Json>(core::read_text(file), file.string());
}

std::string text_at(const Json& object, const char* key, const std::string& file) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string())
    core::fail("{}: an entry has no text '{}'", file, key);
  return object[key];
}

double number_of(const Json& value, const std::string& file) {
  if (!value.is_number() || !std::isfinite(value.get<double>()))
    core::fail("{}: an entry lacks a number", file);
  return value;
}

glm::vec3 vector_at(const Json& object, const char* key, const std::string& file) {
  if (!object.contains(key) || !object[key].is_array() || object[key].size() != 3)
    core::fail("{}: an entry has no {} of three numbers", file, key);
  glm::vec3 v;
  for (int i = 0; i < 3; ++i)
    v[i] = static_cast<float>(number_of(object[key][static_cast<std::size_t>(i)], file));
  return v;
}

Json as_json(glm::vec3 v) {
  return {v.x, v.y, v.z};
}

}  // namespace

UserFiles::UserFiles(fs::path folder, fs::path cache) : folder_(std::move(folder)), cache_(std::move(cache)) {
  try {
    recent_broken_ = true;
    const fs::path file = folder_ / "recent.json";
    if (const auto json = read_if_there(file)) {
      if (!json->is_array()) core::fail("{}: it is no list", file.string());
      for (const Json& entry : *json) {
        if (!entry.is_string()) core::fail("{}: an entry is no text", file.string());
        recent_.push_back(entry);
      }
    }
    recent_broken_ = false;
  } catch (const core::Error& error) {
    problem_ = error.what();
    recent_.clear();
  }
  try {
    marks_broken_ = true;
    read();
    marks_broken_ = false;
  } catch (const core::Error& error) {
    problem_ = error.what();
    marks_.clear();
  }
}

void UserFiles::read() {
  const fs::path file = folder_ / "bookmarks.json";
  const std::string name = file.string();
  const auto json = read_if_there(file);
  if (!json) return;
  if (!json->is_array()) core::fail("{}: it is no list", name);
  for (const Json& entry : *json) {
    Mark mark{text_at(entry, "scene", name), {}};
    mark.bookmark.name = text_at(entry, "name", name);
    mark.bookmark.position = vector_at(entry, "position", name);
    mark.bookmark.look_at = vector_at(entry, "look_at", name);
    if (!entry.contains("seconds")) core::fail("{}: an entry has no 'seconds'", name);
    mark.bookmark.seconds = number_of(entry["seconds"], name);
    marks_.push_back(std::move(mark));
  }
}

void UserFiles::opened(const std::string& scene) {
  std::erase(recent_, scene);
  recent_.insert(recent_.begin(), scene);
  if (recent_.size() > most_recent) recent_.resize(most_recent);
  if (recent_broken_) return;
  core::make_folder(folder_);
  core::write_file(folder_ / "recent.json", core::json_text(Json(recent_), 1) + "\n");
}

fs::path UserFiles::thumbnail(const std::string& scene) const {
  return cache_ / (core::checksum_text(core::checksum(scene)) + ".png");
}

void UserFiles::keep_thumbnail(const std::string& scene, core::Size size,
                               const std::vector<std::byte>& rgb) const {
  constexpr auto to = thumbnail_size;
  // The largest part of that shape in the middle, each pixel the mean of what it covers.
  const int width = std::min(size.width, size.height * to.width / to.height);
  const int height = std::min(size.height, size.width * to.height / to.width);
  if (width < to.width || height < to.height) return;
  const int left = (size.width - width) / 2, top = (size.height - height) / 2;
  core::Image small(to.width, to.height);
  for (int y = 0; y < to.height; ++y)
    for (int x = 0; x < to.width; ++x) {
      const int x0 = left + x * width / to.width, x1 = left + (x + 1) * width / to.width;
      const int y0 = top + y * height / to.height, y1 = top + (y + 1) * height / to.height;
      for (int c = 0; c < 3; ++c) {
        double sum = 0;
        for (int j = y0; j < y1; ++j)
          for (int i = x0; i < x1; ++i)
            sum += static_cast<double>(rgb[static_cast<std::size_t>(3 * (j * size.width + i) + c)]);
        small.at(x, y)[c] = static_cast<float>(sum / (255.0 * (x1 - x0) * (y1 - y0)));
      }
    }
  core::make_folder(cache_);
  core::write_png(thumbnail(scene), small);
}

std::vector<Bookmark> UserFiles::bookmarks(const std::string& scene) const {
  std::vector<Bookmark> found;
  for (const Mark& mark : marks_)
    if (mark.scene == scene) found.push_back(mark.bookmark);
  return found;
}

void UserFiles::add(const std::string& scene, const Bookmark& bookmark) {
  std::erase_if(marks_, [&](const Mark& m) { return m.scene == scene && m.bookmark.name == bookmark.name; });
  marks_.push_back({scene, bookmark});
  write_bookmarks();
}

void UserFiles::remove(const std::string& scene, const std::string& name) {
  std::erase_if(marks_, [&](const Mark& m) { return m.scene == scene && m.bookmark.name == name; });
  write_bookmarks();
}

void UserFiles::write_bookmarks() const {
  if (marks_broken_) core::fail("the bookmarks are not written: {}", problem_);
  Json list = Json::array();
  for (const Mark& mark : marks_)
    list.push_back({{"scene", mark.scene},
                    {"name", mark.bookmark.name},
                    {"position", as_json(mark.bookmark.position)},
                    {"look_at", as_json(mark.bookmark.look_at)},
                    {"seconds", mark.bookmark.seconds}});
  core::make_folder(folder_);
  core::write_file(folder_ / "bookmarks.json", core::json_text(list, 1) + "\n");
}

}  // namespace app
