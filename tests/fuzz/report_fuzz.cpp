// libFuzzer over the profile.json that `compare` and `profile --from` read: any text gives times or one
// core::Error, and the page that is made of it holds the text as data. tools/fuzz.sh builds and runs it.

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "app/report/compare_profiles.h"
#include "app/report/picture.h"
#include "app/report/report.h"
#include "core/error.h"
#include "core/file.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto path = fuzz::put("p.json", text);
  try {
    const app::ProfileTimes profile = app::read_profile(path);
    const app::Comparison comparison = app::compare_profiles(profile, profile, {.resamples = 3});
    for (const app::TimeComparison& time : comparison.times)
      if (!(time.low <= time.change && time.change <= time.high)) std::abort();
    std::vector<std::string> pictures;
    for (const app::RunTimes& run : profile.runs)
      pictures.push_back(app::picture_for_page(fuzz::folder(), run.picture));
    app::write_html_page(fuzz::folder() / "page.html", text, pictures);
    const std::string page = core::read_text(fuzz::folder() / "page.html");
    const std::size_t begin = page.find("id=\"profile\">"), end = page.find("</script>", begin);
    if (page.find('<', begin) != end) std::abort();
  } catch (const core::Error&) {
  }
  return 0;
}
