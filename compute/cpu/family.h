#pragma once
// A pass family tuned for processors: its rows vectorise and are built for several instruction sets from
// one source.
//
// A source that ends with NEURASTER_CPU_FAMILY is given to compute_cpu_passes() in CMake, which builds it
// once for each instruction set. NEURASTER_ISA is the name of the build's set and of its namespaces, so
// that inline functions of one build are never linked into another.

#include "compute/cpu/instruction_set.h"
#include "compute/passes.h"
#include "compute/types.h"

namespace compute::cpu {

struct CpuFamily {
  std::string_view name, view;
  std::size_t view_bytes = 0;
  std::span<const HostPass> passes;  ///< for the baseline
  std::span<const HostPass> (*passes_v3)() = nullptr;
  std::span<const HostPass> (*passes_v4)() = nullptr;  ///< called only where the machine can run it

  /// Returns the passes built for this set, or those for the baseline where there are none.
  std::span<const HostPass> best(InstructionSet set) const {
    if (set == InstructionSet::v4 && passes_v4) return passes_v4();
    if (set == InstructionSet::v3 && passes_v3) return passes_v3();
    return passes;
  }
};

}  // namespace compute::cpu

#if defined(__x86_64__)
#define NEURASTER_OTHER_ISAS(id) , isa_v3::id, isa_v4::id
#else
#define NEURASTER_OTHER_ISAS(id)
#endif

/// Stands at the end of a source, outside of namespaces. `table` is an expression for a span of HostPass
/// with static storage, in the order of the family `name` for `View`, which stores `Scalar`. `id` names it
/// in the module.
#define NEURASTER_CPU_FAMILY(id, name, View, Scalar, table) \
  namespace compute::cpu::NEURASTER_ISA {                   \
  std::span<const HostPass> id();                           \
  std::span<const HostPass> id() {                          \
    return table;                                           \
  }                                                         \
  }                                                         \
  NEURASTER_ENTER_CPU_FAMILY(id, name, View, Scalar)

#if defined(NEURASTER_BASELINE)
#define NEURASTER_ENTER_CPU_FAMILY(id, name, View, Scalar)                         \
  namespace compute::cpu {                                                         \
  namespace isa_v3 {                                                               \
  std::span<const HostPass> id();                                                  \
  }                                                                                \
  namespace isa_v4 {                                                               \
  std::span<const HostPass> id();                                                  \
  }                                                                                \
  static const CpuFamily id##_family{name, scalar_name<Scalar>, sizeof(View),      \
                                     isa_baseline::id() NEURASTER_OTHER_ISAS(id)}; \
  static const Registry<CpuFamily>::Entry id##_entry(id##_family);                 \
  }
#else
#define NEURASTER_ENTER_CPU_FAMILY(id, name, View, Scalar)
#endif
