#include "node/taxii_intake.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "node/exchange.h"
#include "service/cyber/federate_take.h"
#include "service/cyber/object_admit.h"
#include "stix/bundle.h"

/* As much as is worth handing over; helpers of one body that wait or work. */
enum { BATCH_BYTES = 128 * 1024, BATCH_OBJECTS = 1024, HELPERS = 4, HUGE_PAGE = 2 << 20 };

struct place {
    size_t at, n;
};

/* Objects that are checked by one thread in one go. Of one thread at a time, so that it needs no lock. */
struct batch {
    struct batch *next;
    size_t n, bytes, n_good;
    struct place place[BATCH_OBJECTS];
    struct taxii_sent *sent;
    struct object_new *good;
    struct arena kept;
    bool broken; /* the bytes of an object are no JSON; */
    struct why fault;
};

struct taxii_intake {
    pthread_mutex_t lock;
    pthread_cond_t done;
    unsigned held, helpers;             /* by its request and by helpers */
    struct batch *first, **last, *next; /* next: nobody has taken it yet */
    size_t open;                        /* batches not checked yet */
    bool lost;                          /* nobody wants the rest */
    /* of the request's thread */
    struct batch *growing;
    struct stix_stream *stream;
    uint8_t *body;
    size_t n, cap, most;
    bool broken; /* what stands around the objects is no JSON */
    struct why fault;
    struct taxii_envelope whole;
    /* told before the first batch is handed over */
    bool armed, v20;
    struct cyber_law law;
    struct object_store *objects;
    struct workers *workers;
};

static void *zeroed(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    if (!p)
        abort();
    return p;
}

static void batch_free(struct batch *b)
{
    free(b->sent);
    free(b->good);
    arena_free(&b->kept);
    free(b);
}

static void let_go(struct taxii_intake *in)
{
    struct batch *next;
    bool last;

    (void)pthread_mutex_lock(&in->lock);
    last = --in->held == 0;
    (void)pthread_mutex_unlock(&in->lock);
    if (!last)
        return;
    for (struct batch *b = in->first; b; b = next) {
        next = b->next;
        batch_free(b);
    }
    free(in->growing);
    stix_stream_free(in->stream);
    (void)munmap(in->body, in->cap);
    free(in->whole.sent);
    free(in->whole.good);
    (void)pthread_cond_destroy(&in->done);
    (void)pthread_mutex_destroy(&in->lock);
    free(in);
}

/* A part of the body, or a copy that lives as long. */
static struct span kept(const struct taxii_intake *in, struct batch *b, struct span s)
{
    if (s.n && s.p >= in->body && s.p + s.n <= in->body + in->cap)
        return s;
    return s.n ? arena_copy(&b->kept, s) : s;
}

/* The text of a member that should be a string. */
static struct span member_text(const struct taxii_intake *in, struct batch *b, const struct stix_object *o,
                               const char *name, struct arena *a)
{
    struct span s = { 0 };

    if (!o->json.n || !json_text_of(&o->json, json_member(&o->json, JSON_ROOT, name), a, &s))
        return (struct span){ 0 };
    return kept(in, b, s);
}

static const struct why *why_kept(struct batch *b, const struct why *w)
{
    struct why *copy = arena_alloc(&b->kept, sizeof *copy);

    if (!copy)
        abort(); /* a batch has fewer objects than fill it */
    *copy = *w;
    return copy;
}

static void take_good(const struct taxii_intake *in, struct batch *b, const struct stix_object *o,
                      struct taxii_sent *s)
{
    struct object_new *n = &b->good[b->n_good];
    struct stix_marks marks;
    struct why w = { 0 };

    if (!object_new_of(o, n)) {
        (void)why_set(&w, object_outcome_word(n->outcome), WHY_NO_OFFSET, "STIX 2.1 3.6", "%s",
                      object_outcome_say(n->outcome));
        s->refused = why_kept(b, &w);
        memset(n, 0, sizeof *n);
        return;
    }
    n->text = s->text;
    n->type = kept(in, b, o->type);
    stix_marks_of(o, cyber_marking_look, in->objects, &marks);
    n->row.label = cyber_label_own(&in->law, &marks);
    n->row.origin = CYBER_NO_PLACE;
    s->good = b->n_good++;
}

static void refuse(const struct taxii_intake *in, struct batch *b, const struct stix_object *o,
                   const struct why *w, struct arena *a, struct taxii_sent *s)
{
    s->refused = why_kept(b, w);
    s->version = member_text(in, b, o, "modified", a);
    if (!s->version.n)
        s->version = member_text(in, b, o, "created", a);
}

/* False: its bytes are no JSON, and with it the whole. */
static bool check_object(const struct taxii_intake *in, struct batch *b, struct place at, struct arena *a,
                         struct taxii_sent *s)
{
    struct stix_object o = { 0 };
    struct why w = { 0 };
    struct json j;
    bool good;

