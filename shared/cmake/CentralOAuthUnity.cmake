# SPDX-License-Identifier: Apache-2.0
# Several sources are compiled as one: most of what a source costs is reading the standard library and instantiating its
# templates. Names in anonymous namespaces are therefore unique within a target. A source includes what it uses all the
# same: the presets fuzz and lint compile one by one.
option(CMAKE_UNITY_BUILD "Compile several sources as one" ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 24 CACHE STRING "How many sources are compiled as one")

# The warning is about headers; a source that is compiled with others looks like one.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-subobject-linkage)
endif()
