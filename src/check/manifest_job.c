/* All results of one list that are missing, by several threads, each part put into the store as it is made.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "check/manifest_internal.h"
#include "wire/json.h"

enum { THREADS = 8, PERSON_MEMORY = 8 << 20, PART_MEMORY = 4 * LIMIT_MANIFEST_PART, SUMMARY = 64 * 1024 };

struct job {
    const struct manifest_job *o;
    struct span reference, office;
    struct manifest_entry entry;
    struct arena arena; /* the parts of the list, opened */
    struct span *part;  /* of them */
    uint32_t *at;       /* where person i stands in its part */
    bool *have;         /* results that are there */
    struct manifest_links links;
    atomic_llong next;
    atomic_bool failed;
    pthread_mutex_t lock; /* of what follows, and of progress */
    int64_t done;
    struct why why;
};

static bool ending(const struct job *j)
{
    return j->o->ending && j->o->ending(j->o->ctx);
}

/* ---- the list ---- */

static bool index_part(struct job *j, int64_t part, struct why *w)
{
    struct reader r = rd_of(j->part[part]);
    int64_t i = part * MANIFEST_PART,
            last = i + MANIFEST_PART < j->entry.persons ? i + MANIFEST_PART : j->entry.persons;
    struct manifest_person p;

    for (; i < last; i++) {
        j->at[i] = (uint32_t)rd_offset(&r);
        if (!manifest_unpack(&r, &p))
            return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "person %lld of a list cannot be read",
                           (long long)i + 1);
    }
    return true;
}

static bool open_list(struct job *j, struct why *w)
{
    struct arena *a = &j->arena, one;
    bool found = false, ok = true;

    j->part = arena_array(a, (size_t)j->entry.parts, sizeof *j->part);
    j->at = arena_array(a, (size_t)j->entry.persons, sizeof *j->at);
    j->have = arena_array(a, (size_t)j->entry.parts, sizeof *j->have);
    if (!j->part || !j->at || !j->have)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    arena_init(&one, 2 * (size_t)LIMIT_MANIFEST_PART + 4096);
    for (int64_t i = 0; i < j->entry.parts && ok; i++) {
        struct span plain = { NULL, 0 };

        arena_reset(&one);
        ok = manifest_part(j->o->check, j->reference, PART_LIST, i, &found, &one, &plain, w) &&
             (found || why_set(w, "manifest-unknown", WHY_NO_OFFSET, NULL, "the list was erased"));
        if (ok)
            j->part[i] = arena_copy(a, plain);
        ok = ok &&
             (j->part[i].p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this")) &&
             index_part(j, i, w);
    }
    arena_free(&one);
    return ok &&
           store_manifest_parts(j->o->check->store, j->reference, PART_RESULTS, j->have, j->entry.parts, w);
}

static bool person_at(void *ctx, size_t i, struct manifest_person *out)
{
    const struct job *j = ctx;
    struct span part = j->part[i / MANIFEST_PART];
    struct reader r = rd_of(span_sub(part, j->at[i], part.n));

    return manifest_unpack(&r, out);
}

/* ---- results ---- */

/* What a thread works with. */
struct hand {
    struct job *j;
    struct arena person, part;
    struct result_table table;
    struct buffer persons, body;
    pthread_t thread;
    struct traveller_key key[MANIFEST_PART]; /* of those who have one */
    bool seen[MANIFEST_PART];                /* person i of the part: they may have been here */
};

/* One question for the whole part: most of a list were never here. */
static bool look_for_stays(struct hand *h, size_t from, size_t n, struct why *w)
{
    const struct check_context *c = h->j->o->check;
    uint16_t whose[MANIFEST_PART];
    bool found[MANIFEST_PART];
    struct manifest_person p;
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        h->seen[i] = true;
        if (person_at(h->j, from + i, &p) && manifest_traveller(c, &p, &h->key[k]))
            whose[k++] = (uint16_t)i;
    }
    if (k && !store_seen(c->store, span_str(c->member), h->key, k, found, w))
        return false;
    for (size_t i = 0; i < k; i++)
        h->seen[whose[i]] = found[i];
    return true;
}

static bool decide_part(struct hand *h, int64_t part, struct why *w)
{
    struct job *j = h->j;
    struct manifest_setting s = {
        .check = j->o->check, .screen = j->o->screen, .officer = j->office, .now = j->o->now
    };
    size_t from = (size_t)part * MANIFEST_PART, to = from + MANIFEST_PART;

    if (to > (size_t)j->entry.persons)
        to = (size_t)j->entry.persons;
    if (!look_for_stays(h, from, to - from, w))
        return false;
    result_table_reset(&h->table);
    buf_reset(&h->persons);
    for (size_t i = from; i < to; i++) {
        uint32_t first = j->links.first[i], n = j->links.first[i + 1] - first;
        struct manifest_verdict *v;
        struct manifest_person p;

        arena_reset(&h->person);
        v = arena_alloc(&h->person, sizeof *v);
        if (!v)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        if (!person_at(j, i, &p))
            return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "a person of a list cannot be read");
        s.never_here = !h->seen[i - from];
        if (!manifest_decide(&s, &p, &h->person, v, w))
            return false;
        result_put(v, j->links.link + first, n < ALIKE_LINKS ? n : ALIKE_LINKS, &h->table, &h->persons);
    }
    buf_reset(&h->body);
    result_part(&h->table, buf_span(&h->persons), &h->body);
    return (buf_ok(&h->body) && buf_ok(&h->persons)) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the results of a part are too long");
}

