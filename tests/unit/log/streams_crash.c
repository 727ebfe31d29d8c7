/*
 * A member's node is killed at every step that changes the disk: what was acknowledged is there, what was
 * erased does not come back, every log verifies, and the shards of two years follow one another.
 */
#include "sanitized.h"
#include "streams_support.h"

#include <signal.h>
#include <sys/mman.h>

static const struct span LICENCE = { (const uint8_t *)"licence", 7 }, ALL = { (const uint8_t *)"all", 3 };

static struct arena scratch; /* of one check */

/* A sanitizer looks at memory, which the steps between use in the same way: of every four one is enough. */
enum { STRIDE = SANITIZED ? 4 : 1 };

struct accident {
    long at, step;
};

static void accident(void *ctx, const char *step)
{
    struct accident *a = ctx;

    (void)step;
    if (a->step++ == a->at)
        (void)raise(SIGKILL);
}

/* What the parent knows the child was told: written before and after each act, so that no word is lost. */
enum { RECORDS = 4096 };

struct memory {
    uint64_t n;              /* records tried; number i has body i */
    uint64_t index[RECORDS]; /* in the log, from the acknowledgement */
    unsigned year[RECORDS];
    bool acknowledged[RECORDS], erasing[RECORDS], erased[RECORDS];
};

static struct memory *shared(void)
{
    FILE *f = tmpfile();
    struct memory *m;

    assert_non_null(f);
    assert_int_equal(ftruncate(fileno(f), sizeof *m), 0);
    m = mmap(NULL, sizeof *m, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(f), 0);
    assert_true(m != MAP_FAILED);
    (void)fclose(f);
    return m;
}

static bool publish(struct streams *s, struct memory *m, size_t n, unix_time now)
{
    struct stream_new r[300];
    struct stream_place place;
    struct origin o;
    uint64_t first = m->n;

    if (first + n > RECORDS)
        return true;
    for (size_t i = 0; i < n; i++)
        r[i] = (struct stream_new){ .type = SPAN("t"),
                                    .subject = SPAN("somebody"),
                                    .time = now,
                                    .body = body_of(first + i, &test_arena) };
    m->n += n;
    if (!streams_publish(s, LICENCE, ALL, r, n, now, &place, NULL) ||
        !origin_parse(span_str(place.origin), &o, NULL))
        return false;
    for (size_t i = 0; i < n; i++) {
        m->index[first + i] = place.index + i;
        m->year[first + i] = o.year;
        m->acknowledged[first + i] = true;
    }
    return true;
}

static void origin_of(unsigned year, char out[64])
{
    (void)snprintf(out, 64, "kz.specimen/licence/all/%u", year);
}

static bool erase(struct streams *s, struct memory *m, uint64_t i, unix_time now)
{
    char origin[64];

    if (i >= m->n || !m->acknowledged[i])
        return true;
    origin_of(m->year[i], origin);
    m->erasing[i] = true;
    if (!streams_erase(s, span_str(origin), m->index[i], SPAN("retention"), now, NULL))
        return false;
    m->erased[i] = true;
    return true;
}

static void check_record(struct streams *s, const struct memory *m, uint64_t i)
{
    struct stream_record r;
    char origin[64];
    struct arena a;

    if (!m->acknowledged[i])
        return;
    arena_init(&a, 32 << 20);
    origin_of(m->year[i], origin);
    must(streams_get(s, span_str(origin), m->index[i], &a, &r, &must_w));
    if (r.control || (r.state != BODY_THERE && r.state != BODY_ERASED) ||
        (r.state == BODY_ERASED && !m->erasing[i]) || (r.state == BODY_THERE && m->erased[i]))
        fail_msg("record %llu: state %d", (unsigned long long)i, (int)r.state);
    if (r.state == BODY_THERE)
        assert_true(span_eq(r.body, body_of(i, &a)));
    arena_free(&a);
}

static bool has_begun(const char *path, const char *stream, unsigned year)
{
    char file[300];

    (void)snprintf(file, sizeof file, "%s/logs/%s/all/%u/checkpoint", path, stream, year);
    return access(file, F_OK) == 0;
}

