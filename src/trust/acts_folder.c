#include "trust/acts_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "files/durable.h"
#include "trust/acts_folder_internal.h"
#include "trust/list.h"

static const char clause[] = "doc/trust-list.md, Never back";

enum { PATH = 4096, MEMBERS_FILE = 256 * 1024, NAME = 80 };

static int by_chain(const void *a, const void *b)
{
    const struct trust_act *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return memcmp(x->sha256, y->sha256, sizeof x->sha256);
}

static int by_sha256(const void *a, const void *b)
{
    const struct trust_certificate *x = a, *y = b;

    return memcmp(x->sha256, y->sha256, sizeof x->sha256);
}

/* Room for one item more; the old array stays behind in the arena. */
static void *grown(struct arena *a, void *items, size_t n, size_t *cap, size_t size)
{
    void *more;

    if (n < *cap)
        return items;
    *cap = *cap ? 2 * *cap : 64;
    more = arena_array(a, *cap, size);
    if (more && n)
        memcpy(more, items, n * size);
    return more;
}

static bool keep_act(struct acts_folder *d, const struct trust_act *act, struct why *w)
{
    struct trust_act *more =
        d->n_acts < LIMIT_ACTS ? grown(d->arena, d->act, d->n_acts, &d->cap_acts, sizeof *more) : NULL;
    size_t i = d->n_acts;

    if (!more)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more acts than there is room for");
    d->act = more;
    for (; i && by_chain(&d->act[i - 1], act) > 0; i--)
        d->act[i] = d->act[i - 1];
    d->act[i] = *act;
    d->n_acts++;
    (void)trust_keys_learn(&d->keys, act, d->arena);
    return true;
}

static bool keep_certificate(struct acts_folder *d, struct span der, struct why *w)
{
    struct trust_certificate *more =
        d->n_certificates < LIMIT_ANCHORS
            ? grown(d->arena, d->certificate, d->n_certificates, &d->cap_certificates, sizeof *more)
            : NULL;
    struct digest sha;

    if (!more)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more certificates than there is room for");
    d->certificate = more;
    digest_of(DIGEST_SHA256, der, &sha);
    memcpy(more[d->n_certificates].sha256, sha.b, 32);
    more[d->n_certificates++].der = der;
    return true;
}

static const struct trust_certificate *find_certificate(const struct acts_folder *d, const uint8_t sha256[32])
{
    for (size_t i = 0; i < d->n_certificates; i++)
        if (memcmp(d->certificate[i].sha256, sha256, 32) == 0)
            return &d->certificate[i];
    return NULL;
}

/* "IR-1a2b3c4d5e6f7081" */
static void key_folder(const struct trust_key *k, char out[NAME])
{
    struct buffer b;

    buf_init_fixed(&b, out, NAME);
    buf_put(&b, k->state);
    buf_u8(&b, '-');
    hex_put(&b, span_of(k->fingerprint, 8));
    buf_u8(&b, 0);
}

