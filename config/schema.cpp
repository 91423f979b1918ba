#include "config/schema.h"

namespace mugai::config {
namespace {

constexpr int64_t KiB = 1 << 10, MiB = 1 << 20, GiB = 1 << 30, TiB = 1ll << 40;
constexpr int64_t second = 1'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
constexpr bool required = true, optional = false;
using enum Kind;
using Shape = Table::Shape;

// clang-format off
constexpr Table kTables[] = {
    {"node", Shape::single, "This gateway.", "このゲートウェイ自身。"},
    {"zone", Shape::array, "A network that mail comes from and goes to. At least one.",
     "メールの送信元・宛先となるネットワーク。1つ以上必要です。"},
    {"zone.tls", Shape::inline_child, "The certificate that is shown to clients (STARTTLS).",
     "接続してくる相手に示す証明書(STARTTLS)。"},
    {"flow", Shape::array,
     "Which zone may send to which, by which profile. What no flow allows is refused; the first flow that matches counts.",
     "どのゾーンからどのゾーンへ、どのプロファイルで送れるか。定義のない通信は拒否し、最初に一致したものを使います。"},
    {"flow.match", Shape::inline_child, "Narrows a flow to some recipients or senders.",
     "フローを特定の宛先・差出人に限定します。"},
    {"profile", Shape::named,
     "What happens to mail. \"sanitize\" and \"relay\" are built in; [profile.sanitize] changes the first.",
     "メールの処理内容。「sanitize」と「relay」は組み込みで、[profile.sanitize] で前者を変更できます。"},
    {"smtp", Shape::single, "What clients may use of the SMTP server.", "SMTP サーバーの利用制限。"},
    {"queue", Shape::single, "How delivery is tried, and for how long.", "配送の再試行と期限。"},
    {"workers", Shape::single, "The caged processes that parse mail.", "メールを解析する隔離プロセス。"},
    {"vault", Shape::single, "Where originals are kept, encrypted.", "原本の保管(暗号化)。"},
    {"retention", Shape::single, "How long it is known what happened.", "記録の保存期間。"},
    {"antivirus", Shape::single,
     "A virus scanner (clamd) that looks at each original and at everything taken out of it, in flows with detox.",
     "ウイルス対策ソフト(clamd)。無害化する通信の原本と、そこから取り出したすべてのファイルを検査させます。"},
    {"console", Shape::single, "The administrators' web console.", "管理画面。"},
    {"ldap", Shape::single, "A directory (LDAP, Active Directory) whose passwords also count at the console.",
     "管理画面のサインインに使うディレクトリー(LDAP、Active Directory)。"},
    {"ldap_group", Shape::array,
     "A group of the directory whose members may sign in without being added by hand; the first that somebody is in counts.",
     "所属者が、個別の登録なしにサインインできるディレクトリーのグループ。最初に一致したものを使います。"},
    {"limits", Shape::single, "Limits on untrusted input. Over a limit means held with a reason, never cut short.",
     "外部入力に対する上限。超えたものは理由を付けて保留し、途中で切り捨てることはありません。"},
};


constexpr Key kKeys[] = {
    {"node", "hostname", text, required, "gw1.city.example.lg.jp", 0, 0, "",
     "The name by which the gateway greets, and which stands in Received and in bounces.",
     "接続時の挨拶、Received ヘッダー、不達通知に使うホスト名。"},
    {"node", "state", text, required, "/var/lib/mugai", 0, 0, "",
     "The directory of spool, vault and database; it must be on one file system.",
     "スプール・原本保管・データベースを置くディレクトリ(同一ファイルシステム上に置くこと)。"},
    {"node", "postmaster", text, optional, "", 0, 0, "",
     "The address that bounces come from; empty means postmaster@hostname.",
     "不達通知の差出人アドレス。空のときは postmaster@hostname。"},

    {"node", "database", text, optional, "", 0, 0, "",
     "A PostgreSQL database that several gateways share: \"postgresql://user:password@host:5432/name\"; empty means SQLite in the state directory.",
     "複数のゲートウェイで共有する PostgreSQL。空のときは state ディレクトリ内の SQLite を使います。"},

    {"zone", "name", text, required, "internet", 0, 0, "", "The name that flows use.", "フローから参照する名前。"},
    {"zone", "listen", list, optional, "", 0, 0, "",
     "Addresses and ports on which clients of this zone connect: \"10.1.0.5:25\", \"[::]:25\".",
     "このゾーンのクライアントが接続するアドレスとポート。"},
    {"zone", "clients", list, optional, "", 0, 0, "",
     "Networks that belong to this zone; empty means whoever can reach the port.",
     "このゾーンに属するネットワーク(CIDR)。空のときは接続できた相手すべて。"},
    {"zone", "domains", list, optional, "", 0, 0, "",
     "Mail domains that live in this zone: a name, \".example.jp\" for all below it, or \"*\" for all that no other zone names.",
     "このゾーンにあるメールドメイン。「.example.jp」は配下すべて、「*」は他のゾーンにないものすべて。"},
    {"zone", "next_hop", text, required, "smtp://10.1.0.10:25", 0, 0, "",
     "Where mail for this zone goes, and the bounces of mail that came from it: smtp://host:port, lmtp://host:port or maildir:PATH.",
     "このゾーン宛てのメール(およびこのゾーンから来たメールの不達通知)の配送先。"},
    {"zone", "tls_out", choice, optional, "opportunistic", 0, 0, "none|opportunistic|required|verified",
     "TLS towards the next hop: never, when offered, always, or always with a certificate that verifies.",
     "配送先への TLS: 使わない/可能なら使う/必須/証明書検証つき必須。"},
    {"zone", "tls_out_ca", text, optional, "", 0, 0, "",
     "A PEM file of the authorities that tls_out = \"verified\" trusts; empty means the system's.",
     "tls_out = \"verified\" で信頼する認証局の PEM ファイル。空のときはシステムの設定。"},
    {"zone", "bare_newline", choice, optional, "reject", 0, 0, "reject|normalise",
     "A line end without CR or without LF: refuse the message, or write it as CRLF. It never ends a message.",
     "CR または LF 単独の改行: メールを拒否するか、CRLF に直すか。いずれも本文の終端とはみなしません。"},
    {"zone", "bare_newline_exempt", list, optional, "", 0, 0, "",
     "Networks of old senders whose bare line ends are normalised although others are refused.",
     "例外的に改行を直して受け取る、古い送信機器のネットワーク。"},
    {"zone", "proxy_protocol", list, optional, "", 0, 0, "",
     "Load balancers that begin each connection with a PROXY header (v1 or v2); nobody else is believed.",
     "PROXY プロトコルのヘッダーを送るロードバランサー。これ以外からのヘッダーは信用しません。"},
    {"zone.tls", "certificate", text, required, "/etc/mugai/tls/gw.pem", 0, 0, "",
     "PEM file of the certificate and its chain.", "証明書とその連鎖の PEM ファイル。"},
    {"zone.tls", "key", text, required, "/etc/mugai/tls/gw.key", 0, 0, "",
     "PEM file of the private key; nobody else may read it.", "秘密鍵の PEM ファイル(他人が読めないこと)。"},
    {"zone.tls", "required", boolean, optional, "false", 0, 0, "",
     "Refuse mail before STARTTLS.", "STARTTLS 前のメールを拒否します。"},

    {"flow", "from", text, required, "internet", 0, 0, "", "The zone of the client.", "送信元のゾーン。"},
    {"flow", "to", text, required, "lgwan", 0, 0, "", "The zone of the recipient's domain.", "宛先ドメインのゾーン。"},
    {"flow", "profile", text, required, "sanitize", 0, 0, "", "The profile that treats the mail.", "適用するプロファイル。"},
    {"flow", "accept_unmodified", boolean, optional, "false", 0, 0, "",
     "Confirms that untreated mail may enter a zone that other flows protect.",
     "無害化で守られているゾーンへ、未処理のメールを入れることを明示的に認めます。"},
    {"flow", "two_person", boolean, optional, "false", 0, 0, "",
     "A held original of this flow is released only by a second person, who is not the one that asked for it.",
     "このフローで保留した原本の解放に2人目の承認を必要とします(依頼者本人は承認できません)。"},
    {"flow.match", "recipients", list, optional, "", 0, 0, "",
     "Only these recipients: \"kaikei@city.example.lg.jp\" or \"@city.example.lg.jp\".", "対象とする宛先。"},
    {"flow.match", "senders", list, optional, "", 0, 0, "",
     "Only these senders, in the same form; \"<>\" is the null sender of bounces.",
     "対象とする差出人(「<>」は不達通知の空の差出人)。"},

    {"profile", "body", choice, optional, "text", 0, 0, "text", "The body leaves as plain text.", "本文はテキスト化します。"},
    {"profile", "urls", choice, optional, "defang", 0, 0, "keep|defang|remove",
     "Links in the body: as they are, made unclickable (hxxp), or taken out.",
     "本文中の URL: そのまま/クリックできない形(hxxp)にする/取り除く。"},
    {"profile", "attachments", choice, optional, "sanitize", 0, 0, "drop|text|image|sanitize",
     "Attachments: taken out, only their text, only their image, or rebuilt in their own format.",
     "添付ファイル: 削除/文字のみ抽出/画像化/無害な形に再構成。"},
    {"profile", "types", type_map, optional, "", 0, 0, "text|image|drop|hold",
     "Another treatment for some types: { svg = \"hold\" }.", "種類ごとの例外: { svg = \"hold\" }。"},
    {"profile", "csv_formulas", choice, optional, "neutralise", 0, 0, "neutralise|keep",
     "Cells of CSV files that a spreadsheet would calculate: made into text, or left.",
     "CSV の数式とみなされるセル: 文字列にする/そのまま残す。"},
    {"profile", "subject_tag", text, optional, "", 0, 0, "",
     "Text put before the subject, for example \"[無害化済] \".", "件名の先頭に付ける文字列。例:「[無害化済] 」。"},
    {"profile", "notice_language", choice, optional, "both", 0, 0, "ja|en|both",
     "The language of the notice in the mail.", "メールに付ける通知の言語。"},
    {"profile", "notice_place", choice, optional, "end", 0, 0, "end|top",
     "Where in the body the notice stands.", "通知を置く位置(末尾/先頭)。"},
    {"profile", "max_output", size, optional, "150 MiB", 64 * KiB, 2 * GiB, "",
     "A rebuilt message larger than this, which the next hop would not take, is held.",
     "再構成後のメールがこれより大きいときは、配送先が受け取れないため保留します。"},
    {"profile", "release_contact", text, optional, "", 0, 0, "",
     "Shown in the notice: whom to ask for the release of a held file.",
     "保留ファイルの解放を依頼する連絡先(通知に表示)。"},

    {"smtp", "max_connections", integer, optional, "10000", 1, 100'000, "", "Sessions at once, in all.", "同時接続数の合計。"},
    {"smtp", "max_connections_per_client", integer, optional, "50", 1, 100'000, "",
     "Sessions at once from one address.", "1アドレスあたりの同時接続数。"},
    {"smtp", "max_errors", integer, optional, "20", 1, 1'000, "",
     "Refused commands before a session is closed.", "切断までに許すエラー応答の回数。"},
    {"smtp", "command_timeout", duration, optional, "5m", 1 * second, 1 * hour, "",
     "Waiting for the next command (RFC 5321 asks for 5 minutes).", "次のコマンドを待つ時間。"},
    {"smtp", "data_timeout", duration, optional, "3m", 1 * second, 1 * hour, "",
     "Waiting for the next bytes of a message.", "本文の続きを待つ時間。"},
    {"smtp", "message_timeout", duration, optional, "1h", 1 * minute, 1 * day, "",
     "A whole message, from DATA to its end.", "1通の受信全体の制限時間。"},

    {"queue", "retry_first", duration, optional, "5m", 1 * second, 1 * day, "",
     "The wait before the first retry; it doubles each time.", "最初の再試行までの時間(以後倍々)。"},
    {"queue", "retry_max", duration, optional, "1h", 1 * second, 1 * day, "",
     "The longest wait between two tries.", "再試行間隔の上限。"},
    {"queue", "warn_after", duration, optional, "4h", 0, 30 * day, "",
     "The sender is told of the delay after this; 0 means never.", "遅延を差出人に知らせるまでの時間(0 は知らせない)。"},
    {"queue", "expire_after", duration, optional, "5d", 1 * minute, 30 * day, "",
     "Delivery is given up and the sender told after this.", "配送を断念し、差出人に不達を通知するまでの時間。"},
    {"queue", "connect_timeout", duration, optional, "30s", 1 * second, 10 * minute, "",
     "Connecting to a next hop.", "配送先への接続の制限時間。"},
    {"queue", "reply_timeout", duration, optional, "5m", 1 * second, 1 * hour, "",
     "Waiting for the reply to a command.", "配送先の応答を待つ時間。"},
    {"queue", "data_reply_timeout", duration, optional, "10m", 1 * second, 1 * hour, "",
     "Waiting for the reply to a whole message (RFC 5321 asks for 10 minutes).", "本文送信後の応答を待つ時間。"},
    {"queue", "max_connections_per_hop", integer, optional, "20", 1, 1'000, "",
     "Sessions at once to one next hop.", "1つの配送先への同時接続数。"},
    {"queue", "min_free", size, optional, "256 MiB", 0, 100 * TiB, "",
     "With less free disk than this, new mail is put off (452).", "空き容量がこれを下回ると新しいメールを一時拒否(452)します。"},

    {"workers", "count", integer, optional, "0", 0, 256, "",
     "Worker processes; 0 means one for each processor.", "解析プロセスの数(0 は CPU 数)。"},
    {"workers", "recycle_after", integer, optional, "1000", 1, 1'000'000, "",
     "A worker is replaced after this many messages.", "この通数を処理したら解析プロセスを作り直します。"},

    {"vault", "keep", choice, optional, "held", 0, 0, "held|all",
     "Which originals are kept: those of messages with something held, or all.",
     "保管する原本: 保留が生じたメールのみ/すべて。"},
    {"vault", "directory", text, optional, "", 0, 0, "",
     "Where the vault lies; empty means in the state directory. Gateways that share a database name one directory that all of them can reach, so that each can release what another one held.",
     "原本保管のディレクトリ。空のときは state ディレクトリ内。データベースを共有するゲートウェイは、全台から見える同じ場所を指定すると、互いの保留ファイルを解放できます。"},
    {"vault", "days", integer, optional, "30", 1, 3'660, "",
     "How long originals and held things are kept; then they are deleted, and what was still held is expired.",
     "原本と保留ファイルの保管日数。過ぎたものは削除し、保留中のものは期限切れになります。"},
    {"vault", "quota", size, optional, "20 GiB", 1 * MiB, 1'000 * TiB, "",
     "When originals take more than this, new mail is put off (451); nothing is dropped.",
     "原本の合計がこれを超えると新しいメールを一時拒否(451)します。黙って消すことはありません。"},

    {"retention", "tracking_days", integer, optional, "400", 1, 36'600, "",
     "How long it can be looked up what happened to a mail.", "メールの処理記録を検索できる日数。"},
    {"retention", "audit_days", integer, optional, "3660", 365, 36'600, "",
     "How long the audit log says who did what.", "操作記録(監査ログ)の保存日数。"},

    {"antivirus", "clamd", text, optional, "", 0, 0, "",
     "Where clamd listens: \"unix:/run/clamav/clamd.ctl\" or \"tcp://127.0.0.1:3310\"; empty means no scanner. Its StreamMaxLength, MaxFileSize and MaxScanSize should not be below limits.max_message.",
     "clamd の接続先。空のときは検査しません。clamd 側の StreamMaxLength、MaxFileSize、MaxScanSize は limits.max_message 以上にしてください。"},
    {"antivirus", "on_failure", choice, optional, "hold", 0, 0, "hold|defer|deliver",
     "What could not be scanned (clamd away, file over its limit): is held, waits in the queue for another try, or passes with the treatment alone.",
     "検査できなかったもの(clamd 停止、上限超過): 保留/キューで再試行を待つ/無害化のみで通す。"},
    {"antivirus", "timeout", duration, optional, "1m", 1 * second, 10 * minute, "",
     "For one file, from connecting to the answer.", "1ファイルの検査の制限時間。"},
    {"antivirus", "connections", integer, optional, "4", 1, 64, "",
     "Scans at once.", "同時に行う検査の数。"},

    {"console", "listen", text, optional, "", 0, 0, "",
     "Address and port of the console, \"127.0.0.1:8025\"; empty means no console. Without certificate it must be an address of this machine itself.",
     "管理画面のアドレスとポート。空のときは管理画面なし。証明書を設定しない場合は 127.0.0.1 などの自ホスト宛てに限ります。"},
    {"console", "certificate", text, optional, "", 0, 0, "",
     "The console's certificate with its chain (PEM).", "管理画面のサーバー証明書(中間証明書を含む PEM)。"},
    {"console", "key", text, optional, "", 0, 0, "", "The certificate's key (PEM).", "その秘密鍵(PEM)。"},
    {"console", "behind_proxy", boolean, optional, "false", 0, 0, "",
     "A proxy in front adds TLS; the last address in its X-Forwarded-For is the client. Nobody else may reach the port.",
     "TLS を終端するリバースプロキシの背後に置く場合に true。X-Forwarded-For の最後のアドレスを接続元とみなします。プロキシ以外から届かないようにしてください。"},
    {"console", "public_url", text, optional, "", 0, 0, "",
     "How people reach the console, \"https://mugai.city.example.lg.jp\": links in mails begin with it, and requests for another host are refused.",
     "利用者がアクセスする URL(例 https://mugai.city.example.lg.jp)。メール内のリンクに使い、これと異なるホスト名の要求は拒否します。"},
    {"console", "session_idle", duration, optional, "15m", 1 * minute, 8 * hour, "",
     "Whoever does nothing for so long must sign in again.", "この時間操作がなければ、再度サインインが必要です。"},
    {"console", "session_max", duration, optional, "8h", 5 * minute, 1 * day, "",
     "After so long everybody must sign in again.", "この時間がたてば、操作中でも再度サインインが必要です。"},

    {"ldap", "url", text, optional, "", 0, 0, "",
     "The directory's server: \"ldaps://dc1.city.example.lg.jp\", or \"ldap://...\", on which StartTLS is demanded. Its certificate is checked. Empty means no directory.",
     "ディレクトリーのサーバー。ldaps:// または ldap://(StartTLS 必須)。証明書を検証します。空のときは使いません。"},
    {"ldap", "ca", text, optional, "", 0, 0, "",
     "A PEM file of the authorities that may certify the server; empty means the system's.",
     "サーバー証明書を検証する認証局の PEM ファイル。空のときはシステムの設定。"},
    {"ldap", "bind_dn", text, optional, "", 0, 0, "",
     "The account that looks people up; empty means anonymously.", "利用者を検索するためのアカウント(DN)。空のときは匿名。"},
    {"ldap", "bind_password_file", text, optional, "", 0, 0, "",
     "A file with that account's password on its first line; nobody but the gateway may read it.",
     "そのアカウントのパスワードを1行目に書いたファイル(他人が読めないこと)。"},
    {"ldap", "base", text, optional, "", 0, 0, "", "Below which entry people are looked for.", "利用者を検索する起点の DN。"},
    {"ldap", "filter", text, optional, "(&(objectClass=person)(sAMAccountName={name}))", 0, 0, "",
     "How the one entry of a person is found; {name} stands for what was typed. For OpenLDAP: (&(objectClass=person)(uid={name})).",
     "利用者を1件に特定する検索条件。{name} は入力された名前。OpenLDAP では (&(objectClass=person)(uid={name}))。"},
    {"ldap", "timeout", duration, optional, "5s", 1 * second, 1 * minute, "",
     "For each question to the directory.", "ディレクトリーへの問い合わせ1回の制限時間。"},
    {"ldap_group", "group", text, required, "CN=Mugai-Operators,OU=Groups,DC=city,DC=example,DC=lg,DC=jp", 0, 0, "",
     "The group's DN.", "グループの DN。"},
    {"ldap_group", "role", choice, required, "operator", 0, 0, "administrator|operator|approver|auditor|requester",
     "What its members are.", "所属者の役割。"},
    {"ldap_group", "domains", list, optional, "", 0, 0, "",
     "Whose mail they are responsible for: domains or addresses; empty means everybody's.",
     "担当するドメインまたはアドレス。空のときはすべて。"},

    {"limits", "max_message", size, optional, "100 MiB", 64 * KiB, 2 * GiB, "",
     "The largest message, offered as SIZE.", "受信する最大サイズ(SIZE として通知)。"},
    {"limits", "max_header", size, optional, "256 KiB", 4 * KiB, 4 * MiB, "", "One block of header fields.", "ヘッダー全体のサイズ。"},
    {"limits", "max_header_count", integer, optional, "1000", 20, 10'000, "", "Fields in one header block.", "ヘッダーの行数。"},
    {"limits", "max_recipients", integer, optional, "1000", 100, 10'000, "",
     "Recipients of one message.", "1通あたりの宛先数。"},
    {"limits", "max_received_hops", integer, optional, "50", 10, 200, "",
     "More Received fields than this is a mail loop.", "Received の数がこれを超えるとループとみなします。"},
    {"limits", "max_mime_depth", integer, optional, "30", 2, 100, "", "Parts within parts.", "MIME の入れ子の深さ。"},
    {"limits", "max_mime_parts", integer, optional, "1000", 10, 10'000, "", "Parts of one message.", "MIME パートの数。"},
    {"limits", "max_text", size, optional, "4 MiB", 64 * KiB, 256 * MiB, "",
     "One text, before it is converted.", "変換対象のテキスト1件のサイズ。"},
    {"limits", "max_archive_depth", integer, optional, "8", 1, 32, "", "Archives within archives.", "書庫の入れ子の深さ。"},
    {"limits", "max_archive_members", integer, optional, "10000", 1, 100'000, "", "Files in archives.", "書庫内のファイル数。"},
    {"limits", "max_expanded", size, optional, "1 GiB", 1 * MiB, 16 * GiB, "",
     "All that one message unpacks to.", "1通から展開される合計サイズ。"},
    {"limits", "max_expansion_ratio", integer, optional, "200", 10, 10'000, "",
     "Unpacked size against packed size.", "展開後と展開前のサイズの比。"},
    {"limits", "max_image_pixels", integer, optional, "100000000", 10'000, 1'000'000'000, "",
     "Width x height x pages of a picture.", "画像の画素数(幅×高さ×ページ数)。"},
    {"limits", "max_image_pages", integer, optional, "500", 1, 10'000, "",
     "Pages or frames of a picture.", "画像のページ・コマ数。"},
    {"limits", "base_deadline", duration, optional, "20s", 1 * second, 10 * minute, "",
     "Time for one message ...", "1通の処理時間 …"},
    {"limits", "deadline_per_mib", duration, optional, "1s", 0, 1 * minute, "",
     "... and for each MiB of it ...", "… に 1 MiB ごとに加算する時間 …"},
    {"limits", "max_deadline", duration, optional, "5m", 1 * second, 1 * hour, "",
     "... but never more than this.", "… とその上限。"},
    {"limits", "max_worker_memory", size, optional, "2 GiB", 256 * MiB, 64 * GiB, "",
     "Address space of one worker.", "解析プロセス1つのアドレス空間。"},
    {"limits", "max_report", size, optional, "16 MiB", 64 * KiB, 64 * MiB, "", "One report.", "処理結果1件のサイズ。"},
};
// clang-format on

}  // namespace

std::span<const Table> schema_tables() {
  return kTables;
}
std::span<const Key> schema_keys() {
  return kKeys;
}

std::vector<const Key*> keys_of(std::string_view table_path) {
  std::vector<const Key*> keys;
  for (const Key& key : kKeys)
    if (key.table == table_path) keys.push_back(&key);
  return keys;
}

const Table* child_table(std::string_view parent_path, std::string_view name) {
  for (const Table& table : kTables) {
    const size_t dot = table.path.rfind('.');
    if (dot != table.path.npos && table.path.substr(0, dot) == parent_path &&
        table.path.substr(dot + 1) == name)
      return &table;
  }
  return nullptr;
}

}  // namespace mugai::config
