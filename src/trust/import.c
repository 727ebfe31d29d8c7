#include "trust/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "seal/crl.h"
#include "seal/name.h"
#include "trust/files.h"
#include "trust/forms.h"
#include "trust/licence_lists.h"
#include "wire/ldif.h"

enum { PIECE = 256 * 1024, START = 16 * 1024 };

/* The newest list known of a State. */
struct newest {
    char country[4];
    unix_time at;
};

struct run {
    struct trust_log *log;
    struct anchor_set *set;
    const struct trust_import_options *o;
    struct trust_import_counts *counts;
    const char *file;
    struct trust_source *source;
    bool ldif;
    size_t line; /* in LDIF */
    struct arena arena;
    struct newest newest[256];
    size_t n_newest;
    bool stopped; /* the disk */
    struct why *w;
};

const char *trust_advice(const char *reason)
{
    static const struct {
        const char *reason, *advice;
    } table[] = {
        { "chain",
          "get the certificate again from its State; if the State has a new country signer, import that "
          "one first" },
        { "signature", "get it again from its State by another way: it is not what was signed" },
        { "message-digest", "get the list again: it is not what was signed" },
        { "older-list", "import the newest list of this State; --older takes this one all the same" },
        { "der", "the file is damaged or cut short: get it again" },
        { "certificate", "the file is damaged or cut short: get it again" },
        { "crl", "the file is damaged or cut short, or of a kind that is not used: get the complete list" },
        { "cms", "the file is damaged or no signed list: get it again" },
        { "pem", "the text is damaged: get it again, or the DER form" },
        { "base64", "the text is damaged: get the file again" },
        { "ldif", "the line is passed over; when it matters, get the file again" },
        { "purpose", "the list is signed by a key that is not for lists: ask its State" },
        { "no-signer", "the list does not bring its signer's certificate: ask its State for one that does" },
        { "algorithm-not-supported",
          "this kind of signature is not supported: import the certificates themselves" },
        { "key-not-supported", "this kind of key is not supported" },
        { "CERT_UNTRUSTED",
          "import the root of the list's provider first, --for lists; --vouch takes the signer of this very "
          "list for one" },
        { "VICAL_ROLLBACK", "import the provider's newest list; --older goes back to this one all the same" },
        { "VICAL_EXPIRED", "get the provider's newest list" },
        { "VICAL_NOT_YET", "see whether this machine's clock is right" },
        { "VICAL_ENTRY", "ask the provider for a list without defects, or import it with --profile lenient" },
        { "COSE_SIG", "get the list again: it is not what was signed" },
        { "too-large", "no real one is that large: look at where the file comes from" },
        { "file", "see whether the file is there and may be read" },
        { "unknown",
          "give certificates (DER, PEM, PKCS #7), master lists, revocation lists or LDIF; unpack archives "
          "first" },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].reason, reason) == 0)
            return table[i].advice;
    return "look at the file with serai inspect";
}

static void refuse_named(struct run *k, struct span subject, const struct why *w)
{
    struct trust_refusal r = { .file = k->file, .why = *w, .advice = trust_advice(w->reason) };
    struct buffer b;

    k->counts->refused++;
    buf_init(&b, 4096);
    if (k->ldif && k->line)
        buf_printf(&b, "line %zu%s", k->line, subject.n ? ": " : "");
    if (subject.n)
        name_put(&b, subject);
    (void)snprintf(r.what, sizeof r.what, "%s", buf_cstr(&b));
    buf_free(&b);
    if (k->o->refused)
        k->o->refused(k->o->ctx, &r);
}

static void refuse(void *ctx, const struct why *w)
{
    refuse_named(ctx, (struct span){ 0 }, w);
}

static void note(struct run *k, const char *reason, const char *clause, const char *text)
{
    struct why w = { .offset = WHY_NO_OFFSET };

    (void)why_set(&w, reason, WHY_NO_OFFSET, clause, "%s", text);
    if (k->o->noted)
        k->o->noted(k->o->ctx, k->file, &w);
}

