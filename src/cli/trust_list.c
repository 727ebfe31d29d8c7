/* serai trust list: what is believed, what waits and for whom. */
#include <getopt.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/trust.h"
#include "seal/crl.h"
#include "seal/name.h"
#include "trust/load.h"
#include "trust/report.h"
#include "wire/json_write.h"

struct filter {
    const char *state, *use;
    unsigned purpose; /* 0: any */
    int64_t days;     /* expires within; -1: whenever */
    bool waiting, json, report;
    unix_time now;
};

static bool passes(const struct anchor *x, const struct filter *f)
{
    char state[STATE_TEXT];

    trust_state_of(&x->cert, state);
    return (!f->state || strcmp(state, f->state) == 0) &&
           (!f->use || strcmp(f->use, anchor_use_word(x->use)) == 0) &&
           (!f->purpose || (x->purposes & f->purpose)) &&
           (f->days < 0 || (x->cert.not_after >= f->now && x->cert.not_after - f->now <= f->days * 86400));
}

/* At most that wide; 0: as it is. */
static void put_text(struct span s, int width)
{
    struct buffer b;

    buf_init(&b, 8192);
    text_put_plain(&b, width ? span_sub(s, 0, (size_t)width) : s);
    printf("%-*s", width, buf_cstr(&b));
    buf_free(&b);
}

/* What the list of an origin is, and the types of documents it names. */
static void put_list(const struct anchor_origin *o)
{
    char at[DATE_TEXT];
    const char *rest = o->types;
    struct span type;

    if (o->list) {
        (void)fputs(" [", stdout);
        cli_put(stdout, o->list->provider);
        if (o->list->has_issue)
            printf(_(", issue %llu"), (unsigned long long)o->list->issue);
        printf(_(" of %s]"), date_format(date_of_time(o->list->date), at));
    }
    for (const char *before = _(" for "); anchor_type_next(&rest, &type); before = ", ") {
        (void)fputs(before, stdout);
        put_text(type, 0);
    }
}

static void put_line(const struct anchor *x)
{
    char from[DATE_TEXT], to[DATE_TEXT], key[24], purposes[PURPOSES_TEXT];

    put_text(x->cert.country, 3);
    printf(_(" %-9s %-12s %s to %s  %-16s "), anchor_use_word(x->use), anchor_why_word(x),
           date_format(date_of_time(x->cert.not_before), from),
           date_format(date_of_time(x->cert.not_after), to), anchor_key_word(x, key));
    put_text(x->cert.common_name, 30);
    printf(_(" for %s; "), x->purposes ? purposes_text(x->purposes, purposes) : _("what its issuer is"));
    for (const struct anchor_origin *o = x->origin; o; o = o->next) {
        cli_put(stdout, o->source);
        if (o->member)
            printf(" (%s)", o->member);
        put_list(o);
        if (o->next)
            (void)fputs(", ", stdout);
    }
    (void)putchar('\n');
}

