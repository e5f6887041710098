# How every target of this project is compiled.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library(omscope_build INTERFACE)

if(OMSCOPE_DEVELOPER_MODE)
  target_compile_options(omscope_build INTERFACE
    -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wnull-dereference -Werror)
  # GCC 12 sees reads and leaks of memory in libstdc++'s own headers that are not there.
  target_compile_options(omscope_build INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference -Wno-error=maybe-uninitialized
      -Wno-error=stringop-overflow -Wno-error=array-bounds -Wno-restrict>)
endif()

# Much of a build goes into optimising what never runs long. The library is worth -O3; generated
# classes, the command line and the maker of samples are not, and link to omscope_light; of tests
# nothing is but what they test. With sanitizers, optimising the checks of a source takes longer
# than all the rest of compiling it.
add_library(omscope_light INTERFACE)
target_compile_options(omscope_light INTERFACE $<$<CONFIG:Release>:-O1>)
add_library(omscope_unoptimised INTERFACE)
target_compile_options(omscope_unoptimised INTERFACE $<$<CONFIG:Release>:-O0>)
if(OMSCOPE_SANITIZE)
  target_compile_options(omscope_light INTERFACE -O0)
  target_compile_options(omscope_unoptimised INTERFACE -O0)
endif()

# omscope_precompile(TARGET HEADERS…): only headers of other projects. A source still includes all
# it uses: preset fuzz builds without, and would show what is missing.
option(OMSCOPE_PCH "Precompile the headers of other projects" ON)
function(omscope_precompile target)
  if(OMSCOPE_PCH)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
set(OMSCOPE_STD_HEADERS
  <algorithm> <array> <charconv> <filesystem> <functional> <map> <memory> <optional> <sstream>
  <string> <string_view> <unordered_map> <variant> <vector>)
set(OMSCOPE_PROTOBUF_HEADERS
  <google/protobuf/message.h> <google/protobuf/generated_message_reflection.h>
  <google/protobuf/extension_set.h> <google/protobuf/map.h> <google/protobuf/map_entry.h>
  <google/protobuf/map_field_inl.h> <google/protobuf/repeated_field.h>
  <google/protobuf/unknown_field_set.h> <google/protobuf/wire_format.h>)

if(OMSCOPE_SANITIZE)
  # A null pointer is caught when it is used; to ask at every one takes a fifth of the compile time.
  target_compile_options(omscope_build INTERFACE
    -fsanitize=${OMSCOPE_SANITIZE} -fno-sanitize=null,vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(omscope_build INTERFACE -fsanitize=${OMSCOPE_SANITIZE})
endif()

# The commit a binary was made from, for --version; empty outside of a checkout.
execute_process(
  COMMAND git -C ${CMAKE_CURRENT_SOURCE_DIR} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE OMSCOPE_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
