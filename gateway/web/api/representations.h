// How the API writes things: snake_case members, times in RFC 3339 UTC, null for a time that never was. Text that came from
// outside is written as it is; JSON is not HTML. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include "gateway/audit/audit_log.h"
#include "gateway/quarantine/cases.h"
#include "gateway/search/search.h"

namespace mugai::gateway::web {

nlohmann::ordered_json page_json(const Page<ItemRow>& page);
nlohmann::ordered_json page_json(const Page<MailRow>& page);
nlohmann::ordered_json page_json(nlohmann::ordered_json rows, const std::string& next);
nlohmann::ordered_json item_json(const ItemRecord& item, const std::vector<ItemReply>& replies);
nlohmann::ordered_json mail_json(const Mail& mail);
nlohmann::ordered_json audit_json(const AuditRecord& record);

}  // namespace mugai::gateway::web
