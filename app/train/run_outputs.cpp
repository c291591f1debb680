#include "app/train/run_outputs.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/error.h"
#include "core/file.h"

namespace app {

core::FileLock reserve(const RunOutputs& outputs) {
  namespace fs = std::filesystem;
  constexpr const char* lock_extension = ".lock";
  const fs::path out = outputs.out;
  const auto beside = [&](const std::string& extension) {
    return fs::path(out).replace_extension(extension);
  };
  for (const std::string& extension : outputs.beside)
    if (out.extension() == extension || out.extension() == lock_extension)
      core::fail_usage("--out {}: the name of the {} must not end in {}, as a file beside it does",
                       outputs.out, outputs.what, out.extension().string());
  if (outputs.resume && outputs.overwrite)
    core::fail_usage("--resume goes on with the {} at {}, --overwrite begins another: give one of them",
                     outputs.what, outputs.out);
  core::expect_writable(out);
  for (const std::string& extension : outputs.beside) core::expect_writable(beside(extension));
  // Of the file itself, whatever links lead to it.
  fs::path locked = fs::weakly_canonical(out);
  core::FileLock lock(
      locked.replace_extension(lock_extension),
      fmt::format("another run is writing '{}': wait for its end, or give this one another --out",
                  outputs.out));
  if (outputs.resume || outputs.overwrite) return lock;
  std::error_code none;
  std::vector<fs::path> kept{out};
  for (const std::string& extension : outputs.kept_beside) kept.push_back(beside(extension));
  for (const fs::path& file : kept)
    if (fs::is_regular_file(file, none))
      core::fail_usage("'{}' is there already: --resume goes on with it, --overwrite replaces it",
                       file.string());
  return lock;
}

}  // namespace app
