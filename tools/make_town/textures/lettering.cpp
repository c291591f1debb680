#include "tools/make_town/textures/lettering.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace town {

namespace {

constexpr float pi = 3.14159265f;

/// A glyph as text: each stroke a polyline "x,y x,y ...", arcs as "(cx,cy rx,ry from to)" in degrees, y up.
/// Coordinates are in tenths of the capital height.
struct Glyph {
  char letter;
  float width;
  const char* strokes;
};

constexpr Glyph glyphs[] = {
    {'A', 7, "L0,0 3.5,10 L3.5,10 7,0 L1.2,3.5 5.8,3.5"},
    {'B', 6,
     "L0,0 0,10 L0,10 3,10 A3,7.6,2.6,2.4,90,-90 L3,5.2 0,5.2 L3,5.2 3.2,5.2 A3.2,2.6,2.8,2.6,90,-90 L3.2,0 "
     "0,0"},
    {'C', 7, "A4,5,4,5,50,310"},
    {'D', 7, "L0,0 0,10 L0,10 2.6,10 A2.6,5,4.4,5,90,-90 L2.6,0 0,0"},
    {'E', 5.5, "L0,0 0,10 L0,10 5.4,10 L0,5.2 4.4,5.2 L0,0 5.5,0"},
    {'F', 5.2, "L0,0 0,10 L0,10 5.2,10 L0,5.2 4.2,5.2"},
    {'G', 7.4, "A4,5,4,5,50,345 L7.7,3.7 7.7,4.4 L7.7,4.4 4.8,4.4"},
    {'H', 6.6, "L0,0 0,10 L6.6,0 6.6,10 L0,5.2 6.6,5.2"},
    {'I', 0.4, "L0.2,0 0.2,10"},
    {'J', 4, "L4,10 4,3 A1.8,2.8,2.2,2.8,0,-150"},
    {'K', 6.4, "L0,0 0,10 L6,10 0,4.4 L2,6.2 6.4,0"},
    {'L', 5.2, "L0,10 0,0 L0,0 5.2,0"},
    {'M', 8.2, "L0,0 0.6,10 L0.6,10 4.1,2 L4.1,2 7.6,10 L7.6,10 8.2,0"},
    {'N', 6.8, "L0,0 0,10 L0,10 6.8,0 L6.8,0 6.8,10"},
    {'O', 8, "A4,5,4,5,0,360"},
    {'P', 5.8, "L0,0 0,10 L0,10 3,10 A3,7.3,2.8,2.7,90,-90 L3,4.6 0,4.6"},
    {'Q', 8, "A4,5,4,5,0,360 L4.6,2.6 7.8,-1"},
    {'R', 6.2, "L0,0 0,10 L0,10 3,10 A3,7.4,2.7,2.6,90,-90 L3,4.8 0,4.8 L2.8,4.8 6.2,0"},
    {'S', 5.6, "A2.9,7.5,2.6,2.5,35,270 A2.8,2.5,2.8,2.5,90,-145"},
    {'T', 6.4, "L3.2,0 3.2,10 L0,10 6.4,10"},
    {'U', 6.6, "L0,10 0,3.4 A3.3,3.4,3.3,3.4,180,360 L6.6,3.4 6.6,10"},
    {'V', 7, "L0,10 3.5,0 L3.5,0 7,10"},
    {'W', 10, "L0,10 2.6,0 L2.6,0 5,8.6 L5,8.6 7.4,0 L7.4,0 10,10"},
    {'X', 6.6, "L0,0 6.4,10 L0.2,10 6.6,0"},
    {'Y', 6.6, "L0,10 3.3,4.8 L6.6,10 3.3,4.8 L3.3,4.8 3.3,0"},
    {'Z', 6.2, "L0.2,10 6.2,10 L6.2,10 0,0 L0,0 6.2,0"},
    {'0', 6, "A3,5,3,5,0,360"},
    {'1', 2.6, "L0,8.2 1.8,10 L1.8,10 1.8,0"},
    {'2', 5.6, "A2.8,7.3,2.6,2.7,165,-35 L4.9,5.8 0,0 L0,0 5.6,0"},
    {'3', 5.4, "A2.6,7.6,2.4,2.4,150,-90 A2.6,2.6,2.8,2.6,90,-150"},
    {'4', 6, "L4.4,0 4.4,10 L4.4,10 0,3 L0,3 6,3"},
    {'5', 5.4, "L4.8,10 0.8,10 L0.8,10 0.4,5.4 A2.6,3.1,2.8,3.1,125,-150"},
    {'6', 5.6, "A2.8,3,2.8,3,0,360 A4.6,4,4.6,6,180,100"},
    {'7', 5.6, "L0,10 5.6,10 L5.6,10 1.8,0"},
    {'8', 5.4, "A2.7,7.6,2.3,2.4,0,360 A2.7,2.6,2.7,2.6,0,360"},
    {'9', 5.6, "A2.8,7,2.8,3,0,360 A1,6,4.6,6,0,-80"},
    {'&', 7.2,
     "L6.6,0 1.4,7 A2.8,8,1.7,2,215,-40 L4.1,6.7 1.2,4.6 A2.7,2.5,2.7,2.5,125,310 L4.4,0.6 6.8,4.4"},
    {'.', 0.6, "L0.2,0.3 0.4,0.3"},
    {',', 0.8, "L0.6,0.5 0.1,-1.4"},
    {'\'', 0.6, "L0.3,10 0.2,7.6"},
    {'-', 3, "L0,4.6 3,4.6"},
    {':', 0.6, "L0.2,0.6 0.4,0.6 L0.2,6 0.4,6"},
    {'!', 0.6, "L0.3,10 0.3,3 L0.2,0.3 0.4,0.3"},
    {'+', 5, "L0,4.6 5,4.6 L2.5,2.1 2.5,7.1"},
    {' ', 3, ""},
};

const Glyph& glyph_of(char letter) {
  const auto* found =
      std::find_if(std::begin(glyphs), std::end(glyphs), [&](const Glyph& g) { return g.letter == letter; });
  if (found == std::end(glyphs)) core::fail("the lettering has no '{}'", letter);
  return *found;
}

std::vector<Stroke> strokes_of(const Glyph& glyph) {
  std::vector<Stroke> strokes;
  const char* s = glyph.strokes;
  const auto number = [&] {
    char* end = nullptr;
    const float value = std::strtof(s, &end);
    s = end;
    while (*s == ',' || *s == ' ') ++s;
    return value;
  };
  while (*s) {
    const char kind = *s++;
    if (kind == 'L') {
      const float ax = number(), ay = number(), bx = number(), by = number();
      strokes.push_back({{ax, ay}, {bx, by}});
    } else {
      const float cx = number(), cy = number(), rx = number(), ry = number(), from = number(), to = number();
      const int steps = std::max(6, static_cast<int>(std::abs(to - from) / 14));
      const auto point = [&](int i) {
        const float t = (from + (to - from) * static_cast<float>(i) / static_cast<float>(steps)) * pi / 180;
        return glm::vec2(cx + rx * std::cos(t), cy + ry * std::sin(t));
      };
      for (int i = 0; i < steps; ++i) strokes.push_back({point(i), point(i + 1)});
    }
  }
  for (Stroke& stroke : strokes) stroke = {stroke.a * 0.1f, stroke.b * 0.1f};
  return strokes;
}

}  // namespace

