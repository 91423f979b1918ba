// The pictures of Japanese phones (two carriers' own sets, before Unicode had emoji). What has no good counterpart in
// Unicode stays the private-use character that it decodes to.
#include <algorithm>
#include <array>
#include <map>

#include "sanitizers/text/japanese.h"

namespace mugai::sanitize::japanese {
namespace {

constexpr char32_t kDocomoFirst = 0xE63E;
constexpr std::string_view kNoCounterpart = "〓";

// U+E63E to U+E6A5 and U+E6CE to U+E757, in order.
constexpr std::array<std::string_view, 104> kDocomoBasic = {
    "☀", "☁", "☔", "⛄", "⚡", "🌀", "🌁", "🌂", "♈", "♉", "♊", "♋", "♌", "♍", "♎", "♏", "♐", "♑", "♒", "♓",
    "🎽", "⚾", "⛳", "🎾", "⚽", "🎿", "🏀", "🏁", "📟", "🚃", "Ⓜ", "🚄", "🚗", "🚙", "🚌", "🚢", "✈", "🏠", "🏢", "🏣",
    "🏥", "🏦", "🏧", "🏨", "🏪", "⛽", "🅿", "🚥", "🚻", "🍴", "☕", "🍸", "🍺", "🍔", "👠", "✂", "🎤", "🎥", "↗", "🎠",
    "🎧", "🎨", "🎩", "🎪", "🎫", "🚬", "🚭", "📷", "👜", "📖", "🎀", "🎁", "🎂", "☎", "📱", "📝", "📺", "🎮", "💿", "♥",
    "♠", "♦", "♣", "👀", "👂", "✊", "✌", "✋", "↘", "↖", "👣", "👟", "👓", "♿", "🌑", "🌔", "🌓", "🌙", "🌕", "🐶",
    "🐱", "⛵", "🎄", "↙"};
constexpr char32_t kDocomoSecond = 0xE6CE;
constexpr std::array<std::string_view, 138> kDocomoMore = {
    "📲", "📩", "📠", "〓", "〓", "✉", "〓", "〓", "¥", "🆓", "🆔", "🔑", "↩", "🆑", "🔍", "🆕", "🚩", "〓", "#️⃣", "〓",
    "1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "0️⃣", "❤", "💓", "💔", "💕", "😃", "😠", "😞", "😖", "😵", "⤴",
    "🎵", "♨", "💠", "💋", "✨", "💡", "💢", "👊", "💣", "🎶", "⤵", "💤", "❗", "⁉", "‼", "💥", "💦", "💧", "💨", "〰",
    "➰", "🆗", "〓", "〓", "👕", "👛", "💄", "👖", "🏂", "🔔", "🚪", "💰", "💻", "💌", "🔧", "✏", "👑", "💍", "⏳", "🚲",
    "🍵", "⌚", "😔", "😌", "😅", "😓", "😡", "😒", "😍", "👍", "😜", "😉", "😆", "😣", "😏", "😭", "😢", "🆖", "📎", "©",
    "™", "🏃", "㊙", "♻", "®", "⚠", "🈲", "🈳", "🈴", "🈵", "↔", "↕", "🏫", "🌊", "🗻", "🍀", "🍒", "🌷", "🍌", "🍎",
    "🌱", "🍁", "🌸", "🍙", "🍰", "🍶", "🍜", "🍞", "🐌", "🐤", "🐧", "🐟", "😋", "😁", "🐴", "🐷", "🍷", "😱"};

// By page letter, from character 0x21 on.
constexpr std::array<std::string_view, 90> kSoftbankG = {
    "👦", "👧", "💋", "👨", "👩", "👕", "👟", "📷", "☎", "📱", "📠", "💻", "👊", "👍", "☝", "✊", "✌", "✋", "🎿", "⛳",
    "🎾", "⚾", "🏄", "⚽", "🐟", "🐴", "🚗", "⛵", "✈", "🚃", "🚅", "❓", "❗", "❤", "💔", "🕐", "🕑", "🕒", "🕓", "🕔",
    "🕕", "🕖", "🕗", "🕘", "🕙", "🕚", "🕛", "🌸", "🔱", "🌹", "🎄", "💍", "💎", "🏠", "⛪", "🏢", "🚉", "⛽", "🗻", "🎤",
    "🎥", "🎵", "🔑", "🎷", "🎸", "🎺", "🍴", "🍸", "☕", "🍰", "🍺", "⛄", "☁", "☀", "☔", "🌙", "🌄", "👼", "🐱", "🐯",
    "🐻", "🐶", "🐭", "🐳", "🐧", "😊", "😃", "😞", "😠", "💩"};
constexpr std::array<std::string_view, 90> kSoftbankE = {
    "📫", "📮", "📩", "📲", "😜", "😍", "😱", "😓", "🐵", "🐙", "🐷", "👽", "🚀", "👑", "💡", "🍀", "💏", "🎁", "🔫", "🔍",
    "🏃", "🔨", "🎆", "🍁", "🍂", "👿", "👻", "💀", "🔥", "💼", "💺", "🍔", "⛲", "⛺", "♨", "🎡", "🎫", "💿", "📀", "📻",
    "📼", "📺", "👾", "〽", "🀄", "🆚", "💰", "🎯", "🏆", "🏁", "🎰", "🐎", "🚤", "🚲", "🚧", "🚹", "🚺", "🚼", "💉", "💤",
    "⚡", "👠", "🛀", "🚽", "🔊", "📢", "🎌", "🔒", "🔓", "🌆", "🍳", "📖", "💱", "💹", "📡", "💪", "🏦", "🚥", "🅿", "🚏",
    "🚻", "👮", "🏣", "🏧", "🏥", "🏪", "🏫", "🏨", "🚌", "🚕"};
constexpr std::array<std::string_view, 83> kSoftbankF = {
    "🚶", "🚢", "🈁", "💟", "✴", "✳", "🔞", "🚭", "🔰", "♿", "📶", "♥", "♦", "♠", "♣", "#️⃣", "➿", "🆕", "🆙", "🆒",
    "🈶", "🈚", "🈷", "🈸", "🔴", "🔲", "🔳", "1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "0️⃣", "🉐", "🈹", "🈂",
    "🆔", "🈵", "🈳", "🈯", "🈺", "👆", "👇", "👈", "👉", "⬆", "⬇", "➡", "⬅", "↗", "↖", "↘", "↙", "▶", "◀", "⏩",
    "⏪", "🔯", "♈", "♉", "♊", "♋", "♌", "♍", "♎", "♏", "♐", "♑", "♒", "♓", "⛎", "🔝", "🆗", "©", "®", "📳",
    "📴", "⚠", "💁"};
constexpr std::array<std::string_view, 77> kSoftbankO = {
    "📝", "👔", "🌺", "🌷", "🌻", "💐", "🌴", "🌵", "🚾", "🎧", "🍶", "🍻", "㊗", "🚬", "💊", "🎈", "💣", "🎉", "✂", "🎀",
    "㊙", "💽", "📣", "👒", "👗", "👡", "👢", "💄", "💅", "💆", "💇", "💈", "👘", "👙", "👜", "🎬", "🔔", "🎶", "💓", "💗",
    "💘", "💙", "💚", "💛", "💜", "✨", "⭐", "💨", "💦", "⭕", "❌", "💢", "🌟", "❔", "❕", "🍵", "🍞", "🍦", "🍟", "🍡",
    "🍘", "🍚", "🍝", "🍜", "🍛", "🍙", "🍢", "🍣", "🍎", "🍊", "🍓", "🍉", "🍅", "🍆", "🎂", "🍱", "🍲"};
constexpr std::array<std::string_view, 41> kSoftbankP = {
    "😥", "😏", "😔", "😁", "😉", "😣", "😖", "😪", "😝", "😌", "😨", "😷", "😳", "😒", "😰", "😲", "😭", "😂", "😢", "☺",
    "😄", "😡", "😚", "😘", "👀", "👃", "👂", "👄", "🙏", "👋", "👏", "👌", "👎", "👐", "🙅", "🙆", "💑", "🙇", "🙌", "👫",
    "👯"};

template <size_t N>
constexpr std::string_view pick(const std::array<std::string_view, N>& table, size_t index) {
  return index < N ? table[index] : std::string_view{};
}

}  // namespace

std::string_view docomo_emoji(char32_t c) {
  std::string_view emoji;
  if (c >= kDocomoSecond) emoji = pick(kDocomoMore, c - kDocomoSecond);
  else if (c >= kDocomoFirst) emoji = pick(kDocomoBasic, c - kDocomoFirst);
  return emoji == kNoCounterpart ? std::string_view{} : emoji;
}

DocomoCode docomo_code(std::string_view utf8, size_t at) {
  static const std::map<std::string_view, char32_t> kCodes = [] {
    std::map<std::string_view, char32_t> codes;
    for (char32_t c = kDocomoFirst; c < kDocomoSecond + kDocomoMore.size(); ++c)
      if (const std::string_view emoji = docomo_emoji(c); !emoji.empty()) codes.try_emplace(emoji, c);
    return codes;
  }();
  constexpr size_t kLongest = 7;  // a digit, a variation selector and the key cap
  for (size_t length = std::min(kLongest, utf8.size() - at); length > 0; --length)
    if (const auto found = kCodes.find(utf8.substr(at, length)); found != kCodes.end()) return {found->second, length};
  return {};
}

std::string_view softbank_emoji(char page, char code) {
  if (code < 0x21) return {};
  const size_t index = static_cast<size_t>(code - 0x21);
  switch (page) {
    case 'G': return pick(kSoftbankG, index);
    case 'E': return pick(kSoftbankE, index);
    case 'F': return pick(kSoftbankF, index);
    case 'O': return pick(kSoftbankO, index);
    case 'P': return pick(kSoftbankP, index);
    default: return {};
  }
}

}  // namespace mugai::sanitize::japanese
