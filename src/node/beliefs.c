#include "node/beliefs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "node/status_folder.h"
#include "seal/crl.h"
#include "trust/load.h"

enum { PATH = 4096, MEMORY = 512 << 20, BUNDLE = 64 << 20, TAG_BYTES = 16 };

/* What is being built, from what, after what. */
struct work {
    const struct beliefs_from *from;
    const struct beliefs *before;
    struct beliefs *b;
    size_t list_findings; /* how many findings the bloc's list gave; those of the anchors follow */
};

static void newer(struct beliefs *b, const char *path)
{
    struct stat st;

    if (stat(path, &st) == 0 && st.st_mtime > b->anchors_as_of)
        b->anchors_as_of = st.st_mtime;
}

/*
 * The certificates that the bloc vouches for. Acts that were here once and are missing may be the ones that
 * took a certificate back: then nothing of the list is believed, until they are received again.
 */
static bool read_list(const struct work *k, struct why *w)
{
    const struct agreement *agreement = k->from->agreement;
    struct beliefs *b = k->b;
    unsigned vouch, report;

    if (!k->from->trust || (!b->served && !agreement_trust(agreement, &vouch, &report)))
        return true;
    if (!acts_folder_open(k->from->trust, span_str(agreement_title(agreement)), false, &b->arena, &b->acts,
                          &b->findings, w))
        return false;
    b->has_acts = true;
    if (!agreement_trust(agreement, &vouch, &report))
        return true;
    if (b->acts.rollback.reason) {
        finding_add(&b->findings, FINDING_WARNING, "rollback", WHY_NO_OFFSET, b->acts.rollback.clause,
                    "the bloc's trust list is not used: %s", b->acts.rollback.detail);
        return true;
    }
    if (!bloc_list(agreement, k->from->member, BLOC_HERE, &b->acts, &b->arena, &b->list_itself, w))
        return false;
    b->list = b->list_itself.n_members ? &b->list_itself : NULL;
    if (!bloc_roster(agreement, k->from->member, BLOC_HERE, &b->acts, &b->arena, &b->roster_itself,
                     &b->findings, w))
        return false;
    b->roster = &b->roster_itself;
    newer(b, k->from->trust);
    return true;
}

/* Acts that are missing may be instruments, too: the register is then that of what is here, and it is said.
 */
static bool read_laws(const struct work *k, struct why *w)
{
    const struct laws_from from = { .folder = k->from->laws,
                                    .member = k->from->member,
                                    .agreement = k->from->agreement,
                                    .text = k->from->text,
                                    .acts = k->b->has_acts ? &k->b->acts : NULL };

    return laws_load(&from, &k->b->laws, &k->b->findings, w);
}

/* Before what the node itself was given: revocation lists and signers among it find their issuers here, too.
 */
static void put_list(struct beliefs *b)
{
    if (b->list)
        (void)trust_list_into(b->list, b->anchors, &b->arena, &b->findings);
}

static size_t count_unreadable(const struct findings *f, const struct why **first)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n; i++) {
        const char *reason = f->item[i].why.reason;

        if (strcmp(reason, "file") != 0 && strcmp(reason, "damaged") != 0)
            continue;
        if (n++ == 0)
            *first = &f->item[i].why;
    }
    return n;
}

/* The log once more, for what waits, and for whether it still holds what it held. */
static bool look_into_log(const struct work *k, const char *path, struct why *w)
{
    uint64_t had = k->before ? k->before->log_bytes : 0;
    struct stat st;
    struct trust_log *log;
    bool torn, ok;

    if (stat(path, &st) != 0 && errno == ENOENT)
        return had == 0 || why_set(w, "damaged", WHY_NO_OFFSET, NULL, "%s is not there any more", path);
    if (!trust_log_open(path, TRUST_LOG_READ, &log, NULL, w))
        return !k->before; /* at the start the loader has said so, and the node runs with less */
    k->b->log_bytes = trust_log_whole(log, &torn);
    if (torn)
        finding_add(&k->b->findings, FINDING_WARNING, "log-torn", (size_t)k->b->log_bytes, NULL,
                    "%s: what stands behind byte %llu is no whole record and does not count: import again",
                    path, (unsigned long long)k->b->log_bytes);
    if (k->b->log_bytes < had)
        ok = why_set(w, "damaged", (size_t)k->b->log_bytes, NULL,
                     "%s: %llu bytes of it were read before, and only %llu can be read now", path,
                     (unsigned long long)had, (unsigned long long)k->b->log_bytes);
    else
        ok = trust_waiting_find(log, k->b->anchors, &k->b->arena, k->b->waiting, w);
    trust_log_close(log);
    return ok;
}

