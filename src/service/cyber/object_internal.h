/*
 * What the files of the object store share.
 *
 *   FOLDER/names            numbers of collections and types
 *   FOLDER/tail-XXXXXXXX    the open end: groups as they were committed, each with its checksum
 *   FOLDER/seg-XXXXXXXX     a tail that is full: its objects in compressed blocks, their rows, what was
 * deleted FOLDER/lock             of the process that has it open
 *
 * A row's place in the sequence is its index plus one. Rows never change; which versions an object has, which
 * rows a collection has and what was deleted is worked out when the folder is opened.
 */
#ifndef SERAI_SERVICE_CYBER_OBJECT_INTERNAL_H
#define SERAI_SERVICE_CYBER_OBJECT_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "files/spill.h"
#include "service/cyber/object_store.h"

enum { OBJECT_BLOCK = 16 * 1024, OBJECT_TYPES = 2048, GROUP_HEAD = 64, GROUP_SUM = 16, OBJECT_PATH = 4096 };

/* Of a segment: objects in [from, from + n) of all its objects one after another, compressed to `packed`
 * bytes at `at`. Objects are whole in a block. */
struct object_block {
    uint64_t from, at;
    uint32_t n, packed;
};

/* A tail or a segment. Held by the store and by readers that copy bytes out of it. */
struct object_part {
    _Atomic unsigned held;
    uint32_t number;
    uint32_t first, n; /* of rows; index, not sequence */
    int fd;
    const struct object_row *rows;
    uint64_t bytes; /* of all objects, one comma each */
    /* of a tail */
    struct object_row *heap;
    size_t cap;
    uint64_t size;     /* of the file, whole groups */
    bool broken;       /* a commit failed half way */
    uint64_t *deleted; /* sequences that were deleted while it was open */
    size_t n_deleted;
    /* of a segment */
    void *map;
    size_t map_n;
    const struct object_block *block;
    uint32_t n_blocks;
};

/* Versions of one object in one collection, newest version first. Values are index plus one; 0: none. */
struct object_link {
    uint32_t object, newer, older;
};
struct object_head {
    uint32_t newest, oldest;
    uint32_t count : 31, mixed : 1; /* mixed: of several specification versions */
};
struct object_list {
    uint32_t *row;
    size_t n, cap;
};

struct object_index {
    uint64_t key[3];    /* of the hash: strangers choose the ids */
    const char *folder; /* where its tables rest */
    struct spill links, heads, slots;
    struct object_link *link;
    uint64_t *gone; /* a bit a row */
    size_t n, cap;
    struct object_head *head; /* of objects, from 1 on */
    size_t n_heads;
    struct {
        uint32_t hash, object;
    } * slot;
    size_t n_slots; /* a power of two */
    struct object_list list[OBJECT_COLLECTIONS];
    uint64_t deleted;
};

struct object_request {
    struct object_request *next;
    uint16_t collection;
    struct object_new *item;
    size_t n;
    const uint64_t *gone; /* of a deletion */
    size_t n_gone;
    bool done, ok;
    struct why why;
};

enum { CACHE_PLACES = 64, CACHE_BYTES = 64 * 1024, CONTEXTS = 8 };
struct object_cache {
    pthread_mutex_t lock;
    struct {
        const struct object_part *part;
        uint32_t block, n;
        uint8_t *p; /* CACHE_BYTES */
    } place[CACHE_PLACES];
    void *context[CONTEXTS]; /* of zstd, free ones */
    size_t n_contexts;
};

struct object_names {
    pthread_mutex_t lock;
    struct arena arena;
    struct span type[OBJECT_TYPES], collection[OBJECT_COLLECTIONS];
    size_t n_types, n_collections;
};

struct object_store {
    struct object_store_options o;
    char folder[OBJECT_PATH];
    int lock_fd;
    pthread_rwlock_t lock; /* over parts and index; the writer's thread alone changes them */
    struct object_part **part;
    size_t n_parts, cap_parts;
    struct object_index index;
    _Atomic size_t looked; /* rows that scans went through since pages were given back */
    uint32_t durable;      /* rows on disk: what readers see */
    uint64_t bytes;
    int64_t last_date;
    struct object_names names;
    struct object_cache cache;
    /* the writer's */
    pthread_t writer, sealer;
    bool threads;
    pthread_mutex_t queue_lock;
    pthread_cond_t queued, done, sealed, newer;
    struct object_request *queue, **queue_end;
    bool ending, failed;
    struct object_part *to_seal; /* by the sealer; NULL: it has nothing to do */
    struct buffer group;         /* bytes of objects that are being committed */
    uint32_t group_first;        /* the first of their rows */
    struct buffer gone;          /* sequences that give way to them */
    uint64_t commits;
};

