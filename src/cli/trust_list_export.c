/* serai trust export, verify, check-fork: the list for others, and what others hand over. */
#include <getopt.h>
#include <stdlib.h>

#include "cli/trust_bloc.h"
#include "seal/issue_list.h"
#include "trust/list_export.h"

enum { EXPORT_BYTES = 256 * 1024 * 1024 };

/* As every node sees it, so that all export the same bytes. */
static bool export_json(struct bloc *b, struct buffer *out, struct why *w)
{
    struct span party[BLOC_PARTIES];
    struct trust_input in;
    struct trust_list l;

    if (!bloc_input(b->i.agreement, b->i.config.member, BLOC_FOR_ALL, &b->acts, party, &in, w) ||
        !trust_list_make(&in, &b->a, &l, w))
        return false;
    trust_export_json(&in, &l, &b->a, out);
    return true;
}

/* Certificates in force for a purpose, of the list as this node sees it: it signs with its own name. */
static size_t in_force(const struct bloc *b, const char *purpose, struct span *der, unix_time *latest)
{
    size_t n = 0;

    for (size_t i = 0; i < b->list.n_entries; i++) {
        const struct trust_entry *e = &b->list.entry[i];

        if (e->standing == ENTRY_IN_FORCE && e->fits && strcmp(e->purpose, purpose) == 0)
            der[n++] = e->der;
    }
    for (size_t i = 0; i < b->list.n_members; i++)
        if (b->list.member[i].latest > *latest)
            *latest = b->list.member[i].latest;
    return n;
}

static bool export_master_list(struct bloc *b, const char *purpose, struct buffer *out, struct why *w)
{
    const struct node_config *c = &b->i.config;
    struct span *der = arena_array(&b->a, b->list.n_entries + 1, sizeof *der), pem;
    struct list_order o = { .certificate = der };
    struct private_key *key = NULL;
    bool ok;

    if (!c->list_signer_key)
        return why_set(w, "config", WHY_NO_OFFSET, NULL,
                       "this node signs no master lists: its node.conf names no list-signer-key and "
                       "list-signer-certificate");
    if (!der)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    o.n = in_force(b, purpose, der, &o.signing_time);
    ok = cli_read(c->list_signer_key, &b->a, &pem, w) && private_key_load(pem, &key, w) &&
         cli_read(c->list_signer_certificate, &b->a, &o.signer, w) &&
         (!c->country_certificate || cli_read(c->country_certificate, &b->a, &o.country, w)) &&
         master_list_issue(&o, key, out, w);
    private_key_free(key);
    return ok;
}

int trust_export_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "format", required_argument, NULL, 'f' },
        { "for", required_argument, NULL, 'p' },
        { "out", required_argument, NULL, 'o' },
        { 0 },
    };
    static struct bloc b;
    const char *node = NULL, *out = "-", *format = "json", *purpose = PURPOSE_TRAVEL;
    struct buffer bytes;
    struct why w = { 0 };
    int c, code = CLI_USAGE;
    bool json, vical, ok, said = false;
    size_t left_out = 0;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'f')
            format = optarg;
        else if (c == 'p')
            purpose = optarg, said = true;
        else if (c == 'o')
            out = optarg;
        else
            return cli_bad_option("trust");
    }
    json = strcmp(format, "json") == 0;
    vical = strcmp(format, "vical") == 0;
    if (trust_is_save_format(format) && node && optind == argc)
        return trust_save(node, format, out);
    if (!json && !vical && strcmp(format, "master-list") != 0)
        return cli_usage("trust", "--format is json, master-list, vical, der, pem or folder");
    if (vical && !said)
        purpose = PURPOSE_LICENCES;
    if (vical && strcmp(purpose, PURPOSE_LICENCES) != 0)
        return cli_usage("trust", "a VICAL lists authorities for driving licences");
    if (!act_purpose_known(span_str(purpose)))
        return cli_usage("trust", "%s", gettext(trust_purpose_help));
    if (optind < argc)
        return cli_usage("trust", "export takes no file: --out names where to write");
    if (!bloc_begin(node, false, &b))
        return CLI_USAGE;
    if (b.acts.rollback.reason) {
        bloc_end(&b);
        return CLI_NEGATIVE;
    }
    buf_init(&bytes, EXPORT_BYTES);
    ok = json    ? export_json(&b, &bytes, &w)
         : vical ? bloc_put_vical(&b, &bytes, &left_out, &w)
                 : export_master_list(&b, purpose, &bytes, &w);
    if (ok && !buf_ok(&bytes))
        ok = why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "the list is longer than a file may be");
    if (ok && cli_write(out, buf_span(&bytes), 0644, &w))
        code = left_out ? CLI_NEGATIVE : CLI_POSITIVE;
    else
        cli_why("trust", out, &w);
    buf_free(&bytes);
    bloc_end(&b);
    return code;
}