/* True when anything was written. */
static bool keep(struct run *k, enum trust_kind kind, struct span der, enum anchor_standing standing,
                 const uint8_t *proved_by, size_t *count)
{
    bool news = false;

    if (!trust_log_add(k->log, kind, der, k->source, standing, proved_by, &news, k->w)) {
        k->stopped = true;
        return false;
    }
    if (news)
        ++*count;
    else
        k->counts->already++;
    return news;
}

static struct anchor_origin origin_of(const struct run *k, bool in_list)
{
    return (struct anchor_origin){ .source = k->file,
                                   .member = k->o->member,
                                   .at = k->o->now,
                                   .purposes = trust_purposes(k->o->purposes, in_list) };
}

/* --- certificates --- */

/* Whether the certificate says that its own key signed it: its name and, when it names one, its key. */
static bool claims_itself(const struct certificate *c)
{
    return c->aki.n ? span_eq(c->aki, c->ski) : names_equal(c->issuer, c->subject);
}

/*
 * A country signer is believed because somebody names it; yet one that says it signed itself and did not was
 * altered. Equal names without a key identifier may be those of a link, which another key signed: those are
 * let be.
 */
static bool altered(struct run *k, const struct certificate *c, struct why *w)
{
    struct public_key *key;
    struct digest d;
    struct path path;
    bool holds;

    if (!c->aki.n || !claims_itself(c) || !names_equal(c->issuer, c->subject) ||
        !public_key_from_spki(c->spki, &key, NULL))
        return false;
    digest_of(c->sig_alg.digest, c->tbs, &d);
    holds = signature_verify(key, &c->sig_alg, &d, c->signature, NULL);
    public_key_free(key);
    if (holds || path_find(k->set, c, FOR_ALL, &path, NULL, NULL) == RESULT_GENUINE)
        return false;
    (void)why_set(w, "signature", WHY_NO_OFFSET, "RFC 5280 6.1.3",
                  "says that its own key signed it, which did not");
    return true;
}

static void take_issuer(struct run *k, const struct certificate *c)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct anchor_origin from = origin_of(k, false);

    if (altered(k, c, &w)) {
        refuse_named(k, c->subject, &w);
        return;
    }
    if (!anchor_set_add(k->set, c->der, &from, ANCHOR_VOUCHED, NULL, &w)) {
        refuse_named(k, c->subject, &w);
        return;
    }
    (void)keep(k, TRUST_CERTIFICATE, c->der, ANCHOR_VOUCHED, NULL, &k->counts->certificates);
}

/* Known only: counts when an issuer of the set certified it. */
static void take_known(struct run *k, const struct certificate *c)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct path path;
    enum result r = path_find(k->set, c, FOR_ALL, &path, NULL, &w);

    if (r == RESULT_FORGED) {
        refuse_named(k, c->subject, &w);
        return;
    }
    if (r == RESULT_GENUINE && path.direct) { /* a list or a file vouches for it already */
        (void)keep(k, TRUST_CERTIFICATE, c->der, ANCHOR_KNOWN, NULL, &k->counts->certificates);
        return;
    }
    if (keep(k, TRUST_CERTIFICATE, c->der, ANCHOR_KNOWN, r == RESULT_GENUINE ? path.anchor->sha256 : NULL,
             &k->counts->certificates)) {
        k->counts->certified += r == RESULT_GENUINE;
        k->counts->waiting += r != RESULT_GENUINE;
    }
}

/* As anchor_set_add decides; one without keyUsage and basicConstraints is asked whether it signed itself. */
static bool may_certify(const struct certificate *c)
{
    struct span basic;

    if (c->key_usage)
        return c->key_usage & KEY_USAGE_CERT_SIGN;
    return c->is_ca ||
           (!certificate_extension(c, SPAN("\x55\x1d\x13"), &basic) && names_equal(c->issuer, c->subject));
}

