// precompiled.h for sources that include libqpdf, when clang compiles them: a class in libqpdf's headers holds a vector of
// itself, which clang 14 takes only where libstdc++'s vector is not constexpr. See mugai_uses_qpdf() in CMakeLists.txt.
#pragma once
#include <tuple>              // these stay as they are
#include <bits/allocator.h>
#pragma push_macro("_GLIBCXX20_CONSTEXPR")
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#include <algorithm>
#include <vector>
#pragma pop_macro("_GLIBCXX20_CONSTEXPR")
#include "config/base/precompiled.h"
