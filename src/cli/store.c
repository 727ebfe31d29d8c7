#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buffer.h"
#include "node/config.h"
#include "store/store.h"
#include "wire/json_write.h"

enum { GOOD = 0, NEGATIVE = 1, TROUBLE = 2 };

static const char help[] =
    N_("usage: serai store status DIR [--json]                what the store holds\n"
       "       serai store check DIR [--json]                 read all of it, say what is damaged\n"
       "       serai store expire DIR --before YYYY-MM-DD     erase older checks, movements and cases\n"
       "       serai store backup DIR TO                      copy the store and its key into the folder TO\n"
       "\n"
       "DIR is a node's data folder; its folder when its store is in PostgreSQL. status, check and backup\n"
       "also work while the node runs; expire wants the store for itself. A backup holds the traveller key:\n"
       "keep it as safe as the store.\n"
       "\n"
       "Exit 0 good, 1 damaged, 2 usage, or the store cannot be used.\n");

struct options {
    const char *operand[3]; /* sub-command, DIR, TO */
    int operands;
    const char *before;
    bool json, help;
};

static bool read_options(int argc, char **argv, struct options *o)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            o->help = true;
        else if (strcmp(argv[i], "--json") == 0)
            o->json = true;
        else if (strcmp(argv[i], "--before") == 0 && i + 1 < argc)
            o->before = argv[++i];
        else if (strncmp(argv[i], "--before=", 9) == 0)
            o->before = argv[i] + 9;
        else if (argv[i][0] == '-' || o->operands == 3)
            return false;
        else
            o->operand[o->operands++] = argv[i];
    }
    return true;
}

static int trouble(const char *what, const struct why *w)
{
    (void)fprintf(stderr, _("serai store: %s: %s: %s\n"), what, w->reason ? w->reason : _("failed"),
                  w->detail);
    return w->reason && strcmp(w->reason, "store-damaged") == 0 ? NEGATIVE : TROUBLE;
}

static int usage(const char *what)
{
    (void)fprintf(stderr, "serai store: %s\n%s", what, gettext(help));
    return TROUBLE;
}

/* node.conf of the folder names a server. */
static bool in_server(const char *dir, struct arena *a, struct node_config *config)
{
    char path[4096];

    return snprintf(path, sizeof path, "%s/node.conf", dir) < (int)sizeof path &&
           config_load(path, a, config, NULL) && store_is_server(config->store);
}

static bool open_in_server(const struct node_config *config, bool read_only, struct store **s, struct why *w)
{
    struct store_options opt;

    config_store(config, &opt);
    opt.read_only = read_only;
    return store_open(&opt, s, w);
}

/* A folder stands for the store in it, or that its node.conf names in a server; a file for itself. */
static bool open_at(const char *dir, bool read_only, struct store **s, struct why *w)
{
    struct node_config config = { 0 };
    char path[4096];
    struct stat st;
    struct arena a;
    bool folder = stat(dir, &st) == 0 && S_ISDIR(st.st_mode), ok;
    int n;

    arena_init(&a, 1 << 20);
    if (folder && in_server(dir, &a, &config)) {
        ok = open_in_server(&config, read_only, s, w);
        arena_free(&a);
        return ok;
    }
    arena_free(&a);
    n = snprintf(path, sizeof path, folder ? "%s/%s" : "%s", dir, STORE_FILE);

    if (n >= (int)sizeof path)
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "the path is too long");
    if (stat(path, &st) != 0) /* opening for writing would make one */
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "there is no store here: no %s",
                       folder ? STORE_FILE : "such file");
    return store_open(&(struct store_options){ .path = path, .read_only = read_only }, s, w);
}

static int print_json(struct buffer *b)
{
    bool ok = buf_ok(b) && printf("%s\n", buf_cstr(b)) > 0;

    buf_free(b);
    return ok ? GOOD : TROUBLE;
}

