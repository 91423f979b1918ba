#include "config/loader.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "config/checks.h"
#include "config/document.h"
#include "config/parse.h"
#include "config/units.h"

namespace mugai::config {
namespace {

// A configuration is written by hand; anything larger is the wrong file.
constexpr size_t kMaxFileBytes = 4 << 20;

Milliseconds duration(const Value& value) {
  return Milliseconds(value.number);
}
uint32_t count(const Value& value) {
  return static_cast<uint32_t>(value.number);
}
uint64_t bytes(const Value& value) {
  return static_cast<uint64_t>(value.number);
}

template <class Enum>
Enum chosen(const Value& value, std::initializer_list<std::pair<std::string_view, Enum>> names) {
  for (const auto& [name, result] : names)
    if (value.text == name) return result;
  return names.begin()->second;
}

bool is_this_machine(const IpAddress& address) {
  return Cidr::parse("127.0.0.0/8")->contains(address) || Cidr::parse("::1")->contains(address);
}

class Loader {
 public:
  Loader(Document& document, std::string_view file_name) : document_(document) {
    config_.file_name = file_name;
  }

  Result<Config> load() {
    load_node(document_.single["node"]);
    load_smtp(document_.single["smtp"]);
    load_queue(document_.single["queue"]);
    load_service(document_.single["workers"], document_.single["vault"], document_.single["console"]);
    load_antivirus(document_.single["antivirus"]);
    load_ldap(document_.single["ldap"], document_.arrays["ldap_group"]);
    load_limits(document_.single["limits"]);
    Places places;
    for (const Section& section : document_.arrays["zone"]) {
      load_zone(section);
      places.zones.push_back(&section);
    }
    for (const Section& section : document_.arrays["flow"]) {
      load_flow(section);
      places.flows.push_back(&section);
    }
    load_profiles(document_.named["profile"]);
    for (Problem& found : check(config_, places)) document_.problems.push_back(std::move(found));
    require_all_read();
    if (!document_.problems.empty()) return error();
    list_settings();
    for (const Problem& warning : warn(config_, places)) config_.warnings.push_back(line(warning));
    return std::move(config_);
  }

  Error error() {
    auto& problems = document_.problems;
    const auto order = [](const Problem& a, const Problem& b) {
      return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    };
    std::stable_sort(problems.begin(), problems.end(), order);
    std::string text;
    for (const Problem& found : problems) text.append(text.empty() ? "" : "\n").append(line(found));
    return {"config.invalid", text, ""};
  }

 private:
  std::string line(const Problem& found) const {
    return config_.file_name + ":" + std::to_string(found.place.line) + ":" +
           std::to_string(found.place.column) + ": " + found.message;
  }
  void problem(Place place, std::string message) {
    document_.problems.push_back({place, std::move(message)});
  }

  // Parses each item of a list; an item that does not parse is a problem at its own place.
  template <class Parse, class T>
  void parse_list(const Value& value, Parse parse, std::vector<T>& out, std::string_view wanted) {
    for (size_t i = 0; i < value.list.size(); ++i) {
      if (auto parsed = parse(value.list[i]))
        out.push_back(*parsed);
      else
        problem(value.item_places[i], "\"" + value.list[i] + "\" is not " + std::string(wanted));
    }
  }

  void load_node(const Section& section) {
    const Value& hostname = section["hostname"];
    config_.node.hostname = parse_host_name(hostname.text).value_or("");
    if (hostname.given && config_.node.hostname.empty())
      problem(hostname.place, "\"" + hostname.text + "\" is not a host name");
    const Value& state = section["state"];
    config_.node.state = state.text;
    if (state.given && state.text.substr(0, 1) != "/") problem(state.place, "state must be an absolute path");
    const Value& postmaster = section["postmaster"];
    config_.node.postmaster =
        postmaster.text.empty() ? "postmaster@" + config_.node.hostname : postmaster.text;
    if (postmaster.given && !postmaster.text.empty() &&
        (!parse_address_rule(postmaster.text) || postmaster.text[0] == '@'))
      problem(postmaster.place, "\"" + postmaster.text + "\" is not a mail address");
    const Value& database = section["database"];
    if (const auto server = parse_database(database.text))
      config_.node.database = *server;
    else if (!database.text.empty())  // the text may hold a password: it is not repeated
      problem(database.place, "database is not postgresql://user:password@host:port/name");
  }

