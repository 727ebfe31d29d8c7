#include "society.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agreement/agreement.h"
#include "log/files.h"
#include "node/ask_line.h"

static const char *const states[TEN] = { "AF", "AZ", "IR", "KG", "KZ", "PK", "TJ", "TM", "TR", "UZ" };
static const char *const stream_name[STREAMS + 1] = { "trust", "licence", "index" };

void society_must(bool ok, const struct why *w, const char *what)
{
    if (!ok)
        fail_msg("%s: %s: %s", what, w->reason ? w->reason : "", w->detail);
}

void society_shell(const char *format, ...)
{
    char command[900];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(command, sizeof command, format, ap);
    va_end(ap);
    assert_int_equal(system(command), 0);
}

uint32_t society_random(struct society *x, uint32_t below) /* splitmix64 */
{
    uint64_t z = x->random += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ z >> 31) >> 16) % below;
}

bool society_loses(struct society *x)
{
    return society_random(x, 100) < x->loss;
}

/* Most are small; some are at the sizes where a body leaves its bundle, a few are long. */
static size_t body_size(uint32_t serial)
{
    static const size_t odd[] = { 4, 8191, 8192, 8193, 9700, 65536, 300001 };

    return serial % 13 == 4 ? odd[serial / 13 % (sizeof odd / sizeof *odd)] : 24 + serial % 300;
}

struct span body_number(uint32_t serial, struct arena *a)
{
    size_t n = body_size(serial);
    uint8_t *p = arena_alloc(a, n);

    assert_non_null(p);
    for (size_t k = 0; k < n; k++)
        p[k] = (uint8_t)(serial * 37 + k * 11 + (k >> 7));
    memcpy(p, &serial, sizeof serial);
    return span_of(p, n);
}

/* ---- the roster ---- */

static void set_witnesses(struct citizen *c)
{
    static struct policy p;
    struct society *x = c->of;
    struct why w = { 0 };

    if (c->streams && x->roster.n &&
        (roster_policy(&x->roster, span_str(c->origin[0]), &x->turn, &p, &w) ||
         strcmp(w.reason, "quorum") == 0))
        streams_witnesses(c->streams, &p);
}

void society_roster(struct society *x)
{
    struct roster_input in = { .acts = { .agreement = SPAN("T"),
                                         .rules = { 3, 2, VOICES },
                                         .n_parties = TEN,
                                         .party = x->party,
                                         .keys = { TEN, x->key, 0 },
                                         .n_acts = x->n_acts,
                                         .act = x->act },
                               .witnesses = VOICES,
                               .n_cards = TEN,
                               .card = x->card };
    struct why w = { 0 };

    society_must(roster_make(&in, &x->arena, &x->roster, NULL, &w), &w, "the roster");
    for (size_t i = 0; i < TEN; i++)
        set_witnesses(&x->m[i]);
}

static void says(struct society *x, size_t who, const struct act_statement *s)
{
    struct trust_act act = { .agreement = SPAN("T"),
                             .member = x->party[who],
                             .number = 1,
                             .time = x->now,
                             .n = 1,
                             .statement = s },
                     out;
    struct why w = { 0 };
    struct buffer b;

    for (size_t i = 0; i < x->n_acts; i++)
        if (x->act[i].key == who) {
            act.number = x->act[i].number + 1;
            memcpy(act.previous, x->act[i].sha256, sizeof act.previous);
        }
    buf_init(&b, 1 << 16);
    act_write(&act, &b);
    society_must(act_parse(arena_copy(&x->arena, buf_span(&b)), &x->arena, &out, &w), &w, "an act");
    buf_free(&b);
    out.key = who;
    assert_true(x->n_acts < ACTS);
    x->act[x->n_acts++] = out;
}

void society_says(struct society *x, enum act_verb verb, size_t about)
{
    const struct act_statement s = { .verb = verb, .state = x->party[about], .reason = SPAN("of the test") };

    for (size_t i = 0, n = 0; n < VOICES; i++)
        if (i != about) {
            says(x, i, &s);
            n++;
        }
    society_roster(x);
}

