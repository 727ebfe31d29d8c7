/* serai licence register: what this member answers about its own licences. */
#include <getopt.h>

#include "base/text.h"
#include "cli/licence.h"
#include "cli/licence_row.h"
#include "wire/json.h"
#include "wire/json_write.h"

static const char command[] = "licence register";

struct options {
    const char *node, *action, *file;
    struct licence_row row;
    bool json;
    unix_time at;
};

struct work {
    struct options o;
    struct arena a;
    struct node_config config;
    struct store *store;
    struct why w;
};

static struct span issuer_of(const struct work *k)
{
    return span_str(k->config.member);
}

static int trouble(const struct work *k, const char *what)
{
    cli_why(command, what, &k->w);
    return CLI_USAGE;
}

/* ---- show ---- */

static void json_day(struct json_writer *j, const char *key, struct date d)
{
    char text[DATE_TEXT];

    jw_str(j, key, date_is_set(d) ? date_format(d, text) : NULL);
}

static void json_entry(struct json_writer *j, const struct licence_entry *e)
{
    char time[TIME_TEXT];

    jw_object(j, NULL);
    jw_str(j, "recorded", time_format(e->at, time));
    jw_str(j, "status", licence_standing_word(e->standing));
    jw_text(j, "reason", e->reason);
    json_day(j, "since", e->since);
    json_day(j, "until", e->until);
    jw_text(j, "authority", e->authority);
    jw_bool(j, "birth_known", e->has_guard);
    jw_array(j, "categories");
    for (size_t i = 0; i < e->n; i++) {
        jw_object(j, NULL);
        jw_text(j, "category", e->category[i].category);
        json_day(j, "from", e->category[i].from);
        json_day(j, "to", e->category[i].to);
        jw_text(j, "codes", e->category[i].codes);
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_object_end(j);
}

static void text_entry(struct buffer *b, const struct licence_entry *e)
{
    char time[TIME_TEXT], day[DATE_TEXT];

    buf_printf(b, "%s  %s", time_format(e->at, time), licence_standing_word(e->standing));
    if (date_is_set(e->since))
        buf_printf(b, _("  since %s"), date_format(e->since, day));
    if (date_is_set(e->until))
        buf_printf(b, _("  until %s"), date_format(e->until, day));
    if (e->reason.n) {
        buf_str(b, "  ");
        text_put_plain(b, e->reason);
    }
    for (size_t i = 0; i < e->n; i++) {
        buf_str(b, i ? " " : _("  categories "));
        text_put_plain(b, e->category[i].category);
    }
    buf_u8(b, '\n');
}

static int show(struct work *k)
{
    uint8_t digest[LICENCE_DIGEST];
    const struct licence_entry *e = NULL;
    struct json_writer j;
    struct buffer b;
    size_t n = 0;

    if (!licence_row_digest(issuer_of(k), k->o.row.number, k->o.row.digest, &k->a, digest, &k->w) ||
        !licence_register_history(k->store, issuer_of(k), digest, &k->a, &e, &n, &k->w))
        return trouble(k, "show");
    if (n == 0) {
        (void)fprintf(stderr, _("serai %s: there is no such licence in the register\n"), command);
        return CLI_NEGATIVE;
    }
    buf_init(&b, 16 << 20);
    j = json_to(&b);
    if (k->o.json) {
        jw_object(&j, NULL);
        jw_hex(&j, "digest", span_of(digest, sizeof digest));
        jw_array(&j, "entries");
        for (size_t i = 0; i < n; i++)
            json_entry(&j, &e[i]);
        jw_array_end(&j);
        jw_object_end(&j);
        buf_u8(&b, '\n');
    } else {
        for (size_t i = 0; i < n; i++)
            text_entry(&b, &e[i]);
    }
    (void)fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    return CLI_POSITIVE;
}

/* ---- import ---- */

static bool put_row(struct work *k, const struct licence_row *r, size_t line)
{
    struct why y = { 0 };

    if (licence_row_put(k->store, issuer_of(k), r, ROW_EITHER, k->o.at, &k->a, &y))
        return true;
    (void)why_set(&k->w, y.reason, WHY_NO_OFFSET, NULL, "entry %zu: %s", line, y.detail);
    return false;
}

/* Values have no commas and no quotes; the first line names the columns. */
static bool import_csv(struct work *k, struct span text, size_t *n)
{
    struct span line, head, name, value;

    if (!text_split(&text, '\n', &head))
        return why_set(&k->w, "request", 0, NULL, "the file is empty");
    for (size_t i = 1; text_split(&text, '\n', &line); i++) {
        struct licence_row r = { 0 };
        struct span names = text_trim(head), rest = text_trim(line);

        if (!rest.n)
            continue;
        while (text_split(&names, ',', &name)) {
            struct span *at = licence_row_member(&r, text_trim(name));

            if (!at)
                return why_set(&k->w, "request", 0, NULL, "a column of the first line is not known");
            value = (struct span){ NULL, 0 };
            (void)text_split(&rest, ',', &value);
            *at = text_trim(value);
        }
        if (rest.n)
            return why_set(&k->w, "request", WHY_NO_OFFSET, NULL, "entry %zu has more values than columns",
                           i);
        if (!put_row(k, &r, i))
            return false;
        ++*n;
    }
    return true;
}

static bool row_of_json(struct work *k, const struct json *j, json_ref item, struct licence_row *r)
{
    for (json_ref m = json_first(j, item); m != JSON_NONE; m = json_after(j, item, m)) {
        struct span name, *at;

        at = json_text_of(j, m, &k->a, &name) ? licence_row_member(r, name) : NULL;
        if (!at || !json_text_of(j, json_value_of(j, m), &k->a, at))
            return why_set(&k->w, "request", json_offset(j, m), NULL,
                           "a member is not known, or its value is no text");
    }
    return true;
}

static bool import_json(struct work *k, struct span text, size_t *n)
{
    struct json j;

    if (!json_parse(text, &k->a, &j, &k->w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_ARRAY))
        return why_set(&k->w, "request", 0, NULL, "an array of licences is expected");
    for (json_ref i = json_first(&j, JSON_ROOT); i != JSON_NONE; i = json_after(&j, JSON_ROOT, i)) {
        struct licence_row r = { 0 };

        if (!row_of_json(k, &j, i, &r) || !put_row(k, &r, *n + 1))
            return false;
        ++*n;
    }
    return true;
}

static int import(struct work *k)
{
    struct span text, start;
    size_t n = 0;
    bool ok;

    if (!cli_read(k->o.file, &k->a, &text, &k->w))
        return trouble(k, k->o.file);
    start = text_trim(text);
    ok = start.n && start.p[0] == '[' ? import_json(k, text, &n) : import_csv(k, text, &n);
    printf(_("%zu entries recorded\n"), n);
    return ok ? CLI_POSITIVE : trouble(k, k->o.file);
}

/* ---- the command ---- */

static int put_one(struct work *k, enum row_as as)
{
    if (!licence_row_put(k->store, issuer_of(k), &k->o.row, as, k->o.at, &k->a, &k->w))
        return trouble(k, k->o.action);
    printf(_("recorded: %.*s\n"), (int)k->o.row.status.n, (const char *)k->o.row.status.p);
    return CLI_POSITIVE;
}

static int run(struct work *k)
{
    bool reads = strcmp(k->o.action, "show") == 0;
    int rc;

    arena_init(&k->a, 512 << 20);
    if (!cli_open_store(k->o.node, reads, &k->a, &k->config, &k->store, &k->w))
        rc = trouble(k, k->o.node);
    else if (reads)
        rc = show(k);
    else if (strcmp(k->o.action, "import") == 0)
        rc = import(k);
    else
        rc = put_one(k, strcmp(k->o.action, "add") == 0 ? ROW_NEW : ROW_KNOWN);
    store_close(k->store);
    arena_free(&k->a);
    return rc;
}

static int take_option(struct options *o, int c, const char *name)
{
    struct span *at;

    if (c == 'n') {
        o->node = optarg;
    } else if (c == 'j') {
        o->json = true;
    } else if (c == 't') {
        if (!cli_time(optarg, &o->at))
            return cli_usage(command, "--at wants a time as 2027-01-31T12:00:00Z");
    } else {
        at = c == 'm' ? licence_row_member(&o->row, span_str(name)) : NULL;
        if (!at)
            return cli_bad_option(command);
        *at = span_str(optarg);
    }
    return CLI_POSITIVE;
}

static bool is_action(const char *s)
{
    return strcmp(s, "add") == 0 || strcmp(s, "set") == 0 || strcmp(s, "show") == 0 ||
           strcmp(s, "import") == 0;
}

int licence_register_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "at", required_argument, NULL, 't' },
        { "json", no_argument, NULL, 'j' },
        { "number", required_argument, NULL, 'm' },
        { "digest", required_argument, NULL, 'm' },
        { "status", required_argument, NULL, 'm' },
        { "reason", required_argument, NULL, 'm' },
        { "since", required_argument, NULL, 'm' },
        { "until", required_argument, NULL, 'm' },
        { "authority", required_argument, NULL, 'm' },
        { "birth", required_argument, NULL, 'm' },
        { "categories", required_argument, NULL, 'm' },
        { 0 },
    };
    static struct work k;
    int c, at = 0, rc = CLI_POSITIVE;

    k.o = (struct options){ .at = cli_now() };
    while (rc == CLI_POSITIVE && (c = getopt_long(argc, argv, "j", options, &at)) != -1)
        rc = take_option(&k.o, c, options[at].name);
    if (rc != CLI_POSITIVE)
        return rc;
    if (!k.o.node || optind == argc || !is_action(argv[optind]))
        return cli_usage(command, "say --node FOLDER and one of add, set, show, import");
    k.o.action = argv[optind++];
    if (strcmp(k.o.action, "import") == 0 && optind < argc)
        k.o.file = argv[optind++];
    if (optind != argc || (strcmp(k.o.action, "import") == 0 && !k.o.file))
        return cli_usage(command, "import wants one FILE, the others none");
    return run(&k);
}
