#include "gateway/worker/caged_converter.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gateway/worker/converter_protocol.h"
#include "gateway/worker/descriptor_socket.h"

namespace mugai::gateway {

using sanitize::Conversion;
using sanitize::Converted;
using sanitize::Tool;

namespace {

constexpr uint64_t kMostDocumentBytes = 256ull << 20;   // it lies in memory while it is converted
constexpr uint32_t kStartMs = 20'000;                   // a busy machine, many fonts
constexpr uint32_t kPageMs = 4'000, kTextPageMs = 500;
constexpr uint32_t kOfficeMs = 40'000, kOfficeMsPerKib = 20;
constexpr uint32_t kGraceMs = 5'000;                    // for the host to end what has outlived its deadline
constexpr uint32_t kLeastMs = 500;

// What remains of a message's time when all converting must be over.
uint32_t reserve_ms(const Limits& limits) { return std::min<uint32_t>(limits.max_deadline_ms / 5, 20'000); }

Fd sealed_copy(Bytes document) {
  Fd file(::memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file || !write_all(file.get(), document) || !seal(file.get()) || ::lseek(file.get(), 0, SEEK_SET) != 0) return {};
  return file;
}

}  // namespace

void CagedConverter::begin(const Limits& limits, std::function<void(uint32_t ms)> needs_longer) {
  base_ms_ = limits.base_deadline_ms;
  last_moment_ = Clock::now() + std::chrono::milliseconds(limits.max_deadline_ms - reserve_ms(limits));
  needs_longer_ = std::move(needs_longer);
}

uint32_t CagedConverter::budget_ms(const Conversion& conversion, size_t document_bytes) const {
  const uint64_t pages = uint64_t{conversion.last_page} - conversion.first_page + 1;
  // How many pages an office document has is not known before it is opened.
  const uint64_t work = sanitize::is_office(conversion.tool)        ? kOfficeMs + document_bytes / 1'024 * kOfficeMsPerKib
                        : conversion.tool == Tool::pdf_pages ? pages * kPageMs
                                                             : pages * kTextPageMs;
  const uint64_t wanted = kStartMs + work;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(last_moment_ - Clock::now()).count() - int64_t{kGraceMs};
  return static_cast<uint32_t>(std::clamp<int64_t>(left, 0, static_cast<int64_t>(std::min<uint64_t>(wanted, kMostConverterMs))));
}

Converted CagedConverter::convert(const Conversion& conversion, Bytes document, uint64_t max_bytes, Sink& out) {
  if (!host_ || lost_) return Converted::unavailable;
  if (document.size() > kMostDocumentBytes) return Converted::too_large;
  const uint32_t budget = budget_ms(conversion, document.size());
  if (budget < kLeastMs) return Converted::timed_out;
  if (needs_longer_) needs_longer_(budget + kGraceMs + base_ms_);
  Fd copy = sealed_copy(document);
  std::array<int, 2> pipe{};
  if (!copy || ::pipe2(pipe.data(), O_CLOEXEC) != 0) return Converted::failed;
  Fd result(pipe[0]), output(pipe[1]);
  ::fcntl(result.get(), F_SETPIPE_SZ, 1 << 20);
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(budget + kGraceMs);
  if (!send(conversion, budget, copy.get(), output.get())) {
    lost_ = true;
    return Converted::unavailable;
  }
  copy.reset();
  output.reset();
  return pass_on(std::move(result), max_bytes, end, out);
}

bool CagedConverter::send(const Conversion& conversion, uint32_t deadline_ms, int document, int output) {
  ConverterRequest request;
  request.tool = static_cast<uint32_t>(conversion.tool);
  request.first_page = conversion.first_page;
  request.last_page = conversion.last_page;
  request.dpi = conversion.dpi;
  request.width = conversion.width;
  request.height = conversion.height;
  request.colour = static_cast<uint32_t>(conversion.colour);
  request.smooth = conversion.smooth;
  request.kind = static_cast<uint32_t>(conversion.kind);
  request.deadline_ms = deadline_ms;
  const Bytes bytes(reinterpret_cast<const char*>(&request), sizeof request);
  return send_with_descriptors(host_.get(), bytes, std::array{document, output}) == static_cast<ssize_t>(bytes.size());
}

// Reads to the end of the pipe, which comes when the program and all that had its writing end are gone; then the host says
// how it ended. What is not wanted any more is stopped.
Converted CagedConverter::pass_on(Fd result, uint64_t max_bytes, Clock::time_point end, Sink& out) {
  std::vector<char> buffer(256 << 10);
  uint64_t count = 0;
  Converted trouble = Converted::ok;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd one{result.get(), POLLIN, 0};
    const int ready = left > 0 ? ::poll(&one, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      trouble = Converted::timed_out;
      break;
    }
    const ssize_t got = ::read(result.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    count += static_cast<uint64_t>(got);
    if (count > max_bytes) trouble = Converted::too_large;
    else if (!out.write({buffer.data(), static_cast<size_t>(got)})) trouble = Converted::sink_failed;
    if (trouble != Converted::ok) break;
  }
  if (trouble != Converted::ok) {
    if (send_with_descriptors(host_.get(), "x", {}) != 1) lost_ = true;
  }
  result.reset();
  const Converted ended = read_reply(std::max(end, Clock::now() + std::chrono::milliseconds(kGraceMs)));
  return trouble == Converted::ok ? ended : trouble;
}

Converted CagedConverter::read_reply(Clock::time_point end) {
  ConverterReply reply;
  ssize_t got = -1;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd one{host_.get(), POLLIN, 0};
    const int ready = left > 0 ? ::poll(&one, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready > 0) got = ::read(host_.get(), &reply, sizeof reply);
    if (got < 0 && errno == EINTR) continue;
    break;
  }
  if (got != sizeof reply || reply.magic != ConverterReply::kMagic) {
    lost_ = true;
    return Converted::failed;
  }
  layers_ = reply.layers;
  switch (static_cast<Converted>(reply.end)) {
    case Converted::ok: return Converted::ok;
    case Converted::unavailable: return Converted::unavailable;
    case Converted::timed_out: return Converted::timed_out;
    default: return Converted::failed;
  }
}

}  // namespace mugai::gateway
