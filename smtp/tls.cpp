#include "smtp/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

namespace mugai::smtp::tls {
namespace {

std::string openssl_errors() {
  std::string text;
  while (const unsigned long code = ERR_get_error()) {
    char line[256];
    ERR_error_string_n(code, line, sizeof line);
    if (!text.empty()) text += "; ";
    text += line;
  }
  return text;
}

Error cannot(const std::string& id, const std::string& text) {
  return {id, text, openssl_errors()};
}

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE when the peer is gone.
int socket_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio)));
}

int after_io(BIO* bio, ssize_t count, int retry_flag) {
  BIO_clear_retry_flags(bio);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    BIO_set_flags(bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
  return static_cast<int>(count);
}
int bio_write(BIO* bio, const char* bytes, int size) {
  return after_io(bio, ::send(socket_of(bio), bytes, static_cast<size_t>(size), MSG_NOSIGNAL),
                  BIO_FLAGS_WRITE);
}
int bio_read(BIO* bio, char* bytes, int size) {
  return after_io(bio, ::recv(socket_of(bio), bytes, static_cast<size_t>(size), 0), BIO_FLAGS_READ);
}
long bio_control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}
int bio_create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "quiet socket");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    BIO_meth_set_create(made, bio_create);
    return made;
  }();
  return method;
}

SSL_CTX* new_context(const SSL_METHOD* method) {
  SSL_CTX* context = SSL_CTX_new(method);
  if (context == nullptr) return nullptr;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context,
                      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  return context;
}

}  // namespace

void Context::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}
void Stream::Free::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

Result<std::shared_ptr<Context>> Context::server(const std::string& certificate_file,
                                                 const std::string& key_file) {
  ERR_clear_error();
  std::shared_ptr<Context> context(new Context(new_context(TLS_server_method())));
  if (!context->context_) return cannot("tls.no-context", "OpenSSL cannot make a TLS context");
  if (SSL_CTX_use_certificate_chain_file(context->native(), certificate_file.c_str()) != 1)
    return cannot("tls.certificate", "Cannot read a PEM certificate chain from " + certificate_file);
  if (SSL_CTX_use_PrivateKey_file(context->native(), key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return cannot("tls.key", "Cannot use " + key_file + " as the PEM private key of " + certificate_file +
                                 " (unreadable, or it belongs to another certificate)");
  if (SSL_CTX_check_private_key(context->native()) != 1)
    return cannot("tls.key-mismatch",
                  "The key " + key_file + " does not belong to the certificate " + certificate_file);
  return context;
}

Result<std::shared_ptr<Context>> Context::client(const std::string& ca_file) {
  ERR_clear_error();
  std::shared_ptr<Context> context(new Context(new_context(TLS_client_method())));
  if (!context->context_) return cannot("tls.no-context", "OpenSSL cannot make a TLS context");
  const int loaded = ca_file.empty()
                         ? SSL_CTX_set_default_verify_paths(context->native())
                         : SSL_CTX_load_verify_locations(context->native(), ca_file.c_str(), nullptr);
  if (loaded != 1) return cannot("tls.ca", "Cannot read certificate authorities from " + ca_file);
  return context;
}

std::unique_ptr<Stream> Stream::create(const Context& context, int socket, Role role,
                                       const std::string& server_name, const std::string& verify_name) {
  SSL* ssl = SSL_new(context.native());
  if (ssl == nullptr) return nullptr;
  std::unique_ptr<Stream> stream(new Stream(ssl));
  BIO* bio = BIO_new(socket_method());
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(socket)));
  SSL_set_bio(ssl, bio, bio);
  if (role == Role::server) {
    SSL_set_accept_state(ssl);
    return stream;
  }
  SSL_set_connect_state(ssl);
  if (!server_name.empty()) SSL_set_tlsext_host_name(ssl, server_name.c_str());
  if (!verify_name.empty()) {
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
    X509_VERIFY_PARAM* verify = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool set = X509_VERIFY_PARAM_set1_ip_asc(verify, verify_name.c_str()) == 1 ||
                     X509_VERIFY_PARAM_set1_host(verify, verify_name.data(), verify_name.size()) == 1;
    if (!set) return nullptr;
  }
  return stream;
}

Status Stream::result(int returned) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_NONE:
      return Status::done;
    case SSL_ERROR_WANT_READ:
      return Status::want_read;
    case SSL_ERROR_WANT_WRITE:
      return Status::want_write;
    case SSL_ERROR_ZERO_RETURN:
      return Status::closed;
    default:
      break;
  }
  error_ = openssl_errors();
  const long verdict = SSL_get_verify_result(ssl_.get());
  if (verdict != X509_V_OK) error_ = std::string(X509_verify_cert_error_string(verdict)) + "; " + error_;
  if (error_.empty()) error_ = "connection lost";
  return Status::failed;
}

Status Stream::handshake() {
  ERR_clear_error();
  return result(SSL_do_handshake(ssl_.get()));
}

Status Stream::read(char* buffer, size_t size, size_t& count) {
  ERR_clear_error();
  count = 0;
  return result(SSL_read_ex(ssl_.get(), buffer, size, &count));
}

Status Stream::write(Bytes bytes, size_t& count) {
  ERR_clear_error();
  count = 0;
  return result(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count));
}

void Stream::shutdown() {
  ERR_clear_error();
  if (SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

bool Stream::has_buffered() const {
  return SSL_has_pending(ssl_.get()) == 1;
}
std::string Stream::protocol() const {
  return SSL_get_version(ssl_.get());
}
std::string Stream::cipher() const {
  return SSL_get_cipher_name(ssl_.get());
}

}  // namespace mugai::smtp::tls
