// One item of Outlook (a mail, an appointment, a contact) as its readers (msg_reader, tnef_reader) found it, before it
// becomes a message in MIME (mime_writer). Owns its embedded items and the bytes it was given in `store`; other values
// are views into the file.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sanitizers/outlook/properties.h"
#include "sanitizers/workspace.h"

namespace mugai::sanitize::outlook {

struct Item;

struct Attachment {
  PropertyBag properties;
  Bytes data;
  std::unique_ptr<Item> embedded;  // an item inside; then there is no data
  std::string obstacle;            // not empty: it cannot be treated, for this reason
};

struct Item {
  PropertyBag properties;
  std::vector<PropertyBag> recipients;
  std::vector<Attachment> attachments;
};

// An item and what it is made of.
struct ItemFile {
  std::deque<Blob> store;  // a deque: its elements never move
  Item item;
};

// How deep items may lie in each other. What lies deeper is named and held.
constexpr uint32_t kMaxItemDepth = 8;

// Appointments, tasks and contacts keep what matters in named properties; readers enter those that we know under ids of
// our own, which no file can use (MS-OXPROPS: ids from 0x8000 on mean nothing by themselves).
enum NamedTag : uint16_t {
  kLocation = 0x8000,
  kAppointmentStart,
  kAppointmentEnd,
  kTaskStart,
  kTaskDue,
  kEmail1,
  kEmail2,
  kEmail3,
  kWorkAddress
};

// Our id for the numeric name of a named property (its LID), or 0.
uint16_t named_tag(uint32_t lid);

// The charset that an item's 8-bit strings are in, by its own properties.
std::string charset_of_item(const PropertyBag& properties);

}  // namespace mugai::sanitize::outlook
