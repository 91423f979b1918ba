// Content streams (ISO 32000-2 §7.8) and CMaps, written again token by token: operators that the standard knows with their
// operands, and nothing else: no comments, no unknown words, no broken tokens. Pictures inside of a content stream are
// decoded and written again as well.
#pragma once

#include "sanitizers/pdf/qpdf.h"
#include "sanitizers/pdf/stream_data.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize::pdf {

enum class Language { content, cmap, calculator };

// The data of `streams`, one after another, written again to `out`, which is finished.
void write_program(const std::vector<Handle>& streams, Language language, Allowance allowance, Tally& tally, Pipeline& out);

}  // namespace mugai::sanitize::pdf