void society_card(struct society *x, size_t i, uint64_t number, bool first, bool second)
{
    const struct citizen *c = &x->m[i];
    struct member_card *card = &x->card[i];

    *card = (struct member_card){ .agreement = SPAN("T"),
                                  .member = x->party[i],
                                  .name = span_str(c->name),
                                  .number = number,
                                  .time = x->now,
                                  .n_witness = 1,
                                  .n_transport = 1 };
    memcpy(card->node, c->node.pub, sizeof card->node);
    memcpy(card->fingerprint, x->key[i].fingerprint, sizeof card->fingerprint);
    if (first)
        memcpy(card->log[card->n_log++], c->log[0].pub, NODE_PUBLIC_KEY);
    if (!first) {
        card->n_retired = 1;
        memcpy(card->retired[0].pub, c->log[0].pub, NODE_PUBLIC_KEY);
        card->retired[0].until = x->now;
    }
    if (second)
        memcpy(card->log[card->n_log++], c->log[1].pub, NODE_PUBLIC_KEY);
    memcpy(card->witness[0], c->witness.pub, NODE_PUBLIC_KEY);
    card->transport[0][0] = (uint8_t)(i + 1);
    card->sha256[0] = (uint8_t)(i * 8 + number);
}

/* ---- members ---- */

void citizen_open_streams(struct citizen *c)
{
    struct streams_options o = { .folder = c->folder,
                                 .keep = c->keep,
                                 .name = span_str(c->name),
                                 .state = span_str(c->state),
                                 .signer = &c->log[c->log_now],
                                 .before =
                                     c->log_now ? (const uint8_t(*)[NODE_PUBLIC_KEY])c->log[0].pub : NULL,
                                 .n_before = c->log_now,
                                 .subject_secret = SPAN("a secret of sixteen bytes"),
                                 .steps = c->steps };
    struct why w = { 0 };

    c->streams = streams_open(&o, c->of->now, &w);
    society_must(c->streams != NULL, &w, c->state);
    set_witnesses(c);
}

uint64_t citizen_size(struct citizen *c, size_t stream)
{
    struct stream_state *all;
    struct why w = { 0 };
    size_t n;

    society_must(streams_states(c->streams, &c->of->turn, &all, &n, &w), &w, "states");
    for (size_t k = 0; k < n; k++) {
        if (all[k].why.reason)
            fail_msg("%s: %s: %s", c->state, all[k].why.reason, all[k].why.detail);
        if (span_eq_str(all[k].origin, c->origin[stream]))
            return all[k].published;
    }
    return 0;
}

void citizen_open_store(struct citizen *c)
{
    struct why w = { 0 };
    char file[120];

    (void)snprintf(file, sizeof file, "%s/" STORE_FILE, c->store_folder);
    society_must(store_open(&(struct store_options){ .path = file }, &c->store, &w), &w, c->state);
    c->desk.store = c->office.store = c->store;
}

static void make_signer(uint8_t kind, size_t i, uint8_t secret[NODE_SECRET_KEY], struct signer *s)
{
    uint8_t seed[NODE_SEED] = { kind, (uint8_t)i, 91 }, pub[NODE_PUBLIC_KEY];

    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, s);
}

