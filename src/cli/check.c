#include <getopt.h>
#include <stdlib.h>

#include "agreement/tables.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/folder.h"
#include "cli/show.h"
#include "node/instance.h"
#include "wire/json.h"
#include "wire/json_write.h"

static const char help[] =
    N_("usage: serai check (--url URL | --node FOLDER) [OPTION]... EVIDENCE...\n"
       "\n"
       "Checks one traveller: machine-readable lines, the chip, seals and pictures of seals in any order;\n"
       "the verdict is to admit or to refer to an officer, with reasons. EVIDENCE is a file or \"-\", or a\n"
       "folder that holds the files of one chip.\n"
       "\n"
       "  --url URL          ask a running node, such as http://127.0.0.1:7311\n"
       "  --node FOLDER      work on a node's folder itself, while the node does not run\n"
       "  --chip FOLDER      the files of one chip: EF.SOD and data groups under any names; as EVIDENCE\n"
       "  --purpose WORD     travel purpose: work, pilgrimage, tourism, treatment, education\n"
       "  --mode WORD        how they come: air, road, rail, sea\n"
       "  --post NAME        border post\n"
       "  --from XX          state they come from\n"
       "  --stay DAYS        days they ask for\n"
       "  --movement WORD    what to record: entry, exit or none; none by default\n"
       "  --insurance WHAT   none, yes, or the last day with what it covers: 2027-06-30,30000,USD\n"
       "  --vehicle WHAT     none, card (with an international motor insurance card) or no-card\n"
       "  --examined         the officer has examined the document and found it genuine\n"
       "  --officer-admits   after a referral: the officer decided to let the traveller in\n"
       "  --id ID            the request's own id; the same id and request again is recorded once\n"
       "  --at TIME          with --node: the time of the check; otherwise now\n"
       "  --json             the answer as one JSON object\n"
       "\n"
       "Exit 0 admit, 1 refer, 2 usage or input/output, 3 refer because facts are missing.\n");

struct options {
    const char *url, *node, *at;
    const char *chip[LIMIT_EVIDENCE_ITEMS];
    int n_chips;
    struct check_request r;
    bool json;
};

static void put_base64(struct json_writer *w, const char *key, struct span bytes)
{
    struct buffer base64;

    buf_init(&base64, LIMIT_EVIDENCE * 2);
    base64_put(&base64, bytes, BASE64_STD);
    jw_text(w, key, buf_span(&base64));
    buf_free(&base64);
}

static void put_said(struct json_writer *w, const char *key, enum travel_said s)
{
    if (s != TRAVEL_NOT_SAID)
        jw_bool(w, key, s == TRAVEL_YES);
}

static void put_insurance(struct json_writer *w, const struct travel_insurance *i)
{
    char day[DATE_TEXT], currency[4] = "";

    if (i->held) {
        jw_object(w, "insurance");
        put_said(w, "held", i->held);
        if (date_is_set(i->until))
            jw_str(w, "until", date_format(i->until, day));
        if (i->cover_said) {
            for (size_t k = 0; k < 3; k++)
                currency[k] = (char)(i->currency.p[k] & ~0x20);
            jw_int(w, "cover", i->cover);
            jw_str(w, "currency", currency);
        }
        jw_object_end(w);
    }
    if (i->vehicle) {
        jw_object(w, "vehicle");
        put_said(w, "brought", i->vehicle);
        put_said(w, "insurance_card", i->vehicle_card);
        jw_object_end(w);
    }
}