    s->text = span_of(in->body + at.at, at.n);
    good = json_parse(s->text, a, &j, &w);
    if (!good && strcmp(w.reason, "json") == 0) {
        b->fault = w;
        b->fault.offset += w.offset == WHY_NO_OFFSET ? 0 : at.at;
        return false;
    }
    good = good && object_admit(&j, JSON_ROOT, in->v20, a, &o, &w);
    w.offset += w.offset == WHY_NO_OFFSET ? 0 : at.at;
    s->id = kept(in, b, o.id);
    if (good)
        take_good(in, b, &o, s);
    else
        refuse(in, b, &o, &w, a, s);
    return true;
}

static void check_batch(const struct taxii_intake *in, struct batch *b)
{
    struct arena a;

    arena_init(&a, LIMIT_STIX_MEMORY);
    arena_init(&b->kept, LIMIT_REQUEST_MEMORY);
    b->sent = zeroed(b->n, sizeof *b->sent);
    b->good = zeroed(b->n, sizeof *b->good);
    for (size_t i = 0; i < b->n && !b->broken; i++) {
        b->broken = !check_object(in, b, b->place[i], &a, &b->sent[i]);
        arena_reset(&a);
    }
    arena_free(&a);
}

/* Takes batches until there is none that nobody has taken. */
static void check_all(struct taxii_intake *in)
{
    struct batch *b;

    (void)pthread_mutex_lock(&in->lock);
    while ((b = in->next) != NULL && !in->lost) {
        in->next = b->next;
        (void)pthread_mutex_unlock(&in->lock);
        check_batch(in, b);
        (void)pthread_mutex_lock(&in->lock);
        if (--in->open == 0)
            (void)pthread_cond_broadcast(&in->done);
    }
    (void)pthread_mutex_unlock(&in->lock);
}

struct helper {
    struct job job; /* first: a job is its helper */
    struct taxii_intake *in;
};

static void help(struct job *job)
{
    struct helper *h = (struct helper *)job;
    struct taxii_intake *in = h->in;

    free(h);
    check_all(in);
    (void)pthread_mutex_lock(&in->lock);
    in->helpers--;
    (void)pthread_mutex_unlock(&in->lock);
    let_go(in);
}

/* What no worker takes is checked at the end by who waits for it. */
static void call_helper(struct taxii_intake *in)
{
    struct helper *h;
    bool enough;

    (void)pthread_mutex_lock(&in->lock);
    enough = in->helpers == HELPERS;
    in->helpers += !enough;
    in->held += !enough;
    (void)pthread_mutex_unlock(&in->lock);
    if (enough)
        return;
    h = zeroed(1, sizeof *h);
    h->job.run = help;
    h->in = in;
    if (!workers_add(in->workers, JOB_LARGE, &h->job))
        help(&h->job);
}

static void hand_over(struct taxii_intake *in)
{
    struct batch *b = in->growing;

    if (!b || b->n == 0)
        return;
    in->growing = NULL;
    (void)pthread_mutex_lock(&in->lock);
    *in->last = b;
    in->last = &b->next;
    in->next = in->next ? in->next : b;
    in->open++;
    (void)pthread_mutex_unlock(&in->lock);
    if (in->armed)
        call_helper(in);
}

static bool take_place(void *ctx, const struct stix_item *item)
{
    struct taxii_intake *in = ctx;
    struct batch *b;

    if (!in->growing)
        in->growing = zeroed(1, sizeof *in->growing);
    b = in->growing;
    b->place[b->n++] = (struct place){ .at = (size_t)item->offset, .n = (size_t)item->length };
    b->bytes += (size_t)item->length;
    if (b->n == BATCH_OBJECTS || b->bytes >= BATCH_BYTES)
        hand_over(in);
    return true;
}

/* Where it goes and what the law is: known once the account is. */
static void arm(struct taxii_intake *in, struct taxii_request *q)
{
    const struct taxii_options *o = taxii_options_of(q->t);

    in->v20 = q->collection->v20;
    in->objects = o->objects;
    taxii_law(q->t, o->now(o->ctx), &in->law);
    in->most = q->root->most;
    in->armed = true;
}

