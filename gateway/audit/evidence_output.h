// The evidence of a month as a page to print and as tables for a spreadsheet. The page is Japanese with English below, needs
// nothing from outside, and shows foreign text as text; in the tables no cell acts as a formula. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gateway/audit/evidence.h"

namespace mugai::gateway {

std::string evidence_html(const Evidence& evidence);
// Name of the file and its content: flows, decisions, failures, checks.
std::vector<std::pair<std::string, std::string>> evidence_csv(const Evidence& evidence);

}  // namespace mugai::gateway
