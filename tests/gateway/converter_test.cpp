// The converter's cage, tried from inside by a program that stands where pdftoppm stands (tests/support/cage_probe.cc), as
// root and as nobody, with namespaces and without; then the real programs in it, and what a converter may cost: time,
// output, crashes.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "gateway/worker/caged_converter.h"
#include "gateway/worker/converter_host.h"
#include "gateway/worker/converter_protocol.h"
#include "gateway/worker/descriptor_socket.h"
#include "gateway/worker/work_deadline.h"
#include "tests/support/needs.h"
#include "tests/support/pdf_files.h"

namespace mugai::gateway {
namespace {

using sanitize::Conversion;
using sanitize::Converted;
using sanitize::Tool;

const Programs kProbe = {CAGE_PROBE, CAGE_PROBE, CAGE_PROBE, CAGE_PROBE, CAGE_PROBE};
const Conversion kOfficeRun = Conversion::office(Tool::office_pdf, sanitize::OfficeKind::doc);

struct Ended {
  Converted how;
  std::string text;
};

CagedConverter converter_for(const Programs& programs, bool with_namespaces = true, Limits limits = {}) {
  Result<Fd> host = start_converter_host(programs, with_namespaces);
  CagedConverter converter(host ? std::move(*host) : Fd());
  converter.begin(limits, nullptr);
  return converter;
}

Ended ask(CagedConverter& converter, std::string_view document, Conversion conversion = {}, uint64_t max_bytes = 100 << 20) {
  StringSink out;
  const Converted how = converter.convert(conversion, document, max_bytes, out);
  return {how, std::move(out.text)};
}

const char* const kForbidden[] = {
    "passwd", "shadow", "shell", "root-folder", "up", "write-tmp", "write-root", "write-fonts", "write-cache", "unnamed",
    "folder", "document", "tcp", "udp", "local-socket", "pair", "fork", "thread", "run", "run-again", "kill", "ptrace", "peek",
    "mount", "namespace", "root", "processes", "descriptors", "gigabyte", "limits", "code", "writable-code", "ring", "bpf",
    "keys", "shared-memory"};

// An office suite has a folder of its own and talks to itself; its input and output are not the mail's.
const std::string_view kAllowedToOffice[] = {"write-tmp", "folder", "document", "local-socket", "pair", "gigabyte"};

// What was not refused, one a line; nothing when all is well.
std::string complaints(bool with_namespaces, const Conversion& conversion = {}) {
  std::string out;
  CagedConverter converter = converter_for(kProbe, with_namespaces);
  for (const char* what : kForbidden) {
    if (is_office(conversion.tool) && std::ranges::find(kAllowedToOffice, what) != std::end(kAllowedToOffice)) continue;
    const Ended ended = ask(converter, what, conversion);
    const bool died = ended.how == Converted::failed && ended.text.empty();
    if (!died && !(ended.how == Converted::ok && ended.text.starts_with("refused")))
      out += std::string(what) + ": " + ended.text + " (" + std::to_string(static_cast<int>(ended.how)) + ")\n";
  }
  for (const char* what : {"fonts", "megabyte"})
    if (ask(converter, what, conversion).text != "done") out += std::string(what) + " must work\n";
  const uint32_t expected = kLayerSeccomp | kLayerLandlock | (with_namespaces ? kLayerNamespaces : 0u);
  if ((converter.layers() & expected) != expected) out += "layers " + std::to_string(converter.layers()) + "\n";
  return out;
}

// The same in a process that has no rights.
std::string as_nobody(const std::function<std::string()>& what) {
  if (::geteuid() != 0) return what();
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setresgid(65534, 65534, 65534) != 0 || ::setresuid(65534, 65534, 65534) != 0) ::_exit(1);
    ::prctl(PR_SET_DUMPABLE, 1);   // as after an exec
    static_cast<void>(write_all(pipe[1], what()));
    ::_exit(0);
  }
  ::close(pipe[1]);
  std::string out;
  std::array<char, 4096> buffer;
  for (ssize_t count = 0; (count = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) out.append(buffer.data(), static_cast<size_t>(count));
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? out : out + "the child died\n";
}

TEST(ConverterCage, RefusesEverythingButReadingItsDocument) { EXPECT_EQ(complaints(true), ""); }

TEST(ConverterCage, RefusesTheSameToAServiceWithoutRights) {
  EXPECT_EQ(as_nobody([] { return complaints(true); }), "");
}

TEST(ConverterCage, RefusesTheSameWhereThereAreNoNamespaces) {
  EXPECT_EQ(complaints(false), "");
  EXPECT_EQ(as_nobody([] { return complaints(false); }), "");
}

TEST(ConverterCage, RefusesAlmostTheSameToAnOfficeSuite) {
  EXPECT_EQ(complaints(true, kOfficeRun), "");
  EXPECT_EQ(as_nobody([] { return complaints(true, kOfficeRun); }), "");
}

TEST(ConverterCage, GivesAnOfficeSuiteARoomForOneDocument) {
  CagedConverter converter = converter_for(kProbe);
  EXPECT_EQ(ask(converter, "tell", kOfficeRun).text, "user 65534 process 2 home yes");
  EXPECT_EQ(ask(converter, "write-tmp", kOfficeRun).text, "done");
  EXPECT_EQ(ask(converter, "list-tmp", kOfficeRun).text, "document.doc out profile ");   // nothing is left of the one before
  EXPECT_EQ(ask(converter, "arguments", Conversion::office(Tool::office_twin, sanitize::OfficeKind::ppt)).text,
            "" CAGE_PROBE "\n--headless\n--norestore\n--nolockcheck\n--nodefault\n--nologo\n-env:UserInstallation=file:///tmp/profile\n"
            "--convert-to\npptx\n--outdir\n/tmp/out\n/tmp/document.ppt\n");
}

TEST(ConverterCage, GivesAnOfficeSuiteNoDocumentWhereThereAreNoNamespaces) {
  CagedConverter converter = converter_for(kProbe, false);
  EXPECT_EQ(ask(converter, "tell", kOfficeRun).how, Converted::unavailable);
}

TEST(ConverterCage, TakesNoLinkForAResult) {
  CagedConverter converter = converter_for(kProbe);
  EXPECT_EQ(ask(converter, "link-result", kOfficeRun).how, Converted::failed);
  EXPECT_EQ(ask(converter, "no-result", kOfficeRun).how, Converted::failed);
}

TEST(Converter, AnOfficeSuiteThatHangsCostsItsBudget) {
  Limits limits;
  limits.max_deadline_ms = 9'000;
  CagedConverter converter = converter_for(kProbe, true, limits);
  EXPECT_EQ(ask(converter, "hang", kOfficeRun).how, Converted::timed_out);
  converter.begin(Limits(), nullptr);
  EXPECT_EQ(ask(converter, "crash", kOfficeRun).how, Converted::failed);
  EXPECT_EQ(ask(converter, "fonts", kOfficeRun).text, "done");
}

TEST(Converter, MakesAPdfAndATwinWithLibreOffice) {
  MUGAI_NEEDS(::access(installed_programs().back().c_str(), X_OK) == 0, "LibreOffice");
  const auto look = [] {
    CagedConverter converter = converter_for(installed_programs());
    const std::string rtf = "{\\rtf1\\ansi\\uc1 \\u-29840?\\u20107?\\u-27854? }";
    const Ended pdf = ask(converter, rtf, Conversion::office(Tool::office_pdf, sanitize::OfficeKind::rtf));
    if (pdf.how != Converted::ok) return "ended " + std::to_string(static_cast<int>(pdf.how));
    const Ended text = ask(converter, pdf.text, Conversion::text(Tool::pdf_text, 1, 1));
    const Ended twin = ask(converter, "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
                                      "xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"a\"><Table><Row><Cell><Data ss:Type=\"Number\">5</Data></Cell></Row></Table></Worksheet></Workbook>",
                           Conversion::office(Tool::office_twin, sanitize::OfficeKind::excel_xml));
    return text.text.starts_with("議事録") && twin.text.starts_with("PK") ? std::string() : "found " + text.text;
  };
  EXPECT_EQ(look(), "");
  EXPECT_EQ(as_nobody(look), "");
}

TEST(ConverterCage, HoldsOneProgramAlone) {
  CagedConverter converter = converter_for(kProbe);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ask(converter, "tell").text, "user 65534 process 1 home no");
}

