#include "check/check.h"

#include <time.h>

#include "agreement/tables.h"
#include "check/answer.h"
#include "check/facts_record.h"
#include "check/id.h"
#include "check/recognise.h"
#include "check/screening.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"
#include "service/travel/stays_report.h"
#include "store/quotas.h"

enum { ID_MAX = CHECK_ID_MAX, TRIES = 4, ANSWER_MAX = 64 * 1024, CHECK_POSTS = 512, CHECK_PURPOSES = 128 };

/* Everything one check works with. */
struct check {
    const struct check_context *c;
    const struct check_request *r;
    unix_time now;
    struct arena *a;
    char id[ID_MAX + 1];
    struct digest request_hash;
    char code[CODE_TEXT];
    struct gathered *g;
    struct traveller_key traveller;
    bool has_traveller;
    char permission_id[ID_MAX + 1]; /* "" for none */
    struct verdict verdict;
    const struct agreement *agreement; /* the version that decided */
    struct span facts;                 /* as they are kept */
    struct span core;
    struct quota_use quota; /* that applies */
    struct check_record record;
    uint64_t began, asked; /* nanoseconds: the check, and its record of the store */
    bool repeated;
};

/* Each part with its length before it, so that no two requests run together to the same bytes. */
struct parts {
    struct span *part;
    size_t n;
    uint8_t (*number)[8];
    size_t n_numbers;
};

static void add_number(struct parts *p, uint64_t v)
{
    uint8_t *to = p->number[p->n_numbers++];

    for (unsigned i = 0; i < 8; i++)
        to[i] = (uint8_t)(v >> (56 - 8 * i));
    p->part[p->n++] = span_of(to, 8);
}

static void add_part(struct parts *p, struct span value)
{
    add_number(p, value.n);
    p->part[p->n++] = value;
}

static void add_evidence(struct parts *p, const struct evidence *e)
{
    static const uint8_t kind[] = { EVIDENCE_ANY, EVIDENCE_MRZ, EVIDENCE_SEAL, EVIDENCE_PICTURE,
                                    EVIDENCE_CHIP };

    add_part(p, span_of(&kind[e->kind], 1));
    if (e->kind != EVIDENCE_CHIP) {
        add_part(p, e->bytes);
        return;
    }
    add_number(p, e->n_files);
    for (size_t i = 0; i < e->n_files; i++)
        add_part(p, e->file[i]);
    add_part(p, e->challenge);
    add_part(p, e->response);
    add_part(p, e->chip_authentication);
}

/* Adds nothing where nothing was said of it. */
static void add_insurance(struct parts *p, const struct travel_insurance *i)
{
    if (!i->held && !i->vehicle && !i->vehicle_card && !date_is_set(i->until) && !i->cover_said)
        return;
    add_number(p, i->held);
    add_number(p, date_is_set(i->until) ? (uint64_t)date_to_days(i->until) : UINT64_MAX);
    add_number(p, i->cover_said ? (uint64_t)i->cover : UINT64_MAX);
    add_part(p, i->currency);
    add_number(p, i->vehicle);
    add_number(p, i->vehicle_card);
}

static bool hash_request(const struct check_request *r, struct arena *a, struct digest *out)
{
    size_t most = 13;
    struct parts p = { 0 };
    uint8_t numbers[16];
    struct buffer b;

    for (size_t i = 0; i < r->n_evidence; i++)
        most += 6 + r->evidence[i].n_files;
    p.part = arena_array(a, 2 * most, sizeof *p.part);
    p.number = arena_array(a, most, sizeof *p.number);
    if (!p.part || !p.number)
        return false;
    buf_init_fixed(&b, numbers, sizeof numbers);
    buf_be(&b, (uint64_t)r->stay_days, 8);
    buf_be(&b, (uint64_t)r->movement, 4);
    buf_be(&b, (uint64_t)r->examined, 2);
    buf_be(&b, r->officer_admits, 2);
    add_part(&p, r->purpose);
    add_part(&p, r->mode);
    add_part(&p, r->post);
    add_part(&p, r->from);
    add_part(&p, buf_span(&b));
    for (size_t i = 0; i < r->n_evidence; i++)
        add_evidence(&p, &r->evidence[i]);
    add_insurance(&p, &r->insurance);
    digest_parts(DIGEST_SHA256, p.part, p.n, out);
    return true;
}

