// Signed S/MIME (RFC 8551) through OpenSSL's CMS. Says whether the content is what was signed and who the certificate
// names; whether the certificate is to be trusted is not checked. Exceptions none, errors of OpenSSL are cleared. Pure.
#pragma once

#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct SignatureCheck {
  bool readable = false;    // the structure is a CMS SignedData
  bool intact = false;      // the digest and signature fit the content
  std::string signer;       // "山田太郎 <taro@example.lg.jp>", one clean line of UTF-8; empty when unknown
};

// multipart/signed: `content` is the signed part with its header, canonical CRLF; `signature` the decoded PKCS #7.
SignatureCheck check_detached(Bytes content, Bytes signature);

// application/pkcs7-mime; smime-type=signed-data: writes the content inside to `out`.
SignatureCheck open_opaque(Bytes pkcs7, Sink& out);

// Who the certificate of the first signer names; empty when it is no CMS SignedData or names nobody. Nothing is checked.
std::string signer_named_in(Bytes pkcs7);

enum class CmsKind { signed_data, enveloped, other };
CmsKind cms_kind(Bytes pkcs7);

}  // namespace mugai::sanitize