TEST(ConverterCage, GivesTheProgramNumbersOnly) {
  CagedConverter converter = converter_for(kProbe);
  EXPECT_EQ(ask(converter, "arguments", Conversion::pages(2, 3, 150)).text,
            "cage_probe\n-f\n2\n-l\n3\n-cropbox\n-r\n150\n-\n");
  EXPECT_EQ(ask(converter, "arguments", Conversion::exact(7, 9, Conversion::Colour::mono)).text,
            "cage_probe\n-f\n1\n-l\n1\n-cropbox\n-scale-to-x\n7\n-scale-to-y\n9\n-mono\n-aa\nno\n-aaVector\nno\n-\n");
  EXPECT_EQ(ask(converter, "arguments", Conversion::text(Tool::pdf_words, 1, 4)).text,
            "cage_probe\n-f\n1\n-l\n4\n-enc\nUTF-8\n-cropbox\n-bbox\n-\n-\n");
}

TEST(Converter, AHangOrASpinCostsItsBudgetAndNoMore) {
  Limits limits;
  limits.max_deadline_ms = 9'000;   // less its reserve and the grace: some two seconds
  for (const char* how : {"hang", "spin", "half"}) {
    CagedConverter converter = converter_for(kProbe, true, limits);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(ask(converter, how).how, Converted::timed_out) << how;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << how;
    converter.begin(Limits(), nullptr);
    EXPECT_EQ(ask(converter, "fonts").text, "done") << "the next document does not suffer";
  }
}