/* none, yes, DAY or DAY,AMOUNT,CURRENCY; the currency in small letters. */
static bool insurance_of(char *arg, struct travel_insurance *i)
{
    struct span rest = span_str(arg), day = { NULL, 0 }, amount = { NULL, 0 };
    char *end;

    i->held = strcmp(arg, "none") == 0 ? TRAVEL_NO : TRAVEL_YES;
    if (i->held == TRAVEL_NO || strcmp(arg, "yes") == 0)
        return true;
    (void)text_split(&rest, ',', &day);
    (void)text_split(&rest, ',', &amount);
    if (!date_parse(day, &i->until) ||
        (amount.n && (!ascii_digit(amount.p[0]) || currency_decimals(rest) < 0)))
        return false;
    if (!amount.n)
        return rest.n == 0;
    i->cover = strtol((const char *)amount.p, &end, 10);
    i->cover_said = true;
    i->currency = rest;
    for (char *c = arg + (rest.p - (const uint8_t *)arg); *c; c++)
        *c = (char)(*c | 0x20);
    return *end == ',';
}

static bool vehicle_of(const char *arg, struct travel_insurance *i)
{
    bool card = strcmp(arg, "card") == 0, none = strcmp(arg, "none") == 0;

    i->vehicle = none ? TRAVEL_NO : TRAVEL_YES;
    i->vehicle_card = none ? TRAVEL_NOT_SAID : card ? TRAVEL_YES : TRAVEL_NO;
    return card || none || strcmp(arg, "no-card") == 0;
}

/* The request as the interface takes it (schema CheckRequest). */
static void put_request(const struct check_request *r, struct buffer *b)
{
    static const char *const movement[] = {
        [MOVEMENT_NONE] = "none", [MOVEMENT_ENTRY] = "entry", [MOVEMENT_EXIT] = "exit"
    };
    struct json_writer w = json_to(b);

    jw_object(&w, NULL);
    if (r->id.n)
        jw_text(&w, "id", r->id);
    jw_object(&w, "travel");
    if (r->purpose.n)
        jw_text(&w, "purpose", r->purpose);
    if (r->mode.n)
        jw_text(&w, "mode", r->mode);
    if (r->post.n)
        jw_text(&w, "post", r->post);
    if (r->from.n)
        jw_text(&w, "from", r->from);
    if (r->stay_days)
        jw_int(&w, "stay_days", r->stay_days);
    jw_object_end(&w);
    jw_str(&w, "movement", movement[r->movement]);
    if (r->examined != EXAMINED_NOT_SAID)
        jw_bool(&w, "document_examined", r->examined == EXAMINED_YES);
    put_insurance(&w, &r->insurance);
    if (r->officer_admits)
        jw_bool(&w, "officer_admits", true);
    jw_array(&w, "evidence");
    for (size_t i = 0; i < r->n_evidence; i++) {
        const struct evidence *e = &r->evidence[i];

        jw_object(&w, NULL);
        jw_str(&w, "kind", e->kind == EVIDENCE_CHIP ? "chip" : "any");
        if (e->kind == EVIDENCE_CHIP) {
            jw_array(&w, "files");
            for (size_t k = 0; k < e->n_files; k++)
                put_base64(&w, NULL, e->file[k]);
            jw_array_end(&w);
            if (e->response.n) {
                jw_object(&w, "active_authentication");
                put_base64(&w, "challenge", e->challenge);
                put_base64(&w, "response", e->response);
                jw_object_end(&w);
            }
            if (e->chip_authentication.n)
                put_base64(&w, "chip_authentication", e->chip_authentication);
        } else {
            put_base64(&w, "base64", e->bytes);
        }
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
}

static bool by_url(const struct options *o, struct arena *a, struct span *answer, struct why *w)
{
    struct buffer body;
    bool ok;

    buf_init(&body, LIMIT_EVIDENCE * 2);
    put_request(&o->r, &body);
    ok = ask_post(o->url, "/v1/check", buf_span(&body), a, answer, w);
    buf_free(&body);
    return ok;
}

static bool by_folder(const struct options *o, struct arena *a, struct span *answer, struct why *w)
{
    static struct instance i;
    struct check_answer out;
    unix_time at = 0;
    bool ok;

    if (!cli_time(o->at, &at))
        return why_set(w, "usage", WHY_NO_OFFSET, NULL,
                       "--at wants a date or a time such as 2026-01-31T12:00:00Z");
    if (!instance_open(o->node, INSTANCE_STORE, &i, w))
        return false;
    ok = check_run(&i.check, &o->r, at, a, &out, w);
    if (ok)
        *answer = out.json;
    instance_close(&i);
    return ok;
}

/* A piece of evidence that speaks against the traveller, whatever else is missing. */
static bool bad_evidence(const struct json *j, struct arena *a)
{
    json_ref list = json_member(j, JSON_ROOT, "evidence");

    for (json_ref e = json_first(j, list); e != JSON_NONE; e = json_after(j, list, e)) {
        struct span word;
        enum result r;

        if (json_text_of(j, json_member(j, e, "result"), a, &word) && result_from_word(word, &r) &&
            cli_exit_of(r) == CLI_NEGATIVE)
            return true;
    }
    return false;
}

/* Of the answer: admit, or refer because of something, or only because nobody said enough. */
static int exit_of(struct span answer, struct arena *a)
{
    struct json j;

    if (!json_parse(answer, a, &j, NULL))
        return CLI_USAGE;
    if (json_text_is(&j, json_member(&j, JSON_ROOT, "verdict"), "admit"))
        return CLI_POSITIVE;
    if (bad_evidence(&j, a) || json_count(&j, json_member(&j, JSON_ROOT, "missing")) == 0)
        return CLI_NEGATIVE;
    return CLI_UNDETERMINED;
}

/* What the reader left of active and chip authentication, beside the files of the chip. */
static bool take_answer(const struct inspect_file *f, struct evidence *e)
{
    const char *base = strrchr(f->name, '/') + 1;

    if (strcmp(base, "AA.challenge") == 0)
        e->challenge = f->bytes;
    else if (strcmp(base, "AA.response") == 0)
        e->response = f->bytes;
    else if (strcmp(base, "CA.json") == 0)
        e->chip_authentication = f->bytes;
    else
        return false;
    return true;
}

/* One piece of evidence: a file, or a folder that holds a chip. */
static bool take_evidence(const char *path, bool chip, struct arena *a, struct evidence *e, struct why *w)
{
    struct inspect_file *read;
    struct span *file;
    size_t bytes = 0, n;

    if (!chip && !cli_is_folder(path))
        return cli_read(path, a, &e->bytes, w);
    read = arena_array(a, LIMIT_CHIP_FILES, sizeof *read);
    file = arena_array(a, LIMIT_CHIP_FILES, sizeof *file);
    if (!cli_read_folder(path, a, read, LIMIT_CHIP_FILES, &n, w))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!take_answer(&read[i], e) && read[i].bytes.n)
            file[e->n_files++] = read[i].bytes;
    if (e->n_files == 0)
        return why_set(w, "no-evidence", WHY_NO_OFFSET, NULL, "the folder holds no file of a chip");
    for (size_t i = 0; i < e->n_files; i++)
        bytes += file[i].n;
    if (bytes > LIMIT_CHIP)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the files of a chip are larger than %d bytes",
                       LIMIT_CHIP);
    e->kind = EVIDENCE_CHIP;
    e->file = file;
    return true;
}

