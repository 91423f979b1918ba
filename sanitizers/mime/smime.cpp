#include "sanitizers/mime/smime.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <climits>

#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {

namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(CMS_ContentInfo* cms) const { CMS_ContentInfo_free(cms); }
  void operator()(STACK_OF(X509) * certificates) const { sk_X509_free(certificates); }
  void operator()(unsigned char* text) const { OPENSSL_free(text); }
};
struct FreeAll {
  void operator()(STACK_OF(X509) * certificates) const { sk_X509_pop_free(certificates, X509_free); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Cms = std::unique_ptr<CMS_ContentInfo, Free>;

// Errors of one check must not be found by the next user of the thread's queue.
struct ErrorScope {
  ~ErrorScope() { ERR_clear_error(); }
};

Bio view(Bytes bytes) {
  return Bio(bytes.size() <= INT_MAX ? BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())) : nullptr);
}

Cms parse(Bytes pkcs7) {
  const Bio in = view(pkcs7);
  return Cms(in ? d2i_CMS_bio(in.get(), nullptr) : nullptr);
}

std::string entry(X509_NAME* name, int nid) {
  const int at = X509_NAME_get_index_by_NID(name, nid, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  const std::unique_ptr<unsigned char, Free> owner(length >= 0 ? text : nullptr);
  return length > 0 ? scrub_line({reinterpret_cast<char*>(text), static_cast<size_t>(length)}) : std::string();
}

std::string named_in(X509* certificate) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  std::string name = entry(subject, NID_commonName);
  STACK_OF(OPENSSL_STRING)* addresses = X509_get1_email(certificate);
  std::string address;
  if (addresses && sk_OPENSSL_STRING_num(addresses) > 0) address = scrub_line(sk_OPENSSL_STRING_value(addresses, 0));
  X509_email_free(addresses);
  if (address.empty() || address == name) return name;
  return name.empty() ? address : name + " <" + address + ">";
}

std::string signer_of(CMS_ContentInfo* cms) {
  const std::unique_ptr<STACK_OF(X509), Free> signers(CMS_get0_signers(cms));
  if (!signers || sk_X509_num(signers.get()) < 1) return {};
  return named_in(sk_X509_value(signers.get(), 0));
}

}  // namespace

SignatureCheck check_detached(Bytes content, Bytes signature) {
  const ErrorScope errors;
  SignatureCheck check;
  const Cms cms = parse(signature);
  if (!cms || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) return check;
  check.readable = true;
  const Bio in = view(content);
  check.intact = in && CMS_verify(cms.get(), nullptr, nullptr, in.get(), nullptr,
                                  CMS_DETACHED | CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
  if (check.intact) check.signer = signer_of(cms.get());
  return check;
}

SignatureCheck open_opaque(Bytes pkcs7, Sink& out) {
  const ErrorScope errors;
  SignatureCheck check;
  const Cms cms = parse(pkcs7);
  if (!cms || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) return check;
  ASN1_OCTET_STRING** inside = CMS_get0_content(cms.get());
  if (!inside || !*inside) return check;
  check.readable = out.write({reinterpret_cast<const char*>(ASN1_STRING_get0_data(*inside)),
                              static_cast<size_t>(ASN1_STRING_length(*inside))});
  check.intact = CMS_verify(cms.get(), nullptr, nullptr, nullptr, nullptr,
                            CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
  if (check.intact) check.signer = signer_of(cms.get());
  return check;
}

std::string signer_named_in(Bytes pkcs7) {
  const ErrorScope errors;
  const Cms cms = parse(pkcs7);
  if (!cms || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) return {};
  // Before a verification a signer is only a name in a list of certificates.
  const std::unique_ptr<STACK_OF(X509), FreeAll> certificates(CMS_get1_certs(cms.get()));
  STACK_OF(CMS_SignerInfo)* const signers = CMS_get0_SignerInfos(cms.get());
  if (!certificates || !signers || sk_CMS_SignerInfo_num(signers) < 1) return {};
  for (int i = 0; i < sk_X509_num(certificates.get()); ++i) {
    X509* const one = sk_X509_value(certificates.get(), i);
    if (CMS_SignerInfo_cert_cmp(sk_CMS_SignerInfo_value(signers, 0), one) == 0) return named_in(one);
  }
  return {};
}

CmsKind cms_kind(Bytes pkcs7) {
  const ErrorScope errors;
  const Cms cms = parse(pkcs7);
  if (!cms) return CmsKind::other;
  switch (OBJ_obj2nid(CMS_get0_type(cms.get()))) {
    case NID_pkcs7_signed: return CmsKind::signed_data;
    case NID_pkcs7_enveloped: return CmsKind::enveloped;
    default: return CmsKind::other;
  }
}

}  // namespace mugai::sanitize
