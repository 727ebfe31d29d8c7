/* serai member card: the keys and the address of this node, signed for the others. */
#include <getopt.h>

#include "cli/key.h"
#include "cli/member.h"
#include "link/transport.h"
#include "seal/signing_key.h"

/* A key of node.conf joins those of a card; the oldest one goes when there is no room. */
static void add_key(uint8_t list[CARD_KEYS][32], size_t *n, const uint8_t key[32])
{
    for (size_t i = 0; i < *n; i++)
        if (memcmp(list[i], key, 32) == 0) {
            memmove(list[i], list[i + 1], (*n - i - 1) * 32);
            --*n;
            break;
        }
    if (*n == CARD_KEYS) {
        memmove(list[0], list[1], (size_t)(CARD_KEYS - 1) * 32);
        --*n;
    }
    memcpy(list[(*n)++], key, 32);
}

static bool add_signing_key(struct bloc *b, const char *place, enum key_use use, uint8_t list[CARD_KEYS][32],
                            size_t *n, struct why *w)
{
    struct span name = key_full_name(&b->a, b->i.config.name, use);
    struct signing_key k = { 0 };

    if (!place)
        return why_set(w, "config", WHY_NO_OFFSET, "doc/membership.md",
                       "node.conf names no %s: without it the node has no card", key_uses[use].setting);
    if (!signing_key_open(place, name, key_uses[use].type, NULL, &b->a, &k, w))
        return false;
    add_key(list, n, k.note.pub);
    signing_key_close(&k);
    return true;
}

static bool add_transport(struct bloc *b, struct member_card *c, struct why *w)
{
    uint8_t pin[TRANSPORT_PIN];
    struct span certificate;

    if (!b->i.config.transport_certificate)
        return why_set(w, "config", WHY_NO_OFFSET, "doc/membership.md",
                       "node.conf names no transport-certificate: without it the node has no card");
    if (!cli_read(b->i.config.transport_certificate, &b->a, &certificate, w) ||
        !transport_pin(certificate, pin, w))
        return false;
    add_key(c->transport, &c->n_transport, pin);
    return true;
}

static bool says_the_same(const struct member_card *x, const struct member_card *y)
{
    return x && x->n_log == y->n_log && x->n_witness == y->n_witness && x->n_transport == y->n_transport &&
           memcmp(x->log, y->log, x->n_log * 32) == 0 &&
           memcmp(x->witness, y->witness, x->n_witness * 32) == 0 &&
           memcmp(x->transport, y->transport, x->n_transport * 32) == 0 && span_eq(x->address, y->address) &&
           memcmp(x->agreement_sha256, y->agreement_sha256, 32) == 0;
}

static bool has_log_key(const struct member_card *c, const uint8_t key[NODE_PUBLIC_KEY])
{
    for (size_t i = 0; i < c->n_log; i++)
        if (memcmp(c->log[i], key, NODE_PUBLIC_KEY) == 0)
            return true;
    return false;
}

static void drop_retired(struct member_card *c, size_t at)
{
    c->n_retired--;
    memmove(&c->retired[at], &c->retired[at + 1], (c->n_retired - at) * sizeof c->retired[0]);
}

/* What the card before had and this one has not any more holds the years that are closed. */
static void retire_log_keys(const struct member_card *last, struct member_card *c, unix_time now)
{
    for (size_t i = c->n_retired; i-- > 0;)
        if (has_log_key(c, c->retired[i].pub))
            drop_retired(c, i); /* in use again */
    for (size_t i = 0; last && i < last->n_log; i++) {
        struct retired_key k = { .until = now };

        if (has_log_key(c, last->log[i]))
            continue;
        if (c->n_retired == CARD_RETIRED)
            drop_retired(c, 0);
        memcpy(k.pub, last->log[i], sizeof k.pub);
        c->retired[c->n_retired++] = k;
    }
}

bool member_make_card(struct bloc *b, size_t key, const struct signer *signer, bool keep, bool *news,
                      struct why *w)
{
    const struct member_card *last = acts_folder_newest_card(&b->acts, b->acts.keys.key[key].fingerprint);
    const struct node_config *conf = &b->i.config;
    struct member_card c = { 0 };

    if (keep && last)
        c = *last;
    else if (last) {
        c.n_retired = last->n_retired;
        memcpy(c.retired, last->retired, sizeof c.retired);
    }
    memcpy(c.agreement_sha256, agreement_hash(b->i.agreement), 32);
    c.address = span_str(conf->peer_address);
    if (!add_signing_key(b, conf->log_key, KEY_LOG, c.log, &c.n_log, w) ||
        !add_signing_key(b, conf->witness_key, KEY_WITNESS, c.witness, &c.n_witness, w) ||
        !add_transport(b, &c, w))
        return false;
    retire_log_keys(last, &c, cli_now());
    *news = !says_the_same(last, &c);
    return !*news || (bloc_may_sign(b, w) && acts_folder_card(&b->acts, key, signer, &c, cli_now(), w));
}

int member_first_card(const char *folder)
{
    static struct bloc b; /* without a list: the agreement need not have one */
    struct why w = { 0 };
    bool news, ok;
    size_t key;

    if (!trust_open_node(folder, &b.i))
        return CLI_USAGE;
    arena_init(&b.a, (size_t)64 << 20);
    ok = acts_folder_open(b.i.config.trust, span_str(agreement_title(b.i.agreement)), true, &b.a, &b.acts,
                          NULL, &w);
    if (ok) {
        key = bloc_own_key(&b);
        ok = key != SIZE_MAX && member_make_card(&b, key, b.i.signer, false, &news, &w);
        acts_folder_close(&b.acts);
    }
    if (!ok && w.reason)
        cli_why("init", folder, &w);
    arena_free(&b.a);
    instance_close(&b.i);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

static int put_card(const struct bloc *b, size_t key, const char *out)
{
    const struct member_card *c = acts_folder_newest_card(&b->acts, b->acts.keys.key[key].fingerprint);
    struct why w = { 0 };

    if (!c)
        return cli_usage("member", "this key has no card yet: serai member card --new");
    if (cli_write(out, c->note, 0644, &w))
        return CLI_POSITIVE;
    cli_why("member", out, &w);
    return CLI_USAGE;
}

int member_card_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "new", no_argument, NULL, 'N' },
                                             { "keep", no_argument, NULL, 'k' },
                                             { "out", required_argument, NULL, 'o' },
                                             { 0 } };
    static struct bloc b;
    const char *node = NULL, *out = "-";
    bool make = false, keep = false, news = false;
    struct why w = { 0 };
    int c, code = CLI_USAGE;
    size_t key;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'N')
            make = true;
        else if (c == 'k')
            keep = true;
        else if (c == 'o')
            out = optarg;
        else
            return cli_bad_option("member");
    }
    if (optind < argc)
        return cli_usage("member", "card takes no further argument");
    if (!bloc_begin(node, make, &b))
        return CLI_USAGE;
    key = bloc_own_key(&b);
    if (key != SIZE_MAX && make && !member_make_card(&b, key, b.i.signer, keep, &news, &w))
        cli_why("member", NULL, &w);
    else if (key != SIZE_MAX)
        code = put_card(&b, key, out);
    bloc_end(&b);
    return code;
}
