// One TLS 1.3 connection over loopback between this process and a child.
#ifndef FLOOR_TLS_H
#define FLOOR_TLS_H

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Listens on loopback and starts a child; both get their end of a connection.
// Gives 0 in the child, which is the server, else the child's number.
pid_t tls_fork(SSL **connection);

void tls_write(SSL *connection, const uint8_t *bytes, size_t count);
void tls_read(SSL *connection, uint8_t *bytes, size_t count);

// Bytes that went over the socket so far, TLS included.
uint64_t tls_bytes(SSL *connection);

#endif
