/* serai trust bloc: the list as it stands; and what its sub-commands share. */
#include "cli/trust_bloc.h"

#include <getopt.h>

#include "node/backup.h"
#include "node/may_sign.h"
#include "trust/list_json.h"

void bloc_say_findings(const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++) {
        (void)fprintf(stderr, "serai trust: %s", cli_style(stderr, STYLE_CARE));
        cli_put(stderr, f->item[i].why.detail);
        (void)fprintf(stderr, "%s\n", cli_style(stderr, STYLE_PLAIN));
    }
    if (f->lost)
        (void)fprintf(stderr, _("serai trust: and %zu more\n"), f->lost);
}

bool bloc_again(struct bloc *b)
{
    struct why w = { 0 };

    if (bloc_list(b->i.agreement, b->i.config.member, BLOC_HERE, &b->acts, &b->a, &b->list, &w))
        return true;
    cli_why("trust", NULL, &w);
    return false;
}

bool bloc_begin(const char *folder, bool write, struct bloc *b)
{
    struct why w = { 0 };

    if (!folder) {
        (void)cli_usage("trust", "--node names the node's folder");
        return false;
    }
    if (!trust_open_node(folder, &b->i))
        return false;
    b->restored = backup_is_restored(folder);
    if (!b->i.config.trust) {
        instance_close(&b->i);
        (void)cli_usage("trust", "the node's configuration names no folder for the bloc's list: add a line "
                                 "\"trust = trust\" to its node.conf");
        return false;
    }
    arena_init(&b->a, (size_t)512 << 20);
    findings_init(&b->f);
    if (!acts_folder_open(b->i.config.trust, span_str(agreement_title(b->i.agreement)), write, &b->a,
                          &b->acts, &b->f, &w)) {
        cli_why("trust", b->i.config.trust, &w);
        b->acts.lock = -1;
        bloc_end(b);
        return false;
    }
    bloc_say_findings(&b->f);
    if (b->acts.rollback.reason)
        cli_why("trust", _("not used"), &b->acts.rollback);
    if (bloc_again(b))
        return true;
    bloc_end(b);
    return false;
}

void bloc_end(struct bloc *b)
{
    acts_folder_close(&b->acts);
    arena_free(&b->a);
    instance_close(&b->i);
}

bool bloc_may_sign(const struct bloc *b, struct why *w)
{
    const struct sign_state s = { .has_key = b->i.signer != NULL,
                                  .restored = b->restored,
                                  .member = span_str(b->i.config.member) };

    return may_sign(SIGN_ACTS, &s, w);
}

size_t bloc_own_key(const struct bloc *b)
{
    if (!b->i.signer) {
        (void)cli_usage("trust", "this node has no key: it signs nothing");
        return SIZE_MAX;
    }
    for (size_t k = 0; k < b->acts.keys.n; k++)
        if (memcmp(b->acts.keys.key[k].key, b->i.signer->pub, NODE_PUBLIC_KEY) == 0)
            return k;
    (void)cli_usage("trust", "the node's own key is not among the members' keys: serai trust member add");
    return SIZE_MAX;
}

const char *bloc_purpose(const struct anchor *x)
{
    if (certificate_has_eku(&x->cert, SPAN("\x67\x81\x08\x01\x01\x03")))
        return PURPOSE_LISTS;
    return x->use == ANCHOR_ISSUER ? PURPOSE_TRAVEL : PURPOSE_SEALS;
}

static void put_vouchers(const struct trust_entry *e)
{
    for (size_t i = 0; i < e->n_vouchers; i++) {
        const struct trust_voucher *v = &e->voucher[i];

        if (v->counts)
            printf(" %s", v->by->state);
        else
            printf(" (%s: %s)", v->by->state,
                   v->withdrawn ? _("withdrawn") : member_key_word(v->by->standing));
    }
}

