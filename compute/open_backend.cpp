#include <dlfcn.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <filesystem>

#include "compute/backend.h"
#include "compute/reference/reference.h"
#include "core/error.h"

namespace compute {
namespace {

namespace fs = std::filesystem;

fs::path program_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::current_path() : program.parent_path();
}

fs::path module_path(const std::string& name, const std::string& folder) {
  const std::string file = "libneuraster_" + name + ".so";
  if (!folder.empty()) return fs::path(folder) / file;
  if (const char* given = std::getenv("NEURASTER_BACKENDS"); given && *given) return fs::path(given) / file;
  const fs::path beside = program_folder();
  for (const char* sub : {".", "lib", "../lib", "../lib/neuraster"})
    if (fs::exists(beside / sub / file)) return beside / sub / file;
  return beside / "lib" / file;
}

const BackendModule& open_module(const std::string& name, const std::string& folder) {
  // OpenMP reads its environment when it is loaded. Threads that spin fight with the rasterizer's.
  setenv("OMP_WAIT_POLICY", "passive", 0);
  const fs::path path = module_path(name, folder);
  if (!fs::exists(path))
    core::fail("backend '{}' cannot be opened: this build has no {} (README.md says what it needs)", name,
               path.string());
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) core::fail("backend '{}' cannot be opened: {}", name, dlerror());
  const auto entry = reinterpret_cast<BackendEntry>(dlsym(handle, "neuraster_backend"));
  if (!entry) core::fail("backend '{}': {} is not a Neuraster backend", name, path.string());
  const BackendModule* module = entry();
  if (module->version != backend_version)
    core::fail("backend '{}': {} has version {} where this program needs {}", name, path.string(),
               module->version, backend_version);
  return *module;
}

}  // namespace

std::unique_ptr<Backend> open_backend(const std::string& name, const BackendOptions& options,
                                      const std::string& folder) {
  if (name == "reference") return make_reference<float>();
  return std::unique_ptr<Backend>(open_module(name, folder).create(options));
}

bool backend_supports(const std::string& name, Precision precision, const std::string& folder) {
  if (name == "reference") return precision == Precision::f32;
  return open_module(name, folder).supports(precision);
}

std::vector<std::string> backend_needs(const std::string& name, const BackendOptions& options,
                                       const std::string& folder) {
  if (name == "reference") return {};
  const auto needs = open_module(name, folder).needs;
  return needs ? needs(options) : std::vector<std::string>{};
}

}  // namespace compute
