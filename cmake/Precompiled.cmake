# A precompiled header for the targets of the program, and one for the tests: it halves the time of a small file. For
# GCC alone; clang's tools cannot read GCC's, so configure with -DNEURASTER_PRECOMPILED=OFF for clang-tidy. Figures are
# in benchmarks/results/build_time.md.
option(NEURASTER_PRECOMPILED "Use precompiled headers (GCC only)" ON)

# ccache stores such compilations only where it may take the header's content for known.
if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache$")
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

# One target a header: what compiles with it must have the same options but for -O.
function(neuraster_precompiled_header name header)
  add_library(${name} OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
  target_link_libraries(${name} PRIVATE neuraster_options ${ARGN})
  target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/${header})
  # ccache needs -fpch-preprocess. GCC 12 no longer knows that a precompiled line is a system header's, and warns
  # of copies inside std::string that cannot happen; the build without the header keeps these warnings.
  # GCC 13 and newer turn two x86 options on from -O2 upwards, and then refuse the header for -O1 unless both name them.
  if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13 AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(${name} PUBLIC "$<$<COMPILE_LANGUAGE:CXX>:-munroll-only-small-loops;-mvzeroupper>")
  endif()
  target_compile_options(${name} PUBLIC
    "$<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>")
endfunction()

if(NEURASTER_PRECOMPILED AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  find_package(glm REQUIRED)
  neuraster_precompiled_header(precompiled precompiled.h fmt::fmt glm::glm)
endif()

# neuraster_precompiled_with(HEADER_TARGET TARGET...): these targets use it.
function(neuraster_precompiled_with header)
  if(NOT TARGET ${header})
    return()
  endif()
  foreach(target ${ARGN})
    get_target_property(type ${target} TYPE)
    if(type STREQUAL EXECUTABLE)  # GCC takes a header that was compiled with -fPIC for -fPIC only, not for -fPIE
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${target} PRIVATE -fPIC)
    endif()
    target_precompile_headers(${target} REUSE_FROM ${header})
    target_compile_options(${target} PRIVATE $<TARGET_PROPERTY:${header},INTERFACE_COMPILE_OPTIONS>)
  endforeach()
endfunction()

function(neuraster_precompiled)
  neuraster_precompiled_with(precompiled ${ARGN})
endfunction()