static int run(struct options *o, int n, char **files)
{
    struct why w = { 0 };
    struct arena a;
    struct span answer = { 0 };
    int code = CLI_USAGE;
    bool ok;

    arena_init(&a, (size_t)1 << 30);
    for (int i = 0; i < n + o->n_chips; i++) {
        const char *path = i < n ? files[i] : o->chip[i - n];

        if (!take_evidence(path, i >= n, &a, &o->r.evidence[o->r.n_evidence++], &w)) {
            cli_why("check", path, &w);
            goto out;
        }
    }
    ok = o->url ? by_url(o, &a, &answer, &w) : by_folder(o, &a, &answer, &w);
    if (!ok) {
        ask_why("check", o->url ? o->url : o->node, &w);
        goto out;
    }
    if (o->json)
        printf("%.*s\n", (int)answer.n, (const char *)answer.p);
    else
        show_verdict(answer, &a);
    code = exit_of(answer, &a);
out:
    arena_free(&a);
    return code;
}

static bool movement_of(const char *s, enum movement *out)
{
    if (strcmp(s, "entry") == 0)
        *out = MOVEMENT_ENTRY;
    else if (strcmp(s, "exit") == 0)
        *out = MOVEMENT_EXIT;
    else if (strcmp(s, "none") == 0)
        *out = MOVEMENT_NONE;
    else
        return false;
    return true;
}

