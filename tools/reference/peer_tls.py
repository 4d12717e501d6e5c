"""TLS 1.3 between nodes (Protocol/sync.md §1), through the system's OpenSSL: Python's `ssl` asks for no certificate
that it is not to judge itself. A `Channel` carries frames in both directions; it judges no certificate but hands it over.
"""

import ctypes
import select
import socket
import threading
import time

from .messages import FRAME_BYTES_MAX
from .peer_certificate import card_of
from .primitives import require

ALPN = b"tafel/1"
READ_BYTES = 1 << 18
WANT_READ, WANT_WRITE, ZERO_RETURN = 2, 3, 6
TLS13, SET_MIN_VERSION, MODE = 0x0304, 123, 33
PARTIAL_AND_MOVING = 3
VERIFY_BOTH = 3  # ask for a certificate, and fail where none comes
EVP_PKEY_EC = 408

try:
    SSL, CRYPTO = ctypes.CDLL("libssl.so.3"), ctypes.CDLL("libcrypto.so.3")
except OSError:
    SSL = CRYPTO = None
P, I, L = ctypes.c_void_p, ctypes.c_int, ctypes.c_long
VERIFY = ctypes.CFUNCTYPE(I, I, P)
SELECT = ctypes.CFUNCTYPE(I, P, ctypes.POINTER(P), ctypes.POINTER(ctypes.c_ubyte), P, ctypes.c_uint, P)
SIGNATURES = {
    "TLS_method": (P, []), "SSL_CTX_new": (P, [P]), "SSL_CTX_ctrl": (L, [P, I, L, P]),
    "SSL_CTX_use_certificate_ASN1": (I, [P, I, ctypes.c_char_p]), "SSL_CTX_set_verify": (None, [P, I, VERIFY]),
    "SSL_CTX_use_PrivateKey_ASN1": (I, [I, P, ctypes.c_char_p, L]), "SSL_CTX_set_alpn_select_cb": (None, [P, SELECT, P]),
    "SSL_CTX_set_alpn_protos": (I, [P, ctypes.c_char_p, ctypes.c_uint]), "SSL_new": (P, [P]), "SSL_set_fd": (I, [P, I]),
    "SSL_connect": (I, [P]), "SSL_accept": (I, [P]), "SSL_read": (I, [P, ctypes.c_char_p, I]), "SSL_free": (None, [P]),
    "SSL_write": (I, [P, ctypes.c_char_p, I]), "SSL_get_error": (I, [P, I]), "SSL_get1_peer_certificate": (P, [P]),
    "SSL_shutdown": (I, [P]),
}
for name, (result, arguments) in SIGNATURES.items() if SSL else ():
    getattr(SSL, name).restype, getattr(SSL, name).argtypes = result, arguments
if CRYPTO:
    CRYPTO.i2d_X509.restype, CRYPTO.i2d_X509.argtypes = I, [P, ctypes.POINTER(P)]
    CRYPTO.X509_free.restype, CRYPTO.X509_free.argtypes = None, [P]
    CRYPTO.ERR_clear_error.restype, CRYPTO.ERR_clear_error.argtypes = None, []


class Closed(Exception):
    """The other side closed, or did not answer in time."""


@VERIFY
def accept_any(_preverified, _store):
    return 1


@SELECT
def select_protocol(_ssl, out, length, _offered, _size, _argument):
    out[0], length[0] = ctypes.cast(ctypes.c_char_p(ALPN), P), len(ALPN)
    return 0


def context_of(key, card):
    """A context for both roles with the certificate of a `TLSKey` and a card; it takes any certificate, and wants one."""
    context = SSL.SSL_CTX_new(SSL.TLS_method())
    SSL.SSL_CTX_ctrl(context, SET_MIN_VERSION, TLS13, None)
    SSL.SSL_CTX_ctrl(context, MODE, PARTIAL_AND_MOVING, None)
    certificate, private = key.certificate(card), key.private_der()
    require(SSL.SSL_CTX_use_certificate_ASN1(context, len(certificate), certificate) == 1, "tls", "certificate")
    require(SSL.SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_EC, context, private, len(private)) == 1, "tls", "key")
    SSL.SSL_CTX_set_verify(context, VERIFY_BOTH, accept_any)
    SSL.SSL_CTX_set_alpn_protos(context, bytes([len(ALPN)]) + ALPN, 1 + len(ALPN))
    SSL.SSL_CTX_set_alpn_select_cb(context, select_protocol, None)
    return context