static bool load_anchors(const struct work *k, struct why *w)
{
    const char *path = k->from->anchors;
    const struct why *first = NULL;
    struct beliefs *b = k->b;
    struct why one = { 0 };
    char log[PATH];
    struct stat st;

    if (!path)
        return true;
    if (stat(path, &st) != 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open the anchors %s: %s", path, strerror(errno));
    newer(b, path);
    if (snprintf(log, sizeof log, "%s/%s", path, TRUST_LOG_NAME) >= (int)sizeof log)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path of the anchors is too long");
    newer(b, log);
    /* Empty: less is believed, and serai trust import must be able to begin. */
    if (!trust_load(b->anchors, path, NULL, NULL, &b->findings, &one) && strcmp(one.reason, "empty") != 0) {
        if (w)
            *w = one;
        return false;
    }
    b->unreadable = count_unreadable(&b->findings, &first);
    if (k->before && b->unreadable > k->before->unreadable)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s", first->detail);
    return !b->served || !S_ISDIR(st.st_mode) || look_into_log(k, log, w);
}

enum { ORIGINS = 256 };

/* With all its origins but the bloc's list, the oldest first. */
static void keep_anchor(const struct anchor *a, struct anchor_set *to)
{
    const struct anchor_origin *origin[ORIGINS];
    size_t n = 0;

    for (const struct anchor_origin *o = a->origin; o && n < ORIGINS; o = o->next)
        if (!anchor_origin_is_bloc(o))
            origin[n++] = o;
    while (n-- > 0)
        if (!anchor_set_add(to, a->cert.der, origin[n], origin[n]->standing, NULL, NULL))
            return;
}

/* The anchors of before, without what the bloc's list then said. */
static void keep_anchors(const struct work *k, const struct why *w)
{
    const struct beliefs *before = k->before;
    struct anchor_crl crl;
    const struct anchor *a;

    anchor_set_free(k->b->anchors);
    k->b->anchors = anchor_set_new();
    k->b->findings.n = k->list_findings;
    put_list(k->b);
    for (size_t i = 0; (a = anchor_at(before->anchors, i)) != NULL; i++)
        keep_anchor(a, k->b->anchors);
    for (size_t i = 0; anchor_crl_at(before->anchors, i, &crl); i++)
        if (!anchor_set_add_crl(k->b->anchors, crl.crl->der, crl.origin, NULL, NULL))
            continue; /* its issuer was in the list alone */
    k->b->anchors_as_of = before->anchors_as_of;
    k->b->log_bytes = before->log_bytes;
    k->b->unreadable = before->unreadable;
    k->b->seen_anchors = before->seen_anchors;
    k->b->kept = *w;
}

static bool keep_waiting(const struct work *k, struct why *w)
{
    struct trust_waiting *to = k->b->waiting;

    *to = *k->before->waiting;
    for (size_t i = 0; i < to->listed; i++) {
        struct trust_waiting_item *o = &to->item[i];

        o->subject = arena_copy(&k->b->arena, o->subject);
        o->issuer = arena_copy(&k->b->arena, o->issuer);
        o->source = arena_str(&k->b->arena, span_str(o->source));
        if (!o->source)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    return true;
}

static bool load_or_keep_anchors(const struct work *k, struct why *w)
{
    struct why one;

    why_clear(&one);
    if (load_anchors(k, &one))
        return true;
    if (k->before && k->b->served) {
        keep_anchors(k, &one);
        return keep_waiting(k, w);
    }
    if (w)
        *w = one;
    return false;
}

/* Never stops the rest: without tokens a node says that revocation was not checked. */
static void load_status(const struct work *k)
{
    struct status_tokens *t;

    if (!k->from->status)
        return;
    t = arena_alloc(&k->b->arena, sizeof *t);
    if (!t)
        return;
    status_folder_load(k->from->status, t, &k->b->arena, &k->b->findings);
    k->b->status = t;
}

static bool make_bundle(struct beliefs *b, struct why *w)
{
    struct buffer text, tag;
    struct digest d;
    bool ok;

    if (!b->served || !b->has_acts)
        return true;
    buf_init(&text, BUNDLE);
    acts_folder_bundle(&b->acts, &text);
    b->bundle = arena_copy(&b->arena, buf_span(&text));
    ok = buf_ok(&text) && b->bundle.n == text.n;
    buf_free(&text);
    if (!ok)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the acts are longer than an answer may be");
    digest_of(DIGEST_SHA256, b->bundle, &d);
    buf_init_fixed(&tag, b->tag, sizeof b->tag);
    buf_u8(&tag, '"');
    hex_put(&tag, span_of(d.b, TAG_BYTES));
    buf_u8(&tag, '"');
    (void)buf_cstr(&tag);
    return true;
}

bool beliefs_load(const struct beliefs_from *from, bool served, const struct beliefs *before,
                  struct beliefs **ret, struct why *w)
{
    struct beliefs *b = calloc(1, sizeof *b);
    struct work k = { .from = from, .before = before, .b = b };

    if (!b)
        abort();
    arena_init(&b->arena, MEMORY);
    findings_init(&b->findings);
    why_clear(&b->kept);
    b->served = served;
    b->acts.lock = -1;
    b->anchors = anchor_set_new();
    b->waiting = served ? arena_alloc(&b->arena, sizeof *b->waiting) : NULL;
    atomic_init(&b->holders, 1);
    if (served) {
        watch_digest(from->anchors, -1, &b->seen_anchors);
        watch_digest(from->trust, -1, &b->seen_trust);
        watch_digest(from->status, -1, &b->seen_status);
        watch_digest(from->laws, -1, &b->seen_laws);
    }
    if (!read_list(&k, w) || !read_laws(&k, w)) {
        beliefs_free(b);
        return false;
    }
    put_list(b);
    k.list_findings = b->findings.n;
    if (!load_or_keep_anchors(&k, w) || !make_bundle(b, w)) {
        beliefs_free(b);
        return false;
    }
    load_status(&k);
    *ret = b;
    return true;
}

void beliefs_free(struct beliefs *b)
{
    if (!b)
        return;
    anchor_set_free(b->anchors);
    laws_free(b->laws);
    arena_free(&b->arena);
    free(b);
}
