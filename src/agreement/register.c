/* What each instrument does to how its member stands, or why it does nothing. */
#include "agreement/register.h"

#include <stdlib.h>

#include "agreement/register_internal.h"
#include "crypto/digest.h"

/* VCLT article 56(2); article 20(5). */
static const struct notice_period year_of_notice = { .said = true, .n = 12, .unit = UNIT_MONTHS };
enum { MONTHS_TO_OBJECT = 12 };

struct work {
    struct agreement_register *r;
    struct register_version *v;
    size_t *cap; /* of lines, for each version */
    struct arena *a;
    size_t at; /* entry */
    const struct instrument *i;
    unsigned member;
    const struct article *x;
    day_number day;
};

static const char no_memory[] = "";

day_number register_after(day_number day, const struct notice_period *n)
{
    struct date d = date_from_days(day);

    if (!n->said || n->n == 0)
        return day;
    if (n->unit == UNIT_DAYS)
        return day + n->n;
    return date_to_days(date_add_months(d, n->unit == UNIT_YEARS ? 12 * n->n : n->n));
}

static struct register_line *add(struct work *k, enum line_kind kind, day_number from)
{
    size_t version = (size_t)(k->v - k->r->version);
    struct register_line *more;

    if (k->v->n_lines == k->cap[version]) {
        k->cap[version] = k->cap[version] ? 2 * k->cap[version] : 32;
        more = k->cap[version] <= LINES ? arena_array(k->a, k->cap[version], sizeof *more) : NULL;
        if (!more)
            return NULL;
        if (k->v->n_lines)
            memcpy(more, k->v->line, k->v->n_lines * sizeof *more);
        k->v->line = more;
    }
    more = &k->v->line[k->v->n_lines++];
    *more = (struct register_line){ .kind = kind,
                                    .member = k->member,
                                    .other = BOUND_MEMBERS,
                                    .article = k->x ? (int)k->x->index : -1,
                                    .from = from,
                                    .to = INT32_MAX,
                                    .entry = k->at };
    k->r->entry[k->at].from = date_from_days(from);
    return more;
}

/* The last line of the kind of this member and matter that has no end before the day. */
static struct register_line *open_line(const struct work *k, enum line_kind kind, unsigned member,
                                       int article, day_number after)
{
    for (size_t i = k->v->n_lines; i-- > 0;) {
        struct register_line *l = &k->v->line[i];

        if (l->kind == kind && l->member == member && l->article == article && l->to > after)
            return l;
    }
    return NULL;
}

static struct register_line *consent(const struct work *k)
{
    return open_line(k, LINE_CONSENT, k->member, -1, k->day);
}

static int article_of(const struct work *k)
{
    return k->x ? (int)k->x->index : -1;
}

static void effect(struct work *k, day_number day)
{
    k->r->entry[k->at].from = date_from_days(day);
}

/* The day that the instrument names, when that is not before the earliest. */
static const char *day_of_effect(const struct work *k, day_number earliest, day_number *out)
{
    *out = earliest;
    if (!date_is_set(k->i->from))
        return NULL;
    if (date_to_days(k->i->from) < k->day)
        return "backdated";
    if (date_to_days(k->i->from) < earliest)
        return "notice-too-short";
    *out = date_to_days(k->i->from);
    return NULL;
}

static const char *put(struct work *k, enum line_kind kind, day_number from)
{
    return add(k, kind, from) ? NULL : no_memory;
}

static const char *sign(struct work *k)
{
    if (k->member >= k->v->a->parties.n)
        return "not-a-party";
    for (size_t i = 0; i < k->at; i++) {
        const struct instrument_entry *e = &k->r->entry[i];

        if (e->effect == INSTRUMENT_COUNTS && e->instrument->kind == INSTRUMENT_SIGN &&
            span_eq(e->instrument->member, k->i->member) &&
            memcmp(e->instrument->agreement, k->i->agreement, 32) == 0)
            return "repeated";
    }
    return consent(k) ? "repeated" : NULL;
}

