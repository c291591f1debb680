#include "app/report/compare_profiles.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <random>
#include <set>

#include "core/error.h"

namespace app {
namespace {

constexpr std::size_t min_frames = 20;
/// Smaller differences than these come from the clock and not from the program.
constexpr double min_ms = 0.005, min_share_of_frame = 0.001;

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

/// How many frames' worth of noise one independent sample is: 1 + 2 * the sum of the autocorrelations, cut
/// where the sum of two neighbours is no longer positive (Geyer 1992, initial positive sequence).
double correlation_time(const std::vector<double>& values) {
  const std::size_t n = values.size();
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(n);
  const auto covariance = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < n; ++i) sum += (values[i] - mean) * (values[i + lag] - mean);
    return sum;
  };
  const double variance = covariance(0);
  if (variance <= 0) return 1;
  double time = -1;
  for (std::size_t lag = 0; lag + 1 < n / 2; lag += 2) {
    const double pair = (covariance(lag) + covariance(lag + 1)) / variance;
    if (pair <= 0) break;
    time += 2 * pair;
  }
  return std::max(1.0, time);
}

/// The value below which Student's t with `freedom` degrees lies with the probability: the normal quantile,
/// by bisection, and its Cornish-Fisher expansion.
double student_quantile(double probability, double freedom) {
  double low = 0, high = 40;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(-middle / std::numbers::sqrt2) < probability ? low : high) = middle;
  }
  const double z = low, z2 = z * z;
  return z + z * (z2 + 1) / (4 * freedom) + z * (5 * z2 * z2 + 16 * z2 + 3) / (96 * freedom * freedom);
}

struct Interval {
  double middle = 0, half_width = 0;
};

/// The median of a correlated series with the interval that holds the true one with this probability.
Interval median_interval(const std::vector<double>& series, double probability,
                         const CompareOptions& options) {
  const std::size_t n = series.size();
  const double time = correlation_time(series), count = static_cast<double>(n);
  const double wanted = std::ceil(std::max(4 * time, std::cbrt(count)));
  const auto block = static_cast<std::size_t>(std::clamp(wanted, 1.0, count / 5));
  std::mt19937_64 random(options.seed);
  std::vector<double> sample(n), medians;
  for (int r = 0; r < options.resamples; ++r) {
    for (std::size_t filled = 0; filled < n;) {
      const std::size_t start = random() % n;
      for (std::size_t i = 0; i < block && filled < n; ++i) sample[filled++] = series[(start + i) % n];
    }
    medians.push_back(median(sample));
  }
  const double mean = std::accumulate(medians.begin(), medians.end(), 0.0) / options.resamples;
  double variance = 0;
  for (const double m : medians) variance += (m - mean) * (m - mean) / (options.resamples - 1);
  // A block's ends cut correlations off: of an exponential decay the share time / (2 * block) of the
  // variance.
  const double length = static_cast<double>(block), kept = std::max(0.25, 1 - time / (2 * length));
  const double freedom = std::max(2.0, count / length - 1);
  sample = series;
  return {median(sample), std::sqrt(variance / kept) * student_quantile(0.5 + probability / 2, freedom)};
}

/// The times of one pass in those frames where it ran in both profiles.
struct Paired {
  std::string run, name;
  std::vector<double> a, b;
  double frame_ms = 0;               // median of the whole frame in a
  double variance = 0, freedom = 1;  // of the logarithm of b / a from repeat to repeat
  double disturbance = 0;            // logarithm of how much slower than alone one of the runs may have been
};

/// The fastest time of each frame over the repeats, because disturbances only make a frame slower.
std::map<std::uint64_t, double> fastest(const RunTimes& run, const std::vector<double>& ms) {
  std::map<std::uint64_t, double> times;
  for (std::size_t i = 0; i < ms.size(); ++i) {
    const auto [entry, fresh] = times.try_emplace(run.frame_index[i], ms[i]);
    if (!fresh) entry->second = std::min(entry->second, ms[i]);
  }
  return times;
}

/// The variance of a mean, and its degrees of freedom.
struct Spread {
  double variance = 0, freedom = 0;
};

