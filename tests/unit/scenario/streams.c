/*
 * Ten members with streams, audiences, bodies, erasure, questions and one roster, over a network that loses,
 * delays and doubles; one of them suspended in the middle and resumed, another that changes its log key,
 * machines restored from old back-ups. What must hold: nothing that was witnessed is lost, nothing unproved
 * or unwitnessed is shown, an erased body never comes back, each question is answered once; and each attack
 * ends in a finding of its own.
 */
#include "society.h"

#include <stdio.h>
#include <stdlib.h>

#include "log/files.h"
#include "log/witness.h"
#include "node/ask_line.h"

enum { SUSPENDED = 5, ROTATES = 4, RESTORED = 6, OWNER_RESTORED = 8, STEP = 7 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { TURNS = 60 };
#else
enum { TURNS = 100 };
#endif

static struct society *x;

/* ---- questions ---- */

static bool no_subject(const struct store *s, const struct ask_question *q, struct arena *a,
                       struct traveller_key *out)
{
    (void)s;
    (void)q;
    (void)a;
    (void)out;
    return false;
}

static bool echoes(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                   struct ask_reply *out, struct why *w)
{
    (void)d;
    (void)now;
    (void)a;
    (void)w;
    x->desked++;
    *out = (struct ask_reply){ .said = ASK_SAID_ANSWERED, .body = q->body };
    return true;
}

static const struct ask_topic topic = { .name = "licence status", .subject = no_subject, .answer = echoes };
static const struct ask_topic *const topics[] = { &topic, NULL };

static struct citizen *citizen_of(struct span state)
{
    for (size_t i = 0; i < TEN; i++)
        if (span_eq_str(state, x->m[i].state))
            return &x->m[i];
    fail_msg("nobody of that name");
    return &x->m[0];
}

static struct span held_question, held_answer; /* the last ones that went across */

static bool carries(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                    struct span *answer, struct why *w)
{
    const struct citizen *from = ctx;
    const struct citizen *desk = citizen_of(to);

    (void)until;
    if (society_loses(x))
        return why_set(w, "lost", WHY_NO_OFFSET, NULL, "the question");
    for (unsigned copies = 1 + (society_random(x, 10) == 0); copies; copies--)
        if (!ask_desk_answer(&desk->desk, span_str(from->state), question, x->now, a, answer, w))
            return false;
    held_question = arena_copy(&x->arena, question);
    held_answer = arena_copy(&x->arena, *answer);
    return !society_loses(x) || why_set(w, "lost", WHY_NO_OFFSET, NULL, "the answer");
}

static unix_time clock_of(void *ctx)
{
    return ((const struct citizen *)ctx)->of->now;
}

static enum ask_key key_of(void *ctx, struct span member, struct span kid, uint8_t pub[NODE_PUBLIC_KEY])
{
    return ask_key_of_roster(&((const struct society *)ctx)->roster, member, kid, pub);
}

static struct ask_order order(size_t to, const char *reference)
{
    return (struct ask_order){ .topic = &topic,
                               .reference = span_str(reference),
                               .to = span_str(x->m[to].state),
                               .purpose = SPAN("road-check"),
                               .article = SPAN("11"),
                               .at = x->now,
                               .until = x->now + 3600,
                               .body = span_str(reference) };
}

static struct ask_outcome asks(size_t from, size_t to, const char *reference)
{
    const struct ask_order o = order(to, reference);
    struct ask_outcome out = { 0 };
    struct why w = { 0 };

