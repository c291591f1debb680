# Tests of CUDA, with and without a GPU.
neuraster_test(app/frame/hand_off app_frame)
if(TARGET neuraster_cuda)
  # Tests open these in place of a driver and of a module of this version.
  add_library(no_device_driver SHARED ${CMAKE_CURRENT_LIST_DIR}/stand_ins/no_device_driver.cpp)
  set_target_properties(no_device_driver PROPERTIES PREFIX "" OUTPUT_NAME "libcuda" SUFFIX ".so.1"
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/stand_ins)
  add_library(old_backend MODULE ${CMAKE_CURRENT_LIST_DIR}/stand_ins/old_backend.cpp)
  target_link_libraries(old_backend PRIVATE compute)
  set_target_properties(old_backend PROPERTIES OUTPUT_NAME neuraster_old
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/stand_ins)
  neuraster_test(compute/cuda neural cuda_core)
  target_compile_definitions(cuda_test PRIVATE
    NEURASTER_TEST_LIBRARIES="${CMAKE_CURRENT_BINARY_DIR}/stand_ins")
  add_dependencies(cuda_test neuraster_cuda no_device_driver old_backend)
endif()
if(TARGET neuraster_cuda)
  add_subdirectory(gpu/probe)
  if(NOT NEURASTER_ASAN)  # fibers change stacks without telling it
    add_subdirectory(gpu/simulator)
  endif()
  add_executable(gpu_test gpu/gpu_test.cpp gpu/frame_on_gpu_test.cpp gpu/water_on_gpu_test.cpp)
  target_link_libraries(gpu_test PRIVATE app_frame compute_water cuda_core test_support GTest::gtest_main)
  target_compile_options(gpu_test PRIVATE -Wno-psabi ${quick_to_compile})
  add_dependencies(gpu_test neuraster_cuda)
  gtest_discover_tests(gpu_test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} DISCOVERY_TIMEOUT 60)
endif()
# What the kernels cost, counted from their machine code, against what is recorded.
find_program(PYTHON3 python3)
if(TARGET neuraster_cuda AND PYTHON3)
  add_test(NAME GpuCost WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} COMMAND ${PYTHON3} benchmarks/gpu_cost.py
    --build ${CMAKE_BINARY_DIR} --check benchmarks/results/gpu_cost.json)
  set_tests_properties(GpuCost PROPERTIES SKIP_RETURN_CODE 77)
endif()
