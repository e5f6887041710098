# cmake --install: bin/omscope, the library with its headers, and the CMake package omscope::omscope.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/omscope)

install(TARGETS omscope_tool RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS omscope omscope_schemas EXPORT omscopeTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/omscope ${PROJECT_BINARY_DIR}/src/generated/omscope
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")
install(EXPORT omscopeTargets NAMESPACE omscope:: DESTINATION ${package_dir})

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/omscopeConfig.cmake.in
  ${PROJECT_BINARY_DIR}/omscopeConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/omscopeConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(
  FILES ${PROJECT_BINARY_DIR}/omscopeConfig.cmake ${PROJECT_BINARY_DIR}/omscopeConfigVersion.cmake
  DESTINATION ${package_dir})