static void take_certificate(struct run *k, struct span der)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    const struct trust_object *known;
    struct certificate c;
    struct digest d;

    digest_of(DIGEST_SHA256, der, &d);
    known = trust_log_find(k->log, &d);
    if (der.n > LIMIT_CERTIFICATE)
        (void)why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "a certificate of %zu bytes", der.n);
    else if (certificate_parse(der, &c, NULL, &w)) {
        if (k->o->vouch || (!k->ldif && may_certify(&c)))
            take_issuer(k, &c);
        else if (known && !known->dropped) /* proved when it came, or still waiting */
            (void)keep(k, TRUST_CERTIFICATE, der, ANCHOR_KNOWN, NULL, &k->counts->certificates);
        else
            take_known(k, &c);
        return;
    }
    refuse_named(k, (struct span){ 0 }, &w);
}

/* --- lists --- */

static struct newest *newest_of(struct run *k, struct span country)
{
    for (size_t i = 0; i < k->n_newest; i++) {
        const char *c = k->newest[i].country;

        if (country.n == strlen(c) && country.n && (country.p[0] | 32) == c[0] &&
            (country.n < 2 || (country.p[1] | 32) == c[1]))
            return &k->newest[i];
    }
    return NULL;
}

static void remember_list(struct run *k, const struct master_list *l)
{
    struct newest *n = newest_of(k, l->signer.country);

    if (!l->has_signing_time || l->signer.country.n == 0 || l->signer.country.n > 3)
        return;
    if (!n && k->n_newest < sizeof k->newest / sizeof *k->newest) {
        n = &k->newest[k->n_newest++];
        *n = (struct newest){ .at = l->signing_time };
        for (size_t i = 0; i < l->signer.country.n; i++)
            n->country[i] = (char)(l->signer.country.p[i] | 32);
    }
    if (n && n->at < l->signing_time)
        n->at = l->signing_time;
}

/* How new the lists are that the log holds; one that proves nothing holds no other back. */
static void remember_lists(struct run *k)
{
    const struct trust_object *o;
    struct master_list l;

    for (size_t i = 0; (o = trust_log_at(k->log, i)) != NULL; i++) {
        if (o->kind != TRUST_LIST || o->dropped)
            continue;
        if (master_list_verify(trust_log_der(k->log, o), k->set, &k->arena, &l, NULL) == RESULT_GENUINE ||
            (l.result == RESULT_NO_ANCHOR && trust_object_vouched(o)))
            remember_list(k, &l);
        arena_reset(&k->arena);
    }
}

static void believe_list(struct run *k, const struct master_list *l, const struct anchor_origin *from)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct span der;
    size_t at = 0;

    while ((der = master_list_next(l, &at)).n > 0) {
        if (anchor_set_add(k->set, der, from, ANCHOR_VOUCHED, NULL, &w))
            continue;
        refuse_named(k, (struct span){ 0 }, &w);
        why_clear(&w);
    }
    remember_list(k, l);
}

/* Rollback: a list from before what was taken away would bring it back (reference: Doc 9303-12 9). */
static bool is_older(struct run *k, const struct master_list *l, struct why *w)
{
    const struct newest *n = newest_of(k, l->signer.country);
    char a[DATE_TEXT], b[DATE_TEXT];

    if (k->o->older || !n || !l->has_signing_time || l->signing_time >= n->at)
        return false;
    (void)why_set(w, "older-list", WHY_NO_OFFSET, "Doc 9303-12 9",
                  "signed on %s, but a list of the same State of %s is known",
                  date_format(date_of_time(l->signing_time), a), date_format(date_of_time(n->at), b));
    return true;
}

