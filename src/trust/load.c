#include "trust/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "seal/crl.h"
#include "seal/master_list.h"
#include "trust/files.h"
#include "trust/forms.h"
#include "trust/licence_lists.h"
#include "wire/ldif.h"

/* The order in which files are used: certificates, the lists that they prove, a log, revocation lists. */
enum { TURN_CERTIFICATES, TURN_LISTS, TURN_LOG, TURN_CRLS, TURNS };

struct load {
    struct anchor_set *set;
    const struct trust_progress *progress;
    struct trust_counts counts;
    struct findings *f;
    const char *name; /* of the file that is being used */
    bool in_list;
};

static void refuse(void *ctx, const struct why *w)
{
    struct load *l = ctx;

    l->counts.refused++;
    finding_add(l->f, FINDING_WARNING, w->reason, w->offset, w->clause, "%s: %s", l->name, w->detail);
}

static void add_certificate(struct load *l, struct span der)
{
    const struct anchor_origin from = { .source = l->name, .purposes = trust_purposes(0, l->in_list) };
    struct why w = { .offset = WHY_NO_OFFSET };

    if (anchor_set_add(l->set, der, &from, ANCHOR_VOUCHED, NULL, &w))
        l->counts.certificates++;
    else
        refuse(l, &w);
}

static void use_list(struct load *l, struct span file)
{
    struct master_list list;
    struct arena a;
    struct span der;
    size_t at = 0;

    arena_init(&a, 4 * (size_t)LIMIT_FILE);
    if (master_list_verify(file, l->set, &a, &list, NULL) != RESULT_GENUINE &&
        list.result != RESULT_NO_ANCHOR) {
        refuse(l, &list.why);
        arena_free(&a);
        return;
    }
    if (list.result == RESULT_NO_ANCHOR)
        finding_add(
            l->f, FINDING_WARNING, "list-not-proved", WHY_NO_OFFSET, "Doc 9303-12 9",
            strcmp(list.why.reason, "anchor-purpose") == 0
                ? "%s: the list's signer is not vouched for as one of lists: believed on your word alone"
                : "%s: the country signer of the list's signer is not known: believed on your word alone",
            l->name);
    l->counts.lists++;
    l->in_list = true;
    while ((der = master_list_next(&list, &at)).n > 0)
        add_certificate(l, der);
    l->in_list = false;
    arena_free(&a);
}

/* A list of licence authorities: whoever named it vouches for it when nothing known signed it. */
static void use_vical(struct load *l, struct span file)
{
    const struct anchor_origin from = { .source = l->name };
    const struct vical_options opt = { .anchors = l->set, .profile = PROFILE_LENIENT };
    struct arena a;
    struct vical v;

    arena_init(&a, 4 * (size_t)LIMIT_FILE);
    (void)vical_verify(file, &opt, &a, &v, NULL);
    if (v.result == RESULT_NO_ANCHOR &&
        trust_vical_on_word(file, &opt, l->set, &from, &a, &v, NULL) == RESULT_GENUINE)
        finding_add(l->f, FINDING_WARNING, "list-not-proved", WHY_NO_OFFSET, "ISO/IEC 18013-5 C.1.8",
                    "%s: the root of the list's signer is not known: believed on your word alone", l->name);
    if (v.result == RESULT_GENUINE) {
        l->counts.certificates += vical_add_anchors(&v, l->set, &from, l->f);
        l->counts.lists++;
    } else {
        refuse(l, &v.why);
    }
    arena_free(&a);
}

static void use_crl(struct load *l, struct span file)
{
    const struct anchor_origin from = { .source = l->name };
    struct why w = { .offset = WHY_NO_OFFSET };

    if (anchor_set_add_crl(l->set, file, &from, NULL, &w))
        l->counts.crls++;
    else
        refuse(l, &w);
}

static void use_item(void *ctx, enum trust_item kind, struct span der)
{
    if (kind == ITEM_CERTIFICATE)
        add_certificate(ctx, der);
    else if (kind == ITEM_MASTER_LIST)
        use_list(ctx, der);
    else if (kind == ITEM_VICAL)
        use_vical(ctx, der);
    else
        use_crl(ctx, der);
}

static void done(struct load *l)
{
    l->counts.files++;
    if (l->progress)
        l->progress->report(l->progress->ctx, l->name, anchor_set_count(l->set));
}

static void use(struct load *l, struct span file)
{
    const struct trust_items to = { use_item, refuse, l };
    struct arena a;

    arena_init(&a, 4 * (size_t)LIMIT_FILE);
    (void)trust_items_in(file, &a, &to);
    arena_free(&a);
    done(l);
}

