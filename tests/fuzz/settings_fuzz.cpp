// libFuzzer over settings files and presets: any text gives settings or one core::Error, and settings that
// were read are written as a file that reads as the same. tools/fuzz.sh builds and runs it.

#include <cstdint>
#include <cstdlib>

#include "app/settings/settings.h"
#include "core/error.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  app::Settings settings;
  try {
    app::load_settings(fuzz::put("s.toml", {reinterpret_cast<const char*>(data), size}), settings);
  } catch (const core::Error&) {
    return 0;
  }
  const std::string text = app::to_toml(settings, app::Save::all);
  app::Settings again;
  app::load_settings(fuzz::put("again.toml", text), again);
  if (app::to_toml(again, app::Save::all) != text) std::abort();
  return 0;
}