static int plain(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* Each file of a folder that ends so, in order of names. */
static bool each_file(const char *folder, const char *suffix, size_t most, struct acts_folder *d,
                      bool (*one)(struct acts_folder *d, const char *path, struct span bytes, void *ctx,
                                  struct why *w),
                      void *ctx, struct why *w)
{
    struct dirent **list;
    int n = scandir(folder, &list, plain, alphasort);
    bool ok = true;

    if (n < 0)
        return errno == ENOENT ||
               why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s: %s", folder, strerror(errno));
    for (int i = 0; i < n; i++) {
        size_t len = strlen(list[i]->d_name), end = strlen(suffix);
        char path[PATH];
        struct span bytes;
        bool there;

        if (ok && len > end && strcmp(list[i]->d_name + len - end, suffix) == 0) {
            (void)snprintf(path, sizeof path, "%s/%s", folder, list[i]->d_name);
            ok = file_read(path, most, d->arena, &bytes, &there, w) && one(d, path, bytes, ctx, w);
        }
        free(list[i]);
    }
    free(list);
    return ok;
}

static bool load_act(struct acts_folder *d, const char *path, struct span bytes, void *ctx, struct why *w)
{
    struct findings *f = ctx;
    struct why one = { 0 };
    struct trust_act act;

    if (trust_act_verify(bytes, &d->keys, d->agreement, d->arena, &act, &one))
        return keep_act(d, &act, w);
    finding_add(f, FINDING_WARNING, one.reason, one.offset, one.clause, "%s: %s", path, one.detail);
    return true;
}

static bool load_certificate(struct acts_folder *d, const char *path, struct span bytes, void *ctx,
                             struct why *w)
{
    (void)path;
    (void)ctx;
    return keep_certificate(d, bytes, w);
}

/* The end of a key's chain: how many follow each other from number 1, and the last of them. */
static uint64_t chain_end(const struct acts_folder *d, size_t key, const struct trust_act **last,
                          bool *forked)
{
    uint64_t n = 0;

    *last = NULL;
    *forked = false;
    for (size_t i = 0; i < d->n_acts; i++) {
        const struct trust_act *act = &d->act[i];

        if (act->key != key)
            continue;
        if (i && trust_fork_check(&d->act[i - 1], act, NULL))
            *forked = true;
        if (!*forked && act->number == n + 1) {
            *last = act;
            n++;
        }
    }
    return n;
}

/* A line of `seen`: FINGERPRINT NUMBER SHA256. */
static bool check_seen_line(struct acts_folder *d, struct span line)
{
    struct span fingerprint = { 0 }, number = { 0 }, key, sha;
    uint64_t want = 0;

    if (!text_split(&line, ' ', &fingerprint) || !text_split(&line, ' ', &number) ||
        !hex_decode(fingerprint, d->arena, &key) || !hex_decode(line, d->arena, &sha) || sha.n != 32)
        return why_set(&d->rollback, "rollback", WHY_NO_OFFSET, clause, "the file %s/seen cannot be read",
                       d->path);
    for (size_t i = 0; i < number.n; i++)
        want = want * 10 + (uint64_t)(number.p[i] - '0');
    for (size_t i = 0; i < d->n_acts; i++)
        if (d->act[i].number == want && memcmp(d->act[i].sha256, sha.p, 32) == 0)
            return true;
    for (size_t i = 0; i < d->keys.n; i++)
        if (span_eq(key, span_of(d->keys.key[i].fingerprint, 32)))
            return why_set(
                &d->rollback, "rollback", WHY_NO_OFFSET, clause,
                "act %llu of %.*s was here once and is missing: receive the acts again from another "
                "member",
                (unsigned long long)want, 2, (const char *)d->keys.key[i].state.p);
    return why_set(&d->rollback, "rollback", WHY_NO_OFFSET, clause,
                   "a key whose acts were here once is no longer among the members' keys");
}

static bool read_seen(struct acts_folder *d, struct span *out, struct why *w)
{
    char path[PATH];
    bool there;

    (void)snprintf(path, sizeof path, "%s/seen", d->path);
    return file_read(path, MEMBERS_FILE, d->arena, out, &there, w);
}

static void check_seen(struct acts_folder *d, struct span seen)
{
    struct span line, cards;

    why_clear(&d->rollback);
    while (text_split(&seen, '\n', &line))
        if (!check_seen_line(d, line))
            return;
    if (!acts_folder_read_seen_cards(d, &cards, &d->rollback))
        return;
    acts_folder_check_cards(d, cards);
}

/* What was seen is read first: somebody may be writing, and then more is here than was seen. */
static bool load_all(struct acts_folder *d, struct findings *f, struct why *w)
{
    char path[PATH], name[NAME];
    struct span text, seen;
    bool there;

    if (!read_seen(d, &seen, w))
        return false;
    (void)snprintf(path, sizeof path, "%s/members", d->path);
    if (!file_read(path, MEMBERS_FILE, d->arena, &text, &there, w) ||
        !trust_keys_parse(text, d->arena, &d->keys, w))
        return false;
    for (size_t i = 0; i < d->keys.n; i++) { /* acts name further keys: they come behind */
        key_folder(&d->keys.key[i], name);
        (void)snprintf(path, sizeof path, "%s/acts/%s", d->path, name);
        if (!each_file(path, ".act", LIMIT_ACT + 1024, d, load_act, f, w))
            return false;
    }
    (void)snprintf(path, sizeof path, "%s/certificates", d->path);
    if (!each_file(path, ".der", LIMIT_CERTIFICATE, d, load_certificate, NULL, w))
        return false;
    (void)snprintf(path, sizeof path, "%s/cards", d->path);
    if (!each_file(path, ".card", LIMIT_CARD + 1024, d, acts_folder_load_card, f, w))
        return false;
    check_seen(d, seen);
    return true;
}

static bool take_lock(struct acts_folder *d, struct why *w)
{
    char path[PATH];

    if (!folder_make(d->path, NULL, w))
        return false;
    (void)snprintf(path, sizeof path, "%s/lock", d->path);
    d->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (d->lock < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot create %s: %s", path, strerror(errno));
    if (file_lock(d->lock))
        return true;
    return why_set(w, "trust-locked", WHY_NO_OFFSET, NULL, "another process writes to %s: try again",
                   d->path);
}

bool acts_folder_open(const char *path, struct span agreement, bool write, struct arena *a,
                      struct acts_folder *out, struct findings *f, struct why *w)
{
    struct acts_folder d = { .path = path, .agreement = agreement, .arena = a, .lock = -1 };

    if (strlen(path) > PATH - 200)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if ((write && !take_lock(&d, w)) || !load_all(&d, f, w)) {
        acts_folder_close(&d);
        return false;
    }
    *out = d;
    return true;
}

void acts_folder_close(struct acts_folder *d)
{
    if (d->lock >= 0)
        (void)close(d->lock);
    d->lock = -1;
}

/* The end of each chain. What was seen and is missing stays written down until it is back. */
static bool write_seen(struct acts_folder *d, struct why *w)
{
    struct span seen;
    struct buffer b;
    bool ok;

    if (d->rollback.reason) {
        if (!read_seen(d, &seen, w))
            return false;
        check_seen(d, seen);
        if (d->rollback.reason)
            return true;
    }
    buf_init(&b, MEMBERS_FILE);
    for (size_t i = 0; i < d->keys.n; i++) {
        const struct trust_act *last;
        bool forked;
        uint64_t n = chain_end(d, i, &last, &forked);

        if (n == 0)
            continue;
        hex_put(&b, span_of(d->keys.key[i].fingerprint, 32));
        buf_printf(&b, " %llu ", (unsigned long long)n);
        hex_put(&b, span_of(last->sha256, 32));
        buf_u8(&b, '\n');
    }
    ok = file_replace(d->path, "seen", buf_span(&b), d->steps, w) &&
         (d->n_cards == 0 || acts_folder_write_seen_cards(d, w));
    buf_free(&b);
    return ok;
}

/* One act to disk, then among the others. beside: another act of that number is there. */
static bool put_act(struct acts_folder *d, const struct trust_act *act, bool beside, struct why *w)
{
    char folder[PATH], name[NAME], file[NAME];
    struct buffer b;

    key_folder(&d->keys.key[act->key], name);
    (void)snprintf(folder, sizeof folder, "%s/acts", d->path);
    if (!folder_make(folder, d->steps, w))
        return false;
    (void)snprintf(folder, sizeof folder, "%s/acts/%s", d->path, name);
    buf_init_fixed(&b, file, sizeof file);
    buf_printf(&b, "%06llu", (unsigned long long)act->number);
    if (beside) {
        buf_u8(&b, '-');
        hex_put(&b, span_of(act->sha256, 8));
    }
    buf_str(&b, ".act");
    buf_u8(&b, 0);
    return folder_make(folder, d->steps, w) && file_create(folder, file, act->note, d->steps, w) &&
           keep_act(d, act, w);
}

static bool known(const struct acts_folder *d, const struct trust_act *act)
{
    return d->n_acts && bsearch(act, d->act, d->n_acts, sizeof *d->act, by_chain) != NULL;
}

/* Whether it contradicts one that is here. */
static const struct trust_act *contradicted(const struct acts_folder *d, const struct trust_act *act)
{
    for (size_t i = 0; i < d->n_acts; i++)
        if (trust_fork_check(&d->act[i], act, NULL))
            return &d->act[i];
    return NULL;
}

static bool receive_act(struct acts_folder *d, const struct trust_act *act, struct receive_counts *n,
                        struct findings *f, struct why *w)
{
    const struct trust_key *k = &d->keys.key[act->key];
    const struct trust_act *last, *other;
    bool forked;

    if (known(d, act)) {
        n->known++;
        return true;
    }
    other = contradicted(d, act);
    if (other) {
        finding_add(
            f, FINDING_WARNING, "two-histories", WHY_NO_OFFSET, clause,
            "the key %.*s of %.*s signed two histories: act %llu contradicts act %llu; it counts no more",
            (int)(k->name.n < 40 ? k->name.n : 40), (const char *)k->name.p, 2, (const char *)k->state.p,
            (unsigned long long)act->number, (unsigned long long)other->number);
        n->forks++;
        return put_act(d, act, true, w);
    }
    if (act->number > chain_end(d, act->key, &last, &forked) + 1 && !forked) {
        finding_add(f, FINDING_WARNING, "act-gap", WHY_NO_OFFSET, clause,
                    "act %llu of %.*s came, and not the one before it: passed over",
                    (unsigned long long)act->number, 2, (const char *)k->state.p);
        n->refused++;
        return true;
    }
    n->acts++;
    return put_act(d, act, forked, w);
}

static bool spoken_of(const struct acts_folder *d, const uint8_t sha256[32])
{
    for (size_t i = 0; i < d->n_acts; i++)
        for (size_t k = 0; k < d->act[i].n; k++)
            if (act_vouches(d->act[i].statement[k].verb) &&
                memcmp(d->act[i].statement[k].sha256, sha256, 32) == 0)
                return true;
    return false;
}

static bool put_certificate(struct acts_folder *d, const struct trust_certificate *c, struct why *w)
{
    char folder[PATH], file[NAME];
    struct buffer b;

    (void)snprintf(folder, sizeof folder, "%s/certificates", d->path);
    buf_init_fixed(&b, file, sizeof file);
    hex_put(&b, span_of(c->sha256, 32));
    buf_str(&b, ".der");
    buf_u8(&b, 0);
    return folder_make(folder, d->steps, w) && file_create(folder, file, c->der, d->steps, w) &&
           keep_certificate(d, c->der, w);
}

/* A bundle under way: which of its notes are done with. */
struct receiving {
    const struct trust_bundle *b;
    bool *done;
    struct span *note;     /* copies that outlive the file they came in */
    struct trust_act *act; /* room for all */
    struct receive_counts counts;
};

/* Those not yet done that verify with the keys known by now, in the order of their chains; how many. */
static size_t verified(struct acts_folder *d, struct receiving *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->b->n_notes; i++) {
        if (r->done[i])
            continue;
        if (!r->note[i].p)
            r->note[i] = arena_copy(d->arena, r->b->note[i]);
        r->done[i] =
            r->note[i].n && trust_act_verify(r->note[i], &d->keys, d->agreement, d->arena, &r->act[n], NULL);
        n += r->done[i];
    }
    qsort(r->act, n, sizeof *r->act, by_chain);
    return n;
}

/* What was not done with, and why. */
static void say_refused(struct acts_folder *d, struct receiving *r, struct findings *f)
{
    struct trust_act act;
    size_t strangers = 0;

    for (size_t i = 0; i < r->b->n_notes; i++) {
        struct why w = { 0 };

        if (r->done[i] || trust_act_verify(r->b->note[i], &d->keys, d->agreement, d->arena, &act, &w))
            continue;
        r->counts.refused++;
        if (w.reason && strcmp(w.reason, "no-key") == 0 && strangers++)
            continue; /* said once */
        finding_add(f, FINDING_WARNING, w.reason ? w.reason : "too-large", w.offset, w.clause,
                    "act %zu of the file: %s", i + 1, w.detail);
    }
}

/* Acts name keys, with which further acts can be verified: round by round, as deep as a member's successions
 * can go. */
static bool receive_acts(struct acts_folder *d, const struct trust_bundle *b, struct receive_counts *counts,
                         struct findings *f, struct why *w)
{
    struct receiving r = { .b = b,
                           .done = arena_array(d->arena, b->n_notes + 1, sizeof *r.done),
                           .note = arena_array(d->arena, b->n_notes + 1, sizeof *r.note),
                           .act = arena_array(d->arena, b->n_notes + 1, sizeof *r.act) };
    size_t known_keys, rounds = 0;

    if (!r.done || !r.note || !r.act)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    do {
        size_t n = verified(d, &r);

        known_keys = d->keys.n;
        for (size_t i = 0; i < n; i++)
            if (!receive_act(d, &r.act[i], &r.counts, f, w))
                return false;
    } while (d->keys.n > known_keys && ++rounds <= LIMIT_NAMED_KEYS);
    say_refused(d, &r, f);
    *counts = r.counts;
    return true;
}

bool acts_folder_receive(struct acts_folder *d, struct span bundle, struct receive_counts *n,
                         struct findings *f, struct why *w)
{
    struct receive_counts counts = { 0 };
    struct trust_bundle b;

    if (!trust_bundle_parse(bundle, d->arena, &b, w) || !receive_acts(d, &b, &counts, f, w))
        return false;
    for (size_t i = 0; i < b.n_cards; i++)
        if (!acts_folder_receive_card(d, b.card[i], &counts, f, w))
            return false;
    for (size_t i = 0; i < b.n_certificates; i++) {
        struct trust_certificate c = b.certificate[i];

        if (find_certificate(d, c.sha256) || !spoken_of(d, c.sha256) || c.der.n > LIMIT_CERTIFICATE)
            continue;
        c.der = arena_copy(d->arena, c.der);
        if (!put_certificate(d, &c, w))
            return false;
        counts.certificates++;
    }
    *n = counts;
    return write_seen(d, w);
}

/* It has retired or left in its chain before that number. */
static bool has_ended(const struct acts_folder *d, size_t key, uint64_t number)
{
    for (size_t i = 0; i < d->n_acts; i++)
        for (size_t k = 0; d->act[i].key == key && d->act[i].number < number && k < d->act[i].n; k++)
            if (act_ends(d->act[i].statement[k].verb))
                return true;
    return false;
}

/* The one thing that is still heard of an ended key: that it is compromised. */
static bool reports_itself(const struct trust_key *k, const struct act_statement *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i].verb != ACT_REPORT || memcmp(s[i].sha256, k->fingerprint, 32) != 0)
            return false;
    return true;
}

