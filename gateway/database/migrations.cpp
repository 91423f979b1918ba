#include "gateway/database/migrations.h"

#include <array>

namespace mugai::gateway {

namespace {

// Databases of the first version have these tables and no record of a version: hence IF NOT EXISTS.
constexpr std::string_view kTracking[] = {
    "CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, received_ms BIGINT NOT NULL, zone TEXT NOT NULL, "
    "client TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, profile TEXT NOT NULL, "
    "verdict TEXT NOT NULL, size BIGINT NOT NULL, report TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS messages_received ON messages (received_ms)",
    "CREATE TABLE IF NOT EXISTS quarantine (id TEXT PRIMARY KEY, message TEXT NOT NULL, state TEXT NOT NULL, "
    "sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, detected TEXT NOT NULL, "
    "reasons TEXT NOT NULL, since_ms BIGINT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS quarantine_since ON quarantine (since_ms)",
    "CREATE TABLE IF NOT EXISTS replies (message TEXT NOT NULL, recipient TEXT NOT NULL, state TEXT NOT NULL, "
    "reply TEXT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (message, recipient))",
};

// The head is a row of its own: to change it is to hold the lock under which the next record is chained.
constexpr std::string_view kAudit[] = {
    "CREATE TABLE audit (seq BIGINT PRIMARY KEY, at_ms BIGINT NOT NULL, actor TEXT NOT NULL, source TEXT NOT NULL, "
    "action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE INDEX audit_at ON audit (at_ms)",
    "CREATE TABLE audit_head (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL)",
    "INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '')",
};

// What people decide about held things. `order_way` and its companions are the order that `releasing` carries out;
// `claimed_by` is the node that does, until `claimed_until_ms`.
constexpr std::string_view kDecisions[] = {
    "ALTER TABLE messages ADD COLUMN message_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN whole_message BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE quarantine ADD COLUMN node TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN zone TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN profile TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN kept BIGINT NOT NULL DEFAULT 1",
    "ALTER TABLE quarantine ADD COLUMN requested_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN request_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN requested_ms BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE quarantine ADD COLUMN decided_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN decision_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN decided_ms BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE quarantine ADD COLUMN order_way TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN order_profile TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN order_checked BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE quarantine ADD COLUMN order_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN release_number BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE quarantine ADD COLUMN last_answer TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN claimed_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN claimed_until_ms BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX quarantine_message ON quarantine (message)",
    "CREATE INDEX quarantine_state ON quarantine (state, since_ms)",
};

// What mails and items can be found by (gateway/search/index.h). `n` grows with time. Rows go with what they are about.
constexpr std::string_view kSearch[] = {
    "/* SQLite */ CREATE TABLE mail_index (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, words TEXT NOT NULL)",
    "/* SQLite */ CREATE TABLE item_index (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, words TEXT NOT NULL)",
    "/* SQLite */ CREATE VIRTUAL TABLE mail_words USING fts5(words, content='mail_index', content_rowid='n', detail=none, "
    "columnsize=0, tokenize='ascii')",
    "/* SQLite */ CREATE VIRTUAL TABLE item_words USING fts5(words, content='item_index', content_rowid='n', detail=none, "
    "columnsize=0, tokenize='ascii')",
    "/* SQLite */ CREATE TRIGGER mail_index_in AFTER INSERT ON mail_index BEGIN "
    "INSERT INTO mail_words (rowid, words) VALUES (new.n, new.words); END",
    "/* SQLite */ CREATE TRIGGER item_index_in AFTER INSERT ON item_index BEGIN "
    "INSERT INTO item_words (rowid, words) VALUES (new.n, new.words); END",
    "/* SQLite */ CREATE TRIGGER mail_index_out AFTER DELETE ON mail_index BEGIN "
    "INSERT INTO mail_words (mail_words, rowid, words) VALUES ('delete', old.n, old.words); END",
    "/* SQLite */ CREATE TRIGGER item_index_out AFTER DELETE ON item_index BEGIN "
    "INSERT INTO item_words (item_words, rowid, words) VALUES ('delete', old.n, old.words); END",
    "/* SQLite */ CREATE TRIGGER messages_out AFTER DELETE ON messages BEGIN DELETE FROM mail_index WHERE id = old.id; END",
    "/* SQLite */ CREATE TRIGGER quarantine_out AFTER DELETE ON quarantine BEGIN DELETE FROM item_index WHERE id = old.id; END",
    "/* PostgreSQL */ CREATE TABLE mail_index (n BIGINT PRIMARY KEY, id TEXT NOT NULL UNIQUE REFERENCES messages (id) "
    "ON DELETE CASCADE, words TSVECTOR NOT NULL)",
    "/* PostgreSQL */ CREATE TABLE item_index (n BIGINT PRIMARY KEY, id TEXT NOT NULL UNIQUE REFERENCES quarantine (id) "
    "ON DELETE CASCADE, words TSVECTOR NOT NULL)",
    "/* PostgreSQL */ CREATE INDEX mail_words ON mail_index USING GIN (words) WITH (gin_pending_list_limit = 512)",
    "/* PostgreSQL */ CREATE INDEX item_words ON item_index USING GIN (words) WITH (gin_pending_list_limit = 512)",
    // Mails by hour and verdict, of each recipient's domain; domain '' is all of them.
    "CREATE TABLE mail_counts (domain TEXT NOT NULL, hour_ms BIGINT NOT NULL, verdict TEXT NOT NULL, mails BIGINT NOT NULL, "
    "PRIMARY KEY (domain, hour_ms, verdict))",
    // Lists by state stream from here, newest first.
    "CREATE INDEX quarantine_newest ON quarantine (since_ms, id)",
    "CREATE INDEX quarantine_state_newest ON quarantine (state, since_ms, id)",
    "DROP INDEX quarantine_since",
    "DROP INDEX quarantine_state",
    // Mails and items of before that have to be brought into the indexes: where that has got to.
    "CREATE TABLE index_backlog (what TEXT PRIMARY KEY, done_to TEXT NOT NULL)",
    "INSERT INTO index_backlog (what, done_to) SELECT 'messages', '' WHERE EXISTS (SELECT 1 FROM messages)",
    "INSERT INTO index_backlog (what, done_to) SELECT 'quarantine', '' WHERE EXISTS (SELECT 1 FROM quarantine)",
};

// People, their sessions and tokens. A token's row has only its hash. `accounts` is one row that every change of a user
// takes first: of two that would each leave the other administrator, the second sees what the first has done.
constexpr std::string_view kAccounts[] = {
    "CREATE TABLE accounts (id BIGINT PRIMARY KEY, changes BIGINT NOT NULL)",
    "INSERT INTO accounts (id, changes) VALUES (1, 0)",
    "CREATE TABLE users (name TEXT PRIMARY KEY, display TEXT NOT NULL, role TEXT NOT NULL, domains TEXT NOT NULL, "
    "language TEXT NOT NULL, disabled BIGINT NOT NULL, from_directory BIGINT NOT NULL, password TEXT NOT NULL, "
    "must_change BIGINT NOT NULL, totp_secret TEXT NOT NULL, totp_step BIGINT NOT NULL, recovery TEXT NOT NULL, "
    "failures BIGINT NOT NULL, locked_until_ms BIGINT NOT NULL, last_sign_in_ms BIGINT NOT NULL, created_ms BIGINT NOT NULL)",
    "CREATE TABLE sessions (token TEXT PRIMARY KEY, user_name TEXT NOT NULL, stage TEXT NOT NULL, secret TEXT NOT NULL, "
    "replaces TEXT NOT NULL, created_ms BIGINT NOT NULL, seen_ms BIGINT NOT NULL)",
    "CREATE INDEX sessions_user ON sessions (user_name)",
    "CREATE TABLE api_tokens (id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, user_name TEXT NOT NULL, label TEXT NOT NULL, "
    "scopes TEXT NOT NULL, created_ms BIGINT NOT NULL, expires_ms BIGINT NOT NULL, last_used_ms BIGINT NOT NULL)",
};

// When each recipient was last told what is held for them, and who does not want to be.
constexpr std::string_view kDigests[] = {
    "CREATE TABLE digests (recipient TEXT PRIMARY KEY, told_ms BIGINT NOT NULL, unwanted BIGINT NOT NULL)",
};

// Trial runs of profiles (gateway/shadow/runs.h): `ended_ms` 0 is the one that runs.
constexpr std::string_view kShadow[] = {
    "CREATE TABLE shadow_runs (number BIGINT PRIMARY KEY, profile TEXT NOT NULL, candidate TEXT NOT NULL, started_by TEXT NOT NULL, "
    "ended_by TEXT NOT NULL, started_ms BIGINT NOT NULL, ends_ms BIGINT NOT NULL, ended_ms BIGINT NOT NULL, compared BIGINT NOT NULL, "
    "different BIGINT NOT NULL, dropped BIGINT NOT NULL)",
    "CREATE TABLE shadow_differences (run BIGINT NOT NULL, message TEXT NOT NULL, at_ms BIGINT NOT NULL, verdict_real TEXT NOT NULL, "
    "verdict_candidate TEXT NOT NULL, kinds TEXT NOT NULL, details TEXT NOT NULL, PRIMARY KEY (run, message))",
    "CREATE INDEX shadow_newest ON shadow_differences (run, at_ms, message)",
    "CREATE TABLE shadow_kinds (run BIGINT NOT NULL, kind TEXT NOT NULL, mails BIGINT NOT NULL, PRIMARY KEY (run, kind))",
};

constexpr std::span<const std::string_view> kSteps[] = {kTracking, kAudit, kDecisions, kSearch, kAccounts, kDigests, kShadow};

}  // namespace

std::span<const std::span<const std::string_view>> migrations() { return kSteps; }

}  // namespace mugai::gateway
