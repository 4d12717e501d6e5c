// S1: entries go from a child that keeps them to this process, over TLS on loopback; here they are
// verified, decrypted, found by terms and stored durably, a chunk at a time.
#include "floor.h"
#include "tls.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { entries_per_chunk = 4096 };

// What both sides know beforehand, as two nodes do from a card and a key grant.
struct shared {
    uint8_t chain_key[key_bytes];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    size_t plain_bytes;
    size_t entry_bytes;
    size_t count;
};

static void derive(const uint8_t key[key_bytes], const char *what, uint8_t derived[key_bytes]) {
    crypto_generichash(derived, key_bytes, (const uint8_t *)what, strlen(what), key, key_bytes);
}

// The content key of this position; the chain goes to the next.
static void next_link(uint8_t chain_key[key_bytes], uint8_t content_key[key_bytes]) {
    uint8_t next[key_bytes];
    derive(chain_key, "content key", content_key);
    derive(chain_key, "chain key", next);
    memcpy(chain_key, next, key_bytes);
}

// Header of 148 bytes: hash of the payload, index, and what is bound to the encryption.
static void make_entry(const struct shared *shared, size_t index, uint8_t chain_key[key_bytes],
                       uint8_t *entry) {
    uint8_t content_key[key_bytes], *payload = entry + header_bytes;
    uint8_t *plain = allocate(1, shared->plain_bytes);
    uint64_t state = index;
    for (size_t place = 0; place + 8 <= shared->plain_bytes; place += 8)
        put_big_endian(plain + place, next_number(&state), 8);
    next_link(chain_key, content_key);
    memset(entry, 0, header_bytes);
    put_big_endian(entry + hash_bytes, index, 8);
    randombytes_buf(payload, nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(payload + nonce_bytes, NULL, plain,
                                               shared->plain_bytes, entry + hash_bytes,
                                               header_bytes - hash_bytes, NULL, payload,
                                               content_key);
    sha256(payload, shared->entry_bytes - header_bytes, entry);
    free(plain);
}

// The child: keeps the entries in a store, then gives them, a checkpoint after each chunk.
static void give(const struct shared *shared, struct store *store, SSL *connection) {
    size_t entry_bytes = shared->entry_bytes;
    uint8_t *chunk = allocate(entries_per_chunk, entry_bytes);
    uint8_t chain_key[key_bytes], key[8], hash[hash_bytes], head[hash_bytes + crypto_sign_BYTES];
    uint8_t *heads = allocate(shared->count / entries_per_chunk + 1, sizeof head);
    struct frontier frontier = {0};
    memcpy(chain_key, shared->chain_key, key_bytes);
    for (size_t start = 0, number = 0; start < shared->count; start += entries_per_chunk, number++) {
        size_t end = start + entries_per_chunk < shared->count ? start + entries_per_chunk
                                                               : shared->count;
        store_begin(store);
        for (size_t index = start; index < end; index++) {
            make_entry(shared, index, chain_key, chunk);
            leaf_hash(chunk, header_bytes, hash);
            frontier_append(&frontier, hash);
            put_big_endian(key, index, 8);
            store_put(store, store->items, key, sizeof key, chunk, entry_bytes, MDB_APPEND);
        }
        store_commit(store);
        frontier_root(&frontier, head);
        crypto_sign_detached(head + hash_bytes, NULL, head, hash_bytes, shared->secret_key);
        memcpy(heads + number * sizeof head, head, sizeof head);
    }
    // From here on the time counts: the other side asks.
    uint8_t ask = 'r';
    tls_write(connection, &ask, 1);
    tls_read(connection, &ask, 1);
    MDB_txn *transaction;
    MDB_cursor *cursor;
    if (mdb_txn_begin(store->environment, NULL, MDB_RDONLY, &transaction) != 0
        || mdb_cursor_open(transaction, store->items, &cursor) != 0)
        fail("store", "cannot be read");
    MDB_val name, value;
    for (size_t index = 0; mdb_cursor_get(cursor, &name, &value, MDB_NEXT) == 0;) {
        memcpy(chunk + (index % entries_per_chunk) * entry_bytes, value.mv_data, entry_bytes);
        index++;
        if (index % entries_per_chunk != 0 && index != shared->count) continue;
        size_t count = (index - 1) % entries_per_chunk + 1;
        tls_write(connection, chunk, count * entry_bytes);
        tls_write(connection, heads + (index - 1) / entries_per_chunk * sizeof head, sizeof head);
    }
    tls_read(connection, &ask, 1);
    _exit(0);
}

struct receiver {
    const struct shared *shared;
    struct store store;
    struct slots slots;
    struct keys terms;
    struct frontier frontier;
    uint8_t index_key[key_bytes];
    uint8_t chain_key[key_bytes];
    uint8_t *plain;
};

// An entry is checked, opened, and put with its erase key and the terms it is found by.
static void take(struct receiver *receiver, const uint8_t *entry, size_t index) {
    const struct shared *shared = receiver->shared;
    const uint8_t *payload = entry + header_bytes;
    uint8_t hash[hash_bytes], content_key[key_bytes], key[8], term[id_bytes + 8];
    sha256(payload, shared->entry_bytes - header_bytes, hash);
    if (memcmp(hash, entry, hash_bytes) != 0) fail("entry", "is not its header's");
    leaf_hash(entry, header_bytes, hash);
    frontier_append(&receiver->frontier, hash);
    next_link(receiver->chain_key, content_key);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            receiver->plain, NULL, NULL, payload + nonce_bytes, shared->plain_bytes + tag_bytes,
            entry + hash_bytes, header_bytes - hash_bytes, payload, content_key)
        != 0)
        fail("entry", "does not open");
    slots_add(&receiver->slots, content_key);
    put_big_endian(key, index, 8);
    store_put(&receiver->store, receiver->store.items, key, sizeof key, entry,
              shared->entry_bytes, MDB_APPEND);
    for (int place = 0; place < terms_per_entry; place++) {
        crypto_generichash(term, id_bytes, receiver->plain + 16 * place, 16, receiver->index_key,
                           key_bytes);
        memcpy(term + id_bytes, key, sizeof key);
        keys_add(&receiver->terms, term);
    }
}