  void load_smtp(const Section& section) {
    config_.smtp = {count(section["max_connections"]),    count(section["max_connections_per_client"]),
                    count(section["max_errors"]),
                    duration(section["command_timeout"]), duration(section["data_timeout"]),
                    duration(section["message_timeout"])};
  }

  void load_queue(const Section& section) {
    Queue& queue = config_.queue;
    queue.retry_first = duration(section["retry_first"]);
    queue.retry_max = duration(section["retry_max"]);
    queue.warn_after = duration(section["warn_after"]);
    queue.expire_after = duration(section["expire_after"]);
    queue.connect_timeout = duration(section["connect_timeout"]);
    queue.reply_timeout = duration(section["reply_timeout"]);
    queue.data_reply_timeout = duration(section["data_reply_timeout"]);
    queue.max_connections_per_hop = count(section["max_connections_per_hop"]);
    queue.min_free_bytes = bytes(section["min_free"]);
    if (queue.retry_first > queue.retry_max)
      problem(section["retry_first"].place, "retry_first must not be longer than retry_max");
  }

  void load_service(const Section& workers, const Section& vault, const Section& console) {
    config_.workers = {count(workers["count"]), count(workers["recycle_after"])};
    config_.vault.keep =
        chosen<VaultKeep>(vault["keep"], {{"held", VaultKeep::held}, {"all", VaultKeep::all}});
    config_.vault.days = count(vault["days"]);
    config_.vault.quota_bytes = bytes(vault["quota"]);
    config_.vault.shared = !vault["directory"].text.empty();
    config_.vault.directory = config_.vault.shared ? vault["directory"].text : config_.node.state + "/vault";
    const Section& retention = document_.single["retention"];
    config_.retention = {count(retention["tracking_days"]), count(retention["audit_days"])};
    config_.console.session_idle = duration(console["session_idle"]);
    config_.console.session_max = duration(console["session_max"]);
    if (config_.console.session_idle > config_.console.session_max)
      problem(console["session_idle"].place, "session_idle must not be longer than session_max");
    load_console(console);
    const Value& listen = console["listen"];
    config_.console.enabled = !listen.text.empty();
    if (!config_.console.enabled) return;
    if (const auto endpoint = parse_endpoint(listen.text))
      config_.console.listen = *endpoint;
    else
      problem(listen.place, "\"" + listen.text + "\" is not an address and port like \"127.0.0.1:8025\"");
    if (config_.console.certificate.empty() && !config_.console.behind_proxy && !is_this_machine(config_.console.listen.address))
      problem(listen.place, "without a certificate the console may only listen on this machine (127.0.0.1): give certificate and key, or behind_proxy = true");
  }

  void load_console(const Section& section) {
    config::Console& console = config_.console;
    console.certificate = section["certificate"].text;
    console.key = section["key"].text;
    console.behind_proxy = section["behind_proxy"].flag;
    console.public_url = section["public_url"].text;
    const Value& digest = section["digest"];
    const std::string& at = digest.text;
    const auto digit = [&](size_t i) { return i < at.size() && at[i] >= '0' && at[i] <= '9' ? at[i] - '0' : 99; };
    if (!at.empty()) {
      const int hour = digit(0) * 10 + digit(1), minute = digit(3) * 10 + digit(4);
      if (at.size() != 5 || at[2] != ':' || hour > 23 || minute > 59) problem(digest.place, "\"" + at + "\" is not a time like \"08:00\"");
      else console.digest_minute = hour * 60 + minute;
    }
    while (console.public_url.ends_with('/')) console.public_url.pop_back();
    if (console.certificate.empty() != console.key.empty())
      problem(section["certificate"].place, "certificate and key belong together: give both, or none");
    const std::string_view url = console.public_url;
    if (!url.empty() && (!(url.starts_with("https://") || url.starts_with("http://")) || url.find('/', 8) != url.npos ||
                         url.find_first_of(" \"<>\\?#@") != url.npos))
      problem(section["public_url"].place, "public_url is like \"https://mugai.city.example.lg.jp\", without a path");
  }