TEST(Converter, ACrashOrAFailureCostsOneDocument) {
  CagedConverter converter = converter_for(kProbe);
  EXPECT_EQ(ask(converter, "crash").how, Converted::failed);
  EXPECT_EQ(ask(converter, "fail").how, Converted::failed);
  EXPECT_EQ(ask(converter, "fonts").text, "done");
  EXPECT_FALSE(converter.lost());
}

TEST(Converter, AFloodIsStopped) {
  CagedConverter converter = converter_for(kProbe);
  const Ended ended = ask(converter, "flood", {}, 1 << 20);
  EXPECT_EQ(ended.how, Converted::too_large);
  EXPECT_LE(ended.text.size(), 1u << 20);
  EXPECT_EQ(ask(converter, "fonts").text, "done");
}

TEST(Converter, ASinkThatTakesNoMoreEndsIt) {
  class Full : public Sink {
   public:
    bool write(Bytes) override { return false; }
  } full;
  CagedConverter converter = converter_for(kProbe);
  EXPECT_EQ(converter.convert({}, "flood", 1ull << 40, full), Converted::sink_failed);
  EXPECT_EQ(ask(converter, "fonts").text, "done");
}

TEST(Converter, WithoutTheProgramItIsUnavailable) {
  CagedConverter converter = converter_for({"/nowhere/pdftoppm", CAGE_PROBE, "/nowhere/pdftotext"});
  EXPECT_EQ(ask(converter, "fonts").how, Converted::unavailable);
  EXPECT_EQ(ask(converter, "fonts", Conversion::text(Tool::pdf_text, 1, 1)).text, "done");
  CagedConverter none{Fd()};
  none.begin(Limits(), nullptr);
  EXPECT_EQ(ask(none, "fonts").how, Converted::unavailable);
}

TEST(Converter, DoesNotBeginWhatCannotEndInTime) {
  Limits limits;
  limits.max_deadline_ms = 5'000;
  CagedConverter converter = converter_for(kProbe, true, limits);
  EXPECT_EQ(ask(converter, "fonts").how, Converted::timed_out);
}

