// Compiles the shared headers on their own, so that each is known to stand alone.
#include "config/base/bytes.h"
#include "config/base/limits.h"
#include "config/base/profile.h"
#include "config/base/result.h"
