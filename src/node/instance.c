#include "node/instance.h"
#include "node/cyber.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/text.h"
#include "node/ask_put.h"
#include "node/desks.h"
#include "node/keeper.h"
#include "node/screening.h"
#include "node/taxii.h"
#include "seal/receipt.h"

static const char key_prefix[] = "PRIVATE+KEY+";

void node_key_write(const char *name, const uint8_t seed[NODE_SEED], struct buffer *out)
{
    uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY], hash[NOTE_KEY_HASH], raw[1 + NODE_SEED];

    node_key_from_seed(seed, pub, secret);
    node_key_hash(span_str(name), pub, hash);
    raw[0] = 1;
    memcpy(raw + 1, seed, NODE_SEED);
    buf_printf(out, "%s%s+", key_prefix, name);
    hex_put(out, span_of(hash, sizeof hash));
    buf_u8(out, '+');
    base64_put(out, span_of(raw, sizeof raw), BASE64_STD);
    buf_u8(out, '\n');
    wipe(raw, sizeof raw);
    wipe(secret, sizeof secret);
}

bool node_key_parse(struct span text, const char *name, uint8_t pub[NODE_PUBLIC_KEY],
                    uint8_t secret[NODE_SECRET_KEY], struct why *w)
{
    static const char expected[] = "expected one line PRIVATE+KEY+name+hash+key";
    struct span rest = text_trim(text), owner = { 0 }, hash = { 0 };
    uint8_t raw[1 + NODE_SEED], own_hash[NOTE_KEY_HASH];
    char hex[2 * NOTE_KEY_HASH + 1];
    struct buffer b;
    size_t bad_at;

    if (!span_starts(rest, SPAN("PRIVATE+KEY+")))
        return why_set(w, "node-key", 0, "C2SP signed-note", "%s", expected);
    rest = span_sub(rest, sizeof key_prefix - 1, rest.n);
    buf_init_fixed(&b, raw, sizeof raw);
    if (!text_split(&rest, '+', &owner) || !text_split(&rest, '+', &hash) ||
        !base64_decode(rest, BASE64_STD, &b, &bad_at) || b.n != sizeof raw || raw[0] != 1)
        return why_set(w, "node-key", 0, "C2SP signed-note", "%s", expected);
    if (!span_eq_str(owner, name))
        return why_set(w, "node-key", sizeof key_prefix - 1, NULL, "the key is that of another name than %s",
                       name);
    node_key_from_seed(raw + 1, pub, secret);
    wipe(raw, sizeof raw);
    node_key_hash(owner, pub, own_hash);
    (void)snprintf(hex, sizeof hex, "%02x%02x%02x%02x", own_hash[0], own_hash[1], own_hash[2], own_hash[3]);
    if (!span_eq_str(hash, hex)) {
        wipe(secret, NODE_SECRET_KEY);
        return why_set(w, "node-key", 0, "C2SP signed-note", "the hash is not that of name and key");
    }
    return true;
}

/* A whole file into the instance's arena. */
static bool read_file(struct instance *i, const char *path, struct span *out, struct why *w)
{
    FILE *f = fopen(path, "rbe");
    struct stat st;
    uint8_t *p;
    size_t n;

    if (!f)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", path, strerror(errno));
    if (fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > LIMIT_FILE) {
        (void)fclose(f);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s is no file, or too large", path);
    }
    p = arena_alloc(&i->arena, (size_t)st.st_size);
    n = p ? fread(p, 1, (size_t)st.st_size, f) : 0;
    (void)fclose(f);
    if (!p || n != (size_t)st.st_size)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s", path);
    *out = span_of(p, n);
    return true;
}

static bool load_agreement(struct instance *i, struct why *w)
{
    struct agreement_faults *faults;

    if (!read_file(i, i->config.agreement, &i->agreement_text, w))
        return false;
    faults = calloc(1, sizeof *faults);
    if (!faults)
        abort();
    i->agreement = agreement_parse(i->agreement_text, faults);
    for (size_t k = 0; !i->agreement && k < faults->n; k++)
        if (!faults->item[k].warning)
            (void)why_set(w, "agreement", WHY_NO_OFFSET, NULL, "%s:%u:%u: %s", i->config.agreement,
                          faults->item[k].line, faults->item[k].column, faults->item[k].message);
    free(faults);
    return i->agreement != NULL;
}

