// Copies objects of a foreign document into one of ours, as the schema allows. Each object of the source becomes at most
// one object for each shape that it is asked for, so that what is shared stays shared and loops end. Containers are filled
// from a list of work, never by recursion: how deep a document nests is not our stack's business. Data of streams is
// decoded when the result is written; source and copier must live until then.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>

#include "sanitizers/format.h"
#include "sanitizers/pdf/qpdf.h"
#include "sanitizers/pdf/schema.h"
#include "sanitizers/pdf/stream_data.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize::pdf {

class Copier {
 public:
  Copier(QPDF& source, QPDF& target, Context& context, Tally& tally);
  Copier(const Copier&) = delete;
  Copier& operator=(const Copier&) = delete;

  // The copy of `value`, or nothing when it is not of this shape. Containers are complete after run().
  std::optional<Handle> copy(Handle value, Shape shape);

  // As copy(), of everything in `from` that the shape names, into `into`.
  void copy_keys(Handle from, Handle into, Shape shape);

  // Completes what was begun.
  void run();

  QPDF& target() { return target_; }
  Context& context() { return context_; }
  Tally& tally() { return tally_; }
  Allowance allowance() { return Allowance(context_.budget.expanded_bytes); }

  // Whether the font in this stream is one of the few that are drawn by its programs.
  bool keeps_programs(Handle font_file) const { return hinted_.contains(font_file.getObjGen()); }

  // A stream of ours whose data `write` makes when the document is written, and again if it is written twice.
  Handle new_stream(std::function<void(Pipeline*)> write);

  // Keeps a blob until the document is written.
  Bytes keep(Blob blob) { return kept_.emplace_back(std::move(blob)).bytes(); }

 private:
  struct Work {
    Handle from, into;
    Shape shape;
  };
  std::optional<Handle> begin(Handle value, Shape shape);
  std::optional<Handle> begin_stream(Handle value, Shape shape);
  void fill_map(Work& work);
  Shape give_data(Handle from, Handle into, Shape shape);

  QPDF& target_;
  Context& context_;
  Tally& tally_;
  std::map<std::pair<QPDFObjGen, Shape>, std::optional<Handle>> copies_;   // none: it cannot be copied
  const std::set<QPDFObjGen> hinted_;
  std::deque<Work> work_;
  std::deque<Blob> kept_;
};

}  // namespace mugai::sanitize::pdf
