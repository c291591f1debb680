#pragma once
// What the window remembers of its user from run to run: the scenes that were opened, each with a small
// picture, and views of the camera.

#include <filesystem>
#include <glm/glm.hpp>
#include <string>
#include <vector>

#include "core/frame.h"
#include "core/picture/image.h"

namespace app {

/// A view of a scene that was remembered.
struct Bookmark {
  std::string name;
  glm::vec3 position{0}, look_at{0};
  double seconds = 0;  ///< of the scene
};

class UserFiles {
 public:
  static constexpr core::Size thumbnail_size{64, 36};

  /// `folder` keeps recent.json and bookmarks.json, `cache` the pictures; both may be missing. A file that
  /// cannot be read counts as empty and is not written to, and problem() says so.
  UserFiles(std::filesystem::path folder, std::filesystem::path cache);

  const std::string& problem() const { return problem_; }

  /// The scenes that were opened, as the user names them, the newest first.
  const std::vector<std::string>& recent() const { return recent_; }
  /// Throws core::Error where it cannot be written; so do all below.
  void opened(const std::string& scene);

  /// Where the picture of a scene is, or will be.
  std::filesystem::path thumbnail(const std::string& scene) const;
  /// Keeps a small picture of it: [height][width][3] bytes, its middle in the shape of a thumbnail.
  void keep_thumbnail(const std::string& scene, core::Size size, const std::vector<std::byte>& rgb) const;

  std::vector<Bookmark> bookmarks(const std::string& scene) const;
  /// One of the same name is replaced.
  void add(const std::string& scene, const Bookmark& bookmark);
  void remove(const std::string& scene, const std::string& name);

 private:
  struct Mark {
    std::string scene;
    Bookmark bookmark;
  };
  void read();
  void write_bookmarks() const;

  std::filesystem::path folder_, cache_;
  std::vector<std::string> recent_;
  std::vector<Mark> marks_;
  bool recent_broken_ = false, marks_broken_ = false;
  std::string problem_;
};

}  // namespace app
