#include <malloc.h>
#include <stddef.h>

/* Bytes that lie free in all arenas. Here, since Swift 6.3.1 drops calls of mallinfo2(), whose result is a struct, where
   it optimises a whole module. */
static inline size_t tafel_malloc_free_byte_count(void) { return mallinfo2().fordblks; }
