#pragma once

#include <stddef.h>

/* From <wchar.h>, which hides it where _XOPEN_SOURCE is not defined. */
int wcwidth(wchar_t character);
