/* What a playbook has to be before it goes from one member to another. */
#include "base/text.h"
#include "cacao/cacao.h"
#include "service/cyber/cooperation_internal.h"

/* The strictest TLP among its markings: one that is not known counts as red. */
static enum tlp marked(const struct cacao *c, struct arena *a)
{
    json_ref all = json_member(&c->j, JSON_ROOT, "data_marking_definitions");
    enum tlp most = TLP_CLEAR;

    if (!json_is(&c->j, all, JSON_KIND_OBJECT))
        return most;
    for (json_ref m = json_first(&c->j, all); m != JSON_NONE; m = json_after(&c->j, all, m)) {
        json_ref level = json_member(&c->j, json_value_of(&c->j, m), "tlpv2_level");
        struct span s = { NULL, 0 };
        enum tlp t = TLP_RED;

        if (level == JSON_NONE)
            continue; /* a statement, or the IEP: restricts nobody here */
        if (json_text_of(&c->j, level, a, &s) && span_starts(s, SPAN("TLP:")))
            s = span_sub(s, 4, s.n);
        if (!tlp_read(TLP_CSAF_21, s, &t))
            t = TLP_RED;
        most = tlp_stricter(most, t);
    }
    return most;
}

bool library_check(const struct coop_record *r, struct arena *a, struct why *w)
{
    struct cacao_findings f = { 0 };
    struct why bad = { 0 };
    struct cacao c;

    if (!cacao_read(coop_text(r, "playbook"), a, &c, &bad) || !cacao_check(&c, &f, &bad))
        return why_set(w, "playbook", bad.offset, "CACAO 2.0", "it is no playbook: %s", bad.detail);
    if (cacao_has_secret(&f))
        return why_set(w, "secret", WHY_NO_OFFSET, "CACAO 2.0",
                       "it holds a password, token or key in clear, and is not passed on");
    if (f.count[CACAO_SHAPE])
        return why_set(w, "playbook", WHY_NO_OFFSET, "CACAO 2.0", "it has not the shape of the standard: %s",
                       f.n ? f.item[0].says : "");
    if (f.count[CACAO_REFER] && !coop_text(r, "confirmed").n)
        return why_set(w, "refer", WHY_NO_OFFSET, "CACAO 2.0",
                       "%u findings, the first %s: an office looks at it and confirms (\"confirmed\")",
                       f.count[CACAO_REFER], f.item[0].name);
    if (marked(&c, a) > r->tlp)
        return why_set(w, "tlp", WHY_NO_OFFSET, "TLP 2.0", "the playbook is marked stricter than %s",
                       sharing_tlp_word(r->tlp));
    return true;
}
