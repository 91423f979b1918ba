#include "config/base/result.h"
