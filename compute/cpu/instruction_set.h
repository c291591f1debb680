#pragma once
// The instruction sets that tuned passes are built for.

namespace compute::cpu {

enum class InstructionSet { baseline, v3, v4 };  ///< of x86-64: any, AVX2, AVX-512

/// Returns the widest set that this machine has. DNNL_MAX_CPU_ISA limits it as it limits oneDNN.
InstructionSet best_instruction_set();

/// Returns "baseline", "avx2" or "avx512".
const char* name_of(InstructionSet set);

}  // namespace compute::cpu
