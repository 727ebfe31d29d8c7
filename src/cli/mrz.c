#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "base/text.h"
#include "wire/mrz_json.h"
#include "wire/mrz_layout.h"
#include "wire/mrz_write.h"
#include "wire/translit.h"

enum { OK = 0, NEGATIVE = 1, USAGE = 2 };
enum { OUT_MOST = 64 * 1024 };

static const char help[] =
    N_("usage: serai mrz parse [--json] [--at TIME] [FILE]\n"
       "       serai mrz suggest [--json] [--at TIME] [FILE]\n"
       "       serai mrz write --format TD1|TD2|TD3|MRV-A|MRV-B --issuer CODE --number TEXT\n"
       "                       --nationality CODE --primary NAME [--secondary NAME]\n"
       "                       [--birth DATE] [--expiry DATE] [--sex F|M]\n"
       "                       [--code TEXT] [--optional TEXT] [--optional2 TEXT] [--table NAME]\n"
       "       serai mrz transliterate [--json] [--table NAME] [--compare NAME [--cut]] TEXT\n"
       "\n"
       "parse reads the lines of a document from FILE or standard input and says which check digits hold.\n"
       "suggest proposes corrections of characters that readers confuse; compare them with the document.\n"
       "write computes the lines from the fields; DATE is YYYY-MM-DD, with X for digits that are not known.\n"
       "transliterate gives the letters of the zone for a name; with --compare it says whether a name of a\n"
       "zone (cut: it may go on) stands for TEXT. Tables: latin russian ukrainian belarusian bulgarian\n"
       "serbian macedonian arabic hebrew kazakh kyrgyz tajik uzbek turkmen, or the language's two letters.\n"
       "TIME resolves two-digit years: YYYY-MM-DD or RFC 3339; now when not given.\n"
       "\n"
       "Exit 0 reads well, 1 misread, malformed or different, 2 usage or input/output.\n");

struct options {
    bool json, cut, own_rows;
    unix_time at;
    const char *format, *table, *compare, *birth, *expiry, *sex, *primary, *secondary;
    struct mrz_fields f;
    char **rest;
    int n_rest;
};

static int usage(const char *what, const char *arg)
{
    (void)fprintf(stderr, _("serai mrz: %s%s\nTry: serai mrz --help\n"), what, arg);
    return USAGE;
}

static int refused(const struct why *w)
{
    (void)fprintf(stderr, _("serai mrz: %s: %s"), w->reason, w->detail);
    if (w->offset != WHY_NO_OFFSET)
        (void)fprintf(stderr, _(", at offset %zu"), w->offset);
    (void)fprintf(stderr, w->clause ? " (%s)\n" : "%s\n", w->clause ? w->clause : "");
    return NEGATIVE;
}

/* Writes b to standard output and frees it. */
static int show(struct buffer *b, int code)
{
    if (!buf_ok(b) || fwrite(b->p, 1, b->n, stdout) != b->n || fflush(stdout) != 0) {
        (void)fprintf(stderr, _("serai mrz: cannot write: %s\n"), strerror(errno));
        code = USAGE;
    }
    buf_free(b);
    return code;
}

/* At most one byte more than a zone may have, so that too much is noticed and not read. */
static bool read_text(const struct options *o, uint8_t mem[LIMIT_MRZ + 1], struct span *out)
{
    const char *name = o->n_rest ? o->rest[0] : "-";
    struct why w = { 0 };
    struct buffer b;

    if (!cli_read_most(name, LIMIT_FILE, &b, &w)) {
        cli_why("mrz", name, &w);
        return false;
    }
    *out = span_sub(buf_span(&b), 0, LIMIT_MRZ + 1);
    if (out->n)
        memcpy(mem, out->p, out->n);
    *out = span_of(mem, out->n);
    buf_free(&b);
    return true;
}

static void why_json(struct json_writer *j, const struct why *w)
{
    jw_str(j, "reason", w->reason);
    if (w->reason && w->offset != WHY_NO_OFFSET)
        jw_int(j, "offset", (int64_t)w->offset);
    jw_str(j, "clause", w->reason ? w->clause : NULL);
    jw_str(j, "detail", w->reason ? w->detail : NULL);
}

