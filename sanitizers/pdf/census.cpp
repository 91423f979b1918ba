#include "sanitizers/pdf/census.h"

#include <span>

#include "sanitizers/pdf/walk.h"

namespace mugai::sanitize::pdf {

namespace {

struct Named {
  std::string_view name, what;
};

// Types of actions (ISO 32000-2 §12.6.4). GoTo stays; URI is the business of links.
constexpr Named kActions[] = {
    {"/JavaScript", "javascript"}, {"/Launch", "launch-action"}, {"/SubmitForm", "form-action"}, {"/ResetForm", "form-action"},
    {"/ImportData", "form-action"}, {"/GoToR", "external-jump"}, {"/GoToE", "external-jump"},    {"/Thread", "external-jump"},
    {"/Sound", "media"},           {"/Movie", "media"},          {"/Rendition", "media"},        {"/RichMediaExecute", "media"},
    {"/GoTo3DView", "media"},      {"/Hide", "action"},          {"/Named", "action"},           {"/SetOCGState", "action"},
    {"/Trans", "action"},          {"/GoToDp", "external-jump"},
};
// Subtypes of annotations whose looks are all that can stay.
constexpr Named kAnnotations[] = {{"/Movie", "media"}, {"/Sound", "media"}, {"/Screen", "media"}, {"/RichMedia", "media"}, {"/3D", "media"}};
// Keys that say it by being there.
constexpr Named kKeys[] = {
    {"/AA", "action"},           {"/XFA", "xfa"},          {"/Collection", "portfolio"},    {"/SpiderInfo", "web-capture"},
    {"/EF", "embedded-file"},    {"/Metadata", "metadata"}, {"/PieceInfo", "metadata"},     {"/Ref", "external-reference"},
    {"/OPI", "external-reference"},
};

std::string_view find(std::span<const Named> table, Handle name) {
  if (!name.isName()) return {};
  const std::string value = name.getName();
  for (const Named& row : table)
    if (row.name == value) return row.what;
  return {};
}

void count(Handle dictionary, bool of_stream, Tally& tally) {
  for (const Named& row : kKeys)
    if (dictionary.hasKey(std::string(row.name))) tally.add(row.what);
  if (of_stream && dictionary.hasKey("/F")) tally.add("external-reference");
  std::string_view action = find(kActions, dictionary.getKey("/S"));
  if (action.empty() && dictionary.hasKey("/JS")) action = "javascript";
  if (!action.empty()) tally.add(action);
  if (dictionary.hasKey("/Rect"))
    if (const std::string_view media = find(kAnnotations, dictionary.getKey("/Subtype")); !media.empty()) tally.add(media);
}

size_t occurrences(Bytes file, std::string_view word) {
  size_t count = 0;
  for (size_t at = file.find(word); at != Bytes::npos; at = file.find(word, at + word.size())) ++count;
  return count;
}

void count_around(Bytes file, Tally& tally) {
  const size_t header = file.find("%PDF-");
  if (header != Bytes::npos && header > 0) tally.add("leading-data");
  const size_t end = file.rfind("%%EOF");
  if (end != Bytes::npos && slice(file, end + 5).find_first_not_of(std::string_view("\r\n\t \0", 5)) != Bytes::npos) tally.add("trailing-data");
  // A linearized file has two, each other save adds one.
  const size_t ends = occurrences(file, "%%EOF"), usual = slice(file, 0, 2048).find("/Linearized") == Bytes::npos ? 1 : 2;
  if (ends > usual) tally.add("earlier-revision", ends - usual);
}

}  // namespace

void count_what_goes(QPDF& source, Bytes file, Tally& tally) {
  count_around(file, tally);
  if (source.isEncrypted()) tally.add("pdf-restrictions");
  if (source.getTrailer().getKey("/Info").isDictionary()) tally.add("metadata");
  for_each_dictionary(source, [&](Handle dictionary, bool of_stream) { count(dictionary, of_stream, tally); });
}

}  // namespace mugai::sanitize::pdf
