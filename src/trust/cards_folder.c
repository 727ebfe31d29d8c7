/* The members' cards in a node's trust folder. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "files/durable.h"
#include "seal/receipt.h"
#include "trust/acts_folder_internal.h"

static const char clause[] = "doc/membership.md, The card";

enum { PATH = 4096, NAME = 80, SEEN = 256 * 1024 };

static int by_number(const void *a, const void *b)
{
    const struct member_card *x = a, *y = b;
    int c = memcmp(x->fingerprint, y->fingerprint, sizeof x->fingerprint);

    if (c)
        return c;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return memcmp(x->sha256, y->sha256, sizeof x->sha256);
}

static bool keep(struct acts_folder *d, const struct member_card *c, struct why *w)
{
    size_t i = d->n_cards;

    if (d->n_cards == d->cap_cards) {
        size_t cap = d->cap_cards ? 2 * d->cap_cards : 32;
        struct member_card *more = d->n_cards < LIMIT_CARDS ? arena_array(d->arena, cap, sizeof *more) : NULL;

        if (!more)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more cards than there is room for");
        if (d->n_cards)
            memcpy(more, d->card, d->n_cards * sizeof *more);
        d->card = more;
        d->cap_cards = cap;
    }
    for (; i && by_number(&d->card[i - 1], c) > 0; i--)
        d->card[i] = d->card[i - 1];
    d->card[i] = *c;
    d->n_cards++;
    return true;
}

static const struct trust_key *key_of(const struct acts_folder *d, const struct member_card *c)
{
    for (size_t i = 0; i < d->keys.n; i++)
        if (memcmp(d->keys.key[i].fingerprint, c->fingerprint, 32) == 0 &&
            span_eq(d->keys.key[i].state, c->member))
            return &d->keys.key[i];
    return NULL;
}

const struct member_card *acts_folder_newest_card(const struct acts_folder *d, const uint8_t fingerprint[32])
{
    for (size_t i = d->n_cards; i-- > 0;)
        if (memcmp(d->card[i].fingerprint, fingerprint, 32) == 0)
            return &d->card[i];
    return NULL;
}

/* Signed, of this agreement, of a key that is known here. */
static bool fits(const struct acts_folder *d, struct span note, struct member_card *c, struct why *w)
{
    if (!card_verify(note, c, w))
        return false;
    if (!span_eq(c->agreement, d->agreement))
        return why_set(w, "agreement", WHY_NO_OFFSET, clause, "the card belongs to another agreement");
    return key_of(d, c) != NULL || why_set(w, "no-key", WHY_NO_OFFSET, clause,
                                           "the card of %.*s is signed with a key that is not known here", 2,
                                           (const char *)c->member.p);
}

bool acts_folder_load_card(struct acts_folder *d, const char *path, struct span bytes, void *ctx,
                           struct why *w)
{
    struct findings *f = ctx;
    struct why one = { 0 };
    struct member_card c;

    if (fits(d, bytes, &c, &one))
        return keep(d, &c, w);
    finding_add(f, FINDING_WARNING, one.reason, one.offset, one.clause, "%s: %s", path, one.detail);
    return true;
}

/* To disk, then among the others. beside: another card of that number is there. */
static bool put(struct acts_folder *d, const struct member_card *c, bool beside, struct why *w)
{
    char folder[PATH], file[NAME];
    struct buffer b;

    (void)snprintf(folder, sizeof folder, "%s/cards", d->path);
    buf_init_fixed(&b, file, sizeof file);
    buf_put(&b, c->member);
    buf_u8(&b, '-');
    hex_put(&b, span_of(c->fingerprint, 8));
    buf_printf(&b, "-%06llu", (unsigned long long)c->number);
    if (beside) {
        buf_u8(&b, '-');
        hex_put(&b, span_of(c->sha256, 8));
    }
    buf_str(&b, ".card");
    buf_u8(&b, 0);
    return folder_make(folder, d->steps, w) && file_create(folder, file, c->note, d->steps, w) &&
           keep(d, c, w) && acts_folder_write_seen_cards(d, w);
}

/* How many cards of that key are here; *same: another one of its number. */
static size_t count(const struct acts_folder *d, const struct member_card *c, bool *known, bool *same)
{
    size_t n = 0;

    *known = *same = false;
    for (size_t i = 0; i < d->n_cards; i++) {
        if (memcmp(d->card[i].fingerprint, c->fingerprint, 32) != 0)
            continue;
        n++;
        if (d->card[i].number != c->number)
            continue;
        if (memcmp(d->card[i].sha256, c->sha256, 32) == 0)
            *known = true;
        else
            *same = true;
    }
    return n;
}

bool acts_folder_receive_card(struct acts_folder *d, struct span bytes, struct receive_counts *n,
                              struct findings *f, struct why *w)
{
    const struct member_card *newest;
    struct member_card c;
    struct why one = { 0 };
    bool known, same;
    size_t have;