bool acts_folder_act(struct acts_folder *d, size_t key, const struct signer *signer,
                     const struct act_statement *statement, size_t n, unix_time now, struct why *w)
{
    const struct trust_key *k = &d->keys.key[key];
    struct trust_act act = { .agreement = d->agreement, .member = k->state, .n = n, .statement = statement };
    const struct trust_act *last;
    struct buffer note;
    bool forked, ok;

    if (d->rollback.reason)
        return why_set(w, "rollback", WHY_NO_OFFSET, clause, "nothing is signed while acts are missing: %s",
                       d->rollback.detail);
    act.number = chain_end(d, key, &last, &forked) + 1;
    if (!forked && has_ended(d, key, act.number) && !reports_itself(k, statement, n))
        return why_set(w, "key-ended", WHY_NO_OFFSET, "doc/membership.md",
                       "this key has said that it says nothing more: another key signs for the member now");
    if (forked)
        return why_set(w, "two-histories", WHY_NO_OFFSET, clause,
                       "this key signed two histories: it counts no more, and signs no more");
    act.time = last && last->time > now ? last->time : now;
    if (last)
        memcpy(act.previous, last->sha256, sizeof act.previous);
    buf_init(&note, LIMIT_ACT + 1024);
    ok = trust_act_sign(&act, k, signer, &note, w);
    act.note = arena_copy(d->arena, buf_span(&note));
    if (ok && (!buf_ok(&note) || !act.note.n))
        ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the act would be longer than %d bytes", LIMIT_ACT);
    buf_free(&note);
    return ok && trust_act_verify(act.note, &d->keys, d->agreement, d->arena, &act, w) &&
           put_act(d, &act, false, w) && write_seen(d, w);
}

