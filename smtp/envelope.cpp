#include "smtp/envelope.h"