static void findings_json(struct json_writer *j, const struct findings *f)
{
    jw_array(j, "findings");
    for (size_t i = 0; i < f->n; i++) {
        jw_object(j, NULL);
        jw_str(j, "severity", severity_word(f->item[i].severity));
        why_json(j, &f->item[i].why);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void line(struct buffer *b, const char *name, const char *value, const char *note)
{
    if (*value || *note)
        buf_printf(b, "%-12s %s%s%s\n", name, value, *value && *note ? "  " : "", note);
}

static const char *check_note(const struct mrz *m, enum mrz_check_field f)
{
    return m->check[f] == MRZ_CHECK_BAD ? _("(check digit does not hold)") : "";
}

static void say(struct buffer *b, const struct mrz *m, const struct findings *f)
{
    static const char *const sex[] = { "unspecified", "F", "M", "illegal" };
    char birth[MRZ_DATE_TEXT], expiry[MRZ_DATE_TEXT];

    line(b, "format", mrz_format_word(m->format), "");
    line(b, "document", m->code, m->specimen ? "specimen" : "");
    line(b, "issuer", m->issuer, m->issuer_known ? "" : _("(unknown code)"));
    line(b, "number", m->number, check_note(m, MRZ_NUMBER));
    line(b, "primary", m->primary, m->name_truncated ? _("(the name may go on)") : "");
    line(b, "secondary", m->secondary, "");
    line(b, "nationality", m->nationality, m->nationality_known ? "" : _("(unknown code)"));
    line(b, "birth", mrz_date_format(m->birth, birth), check_note(m, MRZ_BIRTH));
    line(b, "sex", sex[m->sex], "");
    line(b, "expiry", mrz_date_format(m->expiry, expiry), check_note(m, MRZ_EXPIRY));
    line(b, "optional", m->optional1, check_note(m, MRZ_OPTIONAL));
    line(b, "optional 2", m->optional2, "");
    for (size_t i = 0; i < f->n; i++)
        buf_printf(b, _("%s: %s, at offset %zu%s%s\n"), severity_word(f->item[i].severity),
                   f->item[i].why.detail, f->item[i].why.offset, f->item[i].why.clause ? ", " : "",
                   f->item[i].why.clause ? f->item[i].why.clause : "");
    buf_str(b, mrz_all_ok(m) ? _("reads well\n") : _("does not read well: read again\n"));
}

static int parse(struct options *o)
{
    uint8_t mem[LIMIT_MRZ + 1];
    struct findings f;
    struct why w = { 0 };
    struct buffer b;
    struct json_writer j = json_to(&b);
    struct span text;
    struct mrz m;
    bool ok;

    if (!read_text(o, mem, &text))
        return USAGE;
    ok = mrz_parse(text, o->at, &m, &w);
    if (!ok && !o->json)
        return refused(&w);
    buf_init(&b, OUT_MOST);
    findings_init(&f);
    if (ok)
        mrz_findings(&m, &f, &w);
    if (!o->json) {
        say(&b, &m, &f);
        return show(&b, mrz_all_ok(&m) ? OK : NEGATIVE);
    }
    jw_object(&j, NULL);
    jw_str(&j, "kind", "mrz");
    jw_str(&j, "result", ok && mrz_all_ok(&m) ? "well-formed" : "malformed");
    why_json(&j, &w);
    if (ok)
        mrz_json(&j, "fields", &m);
    findings_json(&j, &f);
    jw_object_end(&j);
    buf_u8(&b, '\n');
    return show(&b, ok && mrz_all_ok(&m) ? OK : NEGATIVE);
}

static void say_suggestion(struct buffer *b, const struct mrz_suggestion *s, const struct mrz *m)
{
    const struct mrz_layout *l = &mrz_layouts[m->format];

    for (size_t i = 0; i < l->lines; i++)
        buf_printf(b, "%.*s\n", (int)l->width, s->zone + i * l->width);
    for (size_t i = 0; i < s->n_changes; i++)
        buf_printf(b, _("  line %u, column %u: %c may be %c%s\n"), s->change[i].pos / l->width + 1u,
                   s->change[i].pos % l->width + 1u, s->change[i].from, s->change[i].to,
                   s->change[i].confirmed ? "" : _(" (no check digit confirms it)"));
    if (s->ambiguous)
        buf_str(b, _("  other corrections are as good: look at the document\n"));
}

static int suggest(struct options *o)
{
    enum { MOST = 8 };
    uint8_t mem[LIMIT_MRZ + 1];
    struct mrz_suggestion s[MOST];
    struct why w = { 0 };
    struct buffer b;
    struct json_writer j = json_to(&b);
    struct span text;
    struct mrz m;
    size_t n;

    if (!read_text(o, mem, &text))
        return USAGE;
    n = mrz_suggest(text, o->at, s, MOST, &w);
    if (w.reason)
        return refused(&w);
    buf_init(&b, OUT_MOST);
    if (o->json) {
        jw_object(&j, NULL);
        jw_array(&j, "suggestions");
    }
    for (size_t i = 0; i < n; i++) {
        if (!mrz_parse(span_str(s[i].zone), o->at, &m, NULL))
            continue;
        if (o->json)
            mrz_suggestion_json(&j, NULL, &s[i], m.format);
        else
            say_suggestion(&b, &s[i], &m);
    }
    if (o->json) {
        jw_array_end(&j);
        jw_object_end(&j);
        buf_u8(&b, '\n');
    } else if (n == 0) {
        buf_str(&b, mrz_parse(text, o->at, &m, NULL) && mrz_all_ok(&m)
                        ? _("reads well: nothing to correct\n")
                        : _("no known confusion mends it: read again\n"));
    }
    return show(&b, n || (mrz_parse(text, o->at, &m, NULL) && mrz_all_ok(&m)) ? OK : NEGATIVE);
}

/* YYYY-MM-DD with X for unknown digits, part by part; NULL: wholly unknown. */
static bool date_option(const char *s, struct mrz_date *out)
{
    static const uint8_t at[] = { 0, 5, 8 }, len[] = { 4, 2, 2 };
    int v[3];

    *out = (struct mrz_date){ .state = MRZ_DATE_PARTLY };
    if (!s)
        return true;
    if (strlen(s) != 10 || s[4] != '-' || s[7] != '-')
        return false;
    for (size_t i = 0; i < 3; i++) {
        v[i] = 0;
        for (size_t k = 0; k < len[i]; k++) {
            char c = s[at[i] + k];

            if (c != s[at[i]] && (c == 'X' || s[at[i]] == 'X'))
                return false;
            if (c != 'X' && !ascii_digit(c))
                return false;
            v[i] = c == 'X' ? 0 : v[i] * 10 + (c - '0');
        }
        if (v[i] == 0 && s[at[i]] != 'X')
            return false;
    }
    out->year = (int16_t)v[0];
    out->month = (uint8_t)v[1];
    out->day = (uint8_t)v[2];
    return true;
}

static bool format_option(const char *s, enum mrz_format *out)
{
    for (int i = 0; s && i <= MRZ_MRVB; i++) {
        if (strcmp(s, mrz_format_word((enum mrz_format)i)) == 0) {
            *out = (enum mrz_format)i;
            return true;
        }
    }
    return false;
}

static bool table_option(const char *word, struct span text, enum translit_table *out)
{
    if (word)
        return translit_from_word(span_str(word), out);
    *out = translit_guess(text);
    return true;
}

/* A name as the zone writes it. */
static bool name_option(struct options *o, const char *name, struct buffer *b, struct span *out,
                        struct why *w)
{
    struct translit_report r = { 0 };
    enum translit_table t = TRANSLIT_LATIN;

    if (!table_option(o->table, span_str(name), &t))
        return why_set(w, "table", WHY_NO_OFFSET, NULL, "no such table");
    if (!translit_to_mrz(span_str(name), t, b, &r, w))
        return false;
    o->own_rows |= r.own_rows;
    *out = buf_span(b);
    return true;
}

static int write_lines(struct options *o)
{
    uint8_t mem[2][LIMIT_NAME * 6];
    static const char *const codes[] = { "I", "I", "P", "V", "V" };
    struct buffer primary, secondary, b;
    struct why w = { 0 };
    bool cut = false;

    if (!format_option(o->format, &o->f.format))
        return usage(_("--format is one of TD1 TD2 TD3 MRV-A MRV-B"), "");
    if (!date_option(o->birth, &o->f.birth) || !date_option(o->expiry, &o->f.expiry))
        return usage(_("a date is YYYY-MM-DD, with X for all digits of a part that is not known"), "");
    if (o->sex && strcmp(o->sex, "F") != 0 && strcmp(o->sex, "M") != 0)
        return usage(_("--sex is F or M, or left out"), "");
    o->f.sex = !o->sex ? MRZ_SEX_UNSPECIFIED : o->sex[0] == 'F' ? MRZ_SEX_FEMALE : MRZ_SEX_MALE;
    if (o->f.code.n == 0)
        o->f.code = span_str(codes[o->f.format]);
    buf_init_fixed(&primary, mem[0], sizeof mem[0]);
    buf_init_fixed(&secondary, mem[1], sizeof mem[1]);
    if (!name_option(o, o->primary, &primary, &o->f.primary, &w) ||
        !name_option(o, o->secondary, &secondary, &o->f.secondary, &w))
        return refused(&w);
    buf_init(&b, OUT_MOST);
    if (!mrz_write(&o->f, &b, &cut, &w)) {
        buf_free(&b);
        return refused(&w);
    }
    buf_u8(&b, '\n');
    if (cut)
        (void)fprintf(stderr, _("note: the name was cut to fit\n"));
    if (o->own_rows)
        (void)fprintf(stderr,
                      _("note: letters that no standard's table has; a person's passport spelling wins\n"));
    return show(&b, OK);
}

static int compare(const struct options *o, struct span text, enum translit_table t)
{
    struct why w = { 0 };
    enum name_match m = translit_match(text, t, span_str(o->compare), o->cut, &w);

    if (w.reason)
        return refused(&w);
    if (printf("%s\n", name_match_word(m)) < 0 || fflush(stdout) != 0)
        return USAGE;
    return m == NAME_DIFFERENT ? NEGATIVE : OK;
}

static int transliterate(struct options *o)
{
    struct span text = span_str(o->n_rest ? o->rest[0] : NULL);
    struct translit_report r = { 0 };
    struct buffer b, name;
    struct json_writer j = json_to(&b);
    uint8_t mem[LIMIT_NAME * 6];
    enum translit_table t;
    struct why w = { 0 };

    if (o->n_rest != 1)
        return usage(_("one TEXT wanted"), "");
    if (!table_option(o->table, text, &t))
        return usage(_("no such table: "), o->table);
    if (o->compare)
        return compare(o, text, t);
    buf_init_fixed(&name, mem, sizeof mem);
    if (!translit_to_mrz(text, t, &name, &r, &w))
        return refused(&w);
    buf_init(&b, OUT_MOST);
    if (!o->json) {
        buf_put(&b, buf_span(&name));
        buf_u8(&b, '\n');
        if (r.own_rows)
            (void)fprintf(
                stderr, _("note: letters that no standard's table has; a person's passport spelling wins\n"));
        return show(&b, OK);
    }
    jw_object(&j, NULL);
    jw_text(&j, "mrz", buf_span(&name));
    jw_str(&j, "table", translit_word(t));
    jw_bool(&j, "own_rows", r.own_rows);
    jw_bool(&j, "alternatives", r.alternatives);
    jw_int(&j, "dropped", (int64_t)r.dropped);
    jw_object_end(&j);
    buf_u8(&b, '\n');
    return show(&b, OK);
}

enum {
    OPT_JSON = 256,
    OPT_CUT,
    OPT_AT,
    OPT_HELP,
    OPT_CODE,
    OPT_ISSUER,
    OPT_NUMBER,
    OPT_NATIONALITY,
    OPT_OPTIONAL,
    OPT_OPTIONAL2,
    OPT_FORMAT,
    OPT_TABLE,
    OPT_COMPARE,
    OPT_BIRTH,
    OPT_EXPIRY,
    OPT_SEX,
    OPT_PRIMARY,
    OPT_SECONDARY
};

static const struct option options[] = {
    { "json", no_argument, NULL, OPT_JSON },
    { "cut", no_argument, NULL, OPT_CUT },
    { "at", required_argument, NULL, OPT_AT },
    { "help", no_argument, NULL, OPT_HELP },
    { "code", required_argument, NULL, OPT_CODE },
    { "issuer", required_argument, NULL, OPT_ISSUER },
    { "number", required_argument, NULL, OPT_NUMBER },
    { "nationality", required_argument, NULL, OPT_NATIONALITY },
    { "optional", required_argument, NULL, OPT_OPTIONAL },
    { "optional2", required_argument, NULL, OPT_OPTIONAL2 },
    { "format", required_argument, NULL, OPT_FORMAT },
    { "table", required_argument, NULL, OPT_TABLE },
    { "compare", required_argument, NULL, OPT_COMPARE },
    { "birth", required_argument, NULL, OPT_BIRTH },
    { "expiry", required_argument, NULL, OPT_EXPIRY },
    { "sex", required_argument, NULL, OPT_SEX },
    { "primary", required_argument, NULL, OPT_PRIMARY },
    { "secondary", required_argument, NULL, OPT_SECONDARY },
    { NULL, 0, NULL, 0 },
};

/* False: the option is not about a field. */
static bool field_option(int c, const char *arg, struct options *o)
{
    switch (c) {
    case OPT_CODE:
        o->f.code = span_str(arg);
        break;
    case OPT_ISSUER:
        o->f.issuer = span_str(arg);
        break;
    case OPT_NUMBER:
        o->f.number = span_str(arg);
        break;
    case OPT_NATIONALITY:
        o->f.nationality = span_str(arg);
        break;
    case OPT_OPTIONAL:
        o->f.optional1 = span_str(arg);
        break;
    case OPT_OPTIONAL2:
        o->f.optional2 = span_str(arg);
        break;
    case OPT_BIRTH:
        o->birth = arg;
        break;
    case OPT_EXPIRY:
        o->expiry = arg;
        break;
    case OPT_SEX:
        o->sex = arg;
        break;
    case OPT_PRIMARY:
        o->primary = arg;
        break;
    case OPT_SECONDARY:
        o->secondary = arg;
        break;
    default:
        return false;
    }
    return true;
}

/* -1: go on; else the exit code. */
static int read_options(int argc, char **argv, struct options *o)
{
    int c;

    optind = 1;
    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (field_option(c, optarg, o))
            continue;
        switch (c) {
        case OPT_JSON:
            o->json = true;
            break;
        case OPT_CUT:
            o->cut = true;
            break;
        case OPT_AT:
            if (!time_parse(span_str(optarg), &o->at))
                return usage(_("--at wants YYYY-MM-DD or an RFC 3339 time, not "), optarg);
            break;
        case OPT_FORMAT:
            o->format = optarg;
            break;
        case OPT_TABLE:
            o->table = optarg;
            break;
        case OPT_COMPARE:
            o->compare = optarg;
            break;
        case 'h':
        case OPT_HELP:
            return fputs(gettext(help), stdout) < 0 ? USAGE : OK;
        default:
            return USAGE;
        }
    }
    o->rest = argv + optind;
    o->n_rest = argc - optind;
    return -1;
}

int cmd_mrz(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(struct options *o);
    } commands[] = {
        { "parse", parse },
        { "suggest", suggest },
        { "write", write_lines },
        { "transliterate", transliterate },
    };
    struct options o = { .at = (unix_time)time(NULL) };
    int code;

    if (argc < 2)
        return usage(_("parse, suggest, write or transliterate?"), "");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return fputs(gettext(help), stdout) < 0 ? USAGE : OK;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        code = read_options(argc - 1, argv + 1, &o);
        if (code >= 0)
            return code;
        if (o.n_rest > 1)
            return usage(_("one argument at most, not "), o.rest[1]);
        return commands[i].run(&o);
    }
    return usage(_("no such sub-command: "), argv[1]);
}