static int status(struct store *s, const struct options *o)
{
    struct store_stats st;
    struct why w = { 0 };
    struct buffer b;
    struct json_writer j = json_to(&b);

    if (!store_stats(s, &st, &w))
        return trouble(o->operand[1], &w);
    if (!o->json) {
        printf(
            _("schema version      %d\nchecks              %lld (%lld erased)\nmovements           %lld "
              "(%lld erased)\n"
              "cases               %lld (%lld erased)\npermissions         %lld\nregistered licences %lld\n"),
            st.schema, (long long)st.checks, (long long)st.erased_checks, (long long)st.movements,
            (long long)st.erased_movements, (long long)st.cases, (long long)st.erased_cases,
            (long long)st.permissions, (long long)st.registered);
        return GOOD;
    }
    buf_init(&b, 4096);
    jw_object(&j, NULL);
    jw_int(&j, "schema", st.schema);
    jw_int(&j, "checks", st.checks);
    jw_int(&j, "movements", st.movements);
    jw_int(&j, "cases", st.cases);
    jw_int(&j, "permissions", st.permissions);
    jw_int(&j, "registered", st.registered);
    jw_int(&j, "erased_checks", st.erased_checks);
    jw_int(&j, "erased_movements", st.erased_movements);
    jw_int(&j, "erased_cases", st.erased_cases);
    jw_object_end(&j);
    return print_json(&b);
}

static void print_line(void *ctx, const char *line)
{
    (void)ctx;
    (void)fprintf(stderr, _("serai store: %s\n"), line);
}

static int check(struct store *s, const struct options *o)
{
    struct why w = { 0 };
    int64_t wrong = 0;

    if (!store_verify(s, print_line, NULL, &wrong, &w))
        return trouble(o->operand[1], &w);
    if (o->json)
        printf("{\"wrong\":%lld}\n", (long long)wrong);
    else if (wrong)
        printf(_("damaged: %lld findings; keep the file aside and put the last backup in its place\n"),
               (long long)wrong);
    else
        printf(_("good\n"));
    return wrong ? NEGATIVE : GOOD;
}

static int expire(struct store *s, const struct options *o)
{
    struct store_erased e;
    struct why w = { 0 };
    struct date d;

    if (!o->before || !date_parse(span_str(o->before), &d))
        return usage(_("expire: --before wants a date, YYYY-MM-DD"));
    if (!store_expire(s, time_of_date(d), (unix_time)time(NULL), &e, &w))
        return trouble(o->operand[1], &w);
    if (o->json)
        printf("{\"checks\":%lld,\"movements\":%lld,\"cases\":%lld}\n", (long long)e.checks,
               (long long)e.movements, (long long)e.cases);
    else
        printf(_("erased %lld checks, %lld movements and %lld cases\n"), (long long)e.checks,
               (long long)e.movements, (long long)e.cases);
    return GOOD;
}

static int backup(struct store *s, const struct options *o)
{
    struct why w = { 0 };

    if (!store_backup(s, o->operand[2], &w))
        return trouble(o->operand[2], &w);
    if (o->json)
        printf("{\"files\":[\"%s\",\"%s\"]}\n", STORE_FILE, STORE_KEY_FILE);
    else
        printf(_("copied %s and %s\n"), STORE_FILE, STORE_KEY_FILE);
    return GOOD;
}

static const struct {
    const char *name;
    int (*run)(struct store *s, const struct options *o);
    bool writes;
    int operands;
} commands[] = {
    { "status", status, false, 2 },
    { "check", check, false, 2 },
    { "expire", expire, true, 2 },
    { "backup", backup, false, 3 },
};

int cmd_store(int argc, char **argv)
{
    struct options o = { 0 };
    struct store *s = NULL;
    struct why w = { 0 };
    int code;

    if (!read_options(argc, argv, &o))
        return usage(_("unknown option, or one argument too many"));
    if (o.help) {
        printf("%s", gettext(help));
        return GOOD;
    }
    for (size_t i = 0; o.operands && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, o.operand[0]) != 0)
            continue;
        if (o.operands != commands[i].operands || !o.operand[1])
            return usage(commands[i].operands == 3 ? _("a folder DIR and a folder TO expected")
                                                   : _("one folder DIR expected"));
        if (!open_at(o.operand[1], !commands[i].writes, &s, &w))
            return trouble(o.operand[1], &w);
        code = commands[i].run(s, &o);
        store_close(s);
        return code;
    }
    return usage(_("status, check, expire or backup expected"));
}
