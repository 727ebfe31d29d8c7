/* The entries of the list: what each member's last word on each certificate adds up to. */
#include "trust/list.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "trust/list_internal.h"

/* One statement that concerns an entry, in the order in which its member made them. */
struct word {
    const struct act_statement *s;
    const struct trust_act *act;
    const struct trust_row *row;
    size_t place; /* rows in order, acts in order */
};

const char *member_key_word(enum member_key k)
{
    static const char *const word[] = {
        [MEMBER_KEY_NONE] = "no key known",
        [MEMBER_KEY_COUNTS] = "counts",
        [MEMBER_KEY_COMPROMISED] = "compromised",
        [MEMBER_KEY_FORKED] = "two histories",
        [MEMBER_KEY_NAMED] = "named",
    };

    return word[k];
}

const char *entry_word(enum entry_state s)
{
    static const char *const word[] = {
        [ENTRY_PROPOSED] = "proposed",
        [ENTRY_IN_FORCE] = "in force",
        [ENTRY_WITHDRAWN] = "withdrawn",
    };

    return word[s];
}

void trust_state_of(const struct certificate *c, char out[STATE_TEXT])
{
    struct span s = c->country;

    memcpy(out, "XXX", STATE_TEXT);
    if (s.n != 2 && s.n != 3)
        return;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_upper(s.p[i]) && !ascii_lower(s.p[i]))
            return;
    for (size_t i = 0; i < s.n; i++)
        out[i] = (char)(s.p[i] & ~0x20);
    out[s.n] = 0;
}

static int by_entry(const struct word *x, const struct word *y)
{
    int c = span_cmp(x->s->state, y->s->state);

    if (c == 0)
        c = memcmp(x->s->sha256, y->s->sha256, sizeof x->s->sha256);
    return c ? c : span_cmp(x->s->purpose, y->s->purpose);
}

static int by_place(const void *a, const void *b)
{
    const struct word *x = a, *y = b;
    int c = by_entry(x, y);

    return c ? c : (x->place > y->place) - (x->place < y->place);
}

/* A key that counts speaks by its chain; of another that once did, everything is shown. */
static size_t acts_of(const struct trust_row *r)
{
    return row_counts(r) ? r->chain : r->stood ? r->n_act : 0;
}

static struct word *all_words(const struct trust_rows *rows, struct arena *a, size_t *n)
{
    struct word *word;
    size_t most = 0;

    for (size_t i = 0; i < rows->n; i++)
        for (size_t k = 0; k < acts_of(&rows->row[i]); k++)
            most += rows->row[i].act[k]->n;
    word = arena_array(a, most + 1, sizeof *word);
    *n = 0;
    for (size_t i = 0; word && i < rows->n; i++) {
        const struct trust_row *r = &rows->row[i];

        for (size_t k = 0; k < acts_of(r); k++)
            for (size_t j = 0; j < r->act[k]->n; j++)
                if (act_vouches(r->act[k]->statement[j].verb)) {
                    word[*n] = (struct word){ &r->act[k]->statement[j], r->act[k], r, *n };
                    ++*n;
                }
    }
    if (word)
        qsort(word, *n, sizeof *word, by_place);
    return word;
}

/*
 * The voice of one member: the last word of its keys that count, or else, to be shown, of the others. words
 * are this member's on this entry, in order.
 */
static struct trust_voucher voice(const struct word *word, size_t n, const struct word **last)
{
    struct trust_voucher v = { 0 };
    bool counting = false;

    *last = NULL;
    for (size_t i = 0; i < n; i++)
        counting |= row_counts(word[i].row);
    for (size_t i = 0; i < n; i++) {
        if (row_counts(word[i].row) != counting)
            continue;
        *last = &word[i];
        v.vouched |= word[i].s->verb != ACT_WITHDRAW;
    }
    v.by = (*last)->row->m;
    v.at = (*last)->act->time;
    v.act = (size_t)(*last)->act->number;
    v.withdrawn = (*last)->s->verb == ACT_WITHDRAW;
    v.counts = counting && !v.withdrawn;
    return v;
}

