// What nearly every file of the program includes, parsed once. Only libraries' headers: each file still names
// what it uses, so that the build without this (NEURASTER_PRECOMPILED=OFF) is the same. Heavy headers that
// few files use (CLI11, nlohmann/json) stay out: they made every other file slower.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#define GLM_FORCE_DEPTH_ZERO_TO_ONE  // as renderer/math.h does
#include <glm/glm.hpp>
#include <glm/gtc/matrix_transform.hpp>
#include <glm/gtc/quaternion.hpp>
