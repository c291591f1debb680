#pragma once
// A stroke font of our own: capitals, digits and a little punctuation, as a broad pen would draw them.

#include <glm/glm.hpp>
#include <string_view>
#include <vector>

namespace town {

/// A straight piece of a letter, in units of the capital height; y up, baseline at 0.
struct Stroke {
  glm::vec2 a, b;
};

struct TextStyle {
  glm::vec2 center;       ///< uv of the middle of the line
  float height;           ///< of a capital, in uv
  float weight = 0.16f;   ///< stroke width over height
  float contrast = 0.5f;  ///< how much thinner horizontal strokes are: 0 none, towards 1 hairlines
  float spacing = 0.22f;  ///< between letters, over height
  float aspect = 1;       ///< how much wider than high a unit of u is than one of v (board width over height)
  bool serifs = true;
};

/// A line of text ready to be asked how much of it covers a place.
class Text {
 public:
  Text(std::string_view text, const TextStyle& style);
  /// 1 inside a letter, 0 outside, with a soft edge of `blur` (over the letter height).
  float coverage(glm::vec2 uv, float blur = 0.03f) const;
  float width() const { return width_; }  ///< over the letter height

 private:
  struct Pen {
    glm::vec2 a, b;
    float half_width;
  };
  TextStyle style_;
  std::vector<Pen> pens_;
  float width_ = 0;
};

}  // namespace town