/* One option; 0, or the code to leave with. */
static int take(struct options *o, int c)
{
    char *end;

    switch (c) {
    case 'u':
        o->url = optarg;
        return 0;
    case 'n':
        o->node = optarg;
        return 0;
    case 'c':
        if (o->n_chips == LIMIT_EVIDENCE_ITEMS)
            return cli_usage("check", "at most %d pieces of evidence", LIMIT_EVIDENCE_ITEMS);
        o->chip[o->n_chips++] = optarg;
        return 0;
    case 'p':
        o->r.purpose = span_str(optarg);
        return 0;
    case 'm':
        o->r.mode = span_str(optarg);
        return 0;
    case 'o':
        o->r.post = span_str(optarg);
        return 0;
    case 'f':
        o->r.from = span_str(optarg);
        return 0;
    case 's':
        o->r.stay_days = strtol(optarg, &end, 10);
        return *end || o->r.stay_days < 1 || o->r.stay_days > 36500
                   ? cli_usage("check", "--stay wants a number of days up to 36500")
                   : 0;
    case 'v':
        return movement_of(optarg, &o->r.movement) ? 0
                                                   : cli_usage("check", "--movement is entry, exit or none");
    case 'I':
        return insurance_of(optarg, &o->r.insurance)
                   ? 0
                   : cli_usage("check", "--insurance is none, yes, or as 2027-06-30,30000,USD");
    case 'V':
        return vehicle_of(optarg, &o->r.insurance) ? 0
                                                   : cli_usage("check", "--vehicle is none, card or no-card");
    case 'e':
        o->r.examined = EXAMINED_YES;
        return 0;
    case 'O':
        o->r.officer_admits = true;
        return 0;
    case 'i':
        o->r.id = span_str(optarg);
        return *optarg ? 0 : cli_usage("check", "--id wants 1 to 64 of A-Z a-z 0-9 . _ -");
    case 't':
        o->at = optarg;
        return 0;
    case 'j':
        o->json = true;
        return 0;
    default:
        return cli_bad_option("check");
    }
}

int cmd_check(int argc, char **argv)
{
    static const struct option options[] = {
        { "url", required_argument, NULL, 'u' },
        { "node", required_argument, NULL, 'n' },
        { "chip", required_argument, NULL, 'c' },
        { "purpose", required_argument, NULL, 'p' },
        { "mode", required_argument, NULL, 'm' },
        { "post", required_argument, NULL, 'o' },
        { "from", required_argument, NULL, 'f' },
        { "stay", required_argument, NULL, 's' },
        { "movement", required_argument, NULL, 'v' },
        { "examined", no_argument, NULL, 'e' },
        { "officer-admits", no_argument, NULL, 'O' },
        { "id", required_argument, NULL, 'i' },
        { "insurance", required_argument, NULL, 'I' },
        { "vehicle", required_argument, NULL, 'V' },
        { "at", required_argument, NULL, 't' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    static struct options o;
    int c, code;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'h')
            return cli_help(help);
        code = take(&o, c);
        if (code)
            return code;
    }
    if (!o.url == !o.node)
        return cli_usage("check", "say which node: either --url or --node");
    if (o.url && o.at)
        return cli_usage("check", "a running node uses its own clock: --at goes with --node only");
    if (optind == argc && !o.n_chips)
        return cli_usage("check",
                         "no evidence: name a file with lines, a seal or a picture, or a folder of a chip");
    if (argc - optind + o.n_chips > LIMIT_EVIDENCE_ITEMS)
        return cli_usage("check", "at most %d pieces of evidence", LIMIT_EVIDENCE_ITEMS);
    return run(&o, argc - optind, argv + optind);
}
