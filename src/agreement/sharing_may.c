#include "agreement/sharing_may.h"

static uint64_t bit(uint8_t place)
{
    return place < CYBER_PLACES ? (uint64_t)1 << place : 0;
}

/* What is not known of a marking makes it red. */
static uint8_t level(const struct cyber_label *l)
{
    return l->tlp > TLP_RED || (l->flags & CYBER_REFER) ? TLP_RED : l->tlp;
}

static bool embargoed(const struct cyber_label *l, unix_time now)
{
    return (l->flags & CYBER_EMBARGO) && (l->until == 0 || now < (unix_time)l->until);
}

/* For anybody: what no rule below could forbid to somebody. */
static bool is_public(const struct cyber_law *law, const struct cyber_label *l, unix_time now)
{
    return law->open && level(l) == TLP_CLEAR && l->audience == CYBER_ALL && l->group == CYBER_NO_PLACE &&
           !(l->flags & (CYBER_EXERCISE | CYBER_REFER | CYBER_HELD)) && !embargoed(l, now);
}

static bool group_has(const struct cyber_law *law, const struct cyber_reader *r, uint8_t group)
{
    uint64_t g = bit(group);

    if (!(law->groups & g) || !(law->group[group] & bit(r->member)))
        return false;
    return r->kind == CYBER_NODE || (r->groups & g);
}

/* Out of this node's member: its own objects as it likes within their marking, others' as the agreement lets
 * them go on. */
static enum cyber_verdict leaves(const struct cyber_law *law, const struct cyber_reader *r,
                                 const struct cyber_label *l, unix_time now)
{
    if (l->owner == law->self || r->member == l->owner)
        return CYBER_ALLOWED;
    if (level(l) == TLP_RED || 1 + level(l) > law->onward)
        return CYBER_NOT_ONWARD;
    return embargoed(l, now) ? CYBER_EMBARGOED : CYBER_ALLOWED;
}

static enum cyber_verdict by_level(const struct cyber_law *law, const struct cyber_reader *r,
                                   const struct cyber_label *l)
{
    uint8_t t = level(l);

    if (t > r->clearance)
        return CYBER_NOT_CLEARED;
    if (t == TLP_RED && r->kind == CYBER_DETECTOR)
        return CYBER_PERSONS;
    if (r->organisation == CYBER_CERT)
        return CYBER_ALLOWED;
    if (t == TLP_RED)
        return CYBER_PERSONS;
    if (t == TLP_AMBER_STRICT)
        return CYBER_STRICT;
    return l->owner != r->member && 1 + t > law->clients ? CYBER_CLIENTS : CYBER_ALLOWED;
}

/* Into a machine. */
static enum cyber_verdict exported(const struct cyber_law *law, const struct cyber_reader *r,
                                   const struct cyber_label *l, unix_time now)
{
    if (l->flags & CYBER_EXERCISE)
        return CYBER_DRILL;
    if (level(l) == TLP_RED)
        return CYBER_PERSONS;
    if (r->member == l->owner)
        return CYBER_ALLOWED;
    if (1 + level(l) > law->detectors)
        return CYBER_MACHINES;
    return embargoed(l, now) ? CYBER_EMBARGOED : CYBER_ALLOWED;
}

static bool sees_held(const struct cyber_law *law, const struct cyber_reader *r, enum cyber_act act)
{
    return act == CYBER_READ && r->kind == CYBER_ANALYST && r->organisation == CYBER_CERT &&
           r->member == law->self;
}

