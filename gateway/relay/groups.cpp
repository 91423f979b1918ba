#include "gateway/relay/groups.h"

#include "config/routing.h"

namespace mugai::gateway {

namespace {

// Null: none. What was held goes out by the profile that was ordered, made safe, or not at all: whatever has become of
// that profile and of the flow since.
const Profile* profile_for(const config::Config& config, const SpoolHeader& header, const config::Flow& flow) {
  const Profile* profile = &config.profile_of(flow);
  if (header.release == SpoolHeader::Release::no) return profile;
  if (!header.release_profile.empty()) {
    const auto ordered = config.profiles.find(header.release_profile);
    if (ordered == config.profiles.end()) return nullptr;
    profile = &ordered->second;
  }
  return profile->relay ? nullptr : profile;
}

// A to Z, then AA, AB ...: two groups with one id would overwrite each other's rows.
std::string letters(size_t number) {
  std::string out;
  for (size_t left = number + 1; left > 0; left = (left - 1) / 26) out.insert(out.begin(), static_cast<char>('A' + (left - 1) % 26));
  return out;
}

}  // namespace

Grouping group_recipients(const config::Config& config, const SpooledMessage& message) {
  Grouping out;
  const SpoolHeader& header = message.header;
  const config::Zone* from = config.zone(header.zone);
  const std::vector<size_t> pending = message.pending();
  if (header.own_dsn || header.release == SpoolHeader::Release::ready) {
    if (from) out.groups.push_back({from, nullptr, header.id.text, pending});
    else out.unroutable = pending;
    return out;
  }
  for (size_t i = 0; i < header.envelope.recipients.size(); ++i) {
    const smtp::Address& address = header.envelope.recipients[i].forward_path;
    const bool is_pending = std::binary_search(pending.begin(), pending.end(), i);
    const config::Flow* flow =
        from ? config::find_flow(config, *from, header.envelope.reverse_path.text, address.text) : nullptr;
    const config::Zone* to = flow ? config.zone(flow->to) : nullptr;
    const Profile* profile = to ? profile_for(config, header, *flow) : nullptr;
    if (!profile) {
      if (is_pending) out.unroutable.push_back(i);
      continue;
    }
    auto group = std::find_if(out.groups.begin(), out.groups.end(),
                              [&](const Group& one) { return one.zone == to && one.profile == profile; });
    if (group == out.groups.end()) group = out.groups.insert(out.groups.end(), {to, profile, "", {}});
    if (is_pending) group->recipients.push_back(i);
  }
  for (size_t i = 0; i < out.groups.size(); ++i) {
    out.groups[i].id = header.id.text;
    if (out.groups.size() > 1) out.groups[i].id += "-" + letters(i);
  }
  std::erase_if(out.groups, [](const Group& group) { return group.recipients.empty(); });
  return out;
}

}  // namespace mugai::gateway
