#include "gateway/spool/spool_file.h"

#include <sys/random.h>

#include <charconv>
#include <ctime>

namespace mugai::gateway {

namespace {

constexpr std::string_view kMagic = "Mugai-Spool: 1\n";
constexpr std::string_view kSizeLabel = "Size: ";
constexpr size_t kSizeDigits = 20;
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void append_base32(std::string& out, uint64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i) out.push_back(kAlphabet[(value >> (5 * i)) & 31]);
}

template <class Number>
bool parse_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

std::string_view take_word(std::string_view& line) {
  const size_t blank = line.find(' ');
  const std::string_view word = line.substr(0, blank);
  line.remove_prefix(blank == std::string_view::npos ? line.size() : blank + 1);
  return word;
}

std::string notify_text(const smtp::Notify& notify) {
  std::string out;
  const auto add = [&](bool set, std::string_view name) {
    if (!set) return;
    if (!out.empty()) out.push_back(',');
    out.append(name);
  };
  add(notify.never, "never");
  add(notify.success, "success");
  add(notify.failure, "failure");
  add(notify.delay, "delay");
  return out.empty() ? "-" : out;
}

smtp::Notify notify_from(std::string_view text) {
  smtp::Notify notify;
  notify.never = text.find("never") != std::string_view::npos;
  notify.success = text.find("success") != std::string_view::npos;
  notify.failure = text.find("failure") != std::string_view::npos;
  notify.delay = text.find("delay") != std::string_view::npos;
  return notify;
}

std::string one_line(std::string_view text) {
  std::string out(text.substr(0, 1000));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) c = ' ';
  return out;
}

constexpr std::array<std::string_view, 4> kStates = {"delivered", "deferred", "failed", "warned"};
constexpr std::array<std::string_view, 3> kReturns = {"-", "full", "headers"};
constexpr std::array<std::string_view, 3> kReleases = {"no", "ready", "again"};
constexpr std::array<std::string_view, 3> kBodies = {"7bit", "8bitmime", "binarymime"};

template <size_t N>
size_t index_of(const std::array<std::string_view, N>& names, std::string_view name, size_t fallback) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? fallback : static_cast<size_t>(found - names.begin());
}

bool parse_field(std::string_view name, std::string_view value, SpooledMessage& out) {
  smtp::Envelope& envelope = out.header.envelope;
  if (name == "Id") {
    out.header.id.text = value;
    return is_valid_id(value);
  }
  if (name == "Size") return parse_number(value, out.content_size);
  if (name == "Received-Ms") return parse_number(value, out.header.received_ms);
  if (name == "Zone") out.header.zone = value;
  else if (name == "Own-Dsn") out.header.own_dsn = value == "yes";
  else if (name == "Release") {
    const size_t release = index_of(kReleases, value, kReleases.size());
    if (release == kReleases.size()) return false;
    out.header.release = static_cast<SpoolHeader::Release>(release);
  }
  else if (name == "Release-Profile") out.header.release_profile = value;
  else if (name == "Client") out.header.client = value;
  else if (name == "Body") envelope.body = static_cast<smtp::Body>(index_of(kBodies, value, 0));
  else if (name == "Smtputf8") envelope.smtputf8 = value == "yes";
  else if (name == "Ret") envelope.ret = static_cast<smtp::Envelope::Return>(index_of(kReturns, value, 0));
  else if (name == "Envid") envelope.envid = value;
  else if (name == "From") envelope.reverse_path.text = value;
  else if (name == "To") {
    smtp::Recipient recipient;
    recipient.notify = notify_from(take_word(value));
    const std::string_view original = take_word(value);
    if (original != "-") recipient.original = original;
    recipient.forward_path.text = value;
    envelope.recipients.push_back(std::move(recipient));
  } else {
    return false;  // a field that this version does not know: not ours to guess at
  }
  return true;
}

bool parse_record(std::string_view line, RecipientRecord& record) {
  const std::string_view state = take_word(line);
  const auto found = std::find(kStates.begin(), kStates.end(), state);
  if (found == kStates.end()) return false;
  record.state = static_cast<RecipientRecord::State>(found - kStates.begin());
  if (!parse_number(take_word(line), record.recipient) || !parse_number(take_word(line), record.at_ms)) return false;
  record.reply = line;
  return true;
}

}  // namespace

