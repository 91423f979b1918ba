#include "sanitizers/outlook/item.h"

namespace mugai::sanitize::outlook {

// MS-OXPROPS §2: PidLidLocation and so on.
uint16_t named_tag(uint32_t lid) {
  switch (lid) {
    case 0x8208:
      return kLocation;
    case 0x820D:
      return kAppointmentStart;
    case 0x820E:
      return kAppointmentEnd;
    case 0x8104:
      return kTaskStart;
    case 0x8105:
      return kTaskDue;
    case 0x8083:
      return kEmail1;
    case 0x8093:
      return kEmail2;
    case 0x80A3:
      return kEmail3;
    case 0x801B:
      return kWorkAddress;
    default:
      return 0;
  }
}

// The code page of the store before that of the mail as it travelled: it is the store's strings that are read.
std::string charset_of_item(const PropertyBag& properties) {
  const std::string own = charset_of_code_page(properties.number(kCodePage));
  return own.empty() ? charset_of_code_page(properties.number(kInternetCodePage)) : own;
}

}  // namespace mugai::sanitize::outlook
