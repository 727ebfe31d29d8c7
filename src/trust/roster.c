#include "trust/roster.h"

#include <stdlib.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "trust/list_internal.h"

static const char clause[] = "doc/membership.md";

/* What is worked with: rows of all keys, and what comes out of them for each party. */
struct making {
    const struct roster_input *in;
    struct trust_rows rows;
    struct arena *a;
    struct findings *f;
    struct roster_member *member;
    bool *voice; /* of each party: it has a key that counts and speaks */
};

const char *roster_word(enum roster_standing s)
{
    static const char *const word[] = {
        [ROSTER_UNKNOWN] = "unknown",         [ROSTER_COUNTS] = "counts",
        [ROSTER_SUSPENDED] = "suspended",     [ROSTER_WITHDRAWN] = "withdrawn",
        [ROSTER_COMPROMISED] = "compromised",
    };

    return word[s];
}

static bool speaks(const struct trust_row *r)
{
    return row_counts(r) && r->m->end == KEY_SPEAKS;
}

static void stand(struct roster_member *m, enum roster_standing standing, unix_time since, const char *reason)
{
    m->standing = standing;
    m->since = since;
    m->reason = span_str(reason);
}

/* What the keys of a party say of it. The last one in order is the newest. */
static void from_keys(struct making *k, size_t party)
{
    struct roster_member *m = &k->member[party];

    for (size_t i = 0; i < k->rows.n; i++) {
        const struct trust_row *r = &k->rows.row[i];
        const struct trust_member *key = r->m;

        if (r->party != party || !r->stood)
            continue;
        if (row_counts(r) && (speaks(r) || !k->voice[party])) {
            m->name = span_str(key->name);
            memcpy(m->node, key->key, sizeof m->node);
            memcpy(m->fingerprint, key->fingerprint, sizeof m->fingerprint);
        }
        if (speaks(r)) {
            k->voice[party] = true;
            stand(m, ROSTER_COUNTS, 0, NULL);
        } else if (k->voice[party]) {
            continue;
        } else if (row_counts(r) && key->end == KEY_LEFT) {
            stand(m, ROSTER_WITHDRAWN, key->ended, key->end_reason);
        } else if (m->standing != ROSTER_WITHDRAWN &&
                   (key->standing == MEMBER_KEY_COMPROMISED || key->standing == MEMBER_KEY_FORKED)) {
            stand(m, ROSTER_COMPROMISED, key->since, key->reason);
        }
    }
}

/* A member's last word on another's standing, and when. */
struct word {
    enum act_verb verb;
    unix_time at;
    struct span reason;
};

static bool last_word(const struct making *k, size_t by, struct span of, struct word *out)
{
    bool any = false;

    for (size_t i = 0; i < k->rows.n; i++) {
        const struct trust_row *r = &k->rows.row[i];

        for (size_t n = 0; r->party == by && row_counts(r) && n < r->chain; n++)
            for (size_t j = 0; j < r->act[n]->n; j++) {
                const struct act_statement *s = &r->act[n]->statement[j];

                if ((s->verb != ACT_SUSPEND && s->verb != ACT_RESUME) || !span_eq(s->state, of))
                    continue;
                *out = (struct word){ s->verb, r->act[n]->time, s->reason };
                any = true;
            }
    }
    return any;
}

static int by_time(const void *a, const void *b)
{
    const struct word *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return span_cmp(x->reason, y->reason);
}

/* Enough other members whose last word is to suspend. All voices count at once, those of suspended members
 * too: else who is suspended would depend on who was first. */
static bool suspend(struct making *k, size_t party)
{
    struct roster_member *m = &k->member[party];
    struct word *word = arena_array(k->a, k->in->acts.n_parties + 1, sizeof *word), w;
    unsigned n = 0;

    if (!word)
        return false;
    for (size_t by = 0; by < k->in->acts.n_parties; by++)
        if (by != party && k->voice[by] && last_word(k, by, m->state, &w) && w.verb == ACT_SUSPEND)
            word[n++] = w;
    m->suspended_by = n;
    if (m->standing != ROSTER_COUNTS || n < k->rows.decisions)
        return true;
    qsort(word, n, sizeof *word, by_time);
    m->standing = ROSTER_SUSPENDED;
    m->since = word[k->rows.decisions - 1].at;
    m->reason = word[k->rows.decisions - 1].reason;
    return true;
}

