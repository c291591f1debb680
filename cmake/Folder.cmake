# neuraster_folder(TARGET PATH...): the headers below these folders (or these headers) are found by TARGET and by
# whoever links it, and by nobody else. So an include that the floor plan does not allow does not compile: each
# target has an include root of its own in the build, where links lead to the folders that it owns.
function(neuraster_folder target)
  set(root ${CMAKE_BINARY_DIR}/folders/${target})
  foreach(path ${ARGN})
    get_filename_component(parent ${root}/${path} DIRECTORY)
    file(MAKE_DIRECTORY ${parent})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${path} ${root}/${path} SYMBOLIC)
  endforeach()
  get_target_property(type ${target} TYPE)
  if(type STREQUAL INTERFACE_LIBRARY)
    target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${root}>)
  else()
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${root}>)
  endif()
endfunction()