static void use_log(struct load *l)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct trust_log *log;

    if (trust_log_open(l->name, TRUST_LOG_READ, &log, l->f, &w)) {
        trust_log_load(log, l->set, &l->counts, l->f);
        trust_log_close(log);
    } else {
        refuse(l, &w);
    }
    done(l);
}

static int turn_of(enum trust_form form)
{
    switch (form) {
    case FORM_MASTER_LIST:
    case FORM_VICAL:
        return TURN_LISTS;
    case FORM_LOG:
        return TURN_LOG;
    case FORM_CRL:
        return TURN_CRLS;
    case FORM_UNKNOWN:
    case FORM_CERTIFICATES:
    case FORM_BARE_LIST:
    case FORM_PKCS7:
    case FORM_PEM:
    case FORM_LDIF:
        break;
    }
    return TURN_CERTIFICATES;
}

/* --- the log of imports --- */

enum { ORIGINS = 64 };

static struct anchor_origin origin_of(const struct trust_from *f, bool in_list)
{
    return (struct anchor_origin){ .source = f->source->file,
                                   .member = f->source->member[0] ? f->source->member : NULL,
                                   .at = f->source->at,
                                   .purposes = trust_purposes(f->source->purposes, in_list) };
}

/* With its origins, the oldest first. */
static void add_object(const struct trust_log *t, const struct trust_object *o, struct load *l)
{
    const struct trust_from *from[ORIGINS];
    struct why w = { .offset = WHY_NO_OFFSET };
    size_t n = 0;

    for (const struct trust_from *f = o->from; f && n < ORIGINS; f = f->next)
        from[n++] = f;
    l->counts.certificates++;
    while (n > 0) {
        const struct anchor_origin origin = origin_of(from[--n], false);

        if (!anchor_set_add(l->set, trust_log_der(t, o), &origin, from[n]->standing, NULL, &w)) {
            refuse(l, &w);
            return;
        }
    }
}

/* A list counts when it is proved, or vouched for and its issuer unknown; what is in it has all its origins.
 */
static bool add_list(const struct trust_log *t, const struct trust_object *o, bool on_word, struct load *l)
{
    const struct trust_from *f = o->from;
    struct master_list list;
    struct arena a;
    enum result r;
    bool counts;

    arena_init(&a, 4 * (size_t)LIMIT_FILE);
    r = master_list_verify(trust_log_der(t, o), l->set, &a, &list, NULL);
    counts = r == RESULT_GENUINE || (on_word && r == RESULT_NO_ANCHOR && trust_object_vouched(o));
    for (; counts && f; f = f->next) {
        const struct anchor_origin origin = origin_of(f, true);
        struct span der;
        size_t at = 0;

        while ((der = master_list_next(&list, &at)).n > 0)
            if (!anchor_set_add(l->set, der, &origin, ANCHOR_VOUCHED, NULL, NULL))
                l->counts.refused++;
    }
    l->counts.lists += counts;
    if (r == RESULT_FORGED)
        refuse(l, &list.why);
    arena_free(&a);
    return counts;
}

/* Lists that are proved first: they may bring the country signers of others. */
static void add_lists(const struct trust_log *t, struct load *l)
{
    size_t n = trust_log_count(t);
    bool *used = calloc(n + 1, sizeof *used), more = true;
    const struct trust_object *o;

    if (!used)
        abort();
    for (int on_word = 0; on_word < 2; on_word++) {
        for (more = true; more;) {
            more = false;
            for (size_t i = 0; (o = trust_log_at(t, i)) != NULL; i++)
                if (o->kind == TRUST_LIST && !o->dropped && !used[i] && add_list(t, o, on_word, l))
                    used[i] = more = true;
        }
    }
    for (size_t i = 0; (o = trust_log_at(t, i)) != NULL; i++)
        l->counts.waiting += o->kind == TRUST_LIST && !o->dropped && !used[i];
    free(used);
}

/* Proved when it was imported, by an issuer that is still believed; or now. */
static bool counts_now(const struct trust_log *t, const struct trust_object *o, const struct anchor_set *set)
{
    struct digest d = { .n = 32 };
    const struct anchor *by;
    struct certificate c;
    struct path path;

    memcpy(d.b, o->proved_by, 32);
    if (o->proved && (by = anchor_by_sha256(set, &d)) != NULL && by->use == ANCHOR_ISSUER)
        return true;
    return certificate_parse(trust_log_der(t, o), &c, NULL, NULL) &&
           path_find(set, &c, FOR_ALL, &path, NULL, NULL) == RESULT_GENUINE;
}