static void take_list(struct run *k, struct span der)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct anchor_origin from = origin_of(k, true);
    struct master_list l;
    struct digest d;
    bool vouched = !k->ldif || k->o->vouch;

    digest_of(DIGEST_SHA256, der, &d);
    if (trust_log_find(k->log, &d)) {
        (void)keep(k, TRUST_LIST, der, vouched ? ANCHOR_VOUCHED : ANCHOR_KNOWN, NULL, &k->counts->lists);
        return;
    }
    (void)master_list_verify(der, k->set, &k->arena, &l, NULL);
    if (l.result != RESULT_GENUINE && l.result != RESULT_NO_ANCHOR) {
        refuse(k, &l.why);
        return;
    }
    if (is_older(k, &l, &w)) {
        refuse_named(k, l.signer.subject, &w);
        return;
    }
    if (!l.has_signing_time)
        note(k, "list-undated", "RFC 5652 11.3",
             "the list does not say when it was signed: that it is the newest cannot be told");
    if (l.result == RESULT_NO_ANCHOR)
        note(k, "list-not-proved", "Doc 9303-12 9",
             strcmp(l.why.reason, "anchor-purpose") == 0
                 ? vouched
                       ? "the list's signer is not vouched for as one of lists: believed on your word alone"
                       : "the list's signer is not vouched for as one of lists: the list waits"
             : vouched ? "the country signer of the list's signer is not known: believed on your word alone"
                       : "the country signer of the list's signer is not known: the list waits for it");
    if (!keep(k, TRUST_LIST, der, vouched ? ANCHOR_VOUCHED : ANCHOR_KNOWN, NULL, &k->counts->lists))
        return;
    if (l.result == RESULT_GENUINE || vouched)
        believe_list(k, &l, &from);
    else
        k->counts->waiting++;
}

/* --- lists of licence authorities --- */

/* The signer's certificate is kept as an anchor for lists, whatever else the files are vouched for. */
static bool pin_signer(struct run *k, const struct vical *v)
{
    struct trust_source *said = k->source;
    struct trust_source lists = *said;

    lists.purposes = FOR_LISTS;
    k->source = trust_log_source(k->log, &lists);
    (void)keep(k, TRUST_CERTIFICATE, v->signer.der, ANCHOR_VOUCHED, NULL, &k->counts->certificates);
    k->source = said;
    return !k->stopped;
}

/* False when it was refused. */
static bool verify_vical(struct run *k, struct span file, struct vical *v, struct findings *f)
{
    const struct vical_options opt = { .anchors = k->set, .at = k->o->now, .profile = k->o->profile };
    const struct anchor_origin from = origin_of(k, false);

    (void)vical_verify(file, &opt, &k->arena, v, f);
    if (v->result == RESULT_NO_ANCHOR && k->o->vouch) {
        findings_init(f);
        if (trust_vical_on_word(file, &opt, k->set, &from, &k->arena, v, f) == RESULT_GENUINE)
            return pin_signer(k, v);
    }
    if (v->result != RESULT_GENUINE)
        refuse(k, &v->why);
    return v->result == RESULT_GENUINE;
}

/* The provider's list that is installed; NULL: none. */
static const struct trust_vical *installed(struct run *k, const struct vical *v)
{
    struct trust_vical *have = arena_array(&k->arena, LIMIT_LIST_PROVIDERS, sizeof *have);
    size_t n = have ? trust_vicals(k->log, k->set, &k->arena, have) : 0;

    for (size_t i = 0; i < n; i++)
        if (vical_same_provider(&have[i].vical, v))
            return &have[i];
    return NULL;
}

static bool goes_back(struct run *k, const struct vical *v, const struct trust_vical *had, struct why *w)
{
    struct vical_installed is;
    char a[TIME_TEXT], b[TIME_TEXT];

    if (k->o->older || !had)
        return false;
    is = (struct vical_installed){ had->vical.date, had->vical.has_issue, had->vical.issue };
    return vical_is_older(v, &is) &&
           !why_set(w, "VICAL_ROLLBACK", (size_t)(v->date_item.p - v->cose.base), "ISO/IEC 18013-5 C.1.7",
                    "of %s, issue %llu; one of %s, issue %llu, of the same provider is installed",
                    time_format(v->date, a), (unsigned long long)v->issue, time_format(had->vical.date, b),
                    (unsigned long long)had->vical.issue);
}

/* In place of the one that was there. */
static bool install(struct run *k, struct span file, const struct vical *v, const struct trust_object *had)
{
    const struct trust_object *known;
    uint8_t before[32];
    struct digest d;
    size_t news = 0;

    if (had)
        memcpy(before, had->sha256, sizeof before);
    digest_of(DIGEST_SHA256, file, &d);
    known = trust_log_find(k->log, &d);
    if (known && !trust_log_install(k->log, known, k->w)) {
        k->stopped = true;
        return false;
    }
    (void)keep(k, TRUST_VICAL, file, ANCHOR_VOUCHED, v->anchor->sha256, &news);
    memcpy(d.b, before, had ? sizeof before : 0);
    if (!k->stopped && had &&
        !trust_log_drop(k->log, trust_log_find(k->log, &d), "replaced by another issue", k->w))
        k->stopped = true;
    return !k->stopped;
}