/* The erasures that stand in a log count, whether or not anybody was told. */
static void check_erasures(const char *path, struct streams *s, unsigned year)
{
    char origin[64];
    uint64_t n;

    origin_of(year, origin);
    if (!has_begun(path, "licence", year))
        return;
    n = member_verified(path, origin);
    for (uint64_t i = 0; i < n; i++) {
        struct stream_record r, target;
        char other[64];
        struct arena a;

        arena_init(&a, 32 << 20);
        must(streams_get(s, span_str(origin), i, &a, &r, &must_w));
        if (r.control && span_eq(r.leaf.type, LEAF_ERASURE)) {
            origin_of(r.leaf.shard.n ? 2026 : year, other);
            must(streams_get(s, span_str(other), r.leaf.erased, &a, &target, &must_w));
            assert_int_equal(target.state, BODY_ERASED);
        }
        arena_free(&a);
    }
}

static bool shard_ends_of(const char *path, unsigned year, struct shard_ends *out)
{
    char folder[300];
    struct log_source s;
    struct checkpoint c;
    struct note *note = arena_alloc(&scratch, sizeof *note);
    struct span text;
    bool there;

    (void)snprintf(folder, sizeof folder, "%s/logs/licence/all/%u/checkpoint", path, year);
    if (!file_read(folder, LIMIT_CHECKPOINT, &scratch, &text, &there, NULL) || !there)
        return false;
    *strrchr(folder, '/') = '\0';
    s = log_folder(folder);
    must(note_parse(text, note, &must_w) && checkpoint_parse(note->text, &c, &must_w));
    must(shard_ends_read(&s, &c, &scratch, out, &must_w));
    return true;
}

/* After whatever happened: opened again, all that was said holds. Of the older records a part is read,
 * another one each time. */
static void check(const char *path, const struct memory *m, unix_time now, long turn)
{
    struct streams *s = member(path, now);
    struct shard_ends shard[2];
    struct stream_state *all;
    size_t n;

    must(streams_turn(s, now, 0, &must_w));
    must(streams_states(s, &scratch, &all, &n, &must_w));
    for (size_t i = 0; i < n; i++)
        assert_null(all[i].why.reason);
    for (uint64_t i = 0; i < m->n; i++)
        if (m->erasing[i] || i + 20 > m->n || i % 8 == (uint64_t)turn % 8)
            check_record(s, m, i);
    check_erasures(path, s, 2026);
    check_erasures(path, s, 2027);
    streams_close(s);
    if (shard_ends_of(path, 2026, &shard[0]) && shard_ends_of(path, 2027, &shard[1]))
        must(succession_check(shard, 2, NULL, &scratch, NULL, &must_w));
    if (has_begun(path, "index", 2026))
        (void)member_verified(path, "kz.specimen/index/all/2026");
    if (has_begun(path, "index", 2027))
        (void)member_verified(path, "kz.specimen/index/all/2027");
    arena_reset(&scratch);
}

