#pragma once

// Cells hold wide characters only where this is set before the header.
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <wchar.h>

// Swift's module of the C library leaves out what X/Open adds to <wchar.h>.
extern int wcwidth(wchar_t character);