/* An optional article: accepted with the consent or after it, and again after a withdrawal from it. */
static const char *accept_article(struct work *k)
{
    struct register_line *out, *in;

    if (!k->x->optional)
        return "not-optional";
    if (!consent(k))
        return "not-bound";
    in = open_line(k, LINE_ACCEPTED, k->member, article_of(k), k->day);
    out = open_line(k, LINE_OUT, k->member, article_of(k), k->day);
    if (in && !out)
        return "repeated";
    if (out)
        out->to = k->day > out->from ? k->day : out->from;
    if (in) {
        effect(k, k->day);
        return NULL;
    }
    return put(k, LINE_ACCEPTED, k->day);
}

static const char *consents(struct work *k)
{
    bool party = k->member < k->v->a->parties.n;

    if (k->x)
        return accept_article(k);
    if (k->i->kind == INSTRUMENT_RATIFY && !party)
        return "not-a-party";
    if (k->i->kind == INSTRUMENT_ACCEDE && party)
        return "a-party-ratifies";
    return consent(k) ? "repeated" : put(k, LINE_CONSENT, k->day);
}

static bool fixed(const struct agreement *a, const struct article *x)
{
    for (size_t i = 0; i < a->fixed.n; i++)
        if (span_eq_str(a->fixed.w[i], x->number))
            return true;
    return a->no_reservations && a->fixed.n == 0;
}

static bool same_act(const struct work *k, const struct register_line *l)
{
    return memcmp(k->r->entry[l->entry].instrument->act, k->i->act, 32) == 0;
}

static bool same_reservation(const struct register_line *l)
{
    return l->kind == LINE_RESERVED || l->kind == LINE_RESERVED_OUT;
}

/* The reservation of a member to the article, standing on the day. */
static struct register_line *reservation_of(const struct work *k, unsigned member)
{
    struct register_line *l = open_line(k, LINE_RESERVED, member, article_of(k), k->day);

    return l ? l : open_line(k, LINE_RESERVED_OUT, member, article_of(k), k->day);
}

static const char *reserve(struct work *k)
{
    struct register_version *v = k->v;
    const struct register_line *bound = consent(k);
    bool out = span_eq_str(k->i->text, "not bound");
    struct agreement_reservation *all;

    if (fixed(v->a, k->x))
        return "reservation-not-permitted";
    if (bound && !same_act(k, bound))
        return "late-reservation";
    if (reservation_of(k, k->member))
        return "repeated";
    if (out) {
        if (put(k, LINE_RESERVED_OUT, k->day))
            return no_memory;
        v->line[v->n_lines - 1].reservation = BOUND_RESERVATIONS;
        return NULL;
    }
    if (v->n_reservations == BOUND_RESERVATIONS)
        return "too-many-reservations";
    all = arena_array(k->a, v->n_reservations + 1, sizeof *all);
    if (!all)
        return no_memory;
    if (v->n_reservations)
        memcpy(all, v->reservation, v->n_reservations * sizeof *all);
    all[v->n_reservations] = (struct agreement_reservation){ k->i->member, k->i->article, k->i->text };
    v->reservation = all;
    if (put(k, LINE_RESERVED, k->day))
        return no_memory;
    v->line[v->n_lines - 1].reservation = (unsigned)v->n_reservations++;
    return NULL;
}

/* The last day on which a member may object to a reservation. */
static day_number last_to_object(const struct register_version *v, const struct register_line *reservation,
                                 unsigned member)
{
    day_number from = reservation->from;

    for (size_t i = 0; i < v->n_lines; i++) {
        const struct register_line *l = &v->line[i];

        if (l->kind == LINE_CONSENT && l->member == member && l->to > reservation->from && l->from > from)
            from = l->from;
    }
    return date_to_days(date_add_months(date_from_days(from), MONTHS_TO_OBJECT));
}

static struct register_line *objection_to(const struct work *k, unsigned other)
{
    for (size_t i = 0; i < k->v->n_lines; i++) {
        struct register_line *l = &k->v->line[i];

        if ((l->kind == LINE_OBJECTED || l->kind == LINE_OPPOSED) && l->member == k->member &&
            l->other == other && l->article == article_of(k) && l->to > k->day)
            return l;
    }
    return NULL;
}