/* What verifying needs, from files alone: the members' keys and the agreement. */
struct verifier {
    struct arena a;
    struct agreement *agreement;
    struct acts_folder acts; /* keys, and the acts and certificates of the file */
    struct findings f;
};

static bool verifier_open(struct verifier *v, const char *agreement, const char *members)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct why w = { 0 };
    struct span text;
    bool ok;

    if (!faults)
        abort();
    *v = (struct verifier){ .acts = { .lock = -1, .arena = &v->a } };
    arena_init(&v->a, (size_t)512 << 20);
    findings_init(&v->f);
    ok = cli_read(agreement, &v->a, &text, &w);
    v->agreement = ok ? agreement_parse(text, faults) : NULL;
    if (ok && !v->agreement)
        ok = why_set(&w, "agreement", WHY_NO_OFFSET, NULL,
                     "the agreement has faults: serai agreement check %s", agreement);
    if (!ok) {
        cli_why("trust", agreement, &w);
    } else if (!cli_read(members, &v->a, &text, &w) || !trust_keys_parse(text, &v->a, &v->acts.keys, &w)) {
        ok = false;
        cli_why("trust", members, &w);
    }
    free(faults);
    return ok;
}

static void verifier_close(struct verifier *v)
{
    agreement_free(v->agreement);
    arena_free(&v->a);
}

/* What does not verify. strangers: signed by keys that are not known here. */
struct refused {
    struct verifier *v;
    size_t strangers, bad;
};

static void refuse(void *ctx, size_t i, const struct why *w)
{
    struct refused *r = ctx;

    if (w->reason && strcmp(w->reason, "no-key") == 0) {
        if (++r->strangers == 1)
            finding_add(&r->v->f, FINDING_WARNING, "no-key", w->offset, w->clause, "%s", w->detail);
        return;
    }
    r->bad++;
    finding_add(&r->v->f, FINDING_WARNING, w->reason ? w->reason : "act", w->offset, w->clause, "act %zu: %s",
                i + 1, w->detail);
}

/* Acts of an exported list that verify. */
static struct trust_act *verify_notes(struct verifier *v, const struct trust_export *x, size_t *n,
                                      struct refused *r)
{
    struct trust_act *act = arena_array(&v->a, x->n_notes + 1, sizeof *act);

    *r = (struct refused){ .v = v };
    *n = act ? trust_acts_verify(x->note, x->n_notes, &v->acts.keys, span_str(agreement_title(v->agreement)),
                                 &v->a, act, refuse, r)
             : 0;
    return act;
}

static bool read_export(struct verifier *v, const char *path, struct trust_export *x)
{
    struct why w = { 0 };
    struct span file;

    if (cli_read(path, &v->a, &file, &w) && trust_export_read(file, &v->a, x, &w))
        return true;
    cli_why("trust", path, &w);
    return false;
}

static void put_result(const char *path, const struct trust_list *l, int code, size_t differences)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n_entries; i++)
        n += l->entry[i].standing == ENTRY_IN_FORCE;
    cli_put(stdout, path);
    printf(_(": %s%s%s: version %llu, digest "),
           cli_style(stdout, code == CLI_POSITIVE ? STYLE_GOOD : STYLE_BAD),
           code == CLI_POSITIVE   ? _("holds")
           : code == CLI_NEGATIVE ? _("does not hold")
                                  : _("not all can be checked"),
           cli_style(stdout, STYLE_PLAIN), (unsigned long long)l->version);
    for (size_t i = 0; i < sizeof l->digest; i++)
        printf("%02x", l->digest[i]);
    printf(_("\n%zu of %zu entries in force"), n, l->n_entries);
    printf(ngettext(", %zu difference to what the file says\n", ", %zu differences to what the file says\n",
                    differences),
           differences);
    for (size_t i = 0; i < l->n_entries; i++)
        bloc_put_entry(&l->entry[i]);
}