/* Who: issuer and number of the document, only when the lines read well. What: the permission by issuer and
 * number. */
static void identify(struct check *k)
{
    const struct travel_document *d = &k->g->document;
    const struct travel_permission *p = &k->g->permission;
    struct buffer b;

    if (k->c->store && d->present && d->readable) {
        store_traveller_key(k->c->store, span_str(d->mrz.issuer), span_str(d->mrz.number), &k->traveller);
        k->has_traveller = true;
    }
    if (p->present && p->result == RESULT_GENUINE && p->issuer && p->number[0]) {
        buf_init_fixed(&b, k->permission_id, sizeof k->permission_id);
        buf_printf(&b, "%s-%s", p->issuer, p->number);
        if (!*buf_cstr(&b))
            k->permission_id[0] = 0;
    }
}

static bool keep_facts(struct check *k, const struct facts *f, struct date on, struct why *w)
{
    struct buffer b;
    bool whole;

    if (!k->c->store)
        return true;
    buf_init(&b, ANSWER_MAX);
    facts_record_put(f, on, agreement_hash(k->agreement), &b);
    k->facts = arena_copy(k->a, buf_span(&b));
    whole = buf_ok(&b) && k->facts.n;
    buf_free(&b);
    return whole || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the facts are too many to be kept");
}

/*
 * How many this member has admitted under the quota that applies. Where it turns on a missing fact which one
 * that is, and at an edge, which does not see the entries of other lanes, the count stays unknown.
 */
static bool count_quota(struct check *k, struct facts *f, struct date on, struct why *w)
{
    struct quota q;
    int64_t used = 0;

    k->quota = (struct quota_use){ { NULL, 0 }, { 0 }, { 0 }, 0 };
    if (!k->c->store || k->c->edge || agreement_quota(k->agreement, f, on, &q) != TABLE_FOUND)
        return true;
    k->quota = (struct quota_use){ span_str(q.name), q.from, q.to, q.most };
    if (!store_quota_used(k->c->store, k->quota.name, q.from, q.to, &used, w))
        return false;
    fact_set_number(f, FACT_QUOTA_USED, used);
    return true;
}

static bool decide(struct check *k, struct why *w)
{
    const struct check_request *r = k->r;
    struct travel_circumstances t = { .purpose = r->purpose,
                                      .mode = r->mode,
                                      .post = r->post,
                                      .from = r->from,
                                      .stay_days = r->stay_days,
                                      .entering = k->c->member,
                                      .contradictions = gathered_contradictions(k->g),
                                      .listing = gathered_listing_fact(&k->g->listing),
                                      .listing_unknown = gathered_listing_unknown(&k->g->listing),
                                      .examined_said = r->examined != EXAMINED_NOT_SAID,
                                      .examined = r->examined == EXAMINED_YES,
                                      .insurance = r->insurance };
    struct date on = date_of_time(k->now + k->c->utc_offset);
    uint64_t from = stopwatch_from(k->g->watch);
    struct facts facts;

    if (k->has_traveller) {
        if (!store_stays(k->c->store, &k->traveller, span_str(k->c->member), k->a, &t.stays, &t.n_stays, w))
            return false;
        t.stays_known = true;
    }
    if (k->c->store && k->permission_id[0]) {
        if (!store_permission_uses(k->c->store, span_str(k->permission_id), &t.uses, w))
            return false;
        t.uses_known = true;
    }
    (void)stopwatch_stop(k->g->watch, "register", from);
    from = stopwatch_from(k->g->watch);
    travel_facts(&k->g->document, &k->g->permission, &t, on, &facts);
    k->agreement = agreement_by_law(&k->c->law, k->c->agreement, facts.v[FACT_TRAVEL_ENTERING].word,
                                    facts.v[FACT_TRAVELLER_NATIONALITY].word, on);
    if (!count_quota(k, &facts, on, w))
        return false;
    agreement_decide(k->agreement, &facts, on, &k->verdict);
    screening_apply(screening_refers(k->g), &k->verdict);
    (void)stopwatch_stop(k->g->watch, "law", from);
    return keep_facts(k, &facts, on, w);
}

