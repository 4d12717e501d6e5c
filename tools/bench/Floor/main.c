// The floor: the unavoidable work of the product's benchmarks in C, and nothing else.
// Each command prints one line of JSON.
#include "floor.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void) {
    fputs("usage: floor primitives FOLDER SECONDS-EACH\n"
          "       floor import FILE.csv FOLDER ROWS-PER-BATCH\n"
          "       floor append FOLDER COUNT PER-BATCH BYTES\n"
          "       floor sync FOLDER COUNT BYTES\n"
          "       floor view MEMBERS FRAGMENTS BYTES ROUNDS\n",
          stderr);
    return 2;
}

static size_t number(const char *text) {
    char *end = NULL;
    unsigned long long value = strtoull(text, &end, 10);
    if (end == text || *end != 0 || value == 0) fail(text, "not a number of 1 or more");
    return (size_t)value;
}

int main(int count, char **words) {
    if (sodium_init() < 0) fail("libsodium", "does not start");
    if (count == 4 && strcmp(words[1], "primitives") == 0)
        return run_primitives(words[2], atof(words[3]));
    if (count == 5 && strcmp(words[1], "import") == 0)
        return run_import(words[2], words[3], number(words[4]));
    if (count == 6 && strcmp(words[1], "append") == 0)
        return run_append(words[2], number(words[3]), number(words[4]), number(words[5]));
    if (count == 5 && strcmp(words[1], "sync") == 0)
        return run_sync(words[2], number(words[3]), number(words[4]));
    if (count == 6 && strcmp(words[1], "view") == 0)
        return run_view(number(words[2]), number(words[3]), number(words[4]),
                        (int)number(words[5]));
    return usage();
}