enum cyber_verdict cyber_may(const struct cyber_law *law, const struct cyber_reader *r,
                             const struct cyber_label *l, enum cyber_act act, unix_time now)
{
    enum cyber_verdict v;
    uint64_t me = bit(r->member);

    if (act == CYBER_READ && r->kind != CYBER_DETECTOR && is_public(law, l, now))
        return CYBER_ALLOWED;
    if (r->kind == CYBER_ANONYMOUS)
        return CYBER_PUBLIC;
    if (!me || (!(law->bound & me) && !(r->member == law->self && l->owner == law->self)))
        return CYBER_NOT_MEMBER;
    if ((l->flags & (CYBER_HELD | CYBER_REFER)) && !sees_held(law, r, act))
        return CYBER_IS_HELD;
    if (!(l->audience & me) && r->member != l->owner)
        return CYBER_AUDIENCE;
    if (l->group != CYBER_NO_PLACE && !group_has(law, r, l->group))
        return CYBER_GROUP;
    v = by_level(law, r, l);
    if (v == CYBER_ALLOWED && r->member != law->self)
        v = leaves(law, r, l, now);
    if (v == CYBER_ALLOWED && (act == CYBER_EXPORT || r->kind == CYBER_DETECTOR))
        v = exported(law, r, l, now);
    if (v != CYBER_ALLOWED)
        return v;
    if ((l->flags & CYBER_EXERCISE) && !r->exercise && r->kind != CYBER_NODE)
        return CYBER_DRILL;
    if (r->organisation != CYBER_CERT && r->member != l->owner && embargoed(l, now))
        return CYBER_EMBARGOED;
    return CYBER_ALLOWED;
}

/* When an embargo ends; later is stricter. */
static uint64_t end_of(const struct cyber_label *l)
{
    if (!(l->flags & CYBER_EMBARGO))
        return 0;
    return l->until ? l->until : UINT64_MAX;
}

enum { RESTRICTS = CYBER_EXERCISE | CYBER_REFER | CYBER_HELD };

bool cyber_label_below(const struct cyber_label *a, const struct cyber_label *b)
{
    bool group =
        b->group == CYBER_NO_PLACE || a->group == b->group || (a->group >= CYBER_PLACES && a->group != 255);

    return a->owner == b->owner && !(a->audience & ~b->audience) && level(a) >= level(b) && group &&
           !(b->flags & ~a->flags & RESTRICTS) && end_of(a) >= end_of(b);
}

struct cyber_label cyber_label_meet(const struct cyber_label *a, const struct cyber_label *b)
{
    struct cyber_label m = *a;

    m.audience = a->audience & b->audience;
    m.tlp = level(a) > level(b) ? level(a) : level(b);
    m.flags = a->flags | b->flags;
    if (end_of(b) > end_of(a))
        m.until = b->until;
    if (a->group == CYBER_NO_PLACE)
        m.group = b->group;
    else if (b->group != CYBER_NO_PLACE && a->group != b->group)
        m.group = CYBER_NOBODY;
    return m;
}

static const struct {
    const char *word, *say;
} verdicts[CYBER_VERDICTS] = {
    [CYBER_ALLOWED] = { "allowed", "it may" },
    [CYBER_NOT_MEMBER] = { "not-bound", "the article does not bind that member, or it is none" },
    [CYBER_IS_HELD] = { "held", "a person of the CERT has to look at it first" },
    [CYBER_AUDIENCE] = { "audience", "it was given to other members" },
    [CYBER_GROUP] = { "group", "it was given to a trust group that the reader is not of" },
    [CYBER_NOT_CLEARED] = { "clearance", "it is marked stricter than the reader is cleared for" },
    [CYBER_PERSONS] = { "red", "TLP:RED is for the named recipients alone" },
    [CYBER_STRICT] = { "amber-strict", "TLP:AMBER+STRICT is for the CERT itself, not for its clients" },
    [CYBER_CLIENTS] = { "clients", "the agreement does not let it reach clients of other members" },
    [CYBER_PUBLIC] = { "public", "only what is TLP:CLEAR and for all members is for anybody" },
    [CYBER_NOT_ONWARD] = { "onward", "only the member whose object it is may give it to another member" },
    [CYBER_EMBARGOED] = { "embargo", "until its embargo ends it is for the CERTs alone" },
    [CYBER_DRILL] = { "exercise", "it belongs to an exercise" },
    [CYBER_MACHINES] = { "detectors", "the agreement does not let it go into detectors" },
};

const char *cyber_verdict_word(enum cyber_verdict v)
{
    return v < CYBER_VERDICTS ? verdicts[v].word : "unknown";
}

const char *cyber_verdict_say(enum cyber_verdict v)
{
    return v < CYBER_VERDICTS ? verdicts[v].say : "it is not known";
}

static const char *const kinds[] = { "anybody", "detector", "tool", "analyst", "node" };

const char *cyber_kind_word(enum cyber_kind k)
{
    return k < sizeof kinds / sizeof *kinds ? kinds[k] : "unknown";
}
