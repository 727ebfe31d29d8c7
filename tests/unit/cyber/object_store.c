/*
 * The store of objects against a list of them: random additions, versions, deletions and questions with
 * readers that may see some, folders opened anew, a clock that steps back, killed at every step.
 */
#include "service/cyber/object_store.h"

#include "vectors.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seeds.h"

static int64_t clock_us;

static int64_t now(void *ctx)
{
    (void)ctx;
    return clock_us;
}

static char *folder(void)
{
    bool memory = access("/dev/shm", W_OK) == 0;
    char *path = arena_str(&test_arena, memory ? SPAN("/dev/shm/serai-XXXXXX") : SPAN("/tmp/serai-XXXXXX"));

    assert_non_null(mkdtemp(path));
    return path;
}

static void remove_all(const char *path)
{
    char command[200];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

static struct object_store *opened(const char *path, size_t tail, const struct folder_steps *steps)
{
    const struct object_store_options o = { .folder = path, .now = now, .tail = tail, .steps = steps };
    struct object_store *s = NULL;
    struct why w = { 0 };

    if (!object_store_open(&o, &s, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return s;
}

/* An object of number `id`, of one of two types; version in seconds, 0: it has none. */
struct made {
    char text[200];
    struct object_new n;
};

static void make(struct made *m, unsigned id, int64_t version, uint8_t spec, unsigned creator,
                 const char *extra)
{
    memset(m, 0, sizeof *m);
    (void)snprintf(m->text, sizeof m->text, "{\"id\":%u,\"v\":%lld,\"x\":\"%s\"}", id, (long long)version,
                   extra);
    m->n.text = span_str(m->text);
    m->n.type = id % 2 ? SPAN("indicator") : SPAN("malware");
    m->n.row.uuid.b[0] = (uint8_t)id;
    m->n.row.uuid.b[15] = (uint8_t)(id >> 8);
    m->n.row.creator.b[0] = (uint8_t)creator;
    m->n.row.version = version * 1000000;
    m->n.row.version_digits = 3;
    m->n.row.spec = spec;
    m->n.row.origin = CYBER_NO_PLACE;
    if (version == 0)
        m->n.row.flags = OBJECT_IS_UNVERSIONED;
}

static uint16_t collection(struct object_store *s, const char *id)
{
    uint16_t n = 0;

    assert_true(object_store_collection(s, span_str(id), &n, NULL));
    return n;
}

static enum object_outcome add(struct object_store *s, uint16_t c, struct made *m)
{
    struct why w = { 0 };

    if (!object_store_add(s, c, &m->n, 1, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return m->n.outcome;
}

static const char *text_of(struct object_store *s, uint64_t sequence, char out[400])
{
    struct object_row r;
    struct why w = { 0 };

    assert_true(object_store_row(s, sequence, &r));
    if (!object_store_bytes(s, &sequence, 1, (uint8_t *)out, r.n, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    out[r.n] = 0;
    return out;
}

/* The naive counterpart. */
enum { MOST = 3000 };
struct known {
    struct made m;
    uint16_t collection;
    uint64_t sequence;
    int64_t date;
    bool gone;
};
static struct known all[MOST];
static size_t n_all;

static unsigned long long state;
static unsigned draw(unsigned below)
{
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(state >> 33) % below;
}

struct eyes {
    uint8_t most;
};
static bool may(void *ctx, const struct cyber_label *l)
{
    return l->tlp <= ((const struct eyes *)ctx)->most;
}

static bool same_object(const struct known *a, const struct known *b)
{
    return a->collection == b->collection && span_eq(a->m.n.type, b->m.n.type) &&
           stix_uuid_eq(&a->m.n.row.uuid, &b->m.n.row.uuid);
}

static int64_t version_of(const struct known *k)
{
    return k->m.n.row.flags & OBJECT_IS_UNVERSIONED ? k->date : k->m.n.row.version;
}

static bool spec_in(const struct object_query *q, uint8_t spec)
{
    for (size_t i = 0; i < q->n_specs; i++)
        if (q->spec[i] == spec)
            return true;
    return q->n_specs == 0;
}

static bool naive_seen(const struct object_query *q, const struct known *k)
{
    return !k->gone && (!q->may || q->may(q->ctx, &k->m.n.row.label));
}

static bool naive_passes(const struct object_query *q, const struct known *k)
{
    if (!naive_seen(q, k) || (q->dated && k->date <= q->added_after) || !spec_in(q, k->m.n.row.spec))
        return false;
    if (q->highest_spec && q->n_specs == 0)
        for (size_t i = 0; i < n_all; i++)
            if (same_object(&all[i], k) && naive_seen(q, &all[i]) && all[i].m.n.row.spec > k->m.n.row.spec)
                return false;
    return true;
}

static bool naive_version(const struct object_query *q, const struct known *k)
{
    bool first = true, last = true;

    if ((q->versions == 0 && q->n_versions == 0) || (q->versions & OBJECT_ALL))
        return true;
    for (size_t i = 0; i < q->n_versions; i++)
        if (q->version[i].version == version_of(k))
            return true;
    for (size_t i = 0; i < n_all; i++)
        if (same_object(&all[i], k) && naive_passes(q, &all[i])) {
            first &= version_of(&all[i]) >= version_of(k);
            last &= version_of(&all[i]) <= version_of(k);
        }
    return (first && (q->versions & OBJECT_FIRST)) || (last && (q->versions & OBJECT_LAST));
}

static bool naive_fits(const struct object_query *q, const struct known *k)
{
    bool type = q->n_types == 0, id = q->n_ids == 0;

    if (q->collection != OBJECT_ANY && q->collection != k->collection)
        return false;
    for (size_t i = 0; i < q->n_types; i++)
        type |= span_eq(q->type[i], k->m.n.type);
    for (size_t i = 0; i < q->n_ids; i++)
        id |= span_eq(q->id[i].type, k->m.n.type) && stix_uuid_eq(&q->id[i].uuid, &k->m.n.row.uuid);
    return type && id && k->sequence > q->after && naive_passes(q, k) && naive_version(q, k);
}

static void compare(struct object_store *s, const struct object_query *q)
{
    struct object_page p;
    size_t n = 0, bytes = 0;
    bool more = false;
    char text[400];
    uint8_t *body;
    struct why w = { 0 };

    object_store_find(s, q, &p);
    for (size_t i = 0; i < n_all && !more; i++) {
        if (!naive_fits(q, &all[i]))
            continue;
        if (q->limit && n == q->limit) {
            more = true;
            break;
        }
        if (n >= p.n)
            fail_msg("record %llu is missing", (unsigned long long)all[i].sequence);
        assert_int_equal(p.sequence[n], all[i].sequence);
        assert_string_equal(text_of(s, p.sequence[n], text), all[i].m.text);
        if (n == 0)
            assert_int_equal(p.first, all[i].date);
        assert_int_equal(p.last >= all[i].date, true);
        bytes += all[i].m.n.text.n + (n > 0);
        n++;
    }
    assert_int_equal(p.n, n);
    assert_int_equal(p.more, more);
    assert_int_equal(p.bytes, bytes);
    body = malloc(bytes + 1);
    assert_non_null(body);
    if (!object_store_bytes(s, p.sequence, p.n, body, p.bytes, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    body[bytes] = 0;
    for (size_t i = 0, at = 0; i < p.n; i++) {
        size_t len = strlen(text_of(s, p.sequence[i], text));

        assert_memory_equal(body + at, text, len);
        at += len;
        assert_true(at == bytes || body[at++] == ',');
    }
    free(body);
    object_page_free(&p);
}

static void some_query(struct object_store *s, const uint16_t c[3])
{
    static const uint8_t specs[] = { 20, 21 };
    const struct span types[] = { SPAN("indicator"), SPAN("malware"), SPAN("nothing") };
    struct eyes eyes = { (uint8_t)draw(5) };
    struct stix_id ids[3];
    struct object_version version = { (int64_t)(1 + draw(6)) * 1000000, 0 };
    struct object_query q = { .collection = draw(5) ? c[draw(3)] : OBJECT_ANY, .ctx = &eyes };

    q.may = draw(4) ? may : NULL;
    q.versions = draw(8);
    q.version = &version;
    q.n_versions = draw(3) == 0;
    q.highest_spec = draw(2);
    q.spec = specs + draw(2);
    q.n_specs = draw(3) == 0;
    q.type = types + draw(3);
    q.n_types = draw(3) == 0;
    q.limit = draw(2) ? 1 + draw(9) : 0;
    q.after = draw(3) ? 0 : draw((unsigned)n_all + 2);
    q.dated = draw(3) == 0 && n_all;
    if (q.dated)
        q.added_after = all[draw((unsigned)n_all)].date - draw(2);
    if (draw(3) == 0) {
        q.id = ids;
        q.n_ids = 1 + draw(3);
        for (size_t i = 0; i < q.n_ids; i++) {
            unsigned id = draw(40);

            ids[i] = (struct stix_id){ id % 2 ? SPAN("indicator") : SPAN("malware"), { { (uint8_t)id } } };
        }
    }
    compare(s, &q);
}

/* What the rules of versions say of one more, by going through all. */
static enum object_outcome naive_rule(const struct known *k)
{
    const struct known *newest = NULL, *newest_live = NULL;
    unsigned variants = 0;

    for (size_t i = 0; i < n_all; i++) {
        if (!same_object(&all[i], k) || all[i].gone)
            continue;
        if (k->m.n.row.flags & OBJECT_IS_UNVERSIONED) {
            if (strcmp(all[i].m.text, k->m.text) == 0)
                return OBJECT_KNOWN;
            variants++;
            continue;
        }
        if (!newest || version_of(&all[i]) >= version_of(newest))
            newest = &all[i];
    }
    if ((k->m.n.row.flags & OBJECT_IS_UNVERSIONED) || !newest)
        return OBJECT_ADDED;
    newest_live = newest;
    for (size_t i = 0; i < n_all; i++)
        if (same_object(&all[i], k) && !all[i].gone && version_of(&all[i]) == version_of(k))
            if (version_of(newest_live) == version_of(k) ||
                stix_uuid_eq(&newest_live->m.n.row.creator, &k->m.n.row.creator))
                return strcmp(all[i].m.text, k->m.text) == 0 ? OBJECT_KNOWN : OBJECT_CONFLICT;
    if (!stix_uuid_eq(&newest_live->m.n.row.creator, &k->m.n.row.creator))
        return OBJECT_CREATOR;
    if (version_of(newest_live) < version_of(k) && (newest_live->m.n.row.flags & OBJECT_IS_REVOKED))
        return OBJECT_REVOKED;
    return OBJECT_ADDED;
}

static void some_add(struct object_store *s, const uint16_t c[3])
{
    struct known *k = &all[n_all];
    unsigned id = draw(40), word = draw(2);
    enum object_outcome want;
    int64_t before = n_all ? all[n_all - 1].date : 0;

    *k = (struct known){ .collection = c[draw(3)] };
    make(&k->m, id, id < 30 ? 1 + draw(6) : 0, draw(4) ? 21 : 20, draw(12) == 0, word ? "a" : "b");
    k->m.n.row.label.tlp = (uint8_t)draw(5);
    if (draw(15) == 0)
        k->m.n.row.flags |= OBJECT_IS_REVOKED;
    want = naive_rule(k);
    clock_us += (int64_t)draw(7) - 3; /* also back, also not at all */
    assert_string_equal(object_outcome_word(add(s, k->collection, &k->m)), object_outcome_word(want));
    if (want != OBJECT_ADDED)
        return;
    k->sequence = k->m.n.sequence;
    k->date = k->m.n.row.date_added;
    assert_true(k->date > before);
    assert_int_equal(k->sequence, n_all + 1);
    n_all++;
}

static void some_delete(struct object_store *s)
{
    uint64_t gone[2];

    for (size_t i = 0; i < 2; i++) {
        struct known *k = &all[draw((unsigned)n_all)];

        gone[i] = k->sequence;
        k->gone = true;
    }
    assert_true(object_store_delete(s, gone, 2, NULL));
}

static void random_operations(void **st)
{
    unsigned long long seed[SEEDS_MAX];
    size_t seeds = seeds_of(3, seed);

    (void)st;
    for (size_t k = 0; k < seeds; k++) {
        char *path = folder();
        struct object_store *s = opened(path, 2000, NULL);
        uint16_t c[3] = { collection(s, "one"), collection(s, "two"), collection(s, "three") };

        seed_says(seed[k]);
        state = seed[k];
        n_all = 0;
        clock_us = 1700000000000000;
        for (unsigned i = 0; i < 1200; i++) {
            unsigned what = draw(100);

            if (what < 50 && n_all < MOST)
                some_add(s, c);
            else if (what < 53 && n_all)
                some_delete(s);
            else if (what < 54) {
                object_store_close(s);
                s = opened(path, 2000, NULL);
                assert_int_equal(collection(s, "two"), c[1]);
            } else
                some_query(s, c);
        }
        object_store_close(s);
        remove_all(path);
    }
}

/* Nothing that is asked depends on what the reader may not see: the same store without it answers the same.
 */
static void hidden_leaves_no_trace(void **st)
{
    char *full_path = folder(), *seen_path = folder();
    struct object_store *full = opened(full_path, 1500, NULL), *part = opened(seen_path, 1500, NULL);
    uint16_t c = collection(full, "one"), d = collection(part, "one");
    struct eyes eyes = { 2 };

    (void)st;
    state = 7;
    for (unsigned i = 0; i < 500; i++) {
        struct made m, copy;
        unsigned id = draw(60);

        clock_us = 1700000000000000 + i * 10;
        make(&m, id, 1 + draw(5), draw(4) ? 21 : 20, 0, "");
        m.n.row.label.tlp = (uint8_t)draw(5);
        m.n.row.uuid.b[1] =
            m.n.row.label.tlp > 2 && draw(2) ? 1 : 0; /* hidden versions of seen objects too */
        copy = m;
        copy.n.text = span_str(copy.text);
        /* The rules of versions know all: what is refused in either is taken in neither. */
        if (add(full, c, &m) != OBJECT_ADDED || m.n.row.label.tlp > 2)
            continue;
        assert_int_equal(add(part, d, &copy), OBJECT_ADDED);
        assert_int_equal(copy.n.row.date_added, m.n.row.date_added);
    }
    for (unsigned i = 0; i < 400; i++) {
        struct object_query q = { .collection = c, .may = may, .ctx = &eyes };
        struct object_page a, b;
        uint8_t *x, *y;

        q.versions = draw(8);
        q.highest_spec = draw(2);
        q.limit = 1 + draw(30);
        q.dated = draw(2);
        q.added_after = 1700000000000000 + draw(5000);
        object_store_find(full, &q, &a);
        q.collection = d;
        object_store_find(part, &q, &b);
        assert_int_equal(a.n, b.n);
        assert_int_equal(a.more, b.more);
        assert_int_equal(a.first, b.first);
        assert_int_equal(a.last, b.last);
        assert_int_equal(a.bytes, b.bytes);
        x = malloc(a.bytes + 1);
        y = malloc(a.bytes + 1);
        assert_true(x && y);
        assert_true(object_store_bytes(full, a.sequence, a.n, x, a.bytes, NULL));
        assert_true(object_store_bytes(part, b.sequence, b.n, y, b.bytes, NULL));
        assert_memory_equal(x, y, a.bytes);
        free(x);
        free(y);
        object_page_free(&a);
        object_page_free(&b);
    }
    object_store_close(full);
    object_store_close(part);
    remove_all(full_path);
    remove_all(seen_path);
}

/* Pages by cursor and by date together give each record once. */
static void pages_give_each_once(void **st)
{
    char *path = folder();
    struct object_store *s = opened(path, 900, NULL);
    uint16_t c = collection(s, "one");

    (void)st;
    clock_us = 1700000000000000;
    for (unsigned i = 0; i < 100; i++) {
        struct made m;

        make(&m, i, 1, 21, 0, "");
        assert_int_equal(add(s, c, &m), OBJECT_ADDED);
    }
    for (size_t limit = 1; limit < 40; limit += 7)
        for (int by_date = 0; by_date < 2; by_date++) {
            struct object_query q = { .collection = c, .limit = limit };
            struct object_page p;
            size_t n = 0;

            do {
                object_store_find(s, &q, &p);
                assert_true(p.n > 0);
                for (size_t i = 0; i < p.n; i++)
                    assert_int_equal(p.sequence[i], ++n);
                q.after = by_date ? 0 : p.sequence[p.n - 1];
                q.dated = by_date;
                q.added_after = p.last;
                object_page_free(&p);
            } while (n < 100);
            object_store_find(s, &q, &p);
            assert_int_equal(p.n, 0);
            assert_false(p.more);
            object_page_free(&p);
        }
    object_store_close(s);
    remove_all(path);
}

static void imported_dates_stay(void **st)
{
    char *path = folder(), text[OBJECT_TIME_TEXT];
    struct object_store *s = opened(path, 0, NULL);
    uint16_t c = collection(s, "one");
    struct made a, b, late, next;

    (void)st;
    clock_us = 1700000000000000;
    make(&a, 1, 1, 21, 0, "");
    make(&b, 2, 1, 21, 0, "");
    make(&late, 3, 1, 21, 0, "");
    make(&next, 4, 1, 21, 0, "");
    a.n.date = b.n.date = 1500000000000000;
    late.n.date = 1400000000000000; /* before the newest: gets the clock's */
    assert_int_equal(add(s, c, &a), OBJECT_ADDED);
    assert_int_equal(add(s, c, &b), OBJECT_ADDED);
    assert_int_equal(a.n.row.date_added, b.n.row.date_added);
    assert_int_equal(add(s, c, &late), OBJECT_ADDED);
    assert_int_equal(late.n.row.date_added, clock_us);
    clock_us -= 1000000;
    assert_int_equal(add(s, c, &next), OBJECT_ADDED);
    assert_int_equal(next.n.row.date_added, late.n.row.date_added + 1);
    assert_string_equal(object_date_text(a.n.row.date_added, text), "2017-07-14T02:40:00.000000Z");
    assert_string_equal(object_version_text(&a.n.row, text), "1970-01-01T00:00:01.000Z");
    object_store_close(s);
    remove_all(path);
}

/* Killed before step k, for every k: what was told is there, nothing is half. */
struct killer {
    _Atomic unsigned left; /* the writer and the sealer both step */
};
static void count_down(void *ctx, const char *step)
{
    struct killer *k = ctx;

    (void)step;
    if (k->left-- == 0)
        (void)kill(getpid(), SIGKILL);
}

enum { KILLED_OBJECTS = 60 };

/* In a child: adds and deletes until it is killed; each success is told by a byte. */
static void child(const char *path, unsigned k, int told)
{
    struct killer killer = { .left = k };
    const struct folder_steps steps = { count_down, &killer };
    struct object_store *s = opened(path, 600, &steps);
    uint16_t c = collection(s, "one");

    for (unsigned i = 0; i < KILLED_OBJECTS; i++) {
        struct made m;
        uint64_t gone = i;

        make(&m, i, 1, 21, 0, "killed");
        if (add(s, c, &m) == OBJECT_ADDED && write(told, "a", 1) != 1)
            _exit(3);
        if (i % 10 == 9 && object_store_delete(s, &gone, 1, NULL) && write(told, "d", 1) != 1)
            _exit(3);
    }
    object_store_close(s);
    _exit(0);
}

static void look_after(const char *path, unsigned added, unsigned deleted)
{
    struct object_store *s = opened(path, 600, NULL);
    struct object_query q = { .collection = collection(s, "one") };
    struct object_page p;
    struct object_figures f;
    char text[400], want[400];
    struct made m;

    object_store_figures(s, &f);
    assert_in_range(f.records, added, added + 1);
    assert_in_range(f.deleted, deleted, deleted + 1);
    object_store_find(s, &q, &p);
    assert_int_equal(p.n, f.records - f.deleted);
    for (size_t i = 0; i < p.n; i++) {
        make(&m, (unsigned)p.sequence[i] - 1, 1, 21, 0, "killed");
        (void)snprintf(want, sizeof want, "%s", m.text);
        assert_string_equal(text_of(s, p.sequence[i], text), want);
    }
    /* It goes on. */
    make(&m, 500, 1, 21, 0, "");
    assert_int_equal(add(s, q.collection, &m), OBJECT_ADDED);
    assert_int_equal(m.n.sequence, f.records + 1);
    object_page_free(&p);
    object_store_close(s);
}

static void killed_at_every_step(void **st)
{
    unsigned k = 0;
    int status = 0;

    (void)st;
    clock_us = 1700000000000000;
    do {
        char *path = folder(), said;
        int told[2];
        unsigned added = 0, deleted = 0;
        pid_t pid;

        assert_int_equal(pipe(told), 0);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            child(path, k, told[1]);
        (void)close(told[1]);
        while (read(told[0], &said, 1) == 1) {
            added += said == 'a';
            deleted += said == 'd';
        }
        (void)close(told[0]);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        look_after(path, added, deleted);
        remove_all(path);
        k += 1 + k / 24; /* all of the first, then fewer */
    } while (WIFSIGNALED(status));
    assert_true(k > 100);
}

enum { LABELLED = 12 };

static enum object_outcome relabel(struct object_store *s, uint16_t c, unsigned id, int64_t version,
                                   uint64_t instead, struct made *m)
{
    make(m, id, version, 21, 0, "labelled");
    m->n.row.label.audience = 2;
    m->n.instead = instead;
    return add(s, c, m);
}

/* In a child: objects with and without versions, then another label for each. */
static void labelling_child(const char *path, unsigned k, int told)
{
    struct killer killer = { .left = k };
    const struct folder_steps steps = { count_down, &killer };
    struct object_store *s = opened(path, 600, &steps);
    uint16_t c = collection(s, "one");
    uint64_t sequence[LABELLED];
    struct made m;

    for (unsigned i = 0; i < LABELLED; i++) {
        make(&m, i, i % 3, 21, 0, "labelled");
        m.n.row.label.audience = 1;
        if (add(s, c, &m) == OBJECT_ADDED && write(told, "a", 1) != 1)
            _exit(3);
        sequence[i] = m.n.sequence;
    }
    for (unsigned i = 0; i < LABELLED; i++)
        if (relabel(s, c, i, i % 3, sequence[i], &m) == OBJECT_ADDED && write(told, "r", 1) != 1)
            _exit(3);
    object_store_close(s);
    _exit(0);
}

/* Each object once, with one of its labels; what was told has the new one. */
static void look_at_labels(const char *path, unsigned added, unsigned changed)
{
    struct object_store *s = opened(path, 600, NULL);
    struct object_query q = { .collection = collection(s, "one"), .versions = OBJECT_ALL };
    struct object_page p;
    unsigned seen[LABELLED] = { 0 }, new = 0;
    char text[400];

    object_store_find(s, &q, &p);
    assert_in_range(p.n, added, added + 1);
    for (size_t i = 0; i < p.n; i++) {
        struct object_row r;

        assert_true(object_store_row(s, p.sequence[i], &r));
        assert_non_null(strstr(text_of(s, p.sequence[i], text), "labelled"));
        assert_int_equal(seen[r.uuid.b[0]]++, 0);
        new += r.label.audience == 2;
    }
    assert_in_range(new, changed, changed + 1);
    object_page_free(&p);
    object_store_close(s);
}

static void label_changes_at_once_or_not(void **st)
{
    unsigned k = 0;
    int status = 0;

    (void)st;
    clock_us = 1700000000000000;
    do {
        char *path = folder(), said;
        int told[2];
        unsigned added = 0, changed = 0;
        pid_t pid;

        assert_int_equal(pipe(told), 0);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            labelling_child(path, k, told[1]);
        (void)close(told[1]);
        while (read(told[0], &said, 1) == 1) {
            added += said == 'a';
            changed += said == 'r';
        }
        (void)close(told[0]);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        look_at_labels(path, added, changed);
        remove_all(path);
        k += 1 + k / 24;
    } while (WIFSIGNALED(status));
    assert_int_equal(status, 0);
    assert_true(k > 50);
}

/* Pollers get it anew; what is no longer the stored one stays as it is. */
static void label_comes_after_the_date(void **st)
{
    char *path = folder();
    struct object_store *s = opened(path, 0, NULL);
    uint16_t c = collection(s, "one");
    struct made m;
    struct object_row before, after;
    struct object_query q = { .collection = c, .dated = true };
    struct object_page p;
    uint64_t first, second;

    (void)st;
    make(&m, 1, 5, 21, 0, "labelled");
    assert_int_equal(add(s, c, &m), OBJECT_ADDED);
    first = m.n.sequence;
    assert_true(object_store_row(s, first, &before));
    assert_int_equal(relabel(s, c, 1, 5, first + 7, &m), OBJECT_KNOWN);
    assert_int_equal(relabel(s, c, 1, 5, first, &m), OBJECT_ADDED);
    second = m.n.sequence;
    assert_false(object_store_row(s, first, &after));
    assert_true(object_store_row(s, second, &after));
    assert_int_equal(after.label.audience, 2);
    assert_true(after.date_added > before.date_added);
    q.added_after = before.date_added;
    object_store_find(s, &q, &p);
    assert_int_equal(p.n, 1);
    assert_int_equal(p.sequence[0], second);
    object_page_free(&p);
    assert_int_equal(relabel(s, c, 1, 5, first, &m), OBJECT_KNOWN);
    assert_int_equal(m.n.sequence, second);
    /* Other content under that version is no change of a label. */
    make(&m, 1, 5, 21, 0, "other");
    m.n.instead = second;
    assert_int_equal(add(s, c, &m), OBJECT_CONFLICT);
    object_store_close(s);
    remove_all(path);
}

static void torn_tail_is_cut(void **st)
{
    char *path = folder(), file[200];
    struct object_store *s = opened(path, 0, NULL);
    uint16_t c = collection(s, "one");
    struct made m;
    long size;
    FILE *f;

    (void)st;
    for (unsigned i = 0; i < 5; i++) {
        make(&m, i, 1, 21, 0, "");
        assert_int_equal(add(s, c, &m), OBJECT_ADDED);
    }
    object_store_close(s);
    (void)snprintf(file, sizeof file, "%s/tail-00000000", path);
    f = fopen(file, "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    size = ftell(f);
    assert_int_equal(fseek(f, size - 20, SEEK_SET), 0); /* within the last group */
    assert_int_equal(fputc('?', f), '?');
    assert_int_equal(fclose(f), 0);
    s = opened(path, 0, NULL);
    assert_int_equal(object_store_newest(s), 4);
    assert_int_equal(add(s, c, &m), OBJECT_ADDED);
    assert_int_equal(m.n.sequence, 5);
    object_store_close(s);
    remove_all(path);
}

/* A disk that takes no more: nothing of that addition is there, what was is, and it goes on afterwards. */
static void full_disk(void **st)
{
    char *path = folder(), text[400];
    struct object_store *s = opened(path, 0, NULL);
    uint16_t c = collection(s, "one");
    struct object_query q = { .collection = c };
    struct rlimit was, small;
    struct object_page p;
    struct made a, b, same;
    struct why w = { 0 };

    (void)st;
    clock_us = 1700000000000000;
    make(&a, 1, 1, 21, 0, "");
    make(&b, 2, 1, 21, 0, "");
    assert_int_equal(add(s, c, &a), OBJECT_ADDED);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    small = was;
    small.rlim_cur = 300;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_false(object_store_add(s, c, &b.n, 1, &w));
    assert_string_equal(w.reason, "io");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    object_store_find(s, &q, &p);
    assert_int_equal(p.n, 1);
    object_page_free(&p);
    make(&same, 1, 1, 21, 0, "");
    assert_int_equal(add(s, c, &same), OBJECT_KNOWN);
    make(&b, 2, 1, 21, 0, "");
    assert_int_equal(add(s, c, &b), OBJECT_ADDED);
    assert_int_equal(b.n.sequence, 2);
    object_store_close(s);
    s = opened(path, 0, NULL);
    assert_string_equal(text_of(s, 2, text), b.text);
    object_store_close(s);
    remove_all(path);
}

/* One adds and deletes while others read whole pages: each is as it was written. */
struct race {
    struct object_store *s;
    uint16_t c;
    _Atomic bool over;
};

static void *reads(void *arg)
{
    struct race *r = arg;
    const struct object_query q = { .collection = r->c, .versions = OBJECT_LAST };

    while (!atomic_load(&r->over)) {
        struct object_page p;
        uint8_t *out;

        object_store_find(r->s, &q, &p);
        out = malloc(p.bytes + 1);
        if (!out)
            abort();
        out[0] = '{';
        if (object_store_bytes(r->s, p.sequence, p.n, out, p.bytes, NULL))
            for (size_t i = 0, depth = 0; i < p.bytes; i++) {
                depth += (out[i] == '{') - (size_t)(out[i] == '}');
                if (depth > 1)
                    abort();
            }
        free(out);
        object_page_free(&p);
    }
    return NULL;
}

static void read_while_written(void **st)
{
    char *path = folder();
    struct race r = { .s = opened(path, 1500, NULL) };
    pthread_t t[2];

    (void)st;
    clock_us = 1700000000000000;
    r.c = collection(r.s, "one");
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&t[i], NULL, reads, &r), 0);
    for (unsigned i = 0; i < 400; i++) {
        struct made m;
        uint64_t gone = i / 2;

        make(&m, i % 90, 1 + i / 90, 21, 0, "");
        assert_int_equal(add(r.s, r.c, &m), OBJECT_ADDED);
        if (i % 7 == 0)
            assert_true(object_store_delete(r.s, &gone, 1, NULL));
    }
    atomic_store(&r.over, true);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_join(t[i], NULL), 0);
    object_store_close(r.s);
    remove_all(path);
}

/* Beside a process that writes: what was on disk. */
static void read_beside(void **st)
{
    char *path = folder(), text[400];
    struct object_store *s = opened(path, 700, NULL), *beside = NULL;
    const struct object_store_options o = { .folder = path, .now = now, .read_only = true };
    uint16_t c = collection(s, "one");
    struct made m;
    struct why w = { 0 };

    (void)st;
    for (unsigned i = 0; i < 30; i++) {
        make(&m, i, 1, 21, 0, "");
        assert_int_equal(add(s, c, &m), OBJECT_ADDED);
    }
    while (!beside && !object_store_open(&o, &beside, &w)) /* a segment came in place of a tail */
        why_clear(&w);
    assert_int_equal(object_store_newest(beside), 30);
    assert_string_equal(text_of(beside, 30, text), m.text);
    assert_false(object_store_add(beside, c, &m.n, 1, &w));
    object_store_close(beside);
    make(&m, 99, 1, 21, 0, "");
    assert_int_equal(add(s, c, &m), OBJECT_ADDED);
    object_store_close(s);
    remove_all(path);
}

static void one_process_only(void **st)
{
    char *path = folder();
    struct object_store *s = opened(path, 0, NULL), *other = NULL;
    const struct object_store_options o = { .folder = path, .now = now };
    struct why w = { 0 };

    (void)st;
    assert_false(object_store_open(&o, &other, &w));
    assert_string_equal(w.reason, "locked");
    object_store_close(s);
    remove_all(path);
}

static void changed_segment_is_noticed(void **st)
{
    char *path = folder(), command[300];
    struct object_store *s = opened(path, 500, NULL);
    const struct object_store_options o = { .folder = path, .now = now };
    uint16_t c = collection(s, "one");
    struct why w = { 0 };

    (void)st;
    for (unsigned i = 0; i < 40; i++) {
        struct made m;

        make(&m, i, 1, 21, 0, "");
        assert_int_equal(add(s, c, &m), OBJECT_ADDED);
    }
    object_store_close(s);
    (void)snprintf(command, sizeof command,
                   "f='%s/seg-00000000'; n=$(stat -c %%s \"$f\"); printf '\\377' | dd of=\"$f\" bs=1 "
                   "seek=$((n-100)) conv=notrunc 2>/dev/null",
                   path);
    assert_int_equal(system(command), 0);
    assert_false(object_store_open(&o, &s, &w));
    assert_string_equal(w.reason, "corrupt");
    remove_all(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations),
        cmocka_unit_test(hidden_leaves_no_trace),
        cmocka_unit_test(pages_give_each_once),
        cmocka_unit_test(imported_dates_stay),
        cmocka_unit_test(killed_at_every_step),
        cmocka_unit_test(label_changes_at_once_or_not),
        cmocka_unit_test(label_comes_after_the_date),
        cmocka_unit_test(torn_tail_is_cut),
        cmocka_unit_test(full_disk),
        cmocka_unit_test(read_while_written),
        cmocka_unit_test(read_beside),
        cmocka_unit_test(one_process_only),
        cmocka_unit_test(changed_segment_is_noticed),
    };

    return cmocka_run_group_tests_name("object store", tests, arena_setup, arena_teardown);
}
