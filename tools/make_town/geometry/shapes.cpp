#include "tools/make_town/geometry/shapes.h"

#include <algorithm>
#include <cmath>

#include "tools/make_town/geometry/noise.h"

namespace town {

using glm::vec2;
using glm::vec3;

namespace {

constexpr float tau = 6.2831853f;

/// A texture offset that depends on where a thing is, so that no two crates look alike.
vec2 offset_of(vec3 p) {
  const auto key = [](float x) { return static_cast<std::uint32_t>(static_cast<int>(std::lround(x * 200))); };
  const std::uint32_t h = hash(key(p.x), key(p.y), key(p.z));
  return {hash01(h, 1) * 8, hash01(h, 2) * 8};
}

/// Wood's grain (u) runs along a pole or a stave, and its circumference need not be a whole tile.
bool grained(Mat m) {
  return m >= Mat::timber && m <= Mat::paint_white;
}

/// A tube's ring: vertices around a centre in the plane of (side, up).
struct Ring {
  vec3 center, side, up;
  float radius, v;
};

void join(const Pen& pen, Mat m, const Ring& low, const Ring& high, int sides, float repeats) {
  const auto vertex = [&](const Ring& r, int i) {
    const float a = tau * static_cast<float>(i) / static_cast<float>(sides);
    const vec3 n = std::cos(a) * r.side + std::sin(a) * r.up;
    const vec2 uv(repeats * static_cast<float>(i) / static_cast<float>(sides), r.v);
    return Vertex{r.center + r.radius * n, n, grained(m) ? vec2(uv.y, uv.x) : uv};
  };
  for (int i = 0; i < sides; ++i) {
    const Vertex a = vertex(low, i), b = vertex(low, i + 1), c = vertex(high, i + 1), d = vertex(high, i);
    pen.triangle(m, a, b, c);
    pen.triangle(m, a, c, d);
  }
}

/// Two unit vectors so that (side, up, along) turns counter-clockwise outside.
void frame(vec3 along, vec3& side, vec3& up) {
  const vec3 reference = std::abs(along.y) < 0.95f ? vec3(0, 1, 0) : vec3(0, 0, 1);
  side = glm::normalize(glm::cross(reference, along));
  up = glm::cross(along, side);
}

float around(Mat m, float radius) {
  if (grained(m)) return tau * radius / material(m).metres;
  return std::max(1.0f, std::round(tau * radius / material(m).metres));
}

}  // namespace

void box(const Pen& base, Mat m, vec3 low, vec3 high, int faces) {
  const Pen pen = base.textured_from(offset_of(base.world((low + high) * 0.5f)));
  const vec3 size = high - low;
  vec3 along(1, 0, 0);
  if (size.y > size.x && size.y >= size.z) along = {0, 1, 0};
  if (size.z > size.x && size.z > size.y) along = {0, 0, 1};
  const auto face = [&](vec3 a, vec3 b, vec3 c, vec3 d) { pen.quad(m, a, b, c, d, along); };
  const vec3 l = low, h = high;
  if (faces & front_face) face({l.x, l.y, h.z}, {h.x, l.y, h.z}, {h.x, h.y, h.z}, {l.x, h.y, h.z});
  if (faces & back_face) face({h.x, l.y, l.z}, {l.x, l.y, l.z}, {l.x, h.y, l.z}, {h.x, h.y, l.z});
  if (faces & right_face) face({h.x, l.y, h.z}, {h.x, l.y, l.z}, {h.x, h.y, l.z}, {h.x, h.y, h.z});
  if (faces & left_face) face({l.x, l.y, l.z}, {l.x, l.y, h.z}, {l.x, h.y, h.z}, {l.x, h.y, l.z});
  if (faces & top_face) face({l.x, h.y, h.z}, {h.x, h.y, h.z}, {h.x, h.y, l.z}, {l.x, h.y, l.z});
  if (faces & bottom_face) face({l.x, l.y, l.z}, {h.x, l.y, l.z}, {h.x, l.y, h.z}, {l.x, l.y, h.z});
}

void block(const Pen& pen, Mat m, vec3 center, vec3 size, int faces) {
  box(pen, m, center - size * 0.5f, center + size * 0.5f, faces);
}

void beam(const Pen& base, Mat m, vec3 a, vec3 b, float width, float depth, vec3 up, int faces) {
  const Pen pen = base.textured_from(offset_of(base.world((a + b) * 0.5f)));
  const vec3 along = glm::normalize(b - a);
  vec3 side = glm::cross(along, up);
  if (glm::dot(side, side) < 1e-6f) side = glm::cross(along, vec3(0, 0, 1));
  side = glm::normalize(side) * (0.5f * width);
  const vec3 lift = glm::normalize(glm::cross(side, along)) * (0.5f * depth);
  const vec3 p[8] = {a - side - lift, a + side - lift, a + side + lift, a - side + lift,
                     b - side - lift, b + side - lift, b + side + lift, b - side + lift};
  const auto face = [&](int i, int j, int k, int l) { pen.quad(m, p[i], p[j], p[k], p[l], along); };
  if (faces & front_face) face(3, 2, 6, 7);  // towards up
  if (faces & back_face) face(1, 0, 4, 5);
  if (faces & right_face) face(2, 1, 5, 6);
  if (faces & left_face) face(0, 3, 7, 4);
  if (faces & top_face) face(7, 6, 5, 4);
  if (faces & bottom_face) face(0, 1, 2, 3);
}

void rod(const Pen& pen, Mat m, vec3 a, vec3 b, float radius, int sides, bool ends) {
  const vec3 along = glm::normalize(b - a);
  Ring low{a, {}, {}, radius, 0}, high = low;
  frame(along, low.side, low.up);
  high = low;
  high.center = b;
  high.v = glm::length(b - a) / material(m).metres;
  join(pen, m, low, high, sides, around(m, radius));
  if (!ends) return;
  for (int i = 1; i + 1 < sides; ++i) {
    const auto point = [&](const Ring& r, int k) {
      const float t = tau * static_cast<float>(k) / static_cast<float>(sides);
      return r.center + radius * (std::cos(t) * r.side + std::sin(t) * r.up);
    };
    pen.triangle(m, point(high, 0), point(high, i), point(high, i + 1), high.side);
    pen.triangle(m, point(low, 0), point(low, i + 1), point(low, i), low.side);
  }
}

void tube(const Pen& pen, Mat m, std::span<const vec3> points, float radius, int sides) {
  Ring previous{};
  float v = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const vec3 before = points[i > 0 ? i - 1 : 0], after = points[i + 1 < points.size() ? i + 1 : i];
    const vec3 along = glm::normalize(after - before);
    Ring ring{points[i], {}, {}, radius, 0};
    if (i == 0) {
      frame(along, ring.side, ring.up);
    } else {
      // Carry the frame along: it must not twist.
      ring.side = glm::normalize(previous.side - along * glm::dot(previous.side, along));
      ring.up = glm::cross(along, ring.side);
      v += glm::length(points[i] - points[i - 1]) / material(m).metres;
      ring.v = v;
      join(pen, m, previous, ring, sides, around(m, radius));
    }
    previous = ring;
  }
}