static bool load_keys(struct instance *i, unsigned parts, struct why *w)
{
    struct span text = { 0 };

    if (i->config.node_key) {
        if (!signing_key_open(i->config.node_key, span_str(i->config.name), NOTE_KEY_ED25519, NULL, &i->arena,
                              &i->node_key, w))
            return false;
        i->signer = &i->node_key.signer;
    }
    if (!(parts & (INSTANCE_SIGNER | INSTANCE_ISSUES)) ||
        (!(parts & INSTANCE_SIGNER) && (!i->config.signer_key || !i->config.signer_certificate)))
        return true;
    if (!i->config.signer_key || !i->config.signer_certificate)
        return why_set(w, "config", WHY_NO_OFFSET, NULL,
                       "this node issues nothing: its node.conf names no signer-key and signer-certificate");
    return read_file(i, i->config.signer_key, &text, w) && private_key_load(text, &i->signer_key, w) &&
           read_file(i, i->config.signer_certificate, &i->signer_certificate, w);
}

struct beliefs_from instance_beliefs_from(const struct instance *i)
{
    return (struct beliefs_from){ .member = i->config.member,
                                  .agreement = i->agreement,
                                  .anchors = i->config.anchors,
                                  .trust = i->config.trust,
                                  .status = i->config.status,
                                  .laws = i->laws,
                                  .text = i->agreement_text };
}

struct beliefs *instance_hand_beliefs(struct instance *i)
{
    struct beliefs *b = i->beliefs;

    i->beliefs = NULL;
    i->anchors = i->check.anchors = NULL;
    i->check.status_tokens = NULL;
    i->check.law = regime_law(NULL);
    return b;
}

static bool load_beliefs(struct instance *i, unsigned parts, struct why *w)
{
    const struct beliefs_from from = instance_beliefs_from(i);

    return beliefs_load(&from, parts & INSTANCE_SERVED, NULL, &i->beliefs, w);
}

static unix_time clock_now(void *ctx)
{
    (void)ctx;
    return (unix_time)time(NULL);
}

/* Between the one asked and the asker, as between the State entered and the traveller's own. */
static const char *by_law(void *ctx, const struct asking *q)
{
    const struct instance *i = ctx;
    struct beliefs *b = i->keeper ? keeper_take(i->keeper) : i->beliefs;
    const struct agreement_law law = regime_law(b ? b->laws->regime : NULL);
    const char *denied = agreement_asking(agreement_by_law(&law, i->agreement, q->to, q->from, q->on), q);

    if (i->keeper)
        keeper_give(i->keeper, b);
    return denied;
}

static void basis_by_law(void *ctx, const struct asking *q, struct arena *a, struct span *article,
                         struct span *role)
{
    const struct instance *i = ctx;
    struct beliefs *b = i->keeper ? keeper_take(i->keeper) : i->beliefs;
    const struct agreement_law law = regime_law(b ? b->laws->regime : NULL);
    const struct agreement *text = agreement_by_law(&law, i->agreement, q->to, q->from, q->on);
    struct span found = q->article.n ? q->article : agreement_asking_article(text, q->topic, q->purpose);

    *article = arena_copy(a, found);
    *role = arena_copy(a, agreement_asking_role(text, found, q->topic, q->purpose));
    if (i->keeper)
        keeper_give(i->keeper, b);
}

static bool open_office(struct instance *i, struct why *w)
{
    i->law = (struct ask_law){ by_law, i, basis_by_law };
    i->office = (struct ask_office){ .member = span_str(i->config.member),
                                     .agreement = i->agreement,
                                     .law = &i->law,
                                     .store = i->store,
                                     .now = clock_now,
                                     .random = random_bytes,
                                     .counts = &i->ask_counts,
                                     .signer = i->signer };
    i->ask_counts.topics = ask_own_names;
    i->check.office = &i->office;
    if (!desks_open(i->config.desks, &i->office, &i->desks, w))
        return false;
    if (i->config.desks || i->config.transport_key)
        i->office.carrier = desks_carrier(i->desks);
    if (!desks_serve(i->desks, &i->config.services, w))
        return false;
    i->office.keys = desks_keys(i->desks);
    i->check.desk = desks_own(i->desks);
    return true;
}

