/* Notices in the store: a case each, its steps events of it. */
#include <stdio.h>

#include "base/text.h"
#include "service/licence/offence_internal.h"

enum { PARTIES = 64, PLATE = 64 };

struct span offence_event_id(int64_t n, char out[OFFENCE_EVENT_ID])
{
    (void)snprintf(out, OFFENCE_EVENT_ID, "step-%d", (int)n);
    return span_str(out);
}

bool offence_step_bytes(const struct offence_step *x, struct arena *a, struct span *out, struct why *w)
{
    struct buffer b;
    struct span copy = { NULL, 0 };

    buf_init(&b, OFFENCE_STEP_BYTES);
    offence_step_put(x, &b);
    if (buf_ok(&b))
        copy = arena_copy(a, buf_span(&b));
    buf_free(&b);
    if (!copy.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = copy;
    return true;
}

static bool is_step(const struct case_event *e, size_t n)
{
    char id[OFFENCE_EVENT_ID];

    return span_eq(e->id, offence_event_id((int64_t)n, id));
}

bool offence_of_case(const struct case_view *v, struct arena *a, struct offence *out, struct why *w)
{
    struct offence *of = out;
    struct ask_question q;

    if (!span_eq_str(v->record.kind, offence_topic.name) || !ask_question_stored(v->record.body, a, &q, w))
        return why_set(w, "case-unknown", WHY_NO_OFFSET, NULL, "there is no notice under this reference");
    *of = (struct offence){ .name = v->record.name, .transport = v->record.state, .at = v->record.at };
    if (!offence_notice_read(q.body, a, &of->notice, w))
        return false;
    of->state = offence_word_from(of->transport);
    for (size_t i = 0; i < v->n_events; i++) {
        const struct case_event *e = &v->event[i];

        if (span_eq_str(e->state, "refused"))
            of->refused = e->what;
        if (of->n == OFFENCE_STEPS || !is_step(e, of->n + 1))
            continue;
        if (!offence_step_read(e->body, a, &of->step[of->n], w))
            return false;
        of->by_us[of->n] = !span_eq(of->step[of->n].from, of->name.other);
        of->n++;
    }
    return true;
}

bool offence_find(struct store *s, const struct case_name *name, struct arena *a, bool *found,
                  struct offence *out, struct why *w)
{
    struct case_view v;

    if (!store_find_case(s, name, found, a, &v, w))
        return false;
    if (*found && !span_eq_str(v.record.kind, offence_topic.name))
        *found = false;
    return !*found || offence_of_case(&v, a, out, w);
}

static bool fits(const struct case_name *name, enum case_side side, struct span other)
{
    return (name->side == CASE_ANY_SIDE || name->side == side) &&
           (!name->other.n || span_eq(name->other, other));
}

bool offence_look(struct store *s, const struct agreement *g, const struct case_name *name, struct arena *a,
                  bool *found, struct offence *out, struct why *w)
{
    struct span party[PARTIES];
    size_t n = agreement_parties(g, party, PARTIES), have = 0;

    for (size_t i = 0; i < n && i < PARTIES; i++) {
        for (int side = CASE_OURS; side <= CASE_THEIRS; side++) {
            const struct case_name one = { (enum case_side)side, party[i], name->reference };
            bool here = false;

            if (!fits(name, one.side, one.other))
                continue;
            if (!offence_find(s, &one, a, &here, out, w))
                return false;
            have += here;
            if (have > 1)
                return why_set(w, "ambiguous", WHY_NO_OFFSET, NULL,
                               "several notices have this reference: say the member, and whose it is");
            if (here)
                out->name = one;
        }
    }
    *found = have == 1;
    return true;
}

static bool same_step(const struct offence *of, const struct offence_step *x, struct arena *a, bool *same,
                      struct why *w)
{
    struct span one = { 0 }, other = { 0 };

    if (!offence_step_bytes(&of->step[x->n - 1], a, &one, w) || !offence_step_bytes(x, a, &other, w))
        return false;
    *same = span_eq(one, other);
    return true;
}

bool offence_count(struct store *s, const struct offence *of, const struct offence_step *x,
                   enum offence_side side, unix_time now, struct arena *a, const char **refused,
                   struct why *w)
{
    char id[OFFENCE_EVENT_ID];
    struct case_event e = { .id = offence_event_id(x->n, id), .from = of->transport, .at = now };
    enum store_put what = STORE_NEW;
    struct why once;
    bool same = false;

    why_clear(&once);
    *refused = NULL;
    if (x->n >= 1 && (uint64_t)x->n <= of->n) {
        if (!same_step(of, x, a, &same, w))
            return false;
        *refused = same ? NULL : "late";
        return true;
    }
    *refused = (uint64_t)x->n != of->n + 1 ? "out-of-order" : offence_objection(of->state, side, x->word);
    if (*refused)
        return true;
    e.what = e.state = span_str(offence_word(x->word));
    if (!offence_step_bytes(x, a, &e.body, w))
        return false;
    if (!store_put_event(s, &of->name, &e, &what, &once)) {
        if (!once.reason || strcmp(once.reason, "case-state") != 0) {
            *w = once;
            return false;
        }
        what = STORE_CONFLICT;
    }
    *refused = what == STORE_CONFLICT ? "late" : NULL;
    return true;
}

/* ---- whom it is about ---- */

/* In capitals, without what is written or left out at will. */
void offence_plate_subject(const struct store *s, struct span home, struct span plate,
                           struct traveller_key *out)
{
    uint8_t mem[PLATE];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    for (size_t i = 0; i < plate.n; i++)
        if (plate.p[i] != ' ' && plate.p[i] != '-' && plate.p[i] != '.')
            buf_u8(&b, ascii_lower(plate.p[i]) ? (uint8_t)(plate.p[i] - 'a' + 'A') : plate.p[i]);
    store_subject_key(s, SPAN("vehicle"), home, buf_span(&b), out);
}

void offence_subject(const struct store *s, const struct offence_notice *x, struct span home,
                     struct traveller_key *out)
{
    uint8_t digest[LICENCE_DIGEST];

    if (x->digest.n == LICENCE_DIGEST)
        licence_subject(s, x->issuer, x->digest.p, out);
    else if (x->number.n && licence_digest(x->issuer, x->number, digest))
        licence_subject(s, x->issuer, digest, out);
    else
        offence_plate_subject(s, home, x->plate, out);
}