static void make_citizen(struct society *x, size_t i)
{
    struct citizen *c = &x->m[i];
    const char *s = states[i], *t = states[(i + 1) % TEN], *first = i + 1 == TEN ? t : s;
    const char *second = first == s ? t : s;

    c->of = x;
    c->i = i;
    c->state = s;
    (void)snprintf(c->name, sizeof c->name, "%c%c.specimen", s[0] | 0x20, s[1] | 0x20);
    (void)snprintf(c->witness_name, sizeof c->witness_name, "%s/witness", c->name);
    (void)snprintf(c->folder, sizeof c->folder, "%s/%s.logs", x->base, s);
    (void)snprintf(c->keep, sizeof c->keep, "%s/%s.keep", x->base, s);
    (void)snprintf(c->seen, sizeof c->seen, "%s/%s.seen", x->base, s);
    (void)snprintf(c->store_folder, sizeof c->store_folder, "%s/%s.store", x->base, s);
    (void)snprintf(c->audience[0], sizeof c->audience[0], "all");
    (void)snprintf(c->audience[1], sizeof c->audience[1], "%c%c-%c%c", first[0] | 0x20, first[1] | 0x20,
                   second[0] | 0x20, second[1] | 0x20);
    (void)snprintf(c->audience[INDEX], sizeof c->audience[INDEX], "all");
    for (size_t k = 0; k <= INDEX; k++)
        (void)snprintf(c->origin[k], sizeof c->origin[k], "%s/%s/%s/%d", c->name, stream_name[k],
                       c->audience[k], YEAR);
    make_signer(1, i, c->node_secret, &c->node);
    make_signer(2, i, c->witness_secret, &c->witness);
    make_signer(3, i, c->log_secret[0], &c->log[0]);
    make_signer(4, i, c->log_secret[1], &c->log[1]);
    note_key_of(span_str(c->witness_name), NOTE_KEY_COSIGNATURE, c->witness.pub, &c->witness_key);
    x->party[i] = span_str(s);
    x->key[i] = (struct trust_key){ .state = x->party[i], .name = span_str(c->name) };
    memcpy(x->key[i].key, c->node.pub, NODE_PUBLIC_KEY);
    trust_fingerprint(x->key[i].name, x->key[i].key, x->key[i].fingerprint);
    society_card(x, i, 1, true, false);
    society_shell("mkdir '%s'", c->store_folder);
    citizen_open_store(c);
    citizen_open_streams(c);
}

void society_open(struct society *x, uint64_t seed)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);

    memset(x, 0, sizeof *x);
    x->random = seed;
    x->now = MORNING;
    x->loss = 8;
    arena_init(&x->arena, 256 << 20);
    arena_init(&x->turn, 512 << 20);
    (void)snprintf(x->base, sizeof x->base, "%s/serai-society-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(x->base));
    x->agreement = agreement_parse(load_file(&x->arena, source_path("agreements/eco.agreement")), faults);
    assert_non_null(x->agreement);
    free(faults);
    for (size_t i = 0; i < TEN; i++)
        make_citizen(x, i);
    society_roster(x);
}

void society_close(struct society *x)
{
    for (size_t i = 0; i < LATE; i++)
        free((void *)(uintptr_t)x->late[i].body.p);
    for (size_t i = 0; i < TEN; i++) {
        streams_close(x->m[i].streams);
        store_close(x->m[i].store);
    }
    agreement_free(x->agreement);
    arena_free(&x->arena);
    arena_free(&x->turn);
    society_shell("rm -rf '%s'", x->base);
}

/* ---- publishing ---- */

struct batch {
    size_t stream, n;
    struct stream_new record[4];
    struct stream_place place;
};

static void publish(struct citizen *c, void *ctx)
{
    struct batch *b = ctx;
    struct why w = { 0 };

    society_must(streams_publish(c->streams, span_str(stream_name[b->stream]),
                                 span_str(c->audience[b->stream]), b->record, b->n, c->of->now, &b->place,
                                 &w),
                 &w, c->origin[b->stream]);
    assert_string_equal(b->place.origin, c->origin[b->stream]);
}

void citizen_publishes(struct citizen *c, size_t stream, size_t n)
{
    struct society *x = c->of;
    struct told *t = &c->told[stream];
    struct batch b = { .stream = stream, .n = n };
    uint64_t size;

    if (t->n + 2 * n + 8 > RECORDS)
        return;
    for (size_t i = 0; i < n; i++)
        b.record[i] = (struct stream_new){ .type = SPAN("specimen"),
                                           .subject = SPAN("somebody"),
                                           .time = x->now,
                                           .body = body_number(x->serial + (uint32_t)i, &x->turn) };
    if (citizen_is_killed(c, publish, &b)) {
        size = citizen_size(c, stream);
        x->whole += size == t->n + n;
        x->nothing += size == t->n;
        assert_true(size == t->n || size == t->n + n); /* all of a batch, or none */
        if (size == t->n)
            return;
    } else {
        publish(c, &b);
        assert_int_equal(b.place.index, t->n);
    }
    for (size_t i = 0; i < n; i++) {
        t->record[t->n + i] = true;
        t->serial[t->n + i] = x->serial++;
    }
    t->n += n;
}

