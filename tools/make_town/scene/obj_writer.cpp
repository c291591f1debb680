#include "tools/make_town/scene/obj_writer.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "core/file.h"
#include "tools/make_town/geometry/random.h"

namespace town {

namespace {

/// Appends a fixed-point number: 12345 with 4 decimals is 1.2345. No locale, no rounding left to a library.
void append(std::string& out, std::int64_t value, int decimals) {
  if (value < 0) out += '-';
  char digits[24];
  auto* end = std::to_chars(digits, digits + sizeof digits, value < 0 ? -value : value).ptr;
  std::string text(digits, end);
  if (static_cast<int>(text.size()) <= decimals)
    text.insert(0, static_cast<std::size_t>(decimals) + 1 - text.size(), '0');
  text.insert(text.size() - static_cast<std::size_t>(decimals), 1, '.');
  out += text;
}

struct Key {
  std::int64_t x, y, z;
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  std::size_t operator()(const Key& k) const {
    return static_cast<std::size_t>(
        mix(static_cast<std::uint64_t>(k.x) ^
            mix(static_cast<std::uint64_t>(k.y) ^ mix(static_cast<std::uint64_t>(k.z)))));
  }
};

/// Numbers of one kind of line ("v", "vt", "vn"), each written once.
class Lines {
 public:
  Lines(std::string& out, const char* word, int decimals, int components)
      : out_(out),
        word_(word),
        decimals_(decimals),
        components_(components),
        scale_(std::pow(10.0, decimals)) {}

  std::uint32_t number(glm::vec3 p) {
    const auto fixed = [&](float x) {
      return static_cast<std::int64_t>(std::llround(static_cast<double>(x) * scale_));
    };
    const Key key{fixed(p.x), fixed(p.y), components_ > 2 ? fixed(p.z) : 0};
    const auto [entry, fresh] = numbers_.emplace(key, static_cast<std::uint32_t>(numbers_.size()) + 1);
    if (fresh) {
      out_ += word_;
      const std::int64_t values[] = {key.x, key.y, key.z};
      for (int i = 0; i < components_; ++i) {
        out_ += ' ';
        append(out_, values[i], decimals_);
      }
      out_ += '\n';
    }
    return entry->second;
  }

 private:
  std::string& out_;
  const char* word_;
  int decimals_, components_;
  double scale_;
  std::unordered_map<Key, std::uint32_t, KeyHash> numbers_;
};

}  // namespace

void write_obj(const std::filesystem::path& folder, const Model& model) {
  std::string vertices, faces, materials = "# Written by make_town.\n\n";
  Lines positions(vertices, "v", 4, 3), uvs(vertices, "vt", 4, 2), normals(vertices, "vn", 3, 3);
  const auto append_number = [](std::string& out, std::uint32_t n) {
    char digits[12];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
  };
  for (std::size_t m = 0; m < material_count; ++m) {
    const auto& part = model.triangles[m];
    if (part.empty()) continue;
    materials += material_entry(material(static_cast<Mat>(m)));
    faces += std::string("usemtl ") + material(static_cast<Mat>(m)).name + "\n";
    for (std::size_t i = 0; i < part.size(); ++i) {
      const Vertex& v = part[i];
      faces += i % 3 == 0 ? "f " : " ";
      append_number(faces, positions.number(v.position));
      faces += '/';
      append_number(faces, uvs.number({v.uv, 0}));
      faces += '/';
      append_number(faces, normals.number(v.normal));
      if (i % 3 == 2) faces += '\n';
    }
  }
  core::write_file(folder / (model.shape + ".mtl"), materials);
  core::write_file(folder / (model.shape + ".obj"), "# Written by make_town.\nmtllib " + model.shape +
                                                        ".mtl\no " + model.shape + "\n" + vertices + faces);
}

}  // namespace town
