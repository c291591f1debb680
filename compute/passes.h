#pragma once
// Pass families carry per-pixel work to every backend.
//
// A pass is a function of one pixel (or cell, or ray) of a grid. A family is a view struct of plain
// pointers and numbers together with the passes that read and write through it, in order. The family brings
// plain loops for the host: the reference runs them, and so does the CPU backend where the family has no
// tuned version. A backend may hold a compiled version of the family, which it finds by the names of the
// family and its view; a GPU needs one. docs/adding.md shows how to add a family, which changes no
// backend's interface.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace compute {

/// A pass as loops on the host. `view` points to the family's view struct.
struct HostPass {
  std::string_view name;
  int (*rows)(const void* view) = nullptr;  ///< number of rows of its grid, which may run in any order on
                                            ///< any thread
  void (*run_row)(const void* view, int y) = nullptr;  ///< all columns of row y
  void (*run_backward)(const void* view) = nullptr;    ///< the whole grid in one fixed order; null: there is
                                                       ///< no gradient
};

struct PassFamily {
  std::string_view name;            ///< for example "upscale"
  std::string_view view;            ///< what the view stores: "f32", "f64", or "f16" between passes
  std::size_t view_bytes = 0;       ///< sizeof the view struct; backends refuse any other
  std::span<const HostPass> plain;  ///< the passes in order, as plain loops; only names where a view is for
                                    ///< devices alone
};

/// Returns the family's loops on the host. Throws core::Error where the family is for devices only.
std::span<const HostPass> plain_loops(const PassFamily& family);

/// A family bound to a backend. Passes are numbered in the family's order. run() enqueues a pass over its
/// whole grid: the pointers in the view are the backend's memory and must stay valid until the work is
/// done; the view itself is copied.
class Passes {
 public:
  virtual ~Passes() = default;
  virtual void run(int pass, const void* view) = 0;
  /// Enqueues the step from the gradients of what a pass wrote to the gradients of what it read. A CPU sums
  /// in one fixed order; a GPU adds atomically. Does nothing for a pass without a gradient.
  virtual void run_backward(int pass, const void* view) = 0;
};

/// A family's loops on the host: one row after another, on the calling thread. `passes` outlives the object.
class HostPasses : public Passes {
 public:
  explicit HostPasses(std::span<const HostPass> passes) : passes_(passes) {}
  void run(int pass, const void* view) override;
  void run_backward(int pass, const void* view) override;

 protected:
  const HostPass& at(int pass) const { return passes_[static_cast<std::size_t>(pass)]; }

 private:
  std::span<const HostPass> passes_;
};

/// The typed form of Passes: View is the view struct, Pass an enum in the family's order.
template <typename Pass, typename View>
class PassesOf {
 public:
  /// `passes` must be BackendOf::passes() of the family whose view is View.
  explicit PassesOf(std::unique_ptr<Passes> passes) : passes_(std::move(passes)) {}
  void run(Pass pass, const View& view) { passes_->run(static_cast<int>(pass), &view); }
  void run_backward(Pass pass, const View& view) { passes_->run_backward(static_cast<int>(pass), &view); }

 private:
  std::unique_ptr<Passes> passes_;
};

/// Throws core::Error unless a backend's compiled passes match the family in number, names and size of the
/// view.
void expect_same_passes(const PassFamily& family, std::size_t view_bytes,
                        std::span<const std::string_view> names);

/// Returns the version of the family that a backend compiled, or null where it has none. Compiled has the
/// members name, view, view_bytes and passes; each pass has a name. Throws as expect_same_passes() does.
template <typename Compiled>
const Compiled* find_family(std::span<const Compiled* const> all, const PassFamily& family) {
  for (const Compiled* compiled : all) {
    if (compiled->name != family.name || compiled->view != family.view) continue;
    std::vector<std::string_view> names;
    for (const auto& pass : compiled->passes) names.push_back(pass.name);
    expect_same_passes(family, compiled->view_bytes, names);
    return compiled;
  }
  return nullptr;
}

/// The families of one module. Each registers itself from its own source file while the module is loaded.
template <typename Compiled>
class Registry {
 public:
  static std::span<const Compiled* const> all() { return list(); }
  /// A static object of this type registers the family when the module is loaded.
  struct Entry {
    explicit Entry(const Compiled& family) { list().push_back(&family); }
  };

 private:
  static std::vector<const Compiled*>& list() {
    static std::vector<const Compiled*> families;
    return families;
  }
};

}  // namespace compute
