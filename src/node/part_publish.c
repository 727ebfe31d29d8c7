/*
 * What this member says goes to the others by itself: its own acts, cards and the certificates its acts speak
 * of into the stream "trust", its own status tokens into "licence-status", both for all members. What stands
 * in the log already is read there, so that a start after whatever end publishes nothing twice.
 */
#include <stdlib.h>

#include "crypto/digest.h"
#include "node/federation.h"
#include "seal/status_tokens.h"

enum { RECORDS = 64 * 1024, BATCH = 256 };

struct wanted {
    struct stream_new record;
    uint8_t digest[32]; /* of the body */
    bool there;
};

struct publish_part {
    bool done; /* with what stood in the files that had these digests */
    struct digest trust, status, anchors;
};

/* What should stand in one stream. */
struct publishing {
    const struct federation_step *s;
    struct span stream;
    struct wanted *want;
    size_t n, open; /* open: not found in the log so far */
    struct why *w;
    bool ok;
};

static bool publish_open(struct federation *f, void **state, struct why *w)
{
    (void)w;
    if (!f->streams)
        return true;
    *state = calloc(1, sizeof(struct publish_part));
    if (!*state)
        abort();
    return true;
}

static void want(struct publishing *p, const char *type, unix_time time, struct span body)
{
    struct wanted *x = &p->want[p->n];
    struct digest d;

    if (p->n == RECORDS || body.n == 0)
        return;
    digest_of(DIGEST_SHA256, body, &d);
    *x = (struct wanted){ .record = { .type = span_str(type), .time = time, .body = body } };
    memcpy(x->digest, d.b, sizeof x->digest);
    p->n++;
}

static bool is_own(const struct publishing *p, size_t key)
{
    return span_eq(p->s->beliefs->acts.keys.key[key].state, p->s->f->member);
}

/* Who reads them in this order knows each key before anything it signed: one that an own act names waits for
 * that act. */
static bool key_is_named(const struct acts_folder *d, size_t key, const bool *out)
{
    const struct trust_key *k = &d->keys.key[key];

    if (!span_eq(k->named_by, k->state))
        return true;
    for (size_t i = 0; i < d->n_acts; i++)
        for (size_t j = 0; out[i] && j < d->act[i].n; j++)
            if (act_names_key(d->act[i].statement[j].verb) &&
                memcmp(d->act[i].statement[j].sha256, k->fingerprint, sizeof k->fingerprint) == 0)
                return true;
    return false;
}

static void want_acts(struct publishing *p)
{
    const struct acts_folder *d = &p->s->beliefs->acts;
    bool *out = arena_array(p->s->arena, d->n_acts + 1, sizeof *out), more = out != NULL;

    if (out)
        memset(out, 0, (d->n_acts + 1) * sizeof *out);
    while (more) {
        more = false;
        for (size_t i = 0; i < d->n_acts; i++) {
            if (out[i] || !is_own(p, d->act[i].key) || !key_is_named(d, d->act[i].key, out))
                continue;
            want(p, "act", d->act[i].time, d->act[i].note);
            out[i] = more = true;
        }
    }
}

static bool own_act_names(const struct publishing *p, const uint8_t sha256[32], unix_time *time)
{
    const struct acts_folder *d = &p->s->beliefs->acts;

    for (size_t i = 0; i < d->n_acts; i++)
        for (size_t j = 0; j < d->act[i].n && is_own(p, d->act[i].key); j++)
            if (act_vouches(d->act[i].statement[j].verb) &&
                memcmp(d->act[i].statement[j].sha256, sha256, 32) == 0) {
                *time = d->act[i].time;
                return true;
            }
    return false;
}

static void want_trust(struct publishing *p)
{
    const struct acts_folder *d = &p->s->beliefs->acts;
    unix_time time;

    want_acts(p);
    for (size_t i = 0; i < d->n_cards; i++)
        if (span_eq(d->card[i].member, p->s->f->member))
            want(p, "card", d->card[i].time, d->card[i].note);
    for (size_t i = 0; i < d->n_certificates; i++)
        if (own_act_names(p, d->certificate[i].sha256, &time))
            want(p, "certificate", time, d->certificate[i].der);
}

/* A token whose signer an authority of this very State certified; what others issued, others publish. */
static bool is_own_token(const struct publishing *p, const struct status_held *t)
{
    const struct status_options opt = { .anchors = p->s->beliefs->anchors,
                                        .at = p->s->now,
                                        .profile = PROFILE_LENIENT };
    struct status_list *l;
    struct arena a;
    bool own;

    arena_init(&a, LIMIT_REQUEST_MEMORY);
    l = arena_alloc(&a, sizeof *l);
    own = l && status_list_verify(t->bytes, &opt, &a, l, NULL) == RESULT_GENUINE && l->anchor &&
          span_eq(l->anchor->cert.country, p->s->f->member);
    arena_free(&a);
    return own;
}

