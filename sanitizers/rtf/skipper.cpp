#include "sanitizers/rtf/skipper.h"

namespace mugai::sanitize::rtf {

Skipper::State Skipper::read(const Token& token, bool in_object) {
  switch (token.kind) {
    case Token::Kind::end: return State::cut_short;
    case Token::Kind::open: ++depth_; break;
    case Token::Kind::close:
      if (depth_-- > 0) break;
      skips_ = false;
      // An object counts once, for the group around.
      return something_ && !what_.empty() && !(what_ == "object" && in_object) ? State::over : State::over_and_nothing;
    case Token::Kind::word:
      if (token.text == "objdata" && !in_object) what_ = "object";
      break;
    case Token::Kind::symbol: break;
    case Token::Kind::text: something_ = something_ || token.text.find_first_not_of(" ;\t") != token.text.npos; break;
    case Token::Kind::hex:
    case Token::Kind::binary: something_ = true;
  }
  return State::inside;
}

}  // namespace mugai::sanitize::rtf
