/* Confidence, validity and state: pure, over what the register has. */
#include "crypto/digest.h"
#include "service/cyber/life_internal.h"

enum { UNSAID = 50, DAY = 86400, OWNERS = 256 };

const char *life_state_word(enum life_state s)
{
    static const char *const word[] = { "active", "waiting", "warning-list", "expired", "withdrawn" };

    return word[s];
}

static int clamp(int x)
{
    return x < 0 ? 0 : x > 100 ? 100 : x;
}

uint8_t life_confidence(int said, const int *opinion, size_t n)
{
    static const int moves[] = { 0, -40, -20, 0, 10, 20 };
    int c = said < 0 ? UNSAID : said;

    for (size_t i = 0; i < n; i++)
        if (opinion[i] >= 1 && opinion[i] <= 5)
            c += moves[opinion[i]];
    return (uint8_t)clamp(c);
}

uint8_t life_together(const uint8_t *confidence, size_t n)
{
    uint32_t doubt = 100 * 1000;

    for (size_t i = 0; i < n; i++)
        doubt = doubt * (100u - confidence[i]) / 100;
    return (uint8_t)(100 - (doubt + 500) / 1000);
}

/* The last opinion of each member about e, 0 where there is none. */
static void opinions(const struct life *l, const struct entry *e, int out[OWNERS])
{
    int64_t version[OWNERS];

    for (size_t i = 0; i < OWNERS; i++) {
        out[i] = 0;
        version[i] = INT64_MIN;
    }
    for (uint32_t k = e->note; k != LIFE_NONE; k = l->note[k].next) {
        const struct note *n = &l->note[k];

        if (n->dead || !n->opinion || n->version < version[n->owner] ||
            (n->version == version[n->owner] && n->opinion > out[n->owner]))
            continue;
        version[n->owner] = n->version;
        out[n->owner] = n->opinion;
    }
}

uint8_t life_own_confidence(const struct life *l, const struct entry *e)
{
    int of[OWNERS];

    if (e->note == LIFE_NONE)
        return life_confidence(e->said, NULL, 0);
    opinions(l, e, of);
    return life_confidence(e->said, of, OWNERS);
}

void life_said_of(const struct life *l, const struct entry *e, struct life_said *out)
{
    bool saw[OWNERS] = { false };
    int of[OWNERS];

    *out = (struct life_said){ 0 };
    opinions(l, e, of);
    for (size_t i = 0; i < OWNERS; i++) {
        out->agree += of[i] > 3;
        out->neutral += of[i] == 3;
        out->disagree += of[i] > 0 && of[i] < 3;
    }
    for (uint32_t k = e->note; k != LIFE_NONE; k = l->note[k].next) {
        const struct note *n = &l->note[k];

        if (n->dead || n->opinion)
            continue;
        out->sightings++;
        out->count += n->count;
        out->members += n->count && !saw[n->owner];
        saw[n->owner] |= n->count > 0;
        if (n->count && n->last > out->last)
            out->last = n->last;
    }
}

unix_time life_until(const struct life *l, const struct entry *e, enum detect_kind kind)
{
    const struct life_days *d = &l->o.days;
    unix_time from = e->version / 1000000;
    unsigned days;

    if (e->until)
        return e->until;
    switch (kind) {
    case DETECT_IPV4:
    case DETECT_IPV6:
    case DETECT_CIDR4:
    case DETECT_CIDR6:
        days = d->address;
        break;
    case DETECT_DOMAIN:
    case DETECT_TEXT:
        days = d->name;
        break;
    case DETECT_URL:
    case DETECT_URL_PREFIX:
        days = d->url;
        break;
    case DETECT_MAIL:
        days = d->mail;
        break;
    case DETECT_KINDS:
        days = d->pattern;
        break;
    case DETECT_MD5:
    case DETECT_SHA1:
    case DETECT_SHA256:
    case DETECT_SHA512:
    default:
        days = d->hash;
        break;
    }
    if (e->from > from)
        from = e->from;
    return days ? from + (unix_time)days * DAY : 0;
}

size_t life_count(const struct life *l)
{
    return l->n;
}

bool life_at(const struct life *l, size_t i, struct life_indicator *out)
{
    const struct entry *e = &l->entry[i];

    if (!e->sequence)
        return false;
    *out = (struct life_indicator){ .uuid = e->uuid,
                                    .sequence = e->sequence,
                                    .version = e->version,
                                    .label = e->label,
                                    .revoked = e->revoked,
                                    .from = e->from,
                                    .until = e->until,
                                    .said_confidence = e->said,
                                    .confidence = e->confidence,
                                    .values = e->n };
    life_said_of(l, e, &out->said);
    return true;
}

