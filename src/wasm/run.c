#include "wasm/run.h"

#include <stdlib.h>

#include "wasm/oracle.h"
#include "wasm/pack.h"

enum { CHECK_ARENA = 64 * 1024 * 1024 };

/* The module is a machine of one thread that keeps one pack between calls, and what it said last. */
static struct pack open_pack;
static struct buffer said;

void *serai_alloc(size_t n)
{
    return malloc(n ? n : 1);
}

void serai_free(void *p)
{
    free(p);
}

const uint8_t *serai_text(void)
{
    return said.p;
}

size_t serai_text_bytes(void)
{
    return said.n;
}

static void say_nothing(void)
{
    buf_free(&said);
    buf_init(&said, CHECK_ARENA);
}

static enum run_state refused(const struct why *w)
{
    struct json_writer j;

    say_nothing();
    j = json_to(&said);
    jw_object(&j, NULL);
    jw_str(&j, "reason", w->reason);
    jw_str(&j, "detail", w->detail);
    jw_object_end(&j);
    return RUN_REFUSED;
}

enum run_state serai_open(const uint8_t *pack, size_t n)
{
    struct why w = { .offset = WHY_NO_OFFSET };

    say_nothing();
    pack_free(&open_pack);
    return pack_read(span_of(pack, n), &open_pack, &w) ? RUN_ANSWER : refused(&w);
}

/* What the pass came to is said only when every signature in it was verified. */
static enum run_state conclude(bool ok, const struct licence_answer *answer, struct why *w)
{
    if (oracle_overflow()) {
        why_clear(w);
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more signatures than this device verifies");
        return refused(w);
    }
    if (oracle_unknown() > 0) {
        buf_u8(&said, '[');
        buf_put(&said, oracle_text());
        buf_u8(&said, ']');
        return RUN_QUESTIONS;
    }
    if (!ok)
        return refused(w);
    buf_put(&said, answer->json);
    return RUN_ANSWER;
}

static enum run_state check(struct span request, unix_time now, struct arena *a)
{
    struct licence_request *r = arena_alloc(a, sizeof *r);
    struct why w = { .offset = WHY_NO_OFFSET };
    struct licence_answer answer = { 0 };
    struct licence_setting setting;
    bool ok;

    if (!open_pack.agreement)
        (void)why_set(&w, "pack", WHY_NO_OFFSET, NULL, "no pack is open");
    else if (now > open_pack.expires)
        (void)why_set(&w, "pack-expired", WHY_NO_OFFSET, NULL,
                      "what this device knows is too old: get it anew");
    if (w.reason)
        return refused(&w);
    pack_setting(&open_pack, &setting);
    anchors_forget_certified(open_pack.anchors);
    ok = licence_request_from_json(request, r, a, &w) && licence_check(&setting, r, now, a, &answer, &w);
    return conclude(ok, &answer, &w);
}

enum run_state serai_check(const uint8_t *request, size_t n, double now, const uint8_t *answers,
                           size_t n_answers)
{
    enum run_state state;
    struct arena a;

    say_nothing();
    arena_init(&a, CHECK_ARENA);
    oracle_begin(span_of(answers, n_answers));
    state = check(span_of(request, n), (unix_time)now, &a);
    oracle_end();
    arena_free(&a);
    return state;
}
