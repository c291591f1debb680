#pragma once
// A generator on the host that is a function of the test.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "app/frame/generators/host_generator.h"

namespace testing_support {

class HostFunction final : public app::HostGenerator {
 public:
  using Process = std::function<void(const core::FrameIo&)>;
  using Draw = std::function<void(neural::DebugView, core::f16*)>;

  /// Without `draw` no view may be asked for.
  explicit HostFunction(Process process, Draw draw = {}, std::string name = "a function")
      : process_(std::move(process)), draw_(std::move(draw)), name_(std::move(name)) {}
  std::string description() const override { return name_; }
  void draw(neural::DebugView view, core::f16* rgba) override { draw_(view, rgba); }

 protected:
  void process(const core::FrameIo& io) override { process_(io); }

 private:
  Process process_;
  Draw draw_;
  std::string name_;
};

template <typename... Arguments>
std::unique_ptr<app::Generator> host_function(Arguments&&... arguments) {
  return std::make_unique<HostFunction>(std::forward<Arguments>(arguments)...);
}

}  // namespace testing_support