class Channel:
    """Frames over one connection; one thread reads, any may write."""

    def __init__(self, sock, context, is_client, seconds=10):
        self.socket, self.lock, self.writing, self.held = sock, threading.Lock(), threading.Lock(), bytearray()
        self.buffer = ctypes.create_string_buffer(READ_BYTES)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ssl = SSL.SSL_new(context)
        SSL.SSL_set_fd(self.ssl, sock.fileno())
        try:
            self.step(lambda: (SSL.SSL_connect if is_client else SSL.SSL_accept)(self.ssl), time.monotonic() + seconds)
            self.card = card_of(self.certificate())
        except BaseException:
            self.close()
            raise

    def certificate(self):
        found = SSL.SSL_get1_peer_certificate(self.ssl)
        require(found, "certificate", "none")
        size = CRYPTO.i2d_X509(found, None)
        data = ctypes.create_string_buffer(size)
        CRYPTO.i2d_X509(found, ctypes.byref(P(ctypes.addressof(data))))
        CRYPTO.X509_free(found)
        return data.raw

    def step(self, call, deadline):
        """Repeats a call of OpenSSL until it is done; its result."""
        while True:
            with self.lock:
                if self.ssl is None:
                    raise Closed("closed here")
                CRYPTO.ERR_clear_error()
                result = call()
                why = SSL.SSL_get_error(self.ssl, result) if result <= 0 else 0
            if result > 0:
                return result
            if why not in (WANT_READ, WANT_WRITE):
                raise Closed("the other side closed" if why == ZERO_RETURN else f"the connection ended (OpenSSL error {why})")
            left = deadline - time.monotonic()
            if left <= 0:
                raise Closed("no answer in time")
            # Shorter than what is left: closing from another thread must be seen.
            wait = ([self.socket], [], []) if why == WANT_READ else ([], [self.socket], [])
            try:
                select.select(*wait, min(left, 0.2))
            except (OSError, ValueError):
                raise Closed("closed here") from None

    def read(self, count, deadline):
        while len(self.held) < count:
            size = self.step(lambda: SSL.SSL_read(self.ssl, self.buffer, READ_BYTES), deadline)
            self.held += ctypes.string_at(self.buffer, size)
        data = bytes(self.held[:count])
        del self.held[:count]
        return data

    def read_frame(self, seconds=3600):
        """The message of the next frame, still encoded."""
        deadline = time.monotonic() + seconds
        size = int.from_bytes(self.read(4, deadline), "big")
        require(1 <= size <= FRAME_BYTES_MAX, "frame", "length")
        return self.read(size, deadline)

    def write(self, data, seconds=60):
        """All of the bytes, whatever they are."""
        deadline, at = time.monotonic() + seconds, 0
        with self.writing:
            while at < len(data):
                part = data[at : at + READ_BYTES]
                at += self.step(lambda: SSL.SSL_write(self.ssl, part, len(part)), deadline)

    def write_frame(self, message):
        self.write(len(message).to_bytes(4, "big") + message)

    def finish(self):
        """Says that nothing more comes; the other side closes."""
        with self.lock:
            if self.ssl:
                SSL.SSL_shutdown(self.ssl)
                try:
                    self.socket.shutdown(socket.SHUT_WR)
                except OSError:
                    pass

    def close(self):
        with self.lock:
            ssl, self.ssl = self.ssl, None
            if ssl:
                SSL.SSL_shutdown(ssl)
                SSL.SSL_free(ssl)
        self.socket.close()