/* A receipt holds words of the agreement alone: nothing that somebody may have written there. */
static struct span post_of(const struct check *k)
{
    struct span post[CHECK_POSTS];
    size_t n = agreement_words(k->c->agreement, VOCABULARY_POST, post, CHECK_POSTS);

    for (size_t i = 0; i < n && i < CHECK_POSTS; i++)
        if (span_eq(post[i], k->r->post))
            return post[i];
    return (struct span){ NULL, 0 };
}

/* Why the traveller comes, as the desk says or else the permission; likewise a word of the agreement alone.
 */
static struct span travels_for(const struct check *k)
{
    const struct travel_permission *p = &k->g->permission;
    struct span word[CHECK_PURPOSES];
    struct span said = k->r->purpose.n ? k->r->purpose : p->purpose;
    size_t n = agreement_words(k->agreement, VOCABULARY_PURPOSE, word, CHECK_PURPOSES);

    for (size_t i = 0; i < n && i < CHECK_PURPOSES; i++)
        if (span_eq(word[i], said))
            return word[i];
    return (struct span){ NULL, 0 };
}

/* What is recorded as a movement: who leaves has left, who enters was let in; asked late, only what the
 * officer decided happened. */
static enum movement moved(const struct check *k)
{
    const struct check_request *r = k->r;
    bool happened = r->officer_admits ||
                    (!r->asked && (r->movement == MOVEMENT_EXIT || k->verdict.outcome == OUTCOME_ADMIT));

    return k->has_traveller && happened ? r->movement : MOVEMENT_NONE;
}

static bool make_core(struct check *k, struct why *w)
{
    struct answer_parts p = { .c = k->c,
                              .id = span_str(k->id),
                              .at = k->now,
                              .g = k->g,
                              .v = &k->verdict,
                              .agreement = k->agreement,
                              .officer_admits = k->r->officer_admits,
                              .request_hash = digest_span(&k->request_hash),
                              .facts = k->facts,
                              .post = post_of(k),
                              .moved = moved(k),
                              .entry = k->r->movement == MOVEMENT_ENTRY &&
                                       (!k->r->asked || k->r->officer_admits) };
    uint64_t from = stopwatch_from(k->g->watch);
    struct buffer b;
    bool whole;

    random_bytes(p.salt, sizeof p.salt);
    answer_code(&p, p.code);
    memcpy(k->code, p.code, sizeof k->code);
    buf_init(&b, ANSWER_MAX);
    whole = answer_core(&p, &b, w);
    (void)stopwatch_stop(k->g->watch, "receipt", from);
    k->core = arena_copy(k->a, buf_span(&b));
    whole = whole && buf_ok(&b) && k->core.n;
    buf_free(&b);
    return whole || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too large");
}

/* Until when an admitted entry lasts, by which rule: the reason that allows it says so. */
static void record_limit(struct check *k)
{
    const struct verdict *v = &k->verdict;

    if (v->outcome != OUTCOME_ADMIT || !v->article)
        return;
    k->record.article = span_str(v->article);
    k->record.until = v->stay_limited ? v->last_day : (struct date){ 0 };
    for (size_t i = 0; v->stay_limited && i < v->n_reasons; i++)
        if (strcmp(v->reason[i].code, "allowed") == 0) {
            if (v->reason[i].facts &
                (UINT64_C(1) << FACT_PERMISSION_STAY | UINT64_C(1) << FACT_PERMISSION_EXPIRY))
                break; /* the permission limits it, not the rule alone: the day stands */
            k->record.days = v->reason[i].days;
            k->record.period = v->reason[i].window;
            break;
        }
}

