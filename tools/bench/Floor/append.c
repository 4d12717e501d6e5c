// L1: appending to a log, durable, in batches: hashing, one put and the disk sync.
#include "floor.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

int run_append(const char *folder, size_t count, size_t batch, size_t plain_bytes) {
    struct store store;
    char *path = path_in(folder, "append.mdb");
    store_open(&store, path);
    size_t payload_bytes = nonce_bytes + plain_bytes + tag_bytes;
    uint8_t *entry = allocate(1, header_bytes + payload_bytes);
    struct frontier frontier = {0};
    uint8_t hash[hash_bytes], root[hash_bytes], key[16] = {0};
    randombytes_buf(entry, header_bytes + payload_bytes);
    double start = now();
    for (size_t done = 0; done < count;) {
        size_t end = done + batch < count ? done + batch : count;
        store_begin(&store);
        for (; done < end; done++) {
            put_big_endian(entry + header_bytes, done, 8);
            sha256(entry + header_bytes, payload_bytes, entry);
            leaf_hash(entry, header_bytes, hash);
            frontier_append(&frontier, hash);
            put_big_endian(key + 8, done, 8);
            store_put(&store, store.items, key, sizeof key, entry, header_bytes + payload_bytes,
                      MDB_APPEND);
        }
        frontier_root(&frontier, root);
        store_commit(&store);
    }
    double seconds = now() - start;
    store_close(&store);
    printf("{\"entries\": %zu, \"seconds\": %.6f}\n", count, seconds);
    free(entry);
    free(path);
    return 0;
}
