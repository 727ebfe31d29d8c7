/* serai licence status-list: a status token out of a file of positions or identifiers. */
#include <getopt.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/licence.h"
#include "cli/status_file.h"
#include "seal/status_issue.h"

enum { DAY = 86400, DEFAULT_DAYS = 7 };

struct work {
    struct arena a;
    struct status_order o;
    struct status_file file;
    struct private_key *key;
    struct span signer; /* certificate */
    const char *key_path, *signer_path, *update, *out;
    uint64_t days, size, bits;
};

static bool number(const char *text, uint64_t most, uint64_t *out)
{
    struct span s = span_str(text);

    return status_file_number(s, out) && *out <= most;
}

static bool as_der(struct span file, struct arena *a, struct span *out)
{
    struct buffer b;
    struct span text = file, line;
    bool inside = false;

    if (!span_starts(text_trim(file), SPAN("-----BEGIN"))) {
        *out = file;
        return file.n > 0;
    }
    buf_init(&b, file.n + 4);
    while (text_split(&text, '\n', &line)) {
        if (span_starts(line, SPAN("-----END")))
            break;
        if (inside)
            buf_put(&b, text_trim(line));
        inside |= span_starts(line, SPAN("-----BEGIN CERTIFICATE"));
    }
    inside = status_file_base64(buf_span(&b), a, out);
    buf_free(&b);
    return inside;
}

static bool load(struct work *w, struct why *why)
{
    struct span file, key;

    if (!cli_read(w->signer_path, &w->a, &file, why) || !cli_read(w->key_path, &w->a, &key, why))
        return false;
    if (!as_der(file, &w->a, &w->signer))
        return why_set(why, "CERT_PARSE", WHY_NO_OFFSET, NULL, "%s holds no certificate", w->signer_path);
    return private_key_load(key, &w->key, why);
}

/*
 * The token before, which must be of this signer and this address; that it is stale matters not. What it says
 * is where the new one begins.
 */
static bool begin(struct work *w, struct status_list *before, struct why *why)
{
    const struct status_options opt = { .certificate = w->signer,
                                        .profile = PROFILE_STRICT,
                                        .uri = &w->o.uri,
                                        .kind = &w->o.kind,
                                        .any_bits = true };
    struct status_options at_issue = opt;
    struct status_token t;
    struct span token;

    if (!w->update)
        return true;
    if (!cli_read(w->update, &w->a, &token, why) ||
        !status_token_parse(token, PROFILE_STRICT, &w->a, &t, NULL, why))
        return false;
    at_issue.at = t.issued;
    if (status_list_verify(token, &at_issue, &w->a, before, NULL) == RESULT_GENUINE)
        return true;
    *why = before->why;
    return false;
}

static bool fill(struct work *w, const struct status_list *before, struct why *why)
{
    struct status_order *o = &w->o;

    if (o->kind == STATUS_IDENTIFIERS)
        return status_file_identifiers(&w->file, w->update ? before : NULL, &w->a, o, why);
    return status_file_values(&w->file, w->update ? before : NULL, (unsigned)w->bits, w->size, &w->a, o, why);
}

static bool make(struct work *w, struct span text, struct buffer *out, struct why *why)
{
    struct status_list *before = arena_alloc(&w->a, sizeof *before);

    return before && load(w, why) && begin(w, before, why) && status_file_read(text, &w->file, &w->a, why) &&
           fill(w, before, why) && status_issue(&w->o, w->key, w->signer, &w->a, out, why);
}

static int run(struct work *w, const char *path)
{
    struct why why = { 0 };
    struct buffer out;
    struct span text = { 0 };
    int code = CLI_POSITIVE;

    arena_init(&w->a, (size_t)512 << 20);
    buf_init(&out, LIMIT_FILE);
    w->o.expires = w->o.issued + (unix_time)w->days * DAY;
    if (!cli_read(path, &w->a, &text, &why) || !make(w, text, &out, &why) ||
        !cli_write(w->out, buf_span(&out), 0644, &why)) {
        cli_why("licence status-list", path, &why);
        code = CLI_USAGE;
    } else if (strcmp(w->out, "-") != 0) {
        printf(_("%zu bytes, %zu revoked\n"), out.n, w->file.revoked);
    }
    private_key_free(w->key);
    buf_free(&out);
    arena_free(&w->a);
    return code;
}

static int take_option(struct work *w, int c)
{
    switch (c) {
    case 'k':
        w->key_path = optarg;
        return CLI_POSITIVE;
    case 'c':
        w->signer_path = optarg;
        return CLI_POSITIVE;
    case 'u':
        w->o.uri = span_str(optarg);
        return CLI_POSITIVE;
    case 'U':
        w->update = optarg;
        return CLI_POSITIVE;
    case 'o':
        w->out = optarg;
        return CLI_POSITIVE;
    case 'j':
        w->o.json = true;
        return CLI_POSITIVE;
    case 'i':
        w->o.kind = STATUS_IDENTIFIERS;
        return CLI_POSITIVE;
    case 't':
        return cli_time(optarg, &w->o.issued)
                   ? CLI_POSITIVE
                   : cli_usage("licence", "--at wants a date or a time such as 2026-01-31T12:00:00Z");
    case 'd':
        return number(optarg, 3650, &w->days) && w->days
                   ? CLI_POSITIVE
                   : cli_usage("licence", "--days wants a number from 1 to 3650");
    case 'l':
        return number(optarg, INT32_MAX, &w->o.ttl) ? CLI_POSITIVE
                                                    : cli_usage("licence", "--ttl wants a number of seconds");
    case 's':
        return number(optarg, (uint64_t)LIMIT_STATUS_LIST * 8, &w->size)
                   ? CLI_POSITIVE
                   : cli_usage("licence", "--size wants a number of licences, at most %d",
                               LIMIT_STATUS_LIST * 8);
    case 'b':
        w->o.other_documents = true;
        return number(optarg, 8, &w->bits) ? CLI_POSITIVE : cli_usage("licence", "--bits is 1, 2, 4 or 8");
    default:
        return cli_bad_option("licence");
    }
}

int licence_status_list_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "key", required_argument, NULL, 'k' },
        { "signer", required_argument, NULL, 'c' },
        { "uri", required_argument, NULL, 'u' },
        { "update", required_argument, NULL, 'U' },
        { "out", required_argument, NULL, 'o' },
        { "jwt", no_argument, NULL, 'j' },
        { "identifiers", no_argument, NULL, 'i' },
        { "at", required_argument, NULL, 't' },
        { "days", required_argument, NULL, 'd' },
        { "ttl", required_argument, NULL, 'l' },
        { "size", required_argument, NULL, 's' },
        { "bits", required_argument, NULL, 'b' },
        { 0 },
    };
    static struct work w;
    int c, code = CLI_POSITIVE;

    w = (struct work){ .o = { .issued = cli_now() }, .out = "-", .days = DEFAULT_DAYS, .bits = 1 };
    while (code == CLI_POSITIVE && (c = getopt_long(argc, argv, "", options, NULL)) != -1)
        code = take_option(&w, c);
    if (code != CLI_POSITIVE)
        return code;
    if (!w.key_path || !w.signer_path || !w.o.uri.n || optind + 1 != argc)
        return cli_usage("licence", "name --signer CERTIFICATE, --key KEY, --uri URI and one file");
    return run(&w, argv[optind]);
}
