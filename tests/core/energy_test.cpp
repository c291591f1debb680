#include "core/energy.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "tests/support/scratch.h"

namespace {

class EnergyTest : public testing::Test {
 protected:
  void zone(const std::string& name, const std::string& kind, const std::string& microjoules) {
    core::write_file(folder_ / name / "name", kind + "\n");
    core::write_file(folder_ / name / "energy_uj", microjoules + "\n");
    core::write_file(folder_ / name / "max_energy_range_uj", "10000000\n");
  }
  std::filesystem::path folder_ = testing_support::scratch();
};

TEST_F(EnergyTest, AddsPackagesAndGoesOnWhereACounterBeginsAnew) {
  zone("intel-rapl:0", "package-0", "9000000");
  zone("intel-rapl:1", "package-1", "1000000");
  zone("intel-rapl:0:0", "core", "5000000");
  core::EnergyMeter meter(folder_);
  EXPECT_EQ(meter.joules(), 0.0);
  zone("intel-rapl:0", "package-0", "500000");
  zone("intel-rapl:1", "package-1", "1250000");
  zone("intel-rapl:0:0", "core", "9000000");
  EXPECT_EQ(meter.joules(), 1.75);
  EXPECT_EQ(meter.joules(), 1.75);
}

TEST_F(EnergyTest, SaysNothingWhereNothingCanBeRead) {
  EXPECT_FALSE(core::EnergyMeter(folder_ / "absent").joules());
  zone("intel-rapl:0", "package-0", "not a number");
  EXPECT_FALSE(core::EnergyMeter(folder_).joules());
}

}  // namespace
