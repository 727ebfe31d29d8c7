#include "trust/import_internal.h"

#include <stdio.h>

#include "trust/licence_lists.h"

/* The signer's certificate is kept as an anchor for lists, whatever else the files are vouched for. */
static bool pin_signer(struct import_run *k, const struct vical *v)
{
    struct trust_source *said = k->source;
    struct trust_source lists = *said;

    lists.purposes = FOR_LISTS;
    k->source = trust_log_source(k->log, &lists);
    (void)import_keep(k, TRUST_CERTIFICATE, v->signer.der, ANCHOR_VOUCHED, NULL, &k->counts->certificates);
    k->source = said;
    return !k->stopped;
}

/* False when it was refused. */
static bool verify_vical(struct import_run *k, struct span file, struct vical *v, struct findings *f)
{
    const struct vical_options opt = { .anchors = k->set, .at = k->o->now, .profile = k->o->profile };
    const struct anchor_origin from = import_origin(k, false);

    (void)vical_verify(file, &opt, &k->arena, v, f);
    if (v->result == RESULT_NO_ANCHOR && k->o->vouch) {
        findings_init(f);
        if (trust_vical_on_word(file, &opt, k->set, &from, &k->arena, v, f) == RESULT_GENUINE)
            return pin_signer(k, v);
    }
    if (v->result != RESULT_GENUINE)
        import_refuse(k, &v->why);
    return v->result == RESULT_GENUINE;
}

/* The provider's list that is installed; NULL: none. */
static const struct trust_vical *installed(struct import_run *k, const struct vical *v)
{
    struct trust_vical *have = arena_array(&k->arena, LIMIT_LIST_PROVIDERS, sizeof *have);
    size_t n = have ? trust_vicals(k->log, k->set, &k->arena, have) : 0;

    for (size_t i = 0; i < n; i++)
        if (vical_same_provider(&have[i].vical, v))
            return &have[i];
    return NULL;
}

static bool goes_back(struct import_run *k, const struct vical *v, const struct trust_vical *had,
                      struct why *w)
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
static bool install(struct import_run *k, struct span file, const struct vical *v,
                    const struct trust_object *had)
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
    (void)import_keep(k, TRUST_VICAL, file, ANCHOR_VOUCHED, v->anchor->sha256, &news);
    memcpy(d.b, before, had ? sizeof before : 0);
    if (!k->stopped && had &&
        !trust_log_drop(k->log, trust_log_find(k->log, &d), "replaced by another issue", k->w))
        k->stopped = true;
    return !k->stopped;
}

/* Each defective entry by its number, and what else is odd. */
static void note_vical(struct import_run *k, const struct vical *v, const struct findings *f)
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
        import_note(k, "VICAL_ENTRY", "ISO/IEC 18013-5 C.1.7", text);
    }
}

void import_vical(struct import_run *k, struct span file)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct anchor_origin from = import_origin(k, false);
    const struct trust_vical *had;
    struct findings f;
    struct vical v;
    size_t ignored = 0;

    findings_init(&f);
    if (!verify_vical(k, file, &v, &f))
        return;
    had = installed(k, &v);
    if (had && span_eq(trust_log_der(k->log, had->object), file)) {
        (void)import_keep(k, TRUST_VICAL, file, ANCHOR_VOUCHED, v.anchor->sha256, &ignored);
        return;
    }
    if (goes_back(k, &v, had, &w)) {
        import_refuse(k, &w);
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