static const char *object(struct work *k)
{
    unsigned other = agreement_member_at(k->v->a, k->i->of);
    const struct register_line *r = other < BOUND_MEMBERS ? reservation_of(k, other) : NULL;
    struct register_line *l;
    unsigned which;

    if (!r)
        return "no-reservation";
    if (objection_to(k, other))
        return "repeated";
    if (k->day > last_to_object(k->v, r, k->member))
        return "late-objection";
    which = r->reservation;
    l = add(k, k->i->kind == INSTRUMENT_OPPOSE ? LINE_OPPOSED : LINE_OBJECTED, k->day);
    if (!l)
        return no_memory;
    l->other = other;
    l->reservation = which;
    return NULL;
}

static void end(struct work *k, struct register_line *l, day_number day)
{
    l->to = day > l->from ? day : l->from;
    effect(k, day);
}

static const char *lift(struct work *k)
{
    struct register_line *l;
    unsigned other;

    if (!k->i->of.n) {
        l = reservation_of(k, k->member);
        if (!l)
            return "no-reservation";
        end(k, l, k->day);
        return NULL;
    }
    other = agreement_member_at(k->v->a, k->i->of);
    l = objection_to(k, other);
    if (!l)
        return "no-objection";
    end(k, l, k->day);
    return NULL;
}

static const char *suspend(struct work *k)
{
    const struct notice_period *n = &k->v->a->suspension;
    day_number day;
    const char *no;

    if (!n->said)
        return "suspension-not-provided";
    if (!consent(k))
        return "not-bound";
    if (open_line(k, LINE_SUSPENDED, k->member, article_of(k), k->day))
        return "repeated";
    no = day_of_effect(k, register_after(k->day, n), &day);
    return no ? no : put(k, LINE_SUSPENDED, day);
}

static const char *resume(struct work *k)
{
    struct register_line *l = open_line(k, LINE_SUSPENDED, k->member, article_of(k), k->day);
    struct register_line *bound = consent(k);
    day_number day;
    const char *no = day_of_effect(k, k->day, &day);

    if (no)
        return no;
    if (l) {
        end(k, l, day);
        return NULL;
    }
    if (k->x || !bound || bound->to == INT32_MAX)
        return "not-suspended";
    bound->to = INT32_MAX; /* VCLT article 68: before it takes effect */
    for (size_t i = 0; i < k->v->n_lines; i++)
        if (k->v->line[i].member == k->member && same_reservation(&k->v->line[i]) &&
            k->v->line[i].to > k->day)
            k->v->line[i].to = INT32_MAX;
    effect(k, k->day);
    return NULL;
}

static const char *withdraw(struct work *k)
{
    const struct notice_period *n = k->v->a->withdrawal.said ? &k->v->a->withdrawal : &year_of_notice;
    struct register_line *bound = consent(k);
    day_number day;
    const char *no = day_of_effect(k, register_after(k->day, n), &day);

    if (!bound)
        return "not-bound";
    if (k->x && !k->x->optional)
        return "not-separable";
    if (no)
        return no;
    if (k->x) {
        if (!open_line(k, LINE_ACCEPTED, k->member, article_of(k), k->day))
            return "not-bound";
        if (open_line(k, LINE_OUT, k->member, article_of(k), k->day))
            return "repeated";
        return put(k, LINE_OUT, day);
    }
    if (bound->to != INT32_MAX)
        return "repeated";
    end(k, bound, day);
    for (size_t i = 0; i < k->v->n_lines; i++) /* what it reserved ends with what it reserved it to */
        if (k->v->line[i].member == k->member && same_reservation(&k->v->line[i]) &&
            k->v->line[i].to == INT32_MAX)
            k->v->line[i].to = day;
    return NULL;
}

/* Who brings in a version is bound by one before it. */
static const char *amend(struct work *k)
{
    for (const struct register_version *v = k->r->version; v < k->v; v++)
        for (size_t i = 0; i < v->n_lines; i++) {
            const struct register_line *l = &v->line[i];
            unsigned m = agreement_member_at(v->a, k->i->member);

            if (l->kind == LINE_CONSENT && l->member == m && line_on(l, k->day))
                return NULL;
        }
    return "not-bound";
}

