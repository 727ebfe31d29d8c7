#include "service/notice/notice_rules.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "service/notice/documents.h"

enum { DAY_SECONDS = 86400, PARTIES = 64 };

/* ---- free text: no other person's data where a field exists ---- */

static bool is_digit(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) || (c >= 0x6f0 && c <= 0x6f9);
}

static bool is_letter(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* What stands in a field may stand in the text. */
static bool in_fields(const struct notice *n, struct span token)
{
    const struct notice_person *p = &n->person;

    for (size_t i = 0; i < p->n_documents; i++)
        if (span_eq(token, p->document[i].number))
            return true;
    for (size_t i = 0; i < n->n_links; i++)
        if (span_eq(token, n->link[i]))
            return true;
    return span_eq(token, n->object.number) || span_eq(token, n->warrant.number);
}

/* A number of a document (letters and five digits), a personal number or account (ten digits), a telephone
 * number (+ and eight), an address of mail. */
static bool tells_of_somebody(const struct notice *n, struct span token)
{
    struct reader r = rd_of(token);
    size_t digits = 0, letters = 0;
    bool at = false, plus = false, other = false;

    while (rd_left(&r)) {
        uint32_t c = utf8_next(&r);

        if (c == UTF8_BAD)
            break;
        digits += is_digit(c);
        letters += is_letter(c);
        at = at || c == '@';
        plus = plus || c == '+';
        other = other || (!is_digit(c) && !is_letter(c));
    }
    if (at || (plus && digits >= 8))
        return true;
    return ((letters && digits >= 5 && !other) || digits >= 10) && !in_fields(n, token);
}

static bool sign(uint8_t c)
{
    return c == ',' || c == ';' || c == ':' || c == '.' || c == '(' || c == ')' || c == '"' || c == '!' ||
           c == '?';
}

static bool text_tells(const struct notice *n, struct span text)
{
    for (size_t i = 0; i < text.n;) {
        size_t from;

        while (i < text.n && (ascii_space(text.p[i]) || sign(text.p[i])))
            i++;
        from = i;
        while (i < text.n && !ascii_space(text.p[i]))
            i++;
        while (i > from && sign(text.p[i - 1]))
            i--;
        if (i > from && tells_of_somebody(n, span_of(text.p + from, i - from)))
            return true;
        while (i < text.n && !ascii_space(text.p[i]))
            i++;
    }
    return false;
}

/* ---- attributes ---- */

static bool rests(const struct notice *n, const struct notice_quality *q)
{
    return q->source.n && q->by.n && date_is_set(q->on) &&
           (!n->at || date_cmp(q->on, date_of_time(n->at + DAY_SECONDS)) <= 0);
}

static bool quality(const struct notice *n)
{
    const struct notice_person *p = &n->person;

    for (size_t i = 0; i < p->n_names; i++)
        if (!rests(n, &p->name[i].quality))
            return false;
    for (size_t i = 0; i < p->n_births; i++)
        if (!rests(n, &p->birth[i].quality))
            return false;
    for (size_t i = 0; i < p->n_nationalities; i++)
        if (!rests(n, &p->nationality[i].quality))
            return false;
    for (size_t i = 0; i < p->n_documents; i++)
        if (!rests(n, &p->document[i].quality))
            return false;
    return true;
}

static bool has_name(const struct notice *n)
{
    for (size_t i = 0; i < n->person.n_names; i++)
        if (n->person.name[i].kind == NOTICE_NAME_PRIMARY || n->person.name[i].kind == NOTICE_NAME_NATIVE)
            return true;
    return false;
}

/* A document or a plate as the subject itself is entered by its own State. */
static bool own_object(const struct notice *n)
{
    enum document_kind k;

    return !document_kind_of(n->object.kind, &k) || document_kind_is_object(k) ||
           span_eq(n->object.state, n->issuer);
}

static bool links(const struct notice *n)
{
    for (size_t i = 0; i < n->n_links; i++)
        if (!notice_id_read(n->link[i], NULL) || span_eq(n->link[i], n->id))
            return false;
    return true;
}

static unsigned has(const struct notice *n)
{
    bool person = n->subject == NOTICE_PERSON;
    const bool there[NOTICE_NEEDS] = {
        [NOTICE_NEED_WARRANT] = n->warrant.number.n > 0,
        [NOTICE_NEED_FACTS] = n->facts.n > 0,
        [NOTICE_NEED_PROVISION] = n->provision.n > 0,
        [NOTICE_NEED_BIRTH] = person && n->person.n_births > 0,
        [NOTICE_NEED_NATIONALITY] = person && n->person.n_nationalities > 0,
        [NOTICE_NEED_SEX] = person && n->person.sex != NOTICE_SEX_UNKNOWN,
        [NOTICE_NEED_DOCUMENT] = person && n->person.n_documents > 0,
        [NOTICE_NEED_IDENTIFIER] = !person && n->object.number.n > 0,
    };
    unsigned mask = 0;

    for (unsigned i = 0; i < NOTICE_NEEDS; i++)
        mask |= (unsigned)there[i] << i;
    return mask;
}

static int64_t days_until(unix_time from, unix_time to)
{
    return to > from ? (to - from + DAY_SECONDS - 1) / DAY_SECONDS : 0;
}

static struct notice_case case_of(const struct notice *n)
{
    return (struct notice_case){
        .subject = n->subject,
        .has_status = n->subject == NOTICE_PERSON,
        .status = n->person.status,
        .has_action = true,
        .action = n->action,
        .has_if_flagged = n->has_if_flagged,
        .if_flagged = n->if_flagged,
        .article = n->article,
        .category = n->category,
        .offence = n->offence,
        .matters = n->checklist.matters,
        .checked = n->checklist.officer.n > 0,
        .penalty = n->penalty_months,
        .sentence = n->sentence_months,
        .has = has(n),
        .days = days_until(n->at, n->expires),
        .every = n->review_due <= n->expires ? days_until(n->at, n->review_due) : 0,
    };
}

uint32_t notice_judge(const struct agreement *g, const struct notice *n)
{
    const struct notice_case c = case_of(n);
    uint32_t f = agreement_judge_notice(g, agreement_notice(g, n->kind), &c);
    bool person = n->subject == NOTICE_PERSON;

    f |= (uint32_t)(person && !has_name(n)) << NOTICE_FAULT_NAME;
    f |= (uint32_t)(person && !quality(n)) << NOTICE_FAULT_QUALITY;
    f |= (uint32_t)(!person && !own_object(n)) << NOTICE_FAULT_ISSUER;
    f |= (uint32_t)(span_eq(n->drafted, n->signed_by)) << NOTICE_FAULT_OFFICERS;
    f |= (uint32_t)!links(n) << NOTICE_FAULT_LINK;
    f |= (uint32_t)(text_tells(n, n->facts) || text_tells(n, n->checklist.note) ||
                    text_tells(n, n->assessment.text) || text_tells(n, n->object.description))
         << NOTICE_FAULT_OTHERS;
    return f;
}

/* ---- who reviews ---- */

size_t notice_stakes(const struct agreement *g, const struct notice *n, struct span out[NOTICE_STAKES])
{
    size_t k = 0;

    for (size_t i = 0; n->subject == NOTICE_PERSON && i < n->person.n_nationalities && k < NOTICE_STAKES;
         i++) {
        const struct notice_nationality *x = &n->person.nationality[i];

        if (!x->certain || span_eq(x->state, n->issuer) || !agreement_is_party(g, x->state) ||
            (k && span_eq(out[0], x->state)))
            continue;
        out[k++] = x->state;
    }
    if (k == 2 && span_cmp(out[0], out[1]) > 0) {
        struct span first = out[0];

        out[0] = out[1];
        out[1] = first;
    }
    return k;
}

static bool has_stake(struct span id, const struct span *stake, size_t n, struct span member)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(stake[i], member))
            return true;
    return id.n >= 2 && span_eq(span_sub(id, 0, 2), member);
}

struct span notice_reviewer(const struct agreement *g, struct span id, const struct span *stake, size_t n)
{
    struct span party[PARTIES], best = { 0 };
    size_t parties = agreement_parties(g, party, PARTIES);
    struct digest lowest = { 0 };

    for (size_t i = 0; i < parties && i < PARTIES; i++) {
        const struct span part[] = { SPAN("serai notice reviewer 1\n"), id, SPAN("\n"), party[i] };
        struct digest d;

        if (has_stake(id, stake, n, party[i]))
            continue;
        digest_parts(DIGEST_SHA256, part, 4, &d);
        if (!best.n || memcmp(d.b, lowest.b, d.n) < 0) {
            lowest = d;
            best = party[i];
        }
    }
    return best;
}
