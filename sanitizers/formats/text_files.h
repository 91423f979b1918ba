// Files that are text: plain text, logs, JSON, drawings as text (SXF, STEP, DXF), and tables (CSV, TSV). Each
// leaves in the charset it came in, without control and bidi characters; tables lose their formulas if the
// profile says so, drawings the paths to other computers. A file that turns out not to be text is held, and so is a drawing
// that is not what it says; JSON that is none leaves as text.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class TextFormat : public Format {
 public:
  enum class Kind { plain, table, json, step, dxf };
  explicit TextFormat(Kind kind) : kind_(kind) {}
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
  Outcome to_text(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }

 private:
  Kind kind_;
};

// What formats of text share: how a text that could not be taken ends, how one that was written is reported, and counting.
Outcome text_problem(const struct TextChunks& chunks);
void finish_text(const struct TextChunks& chunks, const Type* type, Outcome& outcome);
void count_removed(std::vector<Removed>& removed, std::string_view what, uint64_t count);

}  // namespace mugai::sanitize
