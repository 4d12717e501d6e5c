// L1: appending to a log, durable, in batches. Of each entry what nobody can leave out: its key derived and kept in a
// slot, the payload sealed under it, hashed, and two puts: the entry, and the case it is found in. Of each batch one
// signature and the disk syncs.
#include "floor.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { cases_count = 16 };

// One step of a chain of keys: the next chain key, and the key of the position.
static void next_key(uint8_t chain[key_bytes], uint8_t key[key_bytes]) {
    static const uint8_t advance = 1, content = 2;
    uint8_t next[key_bytes];
    crypto_generichash(key, key_bytes, &content, 1, chain, key_bytes);
    crypto_generichash(next, key_bytes, &advance, 1, chain, key_bytes);
    memcpy(chain, next, key_bytes);
}

int run_append(const char *folder, size_t count, size_t batch, size_t plain_bytes) {
    struct store store;
    struct slots slots;
    char *path = path_in(folder, "append.mdb"), *slot_path = path_in(folder, "append.slots");
    store_open(&store, path);
    slots_open(&slots, slot_path, batch);
    size_t payload_bytes = nonce_bytes + plain_bytes + tag_bytes;
    uint8_t *entry = allocate(1, header_bytes + payload_bytes);
    uint8_t *plain = allocate(1, plain_bytes);
    struct frontier frontier = {0};
    uint8_t hash[hash_bytes], root[hash_bytes], key[16] = {0}, found[4 + id_bytes + 12] = {0};
    uint8_t chain[key_bytes], content[key_bytes];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    randombytes_buf(entry, header_bytes + payload_bytes);
    randombytes_buf(plain, plain_bytes);
    randombytes_buf(chain, sizeof chain);
    crypto_sign_keypair(public_key, secret_key);
    double start = now();
    for (size_t done = 0; done < count;) {
        size_t end = done + batch < count ? done + batch : count;
        store_begin(&store);
        for (; done < end; done++) {
            put_big_endian(plain, done, 8);
            next_key(chain, content);
            randombytes_buf(entry + header_bytes, nonce_bytes);
            crypto_aead_xchacha20poly1305_ietf_encrypt(
                entry + header_bytes + nonce_bytes, NULL, plain, plain_bytes, entry, header_bytes - hash_bytes, NULL,
                entry + header_bytes, content);
            sha256(entry + header_bytes, payload_bytes, entry + header_bytes - hash_bytes);
            leaf_hash(entry, header_bytes, hash);
            frontier_append(&frontier, hash);
            slots_add(&slots, content);
            put_big_endian(key + 8, done, 8);
            store_put(&store, store.items, key, sizeof key, entry, header_bytes + payload_bytes,
                      MDB_APPEND);
            put_big_endian(found + 4, done % cases_count, id_bytes);
            put_big_endian(found + 4 + id_bytes + 4, done, 8);
            store_put(&store, store.index, found, sizeof found, "", 0, 0);
        }
        frontier_root(&frontier, root);
        crypto_sign_detached(signature, NULL, root, sizeof root, secret_key);
        put_big_endian(key, 1, 8);
        put_big_endian(key + 8, 0, 8);
        store_put(&store, store.index, key, sizeof key, signature, sizeof signature, 0);
        memset(key, 0, 8);
        slots_sync(&slots);
        store_commit(&store);
    }
    double seconds = now() - start;
    store_close(&store);
    printf("{\"entries\": %zu, \"seconds\": %.6f}\n", count, seconds);
    free(entry);
    free(plain);
    free(path);
    free(slot_path);
    return 0;
}
