// Vectors of floats whose number of lanes an instruction set chooses: what the kernels' arithmetic is written in.
//
// The kernels' headers are compiled once per instruction set. An inline function with external linkage would exist once
// per unit under one name, and the linker might keep the AVX2 build of it for every processor. So these headers include
// nothing but <cstdint>, and all they define lies in unnamed namespaces.
#pragma once

#include <cstdint>

// A vector that a function takes by reference stays in its register only where the function is inlined.
#define SADDLEPOINT_INLINE __attribute__((always_inline)) inline

namespace saddlepoint {

namespace {

// A width of vectors, and its vectors as memory holds them: among floats, hence may_alias. Not a template over the
// number of lanes, since GCC drops that attribute from a type that depends on a parameter.
struct EightLanes {
  static constexpr int64_t kLanes = 8;
  using Vector = float __attribute__((vector_size(32)));
  using InMemory = float __attribute__((vector_size(32), aligned(4), may_alias));
};

struct SixteenLanes {
  static constexpr int64_t kLanes = 16;
  using Vector = float __attribute__((vector_size(64)));
  using InMemory = float __attribute__((vector_size(64), aligned(4), may_alias));
};

// How many sums products keep in the registers of an instruction set: of 16 registers twelve, of 32 two dozen. Fewer
// would wait for each other, more would be moved to memory and back.
struct SixteenRegisters {
  static constexpr int kPanels = 2;  // of a filter, times rows()
  static constexpr int rows(int panels) { return 6; }
  static constexpr int kGroup = 4;  // outputs of a Winograd wgrad, times three panels
};

struct ThirtyTwoRegisters {
  static constexpr int kPanels = 4;
  static constexpr int rows(int panels) { return panels == kPanels ? 6 : 12; }
  static constexpr int kGroup = 8;
};

// What the arithmetic asks of an instruction set; GCC splits vectors wider than the processor's. Vectors are passed by
// reference: by value those of 32 bytes have no stable calling convention without AVX, of which GCC warns.
template <typename Width, typename Registers>
struct Simd : Width, Registers {
  using typename Width::InMemory;
  using typename Width::Vector;

  SADDLEPOINT_INLINE static void load(Vector& to, const float* from) { to = *reinterpret_cast<const InMemory*>(from); }
  SADDLEPOINT_INLINE static void store(float* to, const Vector& from) { *reinterpret_cast<InMemory*>(to) = from; }

  // A store past the caches to an aligned address, where a processor has one; a fence ends a series of them.
  SADDLEPOINT_INLINE static void stream(float* to, const Vector& from) { store(to, from); }
  SADDLEPOINT_INLINE static void end_stream() {}
};

}  // namespace

}  // namespace saddlepoint
