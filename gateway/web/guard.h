// What holds for every request and every answer, whatever the page: which hosts are ours, and the headers that keep a
// browser from doing what a page did not mean. Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/config.h"
#include "gateway/web/http.h"

namespace mugai::gateway::web {

// Whether the Host header names us. With a public_url that host; the listening address always; on loopback "localhost".
// Without a public_url also any address literal: a name that was made to point at us (DNS rebinding) is never one.
bool host_is_ours(std::string_view untrusted_host, const config::Console& settings);

// Content-Security-Policy and its companions; what the page has set itself stays.
void add_security_headers(Response& response, bool encrypted);

// False for a request that another site made a browser send.
bool is_from_our_pages(const Request& request, const config::Console& settings);

// The client, as the proxy in front says it when the settings name one.
std::string client_of(const Request& request, const std::string& peer, const config::Console& settings);

}  // namespace mugai::gateway::web