bool is_valid_id(std::string_view text) {
  if (text.empty() || text.size() > 40) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

MessageId new_message_id(int64_t now_ms) {
  const std::time_t seconds = static_cast<std::time_t>(now_ms / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 16> day{};
  std::strftime(day.data(), day.size(), "%y%m%d-", &utc);
  uint32_t random = 0;
  [[maybe_unused]] const ssize_t got = ::getrandom(&random, sizeof random, 0);
  MessageId id{day.data()};
  append_base32(id.text, static_cast<uint64_t>(now_ms % 86'400'000), 6);
  id.text.push_back('-');
  append_base32(id.text, random, 5);
  return id;
}

std::vector<size_t> SpooledMessage::pending() const {
  std::vector<bool> final(header.envelope.recipients.size(), false);
  for (const RecipientRecord& record : records)
    if (record.recipient < final.size() && (record.state == RecipientRecord::State::delivered ||
                                            record.state == RecipientRecord::State::failed))
      final[record.recipient] = true;
  std::vector<size_t> out;
  for (size_t i = 0; i < final.size(); ++i)
    if (!final[i]) out.push_back(i);
  return out;
}

std::string render_size(uint64_t content_size) {
  std::string digits = std::to_string(content_size);
  return std::string(kSizeDigits - std::min(kSizeDigits, digits.size()), '0') + digits;
}

std::string render_spool_header(const SpoolHeader& header, uint64_t content_size) {
  const smtp::Envelope& envelope = header.envelope;
  std::string out(kMagic);
  out.append(kSizeLabel).append(render_size(content_size)).append("\n");
  out += "Id: " + header.id.text + "\n";
  out += "Received-Ms: " + std::to_string(header.received_ms) + "\n";
  out += "Zone: " + one_line(header.zone) + "\n";
  if (header.own_dsn) out += "Own-Dsn: yes\n";
  if (header.release != SpoolHeader::Release::no)
    out += "Release: " + std::string(kReleases[static_cast<size_t>(header.release)]) + "\n";
  if (!header.release_profile.empty()) out += "Release-Profile: " + one_line(header.release_profile) + "\n";
  if (!header.client.empty()) out += "Client: " + one_line(header.client) + "\n";
  out += "Body: " + std::string(kBodies[static_cast<size_t>(envelope.body)]) + "\n";
  if (envelope.smtputf8) out += "Smtputf8: yes\n";
  if (envelope.ret != smtp::Envelope::Return::unspecified)
    out += "Ret: " + std::string(kReturns[static_cast<size_t>(envelope.ret)]) + "\n";
  if (!envelope.envid.empty()) out += "Envid: " + one_line(envelope.envid) + "\n";
  out += "From: " + one_line(envelope.reverse_path.text) + "\n";
  for (const smtp::Recipient& recipient : envelope.recipients)
    out += "To: " + notify_text(recipient.notify) + " " +
           (recipient.original.empty() ? "-" : one_line(recipient.original)) + " " +
           one_line(recipient.forward_path.text) + "\n";
  return out + "\n";
}

size_t size_offset() { return kMagic.size() + kSizeLabel.size(); }

std::string render_record(const RecipientRecord& record) {
  return std::string(kStates[static_cast<size_t>(record.state)]) + " " + std::to_string(record.recipient) + " " +
         std::to_string(record.at_ms) + " " + one_line(record.reply) + "\n";
}

Result<SpooledMessage> parse_spool_file(Bytes file) {
  const auto broken = [](std::string detail) {
    return Error{"spool.broken-file", "a spool file is not complete", std::move(detail)};
  };
  if (!file.starts_with(kMagic)) return broken("no magic line");
  SpooledMessage out;
  size_t at = kMagic.size();
  for (;;) {
    const size_t end = file.find('\n', at);
    if (end == Bytes::npos) return broken("header does not end");
    const std::string_view line = file.substr(at, end - at);
    at = end + 1;
    if (line.empty()) break;
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos || !parse_field(line.substr(0, colon), line.substr(colon + 2), out))
      return broken("unreadable header line");
  }
  out.content_offset = at;
  if (out.header.id.text.empty() || out.header.envelope.recipients.empty()) return broken("no id or no recipient");
  if (out.content_size > file.size() - at) return broken("content is shorter than its size");
  for (at += out.content_size;;) {
    const size_t end = file.find('\n', at);
    if (end == Bytes::npos) break;
    RecipientRecord record;
    if (parse_record(file.substr(at, end - at), record)) out.records.push_back(std::move(record));
    at = end + 1;
  }
  return out;
}

}  // namespace mugai::gateway