    society_must(ask(&x->m[from].office, &o, &x->turn, &out, &w), &w, "asking");
    return out;
}

/* ---- what consumers are shown ---- */

static size_t stream_of(const struct citizen *owner, struct span origin)
{
    for (size_t k = 0; k <= INDEX; k++)
        if (span_eq_str(origin, owner->origin[k]))
            return k;
    fail_msg("a log that nobody has");
    return 0;
}

static bool is_shown(void *ctx, const struct sync_record *r, struct why *w)
{
    struct citizen *c = ctx;
    const struct citizen *owner = citizen_of(r->owner);
    const struct told *t = &owner->told[stream_of(owner, r->origin->text)];

    (void)w;
    assert_true(r->index < t->witnessed && r->index < t->n && t->record[r->index]);
    if (r->erased)
        assert_true(t->erased[r->index]);
    else
        assert_true(span_eq(r->body, body_number(t->serial[r->index], &x->turn)));
    c->shown++;
    return true;
}

/* What was seen to be witnessed stays so: at its owner and wherever it is kept. */
static void look_at_witnessed(void)
{
    for (size_t i = 0; i < TEN; i++) {
        struct stream_state *all;
        struct why w = { 0 };
        size_t n;

        society_must(streams_states(x->m[i].streams, &x->turn, &all, &n, &w), &w, "states");
        for (size_t k = 0; k < n; k++) {
            struct told *t;

            if (all[k].why.reason)
                fail_msg("%s: %s: %s", x->m[i].state, all[k].why.reason, all[k].why.detail);
            if (memmem(all[k].origin.p, all[k].origin.n, "/index/", 7))
                continue;
            t = &x->m[i].told[stream_of(&x->m[i], all[k].origin)];
            assert_int_equal(all[k].published, t->n);
            if (all[k].witnessed > t->witnessed)
                t->witnessed = all[k].witnessed;
        }
    }
}

/* ---- turns ---- */

static bool may_be(const char *reason)
{
    return strcmp(reason, "unreachable") == 0 || strcmp(reason, "missing") == 0 ||
           strcmp(reason, "audience") == 0;
}

static void pull(size_t i, size_t from, size_t owner, size_t stream)
{
    bool mine = in_audience(&x->m[i], &x->m[owner], stream);
    struct why w = { 0 };

    if (i == from || i == owner)
        return;
    if (citizen_pulls(&x->m[i], from, owner, stream, NULL, &w)) {
        assert_true(mine || x->m[owner].told[stream].n == 0);
        return;
    }
    if (!may_be(w.reason) || (strcmp(w.reason, "audience") == 0 && mine))
        fail_msg("%s of %s from %s: %s: %s", x->m[i].state, x->m[owner].origin[stream], x->m[from].state,
                 w.reason, w.detail);
    x->audience_refused += strcmp(w.reason, "audience") == 0;
}

static void turn_of(size_t i)
{
    struct citizen *c = &x->m[i];
    size_t owner = society_random(x, TEN), stream = society_random(x, STREAMS);
    struct why w = { 0 };

    if (society_random(x, 4) == 0)
        citizen_publishes(c, society_random(x, STREAMS), 1 + society_random(x, 3));
    if (society_random(x, 25) == 0 && c->told[stream].n)
        citizen_erases(c, stream, society_random(x, (uint32_t)c->told[stream].n));
    society_must(streams_turn(c->streams, x->now, 60, &w), &w, "turn");
    for (size_t k = 0; k < TEN; k++)
        if (society_random(x, 2))
            citizen_asks_witness(c, k);
    pull(i, owner, owner, stream);
    pull(i, society_random(x, TEN), owner, stream);
    if (society_random(x, 6) == 0) {
        size_t to = society_random(x, TEN);
        char reference[24];

        (void)snprintf(reference, sizeof reference, "q-%zu", x->asked);
        if (to != i && i != SUSPENDED && to != SUSPENDED) {
            x->asked++;
            (void)asks(i, to, reference);
        }
    }
    if (society_random(x, 4) == 0)
        society_must(ask_runner_pass(c->runner, x->now, NULL, NULL, &w), &w, "the runner");
}

static void one_turn(void)
{
    x->now += STEP;
    arena_reset(&x->turn);
    society_delivers(x);
    for (size_t i = 0; i < TEN; i++)
        turn_of(i);
    look_at_witnessed();
    for (size_t i = 0; i < TEN; i++)
        citizen_consumes(&x->m[i]);
}

/* The network is well; until every log is witnessed and everywhere where it belongs. */
static void calm(unsigned turns)
{
    unsigned loss = x->loss;

    x->loss = 0;
    for (unsigned n = 0; n < turns; n++) {
        struct why w = { 0 };

        x->now += 61;
        arena_reset(&x->turn);
        society_delivers(x);
        for (size_t i = 0; i < TEN; i++) {
            for (size_t k = 0; k < TEN; k++)
                for (unsigned logs = 0; logs < 3; logs++)
                    citizen_asks_witness(&x->m[i], k);
            society_must(ask_runner_pass(x->m[i].runner, x->now, NULL, NULL, &w), &w, "the runner");
        }
    }
    for (size_t i = 0; i < TEN; i++)
        for (size_t owner = 0; owner < TEN; owner++)
            for (size_t k = 0; k <= INDEX; k++)
                pull(i, owner, owner, k);
    look_at_witnessed();
    for (size_t i = 0; i < TEN; i++)
        citizen_consumes(&x->m[i]);
    x->loss = loss;
}

/* ---- what must hold ---- */

static struct replica_row row_of(const struct citizen *c, const struct citizen *owner, size_t stream,
                                 bool *found)
{
    struct replica_row row = { 0 };
    struct why w = { 0 };

    society_must(replica_find(c->store, span_str(owner->origin[stream]), found, &x->turn, &row, &w), &w,
                 "row");
    return row;
}

static void replica_has_all(const struct citizen *c, const struct citizen *owner, size_t stream)
{
    const struct told *t = &owner->told[stream];
    bool found;
    struct replica_row row = row_of(c, owner, stream, &found);
    struct why w = { 0 };

    if (!in_audience(c, owner, stream)) {
        assert_false(found); /* not one byte of it */
        return;
    }
    if (row.held != t->n || replica_witnessed(&row) != t->n)
        fail_msg("%s has %llu (%llu) of %llu of %s", c->state, (unsigned long long)row.held,
                 (unsigned long long)replica_witnessed(&row), (unsigned long long)t->n,
                 owner->origin[stream]);
    for (uint64_t i = 0; i < row.held; i++) {
        struct replica_entry e;
        struct buffer body;

        society_must(replica_entry(c->store, &row, i, &x->turn, &e, &w), &w, "entry");
        if (!t->record[i])
            continue;
        if (t->erased[i] ? e.body != REPLICA_BODY_ERASED || e.sealed.n : e.body != REPLICA_BODY_THERE)
            fail_msg("%s, entry %llu of %s: body %d", c->state, (unsigned long long)i, owner->origin[stream],
                     (int)e.body);
        if (t->erased[i])
            continue;
        buf_init(&body, 1 << 16);
        society_must(leaf_open(&e.leaf, e.sealed.p, span_sub(e.sealed, LEAF_SALT, e.sealed.n), &body, &w), &w,
                     "opening");
        assert_true(span_eq(buf_span(&body), body_number(t->serial[i], &x->turn)));
        buf_free(&body);
    }
    arena_reset(&x->turn);
}

static void everybody_has_all(void)
{
    for (size_t i = 0; i < TEN; i++)
        for (size_t owner = 0; owner < TEN; owner++)
            for (size_t k = 0; k < STREAMS; k++)
                if (i != owner && x->m[owner].told[k].n)
                    replica_has_all(&x->m[i], &x->m[owner], k);
}

static void owner_has_all(const struct citizen *c)
{
    for (size_t k = 0; k < STREAMS; k++)
        for (uint64_t i = 0; i < c->told[k].n; i++) {
            struct stream_record r;
            struct why w = { 0 };

            society_must(streams_get(c->streams, span_str(c->origin[k]), i, &x->turn, &r, &w), &w, "get");
            assert_int_equal(r.control, !c->told[k].record[i]);
            if (!r.control)
                assert_int_equal(r.state, c->told[k].erased[i] ? BODY_ERASED : BODY_THERE);
        }
    arena_reset(&x->turn);
}

/* ---- back-ups ---- */

static void back_up(const struct citizen *c)
{
    char to[140];
    struct why w = { 0 };

    (void)snprintf(to, sizeof to, "%s.old", c->store_folder);
    society_shell("rm -rf '%s' '%s.old' && cp -a '%s' '%s.old'", to, c->folder, c->folder, c->folder);
    society_must(store_backup(c->store, to, &w), &w, "back-up");
}

static void restore_store(struct citizen *c)
{
    store_close(c->store);
    society_shell("rm -rf '%s' && cp -a '%s.old' '%s'", c->store_folder, c->store_folder, c->store_folder);
    citizen_open_store(c);
}

struct kept {
    const struct citizen *at;
    struct replica_files files;
};

static bool what_is_kept(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w)
{
    const struct kept *k = ctx;
    struct policy *p = arena_alloc(a, sizeof *p);
    struct witness v = { .folder = k->at->seen, .policy = p, .key = &k->at->witness_key };

    if (!p || (!roster_policy(&x->roster, origin, a, p, w) && strcmp(w->reason, "quorum") != 0))
        return false;
    return witness_checkpoint(&v, origin, a, note, w);
}

/* Its logs are those of an old back-up, and what was signed last is lost: the others are asked. */
static void restore_streams(struct citizen *c)
{
    streams_close(c->streams);
    society_shell("rm -rf '%s' '%s' && cp -a '%s.old' '%s'", c->folder, c->keep, c->folder, c->folder);
    for (size_t k = 0; k <= INDEX; k++) {
        struct recover_source s[TEN];
        struct kept kept[TEN];
        char folder[200], keep[200];
        struct note_key key;
        struct log_writer_options o = {
            .folder = folder, .keep = keep, .key = &key, .signer = &c->log[c->log_now], .bodies = k != INDEX
        };
        struct log_recovery r;
        struct why w = { 0 };
        size_t n = 0;

        (void)snprintf(folder, sizeof folder, "%s%s", c->folder, strchr(c->origin[k], '/'));
        (void)snprintf(keep, sizeof keep, "%s%s", c->keep, strchr(c->origin[k], '/'));
        society_shell("mkdir -p '%s'", keep);
        note_key_of(span_str(c->origin[k]), NOTE_KEY_ED25519, c->log[c->log_now].pub, &key);
        for (size_t i = 0; i < TEN; i++) {
            if (i == c->i)
                continue;
            kept[n] = (struct kept){ &x->m[i], { x->m[i].store, span_str(c->origin[k]) } };
            s[n] = (struct recover_source){ .member = span_str(x->m[i].state),
                                            .checkpoint = what_is_kept,
                                            .files = replica_source(&kept[n].files),
                                            .ctx = &kept[n] };
            n++;
        }
        society_must(log_recover(&o, s, n, n, &x->turn, &r, &w), &w, "recovering");
        if (r.end != RECOVERY_DONE)
            fail_msg("%s: %s: %s", c->origin[k], recovery_word(r.end), r.why.detail);
        if (k != INDEX)
            assert_int_equal(r.size, c->told[k].n);
    }
    citizen_open_streams(c);
    society_roster(x);
}

/* ---- attacks ---- */

static struct span sealed_question(const struct ask_question *q, const struct ask_binding *as, size_t by)
{
    struct span out = { 0 };
    struct why w = { 0 };
    struct buffer b;

    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_question_put(q, &b);
    society_must(ask_sign(as, buf_span(&b), &x->m[by].node, &x->turn, &out, &w), &w, "signing");
    buf_free(&b);
    return out;
}

/* What KZ's desk says to it when `sender` brings it. */
static void desk_refuses(struct span question, const char *sender, const char *reason)
{
    struct ask_sealed m = { 0 };
    struct ask_answer n = { 0 };
    struct span answer = { 0 };
    struct why w = { 0 };
    size_t before = x->desked;

    society_must(
        ask_desk_answer(&x->m[ROTATES].desk, span_str(sender), question, x->now, &x->turn, &answer, &w), &w,
        "the desk");
    society_must(ask_sealed_read(answer, &x->turn, &m, &w) && ask_answer_read(m.message, &x->turn, &n, &w),
                 &w, "its answer");
    if (n.said != ASK_SAID_REFUSED || !span_eq_str(n.reason, reason))
        fail_msg("%.*s instead of %s", (int)n.reason.n, (const char *)n.reason.p, reason);
    assert_int_equal(x->desked, before); /* nothing was looked up */
}

static void attacks_on_desks(void)
{
    const struct ask_question good = { .reference = SPAN("attack-1"),
                                       .topic = SPAN("licence status"),
                                       .from = SPAN("IR"),
                                       .to = SPAN("KZ"),
                                       .purpose = SPAN("road-check"),
                                       .article = SPAN("11"),
                                       .at = x->now,
                                       .until = x->now + 600,
                                       .body = SPAN("who"),
                                       .role = SPAN("road-police") };
    const struct ask_binding as = { false, good.topic, good.purpose, good.from, good.to };
    struct ask_binding other;
    struct ask_question q;
    struct span sent;

    desk_refuses(sealed_question(&good, &as, 2), "TR", "sender"); /* passed on as one's own */
    desk_refuses(sealed_question(&good, &as, 8), "IR", "key");    /* TR's key */
    q = good;
    q.to = SPAN("TR");
    other = as;
    other.to = q.to;
    desk_refuses(sealed_question(&q, &other, 2), "IR", "not-for-us");
    q = good;
    q.from = good.to;
    q.to = good.from;
    other = (struct ask_binding){ false, q.topic, q.purpose, q.from, q.to };
    desk_refuses(sealed_question(&q, &other, ROTATES), "IR", "sender"); /* its own question, sent back */
    other = as;
    other.purpose = SPAN("accident-inquiry"); /* signed for another purpose */
    desk_refuses(sealed_question(&good, &other, 2), "IR", "signature");
    other = as;
    other.answer = true; /* a signature under an answer */
    desk_refuses(sealed_question(&good, &other, 2), "IR", "aad");
    q = good;
    q.topic = SPAN("travel record");
    other = as;
    other.topic = q.topic;
    desk_refuses(sealed_question(&q, &other, 2), "IR", "topic");
    q = good;
    q.reference = SPAN("attack-2");
    q.purpose = SPAN("curiosity");
    other = as;
    other.purpose = q.purpose;
    desk_refuses(sealed_question(&q, &other, 2), "IR", "purpose");
    q = good;
    q.reference = SPAN("attack-3");
    q.from = SPAN("PK");
    other = as;
    other.from = q.from;
    sent = sealed_question(&q, &other, SUSPENDED);
    society_says(x, ACT_SUSPEND, SUSPENDED);
    desk_refuses(sent, "PK", "key");
    society_says(x, ACT_RESUME, SUSPENDED);
}

/* What the line brings instead of the answer. */
static struct span forged;

static bool brings_forged(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                          struct span *answer, struct why *w)
{
    (void)ctx;
    (void)to;
    (void)question;
    (void)until;
    (void)a;
    (void)w;
    *answer = forged;
    return true;
}

static void office_finds(const char *reference, struct span answer, const char *reason)
{
    struct ask_carrier real = x->m[2].office.carrier;
    struct ask_outcome out;

    forged = answer;
    x->m[2].office.carrier.carry = brings_forged;
    out = asks(2, ROTATES, reference);
    x->m[2].office.carrier = real;
    assert_int_equal(out.state, ASK_UNREACHABLE);
    if (!span_eq_str(out.reason, reason))
        fail_msg("%s: %.*s instead of %s", reference, (int)out.reason.n, (const char *)out.reason.p, reason);
    /* Nobody took it for an answer: asked again, it is answered. */
    assert_int_equal(asks(2, ROTATES, reference).state, ASK_ANSWERED);
}

static struct span answer_by(const char *reference, size_t by, const char *purpose, struct span question)
{
    struct ask_answer n = { .reference = span_str(reference),
                            .topic = SPAN("licence status"),
                            .from = span_str(x->m[by].state),
                            .to = SPAN("IR"),
                            .question = question,
                            .said = ASK_SAID_ANSWERED,
                            .at = x->now,
                            .body = SPAN("valid") };
    const struct ask_binding as = { true, n.topic, span_str(purpose), n.from, n.to };
    struct span out = { 0 };
    struct why w = { 0 };
    struct buffer b;

    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_answer_put(&n, &b);
    society_must(ask_sign(&as, buf_span(&b), &x->m[by].node, &x->turn, &out, &w), &w, "signing");
    buf_free(&b);
    return out;
}

static void attacks_on_offices(void)
{
    const uint8_t none[32] = { 0 };
    struct span question = span_of(none, sizeof none), first;
    struct ask_sealed bare = { 0 };
    struct why w = { 0 };

    x->loss = 0;
    assert_int_equal(asks(2, ROTATES, "f-0").state, ASK_ANSWERED);
    first = held_answer;
    office_finds("f-1", first, "answer-other-question"); /* replayed */
    office_finds("f-2", answer_by("f-2", ROTATES, "road-check", question), "answer-other-question");
    assert_int_equal(asks(8, ROTATES, "f-3").state, ASK_ANSWERED);
    office_finds("f-3", held_answer, "answer-other-question"); /* the answer that TR got */
    office_finds("f-4", held_question, "answer-malformed");    /* the question itself */
    office_finds("f-6", answer_by("f-6", 8, "road-check", question), "answer-from-another");
    office_finds("f-5", SPAN("{}"), "answer-malformed");
    society_must(ask_sealed_read(first, &x->turn, &bare, &w), &w, "an answer");
    office_finds("f-7", bare.message, "answer-unsigned");
}

/* A log as its owner serves it, with another checkpoint on top. */
struct dressed {
    struct log_source behind;
    struct span checkpoint;
};

static bool get_dressed(void *ctx, const char *path, size_t most, struct buffer *out, bool *found,
                        struct why *w)
{
    const struct dressed *d = ctx;

