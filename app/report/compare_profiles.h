#pragma once
// Finds what became slower between two profiling runs, and how certain that is.

#include <string>
#include <vector>

#include "app/report/report.h"

namespace app {

struct CompareOptions {
  double threshold = 0.05;   ///< relative; smaller changes do not count
  double confidence = 0.95;  ///< that all intervals of one comparison together are right
  int resamples = 300;
  unsigned seed = 1;
};

enum class Verdict { same, slower, faster };

/// The comparison of one time of one run: that of the whole frame, or of a pass.
struct TimeComparison {
  std::string run, name;      ///< name is "frame" for the whole frame
  double a_ms = 0, b_ms = 0;  ///< medians over the frames that both profiles have
  double change = 0;          ///< b_ms / a_ms - 1
  double low = 0, high = 0;   ///< confidence interval of `change`, which always lies in it
  Verdict verdict = Verdict::same;
  bool uncertain = false;  ///< no verdict, but the interval reaches beyond the threshold
};

struct Comparison {
  std::vector<TimeComparison> times;
  std::string text;   ///< for the terminal: a table and a closing sentence
  int exit_code = 0;  ///< 1 where something became slower by more than the threshold
};

/// Compares two profiles frame by frame: frame n of both shows the same view, so that changes of cost along
/// the camera path cancel.
///
/// The noise of successive frames is correlated. Therefore the interval comes from a circular block bootstrap
/// (Politis and Romano 1992) of the pairs, with blocks four times as long as the correlation lasts. It is
/// widened for the number of comparisons (Bonferroni). Where runs were repeated it also covers the difference
/// between repeats (Welch's t). It is that of the median of b/a over the frames, and widened to hold the
/// ratio of the two medians, which is what the table shows. A time is slower where the interval lies above 0
/// and the change exceeds the threshold.
///
/// Throws core::UsageError where the two profiles have no run, or fewer than 20 frames, in common.
Comparison compare_profiles(const ProfileTimes& a, const ProfileTimes& b, const CompareOptions& options = {});

}  // namespace app
