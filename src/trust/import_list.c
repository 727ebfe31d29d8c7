#include "trust/import_internal.h"

static struct newest *newest_of(struct import_run *k, struct span country)
{
    for (size_t i = 0; i < k->n_newest; i++) {
        const char *c = k->newest[i].country;

        if (country.n == strlen(c) && country.n && (country.p[0] | 32) == c[0] &&
            (country.n < 2 || (country.p[1] | 32) == c[1]))
            return &k->newest[i];
    }
    return NULL;
}

static void remember_list(struct import_run *k, const struct master_list *l)
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
void import_remember_lists(struct import_run *k)
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

void import_believe_list(struct import_run *k, const struct master_list *l, const struct anchor_origin *from)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct span der;
    size_t at = 0;

    while ((der = master_list_next(l, &at)).n > 0) {
        if (anchor_set_add(k->set, der, from, ANCHOR_VOUCHED, NULL, &w))
            continue;
        import_refuse_named(k, (struct span){ 0 }, &w);
        why_clear(&w);
    }
    remember_list(k, l);
}

/* Rollback: a list from before what was taken away would bring it back (reference: Doc 9303-12 9). */
static bool is_older(struct import_run *k, const struct master_list *l, struct why *w)
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

void import_list(struct import_run *k, struct span der)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct anchor_origin from = import_origin(k, true);
    struct master_list l;
    struct digest d;
    bool vouched = !k->ldif || k->o->vouch;

    digest_of(DIGEST_SHA256, der, &d);
    if (trust_log_find(k->log, &d)) {
        (void)import_keep(k, TRUST_LIST, der, vouched ? ANCHOR_VOUCHED : ANCHOR_KNOWN, NULL,
                          &k->counts->lists);
        return;
    }
    (void)master_list_verify(der, k->set, &k->arena, &l, NULL);
    if (l.result != RESULT_GENUINE && l.result != RESULT_NO_ANCHOR) {
        import_refuse(k, &l.why);
        return;
    }
    if (is_older(k, &l, &w)) {
        import_refuse_named(k, l.signer.subject, &w);
        return;
    }
    if (!l.has_signing_time)
        import_note(k, "list-undated", "RFC 5652 11.3",
                    "the list does not say when it was signed: that it is the newest cannot be told");
    if (l.result == RESULT_NO_ANCHOR)
        import_note(
            k, "list-not-proved", "Doc 9303-12 9",
            strcmp(l.why.reason, "anchor-purpose") == 0
                ? vouched
                      ? "the list's signer is not vouched for as one of lists: believed on your word alone"
                      : "the list's signer is not vouched for as one of lists: the list waits"
            : vouched ? "the country signer of the list's signer is not known: believed on your word alone"
                      : "the country signer of the list's signer is not known: the list waits for it");
    if (!import_keep(k, TRUST_LIST, der, vouched ? ANCHOR_VOUCHED : ANCHOR_KNOWN, NULL, &k->counts->lists))
        return;
    if (l.result == RESULT_GENUINE || vouched)
        import_believe_list(k, &l, &from);
    else
        k->counts->waiting++;
}