/* An article that would admit without the permission uses none of its entries. Where an officer admits, it is
 * not known on what: the use is counted, without a limit. */
static struct span permission_used(const struct check *k)
{
    return k->verdict.outcome == OUTCOME_ADMIT && !k->verdict.by_permission ? (struct span){ NULL, 0 }
                                                                            : span_str(k->permission_id);
}

static void make_record(struct check *k)
{
    const struct travel_permission *p = &k->g->permission;
    const struct travel_document *d = &k->g->document;

    k->record = (struct check_record){
        .request_id = span_str(k->id),
        .request_hash = digest_span(&k->request_hash),
        .response = k->core,
        .facts = k->facts,
        .at = k->now,
        .admitted = k->verdict.outcome == OUTCOME_ADMIT || k->r->officer_admits,
        .movement = moved(k),
        .moved_at = k->r->asked && k->r->asked < k->now ? k->r->asked : k->now,
        .traveller = k->traveller,
        .member = span_str(k->c->member),
        .permission_id = permission_used(k),
        .permission_entries = p->entries > 0 && !k->r->officer_admits ? p->entries : 0,
        .quota = k->quota,
        .code = span_str(k->code),
        .purpose = travels_for(k),
    };
    if (k->r->officer_admits)
        k->record.quota.most = -1; /* whoever is let in is counted */
    record_limit(k);
    k->record.has_subject = k->has_traveller && travel_subject(k->c->store, span_str(d->mrz.issuer),
                                                               span_str(d->mrz.number), &k->record.subject);
}

/* What the store did with the record. */
static bool recorded(struct check *k, enum store_put what, struct span previous, struct why *w)
{
    if (what == STORE_CONFLICT)
        return why_set(w, "request-conflict", WHY_NO_OFFSET, NULL,
                       "this id was used for another request; give each traveller an id of their own");
    if (what == STORE_REPEATED) {
        k->repeated = true;
        k->core = previous;
    }
    return true;
}

bool check_again(const struct why *w)
{
    return w->reason && (strcmp(w->reason, "permission-used") == 0 || strcmp(w->reason, "quota-used") == 0);
}

/* False with check_again when another lane took the last entry meanwhile. */
static bool record(struct check *k, struct why *w)
{
    enum store_put what;
    struct span previous = { NULL, 0 };

    return store_put_check(k->c->store, &k->record, &what, k->a, &previous, w) &&
           recorded(k, what, previous, w);
}

static bool prepare(struct check *k, struct why *w)
{
    if (!decide(k, w) || !make_core(k, w))
        return false;
    make_record(k);
    k->asked = stopwatch_from(k->g->watch);
    return true;
}

static bool decide_and_record(struct check *k, struct why *w)
{
    for (int i = 0; i < TRIES; i++) {
        struct why once;

        why_clear(&once);
        if (!prepare(k, w))
            return false;
        if (!k->c->store || record(k, &once))
            return true;
        if (!check_again(&once) || i == TRIES - 1) {
            *w = once;
            return false;
        }
    }
    return false;
}

/* Of the answer given, which for a repeated request is that of then. */
static enum outcome outcome_of(struct span core)
{
    return span_starts(core, SPAN("{\"verdict\":\"admit\"")) ? OUTCOME_ADMIT : OUTCOME_REFER;
}

static uint64_t now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Not asked for: *out is NULL, and no clock is read but for the whole. */
static bool start_watch(const struct check *k, struct stopwatch **out)
{
    *out = NULL;
    if (!k->r->measure)
        return true;
    if (!(*out = arena_alloc(k->a, sizeof **out)))
        return false;
    (*out)->now = now_ns;
    (*out)->began = k->began;
    (*out)->of = SIZE_MAX;
    (*out)->within = false;
    (*out)->n = 0;
    return true;
}