static int verify(struct verifier *v, const char *path, const char *seen)
{
    size_t n, n_old, differences;
    struct refused r, r_old;
    struct span party[BLOC_PARTIES];
    struct trust_export x, old;
    struct trust_input in;
    struct trust_list l;
    struct trust_act *old_act;
    struct why w = { 0 };
    int code = CLI_POSITIVE;

    if (!read_export(v, path, &x) || (seen && !read_export(v, seen, &old)))
        return CLI_USAGE;
    v->acts.act = verify_notes(v, &x, &n, &r);
    v->acts.n_acts = n;
    v->acts.certificate = arena_array(&v->a, x.n_certificates + 1, sizeof *v->acts.certificate);
    if (v->acts.certificate)
        memcpy(v->acts.certificate, x.certificate, x.n_certificates * sizeof *x.certificate);
    v->acts.n_certificates = x.n_certificates;
    if (!v->acts.act || !v->acts.certificate ||
        !bloc_input(v->agreement, "", BLOC_FOR_ALL, &v->acts, party, &in, &w) ||
        !trust_list_make(&in, &v->a, &l, &w)) {
        cli_why("trust", path, &w);
        return CLI_USAGE;
    }
    differences = trust_export_compare(&x, &in, &l, &v->a, &v->f);
    if (r.bad || (differences && !r.strangers))
        code = CLI_NEGATIVE;
    else if (r.strangers)
        code = CLI_UNDETERMINED;
    if (seen) {
        old_act = verify_notes(v, &old, &n_old, &r_old);
        if (!old_act || !trust_follows(old_act, n_old, v->acts.act, n, &v->acts.keys, &w)) {
            cli_why("trust", _("goes back"), &w);
            code = CLI_NEGATIVE;
        }
    }
    put_result(path, &l, code, differences);
    bloc_say_findings(&v->f);
    return code;
}

int trust_verify_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "members", required_argument, NULL, 'm' },
        { "agreement", required_argument, NULL, 'a' },
        { "seen", required_argument, NULL, 's' },
        { 0 },
    };
    static struct verifier v;
    const char *members = NULL, *agreement = NULL, *seen = NULL;
    int c, code = CLI_USAGE;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'm')
            members = optarg;
        else if (c == 'a')
            agreement = optarg;
        else if (c == 's')
            seen = optarg;
        else
            return cli_bad_option("trust");
    }
    if (!members || !agreement || optind + 1 != argc)
        return cli_usage("trust", "name one exported list, --members KEYS and --agreement FILE");
    if (verifier_open(&v, agreement, members))
        code = verify(&v, argv[optind], seen);
    verifier_close(&v);
    return code;
}

static void say_refused(void *ctx, size_t i, const struct why *w)
{
    (void)i;
    cli_why("trust", *(const char **)ctx, w);
}

/* Any two acts of the file that contradict each other. */
static int check_fork(struct verifier *v, const char *path)
{
    const char *how = NULL, *refused = path;
    struct trust_bundle b;
    struct trust_act *act;
    struct why w = { 0 };
    struct span file;
    size_t n = 0;

    if (!cli_read(path, &v->a, &file, &w) || !trust_bundle_parse(file, &v->a, &b, &w) ||
        !(act = arena_array(&v->a, b.n_notes + 1, sizeof *act))) {
        cli_why("trust", path, &w);
        return CLI_USAGE;
    }
    n = trust_acts_verify(b.note, b.n_notes, &v->acts.keys, span_str(agreement_title(v->agreement)), &v->a,
                          act, say_refused, &refused);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && n < 4096; k++)
            if (trust_fork_check(&act[i], &act[k], &how)) {
                const struct trust_key *key = &v->acts.keys.key[act[i].key];

                printf(_("two histories of %.*s, key %.*s: %s (acts %llu and %llu)\n"), (int)key->state.n,
                       (const char *)key->state.p, (int)key->name.n, (const char *)key->name.p, how,
                       (unsigned long long)act[i].number, (unsigned long long)act[k].number);
                return CLI_POSITIVE;
            }
    printf(_("no two acts of this file contradict each other\n"));
    return n == b.n_notes ? CLI_NEGATIVE : CLI_UNDETERMINED;
}

int trust_check_fork_command(int argc, char **argv)
{
    static const struct option options[] = { { "members", required_argument, NULL, 'm' },
                                             { "agreement", required_argument, NULL, 'a' },
                                             { 0 } };
    static struct verifier v;
    const char *members = NULL, *agreement = NULL;
    int c, code = CLI_USAGE;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'm')
            members = optarg;
        else if (c == 'a')
            agreement = optarg;
        else
            return cli_bad_option("trust");
    }
    if (!members || !agreement || optind + 1 != argc)
        return cli_usage("trust", "name one file of acts, --members KEYS and --agreement FILE");
    if (verifier_open(&v, agreement, members))
        code = check_fork(&v, argv[optind]);
    verifier_close(&v);
    return code;
}
