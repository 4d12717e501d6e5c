// M3: the merged view of a case: fragments are opened, and each fact's values gathered by subject.
#include "floor.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { facts = 7, value_bytes = 24 };

// Where a fact has a value: subject, which fact, the value.
struct place {
    uint8_t key[8 + 1 + value_bytes];
    uint32_t sources;
    uint32_t is_used;
};

struct table {
    struct place *places;
    size_t mask;
    size_t count;
};

static uint64_t hash(const uint8_t *key, size_t count) {
    uint64_t value = 0xCBF29CE484222325u;
    for (size_t place = 0; place < count; place++) value = (value ^ key[place]) * 0x100000001B3u;
    return value ^ (value >> 29);
}

static void add(struct table *table, const uint8_t *key, size_t count) {
    size_t at = hash(key, count) & table->mask;
    while (table->places[at].is_used && memcmp(table->places[at].key, key, count) != 0)
        at = (at + 1) & table->mask;
    if (!table->places[at].is_used) {
        memcpy(table->places[at].key, key, count);
        table->places[at].is_used = 1;
        table->count++;
    }
    table->places[at].sources++;
}

static size_t gather(const uint8_t *plain, size_t count, size_t plain_bytes, struct table *table) {
    memset(table->places, 0, (table->mask + 1) * sizeof *table->places);
    table->count = 0;
    for (size_t place = 0; place < count; place++) {
        const uint8_t *fragment = plain + place * plain_bytes;
        uint8_t key[8 + 1 + value_bytes];
        memcpy(key, fragment, 8);
        for (int fact = 0; fact < facts; fact++) {
            key[8] = (uint8_t)fact;
            memcpy(key + 9, fragment + 8 + fact * value_bytes, value_bytes);
            add(table, key, sizeof key);
        }
    }
    return table->count;
}

int run_view(size_t members, size_t fragments, size_t plain_bytes, int rounds) {
    size_t count = members * fragments, sealed_bytes = nonce_bytes + plain_bytes + tag_bytes;
    if (plain_bytes < 8 + facts * value_bytes) fail("bytes", "too few for seven facts");
    uint8_t *plain = allocate(count, plain_bytes), *sealed = allocate(count, sealed_bytes);
    uint8_t *keys = allocate(count, key_bytes), *opened = allocate(count, plain_bytes);
    for (size_t place = 0; place < count; place++) {
        uint8_t *fragment = plain + place * plain_bytes;
        uint8_t *box = sealed + place * sealed_bytes;
        // As the product's: a subject for every second fragment number, facts that mostly agree.
        put_big_endian(fragment, (place % fragments) / 2, 8);
        for (int fact = 0; fact < facts; fact++)
            put_big_endian(fragment + 8 + fact * value_bytes,
                           (place % fragments) / 2 + (place % 10 == 0 ? place : 0), value_bytes);
        randombytes_buf(keys + place * key_bytes, key_bytes);
        randombytes_buf(box, nonce_bytes);
        crypto_aead_xchacha20poly1305_ietf_encrypt(box + nonce_bytes, NULL, fragment, plain_bytes,
                                                   NULL, 0, NULL, box, keys + place * key_bytes);
    }
    struct table table = {NULL, 1, 0};
    while (table.mask < 2 * count * facts) table.mask = table.mask * 2 + 1;
    table.places = allocate(table.mask + 1, sizeof *table.places);
    gather(plain, count, plain_bytes, &table);
    double gathering = 0, opening = 0;
    size_t values = 0;
    for (int round = 0; round < rounds; round++) {
        double start = now();
        for (size_t place = 0; place < count; place++) {
            const uint8_t *box = sealed + place * sealed_bytes;
            if (crypto_aead_xchacha20poly1305_ietf_decrypt(
                    opened + place * plain_bytes, NULL, NULL, box + nonce_bytes,
                    plain_bytes + tag_bytes, NULL, 0, box, keys + place * key_bytes)
                != 0)
                fail("fragment", "does not open");
        }
        double middle = now();
        values = gather(opened, count, plain_bytes, &table);
        opening += middle - start;
        gathering += now() - middle;
    }
    printf("{\"fragments\": %zu, \"values\": %zu, \"view_seconds\": %.6f, \"open_seconds\": %.6f}\n",
           count, values, gathering / rounds, opening / rounds);
    return 0;
}