static int by_time(const void *a, const void *b)
{
    const unix_time *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* What the members' voices make of an entry. */
struct tally {
    size_t vouched; /* members that ever vouched */
    bool own_vouches, own_withdrew;
    unix_time own_at, last_withdrawal, lost;
    unix_time *at; /* of the voices that count */
};

static void count_voice(struct tally *t, struct trust_entry *e, const struct trust_voucher *v)
{
    bool own = strcmp(v->by->state, e->state) == 0;

    t->vouched += v->vouched;
    if (v->counts)
        t->at[e->n_counting++] = v->at;
    if (v->withdrawn && v->at > t->last_withdrawal)
        t->last_withdrawal = v->at;
    if (!v->counts && !v->withdrawn && v->by->since > t->lost)
        t->lost = v->by->since;
    if (own) {
        t->own_vouches = v->counts;
        t->own_withdrew = v->withdrawn;
        t->own_at = v->at;
    }
}

/* The State is a party, and a key of it that counts has said something about certificates. */
static bool speaks(const struct trust_rows *rows, const char *state)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct trust_row *r = &rows->row[i];

        if (!row_counts(r) || strcmp(r->m->state, state) != 0)
            continue;
        for (size_t k = 0; k < r->chain; k++)
            for (size_t j = 0; j < r->act[k]->n; j++)
                if (act_vouches(r->act[k]->statement[j].verb))
                    return true;
    }
    return false;
}

static void decide(struct trust_entry *e, struct tally *t, const struct trust_rows *rows, unsigned enough)
{
    bool needs_own = speaks(rows, e->state);

    qsort(t->at, e->n_counting, sizeof *t->at, by_time);
    if (t->own_withdrew) {
        e->standing = ENTRY_WITHDRAWN;
        e->since = t->own_at;
    } else if (enough && e->n_counting >= enough && (!needs_own || t->own_vouches)) {
        e->standing = ENTRY_IN_FORCE;
        e->since = t->at[enough - 1];
        if (needs_own && t->own_at > e->since)
            e->since = t->own_at;
    } else if (enough && t->vouched >= enough && e->n_counting < enough) {
        e->standing = ENTRY_WITHDRAWN;
        e->since = t->last_withdrawal > t->lost ? t->last_withdrawal : t->lost;
    } else {
        e->standing = ENTRY_PROPOSED;
        e->since = e->n_counting ? t->at[0] : t->last_withdrawal;
    }
}

static bool make_entry(struct trust_entry *e, const struct word *word, size_t n,
                       const struct trust_rows *rows, unsigned enough, struct arena *a)
{
    struct trust_voucher *v = arena_array(a, rows->n, sizeof *v);
    struct tally t = { .at = arena_array(a, rows->n, sizeof *t.at) };
    struct span reason = { 0 };

    memcpy(e->sha256, word[0].s->sha256, sizeof e->sha256);
    e->state = arena_str(a, word[0].s->state);
    e->purpose = arena_str(a, word[0].s->purpose);
    if (!v || !t.at || !e->state || !e->purpose)
        return false;
    e->voucher = v;
    for (size_t i = 0, k; i < n; i = k) {
        const struct word *last;
        unix_time before = t.last_withdrawal;

        for (k = i; k < n && word[k].row->party == word[i].row->party;)
            k++;
        v[e->n_vouchers] = voice(word + i, k - i, &last);
        count_voice(&t, e, &v[e->n_vouchers++]);
        if (last->s->verb == ACT_WITHDRAW && (reason.n == 0 || t.last_withdrawal > before))
            reason = last->s->reason;
    }
    decide(e, &t, rows, enough);
    if (reason.n && !(e->reason = arena_str(a, reason)))
        return false;
    return true;
}

