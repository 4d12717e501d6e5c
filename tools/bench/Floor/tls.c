#include "tls.h"
#include "floor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void certify(SSL_CTX *context) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    if (key == NULL || certificate == NULL) fail("TLS", "no key");
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)"floor", -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    if (X509_sign(certificate, key, EVP_sha256()) == 0
        || SSL_CTX_use_certificate(context, certificate) != 1
        || SSL_CTX_use_PrivateKey(context, key) != 1)
        fail("TLS", "no certificate");
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static SSL *start(int socket, int is_server) {
    SSL_CTX *context = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
    if (context == NULL) fail("TLS", "no context");
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    if (is_server) certify(context);
    SSL *connection = SSL_new(context);
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL_set_fd(connection, socket);
    if ((is_server ? SSL_accept(connection) : SSL_connect(connection)) != 1)
        fail("TLS", "no handshake");
    return connection;
}

pid_t tls_fork(SSL **connection) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0
        || listen(listener, 1) != 0
        || getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        fail("loopback", strerror(errno));
    pid_t child = fork();
    if (child < 0) fail("fork", strerror(errno));
    int end;
    if (child == 0) {
        end = accept(listener, NULL, NULL);
    } else {
        end = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(end, (struct sockaddr *)&address, sizeof address) != 0) end = -1;
    }
    if (end < 0) fail("loopback", strerror(errno));
    close(listener);
    *connection = start(end, child == 0);
    return child;
}

void tls_write(SSL *connection, const uint8_t *bytes, size_t count) {
    size_t written = 0;
    if (SSL_write_ex(connection, bytes, count, &written) != 1 || written != count)
        fail("TLS", "cannot write");
}

void tls_read(SSL *connection, uint8_t *bytes, size_t count) {
    for (size_t done = 0; done < count;) {
        size_t held = 0;
        if (SSL_read_ex(connection, bytes + done, count - done, &held) != 1)
            fail("TLS", "cannot read");
        done += held;
    }
}

uint64_t tls_bytes(SSL *connection) {
    return BIO_number_read(SSL_get_rbio(connection)) + BIO_number_written(SSL_get_wbio(connection));
}