  void load_antivirus(const Section& section) {
    const Value& clamd = section["clamd"];
    if (const auto parsed = parse_clamd(clamd.text)) config_.antivirus = *parsed;
    else if (!clamd.text.empty())
      problem(clamd.place, "\"" + clamd.text + "\" is not unix:/PATH or tcp://host:port");
    config_.antivirus.on_failure =
        chosen<AntivirusFailure>(section["on_failure"], {{"hold", AntivirusFailure::hold},
                                                         {"defer", AntivirusFailure::defer},
                                                         {"deliver", AntivirusFailure::deliver}});
    config_.antivirus.timeout = duration(section["timeout"]);
    config_.antivirus.connections = count(section["connections"]);
  }

  void load_ldap(const Section& section, const std::vector<Section>& groups) {
    Ldap& ldap = config_.ldap;
    const Value& url = section["url"];
    ldap.enabled = !url.text.empty();
    ldap.url = url.text;
    ldap.ca = section["ca"].text;
    ldap.bind_dn = section["bind_dn"].text;
    ldap.bind_password_file = section["bind_password_file"].text;
    ldap.base = section["base"].text;
    ldap.filter = section["filter"].text;
    ldap.timeout = duration(section["timeout"]);
    if (ldap.enabled && !url.text.starts_with("ldaps://") && !url.text.starts_with("ldap://"))
      problem(url.place, "\"" + url.text + "\" is not ldaps://host or ldap://host");
    if (ldap.enabled && ldap.base.empty()) problem(section["base"].place, "base says where to look for people: it is needed with url");
    if (ldap.filter.find("{name}") == ldap.filter.npos)
      problem(section["filter"].place, "filter must contain {name}");
    if (ldap.bind_dn.empty() != ldap.bind_password_file.empty())
      problem(section["bind_dn"].place, "bind_dn and bind_password_file go together");
    for (const Section& group : groups) {
      LdapGroup one{group["group"].text, group["role"].text, {}};
      const auto domain_or_address = [](std::string_view text) {
        return text.find('@') == text.npos ? parse_host_name(text) : parse_address_rule(text);
      };
      parse_list(group["domains"], domain_or_address, one.domains, "a domain or an address");
      if (!ldap.enabled) config_.warnings.push_back(line({group.place, "[[ldap_group]] has no effect without ldap.url"}));
      ldap.groups.push_back(std::move(one));
    }
  }

  void load_limits(const Section& section) {
    Limits& limits = config_.limits;
    limits.max_message_bytes = bytes(section["max_message"]);
    limits.max_header_bytes = bytes(section["max_header"]);
    limits.max_header_count = count(section["max_header_count"]);
    limits.max_recipients = count(section["max_recipients"]);
    limits.max_received_hops = count(section["max_received_hops"]);
    limits.max_mime_depth = count(section["max_mime_depth"]);
    limits.max_mime_parts = count(section["max_mime_parts"]);
    limits.max_text_bytes = bytes(section["max_text"]);
    limits.max_archive_depth = count(section["max_archive_depth"]);
    limits.max_archive_members = count(section["max_archive_members"]);
    limits.max_expanded_bytes = bytes(section["max_expanded"]);
    limits.max_expansion_ratio = count(section["max_expansion_ratio"]);
    limits.max_image_pixels = bytes(section["max_image_pixels"]);
    limits.max_image_pages = count(section["max_image_pages"]);
    limits.max_document_pages = count(section["max_document_pages"]);
    limits.base_deadline_ms = count(section["base_deadline"]);
    limits.deadline_ms_per_mib = count(section["deadline_per_mib"]);
    limits.max_deadline_ms = count(section["max_deadline"]);
    limits.max_worker_memory_bytes = bytes(section["max_worker_memory"]);
    limits.max_report_bytes = bytes(section["max_report"]);
    if (limits.base_deadline_ms > limits.max_deadline_ms)
      problem(section["base_deadline"].place, "base_deadline must not be longer than max_deadline");
  }

