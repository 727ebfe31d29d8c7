#include "exchange.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/node_key.h"

static const struct ask_topic *const topics[] = { &licence_status_topic, NULL };

static unix_time clock_of(void *ctx)
{
    return ((struct exchange *)ctx)->clock;
}

static const char *const members[EXCHANGE_MEMBERS] = { "IR", "KZ", "TR", "FR" };

static void make_keys(struct exchange *x)
{
    for (size_t i = 0; i < EXCHANGE_MEMBERS; i++) {
        uint8_t seed[NODE_SEED] = { (uint8_t)(i + 1) }, pub[NODE_PUBLIC_KEY];

        node_key_from_seed(seed, pub, x->secret[i]);
        signer_in_memory(x->secret[i], &x->signer[i]);
        x->key[i].member = span_str(members[i]);
        memcpy(x->key[i].pub, pub, sizeof pub);
    }
    x->keys = (struct ask_key_table){ x->key, EXCHANGE_MEMBERS };
}

struct signer *exchange_signer(struct exchange *x, struct span member)
{
    for (size_t i = 0; i < EXCHANGE_MEMBERS; i++)
        if (span_eq_str(member, members[i]))
            return &x->signer[i];
    fail_msg("no key of %.*s", (int)member.n, (const char *)member.p);
    return NULL;
}

struct span exchange_question(struct exchange *x, const struct ask_question *q)
{
    const struct ask_binding as = { false, q->topic, q->purpose, q->from, q->to };
    struct span out = { NULL, 0 };
    struct why w = { 0 };
    struct buffer b;

    buf_init(&b, LIMIT_ASK_MESSAGE + 100);
    ask_question_put(q, &b);
    assert_true(buf_ok(&b));
    assert_true(ask_sign(&as, buf_span(&b), exchange_signer(x, q->from), &x->arena, &out, &w));
    buf_free(&b);
    return out;
}

struct span exchange_answer(struct exchange *x, const struct ask_answer *n, struct span purpose)
{
    const struct ask_binding as = { true, n->topic, purpose, n->from, n->to };
    struct span out = { NULL, 0 };
    struct why w = { 0 };
    struct buffer b;

    buf_init(&b, LIMIT_ASK_MESSAGE + 100);
    ask_answer_put(n, &b);
    assert_true(buf_ok(&b));
    assert_true(ask_sign(&as, buf_span(&b), exchange_signer(x, n->from), &x->arena, &out, &w));
    buf_free(&b);
    return out;
}

static bool carry(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                  struct span *answer, struct why *w)
{
    struct exchange *x = ctx;
    struct ask_carrier real = ask_desks_carrier(&x->desks);

    x->carried++;
    x->question = arena_copy(&x->arena, question);
    if (x->down)
        return why_set(w, "down", WHY_NO_OFFSET, NULL, "the line is down");
    if (!real.carry(real.ctx, to, question, until, a, answer, w))
        return false;
    if (x->spoil)
        *answer = x->spoil(x, *answer);
    return true;
}

void exchange_open(struct exchange *x)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);

    *x = (struct exchange){ .clock = NOON };
    arena_init(&x->arena, 256 << 20);
    place_make(&x->place[0]);
    place_make(&x->place[1]);
    x->asker = open_store(x->place[0].file);
    x->answerer = open_store(x->place[1].file);
    x->agreement = agreement_parse(load_file(&x->arena, source_path("agreements/eco.agreement")), faults);
    free(faults);
    assert_non_null(x->agreement);
    assert_true(node_crypto_init());
    make_keys(x);
    x->desk = (struct ask_desk){ .member = SPAN("KZ"),
                                 .agreement = x->agreement,
                                 .store = x->answerer,
                                 .topics = topics,
                                 .signer = &x->signer[1],
                                 .keys = ask_keys_of_table(&x->keys) };
    x->desks = (struct ask_desks){ SPAN("IR"), &x->desk, 1, clock_of, x };
    x->office = (struct ask_office){ .member = SPAN("IR"),
                                     .agreement = x->agreement,
                                     .store = x->asker,
                                     .carrier = { x, carry },
                                     .now = clock_of,
                                     .random = random_bytes,
                                     .ctx = x,
                                     .signer = &x->signer[0],
                                     .keys = ask_keys_of_table(&x->keys) };
}

void exchange_close(struct exchange *x)
{
    store_close(x->asker);
    store_close(x->answerer);
    agreement_free(x->agreement);
    arena_free(&x->arena);
    place_remove(&x->place[0]);
    place_remove(&x->place[1]);
}

size_t exchange_cases(struct exchange *x, struct store *s, const struct traveller_key *subject,
                      const struct case_view **ret)
{
    const struct case_filter f = { .subject = subject, .bodies = true };
    struct why w = { 0 };
    int64_t next = 0;
    size_t n = 0;

    if (!store_list_cases(s, &f, &x->arena, ret, &n, &next, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return n;
}

void exchange_register(struct exchange *x, const char *number, enum licence_standing standing,
                       struct date since, struct date until, struct date birth)
{
    struct licence_entry *e = arena_alloc(&x->arena, sizeof *e);
    uint8_t digest[LICENCE_DIGEST];
    struct why w = { 0 };

    *e = (struct licence_entry){
        .standing = standing,
        .since = since,
        .until = until,
        .authority = SPAN("SPECIMEN authority"),
        .n = 1,
        .category = { { .category = SPAN("B"), .entitled = true, .codes = SPAN("01") } },
        .at = NOON
    };
    assert_true(licence_digest(SPAN("KZ"), span_str(number), digest));
    e->has_guard = date_is_set(birth);
    if (e->has_guard)
        licence_guard(x->answerer, digest, birth, e->guard);
    if (!licence_register_put(x->answerer, SPAN("KZ"), digest, e, true, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}
