#include "app/measure/cpu_contention.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace app {

Contention::Contention() : before_(threads()) {}

std::map<int, Contention::Times> Contention::threads() {
  std::map<int, Times> result;
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream file(task.path() / "schedstat");  // see sched-stats in the kernel's documentation
    Times times;
    if (file >> times.ran >> times.waited) result[std::stoi(task.path().filename())] = times;
  }
  return result;
}

double Contention::waited() const {
  double ran = 0, waited = 0;
  for (const auto& [thread, now] : threads()) {
    const auto before = before_.find(thread);
    const Times since = before == before_.end() ? Times{} : before->second;
    ran += static_cast<double>(now.ran - since.ran);
    waited += static_cast<double>(now.waited - since.waited);
  }
  return ran + waited > 0 ? waited / (ran + waited) : 0;
}

}  // namespace app