  void load_zone(const Section& section) {
    Zone zone;
    zone.name = section["name"].text;
    parse_list(section["listen"], parse_endpoint, zone.listen,
               "an address and port like \"10.1.0.5:25\" or \"[::]:25\"");
    parse_list(section["clients"], Cidr::parse, zone.clients, kNetworkWanted);
    parse_list(section["domains"], parse_domain_rule, zone.domains, "a domain, \".domain\" or \"*\"");
    const Value& next_hop = section["next_hop"];
    if (const auto hop = parse_next_hop(next_hop.text))
      zone.next_hop = *hop;
    else if (next_hop.given)
      problem(next_hop.place,
              "\"" + next_hop.text + "\" is not smtp://host:port, lmtp://host:port or maildir:PATH");
    zone.tls_out = chosen<TlsOut>(section["tls_out"], {{"opportunistic", TlsOut::opportunistic},
                                                       {"none", TlsOut::none},
                                                       {"required", TlsOut::required},
                                                       {"verified", TlsOut::verified}});
    zone.tls_out_ca = section["tls_out_ca"].text;
    zone.bare_newline = chosen<BareNewline>(
        section["bare_newline"], {{"reject", BareNewline::reject}, {"normalise", BareNewline::normalise}});
    parse_list(section["bare_newline_exempt"], Cidr::parse, zone.bare_newline_exempt, kNetworkWanted);
    parse_list(section["proxy_protocol"], Cidr::parse, zone.proxy_protocol, kNetworkWanted);
    const Section& tls = section.children.at("tls");
    zone.tls = {tls["certificate"].text, tls["key"].text, tls["required"].flag};
    config_.zones.push_back(std::move(zone));
  }

  void load_flow(const Section& section) {
    Flow flow;
    flow.from = section["from"].text;
    flow.to = section["to"].text;
    flow.profile = section["profile"].text;
    flow.accept_unmodified = section["accept_unmodified"].flag;
    flow.two_person = section["two_person"].flag;
    const Section& match = section.children.at("match");
    parse_list(match["recipients"], parse_address_rule, flow.recipients, kAddressWanted);
    const auto sender_rule = [](std::string_view text) {
      return text == "<>" ? std::optional<std::string>(text) : parse_address_rule(text);
    };
    parse_list(match["senders"], sender_rule, flow.senders, std::string(kAddressWanted) + ", nor \"<>\"");
    config_.flows.push_back(std::move(flow));
  }

  void load_profiles(const std::vector<Section>& sections) {
    Profile sanitize, relay;
    relay.name = "relay";
    relay.relay = true;
    config_.profiles = {{"sanitize", sanitize}, {"relay", relay}};
    for (const Section& section : sections) {
      if (section.name == "relay")
        problem(section.place, "the profile \"relay\" is built in and has no settings");
      config_.profiles[section.name] = load_profile(section);
    }
    for (auto& [name, profile] : config_.profiles) profile.limits = config_.limits;
  }

  Profile load_profile(const Section& section) {
    Profile profile;
    profile.name = section.name;
    static_cast<void>(
        section["body"]);  // one choice so far; the row keeps configurations readable by later versions
    profile.urls = chosen<UrlPolicy>(
        section["urls"],
        {{"defang", UrlPolicy::defang}, {"keep", UrlPolicy::keep}, {"remove", UrlPolicy::remove}});
    profile.attachments =
        chosen<AttachmentPolicy>(section["attachments"], {{"sanitize", AttachmentPolicy::sanitize},
                                                          {"drop", AttachmentPolicy::drop},
                                                          {"text", AttachmentPolicy::text},
                                                          {"image", AttachmentPolicy::image}});
    for (const auto& [type, treatment] : section["types"].map) {
      Value value;
      value.text = treatment;
      profile.types[type] = chosen<TypeOverride>(value, {{"hold", TypeOverride::hold},
                                                         {"text", TypeOverride::text},
                                                         {"image", TypeOverride::image},
                                                         {"drop", TypeOverride::drop}});
    }
    profile.csv_formulas = chosen<CsvFormulas>(
        section["csv_formulas"], {{"neutralise", CsvFormulas::neutralise}, {"keep", CsvFormulas::keep}});
    profile.signed_documents = chosen<SignedDocuments>(
        section["signed_documents"], {{"rebuild", SignedDocuments::rebuild}, {"hold", SignedDocuments::hold}});
    profile.encrypted_documents =
        chosen<EncryptedDocuments>(section["encrypted_documents"],
                                   {{"open", EncryptedDocuments::open}, {"encrypt", EncryptedDocuments::encrypt}});
    profile.image_dpi = count(section["image_dpi"]);
    profile.image_text_layer = section["image_text_layer"].flag;
    profile.subject_tag = section["subject_tag"].text;
    profile.notice_language = chosen<NoticeLanguage>(
        section["notice_language"],
        {{"both", NoticeLanguage::both}, {"ja", NoticeLanguage::ja}, {"en", NoticeLanguage::en}});
    profile.notice_place =
        chosen<NoticePlace>(section["notice_place"], {{"end", NoticePlace::end}, {"top", NoticePlace::top}});
    profile.max_output_bytes = bytes(section["max_output"]);
    profile.release_contact = section["release_contact"].text;
    return profile;
  }