struct erasing {
    size_t stream;
    uint64_t index;
};

static void erase(struct citizen *c, void *ctx)
{
    const struct erasing *e = ctx;
    struct why w = { 0 };

    society_must(streams_erase(c->streams, span_str(c->origin[e->stream]), e->index, SPAN("court-order"),
                               c->of->now, &w),
                 &w, "erasing");
}

/* Cut off, it is carried out by whoever opens the log next, if it stands there. */
void citizen_erases(struct citizen *c, size_t stream, uint64_t index)
{
    struct told *t = &c->told[stream];
    struct erasing e = { stream, index };
    struct stream_record r;
    struct why w = { 0 };

    if (index >= t->n || !t->record[index] || t->erased[index])
        return;
    if (!citizen_is_killed(c, erase, &e))
        erase(c, &e);
    else if (citizen_size(c, stream) == t->n)
        return;
    assert_int_equal(citizen_size(c, stream), t->n + 1);
    society_must(streams_get(c->streams, span_str(c->origin[stream]), index, &c->of->turn, &r, &w), &w,
                 "the erased record");
    assert_int_equal(r.state, BODY_ERASED);
    t->erased[index] = true;
    t->n++; /* the erasure */
}

static void is_due(struct citizen *c, void *ctx)
{
    struct why w = { 0 };

    (void)ctx;
    society_must(streams_turn(c->streams, c->of->now, 60, &w), &w, "turn");
}

void citizen_turns(struct citizen *c)
{
    if (!citizen_is_killed(c, is_due, NULL))
        is_due(c, NULL);
}

/* ---- witnesses ---- */

static void later(struct society *x, const struct late *one)
{
    for (size_t i = 0; i < LATE; i++)
        if (!x->late[i].body.p) {
            uint8_t *p = malloc(one->body.n + 1);

            assert_non_null(p);
            if (one->body.n)
                memcpy(p, one->body.p, one->body.n);
            x->late[i] = *one;
            x->late[i].body = span_of(p, one->body.n);
            return;
        }
}

static void take_answer(struct citizen *owner, void *ctx)
{
    const struct late *l = ctx;
    struct society *x = owner->of;
    struct why w = { 0 };

    society_must(streams_cosigned(owner->streams, span_str(l->origin), span_str(x->m[l->from].witness_name),
                                  l->status, l->body, x->now, &w),
                 &w, "a cosignature");
}

static void hear(struct society *x, struct late *l)
{
    struct citizen *owner = &x->m[l->to];

    if (society_random(x, 10) || !citizen_is_killed(owner, take_answer, l))
        take_answer(owner, l);
}

/* As a node's witness: only members that count are cosigned, and who does not count cosigns nothing. */
static void witness_answers(struct society *x, size_t i, size_t owner, struct span request, struct late *out)
{
    struct citizen *c = &x->m[i];
    struct policy *p = arena_alloc(&x->turn, sizeof *p);
    struct witness v = { .folder = c->seen, .policy = p, .key = &c->witness_key, .signer = &c->witness };
    struct witness_answer r = { 0 };
    struct why w = { 0 };

    assert_non_null(p);
    if (!roster_counts(&x->roster.member[owner])) {
        x->refused_witness++;
        out->status = 403;
        return;
    }
    if (!roster_policy(&x->roster, span_str(out->origin), &x->turn, p, &w))
        assert_string_equal(w.reason, "quorum");
    if (society_random(x, 4) == 0 && witness_is_killed(c, &v, request))
        return; /* status 0 */
    society_must(witness_add_checkpoint(&v, request, x->now, &x->turn, &r, &w), &w, "a witness");
    assert_false(r.fork);
    out->status = r.status;
    out->body = r.body;
    x->cosigned += r.status == 200;
}