static void take_chunk(struct receiver *receiver, const uint8_t *chunk, size_t first, size_t count) {
    uint8_t root[hash_bytes];
    const uint8_t *head = chunk + count * receiver->shared->entry_bytes;
    store_begin(&receiver->store);
    for (size_t place = 0; place < count; place++)
        take(receiver, chunk + place * receiver->shared->entry_bytes, first + place);
    frontier_root(&receiver->frontier, root);
    if (memcmp(root, head, hash_bytes) != 0
        || crypto_sign_verify_detached(head + hash_bytes, head, hash_bytes,
                                       receiver->shared->public_key)
               != 0)
        fail("checkpoint", "does not verify");
    keys_put(&receiver->terms, &receiver->store, receiver->store.index);
    slots_sync(&receiver->slots);
    store_commit(&receiver->store);
}

int run_sync(const char *folder, size_t count, size_t plain_bytes) {
    struct shared shared = {
        .plain_bytes = plain_bytes,
        .entry_bytes = header_bytes + nonce_bytes + plain_bytes + tag_bytes,
        .count = count,
    };
    if (plain_bytes < 16 * terms_per_entry) fail("bytes", "too few for the terms");
    struct receiver receiver = {.shared = &shared, .terms = {.width = id_bytes + 8}};
    randombytes_buf(shared.chain_key, key_bytes);
    randombytes_buf(receiver.index_key, key_bytes);
    crypto_sign_keypair(shared.public_key, shared.secret_key);
    memcpy(receiver.chain_key, shared.chain_key, key_bytes);
    receiver.plain = allocate(1, plain_bytes);
    SSL *connection;
    pid_t child = tls_fork(&connection);
    if (child == 0) {
        struct store store;
        store_open(&store, path_in(folder, "giver.mdb"));
        give(&shared, &store, connection);
    }
    store_open(&receiver.store, path_in(folder, "receiver.mdb"));
    slots_open(&receiver.slots, path_in(folder, "receiver.slots"), entries_per_chunk);
    size_t head_bytes = hash_bytes + crypto_sign_BYTES;
    uint8_t *chunk = allocate(1, entries_per_chunk * shared.entry_bytes + head_bytes);
    // The child writes its own store first, and says when it is ready.
    tls_read(connection, chunk, 1);
    uint64_t before = tls_bytes(connection);
    double start = now();
    tls_write(connection, (const uint8_t *)"g", 1);
    for (size_t done = 0; done < count;) {
        size_t part = count - done < entries_per_chunk ? count - done : entries_per_chunk;
        tls_read(connection, chunk, part * shared.entry_bytes + head_bytes);
        take_chunk(&receiver, chunk, done, part);
        done += part;
    }
    double seconds = now() - start;
    tls_write(connection, (const uint8_t *)"e", 1);
    waitpid(child, NULL, 0);
    store_close(&receiver.store);
    printf("{\"entries\": %zu, \"seconds\": %.6f, \"wire_bytes\": %llu}\n", count, seconds,
           (unsigned long long)(tls_bytes(connection) - before));
    return 0;
}
