// What a mail can be found by, as tokens for the database's index, and what somebody looks for, as the same tokens. A token
// begins with one letter for its field; what follows is folded (NFKC, lower-case), so that it holds only ASCII letters and
// digits and characters beyond ASCII. ASCII and other alphabets are cut into words, Japanese, Chinese and Korean into pairs
// of characters, the last one of a run also alone. Addresses, Message-IDs and ids are also there whole, as a hash. Pure and
// bounded: what is beyond the bounds of one mail is not found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mugai::gateway::words {

enum class Field : char { sender = 's', recipient = 'r', subject = 'j', name = 'n' };
enum class Exact : char {
  sender = 'a', sender_domain = 'b', recipient = 'c', recipient_domain = 'd', message_id = 'm', verdict = 'v', reason = 'x'
};

std::string fold(std::string_view utf8);

// One token for a whole text, which is compared as ASCII lower-case.
std::string exact(Exact kind, std::string_view text);
// The domain of an address; empty when it has none.
std::string domain_of(std::string_view address);
// "<a@b>" and "a@b" are the same Message-ID.
std::string bare_message_id(std::string_view text);

// Collects the tokens of one mail or item: each once, divided by blanks.
class Tokens {
 public:
  void add(Field field, std::string_view text);
  void add_sender(const std::string& address);
  void add_recipients(const std::vector<std::string>& addresses);
  void add(Exact kind, std::string_view text);
  std::string take();

 private:
  std::vector<std::string> tokens_;
};

struct Term {
  std::string text;      // without the letter of a field
  bool prefix = false;
};

struct Word {              // what stood between blanks
  std::vector<Term> terms;         // all of them in the same field
  std::vector<std::string> runs;   // folded; each must stand in the folded field as it is
};

// Empty when nothing in it can be looked for.
std::vector<Word> parse(std::string_view query);

}  // namespace mugai::gateway::words
