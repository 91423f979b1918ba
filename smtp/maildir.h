// Delivery into a Maildir (cr.yp.to/proto/maildir.html), for trying Mugai out without a mail server: one file
// per message with LF line ends, Return-Path and one Delivered-To per recipient. Written to tmp, fsynced,
// renamed to new, and new fsynced: a crash leaves a stray file in tmp or a complete one in new, never half a
// message. Blocks on the disk. Failure is deferred for every recipient.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "smtp/delivery.h"
#include "smtp/envelope.h"

namespace mugai::smtp {

std::vector<RecipientResult> deliver_to_maildir(const std::string& path, const Envelope& envelope,
                                                std::string_view message, const std::string& hostname);

}  // namespace mugai::smtp