static const char *apply(struct work *k)
{
    static const char *(*const what[INSTRUMENTS_N])(struct work *) = {
        [INSTRUMENT_SIGN] = sign,         [INSTRUMENT_RATIFY] = consents, [INSTRUMENT_ACCEDE] = consents,
        [INSTRUMENT_RESERVE] = reserve,   [INSTRUMENT_OBJECT] = object,   [INSTRUMENT_OPPOSE] = object,
        [INSTRUMENT_LIFT] = lift,         [INSTRUMENT_SUSPEND] = suspend, [INSTRUMENT_RESUME] = resume,
        [INSTRUMENT_WITHDRAW] = withdraw, [INSTRUMENT_AMEND] = amend,
    };

    if (k->i->backdated)
        return "backdated";
    k->member = agreement_member_at(k->v->a, k->i->member);
    if (k->member == BOUND_MEMBERS)
        return "not-a-member";
    k->x = NULL;
    for (const struct article *x = k->v->a->articles; x && k->i->article.n && !k->x; x = x->next)
        if (span_eq_str(k->i->article, x->number))
            k->x = x;
    if (k->i->article.n && !k->x)
        return "no-such-article";
    return what[k->i->kind](k);
}

/* Whether the condition can be read in the language of that text. */
static bool readable(struct span bytes, const struct agreement_reservation *one)
{
    struct agreement_faults *f = malloc(sizeof *f);
    struct agreement *a;
    bool ok = false;

    if (!f)
        abort();
    a = agreement_parse_reserved(bytes, one, 1, &ok, f);
    ok = a && ok;
    agreement_free(a);
    free(f);
    return ok;
}

static int by_version(const void *x, const void *y)
{
    const struct register_version *a = x, *b = y;

    if (a->a->version != b->a->version)
        return a->a->version < b->a->version ? -1 : 1;
    return memcmp(a->a->hash, b->a->hash, sizeof a->a->hash);
}

static struct span bytes_of(const struct register_input *in, const struct agreement *a)
{
    for (size_t i = 0; i < in->n_texts; i++)
        if (in->text[i] == a)
            return in->bytes[i];
    return (struct span){ NULL, 0 };
}

/* Within one act reservations come before the consent that they belong to, acceptance of articles behind it.
 */
static int rank(const struct instrument *i)
{
    if (i->kind == INSTRUMENT_LIFT)
        return 0;
    if (i->kind == INSTRUMENT_RESERVE)
        return 1;
    return i->article.n ? 3 : 2;
}

/* What is said of another member's reservation follows what that member said in the same second. */
static bool answers(const struct instrument *i)
{
    return i->of.n != 0;
}

static int in_order(const void *x, const void *y)
{
    const struct instrument *a = *(const struct instrument *const *)x;
    const struct instrument *b = *(const struct instrument *const *)y;
    int c;

    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (answers(a) != answers(b))
        return answers(a) ? 1 : -1;
    c = span_cmp(a->member, b->member);
    if (c == 0 && a->number != b->number)
        c = a->number < b->number ? -1 : 1;
    if (c == 0)
        c = memcmp(a->act, b->act, sizeof a->act);
    if (c == 0)
        c = rank(a) - rank(b);
    return c ? c : (a->place > b->place) - (a->place < b->place);
}

static bool sort_entries(const struct register_input *in, struct agreement_register *r, struct arena *a)
{
    const struct instrument **s = arena_array(a, in->n + 1, sizeof *s);

    r->entry = arena_array(a, in->n + 1, sizeof *r->entry);
    if (!s || !r->entry)
        return false;
    for (size_t i = 0; i < in->n; i++)
        s[i] = &in->instrument[i];
    qsort(s, in->n, sizeof *s, in_order);
    for (size_t i = 0; i < in->n; i++)
        if (r->n_entries == 0 || in_order(&s[i - 1], &s[i]) != 0) /* the same one twice is one */
            r->entry[r->n_entries++] = (struct instrument_entry){ .instrument = s[i] };
    return true;
}

static struct register_version *version_of(struct agreement_register *r, const uint8_t hash[32])
{
    for (size_t i = 0; i < r->n_versions; i++)
        if (memcmp(r->version[i].a->hash, hash, 32) == 0)
            return &r->version[i];
    return NULL;
}