/* Of one key: its newest card. Two of one number: false, and nothing it says of itself is believed. */
static bool newest_card(const struct making *k, const struct trust_row *r, const struct member_card **out)
{
    const struct member_card *best = NULL;
    bool forked = false;

    for (size_t i = 0; i < k->in->n_cards; i++) {
        const struct member_card *c = &k->in->card[i];

        if (memcmp(c->fingerprint, r->m->fingerprint, 32) != 0 || !span_eq_str(c->member, r->m->state) ||
            !span_eq(c->agreement, k->in->acts.agreement))
            continue;
        for (size_t j = 0; j < i && !forked; j++) {
            const struct member_card *x = &k->in->card[j];

            forked = x->number == c->number && memcmp(x->fingerprint, c->fingerprint, 32) == 0 &&
                     span_eq(x->member, c->member) && span_eq(x->agreement, c->agreement) &&
                     memcmp(x->sha256, c->sha256, 32) != 0;
        }
        if (!best || c->number > best->number)
            best = c;
    }
    *out = best;
    return !forked;
}

static void take_card(struct making *k, struct roster_member *m, const struct member_card *c)
{
    m->n_log = c->n_log;
    m->n_witness = c->n_witness;
    m->n_transport = c->n_transport;
    memcpy(m->log, c->log, sizeof m->log);
    memcpy(m->witness, c->witness, sizeof m->witness);
    memcpy(m->transport, c->transport, sizeof m->transport);
    m->n_retired = c->n_retired;
    memcpy(m->retired, c->retired, sizeof m->retired);
    m->address = c->address;
    m->card = c->number;
    m->other_text = memcmp(c->agreement_sha256, k->in->agreement_sha256, 32) != 0;
    if (m->standing == ROSTER_COUNTS)
        m->since = c->time;
    if (m->other_text)
        finding_add(k->f, FINDING_WARNING, "agreement-version", WHY_NO_OFFSET, clause,
                    "the card of %.*s names another text of the agreement than the one here", 2,
                    (const char *)m->state.p);
}

/* The card of the newest key that has one, among those that speak; of a member that left, among those that
 * did.
 */
static void give_card(struct making *k, size_t party)
{
    struct roster_member *m = &k->member[party];

    if (m->standing == ROSTER_COMPROMISED || m->standing == ROSTER_UNKNOWN)
        return;
    for (size_t i = k->rows.n; i-- > 0;) {
        const struct trust_row *r = &k->rows.row[i];
        const struct member_card *c;

        if (r->party != party || !row_counts(r) || (k->voice[party] && !speaks(r)))
            continue;
        if (!newest_card(k, r, &c)) {
            finding_add(k->f, FINDING_WARNING, "two-cards", WHY_NO_OFFSET, clause,
                        "%s signed two different cards of one number: its key is not believed", r->m->state);
            stand(m, ROSTER_COMPROMISED, 0, "it signed two cards of one number");
            return;
        }
        if (c) {
            take_card(k, m, c);
            return;
        }
    }
    if (m->standing == ROSTER_COUNTS)
        m->standing = ROSTER_UNKNOWN;
}

static size_t drop_key(uint8_t key[ROSTER_KEYS][32], size_t n, size_t at)
{
    for (size_t i = at; i + 1 < n; i++)
        memcpy(key[i], key[i + 1], 32);
    memset(key[n - 1], 0, 32);
    return n - 1;
}

