/*
 * The state of a licence as deterministic CBOR: a map of integer keys, all present and in order. Days are
 * texts of ISO 8601, empty when they are not set.
 */
#include "service/licence/entry.h"

#include "base/text.h"

static const struct {
    const char *word;
    const char *tachonet; /* NULL: not a word of TACHOnet's */
    const char *fact;
} standings[LICENCE_STANDINGS] = {
    [LICENCE_NO_STANDING] = { "", NULL, NULL },
    [LICENCE_VALID] = { "valid", NULL, "valid" },
    [LICENCE_DISQUALIFIED] = { "disqualified", NULL, "disqualified" },
    [LICENCE_APPLICATION] = { "application", "Application", NULL },
    [LICENCE_APPROVED] = { "approved", "Approved", NULL },
    [LICENCE_REJECTED] = { "rejected", "Rejected", NULL },
    [LICENCE_PERSONALISED] = { "personalised", "Personalised", NULL },
    [LICENCE_DISPATCHED] = { "dispatched", "Dispatched", NULL },
    [LICENCE_HANDED_OVER] = { "handed-over", "HandedOver", "valid" },
    [LICENCE_CONFISCATED] = { "confiscated", "Confiscated", "confiscated" },
    [LICENCE_SUSPENDED] = { "suspended", "Suspended", "suspended" },
    [LICENCE_WITHDRAWN] = { "withdrawn", "Withdrawn", "withdrawn" },
    [LICENCE_SURRENDERED] = { "surrendered", "Surrendered", "surrendered" },
    [LICENCE_LOST] = { "lost", "Lost", "lost" },
    [LICENCE_STOLEN] = { "stolen", "Stolen", "stolen" },
    [LICENCE_MALFUNCTIONING] = { "malfunctioning", "Malfunctioning", NULL },
    [LICENCE_PAST] = { "expired", "Expired", "expired" },
    [LICENCE_REPLACED] = { "replaced", "Replaced", "replaced" },
};

const char *licence_standing_word(enum licence_standing s)
{
    return standings[s].word;
}

const char *licence_standing_fact(enum licence_standing s)
{
    return standings[s].fact;
}

bool licence_standing_from(struct span word, enum licence_standing *out)
{
    for (int i = LICENCE_VALID; i < LICENCE_STANDINGS; i++) {
        if (span_eq_str(word, standings[i].word) ||
            (standings[i].tachonet && span_eq_str(word, standings[i].tachonet))) {
            *out = (enum licence_standing)i;
            return true;
        }
    }
    return false;
}

bool licence_in_use(enum licence_standing s)
{
    return s == LICENCE_VALID || s == LICENCE_HANDED_OVER;
}

void entry_put_text(struct buffer *b, int64_t key, struct span s)
{
    cbor_put_int(b, key);
    cbor_put_text(b, s);
}

static void put_day(struct buffer *b, struct date d)
{
    char text[DATE_TEXT];

    cbor_put_str(b, date_format(d, text));
}

void entry_put_date(struct buffer *b, int64_t key, struct date d)
{
    cbor_put_int(b, key);
    put_day(b, d);
}

void entry_put_state(struct buffer *b, const struct licence_entry *e)
{
    entry_put_text(b, 1, span_str(licence_standing_word(e->standing)));
    entry_put_text(b, 2, e->reason);
    entry_put_date(b, 3, e->since);
    entry_put_date(b, 4, e->until);
    entry_put_text(b, 5, e->authority);
}

void entry_put_categories(struct buffer *b, const struct licence_entry *e)
{
    cbor_put_int(b, 7);
    cbor_put_array(b, e->n);
    for (size_t i = 0; i < e->n; i++) {
        cbor_put_array(b, 5);
        cbor_put_text(b, e->category[i].category);
        cbor_put_bool(b, e->category[i].entitled);
        put_day(b, e->category[i].from);
        put_day(b, e->category[i].to);
        cbor_put_text(b, e->category[i].codes);
    }
}

void entry_key(struct cbor *c, int64_t n)
{
    if (!cbor_next_int_is(c, n))
        cbor_fail(c, NULL, "another member is expected here");
}

struct span entry_text(struct cbor *c, int64_t key)
{
    entry_key(c, key);
    return cbor_text(c);
}

static struct span short_text(struct cbor *c, size_t most)
{
    struct span s = cbor_text(c);

    if (s.n > most)
        cbor_fail(c, s.p, "too long");
    return s;
}

struct span entry_short(struct cbor *c, int64_t key, size_t most)
{
    entry_key(c, key);
    return short_text(c, most);
}

static struct date day(struct cbor *c)
{
    struct span s = cbor_text(c);
    struct date d = { 0 };

    if (s.n && !date_parse(s, &d))
        cbor_fail(c, s.p, "no day of the calendar");
    return d;
}

struct date entry_date(struct cbor *c, int64_t key)
{
    entry_key(c, key);
    return day(c);
}

void entry_state(struct cbor *c, struct licence_entry *e)
{
    struct span word = entry_text(c, 1);

    if (cbor_ok(c) &&
        (!licence_standing_from(word, &e->standing) || !span_eq_str(word, standings[e->standing].word)))
        cbor_fail(c, word.p, "no state of a licence");
    e->reason = entry_short(c, 2, ENTRY_REASON);
    e->since = entry_date(c, 3);
    e->until = entry_date(c, 4);
    e->authority = entry_short(c, 5, ENTRY_AUTHORITY);
}

void entry_categories(struct cbor *c, struct licence_entry *e)
{
    size_t n;

    entry_key(c, 7);
    n = cbor_array(c);
    if (n > LIMIT_LICENCE_PRIVILEGES) {
        cbor_fail(c, NULL, "too many categories");
        return;
    }
    for (size_t i = 0; i < n && cbor_ok(c); i++) {
        struct licence_entitlement *x = &e->category[i];

        if (cbor_array(c) != 5)
            cbor_fail(c, NULL, "a category has five members");
        x->category = short_text(c, ENTRY_CATEGORY);
        if (!x->category.n)
            cbor_fail(c, NULL, "a category without a name");
        x->entitled = cbor_bool(c);
        x->from = day(c);
        x->to = day(c);
        x->codes = short_text(c, ENTRY_CODES);
    }
    e->n = n;
}
