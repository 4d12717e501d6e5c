// What the parts of the floor share: a clock, an end with words, hashes, a store.
#ifndef FLOOR_H
#define FLOOR_H

#include <lmdb.h>
#include <stddef.h>
#include <stdint.h>

enum {
    header_bytes = 148,
    nonce_bytes = 24,
    tag_bytes = 16,
    hash_bytes = 32,
    key_bytes = 32,
    slot_bytes = 128,
    id_bytes = 16,
    // Terms under which an entry or a record is found.
    terms_per_entry = 4,
};

// Ends the program with a line on standard error.
_Noreturn void fail(const char *what, const char *why);

// Seconds of a clock that only goes forward.
double now(void);

// A pseudo-random number, the same in every run.
uint64_t next_number(uint64_t *state);

void put_big_endian(uint8_t *bytes, uint64_t value, int count);

void *allocate(size_t count, size_t size);

// SHA-256 by OpenSSL, which uses the SHA extensions of the processor where there are.
void sha256(const uint8_t *bytes, size_t count, uint8_t hash[hash_bytes]);

// Merkle tree hashing of RFC 6962.
void leaf_hash(const uint8_t *bytes, size_t count, uint8_t hash[hash_bytes]);
void node_hash(const uint8_t *left, const uint8_t *right, uint8_t hash[hash_bytes]);

// The complete subtrees of a growing tree, largest first.
struct frontier {
    uint64_t size;
    uint8_t hashes[64][hash_bytes];
};
void frontier_append(struct frontier *frontier, const uint8_t leaf[hash_bytes]);
void frontier_root(const struct frontier *frontier, uint8_t root[hash_bytes]);

// One LMDB environment with the tables of the floor; every commit is synced to disk.
struct store {
    MDB_env *environment;
    MDB_dbi items;
    MDB_dbi index;
    MDB_txn *transaction;
};
void store_open(struct store *store, const char *path);
void store_begin(struct store *store);
void store_put(struct store *store, MDB_dbi table, const void *key, size_t key_count,
               const void *value, size_t value_count, unsigned flags);
void store_commit(struct store *store);
void store_close(struct store *store);

// Keys of one length, sorted before they are put: keyed hashes come in no order.
struct keys {
    size_t width;
    size_t count;
    size_t capacity;
    uint8_t *bytes;
};
void keys_add(struct keys *keys, const uint8_t *key);
void keys_put(struct keys *keys, struct store *store, MDB_dbi table);

// A file of slots of 128 bytes, each an erase key under the storage key.
struct slots {
    int file;
    uint64_t count;
    uint8_t key[key_bytes];
    uint8_t *pending;
    size_t pending_count;
};
void slots_open(struct slots *slots, const char *path, size_t pending_max);
void slots_add(struct slots *slots, const uint8_t erase_key[key_bytes]);
void slots_sync(struct slots *slots);

// A path inside a folder; the caller frees it.
char *path_in(const char *folder, const char *name);

int run_primitives(const char *folder, double seconds);
int run_import(const char *file, const char *folder, size_t batch);
int run_append(const char *folder, size_t count, size_t batch, size_t plain_bytes);
int run_sync(const char *folder, size_t count, size_t plain_bytes);
int run_view(size_t members, size_t fragments, size_t plain_bytes, int rounds);

#endif