/* A list of keys of every member, by which they are looked up. */
static void keys_of(struct roster_member *m, unsigned use, uint8_t (**key)[32], size_t **n)
{
    *key = use == 0 ? m->log : use == 1 ? m->witness : m->transport;
    *n = use == 0 ? &m->n_log : use == 1 ? &m->n_witness : &m->n_transport;
}

/* Somebody else has the key too, for whatever use. */
static bool is_shared(const struct making *k, size_t member, const uint8_t key[32])
{
    for (size_t i = 0; i < k->in->acts.n_parties; i++)
        for (unsigned use = 0; i != member && use < 3; use++) {
            uint8_t(*list)[32];
            size_t *n;

            keys_of(&k->member[i], use, &list, &n);
            for (size_t j = 0; j < *n; j++)
                if (memcmp(list[j], key, 32) == 0)
                    return true;
        }
    return false;
}

/* One key is one member's. A card proves possession of the node key alone: whose the key is cannot be known.
 */
static void drop_shared(struct making *k)
{
    struct {
        size_t member, at;
        unsigned use;
    } shared[64 * 3 * ROSTER_KEYS];
    size_t n_shared = 0;

    for (size_t i = 0; i < k->in->acts.n_parties; i++)
        for (unsigned use = 0; use < 3; use++) {
            uint8_t(*list)[32];
            size_t *n;

            keys_of(&k->member[i], use, &list, &n);
            for (size_t j = 0; j < *n && n_shared < sizeof shared / sizeof *shared; j++)
                if (is_shared(k, i, list[j])) {
                    shared[n_shared].member = i;
                    shared[n_shared].at = j;
                    shared[n_shared++].use = use;
                }
        }
    while (n_shared-- > 0) { /* from behind: places before stay as they are */
        struct roster_member *m = &k->member[shared[n_shared].member];
        uint8_t(*list)[32];
        size_t *n;

        keys_of(m, shared[n_shared].use, &list, &n);
        *n = drop_key(list, *n, shared[n_shared].at);
        finding_add(k->f, FINDING_WARNING, "shared-key", WHY_NO_OFFSET, clause,
                    "the card of %.*s names a key that another member's card names too: neither has it", 2,
                    (const char *)m->state.p);
    }
}

/* Origins begin with the name of a node: one that two members have is nobody's. */
static void drop_shared_names(struct making *k)
{
    bool shared[64] = { false };
    size_t n = k->in->acts.n_parties < 64 ? k->in->acts.n_parties : 64;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            shared[i] |= i != j && k->member[i].name.n && span_eq(k->member[i].name, k->member[j].name);
    for (size_t i = 0; i < n; i++) {
        struct roster_member *m = &k->member[i];

        if (!shared[i])
            continue;
        finding_add(k->f, FINDING_WARNING, "shared-name", WHY_NO_OFFSET, clause,
                    "%.*s has the name of another member's node: neither is believed", 2,
                    (const char *)m->state.p);
        *m = (struct roster_member){ .state = m->state };
    }
}

static void say_strange_cards(const struct making *k)
{
    for (size_t i = 0; i < k->in->n_cards; i++) {
        const struct member_card *c = &k->in->card[i];
        bool counts = false;

        for (size_t j = 0; j < k->rows.n; j++)
            counts |= row_counts(&k->rows.row[j]) && span_eq_str(c->member, k->rows.row[j].m->state) &&
                      memcmp(c->fingerprint, k->rows.row[j].m->fingerprint, 32) == 0;
        if (!counts)
            finding_add(k->f, FINDING_NOTE, "card-key", WHY_NO_OFFSET, clause,
                        "a card of %.*s is signed with a key that does not count", 2,
                        (const char *)c->member.p);
    }
}

static void put_keys(struct buffer *b, const char *word, const uint8_t key[ROSTER_KEYS][32], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_str(b, word);
        hex_put(b, span_of(key[i], 32));
        buf_u8(b, '\n');
    }
}

static void put_retired(struct buffer *b, const struct roster_member *m)
{
    for (size_t i = 0; i < m->n_retired; i++) {
        buf_str(b, "retired ");
        hex_put(b, span_of(m->retired[i].pub, NODE_PUBLIC_KEY));
        buf_printf(b, " %lld\n", (long long)m->retired[i].until);
    }
}

