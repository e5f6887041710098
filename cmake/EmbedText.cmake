# Run as a script: writes a source that holds text files as constants.
#   cmake -DOUT=FILE -DNAMESPACE=a::b -DHEADER=path.h -DTEXTS=kName=FILE,… -P EmbedText.cmake
# A raw string of any length: GCC sets no limit, and Clang's warning of one is switched off where
# the source is added.
string(REPLACE "," ";" texts "${TEXTS}")
set(body "// Made by cmake/EmbedText.cmake.\n#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n")
foreach(text IN LISTS texts)
  string(REGEX MATCH "^([^=]+)=(.*)$" matched "${text}")
  set(name "${CMAKE_MATCH_1}")
  file(READ "${CMAKE_MATCH_2}" content)
  string(APPEND body
    "\nconst std::string_view ${name} = R\"omscope_text(${content})omscope_text\";\n")
endforeach()
string(APPEND body "\n}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUT}" "${body}")