/* Each defective entry by its number, and what else is odd. */
static void note_vical(struct run *k, const struct vical *v, const struct findings *f)
{
    char what[WHY_DETAIL - 40], text[WHY_DETAIL];

    if (!k->o->noted)
        return;
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].why.reason, "VICAL_ENTRY") != 0)
            k->o->noted(k->o->ctx, k->file, &f->item[i].why);
    for (size_t i = 0; i < v->n; i++) {
        if (!v->entry[i].defects)
            continue;
        vical_entry_say(&v->entry[i], i, what, sizeof what);
        (void)snprintf(text, sizeof text, "%s: %s", what,
                       v->entry[i].usable ? "taken all the same" : "left out");
        note(k, "VICAL_ENTRY", "ISO/IEC 18013-5 C.1.7", text);
    }
}

static void take_vical(struct run *k, struct span file)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct anchor_origin from = origin_of(k, false);
    const struct trust_vical *had;
    struct findings f;
    struct vical v;
    size_t ignored = 0;

    findings_init(&f);
    if (!verify_vical(k, file, &v, &f))
        return;
    had = installed(k, &v);
    if (had && span_eq(trust_log_der(k->log, had->object), file)) {
        (void)keep(k, TRUST_VICAL, file, ANCHOR_VOUCHED, v.anchor->sha256, &ignored);
        return;
    }
    if (goes_back(k, &v, had, &w)) {
        refuse(k, &w);
        return;
    }
    note_vical(k, &v, &f);
    if (!install(k, file, &v, had ? had->object : NULL))
        return;
    k->counts->vicals++;
    k->counts->authorities += vical_add_anchors(&v, k->set, &from, NULL);
    if (!trust_log_commit(k->log, k->w)) /* the next one of this provider is compared with it */
        k->stopped = true;
}

static void take_crl(struct run *k, struct span der)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    const struct anchor *by;
    enum result r;
    struct crl crl;

    if (!crl_parse(der, &crl, NULL, &w)) {
        refuse(k, &w);
        return;
    }
    r = anchors_crl_issuer(k->set, &crl, &by, &w);
    if (r == RESULT_FORGED) {
        refuse_named(k, crl.issuer, &w);
        return;
    }
    if (keep(k, TRUST_CRL, der, ANCHOR_KNOWN, r == RESULT_GENUINE ? by->sha256 : NULL, &k->counts->crls))
        k->counts->waiting += r != RESULT_GENUINE;
}

static void take_item(void *ctx, enum trust_item kind, struct span der)
{
    struct run *k = ctx;

    if (k->stopped)
        return;
    if (kind == ITEM_CERTIFICATE)
        take_certificate(k, der);
    else if (kind == ITEM_MASTER_LIST)
        take_list(k, der);
    else if (kind == ITEM_VICAL)
        take_vical(k, der);
    else
        take_crl(k, der);
}

/* --- files --- */

static void tell(struct run *k)
{
    if (k->o->progress)
        k->o->progress(k->o->ctx, k->file, k->counts);
}

/* ICAO PKD: what its directory calls the things that are of use here (Doc 9303-12 and RFC 4523). */
static void on_value(void *ctx, const struct ldif_value *v)
{
    struct run *k = ctx;

    k->line = v->line;
    if (k->stopped || v->value.n == 0)
        return;
    if (ldif_named(v, "userCertificate") || ldif_named(v, "cACertificate"))
        take_certificate(k, v->value);
    else if (ldif_named(v, "certificateRevocationList") || ldif_named(v, "authorityRevocationList"))
        take_crl(k, v->value);
    else if (ldif_named(v, "pkdMasterListContent") || ldif_named(v, "CscaMasterListData"))
        take_list(k, v->value);
    else
        return;
    arena_reset(&k->arena);
    if (v->line % 64 == 0)
        tell(k);
}

