/* serai log verify */
#include <getopt.h>
#include <time.h>

#include "cli/log.h"
#include "wire/json_write.h"

/* Which way a failure of verification exits. */
static int code_of(const struct why *w)
{
    if (strcmp(w->reason, "io") == 0 || strcmp(w->reason, "unreachable") == 0)
        return CLI_USAGE;
    if (strcmp(w->reason, "quorum") == 0 || strcmp(w->reason, "no-anchor") == 0)
        return CLI_UNDETERMINED;
    return CLI_NEGATIVE;
}

static void tell_progress(void *ctx, const struct log_progress *p)
{
    time_t *last = ctx, now = time(NULL);

    if (now == *last)
        return;
    *last = now;
    (void)fprintf(stderr, _("%llu of %llu entries, %llu bytes\n"), (unsigned long long)p->entries,
                  (unsigned long long)p->of, (unsigned long long)p->bytes);
}

static void put_json(const struct log_report *r, const char *where, const struct why *w)
{
    struct json_writer j;
    char when[TIME_TEXT];
    struct buffer b;

    buf_init(&b, 1 << 20);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "log", where);
    jw_str(&j, "result", w->reason ? w->reason : "holds");
    jw_str(&j, "detail", w->reason ? w->detail : NULL);
    jw_text(&j, "origin", r->checkpoint.origin);
    jw_int(&j, "size", (int64_t)r->checkpoint.size);
    jw_hex(&j, "root", span_of(r->checkpoint.root.b, TREE_HASH));
    jw_int(&j, "entries", (int64_t)r->entries);
    jw_int(&j, "tiles", (int64_t)r->tiles);
    jw_int(&j, "bundles", (int64_t)r->bundles);
    jw_int(&j, "bytes", (int64_t)r->bytes);
    jw_int(&j, "cosigned", (int64_t)r->verdict.n_cosigned);
    jw_str(&j, "cosigned_at", r->verdict.latest ? time_format(r->verdict.latest, when) : NULL);
    jw_object_end(&j);
    (void)fwrite(b.p, 1, b.n, stdout);
    (void)putchar('\n');
    buf_free(&b);
}

static void put_text(const struct log_report *r, const char *where)
{
    char when[TIME_TEXT];

    cli_put(stdout, where);
    printf(_(": the log holds\n  origin    "));
    (void)fwrite(r->checkpoint.origin.p, 1, r->checkpoint.origin.n, stdout);
    printf(_("\n  entries   %llu, every one hashed\n  tiles     %llu compared\n"),
           (unsigned long long)r->entries, (unsigned long long)r->tiles);
    if (r->verdict.n_cosigned)
        printf(_("  witnesses %zu, the latest %s\n"), r->verdict.n_cosigned,
               time_format(r->verdict.latest, when));
}

/* The checkpoint kept from earlier: signed under the same policy. */
static bool read_since(struct log_options *o, struct log_verify_options *opt, struct why *w)
{
    struct policy_verdict v;
    struct checkpoint c;
    struct span in;
    struct note *note = arena_alloc(&o->arena, sizeof *note);

    if (!o->since)
        return true;
    if (!note || !cli_read(o->since, &o->arena, &in, w) || !note_parse(in, note, w) ||
        !checkpoint_parse(note->text, &c, w) || !policy_check(&o->policy, note, &c, &o->arena, &v, w))
        return false;
    opt->from = c.size;
    opt->root = c.root;
    return true;
}

int log_verify_command(int argc, char **argv)
{
    static struct log_options o;
    struct log_verify_options opt = { .policy = &o.policy };
    struct log_place *place = NULL;
    struct log_report r = { 0 };
    struct why w = { 0 };
    time_t last = time(NULL);
    struct log_source s;
    int code;

    arena_init(&o.arena, 64 << 20);
    code = log_take_options(&o, argc, argv);
    if (code != CLI_POSITIVE)
        goto out;
    opt.entries_only = o.entries_only;
    opt.progress = o.progress ? tell_progress : NULL;
    opt.ctx = &last;
    if (!read_since(&o, &opt, &w)) {
        cli_why("log", o.since, &w);
        code = CLI_USAGE;
        goto out;
    }
    place = log_place_open(argv[optind], &w);
    if (place) {
        s = log_place_source(place);
        if (!log_verify(&s, &opt, &o.arena, &r, &w))
            code = code_of(&w);
    } else {
        code = CLI_USAGE;
    }
    if (o.json)
        put_json(&r, argv[optind], &w);
    else if (code == CLI_POSITIVE)
        put_text(&r, argv[optind]);
    if (w.reason && !o.json)
        cli_why("log", argv[optind], &w);
out:
    log_place_close(place);
    arena_free(&o.arena);
    return code;
}
