// Painted lettering: fascia boards over shops, hanging signs with pictures, a notice board. Signs are
// atlases.

#include <algorithm>
#include <memory>

#include "tools/make_town/houses/signs.h"
#include "tools/make_town/textures/lettering.h"
#include "tools/make_town/textures/surface.h"

namespace town {

namespace {

struct Line {
  Text text;
  glm::vec3 ink;
};
using Lines = std::vector<Line>;

void paint(Texel& t, const Lines& lines, glm::vec2 uv, float blur) {
  for (const Line& line : lines) {
    const float c = line.text.coverage(uv, blur);
    t.color = glm::mix(t.color, line.ink, c);
    t.height += 0.002f * c;
  }
}

Texel board(glm::vec3 paint_color, glm::vec2 grain_uv, Seed seed) {
  const float fibre = fbm(grain_uv, {6, 120}, 3, seed), blotch = fbm(grain_uv, 6, 3, seed + 3);
  Texel t;
  t.color = paint_color * (1 + 0.08f * fibre + 0.08f * blotch);
  t.color = glm::mix(t.color, rgb(0x6d553c), 0.6f * smoothstep(0.5f, 0.62f, fibre * 0.8f + blotch * 0.6f));
  t.height = 0.001f * fibre;
  t.roughness = 0.6f + 0.1f * fibre;
  return t;
}

/// Eight fascia boards from a shop on, one above the other, each eight times as wide as high.
std::function<Texel(glm::vec2)> fascias(std::size_t first, Seed seed) {
  struct Board {
    std::uint32_t color;
    Line line;
  };
  static constexpr std::uint32_t colors[] = {0x24494d, 0x6b2a26, 0x2d3e2c, 0x26344f, 0x5a3a24, 0x1f2a30,
                                             0x7a4a22, 0x3d3150, 0x2f4a5a, 0x71402a, 0x33512f, 0x54263a,
                                             0x3f3a2a, 0x5b2f1f, 0x2a3f3f, 0x46334d};
  auto boards = std::make_shared<std::vector<Board>>();
  for (std::size_t i = first; i < first + 8; ++i) {
    TextStyle style{{0.5f, 0.5f}, 0.50f};
    style.aspect = 8;
    Text text(shop_names[i], style);
    if (text.width() * style.height > 7.0f) {
      style.height = 7.0f / text.width();
      text = Text(shop_names[i], style);
    }
    boards->push_back({colors[i],
                       {std::move(text), rgb(i % 3 == 0   ? 0xf0dfae
                                             : i % 3 == 1 ? 0xe6b95c
                                                          : 0xefe6d2)}});
  }
  return [boards, seed](glm::vec2 uv) {
    const int row = std::min(7, static_cast<int>((1 - uv.y) * 8));
    const glm::vec2 p(uv.x, 8 * uv.y - static_cast<float>(7 - row));
    const Board& b = (*boards)[static_cast<std::size_t>(row)];
    Texel t = board(rgb(b.color), uv, seed);
    const float edge = std::min({p.x * 8, (1 - p.x) * 8, p.y, 1 - p.y});
    const float frame = smoothstep(0.075f, 0.085f, edge) - smoothstep(0.105f, 0.115f, edge);
    t.color = glm::mix(t.color, b.line.ink * 0.9f, frame);
    paint(t, {b.line}, p, 0.05f);
    return t;
  };
}

float ring(glm::vec2 p, glm::vec2 c, float r, float w) {
  return w - std::abs(glm::length(p - c) - r);
}
float disc(glm::vec2 p, glm::vec2 c, float r) {
  return r - glm::length(p - c);
}
float bar(glm::vec2 p, glm::vec2 a, glm::vec2 b, float w) {
  const glm::vec2 d = b - a;
  return w - glm::length(p - a - d * saturate(glm::dot(p - a, d) / glm::dot(d, d)));
}
float rectangle(glm::vec2 p, glm::vec2 low, glm::vec2 high) {
  return std::min(std::min(p.x - low.x, high.x - p.x), std::min(p.y - low.y, high.y - p.y));
}

/// What hangs over the door: positive inside. p in -1..1.
float picture(int which, glm::vec2 p) {
  using glm::vec2;
  switch (which) {
    case 0: {  // anchor
      const float arms = p.y < -0.05f ? ring(p, {0, 0.05f}, 0.5f, 0.075f) : -1;
      return std::max({bar(p, {0, 0.5f}, {0, -0.45f}, 0.07f), ring(p, {0, 0.62f}, 0.12f, 0.05f),
                       bar(p, {-0.3f, 0.32f}, {0.3f, 0.32f}, 0.06f), arms,
                       bar(p, {-0.6f, -0.1f}, {-0.42f, 0.1f}, 0.06f),
                       bar(p, {0.6f, -0.1f}, {0.42f, 0.1f}, 0.06f)});
    }
    case 1: {  // fish
      const float body = std::min(disc(p, {-0.05f, -0.45f}, 0.75f), disc(p, {-0.05f, 0.45f}, 0.75f));
      const float tail = std::min(p.x - 0.4f, 0.55f * (p.x - 0.4f) + 0.08f - std::abs(p.y));
      return std::max(std::min(body, std::abs(glm::length(p - vec2(-0.38f, 0.08f)) - 0.0f) - 0.05f),
                      std::min(tail, 0.75f - p.x));
    }
    case 2: {  // tankard
      return std::max({rectangle(p, {-0.4f, -0.5f}, {0.2f, 0.3f}),
                       p.x > 0.2f ? ring(p, {0.22f, -0.08f}, 0.26f, 0.06f) : -1,
                       disc(p, {-0.28f, 0.38f}, 0.17f), disc(p, {-0.05f, 0.44f}, 0.19f),
                       disc(p, {0.15f, 0.38f}, 0.15f)});
    }
    case 3: {  // loaf
      const float loaf = std::min(disc(p, {0, -0.25f}, 0.62f), p.y + 0.3f);
      float cut = 1;
      for (const float x : {-0.3f, 0.0f, 0.3f})
        cut = std::min(cut, -bar(p, {x - 0.06f, -0.05f}, {x + 0.08f, 0.2f}, 0.04f));
      return std::min(loaf, cut);
    }
    case 4: {  // book
      return std::min(std::max(rectangle(p, {-0.62f, -0.4f}, {-0.02f, 0.42f}),
                               rectangle(p, {0.02f, -0.4f}, {0.62f, 0.42f})),
                      std::abs(p.y - 0.2f) > 0.03f && std::abs(p.y) > 0.03f && std::abs(p.y + 0.2f) > 0.03f
                          ? 1.0f
                      : std::abs(std::abs(p.x) - 0.32f) < 0.2f ? -0.02f
                                                               : 1.0f);
    }
    case 5: {  // cup with steam
      const float cup = std::min(disc(p, {-0.05f, 0.05f}, 0.48f), 0.05f - p.y);
      return std::max(
          {cup, p.x > 0.3f ? ring(p, {0.42f, -0.12f}, 0.16f, 0.05f) : -1,
           bar(p, {-0.5f, -0.48f}, {0.4f, -0.48f}, 0.05f),
           0.045f - std::abs(p.x + 0.2f - 0.07f * std::sin(12 * p.y)) - (p.y > 0.15f && p.y < 0.6f ? 0 : 1),
           0.045f - std::abs(p.x - 0.1f - 0.07f * std::sin(12 * p.y)) - (p.y > 0.15f && p.y < 0.6f ? 0 : 1)});
    }
    case 6: {  // key
      return std::max({ring(p, {-0.4f, 0}, 0.22f, 0.08f), bar(p, {-0.15f, 0}, {0.6f, 0}, 0.06f),
                       bar(p, {0.4f, 0}, {0.4f, -0.22f}, 0.06f), bar(p, {0.58f, 0}, {0.58f, -0.26f}, 0.06f)});
    }
    default: {  // gull
      return std::max({bar(p, {-0.65f, 0.3f}, {-0.3f, 0.42f}, 0.06f),
                       bar(p, {-0.3f, 0.42f}, {0, 0.0f}, 0.10f), bar(p, {0, 0.0f}, {0.3f, 0.42f}, 0.10f),
                       bar(p, {0.3f, 0.42f}, {0.65f, 0.3f}, 0.06f),
                       std::min(disc(p, {0, -0.35f}, 0.45f), disc(p, {0, 0.35f}, 0.45f))});
    }
  }
}

/// Eight hanging signs, 4 x 2: a picture with its name below, in a gilt frame.
std::function<Texel(glm::vec2)> hanging(Seed seed) {
  static constexpr std::uint32_t colors[] = {0x274b63, 0x2f6260, 0x6a2c28, 0x704a28,
                                             0x2e4630, 0x5c3d55, 0x3a3a3f, 0x28505a};
  auto names = std::make_shared<std::vector<Line>>();
  for (const std::string_view name : sign_names) {
    TextStyle style{{0.5f, 0.17f}, 0.13f};
    style.weight = 0.19f;
    style.contrast = 0.3f;
    Text text(name, style);
    if (text.width() * style.height > 0.76f) {
      style.height = 0.76f / text.width();
      text = Text(name, style);
    }
    names->push_back({std::move(text), rgb(0xf2e3b8)});
  }
  return [names, seed](glm::vec2 uv) {
    const int column = std::min(3, static_cast<int>(uv.x * 4)),
              row = std::min(1, static_cast<int>((1 - uv.y) * 2));
    const int which = row * 4 + column;
    const glm::vec2 p(uv.x * 4 - static_cast<float>(column), uv.y * 2 - static_cast<float>(1 - row));
    Texel t = board(rgb(colors[which]), uv, seed);
    const float edge = std::min({p.x, 1 - p.x, p.y, 1 - p.y});
    t.color = glm::mix(t.color, rgb(0xc69a4a), smoothstep(0.050f, 0.045f, edge));
    const glm::vec2 q = (p - glm::vec2(0.5f, 0.59f)) * 2.7f;
    t.color = glm::mix(t.color, rgb(0xecc66e), smoothstep(-0.02f, 0.02f, picture(which, q)));
    paint(t, {(*names)[static_cast<std::size_t>(which)]}, p, 0.06f);
    return t;
  };
}

/// A notice board: four sheets with headings and small print.
std::function<Texel(glm::vec2)> notices(Seed seed) {
  struct Sheet {
    glm::vec2 low, high;
    std::uint32_t paper;
    Lines lines;
  };
  auto sheets = std::make_shared<std::vector<Sheet>>();
  const auto sheet = [&](glm::vec2 low, glm::vec2 high, std::uint32_t paper, std::uint32_t head_ink,
                         std::vector<std::pair<const char*, float>> lines) {
    Sheet s{low, high, paper, {}};
    // What room is left goes between the lines.
    float used = 0;
    for (const auto& [words, height] : lines) used += height * 1.35f;
    const float gap = std::max(0.0f, (high.y - low.y - 0.075f - used) / static_cast<float>(lines.size()));
    float y = high.y - 0.04f;
    bool first = true;
    for (const auto& [words, height] : lines) {
      TextStyle style{{0.5f * (low.x + high.x), y - 0.5f * height}, height};
      style.weight = first ? 0.20f : 0.16f;
      style.contrast = first ? 0.5f : 0.25f;
      style.serifs = first;
      Text text(words, style);
      const float room = 0.88f * (high.x - low.x);
      if (text.width() * height > room) {
        style.height = room / text.width();
        text = Text(words, style);
      }
      s.lines.push_back({std::move(text), first ? rgb(head_ink) : rgb(0x2c2a28)});
      y -= height * 1.35f + gap;
      first = false;
    }
    sheets->push_back(std::move(s));
  };
  sheet({0.05f, 0.44f}, {0.53f, 0.96f}, 0xf0e5c6, 0x9c2f22,
        {{"MARKET DAY", 0.060f},
         {"EVERY SATURDAY", 0.034f},
         {"ON THE HARBOUR SQUARE", 0.026f},
         {"FISH, FRUIT, BREAD & CLOTH", 0.022f},
         {"FROM SIX IN THE MORNING", 0.022f},
         {"UNTIL THE BELL RINGS TWELVE", 0.022f},
         {"STALLS: ASK AT THE TOWN HALL", 0.018f},
         {"NO CARTS BY THE FOUNTAIN, PLEASE", 0.016f}});
  sheet({0.57f, 0.49f}, {0.95f, 0.95f}, 0xe2e6da, 0x23506a,
        {{"TIDES", 0.055f},
         {"MON 04:10 16:35", 0.026f},
         {"TUE 05:02 17:21", 0.026f},
         {"WED 05:50 18:12", 0.026f},
         {"THU 06:41 19:04", 0.026f},
         {"FRI 07:36 20:01", 0.026f}});
  sheet({0.06f, 0.05f}, {0.42f, 0.40f}, 0xe9d8b4, 0x3b5a2c,
        {{"LOST", 0.070f},
         {"ONE GREY CAT", 0.034f},
         {"ANSWERS TO PIXEL", 0.026f},
         {"LIKES HERRING AND", 0.022f},
         {"SUBTLE MOTION", 0.022f},
         {"REWARD: A PIE", 0.022f}});
  sheet({0.47f, 0.05f}, {0.94f, 0.42f}, 0xf4eddc, 0x6b2a50,
        {{"GRAND REGATTA", 0.050f},
         {"ROWING, SAILING & SONG", 0.028f},
         {"PRIZES FOR THE FASTEST HULL", 0.021f},
         {"AND FOR THE SHARPEST EYE", 0.021f},
         {"LANTERNS ARE LIT AT DUSK", 0.021f},
         {"ALL WHO CAN READ THIS", 0.018f},
         {"LINE FROM THE FOUNTAIN", 0.014f},
         {"WIN A BUN", 0.012f}});
  return [sheets, seed](glm::vec2 uv) {
    Texel t = board(rgb(0x7a5a3c), uv, seed);
    for (const Sheet& s : *sheets) {
      const float edge = std::min({uv.x - s.low.x, s.high.x - uv.x, uv.y - s.low.y, s.high.y - uv.y});
      const float shadow = smoothstep(-0.010f, 0.0f, edge);
      t.color *= 1 - 0.35f * shadow;
      if (edge < 0) continue;
      const float stain = fbm(uv, 7, 4, seed + 9);
      t.color = rgb(s.paper) * (1 + 0.07f * stain) * (0.9f + 0.1f * smoothstep(0.0f, 0.012f, edge));
      t.height = 0.002f + 0.002f * stain;
      t.roughness = 0.9f;
      paint(t, s.lines, uv, 0.09f);
      const glm::vec2 pin(0.5f * (s.low.x + s.high.x), s.high.y - 0.014f);
      t.color = glm::mix(t.color, rgb(0xb0302a), smoothstep(0.008f, 0.006f, glm::length(uv - pin)));
    }
    return t;
  };
}

}  // namespace

std::vector<TextureSet> sign_textures(Seed seed) {
  return {{"fascia", 1024, 3.2f, false, false, fascias(0, seed)},
          {"fascia_2", 1024, 3.2f, false, false, fascias(8, seed)},
          {"hanging", 1024, 3.0f, false, false, hanging(seed + 20)},
          {"notices", 1024, 1.4f, false, false, notices(seed + 40)}};
}

}  // namespace town
