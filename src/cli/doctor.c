#include <getopt.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/spoken.h"
#include "node/doctor.h"
#include "wire/json_write.h"

static const char help[] =
    N_("usage: serai doctor [OPTION]... FOLDER\n"
       "\n"
       "Looks at the folder of a node, running or not, and says what is wrong with it or soon will be: what "
       "was\n"
       "seen, what it means, what to do. Changes nothing.\n"
       "\n"
       "  --soon DAYS   certificates that end within so many days are a finding; 30 by default\n"
       "  --age DAYS    trust data and status tokens older than that are one; 90 by default\n"
       "  --room MIB    so much should be free where the store is; 1024 by default\n"
       "  --quick       do not read the whole store\n"
       "  --at TIME     as if it were that time\n"
       "  --json        one object; the words of findings stay the same from version to version\n"
       "\n"
       "Exit 0 nothing to do, 1 a fault: it does not start or does not do what it is for, 2 usage,\n"
       "3 something needs care before it is a fault.\n");

static const enum cli_style styles[] = { STYLE_DIM, STYLE_CARE, STYLE_BAD };

static const char *const weights[] = { N_("note"), N_("care"), N_("fault") };

/* In the reader's language, as the page Operator says it; what was seen is English. */
static void print_finding(const struct doctor_finding *f, const struct tongue *t)
{
    const char *means = tongue_said(t, "doctor", f->word), *remedy;
    char key[80];

    (void)snprintf(key, sizeof key, "%s.do", f->word);
    remedy = tongue_said(t, "doctor", key);
    printf("%s%s%s %s: ", cli_style(stdout, styles[f->weight]), _(weights[f->weight]),
           cli_style(stdout, STYLE_PLAIN), f->word);
    cli_put(stdout, f->seen);
    printf("\n      %s\n      %s\n", means ? means : f->means, remedy ? remedy : f->remedy);
}

static void print_text(const struct doctor_report *r)
{
    struct spoken s;

    spoken_init(&s, cli_language(NULL, false));
    for (size_t i = 0; i < r->n; i++)
        print_finding(&r->item[i], &s.t);
    spoken_free(&s);
    if (r->lost)
        printf(_("%zu more findings\n"), r->lost);
    if (doctor_gravest(r) == DOCTOR_NOTE)
        puts(_("nothing has to be done"));
}

static bool print_json(const struct doctor_report *r)
{
    struct buffer b;
    struct json_writer j = json_to(&b);
    bool ok;

    buf_init(&b, 1 << 20);
    jw_object(&j, NULL);
    jw_bool(&j, "sound", doctor_gravest(r) == DOCTOR_NOTE);
    jw_str(&j, "gravest", doctor_weight_word(doctor_gravest(r)));
    jw_int(&j, "lost", (int64_t)r->lost);
    jw_array(&j, "findings");
    for (size_t i = 0; i < r->n; i++) {
        jw_object(&j, NULL);
        jw_str(&j, "weight", doctor_weight_word(r->item[i].weight));
        jw_str(&j, "word", r->item[i].word);
        jw_str(&j, "seen", r->item[i].seen);
        jw_str(&j, "means", r->item[i].means);
        jw_str(&j, "remedy", r->item[i].remedy);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    ok = buf_ok(&b) && printf("%s\n", buf_cstr(&b)) > 0;
    buf_free(&b);
    return ok;
}

/* 0 to most. */
static bool number(const char *text, long most, long *out)
{
    char *end;
    long n = strtol(text, &end, 10);

    if (!ascii_digit((uint8_t)*text) || *end || n < 0 || n > most)
        return false;
    *out = n;
    return true;
}

static int look(const struct doctor_options *o, bool json)
{
    static const int codes[] = { CLI_POSITIVE, CLI_UNDETERMINED, CLI_NEGATIVE };
    struct doctor_report *r = calloc(1, sizeof *r);
    struct arena a;
    int code;

    if (!r)
        abort();
    arena_init(&a, 256 << 20);
    doctor_look(o, &a, r);
    code = codes[doctor_gravest(r)];
    if (!json)
        print_text(r);
    else if (!print_json(r))
        code = CLI_USAGE;
    arena_free(&a);
    free(r);
    return code;
}

int cmd_doctor(int argc, char **argv)
{
    static const struct option options[] = {
        { "soon", required_argument, NULL, 's' }, { "age", required_argument, NULL, 'a' },
        { "room", required_argument, NULL, 'r' }, { "quick", no_argument, NULL, 'q' },
        { "at", required_argument, NULL, 't' },   { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },       { 0 },
    };
    enum { YEARS = 36500 };
    struct doctor_options o = { .data = cli_data(), .now = cli_now() };
    long soon = 30, age = 90, room = 1024;
    bool json = false, ok = true;
    int c;

    while (ok && (c = getopt_long(argc, argv, "hj", options, NULL)) != -1) {
        switch (c) {
        case 's':
            ok = number(optarg, YEARS, &soon);
            break;
        case 'a':
            ok = number(optarg, YEARS, &age);
            break;
        case 'r':
            ok = number(optarg, 1L << 40, &room);
            break;
        case 't':
            ok = cli_time(optarg, &o.now);
            break;
        case 'q':
            o.quick = true;
            break;
        case 'j':
            json = true;
            break;
        default:
            return c == 'h' ? cli_help(help) : cli_bad_option("doctor");
        }
    }
    if (!ok)
        return cli_usage("doctor", "\"%s\" is no number or time that can be used", optarg);
    if (optind + 1 != argc)
        return cli_usage("doctor", "name the folder of one node");
    if (json)
        why_words(NULL); /* programs read what was seen */
    o.folder = argv[optind];
    o.soon_days = (int)soon;
    o.age_days = (int)age;
    o.room = (uint64_t)room << 20;
    return look(&o, json);
}