void lathe(const Pen& pen, Mat m, std::span<const vec2> profile, int sides, bool smooth) {
  float widest = 0;
  for (const vec2 p : profile) widest = std::max(widest, p.x);
  const float repeats = around(m, widest);
  const auto flat = [&](std::size_t i) {  // normal of the piece from point i to i + 1
    const vec2 d = profile[i + 1] - profile[i];
    return glm::normalize(vec2(d.y, -d.x) + vec2(1e-9f, 0));
  };
  float v = 0;
  for (std::size_t i = 0; i + 1 < profile.size(); ++i) {
    const vec2 own = flat(i);
    vec2 n0 = own, n1 = own;
    if (smooth && i > 0) n0 = glm::normalize(own + flat(i - 1));
    if (smooth && i + 2 < profile.size()) n1 = glm::normalize(own + flat(i + 1));
    const float next_v = v + glm::length(profile[i + 1] - profile[i]) / material(m).metres;
    const auto vertex = [&](vec2 p, vec2 n, int k, float tv) {
      const float a = tau * static_cast<float>(k) / static_cast<float>(sides);
      const vec3 out(std::sin(a), 0, std::cos(a));
      const vec2 uv(repeats * static_cast<float>(k) / static_cast<float>(sides), tv);
      return Vertex{out * p.x + vec3(0, p.y, 0), out * n.x + vec3(0, n.y, 0),
                    grained(m) ? vec2(uv.y, uv.x) : uv};
    };
    for (int k = 0; k < sides; ++k) {
      const Vertex a = vertex(profile[i], n0, k, v), b = vertex(profile[i], n0, k + 1, v);
      const Vertex c = vertex(profile[i + 1], n1, k + 1, next_v), d = vertex(profile[i + 1], n1, k, next_v);
      pen.triangle(m, a, b, c);
      pen.triangle(m, a, c, d);
    }
    v = next_v;
  }
}

