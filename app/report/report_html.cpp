// Writes the HTML report: app/report/report.html with the profile's JSON in it. The page loads nothing else.

#include <string>
#include <string_view>

#include "app/report/picture.h"
#include "app/report/report_json.h"
#include "core/file.h"
#include "report_page.h"  // made from report.html by CMake

namespace app {

namespace {

/// Puts JSON in the place of a mark. A "<" may begin a tag or a comment that ends the element around it,
/// whatever a scene is called. In JSON it only stands in strings, where it may be written in another way.
void put(std::string& page, std::string_view mark, const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  page.replace(page.find(mark), mark.size(), safe);
}

}  // namespace

void write_html_report(const std::filesystem::path& path, const Profile& profile) {
  std::vector<std::string> pictures;
  for (const ProfileRun& run : profile.runs)
    pictures.push_back(picture_for_page(path.parent_path(), run.picture));
  write_html_page(path, profile_text(profile), pictures);
}

void write_html_page(const std::filesystem::path& path, std::string json,
                     const std::vector<std::string>& pictures) {
  if (json.starts_with("\xef\xbb\xbf")) json.erase(0, 3);  // a byte-order mark is not JSON
  std::string list;
  for (const std::string& picture : pictures) list += (list.empty() ? "" : ",") + json_text(picture);
  std::string page(report_page);
  put(page, "/*PICTURES*/", "[" + list + "]");
  put(page, "/*PROFILE*/", json);
  core::write_file(path, page);
}

}  // namespace app
