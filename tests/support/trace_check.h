#pragma once
// Checks that a trace has the trace-event format and agrees with its profile.json.

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

/// Expects that every event follows the format's rules ("Trace Event Format", JSON object form: names,
/// complete events and counters), that no two spans of a row overlap, and that each pass's sum is within 2 %
/// of the JSON's total.
inline void expect_trace_of(const nlohmann::json& trace, const nlohmann::json& profile) {
  using nlohmann::json;
  std::map<std::pair<int, std::string>, double> sums;
  std::map<std::pair<int, int>, double> end_of_row;
  std::map<std::pair<int, int>, std::string> row_names;
  for (const json& event : trace.at("traceEvents")) {
    const std::string phase = event.at("ph");
    ASSERT_TRUE(event.at("pid").is_number_integer());
    ASSERT_TRUE(event.at("name").is_string());
    const int process = event.at("pid");
    if (phase == "M") {
      const bool labels = event.at("name") == "process_labels";
      ASSERT_TRUE(event.at("args").at(labels ? "labels" : "name").is_string());
      if (event.at("name") == "thread_name") row_names[{process, event.at("tid")}] = event["args"]["name"];
      continue;
    }
    ASSERT_GE(event.at("ts").get<double>(), 0);
    if (phase == "C") {
      ASSERT_TRUE(event.at("args").begin().value().is_number());
      continue;
    }
    ASSERT_EQ(phase, "X");
    const double begin = event.at("ts"), duration = event.at("dur");
    ASSERT_GE(duration, 0);
    const std::pair row{process, event.at("tid").get<int>()};
    ASSERT_TRUE(row_names.contains(row)) << "a row without a name";
    double& end = end_of_row[row];
    EXPECT_GE(begin, end - 0.2) << "spans of a row overlap";  // microseconds, rounded to 0.1
    end = begin + duration;
    sums[{process, row_names[row] == "frame" ? "frame" : event.at("name").get<std::string>()}] +=
        duration / 1000;
  }
  int process = 0;
  for (const json& run : profile.at("runs")) {
    SCOPED_TRACE(run.at("label").get<std::string>());
    ++process;
    const double frames = run.at("frames");
    // Below 10 microseconds a sum is mostly rounding.
    const auto expect_total = [&](const std::string& name, double mean_ms) {
      const double total = mean_ms * frames;
      EXPECT_NEAR((sums[{process, name}]), total, 0.02 * total + 1e-5 * frames) << name;
    };
    expect_total("frame", run.at("frame").at("mean_ms"));
    for (const auto& [name, pass] : run.at("passes").items()) expect_total(name, pass.at("mean_ms"));
  }
}
