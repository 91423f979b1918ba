#include "gateway/audit/evidence_output.h"

#include <ctime>

#include "gateway/relay/clock.h"
#include "sanitizers/formats/csv_cells.h"

namespace mugai::gateway {

namespace {

using Cells = std::vector<std::string>;
struct Table {
  const char* name;                    // of the CSV file
  const char *ja, *en;                 // its title
  std::vector<std::pair<const char*, const char*>> heads;   // Japanese, English
  std::vector<Cells> rows;
};

std::string local_time(int64_t ms) {
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 32> out{};
  std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M:%S", &local);
  return out.data();
}

std::string count_of(const std::map<std::string, uint64_t>& all, const char* name) {
  const auto found = all.find(name);
  return std::to_string(found == all.end() ? 0 : found->second);
}

Table flows(const Evidence& evidence) {
  Table table{"flows", "経路と方式ごとの件数", "Mails and pieces by flow and method",
              {{"送信元ゾーン", "from"}, {"宛先ゾーン", "to"}, {"プロファイル", "profile"}, {"メール", "mails"}, {"変更なし", "clean"},
               {"無害化", "altered"}, {"保管あり", "held"}, {"拒否", "refused"}, {"無変更で中継", "relayed"}, {"方式1 テキスト", "method 1"},
               {"方式2 画像", "method 2"}, {"方式3 サニタイズ", "method 3"}, {"方式4 確認", "method 4"}, {"除去", "removed"}, {"保管", "pieces held"}}, {}};
  for (const FlowFigures& one : evidence.flows)
    table.rows.push_back({one.zone, one.to, one.profile, std::to_string(one.mails), count_of(one.verdicts, "clean"),
                          count_of(one.verdicts, "altered"), count_of(one.verdicts, "held"), count_of(one.verdicts, "refused"),
                          count_of(one.verdicts, "relayed"), std::to_string(one.methods[1]), std::to_string(one.methods[2]),
                          std::to_string(one.methods[3]), std::to_string(one.methods[4]), std::to_string(one.removed),
                          std::to_string(one.held)});
  return table;
}

Table decisions(const Evidence& evidence) {
  Table table{"decisions", "保管物についての判断", "Decisions on held items",
              {{"日時", "at"}, {"操作", "act"}, {"保管番号", "item"}, {"ファイル名", "file"}, {"差出人", "sender"}, {"受信者", "recipients"}, {"方法", "way"},
               {"操作者", "by"}, {"承認者", "approved by"}, {"申請者", "requested by"}, {"理由", "reason"}, {"現在の状態", "state now"}}, {}};
  for (const ReleaseRecord& one : evidence.releases)
    table.rows.push_back({local_time(one.at_ms), one.act, one.item, one.name, one.sender, one.recipients, one.way, one.by,
                          one.approved_by, one.requested_by, one.reason, one.state});
  return table;
}

Table failures(const Evidence& evidence) {
  Table table{"failures", "失敗", "Failures",
              {{"種類", "kind"}, {"日時", "at"}, {"メール", "mail"}, {"受信者", "recipient"}, {"内容", "detail"}}, {}};
  for (const FailureRecord& one : evidence.failures)
    table.rows.push_back({one.kind, local_time(one.at_ms), one.message, one.recipient, one.detail});
  return table;
}

std::string audit_text(const AuditCheck& check, bool japanese) {
  const std::string records = std::to_string(check.records), bad = std::to_string(check.first_bad);
  if (check.first_bad == 0) return japanese ? "監査記録 " + records + " 件に改変はありません" : "The audit log is whole: " + records + " records";
  return japanese ? "監査記録は " + bad + " 番から正しくありません（" + check.why + "）"
                  : "The audit log does not hold from record " + bad + " on (" + check.why + ")";
}

Table checks(const Evidence& evidence) {
  Table table{"checks", "設定の自己点検（作成時点）", "Self-check of the settings, as they are now",
              {{"項目", "check"}, {"判定", "result"}, {"内容", "Japanese"}, {"英語", "finding"}}, {}};
  const auto add = [&](const std::string& id, bool good, const std::string& ja, const std::string& en) {
    table.rows.push_back({id, good ? "良 good" : "要確認 look", ja, en});
  };
  add("audit-log", evidence.audit.first_bad == 0, audit_text(evidence.audit, true), audit_text(evidence.audit, false));
  for (const Finding& one : evidence.findings) add(one.id, one.good, one.ja, one.en);
  return table;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

// Text from outside stands in an isolate of its own: it cannot turn its neighbours around.
std::string html_of(const Table& table) {
  std::string out = std::string("<h2>") + table.ja + "<span lang=\"en\">" + table.en + "</span></h2>\n";
  if (table.rows.empty()) return out + "<p>なし<span lang=\"en\">None</span></p>\n";
  out += "<table>\n<thead><tr>";
  for (const auto& [ja, en] : table.heads) out += std::string("<th>") + ja + "<span lang=\"en\">" + en + "</span></th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const Cells& row : table.rows) {
    out += "<tr>";
    for (const std::string& cell : row) out += "<td><bdi>" + escaped(cell) + "</bdi></td>";
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n";
}

std::string csv_of(const Table& table) {
  const auto line = [](const Cells& cells) {
    std::string out;
    for (const std::string& cell : cells) {
      out += out.empty() ? "\"" : ",\"";
      for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c == '\n' || c == '\r' ? ' ' : c);
      out += "\"";
    }
    return out + "\r\n";
  };
  Cells heads;
  for (const auto& [ja, en] : table.heads) heads.push_back(std::string(ja) + " / " + en);
  sanitize::CsvCells neutral;
  std::string out = "\xef\xbb\xbf" + line(heads);
  for (const Cells& row : table.rows) out += neutral.neutralise(line(row));
  return out;
}

constexpr const char* kStyle =
    "body{font:14px/1.6 system-ui,\"Noto Sans JP\",\"Hiragino Sans\",Meiryo,sans-serif;margin:2em;color:#1a1a1a}"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin:2em 0 .5em;break-after:avoid}"
    "span[lang=en]{display:block;font-size:.8em;font-weight:normal;color:#555}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.25em .5em;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}th{background:#eee}tr{break-inside:avoid}thead{display:table-header-group}"
    "@page{size:A4 landscape;margin:12mm}@media print{body{margin:0;font-size:10px}}";

}  // namespace