static void *begin(const struct node_view *v, const struct http_request *r, struct arena *a)
{
    struct http_answer unsaid = { 0 };
    struct taxii_request q = { .t = v->o->taxii, .r = r, .a = a, .out = &unsaid };
    struct taxii_intake *in = zeroed(1, sizeof *in);
    const struct stix_bundle_how how = { .places = true };

    if (taxii_prepare(&q, false))
        arm(in, &q);
    in->most = in->armed ? in->most : LIMIT_TAXII_CONTENT_MOST;
    in->cap = r->length && r->length < in->most ? (size_t)r->length : in->most;
    in->body =
        mmap(NULL, in->cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (in->body == MAP_FAILED) {
        free(in);
        return NULL;
    }
    if (r->length >= HUGE_PAGE) /* a fault for 2 MiB instead of 512 */
        (void)madvise(in->body, in->cap, MADV_HUGEPAGE);
    (void)pthread_mutex_init(&in->lock, NULL);
    (void)pthread_cond_init(&in->done, NULL);
    in->last = &in->first;
    in->held = 1;
    in->stream = stix_stream_new(&how, take_place, in);
    in->workers = v->node->workers;
    return in;
}

static unsigned take(void *stream, struct span piece, struct why *w)
{
    struct taxii_intake *in = stream;

    if (piece.n > in->cap - in->n) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                      "The body is larger than max_content_length of this API root.");
        return 413;
    }
    memcpy(in->body + in->n, piece.p, piece.n);
    piece.p = in->body + in->n;
    in->n += piece.n;
    in->broken = in->broken || !stix_stream_feed(in->stream, piece, &in->fault);
    return 0;
}

static void drop(void *stream)
{
    struct taxii_intake *in = stream;

    (void)pthread_mutex_lock(&in->lock);
    in->lost = true;
    (void)pthread_mutex_unlock(&in->lock);
    let_go(in);
}

const struct route_stream taxii_intake_stream = { begin, take, drop };

static bool say_fault(struct taxii_request *q, const struct why *w)
{
    taxii_refuse_why(q, strcmp(w->reason, "too-large") == 0 ? 413 : 400, w);
    return false;
}

static bool say_envelope(struct taxii_request *q)
{
    taxii_refuse(q, 422, "envelope", "The body is an envelope: an object with a list `objects`.");
    return false;
}

/* Without any object: other JSON than an envelope, an envelope of none, or no JSON. */
static bool empty_fits(struct taxii_request *q, struct span body)
{
    struct json j;
    struct why w = { 0 };
    json_ref list;

    if (!json_parse(body, q->a, &j, &w))
        return say_fault(q, &w);
    list = json_member(&j, JSON_ROOT, "objects");
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT) ||
        (list != JSON_NONE && !json_is(&j, list, JSON_KIND_ARRAY)))
        return say_envelope(q);
    return true;
}

/* What stands around the objects. */
static bool container_fits(struct taxii_intake *in, struct taxii_request *q)
{
    struct stix_summary sum = { 0 };

    if (!in->broken)
        in->broken = !stix_stream_end(in->stream, &sum, &in->fault);
    if (in->broken && strcmp(in->fault.reason, "no-objects") == 0)
        return say_envelope(q);
    if (!in->broken && !sum.sound &&
        (sum.in == STIX_IN_NOTHING || strcmp(sum.why.reason, "duplicate-member") == 0)) {
        in->broken = true;
        in->fault = sum.why;
    }
    return true;
}

/* The first fault of all, by its place. */
static bool is_sound(struct taxii_intake *in, struct taxii_request *q)
{
    const struct why *first = in->broken ? &in->fault : NULL;

    for (const struct batch *b = in->first; b; b = b->next)
        if (b->broken && (!first || b->fault.offset < first->offset))
            first = &b->fault;
    return !first || say_fault(q, first);
}

/* One list of all; what a batch had of it goes. */
static void gather(struct taxii_intake *in)
{
    struct taxii_envelope *e = &in->whole;
    size_t n = 0, good = 0;

    for (const struct batch *b = in->first; b; b = b->next) {
        n += b->n;
        good += b->n_good;
    }
    e->sent = zeroed(n, sizeof *e->sent);
    e->good = zeroed(good, sizeof *e->good);
    for (struct batch *b = in->first; b; b = b->next) {
        for (size_t i = 0; i < b->n; i++) {
            e->sent[e->n] = b->sent[i];
            e->sent[e->n++].good += e->n_good;
        }
        memcpy(e->good + e->n_good, b->good, b->n_good * sizeof *b->good);
        e->n_good += b->n_good;
        free(b->sent);
        free(b->good);
        b->sent = NULL;
        b->good = NULL;
    }
}

bool taxii_intake_end(struct taxii_intake *in, struct taxii_request *q, struct taxii_envelope *out)
{
    *out = (struct taxii_envelope){ 0 };
    if (!in)
        return empty_fits(q, (struct span){ 0 });
    if (in->n > q->root->most) {
        taxii_refuse(q, 413, "too-large", "The body is larger than max_content_length of this API root.");
        return false;
    }
    hand_over(in);
    if (!in->first)
        return empty_fits(q, span_of(in->body, in->n));
    if (!container_fits(in, q))
        return false;
    if (!in->armed)
        arm(in, q);
    check_all(in);
    (void)pthread_mutex_lock(&in->lock);
    while (in->open)
        (void)pthread_cond_wait(&in->done, &in->lock);
    (void)pthread_mutex_unlock(&in->lock);
    if (!is_sound(in, q))
        return false;
    gather(in);
    *out = in->whole;
    return true;
}
