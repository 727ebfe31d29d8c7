#include "trust/import_internal.h"

#include <stdio.h>

#include "seal/name.h"

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

void import_refuse_named(struct import_run *k, struct span subject, const struct why *w)
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

void import_refuse(void *ctx, const struct why *w)
{
    import_refuse_named(ctx, (struct span){ 0 }, w);
}

void import_note(struct import_run *k, const char *reason, const char *clause, const char *text)
{
    struct why w = { .offset = WHY_NO_OFFSET };

    (void)why_set(&w, reason, WHY_NO_OFFSET, clause, "%s", text);
    if (k->o->noted)
        k->o->noted(k->o->ctx, k->file, &w);
}

/* True when anything was written. */
bool import_keep(struct import_run *k, enum trust_kind kind, struct span der, enum anchor_standing standing,
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

struct anchor_origin import_origin(const struct import_run *k, bool in_list)
{
    return (struct anchor_origin){ .source = k->file,
                                   .member = k->o->member,
                                   .at = k->o->now,
                                   .purposes = trust_purposes(k->o->purposes, in_list) };
}