static bool put_part(struct hand *h, int64_t part, struct why *w)
{
    const struct store *s = h->j->o->check->store;
    char word[PART_WORD];
    struct span sealed;

    arena_reset(&h->part);
    sealed = manifest_seal(s, h->j->reference, manifest_part_word(PART_RESULTS, part, word),
                           buf_span(&h->body), &h->part);
    if (!sealed.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return store_put_manifest_part(h->j->o->check->store, h->j->reference, PART_RESULTS, part, sealed, w);
}

static void told(struct job *j, const struct why *w)
{
    (void)pthread_mutex_lock(&j->lock);
    if (w && !j->why.reason)
        j->why = *w;
    if (!w) {
        j->done++;
        if (j->o->progress)
            j->o->progress(j->o->ctx, j->done, j->entry.parts);
    }
    (void)pthread_mutex_unlock(&j->lock);
    if (w)
        atomic_store(&j->failed, true);
}

static void *work(void *arg)
{
    struct hand *h = arg;
    struct job *j = h->j;
    int64_t part;

    while (!atomic_load(&j->failed) && (part = atomic_fetch_add(&j->next, 1)) < j->entry.parts) {
        struct why w;

        why_clear(&w);
        if (j->have[part])
            continue;
        if (ending(j))
            (void)why_set(&w, "stopped", WHY_NO_OFFSET, NULL, "the work was stopped; it goes on from here");
        else if (decide_part(h, part, &w) && put_part(h, part, &w)) {
            told(j, NULL);
            continue;
        }
        told(j, &w);
    }
    return NULL;
}

static void hand_init(struct hand *h, struct job *j)
{
    h->j = j;
    arena_init(&h->person, PERSON_MEMORY);
    arena_init(&h->part, PART_MEMORY);
    result_table_init(&h->table);
    buf_init(&h->persons, LIMIT_MANIFEST_PART / 2);
    buf_init(&h->body, LIMIT_MANIFEST_PART - 64);
}

static void hand_free(struct hand *h)
{
    arena_free(&h->person);
    arena_free(&h->part);
    result_table_free(&h->table);
    buf_free(&h->persons);
    buf_free(&h->body);
}

/* The first hand is this thread. */
static bool decide_all(struct job *j, struct why *w)
{
    size_t n = j->o->threads < 1 ? 1 : j->o->threads > THREADS ? THREADS : j->o->threads, begun = 1;
    struct hand *hand = calloc(n, sizeof *hand);

    if (!hand)
        abort();
    for (size_t i = 0; i < n; i++)
        hand_init(&hand[i], j);
    while (begun < n && pthread_create(&hand[begun].thread, NULL, work, &hand[begun]) == 0)
        begun++;
    (void)work(&hand[0]);
    for (size_t i = 1; i < begun; i++)
        (void)pthread_join(hand[i].thread, NULL);
    for (size_t i = 0; i < n; i++)
        hand_free(&hand[i]);
    free(hand);
    if (!atomic_load(&j->failed))
        return true;
    *w = j->why;
    return false;
}

/* ---- all of it ---- */

static bool find(struct job *j, struct why *w)
{
    bool found = false;

    return store_find_manifest(j->o->check->store, j->reference, &found, &j->arena, &j->entry, w) &&
           ((found && j->entry.state != MANIFEST_ERASED) ||
            why_set(w, "manifest-unknown", WHY_NO_OFFSET, NULL,
                    "there is no list of this reference, or it was erased"));
}

/* For whom is looked: who sent the list in. */
static bool read_office(struct job *j, struct why *w)
{
    struct span head;
    struct json json;

    return manifest_unseal(j->o->check->store, j->reference, "head", j->entry.head, &j->arena, &head, w) &&
           json_parse(head, &j->arena, &json, w) &&
           (json_text_of(&json, json_member(&json, JSON_ROOT, "office"), &j->arena, &j->office) ||
            why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "nobody stands for a list"));
}

static bool look_alikes(struct job *j, struct manifest_alike *out, struct why *w)
{
    struct names *own = j->o->names ? NULL : names_open(w);
    const struct names *t = j->o->names ? j->o->names : own;
    const struct manifest_persons p = { .n = (size_t)j->entry.persons,
                                        .at = person_at,
                                        .ctx = j,
                                        .ending = j->o->ending,
                                        .ending_ctx = j->o->ctx,
                                        .threads = j->o->threads };
    bool ok = t && manifest_alike(t, &p, out, w);

    names_close(own);
    return ok;
}

static bool finish(struct job *j, size_t limited, struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, SUMMARY);
    ok = manifest_summary(j->o->check, j->reference, j->entry.parts, limited, &b, w) &&
         store_move_manifest(j->o->check->store, j->reference, MANIFEST_DONE, buf_span(&b), j->o->now, w);
    buf_free(&b);
    return ok;
}

bool manifest_run(const struct manifest_job *o, struct span reference, struct why *w)
{
    struct job *j = calloc(1, sizeof *j);
    struct manifest_alike alike = { 0 };
    bool ok;

    if (!j)
        abort();
    j->o = o;
    j->reference = reference;
    (void)pthread_mutex_init(&j->lock, NULL);
    arena_init(&j->arena, 2 * (size_t)LIMIT_MANIFEST);
    ok = find(j, w);
    if (ok && j->entry.state != MANIFEST_DONE) {
        ok = read_office(j, w) && open_list(j, w) && look_alikes(j, &alike, w) &&
             (manifest_links_of(&alike, (size_t)j->entry.persons, &j->links) ||
              why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "a list that cannot be held against itself"));
        for (int64_t i = 0; ok && i < j->entry.parts; i++)
            j->done += j->have[i];
        ok = ok && decide_all(j, w) && finish(j, alike.limited, w);
    }
    manifest_alike_free(&alike);
    manifest_links_free(&j->links);
    arena_free(&j->arena);
    (void)pthread_mutex_destroy(&j->lock);
    free(j);
    return ok;
}
