// What one core and this disk do of each primitive alone.
#include "floor.h"
#include "tls.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct bench {
    uint8_t plain[512];
    uint8_t sealed[nonce_bytes + 512 + tag_bytes];
    uint8_t key[key_bytes];
    uint8_t hash[64];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    const char *folder;
    double seconds;
    int is_first;
};

typedef void (*operation)(struct bench *);

static void tell(struct bench *bench, const char *name, double rate) {
    printf("%s\"%s\": %.0f", bench->is_first ? "{" : ", ", name, rate);
    bench->is_first = 0;
}

static void measure(struct bench *bench, const char *name, operation run) {
    for (int warm = 0; warm < 100; warm++) run(bench);
    double start = now(), end = start;
    size_t count = 0;
    while (end - start < bench->seconds) {
        for (int place = 0; place < 100; place++) run(bench);
        count += 100;
        end = now();
    }
    tell(bench, name, (double)count / (end - start));
}

static void hash_512(struct bench *bench) { sha256(bench->plain, 512, bench->hash); }

static void hash_node(struct bench *bench) { node_hash(bench->plain, bench->plain, bench->hash); }

static void keyed_hash(struct bench *bench) {
    crypto_generichash(bench->hash, 16, bench->plain, 16, bench->key, key_bytes);
}

static void sign(struct bench *bench) {
    crypto_sign_detached(bench->signature, NULL, bench->plain, 128, bench->secret_key);
}

static void verify(struct bench *bench) {
    if (crypto_sign_verify_detached(bench->signature, bench->plain, 128, bench->public_key) != 0)
        fail("signature", "does not verify");
}

static void seal(struct bench *bench) {
    randombytes_buf(bench->sealed, nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bench->sealed + nonce_bytes, NULL, bench->plain, 512,
                                               bench->hash, 32, NULL, bench->sealed, bench->key);
}

static void unseal(struct bench *bench) {
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(bench->plain, NULL, NULL,
                                                   bench->sealed + nonce_bytes, 512 + tag_bytes,
                                                   bench->hash, 32, bench->sealed, bench->key)
        != 0)
        fail("box", "does not open");
}

enum { puts_per_batch = 4096 };

// Puts of 700 bytes, a synced commit every 4,096; random keys are sorted within a batch when asked.
static void puts_rate(struct bench *bench, const char *name, int is_random, int is_sorted) {
    struct store store;
    char *path = path_in(bench->folder, name);
    store_open(&store, path);
    uint8_t value[700], key[16];
    struct keys keys = {.width = sizeof key};
    uint64_t state = 1, index = 0;
    memset(value, 7, sizeof value);
    double start = now(), end = start;
    for (; end - start < 4 * bench->seconds; end = now()) {
        store_begin(&store);
        for (int place = 0; place < puts_per_batch; place++) {
            put_big_endian(key, is_random ? next_number(&state) : 0, 8);
            put_big_endian(key + 8, index++, 8);
            if (is_sorted)
                keys_add(&keys, key);
            else
                store_put(&store, store.items, key, sizeof key, value, sizeof value,
                          is_random ? 0 : MDB_APPEND);
        }
        if (is_sorted) keys_put(&keys, &store, store.index);
        store_commit(&store);
    }
    tell(bench, name, (double)index / (end - start));
    store_close(&store);
    unlink(path);
    free(path);
}

static void sync_rate(struct bench *bench) {
    char *path = path_in(bench->folder, "sync");
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    uint8_t page[4096] = {0};
    size_t count = 0;
    if (file < 0) fail(path, strerror(errno));
    double start = now(), end = start;
    for (; end - start < 2 * bench->seconds; end = now(), count++) {
        put_big_endian(page, count, 8);
        if (pwrite(file, page, sizeof page, 0) != sizeof page || fdatasync(file) != 0)
            fail(path, strerror(errno));
    }
    tell(bench, "fdatasync_4096", (double)count / (end - start));
    close(file);
    unlink(path);
    free(path);
}

enum { wire_bytes = 1 << 20 };

// Round trips of a byte each way, then bytes one way.
static void wire_rates(struct bench *bench) {
    SSL *connection;
    uint8_t *bytes = allocate(1, wire_bytes);
    size_t trips = 0, megabytes = 0;
    fflush(stdout);
    pid_t child = tls_fork(&connection);
    if (child == 0) {
        do {
            tls_read(connection, bytes, 1);
            tls_write(connection, bytes, 1);
        } while (bytes[0] == 1);
        for (;;) {
            tls_read(connection, bytes, 1);
            if (bytes[0] == 0) _exit(0);
            tls_write(connection, bytes, wire_bytes);
        }
    }
    double start = now(), end = start;
    for (bytes[0] = 1; end - start < bench->seconds; end = now(), trips++) {
        tls_write(connection, bytes, 1);
        tls_read(connection, bytes, 1);
    }
    tell(bench, "tls_round_trips", (double)trips / (end - start));
    bytes[0] = 2;
    tls_write(connection, bytes, 1);
    tls_read(connection, bytes, 1);
    start = end = now();
    for (; end - start < 2 * bench->seconds; end = now(), megabytes++) {
        bytes[0] = 1;
        tls_write(connection, bytes, 1);
        tls_read(connection, bytes, wire_bytes);
    }
    tell(bench, "tls_bytes", (double)megabytes * wire_bytes / (end - start));
    bytes[0] = 0;
    tls_write(connection, bytes, 1);
    waitpid(child, NULL, 0);
    free(bytes);
}

int run_primitives(const char *folder, double seconds) {
    struct bench *bench = allocate(1, sizeof *bench);
    if (!(seconds > 0)) fail("seconds", "not over 0");
    *bench = (struct bench){.folder = folder, .seconds = seconds, .is_first = 1};
    randombytes_buf(bench->plain, sizeof bench->plain);
    randombytes_buf(bench->key, sizeof bench->key);
    crypto_sign_keypair(bench->public_key, bench->secret_key);
    measure(bench, "sha256_512", hash_512);
    measure(bench, "sha256_node", hash_node);
    measure(bench, "blake2b_keyed_16", keyed_hash);
    measure(bench, "ed25519_sign", sign);
    measure(bench, "ed25519_verify", verify);
    measure(bench, "xchacha20poly1305_seal_512", seal);
    measure(bench, "xchacha20poly1305_open_512", unseal);
    puts_rate(bench, "lmdb_put_700_in_order", 0, 0);
    puts_rate(bench, "lmdb_put_700_random", 1, 0);
    puts_rate(bench, "lmdb_put_key_sorted_in_batch", 1, 1);
    sync_rate(bench);
    wire_rates(bench);
    printf("}\n");
    return 0;
}
