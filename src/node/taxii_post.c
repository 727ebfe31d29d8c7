/*
 * Adding objects (TAXII 2.1 5.5) and what became of them (4.3). Each object of the envelope is checked alone:
 * what is good is stored, what is not is kept in quarantine, and the status says which is which. The answer
 * comes when all of it is on disk, so that nothing is ever pending.
 */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/node_key.h"
#include "node/taxii_intake.h"
#include "wire/json_write.h"

struct intake {
    struct taxii_request *q;
    struct taxii_envelope e;
    struct journal_refused *refused;
    size_t n_refused;
};

static const struct why *why_kept(struct intake *in, const struct why *w)
{
    static const struct why unsaid = { .reason = "too-large" };
    struct why *copy = arena_alloc(in->q->a, sizeof *copy);

    if (!copy)
        return &unsaid;
    *copy = *w;
    return copy;
}

static const struct why *why_of(struct intake *in, enum object_outcome o)
{
    struct why w = { 0 };

    (void)why_set(&w, object_outcome_word(o), WHY_NO_OFFSET, "STIX 2.1 3.6", "%s", object_outcome_say(o));
    return why_kept(in, &w);
}

/* Into quarantine: the bytes, why, from whom, when. */
static void set_aside(struct intake *in, const struct taxii_sent *s, const struct why *w)
{
    in->refused[in->n_refused++] = (struct journal_refused){
        .at = in->q->now,
        .collection = span_str(in->q->collection->id),
        .source = span_str(in->q->account->config->name),
        .reason = span_str(w->reason),
        .clause = span_str(w->clause),
        .detail = span_str(w->detail),
        .id = s->id,
        .version = s->version,
        .text = s->text,
    };
}

/* What the store says of those that were good. */
static void take_outcomes(struct intake *in)
{
    in->refused = calloc(in->e.n + 1, sizeof *in->refused);
    if (!in->refused)
        abort();
    for (size_t i = 0; i < in->e.n; i++) {
        struct taxii_sent *s = &in->e.sent[i];

        if (!s->refused) {
            const struct object_new *n = &in->e.good[s->good];

            if (n->outcome == OBJECT_ADDED || n->outcome == OBJECT_KNOWN)
                continue;
            s->refused = why_of(in, n->outcome);
        }
        if (s->refused)
            set_aside(in, s, s->refused);
    }
}

static void put_success(struct intake *in, const struct taxii_sent *s, struct buffer *b, bool first)
{
    struct object_new *n = &in->e.good[s->good];
    char version[OBJECT_TIME_TEXT];
    struct object_row known;
    struct object_store *store = taxii_options_of(in->q->t)->objects;
    const struct object_row *r = &n->row;
    bool stored = n->outcome == OBJECT_KNOWN && object_store_row(store, n->sequence, &known);

    if (stored && taxii_may(in->q, &known.label))
        r = &known; /* what it does not see has no date for it */
    else if (n->outcome == OBJECT_KNOWN && (r->flags & OBJECT_IS_UNVERSIONED))
        n->row.version = in->q->now;
    buf_str(b, first ? "{\"id\":\"" : ",{\"id\":\"");
    buf_put(b, s->id);
    buf_str(b, "\",\"version\":\"");
    buf_str(b, object_version_text(r, version));
    buf_str(b, r == &known ? "\",\"message\":\"Object already added\"}" : "\"}");
}

static void put_failure(struct intake *in, const struct taxii_sent *s, struct json_writer *j)
{
    char text[OBJECT_TIME_TEXT], message[JOURNAL_DETAIL + 80];
    const struct why *w = s->refused;

    (void)snprintf(message, sizeof message, "%s: %s%s%s%s", w->reason, w->detail, w->clause ? " (" : "",
                   w->clause ? w->clause : "", w->clause ? ")" : "");
    jw_object(j, NULL);
    if (s->id.n)
        jw_text(j, "id", s->id);
    else
        jw_str(j, "id", "unknown");
    if (s->version.n)
        jw_text(j, "version", s->version);
    else
        jw_str(j, "version", object_date_text(in->q->now, text));
    jw_str(j, "message", message);
    jw_object_end(j);
}

/* 4.3.1; the list of successes is most of it, and needs no escapes. */
static void put_status(struct intake *in, const char *id, struct buffer *b)
{
    char text[OBJECT_TIME_TEXT];
    struct json_writer j = json_to(b);
    size_t failed = in->n_refused, put = 0;

    jw_object(&j, NULL);
    jw_str(&j, "id", id);
    jw_str(&j, "status", "complete");
    jw_str(&j, "request_timestamp", object_date_text(in->q->now, text));
    jw_int(&j, "total_count", (int64_t)in->e.n);
    jw_int(&j, "success_count", (int64_t)(in->e.n - failed));
    jw_int(&j, "failure_count", (int64_t)failed);
    jw_int(&j, "pending_count", 0);
    if (failed < in->e.n) {
        jw_array(&j, "successes");
        for (size_t i = 0; i < in->e.n; i++)
            if (!in->e.sent[i].refused)
                put_success(in, &in->e.sent[i], b, put++ == 0);
        jw_array_end(&j);
    }
    if (failed) {
        jw_array(&j, "failures");
        for (size_t i = 0; i < in->e.n; i++)
            if (in->e.sent[i].refused)
                put_failure(in, &in->e.sent[i], &j);
        jw_array_end(&j);
    }
    jw_object_end(&j);
}

static void answer_status(struct intake *in)
{
    const struct taxii_options *o = taxii_options_of(in->q->t);
    struct journal_status status = { .root = span_str(in->q->root->name),
                                     .source = span_str(in->q->account->config->name),
                                     .at = in->q->now };
    uint8_t random[16];
    struct stix_uuid id;
    char text[STIX_UUID_TEXT];
    struct buffer b;
    struct why w = { 0 };

    random_bytes(random, sizeof random);
    stix_uuid_v4(random, &id);
    memcpy(status.id, id.b, sizeof status.id);
    buf_init(&b, (size_t)1 << 31);
    put_status(in, stix_uuid_text(&id, text), &b);
    status.json = buf_span(&b);
    if (!buf_ok(&b) || !object_journal_put(o->journal, &status, in->refused, in->n_refused, &w)) {
        taxii_refuse(in->q, 503, w.reason ? w.reason : "too-large",
                     "The status could not be kept: send the same objects again.");
        buf_free(&b);
        return;
    }
    taxii_answer(in->q, 202, buf_span(&b));
    in->q->out->heap = b.p;
}

void taxii_post(struct taxii_request *q)
{
    struct intake in = { .q = q };
    struct why w = { 0 };

    if (!taxii_intake_end(q->r->stream, q, &in.e))
        return;
    if (!object_store_add(taxii_options_of(q->t)->objects, q->number, in.e.good, in.e.n_good, &w)) {
        taxii_refuse_why(q, 503, &w);
        return;
    }
    take_outcomes(&in);
    answer_status(&in);
    free(in.refused);
}

void taxii_get_status(struct taxii_request *q)
{
    struct stix_uuid id;
    struct span json;

    if (!stix_uuid_read(q->path.status, &id) ||
        !object_journal_status(taxii_options_of(q->t)->journal, id.b, span_str(q->root->name),
                               span_str(q->account->config->name), q->a, &json)) {
        taxii_refuse(q, 404, "status", "There is no such status, or its time is over.");
        return;
    }
    taxii_answer(q, 200, json);
}
