// The checks of verify.h, one file each. Each adds objections to `found`; none of them throws, allocates with a size that
// stands in the file, or trusts one check to have run before.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/limits.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

class Objections {
 public:
  void add(std::string_view id);
  const std::vector<std::string>& ids() const { return ids_; }

 private:
  std::vector<std::string> ids_;
};

// What a container gives to be looked at in its turn: name, declared media type, decoded bytes. False: no more of them.
using LookInside = std::function<bool(const std::string& name, const std::string& declared, Bytes bytes)>;

void check_text(Bytes bytes, const Type& type, Objections& found);
void check_picture(Bytes bytes, const Type& type, Objections& found);
void check_pdf(Bytes bytes, Objections& found);
void check_records(Bytes bytes, Objections& found);   // iCalendar and vCard
void check_rtf(Bytes bytes, const LookInside& inside, Objections& found);
void check_zip(Bytes bytes, const Limits& limits, const LookInside& inside, Objections& found);
void check_office(Bytes bytes, const Limits& limits, const LookInside& inside, Objections& found);   // docx, xlsx, pptx and their templates
void check_odf(Bytes bytes, const Type& type, const Limits& limits, const LookInside& inside, Objections& found);   // packages and flat documents
void check_mail(Bytes bytes, const Limits& limits, const LookInside& inside, Objections& found);

}  // namespace mugai::sanitize
