#include "gateway/audit/self_check.h"

#include <algorithm>
#include <functional>

namespace mugai::gateway {

namespace {

using config::Config;
using config::Flow;
using config::Zone;

// "internet → lgwan, lgwan → internet"
std::string flows_where(const Config& config, const std::function<bool(const Flow&)>& wanted) {
  std::string out;
  for (const Flow& flow : config.flows)
    if (wanted(flow)) out += (out.empty() ? "" : ", ") + flow.from + " → " + flow.to;
  return out;
}

std::string zones_where(const Config& config, const std::function<bool(const Zone&)>& wanted) {
  std::string out;
  for (const Zone& zone : config.zones)
    if (wanted(zone)) out += (out.empty() ? "" : ", ") + zone.name;
  return out;
}

Finding finding(const char* id, bool good, std::string ja, std::string en) { return {id, good, std::move(ja), std::move(en)}; }

Finding unchanged_flows(const Config& config) {
  const std::string accepted =
      flows_where(config, [&](const Flow& flow) { return config.profile_of(flow).relay && flow.accept_unmodified; });
  const std::string all = flows_where(config, [&](const Flow& flow) { return config.profile_of(flow).relay; });
  if (!accepted.empty())
    return finding("unchanged-flows", false, "無害化で守る側へ、無変更で通すフローがあります: " + accepted,
                   "Flows that pass mail unchanged into a protected network: " + accepted);
  if (all.empty()) return finding("unchanged-flows", true, "無変更で通すフローはありません", "No flow passes mail unchanged");
  return finding("unchanged-flows", true, "無変更で通すのは外向きのフローだけです: " + all, "Only outward flows pass mail unchanged: " + all);
}

Finding two_persons(const Config& config) {
  const auto treated = [&](const Flow& flow) { return !config.profile_of(flow).relay; };
  const std::string without = flows_where(config, [&](const Flow& flow) { return treated(flow) && !flow.two_person; });
  if (!without.empty())
    return finding("two-person", false, "原本の解除を一人で決められるフローがあります: " + without,
                   "Flows whose originals one person alone can release: " + without);
  return finding("two-person", true, "原本の解除には、どのフローでも二人の承認が要ります", "The release of an original needs two persons on every flow");
}

Finding tls_inbound(const Config& config) {
  const std::string open = zones_where(config, [](const Zone& zone) { return !zone.listen.empty() && !zone.tls.required; });
  if (open.empty()) return finding("tls-inbound", true, "受信はすべて TLS が必須です", "TLS is required of all who send to us");
  return finding("tls-inbound", false, "TLS なしでも受信するゾーンがあります: " + open, "Zones that take mail without TLS: " + open);
}

Finding tls_outbound(const Config& config) {
  const std::string open = zones_where(config, [](const Zone& zone) {
    return zone.next_hop.kind != config::NextHop::Kind::maildir && zone.tls_out != config::TlsOut::required &&
           zone.tls_out != config::TlsOut::verified;
  });
  if (open.empty()) return finding("tls-outbound", true, "配送はすべて TLS が必須です", "TLS is required for all that is delivered");
  return finding("tls-outbound", false, "TLS なしでも配送するゾーンがあります: " + open, "Zones to which mail may be delivered without TLS: " + open);
}

Finding second_factor(const AccountFigures& accounts) {
  const std::string some = std::to_string(accounts.may_release_without_totp), all = std::to_string(accounts.may_release);
  if (accounts.may_release_without_totp == 0)
    return finding("second-factor", true, "解除できる " + all + " 人は全員、二要素認証を登録しています",
                   "All " + all + " people who may release have a second factor");
  return finding("second-factor", false, "解除できる " + all + " 人のうち " + some + " 人が二要素認証を登録していません（登録するまで入れません）",
                 some + " of the " + all + " people who may release have no second factor yet (they cannot get in before they do)");
}

Finding retention(const Config& config) {
  const std::string vault = std::to_string(config.vault.days), tracking = std::to_string(config.retention.tracking_days),
                    audit = std::to_string(config.retention.audit_days);
  const bool good = config.vault.days != 0 && config.retention.tracking_days != 0 &&
                    (config.retention.audit_days == 0 || config.retention.audit_days >= 365);
  return finding("retention", good, "保存日数（0 は無期限）: 原本 " + vault + "、追跡 " + tracking + "、監査記録 " + audit,
                 "Days kept (0: without end): originals " + vault + ", tracking " + tracking + ", audit log " + audit);
}

Finding antivirus(const Config& config) {
  if (!config.antivirus.enabled) return finding("antivirus", false, "ウイルス検査は設定されていません", "No virus scanner is configured");
  const bool good = config.antivirus.on_failure != config::AntivirusFailure::deliver;
  return finding("antivirus", good, good ? "ウイルス検査を行い、検査できないものは渡しません" : "ウイルス検査ができないときも渡します",
                 good ? "A virus scanner is asked; what it cannot look at is not delivered"
                      : "What the virus scanner cannot look at is delivered");
}

Finding console(const Config& config) {
  const bool loopback = config.console.listen.to_string().starts_with("127.") || config.console.listen.to_string().starts_with("[::1]");
  const bool good = !config.console.enabled || !config.console.certificate.empty() || config.console.behind_proxy || loopback;
  return finding("console", good, good ? "管理画面は暗号化されるか、この機械の中だけで使えます（または無効です）" : "管理画面が暗号化されていません",
                 good ? "The console is encrypted, or only for this machine, or off" : "The console is not encrypted");
}

}  // namespace

std::vector<Finding> self_check(const Config& config, const AccountFigures& accounts) {
  return {finding("default-deny", true, "フローで許したもの以外は受け付けません（設定によらず常に）",
                  "What no flow allows is refused (always, whatever the settings)"),
          unchanged_flows(config), tls_inbound(config), tls_outbound(config), second_factor(accounts), two_persons(config),
          retention(config), antivirus(config), console(config)};
}

}  // namespace mugai::gateway