/* One entry after the other; false: no memory. */
static bool apply_all(const struct register_input *in, struct work *k)
{
    for (k->at = 0; k->at < k->r->n_entries; k->at++) {
        struct instrument_entry *e = &k->r->entry[k->at];
        struct agreement_reservation one;

        k->i = e->instrument;
        k->day = date_to_days(date_of_time(k->i->time));
        e->from = date_from_days(k->day);
        k->v = version_of(k->r, k->i->agreement);
        if (!k->v) {
            e->effect = INSTRUMENT_WAITS;
            e->reason = "unknown-text";
            continue;
        }
        k->v->known_by_act = true;
        one = (struct agreement_reservation){ k->i->member, k->i->article, k->i->text };
        e->reason = apply(k);
        if (e->reason == no_memory)
            return false;
        if (!e->reason && k->i->kind == INSTRUMENT_RESERVE && !readable(bytes_of(in, k->v->a), &one)) {
            if (k->v->line[k->v->n_lines - 1].kind == LINE_RESERVED)
                k->v->n_reservations--;
            k->v->n_lines--;
            e->reason = "condition";
        }
        e->effect = e->reason ? INSTRUMENT_REFUSED : INSTRUMENT_COUNTS;
    }
    return true;
}

/* All that the register says, so that two nodes can compare. */
static void make_digest(struct agreement_register *r)
{
    struct buffer b;
    struct digest d;

    buf_init(&b, SIZE_MAX / 2);
    buf_str(&b, "serai register 1\n");
    for (size_t i = 0; i < r->n_versions; i++) {
        const struct register_version *v = &r->version[i];

        buf_put(&b, span_of(v->a->hash, 32));
        for (size_t p = 0; p < v->table.n_periods; p++) {
            const struct bound_period *x = &v->table.period[p];

            buf_be(&b, (uint32_t)x->from, 4);
            for (size_t k = 0; k <= v->table.n_articles; k++) {
                buf_be(&b, x->bound[k], 8);
                buf_be(&b, x->likewise[k], 8);
            }
            for (size_t k = 0; k < v->table.n_members; k++)
                buf_be(&b, x->apart[k], 8);
            for (size_t k = 0; k < v->table.n_reservations; k++)
                buf_be(&b, x->objected[k], 8);
            buf_be(&b, x->reserved, 8);
        }
    }
    for (size_t i = 0; i < r->n_entries; i++) {
        buf_put(&b, span_of(r->entry[i].instrument->act, 32));
        buf_printf(&b, " %zu %d %s\n", r->entry[i].instrument->place, (int)r->entry[i].effect,
                   r->entry[i].reason ? r->entry[i].reason : "");
    }
    digest_of(DIGEST_SHA256, buf_span(&b), &d);
    memcpy(r->digest, d.b, sizeof r->digest);
    buf_free(&b);
}

bool register_make(const struct register_input *in, struct arena *a, struct agreement_register *out,
                   struct why *w)
{
    struct agreement_register r = { .n_versions = in->n_texts,
                                    .version = arena_array(a, in->n_texts + 1, sizeof *r.version) };
    struct work k = { .r = &r, .cap = arena_array(a, in->n_texts + 1, sizeof *k.cap), .a = a };

    if (!r.version || !k.cap || !sort_entries(in, &r, a))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < in->n_texts; i++)
        r.version[i] = (struct register_version){ .a = in->text[i], .adopted = INT32_MAX };
    qsort(r.version, r.n_versions, sizeof *r.version, by_version);
    if (!apply_all(in, &k) || !register_fill(&r, a))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    make_digest(&r);
    *out = r;
    return true;
}

bool register_between(const struct agreement_register *r, const struct register_version *v,
                      const struct register_line *reservation, unsigned other, struct date on,
                      struct reservation_between *out)
{
    day_number day = date_to_days(on), last = last_to_object(v, reservation, other);

    (void)r;
    if (!line_on(reservation, day) || other == reservation->member)
        return false;
    *out = (struct reservation_between){ .line = reservation, .standing = "accepted" };
    if (day <= last) {
        out->standing = "open";
        out->objection_until = date_from_days(last);
    }
    for (size_t i = 0; i < v->n_lines; i++) {
        const struct register_line *l = &v->line[i];

        if ((l->kind == LINE_OBJECTED || l->kind == LINE_OPPOSED) && l->member == other &&
            l->other == reservation->member && l->article == reservation->article && line_on(l, day))
            out->standing = l->kind == LINE_OPPOSED ? "opposed" : "objected";
    }
    return true;
}
