# Compiler flags: warnings as the style guide asks, hardening as the OpenSSF guide asks.
add_compile_options(
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Wvla
    -Wformat=2 -Wimplicit-fallthrough
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
    $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
    $<$<COMPILE_LANGUAGE:C>:-Wwrite-strings>
    -fno-common -fstack-protector-strong -fvisibility=hidden)
if(ANSWERBACK_WERROR)
    add_compile_options(-Werror)
endif()
add_compile_definitions(_GNU_SOURCE ANSWERBACK_VERSION="${PROJECT_VERSION}")
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_options(-fstack-clash-protection -fcf-protection=full
                        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    # clang 14 has it behind a flag of its own; gcc 12 has it.
    include(CheckCCompilerFlag)
    check_c_compiler_flag(-ftrivial-auto-var-init=zero HAVE_AUTO_VAR_INIT)
    if(HAVE_AUTO_VAR_INIT)
        add_compile_options(-ftrivial-auto-var-init=zero)
    endif()
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
