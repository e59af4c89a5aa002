#pragma once

// Cells hold wide characters only where this is set before the header.
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <wchar.h>

// Swift's module of the C library leaves out what X/Open adds to <wchar.h>.
extern int wcwidth(wchar_t character);

// The attributes are macros with a cast and a shift, which Swift does not import.
static const attr_t curses_bold = A_BOLD;
static const attr_t curses_dim = A_DIM;
static const attr_t curses_italic = A_ITALIC;
static const attr_t curses_reverse = A_REVERSE;
static const attr_t curses_underline = A_UNDERLINE;