static void on_bad_line(void *ctx, const struct why *w, size_t line)
{
    struct run *k = ctx;

    k->line = line;
    refuse_named(k, (struct span){ 0 }, w);
}

static bool name_source(struct run *k, const char *path, enum trust_form form)
{
    k->file = path;
    k->ldif = form == FORM_LDIF;
    k->line = 0;
    k->source = trust_log_source(k->log, &(struct trust_source){ .file = path,
                                                                 .form = trust_form_word(form),
                                                                 .member = k->o->member,
                                                                 .by = k->o->by,
                                                                 .at = k->o->now,
                                                                 .purposes = k->o->purposes });
    return true;
}

static bool file_trouble(struct run *k, const char *what)
{
    struct why w = { .offset = WHY_NO_OFFSET };

    (void)why_set(&w, "file", WHY_NO_OFFSET, NULL, "%s%s%s", what, errno ? ": " : "",
                  errno ? strerror(errno) : "");
    refuse(k, &w);
    return false;
}

static void take_ldif(struct run *k, int fd)
{
    const struct ldif_sink sink = { on_value, on_bad_line, k };
    uint8_t *piece = malloc(PIECE);
    struct ldif l;
    ssize_t n = 0;

    if (!piece)
        abort();
    ldif_init(&l, LIMIT_FILE, &sink);
    while (!k->stopped && ((n = read(fd, piece, PIECE)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0)
            ldif_feed(&l, span_of(piece, (size_t)n));
    if (!k->stopped && n < 0)
        (void)file_trouble(k, "cannot be read to its end");
    ldif_end(&l);
    ldif_done(&l);
    free(piece);
}

/* When a form is used: certificates before the lists that they prove, revocation lists last. */
static int turn_of(enum trust_form form)
{
    return form == FORM_MASTER_LIST || form == FORM_VICAL ? 1
           : form == FORM_LDIF                            ? 2
           : form == FORM_CRL                             ? 3
                                                          : 0;
}

static void take_bytes(struct run *k, struct span file)
{
    const struct trust_items to = { take_item, refuse, k };

    (void)trust_items_in(file, &k->arena, &to);
    arena_reset(&k->arena);
}

/* Uses the file when it is its turn, else says when that is. */
static int take_file(struct run *k, const char *path, int turn)
{
    enum trust_form form;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), later = turn;
    struct stat st;
    uint8_t *start = NULL;
    size_t n = 0, want;
    ssize_t got = 1;

    (void)name_source(k, path, FORM_UNKNOWN);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        errno = fd < 0 ? errno : 0;
        k->counts->files++;
        (void)file_trouble(k, fd < 0 ? "cannot be opened" : "is no regular file");
        if (fd >= 0)
            (void)close(fd);
        return turn;
    }
    want = st.st_size > LIMIT_FILE ? START : (size_t)st.st_size;
    start = malloc(want + 1);
    if (!start)
        abort();
    while (n < want && (got = pread(fd, start + n, want - n, (off_t)n)) > 0)
        n += (size_t)got;
    form = trust_form_of(span_of(start, n));
    (void)name_source(k, path, form);
    later = turn_of(form);
    if (later == turn) {
        k->counts->files++;
        errno = 0;
        if (form == FORM_LDIF)
            take_ldif(k, fd);
        else if (st.st_size > LIMIT_FILE || form == FORM_LOG)
            (void)file_trouble(k, form == FORM_LOG ? "is a node's own log of imports"
                                                   : "is too large for anything but LDIF");
        else
            take_bytes(k, span_of(start, n));
        tell(k);
    }
    free(start);
    (void)close(fd);
    return later;
}

/* --- what waited --- */

static bool stop(struct run *k)
{
    k->stopped = true;
    return false;
}

static bool settle_certificate(struct run *k, const struct trust_object *o)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct certificate c;
    struct path path;
    enum result r;

    if (!certificate_parse(trust_log_der(k->log, o), &c, NULL, NULL))
        return true;
    r = path_find(k->set, &c, FOR_ALL, &path, NULL, &w);
    if (r == RESULT_GENUINE && !path.direct) {
        k->counts->certified++;
        return trust_log_prove(k->log, o, path.anchor->sha256, k->w) || stop(k);
    }
    if (r != RESULT_FORGED)
        return true;
    k->file = o->from->source->file;
    k->ldif = false;
    refuse_named(k, c.subject, &w);
    return trust_log_drop(k->log, o, w.detail, k->w) || stop(k);
}