/* doc/membership.md, The digest. */
static void put_digest(const struct making *k, struct roster *r)
{
    struct buffer b;
    struct digest d;

    buf_init(&b, SIZE_MAX / 2);
    buf_str(&b, "serai roster 1\nagreement ");
    buf_put(&b, k->in->acts.agreement);
    buf_str(&b, "\ntext ");
    hex_put(&b, span_of(k->in->agreement_sha256, 32));
    buf_printf(&b, "\nwitnesses %u\ndecisions %u\n", r->witnesses, r->decisions);
    for (size_t i = 0; i < r->n; i++) {
        const struct roster_member *m = &r->member[i];

        buf_str(&b, "member ");
        buf_put(&b, m->state);
        buf_printf(&b, " %s %lld card %llu node ", roster_word(m->standing), (long long)m->since,
                   (unsigned long long)m->card);
        hex_put(&b, span_of(m->fingerprint, 32));
        buf_str(&b, "\n");
        put_keys(&b, "log ", m->log, m->n_log);
        put_retired(&b, m);
        put_keys(&b, "witness ", m->witness, m->n_witness);
        put_keys(&b, "transport ", m->transport, m->n_transport);
        buf_str(&b, "address ");
        buf_put(&b, m->address);
        buf_u8(&b, '\n');
    }
    digest_of(DIGEST_SHA256, buf_span(&b), &d);
    memcpy(r->digest, d.b, sizeof r->digest);
    buf_free(&b);
}

bool roster_make(const struct roster_input *in, struct arena *a, struct roster *out, struct findings *f,
                 struct why *w)
{
    size_t n = in->acts.n_parties;
    struct making k = { .in = in,
                        .a = a,
                        .f = f,
                        .member = arena_array(a, n + 1, sizeof *k.member),
                        .voice = arena_array(a, n + 1, sizeof *k.voice) };
    struct roster r = { .n = n, .member = k.member, .witnesses = in->witnesses };
    bool ok = k.member && k.voice;

    if (ok && !trust_rows_make(&in->acts, a, &k.rows, w))
        return false;
    r.decisions = k.rows.decisions;
    for (size_t i = 0; ok && i < n; i++) {
        k.member[i].state = in->acts.party[i];
        from_keys(&k, i);
    }
    for (size_t i = 0; ok && i < n; i++)
        ok = suspend(&k, i);
    if (!ok)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n; i++)
        give_card(&k, i);
    drop_shared_names(&k);
    drop_shared(&k);
    say_strange_cards(&k);
    put_digest(&k, &r);
    *out = r;
    return true;
}

const struct roster_member *roster_find(const struct roster *r, struct span state)
{
    for (size_t i = 0; i < r->n; i++)
        if (span_eq(r->member[i].state, state))
            return &r->member[i];
    return NULL;
}

const struct roster_member *roster_of_transport(const struct roster *r, const uint8_t spki_sha256[32])
{
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < r->member[i].n_transport; k++)
            if (memcmp(r->member[i].transport[k], spki_sha256, 32) == 0)
                return &r->member[i];
    return NULL;
}

const struct roster_member *roster_of_origin(const struct roster *r, struct span origin)
{
    for (size_t i = 0; i < r->n; i++) {
        struct span name = r->member[i].name;

        if (name.n && origin.n > name.n && origin.p[name.n] == '/' && span_starts(origin, name))
            return &r->member[i];
    }
    return NULL;
}

bool roster_counts_at(const struct roster_member *m, unix_time t)
{
    switch (m->standing) {
    case ROSTER_COUNTS:
        return true;
    case ROSTER_SUSPENDED:
    case ROSTER_WITHDRAWN:
    case ROSTER_COMPROMISED:
        return t < m->since;
    case ROSTER_UNKNOWN:
        break;
    }
    return false;
}
