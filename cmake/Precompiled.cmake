# One precompiled header for the targets of the program: it halves the time of a small file. For GCC alone; clang's
# tools cannot read GCC's, so configure with -DNEURASTER_PRECOMPILED=OFF for clang-tidy. Figures are in
# benchmarks/results/build_time.md.
option(NEURASTER_PRECOMPILED "Use a precompiled header (GCC only)" ON)

# ccache stores such compilations only where it may take the header's content for known.
if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache$")
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

if(NEURASTER_PRECOMPILED AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  find_package(glm REQUIRED)
  add_library(precompiled OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
  target_link_libraries(precompiled PRIVATE neuraster_options fmt::fmt glm::glm)
  target_precompile_headers(precompiled PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.h)
  # ccache needs -fpch-preprocess. GCC 12 no longer knows that a precompiled line is a system header's, and warns
  # of copies inside std::string that cannot happen; the build without the header keeps these warnings.
  # GCC 13 and newer turn two x86 options on from -O2 upwards, and then refuse the header for -O1 unless both name them.
  if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13 AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(precompiled PUBLIC "$<$<COMPILE_LANGUAGE:CXX>:-munroll-only-small-loops;-mvzeroupper>")
  endif()
  target_compile_options(precompiled PUBLIC
    "$<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>")
endif()

# neuraster_precompiled(TARGET...): these targets use it. Their compile options may differ in -O only.
function(neuraster_precompiled)
  if(NOT TARGET precompiled)
    return()
  endif()
  foreach(target ${ARGN})
    get_target_property(type ${target} TYPE)
    if(type STREQUAL EXECUTABLE)  # GCC takes a header that was compiled with -fPIC for -fPIC only, not for -fPIE
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${target} PRIVATE -fPIC)
    endif()
    target_precompile_headers(${target} REUSE_FROM precompiled)
    target_compile_options(${target} PRIVATE $<TARGET_PROPERTY:precompiled,INTERFACE_COMPILE_OPTIONS>)
  endforeach()
endfunction()