/* Each member's best once; what is withdrawn says nothing any more. */
static uint8_t together(const struct life *l, const struct named *v, uint32_t *n)
{
    uint8_t best[OWNERS] = { 0 };

    *n = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        const struct entry *e = &l->entry[life_by(v, i)];
        uint8_t *b = &best[e->label.owner];

        if (e->revoked)
            continue;
        ++*n;
        if (e->confidence > *b)
            *b = e->confidence;
    }
    return life_together(best, OWNERS);
}

void life_value_at(const struct life *l, size_t i, size_t k, struct buffer *b, struct life_value *out)
{
    const struct entry *e = &l->entry[i];
    const struct named *v = life_value(e, (uint32_t)k);
    enum detect_kind kind = (enum detect_kind)v->kind;

    *out = (struct life_value){
        .kind = kind, .value = span_of(v->p, v->length), .until = life_until(l, e, kind), .lists = v->lists
    };
    memcpy(out->list, v->p + v->length, v->lists * sizeof *out->list);
    out->confidence = together(l, v, &out->indicators);
    if (!b)
        return;
    buf_reset(b);
    if (kind == DETECT_KINDS)
        buf_put(b, out->value);
    else
        detect_put_readable(b, kind, out->value);
    out->readable = buf_span(b);
}

enum life_state life_state_of(const struct life *l, size_t i, unix_time now)
{
    const struct entry *e = &l->entry[i];
    bool over = e->n > 0, listed = false;

    if (e->revoked)
        return LIFE_WITHDRAWN;
    if (!e->n && e->until)
        over = e->until <= now;
    for (uint32_t k = 0; k < e->n; k++) {
        const struct named *v = life_value(e, k);
        unix_time until = life_until(l, e, (enum detect_kind)v->kind);

        over &= until && until <= now;
        listed |= v->lists > 0;
    }
    if (over)
        return LIFE_EXPIRED;
    if (e->from > now)
        return LIFE_WAITING;
    return listed ? LIFE_WARNED : LIFE_ACTIVE;
}

size_t life_named(const struct life *l, enum detect_kind kind, struct span value, uint32_t *out, size_t room)
{
    const struct named *v = life_named_of(l, kind, value);

    for (size_t i = 0; v && i < v->n && i < room; i++)
        out[i] = life_by(v, (uint32_t)i);
    return v ? v->n : 0;
}

static void digest_row(struct digest_run *r, const struct life_indicator *p)
{
    const struct life_indicator x = *p;
    const uint64_t n[] = { x.sequence,
                           x.revoked,
                           (uint64_t)x.from,
                           (uint64_t)x.until,
                           x.confidence,
                           x.values,
                           (uint64_t)x.said.count,
                           x.said.sightings,
                           x.said.members,
                           (uint64_t)x.said.last,
                           x.said.agree,
                           x.said.neutral,
                           x.said.disagree,
                           (uint64_t)(x.said_confidence + 1) };

    digest_more(r, span_of(n, sizeof n));
    digest_more(r, span_of(&x.label, sizeof x.label));
}

static void digest_one(const struct life *l, size_t i, uint8_t out[32])
{
    struct life_indicator x;
    struct digest d;
    struct digest_run r;

    memset(out, 0, 32);
    if (!life_at(l, i, &x))
        return;
    digest_begin(DIGEST_SHA256, &r);
    digest_more(&r, span_of(l->entry[i].uuid.b, 16));
    digest_row(&r, &x);
    for (size_t k = 0; k < l->entry[i].n; k++) {
        struct life_value v;
        uint64_t n[4];

        life_value_at(l, i, k, NULL, &v);
        n[0] = v.kind;
        n[1] = v.confidence;
        n[2] = v.indicators;
        n[3] = (uint64_t)v.until;
        digest_more(&r, span_of(n, sizeof n));
        digest_more(&r, v.value);
    }
    digest_end(&r, &d);
    memcpy(out, d.b, 32);
}

void life_digest(const struct life *l, uint8_t out[32])
{
    uint8_t one[32];

    memset(out, 0, 32);
    for (size_t i = 0; i < l->n; i++) {
        digest_one(l, i, one);
        for (size_t k = 0; k < 32; k++)
            out[k] ^= one[k];
    }
}