bool acts_folder_certificate(struct acts_folder *d, struct span der, struct why *w)
{
    struct trust_certificate c = { .der = arena_copy(d->arena, der) };
    struct digest sha;

    digest_of(DIGEST_SHA256, der, &sha);
    memcpy(c.sha256, sha.b, sizeof c.sha256);
    if (c.der.n == 0 || der.n > LIMIT_CERTIFICATE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a certificate of %zu bytes", der.n);
    return find_certificate(d, c.sha256) || put_certificate(d, &c, w);
}

/*
 * The keys of the file, changed, and those that acts name. Acts point to keys by their place: they are moved
 * to the new ones.
 */
static bool take_keys(struct acts_folder *d, struct trust_keys *keys, struct why *w)
{
    struct trust_keys old = d->keys;

    for (size_t i = 0; i < d->n_acts; i++)
        (void)trust_keys_learn(keys, &d->act[i], d->arena);
    for (size_t i = 0; i < d->n_acts; i++) {
        const struct trust_key *was = &old.key[d->act[i].key];
        size_t k = 0;

        while (k < keys->n && (!span_eq(keys->key[k].state, was->state) ||
                               memcmp(keys->key[k].fingerprint, was->fingerprint, 32) != 0))
            k++;
        if (k == keys->n)
            return why_set(w, "members", WHY_NO_OFFSET, NULL, "a key that signed acts would be lost");
        d->act[i].key = k;
    }
    d->keys = *keys;
    if (d->n_acts)
        qsort(d->act, d->n_acts, sizeof *d->act, by_chain);
    return true;
}

bool acts_folder_add_key(struct acts_folder *d, struct span state, struct span name,
                         const uint8_t pub[NODE_PUBLIC_KEY], struct why *w)
{
    struct trust_keys keys;
    struct span old = { 0 }, text;
    char path[PATH];
    struct buffer b;
    bool there, ok;

    (void)snprintf(path, sizeof path, "%s/members", d->path);
    if (!file_read(path, MEMBERS_FILE, d->arena, &old, &there, w))
        return false;
    buf_init(&b, MEMBERS_FILE);
    if (!there)
        buf_str(&b, "# The members' node keys, each confirmed with the member by another way. Lines are only "
                    "added.\n");
    buf_put(&b, old);
    if (old.n && old.p[old.n - 1] != '\n')
        buf_u8(&b, '\n');
    trust_keys_put(&b, state, name, pub);
    text = arena_copy(d->arena, buf_span(&b));
    ok = buf_ok(&b) && trust_keys_parse(text, d->arena, &keys, w) &&
         file_replace(d->path, "members", text, d->steps, w);
    buf_free(&b);
    return ok && take_keys(d, &keys, w);
}

void acts_folder_bundle(const struct acts_folder *d, struct buffer *out)
{
    struct trust_certificate *sorted = arena_array(d->arena, d->n_certificates + 1, sizeof *sorted);

    for (size_t i = 0; i < d->n_acts; i++)
        trust_bundle_put_note(out, d->act[i].note);
    acts_folder_bundle_cards(d, out);
    if (!sorted)
        out->bad = true;
    for (size_t i = 0; sorted && i < d->n_certificates; i++)
        sorted[i] = d->certificate[i];
    if (sorted)
        qsort(sorted, d->n_certificates, sizeof *sorted, by_sha256);
    for (size_t i = 0; sorted && i < d->n_certificates; i++)
        trust_bundle_put_certificate(out, sorted[i].der);
}
