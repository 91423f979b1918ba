#include "sanitizers/convert/page_units.h"

#include "sanitizers/pdf/qpdf.h"

namespace mugai::sanitize {

std::optional<std::vector<double>> page_units(Bytes pdf) {
  constexpr double kMost = 1'000;
  try {
    QPDF document;
    document.setSuppressWarnings(true);
    document.processMemoryFile("document", pdf.data(), pdf.size());
    std::vector<double> out;
    for (QPDFObjectHandle& page : std::vector<QPDFObjectHandle>(document.getAllPages())) {
      QPDFObjectHandle unit = page.getKey("/UserUnit");
      const double value = unit.isNumber() ? unit.getNumericValue() : 1;
      out.push_back(value >= 1 && value <= kMost ? value : 1);
    }
    return out;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace mugai::sanitize
