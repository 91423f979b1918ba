// One mail on its way through: its parts become texts of a body and pieces beside it. Used for the message that came and
// for each mail that is inside of an archive; a mail attached to a mail adds its pieces to those of the outer one, its
// text becomes a text file. Makes everything that a Composition needs but the trace fields, which only the message that
// came has. Lives for one call; one thread.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sanitizers/mime/body_text.h"
#include "sanitizers/mime/compose.h"
#include "sanitizers/mime/flatten.h"
#include "sanitizers/mime/headers.h"
#include "sanitizers/mime/piece.h"

namespace mugai::sanitize {

class Letter : public MailTreater {
 public:
  // `path_prefix`: empty for the message that came, "2/3/" for the mail at 2/3.
  Letter(Surroundings around, std::string path_prefix);

  // False: temporary failure. `message` must outlive this object.
  [[nodiscard]] bool treat(Bytes untrusted_message);

  // Over a limit of the whole message, for this reason; then there are no texts and no pieces.
  const std::string& hold() const { return flattener_.hold; }

  const RebuiltHeader& header() const { return header_; }
  const std::vector<Signature>& signatures() const { return signatures_; }
  std::vector<Item> items() const;                 // those of the body first
  std::vector<std::string> notes() const;
  const std::string& body() const { return body_; }
  std::vector<const Piece*> pieces() const;        // those that leave
  void forget_content();                           // nothing of it leaves after all

  Outcome treat_mail(Bytes untrusted_message, const Input& input, bool in_container, Sink& out) override;

 private:
  bool treat_entries(const FlatMessage& flat);
  bool treat_leaf(const Entry& entry);
  bool treat_nested(const Entry& entry);
  bool write_forwarded(const FlatMessage& nested, Outcome& outcome, Sink& out, std::string* text_out = nullptr);
  void settle_opened(size_t first, std::string& body);
  bool render_texts(const FlatMessage& flat, std::string& body, std::vector<Item>& items);
  std::string picture_name(std::string_view reference) const;
  void mark_pictures(const BodyText& text, std::string& body) const;
  bool treat_uuencoded();
  void add_summaries();
  Piece& new_piece() { return pieces_.emplace_back(around_.tools.workspace); }

  Surroundings around_;
  std::string path_prefix_;
  Flattener flattener_;
  std::vector<Item> items_, body_items_;
  PieceTreater treater_;
  std::deque<Piece> pieces_;
  struct Opened {                   // winmail.dat: the same mail once more, in another format
    std::string path, text;
  };
  std::vector<Opened> opened_;
  std::vector<Signature> signatures_;
  std::map<std::string, std::string> cid_names_;
  std::map<std::string, std::string> location_names_;   // by Content-Location, and by its last part
  std::vector<std::pair<std::string, UuBlock>> uuencoded_;
  RebuiltHeader header_;
  std::string body_;
};

// A mail that is not an attachment of a mail: a message of ours is written to `out`, its items follow in `items`.
Outcome rebuild_inner_mail(Bytes untrusted_message, const Input& input, Surroundings around, std::vector<Item>& items,
                           Sink& out);

}  // namespace mugai::sanitize