/// How much a run differs from repeat to repeat. Each repeat has images of its own, and their place in memory
/// makes a pass faster or slower in all of its frames. So the frames of one repeat alone cannot tell it.
Spread spread_of_repeats(const RunTimes& run, const std::vector<double>& ms) {
  const auto best = fastest(run, ms);
  std::map<std::uint64_t, std::size_t> seen;
  std::vector<std::vector<double>> slower;  // by repeat: logarithm of how much slower than the best of them
  for (std::size_t i = 0; i < ms.size(); ++i) {
    const std::size_t repeat = seen[run.frame_index[i]]++;
    if (repeat == slower.size()) slower.emplace_back();
    const double least = best.at(run.frame_index[i]);
    if (least > 0) slower[repeat].push_back(std::log(ms[i] / least));
  }
  std::erase_if(slower, [](const std::vector<double>& one) { return one.size() < min_frames; });
  if (slower.size() < 2) return {};
  // The lower quartile, because a busy machine delays many frames of a repeat, and a bad place in memory all
  // of them.
  std::vector<double> levels;
  for (std::vector<double>& one : slower) {
    const auto quarter = one.begin() + static_cast<std::ptrdiff_t>(one.size() / 4);
    std::nth_element(one.begin(), quarter, one.end());
    levels.push_back(*quarter);
  }
  const double count = static_cast<double>(levels.size());
  const double mean = std::accumulate(levels.begin(), levels.end(), 0.0) / count;
  double squares = 0;
  for (const double m : levels) squares += (m - mean) * (m - mean);
  return {squares / (count - 1) / count, count - 1};
}

/// The number of repeats of each frame.
double repeats_of(const RunTimes& run) {
  const std::set<std::uint64_t> frames(run.frame_index.begin(), run.frame_index.end());
  return static_cast<double>(run.frame_index.size()) /
         static_cast<double>(std::max<std::size_t>(1, frames.size()));
}

/// The logarithm of the factor by which waiting for processors may have changed b / a. It is the difference
/// between the two waits plus a part of what both waited, since other frames may have been hit. The program's
/// own threads wait for each other too, alike in both. The fastest of R repeats has waited less: the smallest
/// of R uniform numbers between 0 and d is d / (R + 1) on average, and a single one is d / 2.
double disturbance(const RunTimes& run_a, const RunTimes& run_b) {
  const auto slowed = [](const RunTimes& run) {
    return -std::log1p(-std::clamp(run.waited_for_cpu, 0.0, 0.99)) * 2 / (repeats_of(run) + 1);
  };
  const double a = slowed(run_a), b = slowed(run_b);
  return std::abs(a - b) + 0.5 * std::min(a, b);
}

std::vector<Paired> pair_up(const RunTimes& a, const RunTimes& b) {
  const auto collect = [&](const std::string& name, const std::vector<double>& a_ms,
                           const std::vector<double>& b_ms) {
    Paired paired{.run = a.label, .name = name, .a = {}, .b = {}};
    const auto other = fastest(b, b_ms);
    for (const auto& [index, ms] : fastest(a, a_ms)) {
      const auto match = other.find(index);
      if (match == other.end() || ms <= 0 || match->second <= 0) continue;
      paired.a.push_back(ms);
      paired.b.push_back(match->second);
    }
    // Welch 1947: unequal variances.
    const Spread of_a = spread_of_repeats(a, a_ms), of_b = spread_of_repeats(b, b_ms);
    paired.variance = of_a.variance + of_b.variance;
    double inverse = 0;
    for (const Spread& one : {of_a, of_b})
      if (one.variance > 0) inverse += one.variance * one.variance / one.freedom;
    if (inverse > 0) paired.freedom = paired.variance * paired.variance / inverse;
    return paired;
  };
  std::vector<Paired> result{collect("frame", a.frame_ms, b.frame_ms)};
  if (result[0].a.size() < min_frames)
    core::fail_usage("the runs '{}' have only {} frames in common, of at least {} that a comparison needs",
                     a.label, result[0].a.size(), min_frames);
  if (!a.processor_ms.empty() && !b.processor_ms.empty())
    result.push_back(collect("processor time", a.processor_ms, b.processor_ms));
  for (const PassTimes& pass : a.passes)
    for (const PassTimes& other : b.passes)
      if (other.name == pass.name) result.push_back(collect(pass.name, pass.ms, other.ms));
  std::vector<double> frame = result[0].a;
  for (Paired& paired : result) {
    paired.frame_ms = median(frame);
    // Processor time contains no waiting.
    if (paired.name != "processor time") paired.disturbance = disturbance(a, b);
  }
  std::erase_if(result, [](const Paired& paired) { return paired.a.size() < min_frames; });
  return result;
}

