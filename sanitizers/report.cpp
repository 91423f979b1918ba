#include "sanitizers/format.h"
