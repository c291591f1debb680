#pragma once
// Pass families: how work a pixel at a time reaches every backend.
//
// A pass is a function of one pixel (or cell, or ray) of a grid; a family is a view struct of plain pointers
// and numbers, and the passes that read and write through it, in order. The family brings plain loops on the
// host: the reference runs those, and so does the CPU backend where nobody has tuned the family for it. A
// backend may hold the family compiled for itself and finds it by its name and its view's; a GPU has to.
// docs/adding.md shows how to add a family; no backend's interface changes for it.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace compute {

/// A pass as loops on the host. `view` is the family's view struct.
struct HostPass {
  std::string_view name;
  int (*rows)(const void* view) = nullptr;  ///< of its grid; they may run in any order, on any thread
  void (*run_row)(const void* view, int y) = nullptr;  ///< all columns of a row
  void (*run_backward)(const void* view) = nullptr;  ///< the whole grid in one fixed order; null: no gradient
};

struct PassFamily {
  std::string_view name;            ///< "upscale"
  std::string_view view;            ///< what the view stores: "f32", "f64", or "f16" between passes
  std::size_t view_bytes = 0;       ///< sizeof the view struct: backends refuse another version's
  std::span<const HostPass> plain;  ///< the passes in order, as plain loops; names alone where a view
                                    ///< is for devices only
};

/// The family's loops on the host. Throws core::Error where it is for devices only.
std::span<const HostPass> plain_loops(const PassFamily& family);

/// A family bound to a backend. Passes are numbered in the family's order. run() enqueues: the pointers in
/// the view are the backend's memory and stay valid until the work is done; the view itself is copied.
class Passes {
 public:
  virtual ~Passes() = default;
  virtual void run(int pass, const void* view) = 0;
  /// From the gradients of what a pass wrote to those of what it read. On a CPU in one fixed order of
  /// summation; a GPU adds atomically. Nothing for a pass without a gradient.
  virtual void run_backward(int pass, const void* view) = 0;
};

/// A family on a backend with its types: View is the view struct, Pass an enum in the family's order.
template <typename Pass, typename View>
class PassesOf {
 public:
  /// `passes`: BackendOf::passes() of the family whose view is View.
  explicit PassesOf(std::unique_ptr<Passes> passes) : passes_(std::move(passes)) {}
  void run(Pass pass, const View& view) { passes_->run(static_cast<int>(pass), &view); }
  void run_backward(Pass pass, const View& view) { passes_->run_backward(static_cast<int>(pass), &view); }

 private:
  std::unique_ptr<Passes> passes_;
};

/// Throws core::Error unless a backend's compiled passes are those of the family: as many, by these names,
/// for a view of this size.
void expect_same_passes(const PassFamily& family, std::size_t view_bytes,
                        std::span<const std::string_view> names);

/// The family as a backend compiled it, among all that the backend has; null where it has none. Compiled has
/// the members name, view, view_bytes and passes, which have names. Throws as expect_same_passes.
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

/// What a module's families have entered, from anywhere in the module, before it is asked for them.
template <typename Compiled>
class Registry {
 public:
  static std::span<const Compiled* const> all() { return list(); }
  /// A static object of this type enters the family when the module is loaded.
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
