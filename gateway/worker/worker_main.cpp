#include "gateway/worker/worker_main.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <map>

#include "gateway/file.h"
#include "gateway/worker/cage.h"
#include "gateway/worker/caged_converter.h"
#include "gateway/worker/converter_host.h"
#include "gateway/worker/descriptor_socket.h"
#include "gateway/worker/protocol.h"
#include "gateway/worker/work_deadline.h"
#include "sanitizers/convert/page_picture.h"
#include "sanitizers/formats/archive_handle.h"
#include "sanitizers/formats/images.h"
#include "sanitizers/mime/pipeline.h"
#include "sanitizers/mime/structure.h"
#include "sanitizers/verify/verify.h"

namespace mugai::gateway {

namespace {

constexpr uint32_t kMaxRequest = 1 << 20;

class HeldFile : public sanitize::HeldSink {
 public:
  explicit HeldFile(int fd) : sink_(fd) {}
  bool keep(const sanitize::Item& item, Bytes bytes) override {
    ranges.push_back({item.path, sink_.written(), bytes.size()});
    return sink_.write(bytes);
  }
  [[nodiscard]] bool flush() { return sink_.flush(); }
  std::vector<HeldRange> ranges;

 private:
  FdSink sink_;
};

// The same bytes are written once, however often they stand in the message.
class ExtractedFile : public sanitize::ExtractedSink {
 public:
  explicit ExtractedFile(int fd) : sink_(fd) {}
  bool extracted(const std::string& path, const std::string& sha256, Bytes bytes) override {
    const auto [known, fresh] = offsets_.emplace(sha256, sink_.written());
    ranges.push_back({path, sha256, known->second, bytes.size()});
    return !fresh || sink_.write(bytes);
  }
  [[nodiscard]] bool flush() { return sink_.flush(); }
  std::vector<ExtractedRange> ranges;

