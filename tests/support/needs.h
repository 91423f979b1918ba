// What a test needs beyond our own code. Where it is missing the test is skipped, but where CI is set, which installs all of it
// (config/debian/packages), its absence is a fault: a test that nobody runs says nothing.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

#define MUGAI_NEEDS(is_here, what)                                                                          \
  if (const bool here = static_cast<bool>(is_here); !here && std::getenv("CI")) FAIL() << "needs " what;     \
  else if (!here) GTEST_SKIP() << "needs " what
