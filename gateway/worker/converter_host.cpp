#include "gateway/worker/converter_host.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gateway/worker/converter_cage.h"
#include "gateway/worker/converter_protocol.h"
#include "gateway/worker/descriptor_socket.h"

namespace mugai::gateway {

namespace {

using sanitize::Conversion;
using sanitize::Converted;
using sanitize::Tool;

constexpr int kHostSocket = 3;

bool is_sane(const ConverterRequest& request) {
  return request.magic == ConverterRequest::kMagic && request.tool < sanitize::kTools && request.first_page >= 1 &&
         request.first_page <= request.last_page && request.last_page <= kMostPages && request.dpi >= 1 &&
         request.dpi <= kMostDpi && request.width <= kMostSide && request.height <= kMostSide && request.colour <= 2 &&
         request.smooth <= 1 && request.kind < sanitize::kOfficeKinds && request.deadline_ms >= 1 && request.deadline_ms <= kMostConverterMs;
}

struct OfficeRow {
  const char* extension;   // by which the program knows what to expect
  const char* twin;        // null: there is none
};

constexpr OfficeRow kOffice[sanitize::kOfficeKinds] = {   // by OfficeKind
    {"doc", "docx"}, {"xls", "xlsx"}, {"ppt", "pptx"}, {"docx", nullptr}, {"xlsx", nullptr}, {"pptx", nullptr}, {"xlsb", "xlsx"},
    {"odt", nullptr}, {"ods", nullptr}, {"odp", nullptr}, {"odg", nullptr}, {"rtf", nullptr}, {"xml", "docx"}, {"xml", "xlsx"},
};

// The words for an office suite, which works on files in its room; false: there is no such conversion.
bool describe_office(const ConverterRequest& request, CagedRun& run) {
  const OfficeRow& row = kOffice[request.kind];
  const char* to = static_cast<Tool>(request.tool) == Tool::office_pdf ? "pdf" : row.twin;
  if (!to) return false;
  run.files = {std::string("document.") + row.extension, std::string("document.") + to};
  const std::string room = kOfficeRoom;
  run.arguments = {"--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "-env:UserInstallation=file://" + room + "/profile",
                   "--convert-to", to, "--outdir", run.files.folder(), room + "/" + run.files.document};
  return true;
}

bool describe(const ConverterRequest& request, CagedRun& run) {
  run.arguments = {"-f", std::to_string(request.first_page), "-l", std::to_string(request.last_page)};
  const auto add = [&](std::initializer_list<std::string> words) { run.arguments.insert(run.arguments.end(), words); };
  switch (static_cast<Tool>(request.tool)) {
    case Tool::pdf_pages:
      add({"-cropbox"});
      if (request.width && request.height)
        add({"-scale-to-x", std::to_string(request.width), "-scale-to-y", std::to_string(request.height)});
      else add({"-r", std::to_string(request.dpi)});
      if (static_cast<Conversion::Colour>(request.colour) == Conversion::Colour::mono) add({"-mono"});
      if (static_cast<Conversion::Colour>(request.colour) == Conversion::Colour::grey) add({"-gray"});
      if (!request.smooth) add({"-aa", "no", "-aaVector", "no"});
      add({"-"});
      return true;
    case Tool::pdf_text: return add({"-enc", "UTF-8", "-", "-"}), true;
    case Tool::pdf_words: return add({"-enc", "UTF-8", "-cropbox", "-bbox", "-", "-"}), true;
    case Tool::office_pdf:
    case Tool::office_twin: return describe_office(request, run);
  }
  return false;
}

struct Received {
  enum class Kind { request, nonsense, stop, end } kind = Kind::end;
  ConverterRequest request;
  Fd document, output;
};

Received receive() {
  Received out;
  std::array<Fd, 2> descriptors;
  const ssize_t got = receive_with_descriptors(kHostSocket, {reinterpret_cast<char*>(&out.request), sizeof out.request}, descriptors);
  if (got <= 0) return out;
  out.document = std::move(descriptors[0]);
  out.output = std::move(descriptors[1]);
  const bool whole = got == sizeof out.request && out.document && out.output && is_sane(out.request);
  out.kind = whole ? Received::Kind::request : got == 1 ? Received::Kind::stop : Received::Kind::nonsense;
  return out;
}

int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

// Until the program ends, its time is over or the worker wants no more of it. Afterwards it is gone with all it started.
ConverterReply watch(int child, const Fd& process, uint32_t deadline_ms) {
  ConverterReply reply;
  const int64_t end = now_ms() + deadline_ms;
  bool in_time = true, wanted = true;
  for (;;) {
    const int64_t left = end - now_ms();
    std::array<pollfd, 2> events{{{process.get(), POLLIN, 0}, {kHostSocket, POLLIN, 0}}};
    const int ready = left > 0 ? ::poll(events.data(), events.size(), static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready > 0 && events[0].revents) break;
    in_time = ready != 0;
    wanted = false;
    ::kill(child, SIGKILL);
    break;
  }
  while (::waitpid(child, &reply.status, 0) < 0 && errno == EINTR) {
  }
  const bool ended_well = wanted && WIFEXITED(reply.status) && WEXITSTATUS(reply.status) == 0;
  const bool out_of_time = !in_time || (WIFSIGNALED(reply.status) && wanted && WTERMSIG(reply.status) == SIGXCPU);
  const bool never_ran = WIFEXITED(reply.status) && WEXITSTATUS(reply.status) == 127;
  reply.end = static_cast<uint32_t>(ended_well    ? Converted::ok
                                    : out_of_time ? Converted::timed_out
                                    : never_ran   ? Converted::unavailable
                                                  : Converted::failed);
  return reply;
}

ConverterReply convert(const ConverterCage& cage, Received& received) {
  const ConverterRequest& request = received.request;
  ConverterReply unavailable;
  unavailable.end = static_cast<uint32_t>(Converted::unavailable);
  if (!cage.safe() || !cage.has_program(request.tool)) return unavailable;
  if (sanitize::is_office(static_cast<Tool>(request.tool)) && !cage.has_room()) return unavailable;
  CagedRun run{request.tool, {}, received.document.get(), received.output.get(), request.deadline_ms / 1'000 + 2};
  if (!describe(request, run)) return unavailable;
  Fd process;
  const int child = cage.start(run, process);
  if (child < 0) return unavailable;
  received.document.reset();
  received.output.reset();
  return watch(child, process, request.deadline_ms);
}

[[noreturn]] void serve(const Programs& programs, bool with_namespaces) {
  ::prctl(PR_SET_NAME, "mugai-convert");
  const ConverterCage cage = ConverterCage::make(programs, with_namespaces);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    Received received = receive();
    if (received.kind == Received::Kind::end) ::_exit(0);
    if (received.kind == Received::Kind::stop) continue;   // it came when the program had just ended
    ConverterReply reply;
    reply.end = static_cast<uint32_t>(Converted::failed);
    if (received.kind == Received::Kind::request) reply = convert(cage, received);
    reply.layers = cage.layers();
    received.document.reset();
    received.output.reset();
    if (::send(kHostSocket, &reply, sizeof reply, MSG_NOSIGNAL) != sizeof reply) ::_exit(0);
  }
}

}  // namespace

Programs installed_programs() {
  const std::string office = "/usr/lib/libreoffice/program/soffice.bin";
  return {"/usr/bin/pdftoppm", "/usr/bin/pdftotext", "/usr/bin/pdftotext", office, office};
}

std::vector<std::string> missing_for_converting() {
  std::vector<std::string> out;
  for (const std::string& program : installed_programs())
    if (::access(program.c_str(), X_OK) != 0 && std::find(out.begin(), out.end(), program) == out.end()) out.push_back(program);
  if (::access("/usr/share/poppler/cMap/Adobe-Japan1", F_OK) != 0) out.emplace_back("poppler-data");
  const auto is_there = [](const char* font) { return ::access(font, R_OK) == 0; };
  if (!is_there("/etc/alternatives/fonts-japanese-gothic.ttf") && !is_there("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"))
    out.emplace_back("a Japanese font");
  return out;
}

Result<Fd> start_converter_host(const Programs& programs, bool with_namespaces) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0)
    return io_error("converter.start", "cannot start a converter host");
  Fd ours(pair[0]);
  const Fd theirs(pair[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return io_error("converter.start", "cannot start a converter host");
  if (pid > 0) return ours;
  // Nothing of the worker's stays open here: its gateway must see it end.
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const int socket = ::fcntl(theirs.get(), F_DUPFD_CLOEXEC, 100);
  for (const int standard : {0, 1, 2}) ::dup2(null, standard);
  ::dup3(socket, kHostSocket, O_CLOEXEC);
  ::close_range(kHostSocket + 1, ~0U, 0);
  serve(programs, with_namespaces);
}

}  // namespace mugai::gateway