TimeComparison judge(const Paired& paired, double probability, const CompareOptions& options) {
  std::vector<double> ratio(paired.a.size()), a = paired.a, b = paired.b;
  for (std::size_t i = 0; i < ratio.size(); ++i) ratio[i] = std::log(paired.b[i] / paired.a[i]);
  Interval interval = median_interval(ratio, probability, options);
  const double repeats = std::sqrt(paired.variance) * student_quantile(0.5 + probability / 2, paired.freedom);
  interval.half_width = std::hypot(interval.half_width, repeats) + paired.disturbance;
  TimeComparison result{.run = paired.run, .name = paired.name, .a_ms = median(a), .b_ms = median(b)};
  result.change = result.b_ms / result.a_ms - 1;
  // The pairs say how sure the change is. Where frames are of several kinds, the medians may be of different
  // kinds and contradict the pairs: the interval then reaches from one to the other.
  result.low = std::min(result.change, std::exp(interval.middle - interval.half_width) - 1);
  result.high = std::max(result.change, std::exp(interval.middle + interval.half_width) - 1);
  const bool measurable =
      std::abs(result.b_ms - result.a_ms) > std::max(min_ms, min_share_of_frame * paired.frame_ms);
  if (measurable && result.low > 0 && result.change > options.threshold) result.verdict = Verdict::slower;
  if (measurable && result.high < 0 && result.change < -options.threshold) result.verdict = Verdict::faster;
  const double reach = std::max(std::abs(result.low), std::abs(result.high));
  result.uncertain = result.verdict == Verdict::same && reach > options.threshold &&
                     reach * result.a_ms > std::max(min_ms, min_share_of_frame * paired.frame_ms);
  return result;
}

/// Pairs the runs that have the same label in both profiles. Where each has only one run these are a pair,
/// whatever their labels.
std::vector<std::pair<const RunTimes*, const RunTimes*>> match(const ProfileTimes& a, const ProfileTimes& b,
                                                               std::string& notes) {
  std::vector<std::pair<const RunTimes*, const RunTimes*>> pairs;
  if (a.runs.size() == 1 && b.runs.size() == 1) return {{&a.runs[0], &b.runs[0]}};
  for (const RunTimes& run : a.runs) {
    const auto other = std::find_if(b.runs.begin(), b.runs.end(),
                                    [&](const RunTimes& candidate) { return candidate.label == run.label; });
    if (other != b.runs.end())
      pairs.emplace_back(&run, &*other);
    else
      notes += fmt::format("only in A: {}\n", run.label);
  }
  for (const RunTimes& run : b.runs)
    if (std::none_of(a.runs.begin(), a.runs.end(), [&](const RunTimes& r) { return r.label == run.label; }))
      notes += fmt::format("only in B: {}\n", run.label);
  if (pairs.empty()) core::fail_usage("the two profiles have no combination of settings in common");
  return pairs;
}

std::string table(const std::vector<TimeComparison>& times, double confidence) {
  std::string text, run;
  for (const TimeComparison& time : times) {
    if (time.run != run)
      text += fmt::format("{}\n  {:<28} {:>10} {:>10} {:>9}   {:.0f} % interval\n", run = time.run, "median",
                          "A ms", "B ms", "change", 100 * confidence);
    text += fmt::format("  {:<28} {:>10.3f} {:>10.3f} {:>+8.1f}%   {:+.1f} to {:+.1f}%{}\n", time.name,
                        time.a_ms, time.b_ms, 100 * time.change, 100 * time.low, 100 * time.high,
                        time.verdict == Verdict::slower   ? "   SLOWER"
                        : time.verdict == Verdict::faster ? "   faster"
                        : time.uncertain                  ? "   cannot tell"
                                                          : "");
  }
  return text;
}

