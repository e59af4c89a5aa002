/* The allocator of the C library, which Swift's Glibc leaves out. */
#pragma once

#include <malloc.h>
