#include "floor.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

_Noreturn void fail(const char *what, const char *why) {
    fprintf(stderr, "error: floor: %s: %s\n", what, why);
    exit(3);
}

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// SplitMix64.
uint64_t next_number(uint64_t *state) {
    uint64_t value = *state += 0x9E3779B97F4A7C15u;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}

void put_big_endian(uint8_t *bytes, uint64_t value, int count) {
    for (int place = count - 1; place >= 0; place--) {
        bytes[place] = (uint8_t)value;
        value >>= 8;
    }
}

void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL) fail("memory", "none left");
    return memory;
}

char *path_in(const char *folder, const char *name) {
    char *path = allocate(strlen(folder) + strlen(name) + 2, 1);
    sprintf(path, "%s/%s", folder, name);
    return path;
}

void sha256(const uint8_t *bytes, size_t count, uint8_t hash[hash_bytes]) {
    SHA256(bytes, count, hash);
}

void leaf_hash(const uint8_t *bytes, size_t count, uint8_t hash[hash_bytes]) {
    SHA256_CTX context;
    uint8_t prefix = 0;
    SHA256_Init(&context);
    SHA256_Update(&context, &prefix, 1);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(hash, &context);
}

void node_hash(const uint8_t *left, const uint8_t *right, uint8_t hash[hash_bytes]) {
    uint8_t bytes[1 + 2 * hash_bytes];
    bytes[0] = 1;
    memcpy(bytes + 1, left, hash_bytes);
    memcpy(bytes + 1 + hash_bytes, right, hash_bytes);
    SHA256(bytes, sizeof bytes, hash);
}

void frontier_append(struct frontier *frontier, const uint8_t leaf[hash_bytes]) {
    int place = __builtin_popcountll(frontier->size);
    memcpy(frontier->hashes[place], leaf, hash_bytes);
    for (uint64_t size = frontier->size; size & 1; size >>= 1) {
        node_hash(frontier->hashes[place - 1], frontier->hashes[place],
                  frontier->hashes[place - 1]);
        place--;
    }
    frontier->size++;
}

void frontier_root(const struct frontier *frontier, uint8_t root[hash_bytes]) {
    int place = __builtin_popcountll(frontier->size) - 1;
    if (place < 0) {
        SHA256((const uint8_t *)"", 0, root);
        return;
    }
    memcpy(root, frontier->hashes[place], hash_bytes);
    while (--place >= 0) node_hash(frontier->hashes[place], root, root);
}