 private:
  FdSink sink_;
  std::map<std::string, uint64_t> offsets_;   // by SHA-256
};

struct Work {
  WorkRequest request;
  std::array<Fd, kDescriptors> descriptors;   // original, output, held, scratch, extracted
};

bool read_exactly(int fd, char* out, size_t count) {
  while (count > 0) {
    const ssize_t got = ::read(fd, out, count);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out += got;
    count -= static_cast<size_t>(got);
  }
  return true;
}

// False when the gateway closed the socket or speaks nonsense: either way there is nothing more to do.
bool receive(Work& work) {
  std::array<char, kFrameHeader> header{};
  size_t came = 0;
  if (receive_with_descriptors(kWorkerSocket, header, work.descriptors, MSG_WAITALL, &came) != static_cast<ssize_t>(header.size())) return false;
  if (came != kDescriptors) return false;
  const uint32_t length = frame_length({header.data(), header.size()});
  if (length > kMaxRequest) return false;
  std::string json(length, '\0');
  if (!read_exactly(kWorkerSocket, json.data(), json.size())) return false;
  Result<WorkRequest> request = request_from_json(json);
  if (!request) return false;
  work.request = std::move(*request);
  return true;
}

WorkResponse failure(Error error) {
  WorkResponse response;
  response.error = std::move(error);
  return response;
}

// The file becomes pages first (Format::to_pages), then one of them a picture. Pictures are what they are.
Result<sanitize::Report> picture_of_page(Bytes original, const WorkRequest& request, const sanitize::Tools& tools, uint32_t& pages,
                                         Sink& out) {
  sanitize::Blob shown(tools.workspace);
  Profile profile = request.profile;
  profile.attachments = AttachmentPolicy::pages;
  profile.types.clear();   // what is not let through may still be looked at
  Result<sanitize::Report> report = rebuild_file(original, profile, {request.id, request.name, request.passwords}, tools, shown);
  const Error failed{"worker.output", "the result could not be written", ""};
  if (!report) return report;
  if (!shown.finish()) return failed;
  pages = sanitize::count_pages(shown.bytes());
  if (pages == 0) return out.write(shown.bytes()) ? std::move(report) : failed;
  if (request.page == 0) return report;
  const Error no_page{"worker.no-page", "this page cannot be drawn", std::to_string(request.page)};
  if (request.page > pages || !tools.converter) return no_page;
  return draw_page(shown.bytes(), request.page, sanitize::kScreenDpi, *tools.converter, out) == sanitize::Converted::ok ? std::move(report) : no_page;
}

WorkResponse run(Work& work, const sanitize::Identifier& identifier, CagedConverter& converter) {
  const WorkRequest& request = work.request;
  converter.begin(request.profile.limits,
                  [](uint32_t ms) { static_cast<void>(write_all(kWorkerSocket, more_time_frame(ms))); });
  Result<Mapping> mapping = Mapping::of(work.descriptors[0].get());
  if (!mapping) return failure(mapping.error());
  const Bytes whole = mapping->bytes();
  if (request.offset > whole.size() || request.size > whole.size() - request.offset)
    return failure({"worker.range", "the original is shorter than said", ""});
  const Bytes original = whole.substr(request.offset, request.size);

  sanitize::Workspace workspace(work.descriptors[3].release(), request.profile.limits.max_expanded_bytes * 4);
  HeldFile held(work.descriptors[2].get());
  FdSink output(work.descriptors[1].get());
  ExtractedFile extracted(work.descriptors[4].get());
  const sanitize::Tools tools{identifier, workspace, held, request.extract ? &extracted : nullptr, request.condemned, &converter};
  std::vector<uint64_t> heads;
  uint32_t pages = 0;
  const auto treat = [&]() -> Result<sanitize::Report> {
    switch (request.kind) {
      case WorkRequest::Kind::message:
        return rebuild_message(original, request.profile,
                               {request.id, request.hostname, request.received, request.passwords, request.links, &heads}, tools, output);
      case WorkRequest::Kind::file:
        return rebuild_file(original, request.profile, {request.id, request.name, request.passwords}, tools, output);
      case WorkRequest::Kind::verify:
        return sanitize::verify_file(original, request.name, request.profile.limits, identifier);
      case WorkRequest::Kind::page:
        return picture_of_page(original, request, tools, pages, output);
    }
    return Error{"worker.malformed", "a worker's message cannot be read", "kind"};
  };
  Result<sanitize::Report> report = treat();
  if (!report) return failure(report.error());
  if (!output.flush() || !held.flush() || !extracted.flush()) return failure(io_error("worker.output", "the result could not be written"));
  WorkResponse response;
  response.ok = true;
  response.report = std::move(*report);
  response.output_size = output.written();
  response.pages = pages;
  response.heads = std::move(heads);
  response.held = std::move(held.ranges);
  response.extracted = std::move(extracted.ranges);
  return response;
}

}  // namespace

int worker_main(const Limits& limits, const std::string& probe) {
  // First of all, while there is one thread and nothing has been opened. Without a host nothing is converted.
  Result<Fd> host = start_converter_host(installed_programs());
  CagedConverter converter(host ? std::move(*host) : Fd());
  sanitize::init_archives();
  ::tzset();
  sanitize::init_mime();
  Result<std::unique_ptr<sanitize::Identifier>> identifier = sanitize::Identifier::load();
  if (!identifier || !sanitize::init_images()) {
    std::fprintf(stderr, "mugai worker: cannot load libmagic or libvips\n");
    return 1;
  }
  const Result<Cage> cage = enter_cage(limits);
  if (!cage) {
    std::fprintf(stderr, "mugai worker: %s: %s\n", cage.error().text.c_str(), cage.error().detail.c_str());
    return 1;
  }
  if (!probe.empty()) return is_refused(probe) ? 0 : 3;
  for (;;) {
    Work work;
    if (!receive(work)) return 0;
    const std::string answer = to_json(run(work, **identifier, converter));
    if (!write_all(kWorkerSocket, frame(answer)) || converter.lost()) return 0;
    ::malloc_trim(1 << 20);
  }
}

}  // namespace mugai::gateway