static int by_sha256(const void *a, const void *b)
{
    const struct trust_certificate *x = *(const struct trust_certificate *const *)a;
    const struct trust_certificate *y = *(const struct trust_certificate *const *)b;

    return memcmp(x->sha256, y->sha256, sizeof x->sha256);
}

/* Whether the bytes are a certificate of the State that the acts name. */
static bool certificate_fits(struct span der, const char *state)
{
    struct certificate c;
    char names[STATE_TEXT];

    if (!certificate_parse(der, &c, NULL, NULL))
        return false;
    trust_state_of(&c, names);
    return strcmp(names, state) == 0;
}

static bool attach(const struct trust_input *in, struct trust_entry *entry, size_t n, struct arena *a)
{
    const struct trust_certificate **sorted = arena_array(a, in->n_certificates + 1, sizeof *sorted), **found;
    struct trust_certificate key;
    const struct trust_certificate *wanted = &key;

    if (!sorted)
        return false;
    for (size_t i = 0; i < in->n_certificates; i++)
        sorted[i] = &in->certificate[i];
    qsort(sorted, in->n_certificates, sizeof *sorted, by_sha256);
    for (size_t i = 0; i < n; i++) {
        memcpy(key.sha256, entry[i].sha256, sizeof key.sha256);
        found = bsearch(&wanted, sorted, in->n_certificates, sizeof *sorted, by_sha256);
        if (!found)
            continue;
        entry[i].der = (*found)->der;
        entry[i].fits = certificate_fits(entry[i].der, entry[i].state);
    }
    return true;
}

/* doc/trust-list.md, Version and digest. */
static void put_digest(const struct trust_input *in, const struct trust_rows *rows, struct trust_list *l)
{
    struct buffer b;
    struct digest d;

    buf_init(&b, SIZE_MAX / 2);
    buf_str(&b, "serai trust list 1\nagreement ");
    buf_put(&b, in->agreement);
    buf_printf(&b, "\nconfirmations %u\nreports %u\n", in->rules.confirmations, in->rules.reports);
    if (in->rules.decisions)
        buf_printf(&b, "decisions %u\n", in->rules.decisions);
    for (size_t i = 0; i < rows->n; i++) {
        const struct trust_row *r = &rows->row[i];

        buf_printf(&b, "member %s %s", r->m->state, member_key_word(r->m->standing));
        if (r->m->standing != MEMBER_KEY_NONE) {
            buf_u8(&b, ' ');
            hex_put(&b, span_of(r->m->fingerprint, sizeof r->m->fingerprint));
        }
        buf_u8(&b, '\n');
        for (size_t k = r->chain ? r->chain - 1 : 0; k < r->n_act; k++) {
            buf_printf(&b, "act %llu ", (unsigned long long)r->act[k]->number);
            hex_put(&b, span_of(r->act[k]->sha256, sizeof r->act[k]->sha256));
            buf_u8(&b, '\n');
        }
        l->version += r->n_act;
    }
    digest_of(DIGEST_SHA256, buf_span(&b), &d);
    memcpy(l->digest, d.b, sizeof l->digest);
    buf_free(&b);
}

bool trust_list_make(const struct trust_input *in, struct arena *a, struct trust_list *out, struct why *w)
{
    struct trust_list l = { .rules = in->rules };
    struct trust_entry *entry;
    struct trust_rows rows;
    struct word *word;
    size_t n = 0;

    if (!trust_rows_make(in, a, &rows, w))
        return false;
    word = all_words(&rows, a, &n);
    entry = arena_array(a, n + 1, sizeof *entry);
    if (!word || !entry)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0, k; i < n; i = k) {
        for (k = i; k < n && by_entry(&word[k], &word[i]) == 0;)
            k++;
        if (!make_entry(&entry[l.n_entries++], word + i, k - i, &rows, in->rules.confirmations, a))
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    if (!attach(in, entry, l.n_entries, a))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    l.entry = entry;
    l.member = rows.member;
    l.n_members = rows.n;
    put_digest(in, &rows, &l);
    *out = l;
    return true;
}