static bool open_lookups(struct instance *i, struct why *w)
{
    if (!i->config.lookup)
        return true;
    if (!lookups_open(&i->config, i->agreement, LOOKUP_WRITE, &i->lookups, w))
        return false;
    /* Where documents are entered they are never old. */
    lookups_aged(i->lookups, NULL, 0, NULL, false,
                 i->config.log_key && !i->config.sync_from ? span_str(i->config.member) : (struct span){ 0 });
    i->documents = lookups_ask(i->lookups);
    i->check.documents = &i->documents;
    return true;
}

static bool open_notices(struct instance *i, struct why *w)
{
    return !agreement_notices(i->agreement) ||
           notice_book_open(i->store, i->agreement, span_str(i->config.member), &i->notices, w);
}

static bool open_cyber(struct instance *i, struct why *w)
{
    return !i->config.cyber ||
           cyber_base_open(i->config.cyber, i->agreement, i->config.quarantine_days, &i->cyber, w);
}

static bool open_taxii(struct instance *i, struct why *w)
{
    struct taxii_options o;

    if (!i->config.taxii || !i->cyber)
        return true;
    o = (struct taxii_options){ .config = &i->config,
                                .agreement = i->agreement,
                                .objects = i->cyber->objects,
                                .journal = i->cyber->journal,
                                .places = &i->cyber->places,
                                .now = cyber_micros };
    return taxii_open(&o, &i->taxii, w);
}

/* Where names are looked up, in the folder `lookup`. */
static bool open_screening(struct instance *i, unsigned parts, struct why *w)
{
    const struct screening_options o = { .config = &i->config,
                                         .agreement = i->agreement,
                                         .store = i->store,
                                         .book = i->notices,
                                         .office = i->check.office,
                                         .desk = i->check.desk,
                                         .now = clock_now,
                                         .served = (parts & INSTANCE_SERVED) != 0 };

    if (!i->config.lookup)
        return true;
    if (!screening_open(&o, &i->screening, w))
        return false;
    i->check.hits = screening_hits(i->screening);
    return true;
}

static bool load_posts(struct instance *i, struct why *w)
{
    struct posts *p = arena_alloc(&i->arena, sizeof *p);

    if (!i->config.post_file)
        return true;
    if (!p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!posts_load(i->config.post_file, &i->arena, p, w))
        return false;
    i->posts = p;
    return true;
}

static bool open_parts(struct instance *i, const char *folder, unsigned parts, struct why *w)
{
    char path[4096], laws[4096];
    struct store_options store;

    if ((size_t)snprintf(path, sizeof path, "%s/node.conf", folder) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if ((size_t)snprintf(laws, sizeof laws, "%s/" LAWS_FOLDER, folder) >= sizeof laws ||
        !(i->laws = arena_str(&i->arena, span_str(laws))))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (!config_load(path, &i->arena, &i->config, w) || !load_agreement(i, w) || !load_beliefs(i, parts, w) ||
        !load_keys(i, parts, w) || !load_posts(i, w))
        return false;
    config_store(&i->config, &store);
    return !(parts & INSTANCE_STORE) ||
           (store_open(&store, &i->store, w) && open_office(i, w) && open_lookups(i, w) &&
            open_notices(i, w) && open_cyber(i, w) && open_taxii(i, w) && open_screening(i, parts, w));
}

bool instance_open(const char *folder, unsigned parts, struct instance *out, struct why *w)
{
    *out = (struct instance){ 0 };
    arena_init(&out->arena, 256 << 20);
    if (!open_parts(out, folder, parts, w)) {
        instance_close(out);
        return false;
    }
    out->check.member = out->config.member;
    out->check.utc_offset = out->config.utc_offset;
    out->check.node_name = out->config.name;
    out->check.agreement = out->agreement;
    out->anchors = out->beliefs->anchors;
    out->check.anchors = out->anchors;
    out->check.anchors_as_of = out->beliefs->anchors_as_of;
    out->check.status_tokens = out->beliefs->status;
    out->check.law = regime_law(out->beliefs->laws->regime);
    out->check.store = out->store;
    out->check.signer = out->signer;
    out->check.edge = out->config.sync_from != NULL;
    return true;
}

void instance_close(struct instance *i)
{
    screening_close(i->screening);
    taxii_close(i->taxii);
    cyber_base_close(i->cyber);
    desks_close(i->desks);
    notice_book_close(i->notices);
    lookups_close(i->lookups);
    store_close(i->store);
    beliefs_free(i->beliefs);
    agreement_free(i->agreement);
    private_key_free(i->signer_key);
    signing_key_close(&i->node_key);
    arena_free(&i->arena);
    *i = (struct instance){ 0 };
}
