#include "smtp/content_decoder.h"

namespace mugai::smtp {

void ContentDecoder::write(Sink& out, Bytes bytes) {
  if (bytes.empty()) return;
  empty_ = false;
  (void)out.write(bytes);
}

// The chunk before ended with a CR that was held back. Returns how many bytes of this one it settled.
size_t ContentDecoder::resume_after_cr(Bytes chunk, Sink& out) {
  if (chunk.front() == '\n') {
    if (state_ == State::after_dot_cr) {
      state_ = State::ended;
    } else {
      write(out, "\r\n");
      state_ = State::line_start;
    }
    return 1;
  }
  bare_newline_ = true;
  write(out, normalise_ ? "\r\n" : "\r");
  state_ = normalise_ ? State::soft_line_start : State::text;
  return 0;
}

size_t ContentDecoder::decode(Bytes chunk, Sink& out) {
  if (chunk.empty() || ended()) return 0;
  size_t at = 0;
  if (state_ == State::after_cr || state_ == State::after_dot_cr) at = resume_after_cr(chunk, out);
  size_t run = at;     // beginning of the bytes that pass unchanged and are not written yet
  size_t next_cr = 0;  // the first CR at or after `at`; found once, so that many LFs cost no second look
  bool next_cr_known = false;

  const auto cut = [&](size_t end, size_t resume) {
    write(out, chunk.substr(run, end - run));
    run = at = resume;
  };
  const auto bare = [&](size_t where) {
    bare_newline_ = true;
    if (normalise_) {
      cut(where, where + 1);
      write(out, "\r\n");
    } else {
      at = where + 1;
    }
    state_ = normalise_ ? State::soft_line_start : State::text;
  };

  while (at < chunk.size() && !ended()) {
    if (state_ == State::line_start && framing_ == Framing::dot && chunk[at] == '.') {
      cut(at, at + 1);
      state_ = State::after_dot;
      continue;
    }
    if (state_ == State::after_dot && chunk[at] == '\r') {
      if (at + 1 == chunk.size()) {
        cut(at, at + 1);
        state_ = State::after_dot_cr;
        break;
      }
      if (chunk[at + 1] == '\n') {
        cut(at, at + 2);
        state_ = State::ended;
        break;
      }
    }
    state_ = State::text;
    if (!next_cr_known || next_cr < at) {
      next_cr = std::min(chunk.find('\r', at), chunk.size());
      next_cr_known = true;
    }
    const size_t lf = chunk.substr(at, next_cr - at).find('\n');
    if (lf != Bytes::npos) {
      bare(at + lf);
    } else if (next_cr == chunk.size()) {
      at = chunk.size();
    } else if (next_cr + 1 == chunk.size()) {
      cut(next_cr, next_cr + 1);
      state_ = State::after_cr;
    } else if (chunk[next_cr + 1] == '\n') {
      at = next_cr + 2;
      state_ = State::line_start;
    } else {
      bare(next_cr);
    }
  }
  write(out, chunk.substr(run, at - run));
  return at;
}

void ContentDecoder::finish(Sink& out) {
  if (state_ == State::after_cr) {
    bare_newline_ = true;
    write(out, "\r\n");
  } else if (state_ == State::text && !empty_) {
    write(out, "\r\n");
  }
  state_ = State::ended;
}

}  // namespace mugai::smtp
