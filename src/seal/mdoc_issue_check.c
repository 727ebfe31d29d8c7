/* What is not issued: whatever strict verification would refuse, and data that no licence may have. */
#include "seal/mdoc_issue_internal.h"
#include "wire/licence_data.h"

#define DATA "ISO/IEC 18013-5 13.4.2"

/* Found before anything else, because it stands whatever is in the document. */
bool mdoc_issue_check_signer(const struct mdoc_issuer *by, struct why *w)
{
    struct certificate c;

    if (!mdl_certificate_parse(by->certificate, by->certificate.p, &c, w) ||
        !mdl_certificate_check(&c, MDL_SIGNER, PROFILE_STRICT, by->certificate.p, NULL, w))
        return false;
    return by->authority.n == 0 ||
           (mdl_certificate_parse(by->authority, by->authority.p, &c, w) &&
            mdl_certificate_check(&c, MDL_IACA, PROFILE_STRICT, by->authority.p, NULL, w));
}

static const char *const mandatory[] = {
    "family_name",           "given_name",        "birth_date",      "issue_date", "expiry_date",
    "issuing_country",       "issuing_authority", "document_number", "portrait",   "driving_privileges",
    "un_distinguishing_sign"
};

/* Notes that say something of a privilege which an issuer may well mean. */
static bool binds_only(enum licence_finding f)
{
    return f == LICENCE_CATEGORY_UNKNOWN || f == LICENCE_PRIVILEGE_NOT_YET ||
           f == LICENCE_PRIVILEGE_EXPIRED || f == LICENCE_CODE_UNKNOWN;
}

static bool check_notes(const struct licence_data *l, struct findings *f, struct why *w)
{
    for (size_t i = 0; i < l->n_notes; i++) {
        const struct licence_note *n = &l->note[i];
        const char *word = licence_finding_word(n->what);

        if (!binds_only(n->what))
            return why_set(w, word, n->offset, DATA, "%.*s", (int)(n->element.n < 100 ? n->element.n : 100),
                           (const char *)n->element.p);
        finding_add(f, FINDING_NOTE, word, n->offset, DATA, "privilege %d", n->privilege + 1);
    }
    return l->notes_lost == 0 || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too much is wrong with it");
}

/* 13.4: a driving licence. */
static bool check_data(const struct mdoc_verdict *v, struct span file, unix_time at, struct arena *a,
                       struct findings *f, struct why *w)
{
    const struct licence_context c = { .now = at,
                                       .country = v->signer.country,
                                       .state = mdl_certificate_state(&v->signer) };
    struct licence_data *l = arena_alloc(a, sizeof *l);

    if (!l)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < sizeof mandatory / sizeof *mandatory; i++)
        if (!mdoc_item_find(v->document, MDL_NAME_SPACE, mandatory[i]))
            return why_set(w, "DATA_MISSING", WHY_NO_OFFSET, DATA, "%s", mandatory[i]);
    licence_data_of(v->document, file, &c, l);
    return check_notes(l, f, w);
}

/* What verification only warns of is not issued either. */
static bool check_warnings(const struct findings *found, struct why *w)
{
    for (size_t i = 0; i < found->n; i++)
        if (strncmp(found->item[i].why.reason, "WARN_", 5) == 0)
            return why_set(w, found->item[i].why.reason, found->item[i].why.offset, found->item[i].why.clause,
                           "%s", found->item[i].why.detail);
    return true;
}

bool mdoc_issue_check(const struct mdoc_issue_order *o, const struct mdoc_issuer *by,
                      struct span issuer_signed, struct arena *a, struct findings *f, struct why *w)
{
    struct anchor_set *set = anchor_set_new();
    struct mdoc_options opt = { .form = MDOC_ISSUER_SIGNED,
                                .profile = PROFILE_STRICT,
                                .at = o->valid_from,
                                .anchors = set,
                                .trusted_signers = &by->certificate,
                                .n_trusted = by->authority.n ? 0 : 1 };
    struct findings *found = arena_alloc(a, sizeof *found);
    struct mdoc m;
    bool ok = false;

    if (!found) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        goto out;
    }
    findings_init(found);
    if (by->authority.n && !anchor_set_add(set, by->authority, &(struct anchor_origin){ .source = "issuer" },
                                           ANCHOR_VOUCHED, NULL, w))
        goto out;
    if (mdoc_verify(issuer_signed, &opt, a, &m, found) != RESULT_GENUINE) {
        *w = m.why;
        goto out;
    }
    ok = check_warnings(found, w) && (!span_eq_str(o->doc_type, MDL_DOC_TYPE) ||
                                      check_data(&m.document[0], issuer_signed, o->valid_from, a, f, w));
out:
    anchor_set_free(set);
    return ok;
}