static void want_status(struct publishing *p)
{
    const struct status_tokens *t = p->s->beliefs->status;

    for (const struct status_held *h = t ? t->newest : NULL; h; h = h->next)
        if (h->bytes.n <= LIMIT_LOG_BODY && is_own_token(p, h))
            want(p, "status-token", h->issued, h->bytes);
}

/* A body that was erased cannot be compared: its header says that something of that type and time was said,
 * and what was erased is not published again. */
static void found(struct publishing *p, const struct stream_record *r)
{
    struct digest d;

    if (r->control || !(r->state == BODY_THERE || r->state == BODY_ERASED))
        return;
    digest_of(DIGEST_SHA256, r->body, &d);
    for (size_t i = 0; i < p->n; i++) {
        struct wanted *x = &p->want[i];
        bool same = r->state == BODY_THERE ? memcmp(d.b, x->digest, sizeof x->digest) == 0
                                           : r->leaf.time == x->record.time;

        if (x->there || !same || !span_eq(r->leaf.type, x->record.type))
            continue;
        x->there = true;
        p->open--;
    }
}

static uint64_t size_of(const struct publishing *p, const char *folder)
{
    struct log_source files = body_folder(folder);
    struct checkpoint c = { 0 };
    struct note note;
    struct buffer b;
    bool there = false;

    buf_init(&b, LIMIT_CHECKPOINT);
    if (!files.get(files.ctx, "checkpoint", LIMIT_CHECKPOINT, &b, &there, p->w) || !there ||
        !note_parse(buf_span(&b), &note, p->w) || !checkpoint_parse(note.text, &c, p->w))
        c.size = 0;
    buf_free(&b);
    return c.size;
}

/* One shard, newest entry first: what was published last is what most likely stands in the files. */
static void look_into(void *ctx, const struct federation_log *l)
{
    struct publishing *p = ctx;
    struct origin o;
    struct arena a;

    if (!p->ok || !l->own || !origin_parse(l->origin, &o, NULL) || !span_eq(o.stream, p->stream) ||
        !span_eq_str(o.audience, "all"))
        return;
    arena_init(&a, 4 * LIMIT_LOG_BODY);
    for (uint64_t i = size_of(p, l->folder); p->ok && p->open && i > 0; i--) {
        struct stream_record r;

        p->ok = !federation_ending(p->s->f) && streams_get(p->s->f->streams, l->origin, i - 1, &a, &r, p->w);
        if (p->ok)
            found(p, &r);
        arena_reset(&a);
    }
    arena_free(&a);
}

static bool put_open(struct publishing *p)
{
    struct stream_new batch[BATCH];
    struct stream_place place;
    size_t n = 0;

    for (size_t i = 0; i <= p->n; i++) {
        if (n == BATCH || (n && i == p->n)) {
            if (!streams_publish(p->s->f->streams, p->stream, SPAN("all"), batch, n, p->s->now, &place, p->w))
                return false;
            n = 0;
        }
        if (i < p->n && !p->want[i].there)
            batch[n++] = p->want[i].record;
    }
    return true;
}

static bool publish(const struct federation_step *s, const char *stream, void (*fill)(struct publishing *p),
                    struct why *w)
{
    struct publishing p = { .s = s, .stream = span_str(stream), .w = w, .ok = true };

    p.want = arena_array(s->arena, RECORDS, sizeof *p.want);
    if (!p.want)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    fill(&p);
    p.open = p.n;
    if (p.open)
        federation_log_list(s->f, s->arena, look_into, &p);
    return p.ok && put_open(&p);
}

static bool same(const struct digest *a, const struct digest *b)
{
    return a->n == b->n && memcmp(a->b, b->b, a->n) == 0;
}

static bool publish_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct publish_part *p = state;
    const struct beliefs *b = s->beliefs;
    struct why shut = { 0 };

    (void)again;
    if (p->done && same(&p->trust, &b->seen_trust) && same(&p->status, &b->seen_status) &&
        same(&p->anchors, &b->seen_anchors))
        return true;
    if (!federation_may_sign(s->f, s->roster, SIGN_RECORDS, &shut)) {
        if (strcmp(shut.reason, "maintenance") == 0)
            return true; /* which whoever set it knows */
        return why_set(w, shut.reason, shut.offset, shut.clause, "%s", shut.detail);
    }
    if (!publish(s, "trust", want_trust, w) || !publish(s, "licence-status", want_status, w))
        return federation_ending(s->f);
    p->trust = b->seen_trust;
    p->status = b->seen_status;
    p->anchors = b->seen_anchors;
    p->done = true;
    federation_poke(s->f, "cosign");
    return true;
}

const struct federation_part publish_part = {
    .name = "publish", .seconds = 1, .open = publish_open, .step = publish_step, .close = free
};
