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

if(OMSCOPE_SANITIZE)
  target_compile_options(omscope_build INTERFACE
    -fsanitize=${OMSCOPE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(omscope_build INTERFACE -fsanitize=${OMSCOPE_SANITIZE})
endif()

# The commit a binary was made from, for --version; empty outside of a checkout.
execute_process(
  COMMAND git -C ${CMAKE_CURRENT_SOURCE_DIR} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE OMSCOPE_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
