#include "gateway/web/console/plots.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "gateway/web/format.h"

namespace mugai::gateway::web {

namespace {

constexpr int kWidth = 640, kHeight = 190, kLeft = 46, kBottom = 22, kTop = 10;
// Clean, altered, held, refused, relayed: tones that stand on white and on dark.
constexpr std::array<const char*, kVerdicts.size()> kColours{"#3f9c8a", "#5b8fd6", "#d9962a", "#cf4f43", "#98a2ae"};

// 1, 2 or 5 times a power of ten.
uint64_t round_up(uint64_t value) {
  uint64_t power = 1;
  while (true) {
    for (const uint64_t step : {1, 2, 5})
      if (step * power >= value) return std::max<uint64_t>(step * power, 4);
    power *= 10;
  }
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string label(double x, double y, const char* anchor, const std::string& what) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor +
         "\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#7c8794\">" + what + "</text>";
}

}  // namespace

std::string bars(const std::vector<Slot>& slots, const char* label_format, size_t label_every) {
  uint64_t most = 1;
  for (const Slot& slot : slots) most = std::max(most, slot.all());
  most = round_up(most);
  const double plot_height = kHeight - kBottom - kTop, plot_width = kWidth - kLeft - 8;
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(kWidth) + " " + std::to_string(kHeight) + "\">";
  for (int line = 0; line <= 4; ++line) {
    const double y = kTop + plot_height * (4 - line) / 4;
    out += "<path d=\"M" + std::to_string(kLeft) + " " + number(y) + "h" + number(plot_width) + "\" stroke=\"#7c8794\" stroke-opacity=\"0.25\"/>";
    if (most * static_cast<uint64_t>(line) % 4 == 0) out += label(kLeft - 6, y + 4, "end", grouped(most * static_cast<uint64_t>(line) / 4));
  }
  const double step = slots.empty() ? 0 : plot_width / static_cast<double>(slots.size());
  for (size_t i = 0; i < slots.size(); ++i) {
    double y = kTop + plot_height;
    const double x = kLeft + step * static_cast<double>(i);
    for (size_t verdict = 0; verdict < kVerdicts.size(); ++verdict) {
      const double height = plot_height * static_cast<double>(slots[i].mails[verdict]) / static_cast<double>(most);
      if (height <= 0) continue;
      y -= height;
      out += "<rect x=\"" + number(x + step * 0.12) + "\" y=\"" + number(y) + "\" width=\"" + number(step * 0.76) + "\" height=\"" +
             number(height) + "\" fill=\"" + kColours[verdict] + "\"/>";
    }
    if (i % label_every == 0) {
      const std::time_t seconds = slots[i].from_ms / 1000;
      std::tm local{};
      ::localtime_r(&seconds, &local);
      char text[32];
      std::strftime(text, sizeof text, label_format, &local);
      out += label(x + step / 2, kHeight - 6, "middle", text);
    }
  }
  return out + "</svg>";
}

}  // namespace mugai::gateway::web