/// The times that `chosen` accepts: "frame (taau), lighting (taau)". Adds their number to `count`.
template <typename Chosen>
std::string names_of(const std::vector<TimeComparison>& times, int& count, const Chosen& chosen) {
  std::string names;
  for (const TimeComparison& time : times)
    if (chosen(time)) names += fmt::format("{}{} ({})", count++ ? ", " : "", time.name, time.run);
  return names;
}

/// "2 became slower by more than 5 %: frame (taau), lighting (taau)". Only where every interval is narrow
/// enough it says that there is no difference.
std::string conclusion(const std::vector<TimeComparison>& times, double threshold) {
  std::string text;
  for (const auto& [verdict, word] : {std::pair{Verdict::slower, "slower"}, {Verdict::faster, "faster"}}) {
    int count = 0;
    const std::string names =
        names_of(times, count, [wanted = verdict](const auto& time) { return time.verdict == wanted; });
    if (count)
      text += fmt::format("{} became {} by more than {:g} %: {}\n", count, word, 100 * threshold, names);
  }
  int count = 0;
  std::string names = names_of(times, count, [](const auto& time) { return time.uncertain; });
  if (count > 4) names = fmt::format("{} of the {} times above", count, times.size());
  if (count)
    text += fmt::format(
        "cannot tell whether more than {:g} % lie between them: {} (more --frames and --repeat narrow "
        "the intervals)\n",
        100 * threshold, names);
  return text.empty() ? fmt::format("no difference of more than {:g} %\n", 100 * threshold) : text;
}

/// Names what makes two runs draw different amounts of pixels; empty where they draw the same.
std::string other_sizes(const RunTimes& a, const RunTimes& b) {
  const auto words = [](core::Size size) { return fmt::format("{}x{}", size.width, size.height); };
  const bool known = area(a.output) > 0 && area(b.output) > 0 && area(a.render) > 0 && area(b.render) > 0;
  if (!known || (a.render == b.render && a.output == b.output)) return {};
  const auto scale = [](const RunTimes& run) {
    return static_cast<double>(run.output.height) / run.render.height;
  };
  const char* what = a.output == b.output ? "scale" : scale(a) == scale(b) ? "size" : "size and scale";
  return fmt::format(
      "{}: the runs differ in {}: A draws {} for {} (scale {:.3g}), B draws {} for {} (scale {:.3g})\n",
      a.label, what, words(a.render), words(a.output), scale(a), words(b.render), words(b.output), scale(b));
}

}  // namespace

Comparison compare_profiles(const ProfileTimes& a, const ProfileTimes& b, const CompareOptions& options) {
  Comparison result;
  std::string notes;
  if (a.scene != b.scene) notes += fmt::format("the scenes differ: {} and {}\n", a.scene, b.scene);
  if (a.device != b.device) notes += fmt::format("the devices differ: {} and {}\n", a.device, b.device);
  std::vector<Paired> all;
  for (const auto& [run_a, run_b] : match(a, b, notes)) {
    notes += other_sizes(*run_a, *run_b);
    for (const auto& [name, run] : {std::pair{"A", run_a}, {"B", run_b}})
      if (run->waited_for_cpu > 0.1)
        notes += fmt::format(
            "{}: {} waited {:.0f} % of its time for a processor; the intervals are wider for it\n", name,
            run->label, 100 * run->waited_for_cpu);
    if (std::min(repeats_of(*run_a), repeats_of(*run_b)) < 2)
      notes += fmt::format(
          "{}: one of them ran once: what differs from start to start is not in its intervals (profile "
          "--repeat 5)\n",
          run_a->label);
    for (Paired& paired : pair_up(*run_a, *run_b)) all.push_back(std::move(paired));
  }
  const double each = 1 - (1 - options.confidence) / static_cast<double>(all.size());
  for (const Paired& paired : all) result.times.push_back(judge(paired, each, options));
  result.text = notes + table(result.times, options.confidence) + conclusion(result.times, options.threshold);
  result.exit_code = std::any_of(result.times.begin(), result.times.end(),
                                 [](const TimeComparison& time) { return time.verdict == Verdict::slower; });
  return result;
}

}  // namespace app