    if (!fits(d, arena_copy(d->arena, bytes), &c, &one)) {
        finding_add(f, FINDING_WARNING, one.reason, one.offset, one.clause, "%s", one.detail);
        n->refused++;
        return true;
    }
    have = count(d, &c, &known, &same);
    newest = acts_folder_newest_card(d, c.fingerprint);
    if (known || (!same && newest && c.number < newest->number)) {
        n->known++;
        return true;
    }
    if (have >= LIMIT_KEY_CARDS) {
        finding_add(f, FINDING_WARNING, "too-large", WHY_NO_OFFSET, clause,
                    "one key of %.*s signed more than %d cards", 2, (const char *)c.member.p,
                    LIMIT_KEY_CARDS);
        n->refused++;
        return true;
    }
    if (same) {
        finding_add(f, FINDING_WARNING, "two-cards", WHY_NO_OFFSET, clause,
                    "%.*s signed two different cards of number %llu: its key is not believed", 2,
                    (const char *)c.member.p, (unsigned long long)c.number);
        n->forks++;
    } else {
        n->cards++;
    }
    return put(d, &c, same, w);
}

void acts_folder_bundle_cards(const struct acts_folder *d, struct buffer *out)
{
    for (size_t i = 0; d->card && i < d->n_cards; i++) {
        const struct member_card *c = &d->card[i], *next = i + 1 < d->n_cards ? c + 1 : NULL;
        const struct member_card *before = i ? c - 1 : NULL;
        bool last = !next || memcmp(next->fingerprint, c->fingerprint, 32) != 0;
        bool twin =
            (!last && next->number == c->number) ||
            (before && memcmp(before->fingerprint, c->fingerprint, 32) == 0 && before->number == c->number);

        if (last || twin)
            trust_bundle_put_note(out, c->note);
    }
}

bool acts_folder_read_seen_cards(struct acts_folder *d, struct span *out, struct why *w)
{
    char path[PATH];
    bool there;

    (void)snprintf(path, sizeof path, "%s/seen-cards", d->path);
    return file_read(path, SEEN, d->arena, out, &there, w);
}

/* FINGERPRINT NUMBER */
static bool check_line(struct acts_folder *d, struct span line)
{
    struct span fingerprint = { 0 }, key = { 0 };
    const struct member_card *newest;
    uint64_t want = 0;

    if (!text_split(&line, ' ', &fingerprint) || !hex_decode(fingerprint, d->arena, &key) || key.n != 32)
        return why_set(&d->rollback, "rollback", WHY_NO_OFFSET, clause,
                       "the file %s/seen-cards cannot be read", d->path);
    for (size_t i = 0; i < line.n; i++)
        want = want * 10 + (uint64_t)(line.p[i] - '0');
    newest = acts_folder_newest_card(d, key.p);
    return (newest && newest->number >= want) ||
           why_set(
               &d->rollback, "rollback", WHY_NO_OFFSET, clause,
               "card %llu of a member was here once and is missing: receive the acts and cards again from "
               "another member",
               (unsigned long long)want);
}

void acts_folder_check_cards(struct acts_folder *d, struct span seen)
{
    struct span line;

    while (text_split(&seen, '\n', &line))
        if (!check_line(d, line))
            return;
}

/* What was seen and is missing stays written down until it is back: numbers never fall. */
bool acts_folder_write_seen_cards(struct acts_folder *d, struct why *w)
{
    struct buffer b;
    bool ok;

    if (d->rollback.reason)
        return true;
    buf_init(&b, SEEN);
    for (size_t i = 0; i < d->n_cards; i++) {
        if (acts_folder_newest_card(d, d->card[i].fingerprint) != &d->card[i])
            continue;
        hex_put(&b, span_of(d->card[i].fingerprint, 32));
        buf_printf(&b, " %llu\n", (unsigned long long)d->card[i].number);
    }
    ok = buf_ok(&b) && file_replace(d->path, "seen-cards", buf_span(&b), d->steps, w);
    buf_free(&b);
    return ok;
}

bool acts_folder_card(struct acts_folder *d, size_t key, const struct signer *signer,
                      const struct member_card *card, unix_time now, struct why *w)
{
    const struct trust_key *k = &d->keys.key[key];
    const struct member_card *newest = acts_folder_newest_card(d, k->fingerprint);
    struct member_card c = *card;
    struct buffer text, note;
    bool ok;

    if (d->rollback.reason)
        return why_set(w, "rollback", WHY_NO_OFFSET, clause,
                       "nothing is signed while acts or cards are missing: %s", d->rollback.detail);
    if (memcmp(k->key, signer->pub, NODE_PUBLIC_KEY) != 0)
        return why_set(w, "key", WHY_NO_OFFSET, clause, "what signs here is not that key of %.*s", 2,
                       (const char *)k->state.p);
    c.agreement = d->agreement;
    c.member = k->state;
    c.name = k->name;
    memcpy(c.node, k->key, sizeof c.node);
    c.number = newest ? newest->number + 1 : 1;
    c.time = newest && newest->time > now ? newest->time : now;
    buf_init(&text, LIMIT_CARD);
    buf_init(&note, LIMIT_CARD + 1024);
    card_write(&c, &text);
    ok = (buf_ok(&text) || why_set(w, "too-large", WHY_NO_OFFSET, clause, "the card would be too long")) &&
         receipt_sign(buf_span(&text), k->name, signer, &note, w) &&
         card_verify(arena_copy(d->arena, buf_span(&note)), &c, w) && put(d, &c, false, w);
    buf_free(&text);
    buf_free(&note);
    return ok;
}
