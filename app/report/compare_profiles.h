#pragma once
// What became slower between two profiling runs, and how sure that is.

#include <string>
#include <vector>

#include "app/report/report.h"

namespace app {

struct CompareOptions {
  double threshold = 0.05;   ///< smaller changes are no difference
  double confidence = 0.95;  ///< of all intervals of one comparison together
  int resamples = 300;
  unsigned seed = 1;
};

enum class Verdict { same, slower, faster };

/// One time of one run: the whole frame or a pass.
struct TimeComparison {
  std::string run, name;      ///< name is "frame" for the whole frame
  double a_ms = 0, b_ms = 0;  ///< medians over the frames that both have
  double change = 0;          ///< median of b/a of the same frame, minus 1
  double low = 0, high = 0;   ///< confidence interval of `change`
  Verdict verdict = Verdict::same;
};

struct Comparison {
  std::vector<TimeComparison> times;
  std::string text;   ///< a table and a closing sentence
  int exit_code = 0;  ///< 1 when something became slower by more than the threshold
};

/// Frame n of both runs shows the same view, so that frames are compared in pairs and the camera path's own
/// changes of cost cancel. Noise of successive frames is correlated, therefore the interval comes from a
/// circular block bootstrap (Politis and Romano 1992) of the pairs, with blocks four times as long as
/// the correlation lasts, and is widened for the number of comparisons (Bonferroni). Where runs were repeated
/// it also covers what differs from repeat to repeat (Welch's t). A time is slower where the interval lies
/// above 0 and the change is above the threshold. Throws core::UsageError where the two have no run or fewer
/// than 20 frames in common.
Comparison compare_profiles(const ProfileTimes& a, const ProfileTimes& b, const CompareOptions& options = {});

}  // namespace app