/* Exit 0: done, 1: refused, 9: done, and there were fewer steps than that. */
static int run(const char *path, struct memory *m, struct accident a,
               bool (*act)(struct streams *s, struct memory *m, long at), unix_time now)
{
    const struct folder_steps steps = { accident, &a };
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        struct why w;
        struct streams *s = member_open(path, &steps, now, &w);
        bool ok = s && act(s, m, a.at);

        streams_close(s);
        _exit(a.at >= 0 && a.step <= a.at ? 9 : ok ? 0 : 1);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void at_every_step(bool (*before)(struct streams *s, struct memory *m, long at), unix_time before_at,
                          bool (*act)(struct streams *s, struct memory *m, long at), unix_time now, bool anew,
                          unsigned least)
{
    struct memory *m = shared();
    char *path = member_folder();
    unsigned killed = 0;
    long at = 0;
    int code;

    assert_int_equal(run(path, m, (struct accident){ .at = -1 }, before, before_at), 0);
    do {
        code = run(path, m, (struct accident){ .at = at }, act, now);
        killed += code == -1;
        assert_true(code != 1);
        check(path, m, now, at / STRIDE);
        at += STRIDE;
        if (anew && code == -1) {
            member_remove(path);
            memset(m, 0, sizeof *m);
            path = member_folder();
            assert_int_equal(run(path, m, (struct accident){ .at = -1 }, before, before_at), 0);
        }
    } while (code != 9);
    if (killed < least / STRIDE)
        fail_msg("only %u steps", killed);
    member_remove(path);
    (void)munmap(m, sizeof *m);
}

static bool begin(struct streams *s, struct memory *m, long at)
{
    (void)at;
    return publish(s, m, 250, Y2026) && streams_turn(s, Y2026, 0, NULL);
}

static bool publish_some(struct streams *s, struct memory *m, long at)
{
    return publish(s, m, at % 3 == 0 ? 10 : at % 3 == 1 ? 1 : 37, Y2026) && streams_turn(s, Y2026, 0, NULL);
}

static void killed_publishing(void **state)
{
    (void)state;
    at_every_step(begin, Y2026, publish_some, Y2026, false, 40);
}

/* Of a full bundle, of the edge, of one that stands alone; none of those that went before. */
static bool erase_some(struct streams *s, struct memory *m, long at)
{
    uint64_t i = (uint64_t)at % 40;

    return publish(s, m, 1, Y2026) && erase(s, m, i, Y2026) && erase(s, m, m->n - 1 - i % 3, Y2026) &&
           erase(s, m, 3 + 7 * (i % 20), Y2026);
}

static void killed_erasing(void **state)
{
    (void)state;
    at_every_step(begin, Y2026, erase_some, Y2026, false, 60);
}

/* The new year: by publishing; an erasure in the old shard right behind it. */
static bool next_year(struct streams *s, struct memory *m, long at)
{
    (void)at;
    return publish(s, m, 3, Y2027) && erase(s, m, 7, Y2027) && streams_turn(s, Y2027, 0, NULL);
}

static void killed_in_the_new_year(void **state)
{
    (void)state;
    at_every_step(begin, Y2026, next_year, Y2027, true, 80);
}

/* Random acts, killed at random, for three years of a node's life. */
static uint64_t seed = 1;

static uint64_t any(uint64_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % below;
}

static bool random_acts(struct streams *s, struct memory *m, long at)
{
    unix_time now = m->n > 1500 ? Y2027 : Y2026;
    bool ok = true;

    (void)at;
    seed = m->n * 977 + (uint64_t)at;
    for (int i = 0; ok && i < 12; i++) {
        uint64_t what = any(10);

        if (what < 6)
            ok = publish(s, m, 1 + (size_t)any(what == 0 ? 290 : 9), now);
        else if (what < 9 && m->n)
            ok = erase(s, m, any(m->n), now);
        else
            ok = streams_turn(s, now, 0, NULL);
    }
    return ok;
}

enum { ROUNDS = 60 / STRIDE };

static void random_life(void **state)
{
    struct memory *m = shared();
    char *path = member_folder();
    unsigned killed = 0, whole = 0;

    (void)state;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        unix_time now = m->n > 1500 ? Y2027 : Y2026;
        int code;

        seed = round * 7919 + 3;
        code = run(path, m, (struct accident){ .at = (long)any(900) }, random_acts, now);
        assert_true(code != 1);
        killed += code == -1;
        whole += code == 9;
        if (round % 4 == 0 || round == ROUNDS - 1)
            check(path, m, m->n > 1500 ? Y2027 : now, (long)round);
    }
    assert_true(killed > 5 / STRIDE && whole > 0 && m->n > 200);
    member_remove(path);
    (void)munmap(m, sizeof *m);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_publishing),
        cmocka_unit_test(killed_erasing),
        cmocka_unit_test(killed_in_the_new_year),
        cmocka_unit_test(random_life),
    };
    int rc;

    if (!node_crypto_init())
        return 1;
    member_setup();
    arena_init(&scratch, 256 << 20);
    rc = cmocka_run_group_tests_name("log-streams-crash", tests, arena_setup, arena_teardown);
    arena_free(&scratch);
    return rc;
}