void bloc_put_entry(const struct trust_entry *e)
{
    const char *style = e->standing == ENTRY_IN_FORCE    ? cli_style(stdout, STYLE_GOOD)
                        : e->standing == ENTRY_WITHDRAWN ? cli_style(stdout, STYLE_BAD)
                                                         : cli_style(stdout, STYLE_CARE);
    struct certificate c = { 0 };
    char since[DATE_TEXT], name[200];

    (void)snprintf(name, sizeof name, _("(the certificate has not come)"));
    if (e->der.n && certificate_parse(e->der, &c, NULL, NULL))
        (void)snprintf(name, sizeof name, "%.*s", (int)(c.common_name.n < 40 ? c.common_name.n : 40),
                       (const char *)c.common_name.p);
    printf(_("%-3s %s%-9s%s %-16s %02x%02x%02x%02x%02x%02x%02x%02x  since %s  "), e->state, style,
           entry_word(e->standing), cli_style(stdout, STYLE_PLAIN), e->purpose, e->sha256[0], e->sha256[1],
           e->sha256[2], e->sha256[3], e->sha256[4], e->sha256[5], e->sha256[6], e->sha256[7],
           date_format(date_of_time(e->since), since));
    cli_put(stdout, name);
    printf(_("  vouching:"));
    put_vouchers(e);
    if (e->reason) {
        printf(_("  withdrawn: "));
        cli_put(stdout, e->reason);
    }
    (void)putchar('\n');
}

static void put_member(const struct trust_member *m)
{
    printf("%-3s %-28s %-13s", m->state, m->name ? m->name : "-", member_key_word(m->standing));
    if (m->acts)
        printf(ngettext(" %zu act", " %zu acts", m->acts), m->acts);
    if (m->reported_by)
        printf(_(", reported by %u"), m->reported_by);
    if (m->here_only)
        printf(_(", here only"));
    if (m->reason) {
        printf(": ");
        cli_put(stdout, m->reason);
    }
    (void)putchar('\n');
}

static int show(const struct bloc *b)
{
    const struct trust_list *l = &b->list;
    size_t in_force = 0;

    for (size_t i = 0; i < l->n_entries; i++)
        in_force += l->entry[i].standing == ENTRY_IN_FORCE;
    printf(_("version %llu, digest %02x%02x%02x%02x%02x%02x%02x%02x; %zu of %zu entries in force; a "
             "certificate counts "
             "when %u vouch, a key no longer when %u report it\n\n"),
           (unsigned long long)l->version, l->digest[0], l->digest[1], l->digest[2], l->digest[3],
           l->digest[4], l->digest[5], l->digest[6], l->digest[7], in_force, l->n_entries,
           l->rules.confirmations, l->rules.reports);
    for (size_t i = 0; i < l->n_members; i++)
        put_member(&l->member[i]);
    if (l->n_entries)
        (void)putchar('\n');
    for (size_t i = 0; i < l->n_entries; i++)
        bloc_put_entry(&l->entry[i]);
    return CLI_POSITIVE;
}

static int show_json(const struct bloc *b)
{
    const struct trust_list *l = &b->list;
    struct json_writer j;
    struct buffer out;

    buf_init(&out, (size_t)256 << 20);
    j = json_to(&out);
    jw_object(&j, NULL);
    jw_str(&j, "agreement", agreement_title(b->i.agreement));
    jw_int(&j, "confirmations", l->rules.confirmations);
    jw_int(&j, "reports", l->rules.reports);
    jw_int(&j, "version", (int64_t)l->version);
    jw_hex(&j, "digest", span_of(l->digest, sizeof l->digest));
    jw_str(&j, "rollback", b->acts.rollback.reason ? b->acts.rollback.detail : NULL);
    jw_array(&j, "members");
    for (size_t i = 0; i < l->n_members; i++)
        trust_member_json(&j, &l->member[i]);
    jw_array_end(&j);
    jw_array(&j, "entries");
    for (size_t i = 0; i < l->n_entries; i++)
        trust_entry_json(&j, &l->entry[i]);
    jw_array_end(&j);
    jw_object_end(&j);
    puts(buf_cstr(&out));
    buf_free(&out);
    return CLI_POSITIVE;
}

int trust_bloc_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "json", no_argument, NULL, 'j' },
                                             { 0 } };
    static struct bloc b;
    const char *node = NULL;
    bool json = false;
    int c, code;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'j')
            json = true;
        else
            return cli_bad_option("trust");
    }
    if (optind < argc)
        return cli_usage("trust", "bloc takes no file: \"%s\" belongs to no option", argv[optind]);
    if (!bloc_begin(node, false, &b))
        return CLI_USAGE;
    code = json ? show_json(&b) : show(&b);
    if (b.acts.rollback.reason)
        code = CLI_NEGATIVE;
    bloc_end(&b);
    return code;
}
