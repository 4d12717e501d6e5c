#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check(int code, const char *what) {
    if (code != 0) fail(what, mdb_strerror(code));
}

void store_open(struct store *store, const char *path) {
    memset(store, 0, sizeof *store);
    check(mdb_env_create(&store->environment), "mdb_env_create");
    check(mdb_env_set_mapsize(store->environment, (size_t)1 << 40), "mdb_env_set_mapsize");
    check(mdb_env_set_maxdbs(store->environment, 2), "mdb_env_set_maxdbs");
    check(mdb_env_open(store->environment, path, MDB_NOTLS | MDB_NOSUBDIR, 0600), path);
    store_begin(store);
    check(mdb_dbi_open(store->transaction, "items", MDB_CREATE, &store->items), "items");
    check(mdb_dbi_open(store->transaction, "index", MDB_CREATE, &store->index), "index");
    store_commit(store);
}

void store_begin(struct store *store) {
    check(mdb_txn_begin(store->environment, NULL, 0, &store->transaction), "mdb_txn_begin");
}

void store_put(struct store *store, MDB_dbi table, const void *key, size_t key_count,
               const void *value, size_t value_count, unsigned flags) {
    MDB_val name = {key_count, (void *)key};
    MDB_val contents = {value_count, (void *)value};
    check(mdb_put(store->transaction, table, &name, &contents, flags), "mdb_put");
}

void store_commit(struct store *store) {
    check(mdb_txn_commit(store->transaction), "mdb_txn_commit");
    store->transaction = NULL;
}

void store_close(struct store *store) { mdb_env_close(store->environment); }

void keys_add(struct keys *keys, const uint8_t *key) {
    if (keys->count == keys->capacity) {
        keys->capacity = keys->capacity ? keys->capacity * 2 : 4096;
        keys->bytes = realloc(keys->bytes, keys->capacity * keys->width);
        if (keys->bytes == NULL) fail("memory", "none left");
    }
    memcpy(keys->bytes + keys->count * keys->width, key, keys->width);
    keys->count++;
}

static int compare(const void *left, const void *right, void *width) {
    return memcmp(left, right, *(size_t *)width);
}

void keys_put(struct keys *keys, struct store *store, MDB_dbi table) {
    qsort_r(keys->bytes, keys->count, keys->width, compare, &keys->width);
    for (size_t place = 0; place < keys->count; place++)
        store_put(store, table, keys->bytes + place * keys->width, keys->width, "", 0, 0);
    keys->count = 0;
}

void slots_open(struct slots *slots, const char *path, size_t pending_max) {
    memset(slots, 0, sizeof *slots);
    slots->file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (slots->file < 0) fail(path, strerror(errno));
    randombytes_buf(slots->key, sizeof slots->key);
    slots->pending = allocate(pending_max, slot_bytes);
}

void slots_add(struct slots *slots, const uint8_t erase_key[key_bytes]) {
    uint8_t *slot = slots->pending + slots->pending_count * slot_bytes;
    uint8_t number[8];
    put_big_endian(number, slots->count, 8);
    memset(slot, 0, slot_bytes);
    randombytes_buf(slot, nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(slot + nonce_bytes, NULL, erase_key, key_bytes,
                                               number, sizeof number, NULL, slot, slots->key);
    slots->pending_count++;
    slots->count++;
}

void slots_sync(struct slots *slots) {
    size_t count = slots->pending_count * slot_bytes;
    off_t offset = (off_t)((slots->count - slots->pending_count) * slot_bytes);
    if (pwrite(slots->file, slots->pending, count, offset) != (ssize_t)count)
        fail("slots", strerror(errno));
    if (fdatasync(slots->file) != 0) fail("slots", strerror(errno));
    slots->pending_count = 0;
}