Text::Text(std::string_view text, const TextStyle& style) : style_(style) {
  for (const char letter : text) {
    const Glyph& glyph = glyph_of(letter);
    for (const Stroke& s : strokes_of(glyph)) {
      // A pen held at 20 degrees from the horizontal writes thick verticals and thin horizontals.
      const glm::vec2 d = s.b - s.a;
      const float angle = std::atan2(d.y, d.x);
      const float thick = std::abs(std::sin(angle + 0.35f));
      const float half = 0.5f * style.weight * (1 - style.contrast + style.contrast * thick);
      pens_.push_back({s.a + glm::vec2(width_, 0), s.b + glm::vec2(width_, 0), half});
      const bool vertical = std::abs(d.x) < 0.25f * std::abs(d.y) && std::abs(d.y) > 0.25f;
      if (!style.serifs || !vertical) continue;
      for (const glm::vec2 end : {s.a, s.b})
        if (end.y < 0.02f || end.y > 0.98f)
          pens_.push_back({end + glm::vec2(width_ - 0.13f, 0), end + glm::vec2(width_ + 0.13f, 0), 0.028f});
    }
    width_ += glyph.width * 0.1f + style.spacing;
  }
  width_ -= style.spacing;
}

float Text::coverage(glm::vec2 uv, float blur) const {
  const glm::vec2 p((uv.x - style_.center.x) * style_.aspect / style_.height + 0.5f * width_,
                    (uv.y - style_.center.y) / style_.height + 0.5f);
  if (p.y < -0.35f || p.y > 1.25f || p.x < -0.3f || p.x > width_ + 0.3f) return 0;
  float nearest = 1;
  for (const Pen& pen : pens_) {
    if (std::min(pen.a.x, pen.b.x) > p.x + 0.2f || std::max(pen.a.x, pen.b.x) < p.x - 0.2f) continue;
    const glm::vec2 d = pen.b - pen.a;
    const float t = glm::clamp(glm::dot(p - pen.a, d) / std::max(glm::dot(d, d), 1e-6f), 0.0f, 1.0f);
    nearest = std::min(nearest, glm::length(p - pen.a - t * d) - pen.half_width);
  }
  return glm::clamp(0.5f - nearest / blur, 0.0f, 1.0f);
}

}  // namespace town