void ball(const Pen& pen, Mat m, vec3 center, float radius, int sides, float flatten) {
  const int rows = std::max(3, sides / 2);
  std::vector<vec2> profile;
  for (int i = 0; i <= rows; ++i) {
    const float a = tau * 0.5f * (static_cast<float>(i) / static_cast<float>(rows) - 0.5f);
    profile.push_back({radius * std::cos(a), radius * flatten * std::sin(a)});
  }
  profile.front().x = profile.back().x = 0;
  lathe(pen.at(center), m, profile, sides, true);
}

void torus(const Pen& pen, Mat m, float radius, float thickness, int sides, int pieces) {
  std::vector<vec2> profile;
  for (int i = 0; i <= sides; ++i) {
    const float a = tau * static_cast<float>(i) / static_cast<float>(sides);
    profile.push_back({radius + thickness * std::cos(a), thickness * std::sin(a)});
  }
  lathe(pen, m, profile, pieces, true);
}

void disc(const Pen& pen, Mat m, float radius, vec2 uv_center, vec2 uv_radius, int pieces) {
  const auto vertex = [&](int i) {
    const float a = tau * static_cast<float>(i) / static_cast<float>(pieces);
    const vec2 d(std::cos(a), std::sin(a));
    return Vertex{vec3(radius * d, 0), {0, 0, 1}, uv_center + uv_radius * d};
  };
  for (int i = 1; i + 1 < pieces; ++i) pen.triangle(m, vertex(0), vertex(i), vertex(i + 1));
}

void leaf_card(const Pen& pen, Mat m, vec3 center, vec3 right, vec3 up, vec3 outward) {
  vec3 n = glm::normalize(glm::cross(right, up));
  if (glm::dot(n, outward) < 0) {
    right = -right;
    n = -n;
  }
  n = glm::normalize(0.55f * n + outward);
  const Vertex a{center - right - up, n, {0, 0}}, b{center + right - up, n, {1, 0}},
      c{center + right + up, n, {1, 1}}, d{center - right + up, n, {0, 1}};
  pen.triangle(m, a, b, c);
  pen.triangle(m, a, c, d);
}

void surface(const Pen& pen, Mat m, int columns, int rows, const std::function<vec3(int, int)>& point,
             bool both) {
  std::vector<float> us(static_cast<std::size_t>(columns) + 1, 0), vs(static_cast<std::size_t>(rows) + 1, 0);
  for (int i = 0; i < columns; ++i)
    us[static_cast<std::size_t>(i) + 1] =
        us[static_cast<std::size_t>(i)] + glm::length(point(i + 1, rows / 2) - point(i, rows / 2));
  for (int j = 0; j < rows; ++j)
    vs[static_cast<std::size_t>(j) + 1] =
        vs[static_cast<std::size_t>(j)] + glm::length(point(columns / 2, j + 1) - point(columns / 2, j));
  const auto vertex = [&](int i, int j) {
    const vec3 du = point(std::min(i + 1, columns), j) - point(std::max(i - 1, 0), j);
    const vec3 dv = point(i, std::min(j + 1, rows)) - point(i, std::max(j - 1, 0));
    const vec3 n = glm::cross(du, dv);
    const float size = glm::length(n);
    return Vertex{
        point(i, j), size > 1e-9f ? n / size : vec3(0),
        vec2(us[static_cast<std::size_t>(i)], vs[static_cast<std::size_t>(j)]) / material(m).metres};
  };
  const auto face = [&](Vertex a, Vertex b, Vertex c) {
    // Where the sheet comes to a point, or folds, the face's own normal stands in.
    const vec3 area = glm::cross(b.position - a.position, c.position - a.position);
    if (glm::dot(area, area) < 1e-14f) return;
    const vec3 n = glm::normalize(area);
    for (Vertex* v : {&a, &b, &c})
      if (glm::dot(v->normal, n) < 0.3f) v->normal = n;
    pen.triangle(m, a, b, c);
    if (!both) return;
    for (Vertex* v : {&a, &b, &c}) v->normal = -v->normal;
    pen.triangle(m, a, c, b);
  };
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i) {
      const Vertex a = vertex(i, j), b = vertex(i + 1, j), c = vertex(i + 1, j + 1), d = vertex(i, j + 1);
      face(a, b, c);
      face(a, c, d);
    }
}

std::vector<vec3> catenary(vec3 a, vec3 b, float sag, int pieces) {
  std::vector<vec3> points;
  for (int i = 0; i <= pieces; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(pieces);
    // A parabola: within a millimetre of the hyperbolic cosine for so little sag.
    points.push_back(glm::mix(a, b, t) - vec3(0, 4 * sag * t * (1 - t), 0));
  }
  return points;
}

}  // namespace town