/* Of authorities for licences the members vouch for one type of document. */
static bool add_entry(const struct trust_entry *e, struct anchor_set *set, const char *source,
                      struct findings *f, struct why *w)
{
    unsigned purpose = purpose_of(span_str(e->purpose));
    bool first = true;

    for (size_t i = 0; i < e->n_vouchers; i++) {
        struct anchor_origin from = { .source = source,
                                      .member = e->voucher[i].by->state,
                                      .at = e->voucher[i].at,
                                      .purposes = purpose,
                                      .types = purpose == FOR_LICENCES ? TYPE_DRIVING_LICENCE : NULL };

        if (!e->voucher[i].counts)
            continue;
        /* What is odd about the certificate is said once, not for each voice. */
        if (!anchor_set_add(set, e->der, &from, ANCHOR_VOUCHED, first ? f : NULL, w))
            return false;
        first = false;
    }
    return true;
}

size_t trust_list_into(const struct trust_list *l, struct anchor_set *set, struct arena *a,
                       struct findings *f)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n_entries; i++) {
        const struct trust_entry *e = &l->entry[i];
        struct why w = { 0 };
        char text[100];
        int m = snprintf(text, sizeof text, "bloc list: %s", e->purpose);
        const char *source = arena_str(a, span_of(text, (size_t)m));

        if (e->standing != ENTRY_IN_FORCE || !act_purpose_known(span_str(e->purpose)) || !source)
            continue;
        if (e->der.n == 0 || !e->fits)
            finding_add(f, FINDING_WARNING, e->der.n ? "trust-state" : "trust-certificate", WHY_NO_OFFSET,
                        NULL,
                        e->der.n ? "a certificate of the bloc list is not one of %s: it is not believed"
                                 : "a certificate of %s in the bloc list has not come yet",
                        e->state);
        else if (add_entry(e, set, source, f, &w))
            n++;
        else
            finding_add(f, FINDING_WARNING, w.reason, WHY_NO_OFFSET, w.clause, "bloc list, %s: %s", e->state,
                        w.detail);
    }
    return n;
}

static int by_chain(const void *a, const void *b)
{
    const struct trust_act *x = *(const struct trust_act *const *)a;
    const struct trust_act *y = *(const struct trust_act *const *)b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return memcmp(x->sha256, y->sha256, sizeof x->sha256);
}

bool trust_follows(const struct trust_act *earlier, size_t n_earlier, const struct trust_act *later,
                   size_t n_later, const struct trust_keys *keys, struct why *w)
{
    const struct trust_act **sorted = calloc(n_later + 1, sizeof *sorted);
    bool ok = true;

    if (!sorted)
        abort();
    for (size_t i = 0; i < n_later; i++)
        sorted[i] = &later[i];
    qsort(sorted, n_later, sizeof *sorted, by_chain);
    for (size_t i = 0; ok && i < n_earlier; i++) {
        const struct trust_act *act = &earlier[i];
        uint64_t top = 0;
        bool same_number = false;

        if (bsearch(&act, sorted, n_later, sizeof *sorted, by_chain))
            continue;
        for (size_t k = 0; k < n_later; k++) {
            if (later[k].key != act->key)
                continue;
            top = later[k].number > top ? later[k].number : top;
            same_number |= later[k].number == act->number;
        }
        ok = why_set(
            w, same_number ? "other-past" : "rollback", WHY_NO_OFFSET, "doc/trust-list.md, Never back",
            same_number ? "act %llu of %.*s (%.*s) is another one than was seen before: its chain ends "
                          "with number %llu"
                        : "act %llu of %.*s (%.*s) was seen before and is missing: its chain ends with "
                          "number %llu",
            (unsigned long long)act->number, (int)act->member.n, (const char *)act->member.p,
            (int)keys->key[act->key].name.n, (const char *)keys->key[act->key].name.p,
            (unsigned long long)top);
    }
    free(sorted);
    return ok;
}
