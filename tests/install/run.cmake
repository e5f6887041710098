# Installs the build into a prefix of its own, then builds and runs consumer/ from there.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "'${command}' failed:\n${said}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()

function(expect text)
  string(FIND "${said}" "${text}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "expected '${text}' in:\n${said}")
  endif()
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${SCRATCH}/prefix)

run(${SCRATCH}/prefix/bin/omscope inspect ${SAMPLE})
expect("Ascend offline model")

run(${CMAKE_COMMAND} -G Ninja -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${SCRATCH}/build
  -DCMAKE_PREFIX_PATH=${SCRATCH}/prefix -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_CXX_FLAGS=${CXX_FLAGS}
  -DCMAKE_BUILD_TYPE=${BUILD_TYPE})
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(${SCRATCH}/build/consumer ${SAMPLE})
expect("om with 1 graphs")
file(REMOVE_RECURSE ${SCRATCH})
