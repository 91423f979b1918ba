#include "gateway/worker/protocol.h"

#include <poll.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "gateway/file.h"
#include "gateway/worker/descriptor_socket.h"

namespace mugai::gateway {

using nlohmann::json;

namespace {

// One place names every field of Limits, so that none is forgotten on the way to a worker.
template <class Visit>
void visit_limits(Limits& limits, Visit visit) {
  visit("max_message_bytes", limits.max_message_bytes);
  visit("max_header_bytes", limits.max_header_bytes);
  visit("max_header_count", limits.max_header_count);
  visit("max_recipients", limits.max_recipients);
  visit("max_received_hops", limits.max_received_hops);
  visit("max_mime_depth", limits.max_mime_depth);
  visit("max_mime_parts", limits.max_mime_parts);
  visit("max_text_bytes", limits.max_text_bytes);
  visit("max_archive_depth", limits.max_archive_depth);
  visit("max_archive_members", limits.max_archive_members);
  visit("max_expanded_bytes", limits.max_expanded_bytes);
  visit("max_expansion_ratio", limits.max_expansion_ratio);
  visit("max_image_pixels", limits.max_image_pixels);
  visit("max_image_pages", limits.max_image_pages);
  visit("max_document_pages", limits.max_document_pages);
  visit("base_deadline_ms", limits.base_deadline_ms);
  visit("deadline_ms_per_mib", limits.deadline_ms_per_mib);
  visit("max_deadline_ms", limits.max_deadline_ms);
  visit("max_worker_memory_bytes", limits.max_worker_memory_bytes);
  visit("max_report_bytes", limits.max_report_bytes);
}

json profile_json(const Profile& profile) {
  json types = json::object();
  for (const auto& [id, override_] : profile.types) types[id] = static_cast<int>(override_);
  json limits = json::object();
  Limits copy = profile.limits;
  visit_limits(copy, [&](const char* name, auto& value) { limits[name] = value; });
  return {{"name", profile.name},
          {"urls", static_cast<int>(profile.urls)},
          {"attachments", static_cast<int>(profile.attachments)},
          {"types", std::move(types)},
          {"csv_formulas", static_cast<int>(profile.csv_formulas)},
          {"signed_documents", static_cast<int>(profile.signed_documents)},
          {"encrypted_documents", static_cast<int>(profile.encrypted_documents)},
          {"image_dpi", profile.image_dpi},
          {"image_text_layer", profile.image_text_layer},
          {"subject_tag", profile.subject_tag},
          {"notice_language", static_cast<int>(profile.notice_language)},
          {"notice_place", static_cast<int>(profile.notice_place)},
          {"max_output_bytes", profile.max_output_bytes},
          {"release_contact", profile.release_contact},
          {"limits", std::move(limits)}};
}

Profile profile_from(const json& from) {
  Profile profile;
  from.at("name").get_to(profile.name);
  profile.urls = static_cast<UrlPolicy>(from.at("urls").get<int>());
  profile.attachments = static_cast<AttachmentPolicy>(from.at("attachments").get<int>());
  for (const auto& [id, override_] : from.at("types").items())
    profile.types[id] = static_cast<TypeOverride>(override_.get<int>());
  profile.csv_formulas = static_cast<CsvFormulas>(from.at("csv_formulas").get<int>());
  profile.signed_documents = static_cast<SignedDocuments>(from.at("signed_documents").get<int>());
  profile.encrypted_documents = static_cast<EncryptedDocuments>(from.at("encrypted_documents").get<int>());
  from.at("image_dpi").get_to(profile.image_dpi);
  from.at("image_text_layer").get_to(profile.image_text_layer);
  from.at("subject_tag").get_to(profile.subject_tag);
  profile.notice_language = static_cast<NoticeLanguage>(from.at("notice_language").get<int>());
  profile.notice_place = static_cast<NoticePlace>(from.at("notice_place").get<int>());
  from.at("max_output_bytes").get_to(profile.max_output_bytes);
  from.at("release_contact").get_to(profile.release_contact);
  const json& limits = from.at("limits");
  visit_limits(profile.limits, [&](const char* name, auto& value) { limits.at(name).get_to(value); });
  return profile;
}

Error malformed(const json::exception& failure) {
  return {"worker.malformed", "a worker's message cannot be read", failure.what()};
}

// Printable ASCII without brackets, or nothing.
std::string plain_message_id(std::string untrusted_id) {
  constexpr size_t kMaxIdBytes = 900;
  const auto ordinary = [](char c) { return c > ' ' && c < 0x7F && c != '<' && c != '>'; };
  if (untrusted_id.size() > kMaxIdBytes || !std::all_of(untrusted_id.begin(), untrusted_id.end(), ordinary)) untrusted_id.clear();
  return untrusted_id;
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string to_json(const Profile& profile) { return dump(profile_json(profile)); }

std::string to_json(const WorkRequest& request) {
  json condemned = json::array();
  for (const sanitize::Condemned& one : request.condemned) condemned.push_back({one.path, one.sha256, one.reason, one.signature});
  return dump({{"kind", static_cast<int>(request.kind)},
               {"id", request.id},
               {"name", request.name},
               {"page", request.page},
               {"offset", request.offset},
               {"size", request.size},
               {"hostname", request.hostname},
               {"received", request.received},
               {"passwords", request.passwords},
               {"links", request.links},
               {"extract", request.extract},
               {"condemned", std::move(condemned)},
               {"profile", profile_json(request.profile)}});
}

Result<WorkRequest> request_from_json(Bytes text) {
  try {
    const json from = json::parse(text);
    WorkRequest request;
    request.kind = static_cast<WorkRequest::Kind>(from.at("kind").get<int>());
    from.at("id").get_to(request.id);
    from.at("name").get_to(request.name);
    from.at("page").get_to(request.page);
    from.at("offset").get_to(request.offset);
    from.at("size").get_to(request.size);
    from.at("hostname").get_to(request.hostname);
    from.at("received").get_to(request.received);
    from.at("passwords").get_to(request.passwords);
    from.at("links").get_to(request.links);
    from.at("extract").get_to(request.extract);
    for (const json& one : from.at("condemned")) {
      const auto words = one.get<std::array<std::string, 4>>();
      request.condemned.push_back({words[0], words[1], words[2], words[3]});
    }
    request.profile = profile_from(from.at("profile"));
    return request;
  } catch (const json::exception& failure) {
    return malformed(failure);
  }
}

std::string to_json(const WorkResponse& response) {
  if (!response.ok)
    return dump({{"ok", false},
                 {"error", {response.error.id, response.error.text, response.error.detail}}});
  json held = json::array();
  for (const HeldRange& range : response.held)
    held.push_back({{"path", range.path}, {"offset", range.offset}, {"size", range.size}});
  json extracted = json::array();
  for (const ExtractedRange& range : response.extracted)
    extracted.push_back({{"path", range.path}, {"sha256", range.sha256}, {"offset", range.offset}, {"size", range.size}});
  return dump({{"ok", true},
               {"output_size", response.output_size},
               {"pages", response.pages},
               {"heads", response.heads},
               {"message_id", response.report.message_id},
               {"held", std::move(held)},
               {"extracted", std::move(extracted)}}) + "\n" +
         sanitize::to_json(response.report);
}

Result<WorkResponse> response_from_json(Bytes untrusted_json) {
  try {
    const size_t line_end = std::min(untrusted_json.find('\n'), untrusted_json.size());
    const json from = json::parse(untrusted_json.substr(0, line_end));
    WorkResponse response;
    response.ok = from.at("ok").get<bool>();
    if (!response.ok) {
      const auto error = from.at("error").get<std::array<std::string, 3>>();
      response.error = {error[0], error[1], error[2]};
      return response;
    }
    Result<sanitize::Report> report = sanitize::report_from_json(slice(untrusted_json, line_end + 1));
    if (!report) return report.error();
    response.report = std::move(*report);
    response.report.message_id = plain_message_id(from.at("message_id").get<std::string>());
    from.at("output_size").get_to(response.output_size);
    from.at("pages").get_to(response.pages);
    from.at("heads").get_to(response.heads);
    for (const json& one : from.at("held"))
      response.held.push_back({one.at("path").get<std::string>(), one.at("offset").get<uint64_t>(),
                               one.at("size").get<uint64_t>()});
    for (const json& one : from.at("extracted"))
      response.extracted.push_back({one.at("path").get<std::string>(), one.at("sha256").get<std::string>(),
                                    one.at("offset").get<uint64_t>(), one.at("size").get<uint64_t>()});
    return response;
  } catch (const json::exception& failure) {
    return malformed(failure);
  }
}

std::string frame(std::string_view text) {
  std::string out;
  const auto size = static_cast<uint32_t>(text.size());
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>((size >> shift) & 0xFF));
  return out.append(text);
}

uint32_t frame_length(Bytes header) {
  uint32_t size = 0;
  for (size_t i = 0; i < kFrameHeader; ++i) size |= static_cast<uint32_t>(byte_at(header, i)) << (8 * i);
  return size;
}

Status send_request(int socket, const WorkRequest& request, const std::array<int, kDescriptors>& descriptors) {
  const std::string bytes = frame(to_json(request));
  std::span<const int> unsent = descriptors;
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = send_with_descriptors(socket, Bytes(bytes).substr(sent), unsent);
    if (count < 0 && errno == EAGAIN) {
      pollfd one{socket, POLLOUT, 0};
      if (::poll(&one, 1, 5'000) == 1) continue;
    }
    if (count <= 0) return io_error("worker.send", "a worker does not take its work");
    sent += static_cast<size_t>(count);
    unsent = {};   // they went with the first bytes
  }
  return Ok{};
}

}  // namespace mugai::gateway