static bool settle_crl(struct run *k, const struct trust_object *o)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    const struct anchor *by;
    enum result r;
    struct crl crl;

    if (!crl_parse(trust_log_der(k->log, o), &crl, NULL, NULL))
        return true;
    r = anchors_crl_issuer(k->set, &crl, &by, &w);
    if (r == RESULT_GENUINE) {
        k->counts->certified++;
        return trust_log_prove(k->log, o, by->sha256, k->w) || stop(k);
    }
    if (r != RESULT_FORGED)
        return true;
    k->file = o->from->source->file;
    k->ldif = false;
    refuse_named(k, crl.issuer, &w);
    return trust_log_drop(k->log, o, w.detail, k->w) || stop(k);
}

/* A list that nobody vouched for begins to count when its country signer has come; true when one did. */
static bool settle_list(struct run *k, const struct trust_object *o)
{
    struct anchor_origin from = { .source = o->from->source->file,
                                  .member = o->from->source->member,
                                  .at = o->from->source->at,
                                  .purposes = trust_purposes(o->from->source->purposes, true) };
    struct master_list l;
    bool counts = master_list_verify(trust_log_der(k->log, o), k->set, &k->arena, &l, NULL) == RESULT_GENUINE;

    if (counts) {
        believe_list(k, &l, &from);
        k->counts->certified++;
        if (!trust_log_prove(k->log, o, l.path.anchor->sha256, k->w))
            return stop(k);
    }
    arena_reset(&k->arena);
    return counts;
}

static bool waits(const struct trust_object *o, enum trust_kind kind)
{
    return o->kind == kind && !o->proved && !o->dropped && !trust_object_vouched(o);
}

/* New country signers prove lists, which bring country signers; then signers, then revocation lists. */
static bool settle(struct run *k)
{
    const struct trust_object *o;
    bool more = true;

    if (!trust_log_commit(k->log, k->w))
        return false;
    while (more && !k->stopped) {
        more = false;
        for (size_t i = 0; (o = trust_log_at(k->log, i)) != NULL && !k->stopped; i++)
            if (waits(o, TRUST_LIST))
                more |= settle_list(k, o);
    }
    for (size_t i = 0; (o = trust_log_at(k->log, i)) != NULL && !k->stopped; i++)
        if (waits(o, TRUST_CERTIFICATE) && !settle_certificate(k, o))
            break;
    for (size_t i = 0; (o = trust_log_at(k->log, i)) != NULL && !k->stopped; i++)
        if (waits(o, TRUST_CRL) && !settle_crl(k, o))
            break;
    return !k->stopped && trust_log_commit(k->log, k->w);
}

bool trust_import(struct trust_log *log, struct anchor_set *set, const char *const *path, size_t n,
                  const struct trust_import_options *o, struct trust_import_counts *counts, struct why *w)
{
    struct run k = { .log = log, .set = set, .o = o, .counts = counts, .w = w };
    struct files files = { 0 };
    size_t waited = 0, certified;
    bool ok;

    *counts = (struct trust_import_counts){ 0 };
    arena_init(&k.arena, 4 * (size_t)LIMIT_FILE);
    ok = files_under(&files, path, n, w);
    if (ok)
        remember_lists(&k);
    for (int turn = 0; ok && turn < 4; turn++)
        for (size_t i = 0; i < files.n && !k.stopped; i++)
            if (files.turn[i] == turn)
                files.turn[i] = (uint8_t)take_file(&k, files.path[i], turn);
    ok = ok && !k.stopped;
    waited = counts->waiting;
    certified = counts->certified;
    ok = ok && settle(&k);
    counts->waiting -= counts->certified - certified < waited ? counts->certified - certified : waited;
    files_free(&files);
    arena_free(&k.arena);
    return ok;
}
