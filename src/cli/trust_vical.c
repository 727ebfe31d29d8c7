/* The bloc's list of licence authorities in the form that readers of mobile licences take. */
#include "cli/trust_bloc.h"
#include "seal/vical.h"

enum { DAYS_TO_NEXT = 90 }; /* ISO/IEC 18013-5 C.1.8: a list is issued again within that time */

static size_t authorities(struct bloc *b, struct vical_order_entry *entry, size_t *left_out)
{
    static const char *const types[] = { TYPE_DRIVING_LICENCE };
    size_t n = 0;

    for (size_t i = 0; i < b->list.n_entries; i++) {
        const struct trust_entry *e = &b->list.entry[i];
        struct why w = { .offset = WHY_NO_OFFSET };

        if (e->standing != ENTRY_IN_FORCE || !e->fits || strcmp(e->purpose, PURPOSE_LICENCES) != 0)
            continue;
        if (vical_may_list(e->der, n, &b->a, &w)) {
            entry[n++] = (struct vical_order_entry){ e->der, types, 1 };
        } else {
            char what[200];

            ++*left_out;
            (void)snprintf(what, sizeof what, _("an authority of %s is left out"), e->state);
            cli_why("trust export", what, &w);
        }
    }
    return n;
}

bool bloc_put_vical(struct bloc *b, struct buffer *out, size_t *left_out, struct why *w)
{
    const struct node_config *c = &b->i.config;
    struct vical_order_entry *entry = arena_array(&b->a, b->list.n_entries + 1, sizeof *entry);
    unix_time now = cli_now();
    struct vical_order o = { .date = now,
                             .next_update = now + DAYS_TO_NEXT * (unix_time)86400,
                             .issue = b->list.version,
                             .entry = entry };
    struct private_key *key = NULL;
    struct span pem, signer;
    struct buffer provider;
    bool ok;

    *left_out = 0;
    if (!c->vical_signer_key)
        return why_set(w, "config", WHY_NO_OFFSET, NULL,
                       "this node signs no lists of licence authorities: its node.conf names no "
                       "vical-signer-key and vical-signer-certificate");
    if (!entry)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    o.n = authorities(b, entry, left_out);
    buf_init(&provider, 4096);
    buf_printf(&provider, _("%s: list signed by %s"), agreement_title(b->i.agreement), c->member);
    o.provider = buf_cstr(&provider);
    ok = cli_read(c->vical_signer_key, &b->a, &pem, w) && private_key_load(pem, &key, w) &&
         cli_read(c->vical_signer_certificate, &b->a, &signer, w) &&
         vical_write(&o, key, signer, &b->a, out, w);
    private_key_free(key);
    buf_free(&provider);
    return ok;
}
