// Rows and reports as data for templates: the same item looks the same on every page. Pure.
#pragma once

#include "gateway/quarantine/item.h"
#include "gateway/search/search.h"
#include "gateway/web/http.h"
#include "gateway/web/view.h"
#include "sanitizers/report.h"

namespace mugai::gateway::web {

Data item_data(const ItemRow& row, std::string_view language);
Data mail_data(const MailRow& row, std::string_view language);
// Recipients, the first ones by name: {"first": "a@b", "more": 3}.
Data recipients_data(const std::vector<std::string>& recipients);
Data reasons_data(const std::vector<std::string>& reasons, std::string_view language);
// The tree of parts with what was done to each.
Data report_data(const sanitize::Report& report, std::string_view language);
std::string state_text(ItemState state, std::string_view language);
// {"sender", "recipient"...} of a search form, given back so that the form keeps what was asked.
Data form_data(const Fields& query);
// The address of the next page: the same query with its cursor.
std::string next_page(const Request& request, const std::string& cursor);

}  // namespace mugai::gateway::web
