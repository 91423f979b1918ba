// The configuration after loading: plain, typed, checked. Whoever holds a Config may rely on what loader.h
// promises: every flow names zones and a profile that exist, addresses and networks are well formed, no
// domain belongs to two zones. Immutable after load and shared by reference; a reload makes a new one. What
// each field means, its default and its range stand in schema.cpp, once.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/base/profile.h"
#include "config/cidr.h"

namespace mugai::config {

using Milliseconds = std::chrono::milliseconds;

struct Endpoint {  // where we listen: a literal address and a port
  IpAddress address;
  uint16_t port = 0;
  std::string to_string() const;  // "127.0.0.1:25", "[::1]:25"
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct NextHop {
  enum class Kind { smtp, lmtp, maildir };
  Kind kind = Kind::smtp;
  std::string host;  // name or literal address without brackets; empty for maildir
  uint16_t port = 0;
  std::string path;  // maildir only
  std::string to_string() const;
  friend bool operator==(const NextHop&, const NextHop&) = default;
};

enum class TlsOut { none, opportunistic, required, verified };
enum class BareNewline { reject, normalise };
enum class VaultKeep { held, all };
enum class AntivirusFailure { hold, defer, deliver };

struct PostgreSql {  // host empty: SQLite below node.state
  std::string host, user, password, name;
  uint16_t port = 5432;
};

struct Node {
  std::string hostname;
  std::string state;       // directory
  std::string postmaster;  // an address; never empty after loading
  PostgreSql database;
};

struct SmtpLimits {  // what one client, and all of them, may use of the server
  uint32_t max_connections = 0, max_connections_per_client = 0;
  uint32_t max_errors = 0;        // 5xx answers before the session is closed
  Milliseconds command_timeout{}, data_timeout{}, message_timeout{};
};

struct Queue {
  Milliseconds retry_first{}, retry_max{}, warn_after{}, expire_after{};
  Milliseconds connect_timeout{}, reply_timeout{}, data_reply_timeout{};
  uint32_t max_connections_per_hop = 0;
  uint64_t min_free_bytes = 0;  // below this much free disk the answer is 452
};

struct Workers {
  uint32_t count = 0;          // 0: one for each processor
  uint32_t recycle_after = 0;  // messages
};

struct Vault {
  VaultKeep keep = VaultKeep::held;
  uint32_t days = 0;
  uint64_t quota_bytes = 0;
  std::string directory;       // never empty after loading
  bool shared = false;         // by all gateways that share the database
};

struct Retention {
  uint32_t tracking_days = 0, audit_days = 0;
};

struct Antivirus {
  bool enabled = false;
  std::string path;        // of clamd's local socket, or
  std::string host;        // its name or address, and
  uint16_t port = 0;
  AntivirusFailure on_failure = AntivirusFailure::hold;
  Milliseconds timeout{};  // for one file
  uint32_t connections = 0;
};

struct Console {
  bool enabled = false;
  Endpoint listen;
  Milliseconds session_idle{}, session_max{};
  std::string certificate, key;  // paths; both empty: plain HTTP
  bool behind_proxy = false;     // a proxy on the way adds TLS and says who the client is
  int digest_minute = -1;        // of the local day; -1: no digest
  std::string public_url;        // "https://mugai.city.example.lg.jp", without a slash at the end; may be empty
  bool encrypted() const { return !certificate.empty() || public_url.starts_with("https://"); }
};

struct LdapGroup {
  std::string group, role;           // its DN; a role of gateway/accounts/person.h
  std::vector<std::string> domains;  // empty: everybody's
};

struct Ldap {  // a directory that knows people and their passwords
  bool enabled = false;
  std::string url;  // "ldaps://host" or "ldap://host", the latter with StartTLS
  std::string ca;   // path; empty: the system's
  std::string bind_dn, bind_password_file, base, filter;
  Milliseconds timeout{};
  std::vector<LdapGroup> groups;  // in the order of the file: the first that somebody is in counts
};

struct Tls {
  std::string certificate, key;  // paths; both empty: STARTTLS is not offered
  bool required = false;
  bool offered() const { return !certificate.empty(); }
};

struct Zone {
  std::string name;
  std::vector<Endpoint> listen;
  std::vector<Cidr> clients;         // empty: any
  std::vector<std::string> domains;  // lower-case: "city.example.lg.jp", ".example.jp", "*"
  NextHop next_hop;
  Tls tls;
  TlsOut tls_out = TlsOut::opportunistic;
  std::string tls_out_ca;  // path; empty: the system's
  BareNewline bare_newline = BareNewline::reject;
  std::vector<Cidr> bare_newline_exempt;
  std::vector<Cidr> proxy_protocol;  // peers that must begin with a PROXY header
};

struct Flow {
  std::string from, to;  // zone names
  std::string profile;
  std::vector<std::string> recipients;  // empty: all. Lower-case "user@domain" or "@domain"
  std::vector<std::string> senders;     // likewise; "<>" is the null reverse-path
  bool accept_unmodified = false;
  bool two_person = false;
};

struct LoadedSetting {            // one line of the file, or a default; secrets are masked
  std::string table;              // "node", "zone internet", "profile.sanitize"
  std::string schema_table, key;  // as in schema.h
  std::string value;
  bool given = false;
};

struct Config {
  std::string file_name;
  Node node;
  SmtpLimits smtp;
  Queue queue;
  Workers workers;
  Vault vault;
  Retention retention;
  Antivirus antivirus;
  Console console;
  Ldap ldap;
  Limits limits;  // also in every profile
  std::vector<Zone> zones;
  std::vector<Flow> flows;                  // in the order of the file: the first match counts
  std::map<std::string, Profile> profiles;  // always holds "sanitize" and "relay"
  std::vector<LoadedSetting> settings;      // all of them, for people to read
  std::vector<std::string> warnings;  // "file:line:col: ..." for `config check`: relays, flows never reached

  const Zone* zone(std::string_view name) const;
  const Profile& profile_of(const Flow& flow) const { return profiles.at(flow.profile); }
};

}  // namespace mugai::config