    if (strcmp(path, "witnessed") == 0) {
        *found = false;
        return true;
    }
    if (strcmp(path, "checkpoint") != 0)
        return d->behind.get(d->behind.ctx, path, most, out, found, w);
    buf_reset(out);
    buf_put(out, d->checkpoint);
    *found = true;
    return true;
}

/* Signed with a key that the member has replaced: neither a replica nor a witness takes it. */
static void the_old_key_is_worth_nothing(void)
{
    const struct citizen *c = &x->m[ROTATES];
    struct dressed d = { .behind =
                             body_folder(streams_folder(c->streams, span_str(c->origin[0]), &x->turn)) };
    struct log_source s = { get_dressed, &d };
    struct tree_hash root = { { 7 } };
    struct policy *p = arena_alloc(&x->turn, sizeof *p);
    struct witness v = {
        .folder = x->m[1].seen, .policy = p, .key = &x->m[1].witness_key, .signer = &x->m[1].witness
    };
    struct witness_answer r;
    struct note_key k;
    struct buffer b, q;
    struct span text;
    struct why w = { 0 };

    buf_init(&b, 4096);
    buf_init(&q, 8192);
    checkpoint_put(span_str(c->origin[0]), c->told[0].n + 5, &root, &b);
    text = arena_copy(&x->turn, buf_span(&b));
    buf_u8(&b, '\n');
    note_key_of(span_str(c->origin[0]), NOTE_KEY_ED25519, c->log[0].pub, &k);
    society_must(note_key_sign(&k, &c->log[0], text, 0, &x->turn, &b, &w), &w, "signing");
    d.checkpoint = buf_span(&b);
    assert_false(citizen_pulls(&x->m[1], ROTATES, ROTATES, 0, &s, &w));
    assert_string_equal(w.reason, "no-anchor");
    society_must(roster_policy(&x->roster, span_str(c->origin[0]), &x->turn, p, &w), &w, "policy");
    witness_request_put(c->told[0].n, NULL, 0, d.checkpoint, &q);
    society_must(witness_add_checkpoint(&v, buf_span(&q), x->now, &x->turn, &r, &w), &w, "a witness");
    assert_int_equal(r.status, 403);
    buf_free(&q);
    buf_free(&b);
}

/* ---- the schedule ---- */

static void suspended_meanwhile(void)
{
    struct citizen *c = &x->m[SUSPENDED];
    uint64_t witnessed;

    calm(6);
    witnessed = c->told[0].witnessed;
    assert_int_equal(witnessed, c->told[0].n);
    society_says(x, ACT_SUSPEND, SUSPENDED);
    assert_int_equal(x->roster.member[SUSPENDED].standing, ROSTER_SUSPENDED);
    citizen_publishes(c, 0, 3);
    for (unsigned i = 0; i < 10; i++)
        one_turn();
    assert_true(c->told[0].n > witnessed);
    assert_int_equal(c->told[0].witnessed, witnessed); /* published, and witnessed by nobody */
    assert_true(x->refused_witness > 0);
}

static void key_replaced(void)
{
    struct citizen *c = &x->m[ROTATES];

    society_card(x, ROTATES, 2, true, true);
    streams_close(c->streams);
    c->log_now = 1;
    citizen_open_streams(c);
    society_roster(x);
}

/* What was restored knows again what was erased; what follows the log forgets it once more. */
static void erased_stays_erased(void)
{
    struct citizen *owner = &x->m[0], *c = &x->m[RESTORED], *next = &x->m[7];
    bool found;
    struct replica_row row;
    struct replica_entry e;
    struct why w = { 0 };
    uint64_t at = 0;

    citizen_publishes(owner, 0, 1);
    at = owner->told[0].n - 1;
    calm(6);
    back_up(c);
    citizen_erases(owner, 0, at);
    calm(6);
    restore_store(c);
    row = row_of(c, owner, 0, &found);
    society_must(found && replica_entry(c->store, &row, at, &x->turn, &e, &w), &w, "entry");
    assert_int_equal(e.body, REPLICA_BODY_THERE); /* the back-up has it */
    x->loss = 0;
    pull(7, RESTORED, 0, 0); /* a relay that has it still */
    row = row_of(next, owner, 0, &found);
    society_must(replica_entry(next->store, &row, at, &x->turn, &e, &w), &w, "entry");
    assert_int_equal(e.body, REPLICA_BODY_ERASED);
    pull(RESTORED, 7, 0, 0); /* from another one's replica, not from the owner */
    row = row_of(c, owner, 0, &found);
    society_must(replica_entry(c->store, &row, at, &x->turn, &e, &w), &w, "entry");
    assert_int_equal(e.body, REPLICA_BODY_ERASED);
    assert_int_equal(e.sealed.n, 0);
}

static void owner_restored(void)
{
    struct citizen *c = &x->m[OWNER_RESTORED];

    citizen_publishes(c, 0, 2);
    calm(6);
    back_up(c);
    citizen_erases(c, 0, c->told[0].n - 1);
    citizen_publishes(c, 0, 3);
    citizen_publishes(c, 1, 2);
    calm(6);
    restore_streams(c);
    owner_has_all(c);
}

static void questions_are_settled(void)
{
    for (unsigned n = 0; n < 3; n++)
        calm(3);
    for (size_t i = 0; i < TEN; i++) {
        struct ask_runner_state s = { 0 };

        ask_runner_state(x->m[i].runner, &s);
        assert_int_equal(s.open, 0);
    }
    assert_int_equal(x->desked, x->asked); /* each was looked up once, however often it came */
}

static void start_offices(void)
{
    for (size_t i = 0; i < TEN; i++) {
        struct citizen *c = &x->m[i];
        struct ask_runner_options o = { .office = &c->office, .topics = topics };

        c->desk = (struct ask_desk){ .member = span_str(c->state),
                                     .agreement = x->agreement,
                                     .store = c->store,
                                     .topics = topics,
                                     .signer = &c->node,
                                     .keys = { x, key_of } };
        c->office = (struct ask_office){ .member = span_str(c->state),
                                         .agreement = x->agreement,
                                         .store = c->store,
                                         .carrier = { c, carries },
                                         .now = clock_of,
                                         .random = random_bytes,
                                         .ctx = c,
                                         .signer = &c->node,
                                         .keys = { x, key_of } };
        c->runner = ask_runner_new(&o);
        for (size_t k = 0; k < STREAMS; k++)
            c->consumer[k] = (struct sync_consumer){
                .name = "test", .stream = k ? "licence" : "trust", .take = is_shown, .ctx = c
            };
    }
}

static void a_year_of_ten(void **state)
{
    uint64_t shown = 0;

    (void)state;
    x = calloc(1, sizeof *x);
    assert_non_null(x);
    society_open(x, 1);
    start_offices();
    for (unsigned t = 1; t <= TURNS; t++) {
        if (t % 30 == 0)
            x->loss = society_random(x, 3) ? 8 : 30;
        if (t == TURNS / 3)
            suspended_meanwhile();
        if (t == TURNS / 2)
            key_replaced();
        if (t == TURNS * 2 / 3)
            society_says(x, ACT_RESUME, SUSPENDED);
        one_turn();
    }
    erased_stays_erased();
    owner_restored();
    calm(8);
    society_card(x, ROTATES, 3, false, true);
    society_roster(x);
    for (size_t i = 0; i < TEN; i++)
        citizen_publishes(&x->m[i], 0, 1);
    calm(8);
    questions_are_settled();
    everybody_has_all();
    for (size_t i = 0; i < TEN; i++) {
        owner_has_all(&x->m[i]);
        shown += x->m[i].shown;
        ask_runner_free(x->m[i].runner);
        for (size_t k = 0; k < STREAMS; k++)
            assert_int_equal(x->m[i].told[k].witnessed, x->m[i].told[k].n);
    }
    the_old_key_is_worth_nothing();
    attacks_on_desks();
    attacks_on_offices();
    printf("# %u records, %llu shown, %zu cosigned, %zu pulls (%zu failed, %zu out of the audience), %zu "
           "questions, "
           "%zu requests of a suspended member refused\n",
           x->serial, (unsigned long long)shown, x->cosigned, x->pulls, x->failed, x->audience_refused,
           x->asked, x->refused_witness);
    assert_true(x->failed > 0 && x->audience_refused > 0 && x->asked > 10 && shown > x->serial);
    society_close(x);
    free(x);
}

static int group(void **state)
{
    return node_crypto_init() ? arena_setup(state) : 1;
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(a_year_of_ten) };

    return cmocka_run_group_tests_name("scenario-streams", tests, group, arena_teardown);
}
