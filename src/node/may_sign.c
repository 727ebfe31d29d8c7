#include "node/may_sign.h"

enum { RECORDS = 1 << SIGN_RECORDS, COSIGNATURES = 1 << SIGN_COSIGNATURES, ACTS = 1 << SIGN_ACTS };

static enum roster_standing standing_of(const struct sign_state *s)
{
    for (size_t i = 0; s->roster && i < s->roster->n; i++)
        if (span_eq(s->roster->member[i].state, s->member))
            return s->roster->member[i].standing;
    return ROSTER_UNKNOWN;
}

bool may_sign(enum sign_what what, const struct sign_state *s, struct why *w)
{
    enum roster_standing is = standing_of(s);
    const struct {
        bool holds;
        unsigned stops;
        const char *reason, *detail;
    } gate[] = {
        { !s->has_key, RECORDS | COSIGNATURES | ACTS, "no-key",
          "this node signs nothing of the kind: node.conf names no key for it" },
        { s->restored, RECORDS | COSIGNATURES | ACTS, "restored",
          "this node was restored, and has not yet asked the others what it signed since: nothing is signed "
          "while the file `restored` stands in its folder" },
        { s->maintained, RECORDS | COSIGNATURES, "maintenance",
          "nothing is signed while the file `maintenance` stands in the node's folder" },
        { !s->roster, COSIGNATURES, "not-ready", "no member is known here yet" },
        { is == ROSTER_WITHDRAWN, RECORDS | COSIGNATURES, "withdrawn",
          "this member has withdrawn: it publishes and cosigns nothing" },
        { is == ROSTER_COMPROMISED, RECORDS | COSIGNATURES, "compromised",
          "every key of this member is reported: it publishes and cosigns nothing" },
        { is == ROSTER_SUSPENDED, COSIGNATURES, "suspended",
          "this member is suspended: its cosignatures count for nobody" },
    };

    for (size_t i = 0; i < sizeof gate / sizeof *gate; i++)
        if (gate[i].holds && gate[i].stops >> what & 1)
            return why_set(w, gate[i].reason, WHY_NO_OFFSET, "doc/operating.md", "%s", gate[i].detail);
    return true;
}
