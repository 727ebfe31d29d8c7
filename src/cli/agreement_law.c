#include "cli/agreement_law.h"

bool law_again(struct law_desk *d)
{
    const struct laws_from from = { .folder = d->folder,
                                    .member = d->b.i.config.member,
                                    .agreement = d->b.i.agreement,
                                    .text = d->b.i.agreement_text,
                                    .acts = &d->b.acts,
                                    .always = true };
    struct why w = { 0 };

    laws_free(d->laws);
    d->laws = NULL;
    findings_init(&d->b.f);
    if (!laws_load(&from, &d->laws, &d->b.f, &w)) {
        cli_why("agreement", d->folder, &w);
        return false;
    }
    bloc_say_findings(&d->b.f);
    if (d->laws->regime)
        return true;
    (void)cli_usage("agreement", "the agreement does not say whose keys are believed: there is no register");
    return false;
}

bool law_begin(const char *node, bool write, struct law_desk *d)
{
    d->laws = NULL;
    if (!bloc_begin(node, write, &d->b))
        return false;
    (void)snprintf(d->folder, sizeof d->folder, "%s", d->b.i.laws);
    if (law_again(d))
        return true;
    law_end(d);
    return false;
}

void law_end(struct law_desk *d)
{
    laws_free(d->laws);
    bloc_end(&d->b);
}

size_t law_version(struct law_desk *d, const char *file, bool keep)
{
    const struct agreement_register *r = &d->laws->regime->reg;
    uint8_t sha256[32];
    struct why w = { 0 };
    struct buffer b;
    bool ok;

    memcpy(sha256, agreement_hash(d->b.i.agreement), 32);
    if (file) {
        struct agreement *a;
        struct agreement_faults f;

        if (!agreement_file_read(file, &b))
            return SIZE_MAX;
        a = agreement_parse(buf_span(&b), &f);
        ok = a != NULL;
        if (!a)
            agreement_file_faults(file, &f);
        else
            memcpy(sha256, agreement_hash(a), 32);
        agreement_free(a);
        if (ok && keep && !(ok = laws_keep(d->folder, d->b.i.agreement, buf_span(&b), sha256, &w)))
            cli_why("agreement", file, &w);
        buf_free(&b);
        if (!ok || (keep && !law_again(d)))
            return SIZE_MAX;
        r = &d->laws->regime->reg;
    }
    for (size_t i = 0; i < r->n_versions; i++)
        if (memcmp(agreement_hash(r->version[i].a), sha256, 32) == 0)
            return i;
    (void)cli_usage("agreement", "this node does not keep that text: serai agreement keep FILE --node DIR");
    return SIZE_MAX;
}

const char *law_reason(const char *reason)
{
    static const struct {
        const char *reason, *says;
    } words[] = {
        { "unknown-text", N_("the text it speaks of is not kept here") },
        { "backdated", N_("it is dated before an earlier act of this member, or wants effect in the past") },
        { "not-a-member", N_("that State is neither a party nor one that may accede") },
        { "not-a-party", N_("only the parties of the text sign and ratify; others accede") },
        { "a-party-ratifies", N_("a party of the text ratifies; it does not accede") },
        { "repeated", N_("it has been declared already") },
        { "no-such-article", N_("the text has no such article") },
        { "not-optional", N_("the article binds whoever is bound: there is nothing to accept") },
        { "not-bound", N_("the member is not bound by it") },
        { "reservation-not-permitted", N_("the agreement permits no reservation to this article (VCLT 19)") },
        { "late-reservation", N_("reservations are made before consent or with it (VCLT 19)") },
        { "too-many-reservations", N_("there are too many reservations") },
        { "condition", N_("the condition cannot be read in the language of the text") },
        { "no-reservation", N_("there is no such reservation") },
        { "no-objection", N_("there is no such objection") },
        { "late-objection", N_("twelve months are over (VCLT 20(5))") },
        { "suspension-not-provided", N_("the agreement does not provide for suspension (VCLT 57)") },
        { "not-suspended", N_("nothing is suspended or about to end") },
        { "not-separable", N_("one cannot withdraw from this article alone (VCLT 44)") },
        { "notice-too-short", N_("the day named is before the end of the notice") },
    };

    for (size_t i = 0; reason && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].reason, reason) == 0)
            return gettext(words[i].says);
    return reason ? reason : "";
}