std::string evidence_html(const Evidence& evidence) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"ja\">\n<head><meta charset=\"utf-8\"><title>無害化の証跡 " + evidence.month.text() +
                    "</title>\n<style>" + kStyle + "</style></head>\n<body>\n<h1>無害化の証跡 " + evidence.month.text() +
                    "<span lang=\"en\">Evidence of detoxification, " + evidence.month.text() + "</span></h1>\n";
  out += "<p>" + escaped(evidence.hostname) + "、作成 " + local_time(evidence.made_ms) + "<span lang=\"en\">Made " +
         local_time(evidence.made_ms) + "; times are local</span></p>\n";
  out += html_of(flows(evidence)) + html_of(decisions(evidence)) + html_of(failures(evidence));
  const std::string lost = std::to_string(evidence.undelivered), broken = std::to_string(evidence.treatment_failures);
  out += "<p>届かなかった宛先 " + lost + " 件、処理の失敗 " + broken + " 件<span lang=\"en\">" + lost + " recipients not reached, " + broken +
         " treatments failed" + (evidence.failures.size() == Evidence::kMaxFailures ? "; not all are listed" : "") + "</span></p>\n";
  return out + html_of(checks(evidence)) + "</body>\n</html>\n";
}

std::vector<std::pair<std::string, std::string>> evidence_csv(const Evidence& evidence) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Table& table : {flows(evidence), decisions(evidence), failures(evidence), checks(evidence)})
    out.emplace_back("evidence-" + evidence.month.text() + "-" + table.name + ".csv", csv_of(table));
  return out;
}

}  // namespace mugai::gateway