static size_t add_crls(const struct trust_log *t, struct anchor_set *set)
{
    const struct trust_object *o;
    size_t n = 0;

    for (size_t i = 0; (o = trust_log_at(t, i)) != NULL; i++) {
        struct anchor_origin origin = origin_of(o->from, false);

        n += o->kind == TRUST_CRL && !o->dropped &&
             anchor_set_add_crl(set, trust_log_der(t, o), &origin, NULL, NULL);
    }
    return n;
}

static bool has_vicals(const struct trust_log *t)
{
    const struct trust_object *o;

    for (size_t i = 0; (o = trust_log_at(t, i)) != NULL; i++)
        if (o->kind == TRUST_VICAL && !o->dropped)
            return true;
    return false;
}

/* Revocation lists of their signers' issuers come before them, those of their authorities after. */
static void add_vicals(const struct trust_log *t, struct load *l)
{
    struct trust_vical *list;
    struct arena a;
    size_t n = 0;

    if (!has_vicals(t))
        return;
    (void)add_crls(t, l->set);
    arena_init(&a, 16 * (size_t)LIMIT_FILE);
    list = arena_array(&a, LIMIT_LIST_PROVIDERS, sizeof *list);
    n = list ? trust_vicals(t, l->set, &a, list) : 0;
    for (size_t i = 0; i < n; i++) {
        const struct anchor_origin from = origin_of(list[i].object->from, false);

        (void)vical_add_anchors(&list[i].vical, l->set, &from, l->f);
    }
    l->counts.lists += n;
    for (size_t i = 0; i < trust_log_count(t); i++) {
        const struct trust_object *o = trust_log_at(t, i);
        bool counts = o->kind != TRUST_VICAL || o->dropped;

        for (size_t k = 0; !counts && k < n; k++)
            counts = list[k].object == o;
        l->counts.waiting += !counts;
    }
    arena_free(&a);
}

void trust_log_load(const struct trust_log *t, struct anchor_set *set, struct trust_counts *counts,
                    struct findings *f)
{
    struct load l = { .set = set, .f = f, .name = TRUST_LOG_NAME, .counts = *counts };
    const struct trust_object *o;
    size_t n;

    for (size_t i = 0; (o = trust_log_at(t, i)) != NULL; i++)
        if (o->kind == TRUST_CERTIFICATE && !o->dropped && trust_object_vouched(o))
            add_object(t, o, &l);
    add_lists(t, &l);
    add_vicals(t, &l);
    for (size_t i = 0; (o = trust_log_at(t, i)) != NULL; i++) {
        if (o->kind != TRUST_CERTIFICATE || o->dropped || trust_object_vouched(o))
            continue;
        if (counts_now(t, o, set))
            add_object(t, o, &l);
        else
            l.counts.waiting++;
    }
    n = add_crls(t, set);
    l.counts.crls += n;
    for (size_t i = 0; (o = trust_log_at(t, i)) != NULL; i++)
        l.counts.waiting += o->kind == TRUST_CRL && !o->dropped;
    l.counts.waiting -= n;
    *counts = l.counts;
}

static bool list_waits(const struct trust_log *t, const struct trust_object *o, const struct anchor_set *set)
{
    struct master_list list;
    struct arena a;
    enum result r;

    if (trust_object_vouched(o))
        return false;
    arena_init(&a, 4 * (size_t)LIMIT_FILE);
    r = master_list_verify(trust_log_der(t, o), set, &a, &list, NULL);
    arena_free(&a);
    return r != RESULT_GENUINE;
}

/* Its signer's root is no longer believed for lists. */
static bool vical_waits(const struct trust_log *t, const struct trust_object *o, const struct anchor_set *set)
{
    const struct vical_options opt = { .anchors = set, .profile = PROFILE_LENIENT };
    struct arena a;
    struct vical v;
    bool holds;

    arena_init(&a, 4 * (size_t)LIMIT_FILE);
    holds = vical_verify(trust_log_der(t, o), &opt, &a, &v, NULL) == RESULT_GENUINE;
    arena_free(&a);
    return !holds;
}

bool trust_waits(const struct trust_log *t, const struct trust_object *o, const struct anchor_set *set)
{
    struct digest d = { .n = 32 };
    const struct anchor *by;
    struct crl crl;

    memcpy(d.b, o->sha256, 32);
    if (o->dropped)
        return false;
    if (o->kind == TRUST_CERTIFICATE)
        return !anchor_by_sha256(set, &d);
    if (o->kind == TRUST_LIST)
        return list_waits(t, o, set);
    if (o->kind == TRUST_VICAL)
        return vical_waits(t, o, set);
    return crl_parse(trust_log_der(t, o), &crl, NULL, NULL) &&
           anchors_crl_issuer(set, &crl, &by, NULL) == RESULT_NO_ANCHOR;
}

/* --- LDIF --- */

