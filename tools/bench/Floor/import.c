// Import: the rows of the same CSV file, each encrypted under a key of its own, found by four terms.
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { columns_max = 64, cell_bytes_max = 4096, record_bytes_max = 65536, read_bytes = 1 << 18 };

// A row: its cells one after another, unquoted.
struct row {
    char text[record_bytes_max];
    size_t starts[columns_max + 1];
    size_t count;
};

struct reader {
    int file;
    char buffer[read_bytes];
    ssize_t held;
    ssize_t place;
};

static int next_byte(struct reader *reader) {
    if (reader->place == reader->held) {
        reader->held = read(reader->file, reader->buffer, sizeof reader->buffer);
        if (reader->held < 0) fail("file", strerror(errno));
        if (reader->held == 0) return -1;
        reader->place = 0;
    }
    return (unsigned char)reader->buffer[reader->place++];
}

// Reads a row of RFC 4180; gives 0 at the end of the file.
static int next_row(struct reader *reader, struct row *row) {
    size_t length = 0;
    int is_quoted = 0, is_any = 0;
    row->count = 0;
    row->starts[0] = 0;
    for (;;) {
        int byte = next_byte(reader);
        if (byte < 0 && !is_any) return 0;
        is_any = 1;
        if (length >= record_bytes_max || row->count >= columns_max - 1) fail("file", "row too long");
        if (byte == '"') {
            is_quoted = !is_quoted;
        } else if (byte < 0 || (!is_quoted && (byte == '\n' || byte == ','))) {
            row->starts[++row->count] = length;
            if (byte != ',') return 1;
        } else if (byte != '\r') {
            row->text[length++] = (char)byte;
        }
    }
}

static const char *const term_columns[terms_per_entry] = {"ID", "kvk", "vestiging", "Postcode"};

static void find_columns(const struct row *head, size_t columns[terms_per_entry]) {
    for (int term = 0; term < terms_per_entry; term++) {
        size_t place = 0;
        for (; place < head->count; place++) {
            size_t length = head->starts[place + 1] - head->starts[place];
            if (length == strlen(term_columns[term])
                && memcmp(head->text + head->starts[place], term_columns[term], length) == 0)
                break;
        }
        if (place == head->count) fail("file", "lacks a column");
        columns[term] = place;
    }
}

struct import {
    struct store store;
    struct slots slots;
    struct keys terms;
    uint8_t index_key[key_bytes];
    size_t columns[terms_per_entry];
};

static void store_row(struct import *import, const struct row *row) {
    uint8_t id[id_bytes], term[2 * id_bytes], erase_key[key_bytes];
    uint8_t value[8 + nonce_bytes + record_bytes_max + tag_bytes];
    for (int place = 0; place < terms_per_entry; place++) {
        const char *cell = row->text + row->starts[import->columns[place]];
        size_t length = row->starts[import->columns[place] + 1] - row->starts[import->columns[place]];
        if (place == 0)
            crypto_generichash(id, sizeof id, (const uint8_t *)cell, length, import->index_key,
                               key_bytes);
        if (place == 3 && length > 4) length = 4;
        crypto_generichash(term, id_bytes, (const uint8_t *)cell, length, import->index_key,
                           key_bytes);
        memcpy(term + id_bytes, id, id_bytes);
        keys_add(&import->terms, term);
    }
    // Whether it is there already must be known.
    MDB_val key = {sizeof id, id}, held;
    int code = mdb_get(import->store.transaction, import->store.items, &key, &held);
    if (code != MDB_NOTFOUND) fail("record", code == 0 ? "comes twice" : mdb_strerror(code));
    randombytes_buf(erase_key, sizeof erase_key);
    put_big_endian(value, import->slots.count, 8);
    slots_add(&import->slots, erase_key);
    randombytes_buf(value + 8, nonce_bytes);
    size_t length = row->starts[row->count];
    crypto_aead_xchacha20poly1305_ietf_encrypt(value + 8 + nonce_bytes, NULL,
                                               (const uint8_t *)row->text, length, id, sizeof id,
                                               NULL, value + 8, erase_key);
    store_put(&import->store, import->store.items, id, sizeof id, value,
              8 + nonce_bytes + length + tag_bytes, 0);
}

static void commit(struct import *import) {
    keys_put(&import->terms, &import->store, import->store.index);
    slots_sync(&import->slots);
    store_commit(&import->store);
}

int run_import(const char *file, const char *folder, size_t batch) {
    struct import *import = allocate(1, sizeof *import);
    struct reader *reader = allocate(1, sizeof *reader);
    struct row *row = allocate(1, sizeof *row);
    import->terms.width = 2 * id_bytes;
    randombytes_buf(import->index_key, key_bytes);
    store_open(&import->store, path_in(folder, "import.mdb"));
    slots_open(&import->slots, path_in(folder, "import.slots"), batch);
    reader->file = open(file, O_RDONLY);
    if (reader->file < 0) fail(file, strerror(errno));
    double start = now();
    if (!next_row(reader, row)) fail(file, "is empty");
    find_columns(row, import->columns);
    size_t count = 0;
    while (next_row(reader, row)) {
        if (count % batch == 0) store_begin(&import->store);
        store_row(import, row);
        count++;
        if (count % batch == 0) commit(import);
    }
    if (count % batch != 0) commit(import);
    double seconds = now() - start;
    store_close(&import->store);
    printf("{\"rows\": %zu, \"seconds\": %.6f}\n", count, seconds);
    return 0;
}