  // A row of the schema that no line above reads would be a setting without effect: refuse to start with one.
  void list_settings() {
    for (const Table& table : schema_tables()) {
      const std::string path(table.path);
      if (table.shape == Table::Shape::single) list_section(path, path, document_.single[path]);
      if (table.shape == Table::Shape::array)
        for (const Section& section : document_.arrays[path]) list_section(path, "[[" + path + "]] " + title_of(section), section);
      if (table.shape == Table::Shape::named)
        for (const Section& section : document_.named[path]) list_section(path, path + "." + section.name, section);
    }
  }

  static std::string title_of(const Section& section) {
    const Value& name = section["name"];
    return name.text.empty() ? section["from"].text + " → " + section["to"].text : name.text;
  }

  void list_section(const std::string& schema_table, const std::string& title, const Section& section) {
    for (const Key* key : keys_of(schema_table)) {
      const auto found = section.values().find(key->name);
      if (found == section.values().end()) continue;
      config_.settings.push_back({title, schema_table, std::string(key->name), shown(*key, found->second), found->second.given});
    }
    for (const auto& [name, child] : section.children)
      if (child.given) list_section(schema_table + "." + name, title + " " + name, child);
  }

  // A URL may carry a password.
  static std::string shown(const Key& key, const Value& value) {
    std::string out;
    switch (key.kind) {
      case Kind::boolean: return value.flag ? "true" : "false";
      case Kind::integer: return std::to_string(value.number);
      case Kind::size: return size_text(value.number);
      case Kind::duration: return duration_text(value.number);
      case Kind::list:
        for (const std::string& one : value.list) out += (out.empty() ? "" : ", ") + one;
        return out;
      case Kind::type_map:
        for (const auto& [type, chosen] : value.map) out += (out.empty() ? "" : ", ") + type + " = " + chosen;
        return out;
      case Kind::text:
      case Kind::choice: break;
    }
    const size_t scheme = value.text.find("://"), at = value.text.rfind('@');
    if (scheme == value.text.npos || at == value.text.npos || at < scheme) return value.text;
    return value.text.substr(0, scheme + 3) + "***" + value.text.substr(at);
  }

  void require_all_read() {
    const auto require = [this](const Section& section, const std::string& path) {
      for (const std::string& key : section.unread())
        problem(section.place, "internal: " + path + "." + key + " has no effect");
      for (const auto& [name, child] : section.children)
        for (const std::string& key : child.unread())
          problem(section.place, "internal: " + path + "." + name + "." + key + " has no effect");
    };
    for (const auto& [path, section] : document_.single) require(section, path);
    for (const auto* group : {&document_.arrays, &document_.named})
      for (const auto& [path, sections] : *group)
        for (const Section& section : sections) require(section, path);
  }

  static constexpr std::string_view kNetworkWanted =
      "a network like \"10.1.0.0/16\" (bits after the prefix must be zero)";
  static constexpr std::string_view kAddressWanted = "an address or \"@domain\"";

  Document& document_;
  Config config_;
};

}  // namespace

Result<Config> load(std::string_view toml_text, std::string_view file_name,
                    std::span<const std::string_view> known_types) {
  if (toml_text.size() > kMaxFileBytes)
    return Error{"config.invalid", std::string(file_name) + ":1:1: larger than 4 MiB: not a configuration",
                 ""};
  Document document = read_document(toml_text, known_types);
  Loader loader(document, file_name);
  // Nothing was read when the text is not TOML at all; complaints about missing tables would only hide that.
  const bool unreadable = document.single.empty();
  if (unreadable) return loader.error();
  return loader.load();
}

Result<Config> load_file(const std::string& path, std::span<const std::string_view> known_types) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{"config.unreadable", path + ": cannot be opened for reading", ""};
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return Error{"config.unreadable", path + ": cannot be read", ""};
  text.resize(static_cast<size_t>(file.gcount()));
  return load(text, path, known_types);
}

}  // namespace mugai::config
