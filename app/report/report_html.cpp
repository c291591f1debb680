// Writes the HTML report: app/report/report.html with the profile's JSON in it. The page loads nothing else.

#include <string>
#include <string_view>

#include "app/report/report_json.h"
#include "core/file.h"
#include "report_page.h"  // made from report.html by CMake

namespace app {

void write_html_report(const std::filesystem::path& path, const Profile& profile) {
  write_html_page(path, profile_text(profile));
}

void write_html_page(const std::filesystem::path& path, std::string json) {
  // A scene named "</script>" must not end the element that holds the data.
  for (std::size_t at = 0; (at = json.find("</", at)) != std::string::npos; at += 3)
    json.insert(at + 1, "\\");
  std::string page(report_page);
  constexpr std::string_view mark = "/*PROFILE*/";
  page.replace(page.find(mark), mark.size(), json);
  core::write_file(path, page);
}

}  // namespace app