/* object_index.c; the writer's thread, or under the lock for reading */
void object_index_init(struct object_index *x, const char *folder);
void object_index_rest(const struct object_index *x);
void object_index_free(struct object_index *x);
/* Room for one more row, so that object_index_add cannot fail. */
void object_index_reserve(struct object_index *x);
uint32_t object_index_find(const struct object_store *s, uint16_t collection, uint16_t type,
                           const struct stix_uuid *id); /* object; 0: none */
/* Brings the place where it would be found near: the table is larger than any cache. */
void object_index_ahead(const struct object_store *s, uint16_t collection, uint16_t type,
                        const struct stix_uuid *id);
/* The row, which is the next one, behind the version `after` of its object (0: it is the newest). */
void object_index_add(struct object_store *s, const struct object_row *r);
void object_index_delete(struct object_index *x, uint32_t row);
static inline bool object_index_gone(const struct object_index *x, uint32_t row)
{
    return x->gone[row >> 6] >> (row & 63) & 1;
}
static inline int object_version_cmp(int64_t a, uint16_t a_rest, int64_t b, uint16_t b_rest)
{
    return a != b ? (a < b ? -1 : 1) : a_rest != b_rest ? (a_rest < b_rest ? -1 : 1) : 0;
}

/* object_part.c */
const struct object_row *object_part_row(const struct object_store *s, uint32_t row);
struct object_part *object_part_of(const struct object_store *s, uint32_t row);
struct object_part *object_part_new(uint32_t number, uint32_t first);
void object_part_drop(struct object_part *p);
void object_parts_push(struct object_store *s, struct object_part *p);
void object_parts_forget(struct object_store *s); /* pages of rows that a long scan brought into memory */

/* object_tail.c */
MUST_USE bool object_tail_create(struct object_store *s, uint32_t number, struct object_part **ret,
                                 struct why *w);
/* Takes whole groups and cuts off what stands behind them. */
MUST_USE bool object_tail_load(struct object_store *s, uint32_t number, struct object_part **ret,
                               struct why *w);
void object_tail_add_row(struct object_part *p, const struct object_row *r);
void object_tail_add_deleted(struct object_part *p, uint64_t sequence);
enum group_kind { GROUP_OBJECTS = 1, GROUP_DELETED = 2 };
/* What one commit brings. */
struct object_group {
    enum group_kind kind;
    struct span bytes, rows; /* rows: of objects; sequences of what is deleted */
    struct span gone;        /* of objects: sequences of what gives way to them */
    uint32_t first;          /* index of the first row */
};
/* On disk when it returns. */
MUST_USE bool object_tail_commit(struct object_store *s, struct object_part *p, const struct object_group *g,
                                 struct why *w);

/* object_segment.c */
MUST_USE bool object_segment_write(struct object_store *s, const struct object_part *tail, struct why *w);
MUST_USE bool object_segment_open(struct object_store *s, uint32_t number, struct object_part **ret,
                                  struct why *w);
MUST_USE bool object_segment_read(struct object_store *s, const struct object_part *p, uint64_t from,
                                  uint64_t n, uint8_t *out, struct why *w);
void object_cache_init(struct object_cache *c);
void object_cache_free(struct object_cache *c);
void object_cache_forget(struct object_cache *c, const struct object_part *p);

/* object_names.c */
void object_names_init(struct object_names *n);
MUST_USE bool object_names_load(struct object_store *s, struct why *w);
MUST_USE bool object_names_type(struct object_store *s, struct span name, uint16_t *number, struct why *w);
bool object_names_type_known(struct object_store *s, struct span name, uint16_t *number);
size_t object_names_collections(struct object_store *s); /* how many have a number */
void object_names_free(struct object_names *n);

/* object_writer.c */
MUST_USE bool object_writer_start(struct object_store *s, struct why *w);
void object_writer_stop(struct object_store *s);

/* object_read.c: also rows that are not on disk yet, by the writer's thread. */
MUST_USE bool object_bytes_of(struct object_store *s, uint32_t row, struct buffer *out, struct why *w);

bool object_io(struct why *w, const char *what, const char *path);
static inline void object_step(const struct object_store *s, const char *name)
{
    if (s->o.steps)
        s->o.steps->before(s->o.steps->ctx, name);
}

#endif