static void put_object(const struct anchor *x, unix_time now)
{
    char from[DATE_TEXT], to[DATE_TEXT], key[24], at[TIME_TEXT];
    struct buffer b;
    struct json_writer w = json_to(&b);

    buf_init(&b, 1 << 20);
    jw_object(&w, NULL);
    jw_hex(&w, "sha256", span_of(x->sha256, 32));
    jw_text(&w, "country", x->cert.country);
    jw_str(&w, "use", anchor_use_word(x->use));
    jw_str(&w, "why", anchor_why_word(x));
    anchor_purposes_put(&w, "purposes", x->purposes);
    anchor_types_put(&w, "types", x);
    jw_text(&w, "common_name", x->cert.common_name);
    jw_hex(&w, "serial", x->cert.serial);
    jw_hex(&w, "key_id", x->cert.ski);
    jw_str(&w, "not_before", date_format(date_of_time(x->cert.not_before), from));
    jw_str(&w, "not_after", date_format(date_of_time(x->cert.not_after), to));
    jw_str(&w, "key", anchor_key_word(x, key));
    jw_bool(&w, "key_supported", x->key != NULL);
    jw_str(&w, "source", x->origin->source);
    jw_array(&w, "origins");
    for (const struct anchor_origin *o = x->origin; o; o = o->next) {
        jw_object(&w, NULL);
        jw_str(&w, "source", o->source);
        jw_str(&w, "member", o->member);
        jw_str(&w, "at", o->at ? time_format(o->at, at) : NULL);
        anchor_purposes_put(&w, "purposes", o->purposes);
        anchor_list_put(&w, "list", o->list, now);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    puts(buf_cstr(&b));
    buf_free(&b);
}

static void put_anchors(const struct anchor_set *s, const struct filter *f)
{
    const struct anchor *x;

    for (size_t k = 0; (x = anchor_at(s, k)) != NULL; k++) {
        if (!passes(x, f))
            continue;
        if (f->json)
            put_object(x, f->now);
        else
            put_line(x);
    }
}

/* A thing that waits, and whose key it waits for. */
static void put_waiting(const struct trust_log *log, const struct trust_object *o, bool json)
{
    struct span der = trust_log_der(log, o), issuer = { 0 }, key = { 0 };
    const char *kind = o->kind == TRUST_CRL     ? N_("revocation list")
                       : o->kind == TRUST_LIST  ? N_("master list")
                       : o->kind == TRUST_VICAL ? N_("list of licence authorities")
                                                : N_("certificate");
    struct certificate c = { 0 };
    struct crl crl;
    struct buffer b;
    struct json_writer w = json_to(&b);
    char at[TIME_TEXT];

    if (o->kind == TRUST_CERTIFICATE && certificate_parse(der, &c, NULL, NULL)) {
        issuer = c.issuer;
        key = c.aki;
    } else if (o->kind == TRUST_CRL && crl_parse(der, &crl, NULL, NULL)) {
        issuer = crl.issuer;
        key = crl.aki;
    }
    buf_init(&b, 1 << 16);
    if (json) {
        struct buffer name;

        buf_init(&name, 8192);
        name_put(&name, issuer);
        jw_object(&w, NULL);
        jw_bool(&w, "waiting", true);
        jw_str(&w, "kind", kind);
        jw_hex(&w, "sha256", span_of(o->sha256, 32));
        jw_text(&w, "issuer", buf_span(&name));
        jw_hex(&w, "issuer_key_id", key);
        jw_str(&w, "source", o->from->source->file);
        jw_str(&w, "at", time_format(o->from->source->at, at));
        jw_object_end(&w);
        buf_free(&name);
    } else {
        buf_printf(&b, _("waits: %s "), gettext(kind));
        if (c.subject.n)
            name_put(&b, c.subject);
        buf_str(&b, _(" for "));
        if (issuer.n)
            name_put(&b, issuer);
        else
            buf_str(&b, o->kind == TRUST_VICAL ? _("the root of its provider")
                                               : _("the country signer of its signer"));
        if (key.n) {
            buf_str(&b, _(", key "));
            hex_put(&b, key);
        }
        buf_printf(&b, _("; from %s, %s"), o->from->source->file, time_format(o->from->source->at, at));
    }
    if (json)
        puts(buf_cstr(&b));
    else
        cli_put(stdout, buf_cstr(&b)), (void)putchar('\n');
    buf_free(&b);
}

static void put_log(const struct instance *i, const struct filter *f)
{
    struct trust_log *log = trust_open_log(i);
    const struct trust_object *o;
    size_t n = 0;

    for (size_t k = 0; log && (o = trust_log_at(log, k)) != NULL; k++) {
        if (!trust_waits(log, o, i->anchors))
            continue;
        n++;
        if (f->waiting)
            put_waiting(log, o, f->json);
    }
    if (n && !f->waiting && !f->json)
        printf(ngettext("%zu more waits for its issuer: serai trust list --waiting\n",
                        "%zu more wait for their issuer: serai trust list --waiting\n", n),
               n);
    trust_log_close(log);
}

/* What waits, or nothing when there is no log. */
static const struct trust_waiting *find_waiting(const struct instance *i, struct arena *a)
{
    struct trust_waiting *waiting = arena_alloc(a, sizeof *waiting);
    struct trust_log *log = trust_open_log(i);
    bool ok = log && waiting && trust_waiting_find(log, i->anchors, a, waiting, NULL);

    trust_log_close(log);
    return ok ? waiting : NULL;
}

static void put_report(const struct instance *i, const struct filter *f)
{
    struct span party[BLOC_PARTIES];
    struct trust_report r = { .member = i->config.member,
                              .at = f->now,
                              .set = i->anchors,
                              .list = i->beliefs->list,
                              .party = party,
                              .state = f->state };
    struct arena a;
    struct buffer b;

    arena_init(&a, 16 << 20);
    r.waiting = find_waiting(i, &a);
    r.parties = agreement_parties(i->agreement, party, BLOC_PARTIES);
    buf_init(&b, 256 << 20);
    trust_report_put(&r, &b);
    puts(buf_cstr(&b));
    buf_free(&b);
    arena_free(&a);
}

/* Lists of licence authorities that a newer one was due for. */
static void put_old_lists(const struct anchor_set *s, const struct filter *f)
{
    const struct anchor_list *l;
    char at[DATE_TEXT];

    for (size_t i = 0; !f->json && (l = anchor_list_at(s, i)) != NULL; i++) {
        const char *state = anchor_list_word(l, f->now);

        if (strcmp(state, "current") == 0)
            continue;
        (void)fputs(_("old: the list of licence authorities of "), stdout);
        cli_put(stdout, l->provider);
        printf(_(" of %s is %s: get a newer one and import it\n"), date_format(date_of_time(l->date), at),
               strcmp(state, "over") == 0 ? _("past its last day (VICAL_EXPIRED) and no longer believed")
                                          : _("stale (VICAL_STALE)"));
    }
}

static int list_path(const char *path, const struct filter *f)
{
    struct anchor_set *s = anchor_set_new();
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (trust_load(s, path, NULL, NULL, NULL, &w)) {
        put_anchors(s, f);
        put_old_lists(s, f);
        code = CLI_POSITIVE;
    } else {
        cli_why("trust", path, &w);
    }
    anchor_set_free(s);
    return code;
}

static int list_node(const char *folder, const struct filter *f)
{
    static struct instance i;

    if (!trust_open_node(folder, &i))
        return CLI_USAGE;
    if (f->report)
        put_report(&i, f);
    else if (!f->waiting)
        put_anchors(i.anchors, f);
    if (!f->report && !f->waiting && (!f->purpose || f->purpose & FOR_LICENCES))
        put_old_lists(i.anchors, f);
    if (!f->report && !f->state && !f->use && !f->purpose && f->days < 0)
        put_log(&i, f);
    instance_close(&i);
    return CLI_POSITIVE;
}

int trust_list_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },     { "anchors", required_argument, NULL, 'a' },
        { "json", no_argument, NULL, 'j' },           { "state", required_argument, NULL, 's' },
        { "use", required_argument, NULL, 'u' },      { "for", required_argument, NULL, 'f' },
        { "expiring", required_argument, NULL, 'e' }, { "waiting", no_argument, NULL, 'w' },
        { "report", no_argument, NULL, 'r' },         { 0 },
    };
    struct filter f = { .days = -1, .now = cli_now() };
    const char *node = NULL, *anchors = NULL;
    char *end;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'n':
            node = optarg;
            break;
        case 'a':
            anchors = optarg;
            break;
        case 'j':
            f.json = true;
            break;
        case 's':
            f.state = optarg;
            break;
        case 'u':
            f.use = optarg;
            break;
        case 'f':
            f.purpose = purposes_of(span_str(optarg));
            if (!f.purpose)
                return cli_usage("trust", "%s", gettext(trust_purpose_help));
            break;
        case 'e':
            f.days = strtol(optarg, &end, 10);
            if (*end || end == optarg || f.days < 0)
                return cli_usage("trust", "--expiring wants a number of days");
            break;
        case 'w':
            f.waiting = true;
            break;
        case 'r':
            f.report = true;
            break;
        default:
            return cli_bad_option("trust");
        }
    }
    if (optind < argc)
        return cli_usage("trust", "list takes no file: \"%s\" belongs to no option", argv[optind]);
    if (f.use && strcmp(f.use, "issuer") != 0 && strcmp(f.use, "signer") != 0 &&
        strcmp(f.use, "candidate") != 0)
        return cli_usage("trust", "--use is issuer, signer or candidate");
    if (anchors && node)
        return cli_usage("trust", "either --node or --anchors");
    if (anchors && (f.waiting || f.report))
        return cli_usage("trust", "--waiting and --report want --node");
    if (anchors)
        return list_path(anchors, &f);
    return node ? list_node(node, &f) : cli_usage("trust", "--node names the node's folder");
}