TEST(Converter, TellsTheGatewayBeforeItTakesLonger) {
  Result<Fd> host = start_converter_host(kProbe);
  CagedConverter converter(std::move(*host));
  std::vector<uint32_t> told;
  converter.begin(Limits(), [&](uint32_t ms) { told.push_back(ms); });
  ask(converter, "fonts", Conversion::pages(1, 10, 150));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_GT(told[0], 40'000u);
}

TEST(Converter, NothingLivesOnWhenTheWorkerIsGone) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t worker = ::fork();
  if (worker == 0) {
    // The probe's output goes to the host and from there to us: the pipe ends when host and program are gone.
    Result<Fd> host = start_converter_host(kProbe);
    ::close(pipe[0]);
    ConverterRequest request;
    request.first_page = request.last_page = request.dpi = 1;
    request.deadline_ms = 600'000;
    Result<Fd> document = unnamed_file("/tmp", true);
    static_cast<void>(write_all(document->get(), "half"));
    ::lseek(document->get(), 0, SEEK_SET);
    send_with_descriptors(host->get(), {reinterpret_cast<const char*>(&request), sizeof request}, std::array{document->get(), pipe[1]});
    for (;;) ::pause();
  }
  ::close(pipe[1]);
  std::array<char, 16> buffer{};
  EXPECT_EQ(::read(pipe[0], buffer.data(), buffer.size()), 4);   // "half": it runs
  ::kill(worker, SIGKILL);
  ::waitpid(worker, nullptr, 0);
  pollfd one{pipe[0], POLLIN, 0};
  ASSERT_EQ(::poll(&one, 1, 5'000), 1);
  EXPECT_EQ(::read(pipe[0], buffer.data(), buffer.size()), 0);
  ::close(pipe[0]);
}

TEST(ConverterHost, TakesNoNonsense) {
  Result<Fd> host = start_converter_host(kProbe);
  ASSERT_TRUE(host);
  ASSERT_TRUE(write_all(host->get(), std::string(sizeof(ConverterRequest), 'x')));   // no descriptors, no sense
  ConverterReply reply;
  ASSERT_EQ(::read(host->get(), &reply, sizeof reply), static_cast<ssize_t>(sizeof reply));
  EXPECT_EQ(reply.end, static_cast<uint32_t>(Converted::failed));
}

TEST(Converter, MakesPagesOfAPdf) {
  CagedConverter converter = converter_for(installed_programs());
  const std::string pdf = test::pdf_with_text({"Hello", "World"});
  const Ended pages = ask(converter, pdf, Conversion::pages(1, 2, 72));
  ASSERT_EQ(pages.how, Converted::ok);
  EXPECT_TRUE(pages.text.starts_with("P6\n595 842\n255\n"));
  EXPECT_EQ(pages.text.size(), 2 * (15 + 595 * 842 * 3));
  const Ended exact = ask(converter, pdf, Conversion::exact(16, 8, Conversion::Colour::mono));
  EXPECT_EQ(exact.text.substr(0, 8), "P4\n16 8\n");
  EXPECT_EQ(exact.text.size(), 8u + 16);
}

TEST(Converter, FindsTheTextOfAPdfAlsoAsNobody) {
  const auto look = [] {
    CagedConverter converter = converter_for(installed_programs());
    const Ended text = ask(converter, test::pdf_with_japanese("議事録第一号"), Conversion::text(Tool::pdf_text, 1, 1));
    return text.text.starts_with("議事録第一号") ? std::string() : "found " + text.text;
  };
  EXPECT_EQ(look(), "");
  EXPECT_EQ(as_nobody(look), "");
}

TEST(Converter, DrawsJapaneseWithoutEmbeddedFonts) {
  const auto ink = [] {
    CagedConverter converter = converter_for(installed_programs());
    Conversion conversion = Conversion::pages(1, 1, 72);
    conversion.colour = Conversion::Colour::grey;
    const Ended page = ask(converter, test::pdf_with_japanese("議事録"), conversion);
    const auto dark = std::count_if(page.text.begin() + 15, page.text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
    return std::string(dark > 100 ? "" : "blank");
  };
  EXPECT_EQ(ink(), "");
  EXPECT_EQ(as_nobody(ink), "");
}

TEST(WorkDeadline, MovesWithinItsCapOnly) {
  Limits limits;
  limits.base_deadline_ms = 1'000;
  limits.deadline_ms_per_mib = 0;
  limits.max_deadline_ms = 60'000;
  WorkDeadline deadline(limits, 100);
  const auto from_now = [&] { return std::chrono::duration_cast<std::chrono::seconds>(deadline.end() - WorkDeadline::Clock::now()).count(); };
  EXPECT_LE(from_now(), 1);
  std::string received = more_time_frame(30'500) + "rest";
  ASSERT_TRUE(deadline.take_requests(received));
  EXPECT_EQ(received, "rest");
  EXPECT_EQ(from_now(), 30);
  received = more_time_frame(10) + more_time_frame(0x7FFFFFFF);
  ASSERT_TRUE(deadline.take_requests(received));
  EXPECT_EQ(from_now(), 59);
  received = more_time_frame(10).substr(0, 3);
  ASSERT_TRUE(deadline.take_requests(received));
  EXPECT_EQ(received.size(), 3u);
}

TEST(WorkDeadline, EndlessRequestsAreNonsense) {
  WorkDeadline deadline(Limits(), 100);
  std::string received;
  for (int i = 0; i < 200'000; ++i) received += more_time_frame(1);
  EXPECT_FALSE(deadline.take_requests(received));
}

}  // namespace
}  // namespace mugai::gateway
