#include "gateway/av/judge.h"

namespace mugai::gateway {

namespace {

bool is_inside(const Scanned& inner, const Scanned& outer) {
  return &inner != &outer && (outer.path.empty() || inner.path.starts_with(outer.path + "/"));
}

}  // namespace

Judgement judge(const std::vector<Scanned>& scanned, config::AntivirusFailure policy) {
  Judgement judgement;
  judgement.kind = Judgement::Kind::pass;
  const auto condemn = [&](const Scanned& one, const char* reason) {
    if (one.path.empty()) {
      judgement.kind = Judgement::Kind::whole;
      judgement.reason = reason;
      return;
    }
    judgement.condemned.push_back({one.path, one.sha256, reason, one.result.kind == ScanResult::Kind::found ? one.result.detail : ""});
    if (judgement.kind == Judgement::Kind::pass) judgement.kind = Judgement::Kind::again;
  };
  bool failed = false;
  for (const Scanned& one : scanned) {
    if (one.result.kind == ScanResult::Kind::failed) failed = true;
    if (one.result.kind != ScanResult::Kind::found) continue;
    const bool has_found_piece = std::any_of(scanned.begin(), scanned.end(), [&](const Scanned& other) {
      return other.result.kind == ScanResult::Kind::found && is_inside(other, one);
    });
    if (!has_found_piece) condemn(one, "virus");
  }
  if (!failed) return judgement;
  switch (policy) {
    case config::AntivirusFailure::deliver: return judgement;
    case config::AntivirusFailure::defer: judgement.kind = Judgement::Kind::later; return judgement;
    case config::AntivirusFailure::hold: break;
  }
  for (const Scanned& one : scanned)
    if (one.result.kind == ScanResult::Kind::failed) condemn(one, "virus-scan-failed");
  return judgement;
}

bool all_held(const std::vector<sanitize::Condemned>& condemned, const sanitize::Report& report) {
  return std::all_of(condemned.begin(), condemned.end(), [&](const sanitize::Condemned& one) {
    return std::any_of(report.items.begin(), report.items.end(), [&](const sanitize::Item& item) {
      const bool there = item.path == one.path || item.path == "0" || one.path.starts_with(item.path + "/");
      return there && item.output_name.empty() && item.action == sanitize::Action::held;
    });
  });
}

}  // namespace mugai::gateway