/* What is looked up for the document and the bearer. */
static bool look_up(struct check *k, struct why *w)
{
    struct stopwatch *watch = k->g->watch;
    uint64_t from = stopwatch_from(watch);
    struct stopwatch_part *part;
    bool ok;

    gather_listing(k->c, k->now, k->g);
    if (k->g->listing.asked && (part = stopwatch_stop(watch, "notices", from)) != NULL)
        part->as_of = k->g->listing.as_of;
    identify(k);
    from = stopwatch_from(watch);
    ok = gather_screening(k->c, k->r, span_str(k->id), k->now, k->a, k->g, w);
    if (k->g->screened)
        (void)stopwatch_stop(watch, "screening", from);
    return ok;
}

/* Up to where the store is asked. */
static struct check *start(const struct check_context *c, const struct check_request *r, unix_time now,
                           struct arena *a, struct why *w)
{
    struct check *k = arena_alloc(a, sizeof *k);
    struct stopwatch *watch;

    if (!k || !(k->g = arena_alloc(a, sizeof *k->g))) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return NULL;
    }
    k->c = c;
    k->r = r;
    k->now = now;
    k->a = a;
    k->began = now_ns();
    if (!check_id(r->id, "openapi.json CheckRequest", k->id, w))
        return NULL;
    if (r->n_evidence == 0) {
        (void)why_set(w, "request", WHY_NO_OFFSET, "openapi.json CheckRequest",
                      "no evidence: send the lines, a chip, a seal or a picture");
        return NULL;
    }
    if (r->asked && r->asked < now - LIMIT_ASKED_LATE) {
        (void)why_set(w, "request", WHY_NO_OFFSET, "openapi.json CheckRequest",
                      "\"asked\" is more than %d days ago: enter a movement that was missed as a repair",
                      LIMIT_ASKED_LATE / 86400);
        return NULL;
    }
    if (!hash_request(r, a, &k->request_hash) || !start_watch(k, &watch)) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return NULL;
    }
    gather(c, r, now, watch, a, k->g);
    return look_up(k, w) ? k : NULL;
}

static bool finish(const struct check *k, struct check_answer *out, struct why *w)
{
    struct buffer b;
    bool whole;

    if (k->c->store)
        (void)stopwatch_stop(k->g->watch, "record", k->asked);
    buf_init(&b, ANSWER_MAX);
    answer_whole(k->core, k->g, (now_ns() - k->began) / 1000u, k->repeated, &b);
    out->json = arena_copy(k->a, buf_span(&b));
    out->repeated = k->repeated;
    out->outcome = outcome_of(k->core);
    out->hits = k->g->screened && k->g->screened->n;
    whole = buf_ok(&b) && out->json.n;
    buf_free(&b);
    return whole || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too large");
}

bool check_run(const struct check_context *c, const struct check_request *r, unix_time now, struct arena *a,
               struct check_answer *out, struct why *w)
{
    struct check *k = start(c, r, now, a, w);

    return k && decide_and_record(k, w) && finish(k, out, w);
}

bool check_is_short(const struct check_context *c, const struct check_request *r)
{
    for (size_t i = 0; i < r->n_evidence; i++) {
        const struct evidence *e = &r->evidence[i];

        if (e->kind != EVIDENCE_MRZ && e->kind != EVIDENCE_CHIP &&
            (e->kind == EVIDENCE_PICTURE || recognise(e->bytes) == THING_PICTURE))
            return false;
    }
    return c->store != NULL;
}

bool check_begin(const struct check_context *c, const struct check_request *r, unix_time now, struct arena *a,
                 struct check **ret, store_done *done, void *ctx, struct why *w)
{
    struct check *k = start(c, r, now, a, w);

    if (!k || !prepare(k, w))
        return false;
    *ret = k; /* before done can be called */
    return store_put_check_later(c->store, &k->record, a, done, ctx, w);
}

bool check_end(struct check *k, const struct store_outcome *o, struct check_answer *out, struct why *w)
{
    if (!o->recorded) {
        *w = o->why;
        return false;
    }
    return recorded(k, o->what, o->previous, w) && finish(k, out, w);
}
