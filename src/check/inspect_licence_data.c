/* What the data of a mobile licence say about themselves, as findings. */
#include "check/inspect_parts.h"
#include "seal/mdl_certificate.h"
#include "wire/licence_data.h"

static const char *meaning(enum licence_finding f)
{
    static const char *const text[] = {
        [LICENCE_DATA_TYPE] = "another type than this element has",
        [LICENCE_DATA_VALUE] = "not in the form that this element has",
        [LICENCE_DATA_DATE] = "no day of the calendar, or expiry before issue",
        [LICENCE_COUNTRY_MISMATCH] = "not the country or state of the signer",
        [LICENCE_SIGN_MISMATCH] = "the distinguishing sign of another State",
        [LICENCE_EXPIRED] = "the last day of the licence is over",
        [LICENCE_DATA_MISSING] = "a member that must be there is not",
        [LICENCE_CATEGORY_DUP] = "the category was there before; the more restrictive entry counts",
        [LICENCE_CATEGORY_UNKNOWN] = "a category that is not known grants nothing",
        [LICENCE_PRIVILEGE_NOT_YET] = "the first day of the category is not reached",
        [LICENCE_PRIVILEGE_EXPIRED] = "the last day of the category is over",
        [LICENCE_CODE_UNKNOWN] = "a restriction that is not known: a person says what it means",
    };

    return text[f];
}

/* Names and categories come from the file: what is no plain text stays out. */
static void tell(struct inspection *in, const struct licence_data *l, const struct licence_note *n)
{
    const struct licence_privilege *p = n->privilege >= 0 ? &l->privilege[n->privilege] : NULL;
    const char *element = arena_str(in->arena, n->element);
    const char *category =
        p && p->category.n && p->category.n <= 16 ? arena_str(in->arena, p->category) : NULL;

    finding_add(in->findings, FINDING_WARNING, licence_finding_word(n->what), n->offset,
                "ISO/IEC 18013-5 7.2", "%s%s%s: %s", element && *element ? element : "driving_privileges",
                category ? ", category " : "", category ? category : "", meaning(n->what));
}

void inspect_data(struct inspection *in, const struct mdoc_verdict *v)
{
    const struct licence_context c = { .now = in->opt->at,
                                       .country = v->has_signer ? v->signer.country : (struct span){ 0 },
                                       .state = v->has_signer ? mdl_certificate_state(&v->signer)
                                                              : (struct span){ 0 } };
    struct licence_data *l = arena_alloc(in->arena, sizeof *l);

    if (!l) {
        finding_add(in->findings, FINDING_WARNING, "too-large", WHY_NO_OFFSET, NULL,
                    "no memory left for this");
        return;
    }
    licence_data_of(v->document, in->bytes, &c, l);
    for (size_t i = 0; i < l->n_notes; i++)
        tell(in, l, &l->note[i]);
    if (l->notes_lost)
        finding_add(in->findings, FINDING_WARNING, "DATA_VALUE", WHY_NO_OFFSET, "ISO/IEC 18013-5 7.2",
                    "%zu more findings about the data", l->notes_lost);
}