void citizen_asks_witness(struct citizen *c, size_t witness)
{
    struct society *x = c->of;
    struct stream_request q;
    struct late one = { .from = witness, .to = c->i };
    struct why w = { 0 };
    bool any = false;

    if (witness == c->i)
        return;
    society_must(streams_witness_next(c->streams, span_str(x->m[witness].witness_name), x->now, &x->turn, &q,
                                      &any, &w),
                 &w, "asking a witness");
    if (!any || !society_reaches(x, c->i, witness))
        return; /* lost: counts as under way until its time is over */
    memcpy(one.origin, q.origin, sizeof one.origin);
    for (unsigned copies = 1 + (society_random(x, 12) == 0); copies; copies--)
        witness_answers(x, witness, c->i, q.body, &one);
    if (!one.status || society_loses(x))
        return;
    one.at = x->now + (society_random(x, 4) == 0 ? society_random(x, 50) : 0);
    if (one.at > x->now)
        later(x, &one);
    else
        hear(x, &one);
    if (society_random(x, 12) == 0)
        hear(x, &one); /* twice */
}

void society_delivers(struct society *x)
{
    for (size_t i = 0; i < LATE; i++)
        if (x->late[i].body.p && x->late[i].at <= x->now) {
            hear(x, &x->late[i]);
            free((void *)(uintptr_t)x->late[i].body.p);
            x->late[i].body = (struct span){ 0 };
        }
}

/* ---- replicas ---- */

bool in_audience(const struct citizen *c, const struct citizen *owner, size_t stream)
{
    return origin_audience_has(span_str(owner->audience[stream]), span_str(owner->state), span_str(c->state));
}

struct wire {
    struct society *x;
    size_t from, to;
    struct log_source behind;
};

static bool over_the_wire(void *ctx, const char *path, size_t most, struct buffer *out, bool *found,
                          struct why *w)
{
    const struct wire *l = ctx;

    if (!society_reaches(l->x, l->from, l->to))
        return why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "%s: the line broke", path);
    return l->behind.get(l->behind.ctx, path, most, out, found, w);
}

bool citizen_pulls(struct citizen *c, size_t from, size_t owner, size_t stream,
                   const struct log_source *files, struct why *w)
{
    struct society *x = c->of;
    const struct citizen *o = &x->m[owner];
    struct replica_files theirs = { .store = x->m[from].store, .origin = span_str(o->origin[stream]) };
    struct policy *p = arena_alloc(&x->turn, sizeof *p);
    struct pull_options opt = { .origin = span_str(o->origin[stream]),
                                .policy = p,
                                .owner = span_str(o->state),
                                .member = span_str(c->state),
                                .from_owner = from == owner,
                                .bodies = stream != INDEX,
                                .budget = { 1 << 20, 1 << 30 } };
    struct wire line = { .x = x, .from = from, .to = c->i };
    struct log_source s = { over_the_wire, &line };
    struct pull_report r;

    x->found = arena_alloc(&x->turn, sizeof *x->found);
    assert_true(p && x->found);
    findings_init(x->found);
    why_clear(w);
    if (!roster_policy(&x->roster, opt.origin, &x->turn, p, w) && strcmp(w->reason, "quorum") != 0)
        return false;
    if (files)
        line.behind = *files;
    else if (from == owner && streams_folder(o->streams, opt.origin, &x->turn))
        line.behind = body_folder(streams_folder(o->streams, opt.origin, &x->turn));
    else if (from != owner)
        line.behind = replica_source(&theirs);
    if (!line.behind.get)
        return true; /* it has not begun */
    why_clear(w);
    x->pulls++;
    if (sync_pull(c->store, &s, &opt, x->now, &x->turn, &r, x->found, w))
        return true;
    x->failed++;
    return false;
}

static struct span owner_of(void *ctx, struct span name)
{
    const struct society *x = ctx;

    for (size_t i = 0; i < TEN; i++)
        if (span_eq_str(name, x->m[i].name) && roster_counts(&x->roster.member[i]))
            return span_str(x->m[i].state);
    return (struct span){ 0 };
}

void citizen_consumes(struct citizen *c)
{
    struct society *x = c->of;
    struct sync_delivery d;
    struct why w = { 0 };

    for (size_t k = 0; k < STREAMS; k++) {
        society_must(sync_deliver(c->store, &c->consumer[k], owner_of, x, 1000, &d, &w), &w, "consuming");
        assert_null(d.why.reason);
    }
}