static void use_value(void *ctx, const struct ldif_value *v)
{
    if (v->value.n == 0)
        return;
    if (ldif_named(v, "userCertificate") || ldif_named(v, "cACertificate"))
        add_certificate(ctx, v->value);
    else if (ldif_named(v, "certificateRevocationList"))
        use_crl(ctx, v->value);
    else if (ldif_named(v, "pkdMasterListContent") || ldif_named(v, "CscaMasterListData"))
        use_list(ctx, v->value);
}

static void bad_line(void *ctx, const struct why *w, size_t line)
{
    (void)line;
    refuse(ctx, w);
}

static void use_ldif(struct load *l, struct span file)
{
    const struct ldif_sink sink = { use_value, bad_line, l };
    struct ldif d;

    ldif_init(&d, LIMIT_FILE, &sink);
    ldif_feed(&d, file);
    ldif_end(&d);
    ldif_done(&d);
    done(l);
}

/* --- files --- */

static bool is_log(int fd)
{
    char start[sizeof TRUST_LOG_START - 1];

    return pread(fd, start, sizeof start, 0) == (ssize_t)sizeof start &&
           memcmp(start, TRUST_LOG_START, sizeof start) == 0;
}

/* The whole file in memory that the caller frees; NULL with why. */
static uint8_t *read_file(const char *path, size_t *n, struct why *w)
{
    struct stat st;
    uint8_t *p = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    size_t size;
    ssize_t got = 1;

    *n = 0;
    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)why_set(w, "file", WHY_NO_OFFSET, NULL, "cannot be opened: %s", strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        (void)why_set(w, "file", WHY_NO_OFFSET, NULL, "is no regular file");
    } else if (st.st_size > LIMIT_FILE && !is_log(fd)) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "has %lld bytes", (long long)st.st_size);
    } else {
        /* A log is opened by itself: a large one is not read here. */
        size = st.st_size > LIMIT_CERTIFICATE && is_log(fd) ? sizeof TRUST_LOG_START - 1 : (size_t)st.st_size;
        p = malloc(size + 1);
        if (!p)
            abort();
        while (*n < size && (got = read(fd, p + *n, size - *n)) > 0)
            *n += (size_t)got;
        if (got < 0) {
            (void)why_set(w, "file", WHY_NO_OFFSET, NULL, "cannot be read: %s", strerror(errno));
            free(p);
            p = NULL;
        }
    }
    if (fd >= 0)
        (void)close(fd);
    return p;
}

/* Uses the file when it is its turn; returns its turn. */
static int visit(struct load *l, const char *path, int turn)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    enum trust_form form;
    size_t n;
    uint8_t *p = read_file(path, &n, &w);
    int its;

    l->name = path;
    if (!p) {
        refuse(l, &w);
        return turn;
    }
    form = trust_form_of(span_of(p, n));
    its = turn_of(form);
    if (its == turn && form == FORM_LOG)
        use_log(l);
    else if (its == turn && form == FORM_LDIF)
        use_ldif(l, span_of(p, n));
    else if (its == turn)
        use(l, span_of(p, n));
    free(p);
    return its;
}

static bool finish(const struct load *l, const char *path, struct trust_counts *counts, struct why *w)
{
    if (counts)
        *counts = l->counts;
    if (l->counts.certificates + l->counts.lists + l->counts.crls + l->counts.waiting == 0)
        return why_set(w, "empty", WHY_NO_OFFSET, NULL, "%s: nothing in it can be used", path);
    return true;
}

bool trust_load(struct anchor_set *set, const char *path, const struct trust_progress *progress,
                struct trust_counts *counts, struct findings *f, struct why *w)
{
    struct load l = { .set = set, .progress = progress, .f = f };
    struct files files = { 0 };
    bool ok = true;

    if (access(path, R_OK) != 0)
        return why_set(w, "file", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
    ok = files_under(&files, &path, 1, w);
    for (int turn = 0; ok && turn < TURNS; turn++)
        for (size_t i = 0; i < files.n; i++)
            if (files.turn[i] == turn)
                files.turn[i] = (uint8_t)visit(&l, files.path[i], turn);
    l.name = NULL;
    files_free(&files);
    return ok && finish(&l, path, counts, w);
}

bool trust_load_bytes(struct anchor_set *set, struct span file, const char *name, struct trust_counts *counts,
                      struct findings *f, struct why *w)
{
    struct load l = { .set = set, .f = f, .name = name };

    if (file.n > LIMIT_FILE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%s has %zu bytes", name, file.n);
    if (trust_form_of(file) == FORM_LDIF)
        use_ldif(&l, file);
    else
        use(&l, file);
    return finish(&l, name, counts, w);
}
