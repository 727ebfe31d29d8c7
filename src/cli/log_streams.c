/* serai log streams, serai log records */
#include "cli/log_streams.h"

#include <getopt.h>
#include <stdio.h>

/* Names of logs and types: nothing in them moves a terminal. */
static void put(struct span s)
{
    (void)fwrite(s.p ? (const char *)s.p : "", 1, s.n, stdout);
}

static bool open_streams(struct log_node *o, struct why *w)
{
    char path[4096];

    if ((size_t)snprintf(path, sizeof path, "%s/node.conf", o->node) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return config_load(path, &o->arena, &o->config, w) &&
           own_streams_open(&o->config, true, o->now, &o->arena, &o->own, w);
}

int log_node_options(struct log_node *o, int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "stream", required_argument, NULL, 's' },
        { "audience", required_argument, NULL, 'a' },
        { "type", required_argument, NULL, 't' },
        { "subject", required_argument, NULL, 'S' },
        { "at", required_argument, NULL, 'T' },
        { "reason", required_argument, NULL, 'r' },
        { "url", required_argument, NULL, 'l' },
        { 0 },
    };
    int c;

    *o = (struct log_node){ .audience = "all" };
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("log");
        *(c == 'n'   ? &o->node
          : c == 'l' ? &o->url
          : c == 's' ? &o->stream
          : c == 'a' ? &o->audience
          : c == 't' ? &o->type
          : c == 'S' ? &o->subject
          : c == 'T' ? &o->at
                     : &o->reason) = optarg;
    }
    if (!cli_time(o->at, &o->now))
        return cli_usage("log", "--at wants a time");
    arena_init(&o->arena, 512 << 20);
    return CLI_POSITIVE;
}

int log_node_open(struct log_node *o, int argc, char **argv)
{
    int code = log_node_options(o, argc, argv);

    return code == CLI_POSITIVE ? log_node_begin(o) : code;
}

int log_node_begin(struct log_node *o)
{
    struct why w = { 0 };

    if (!o->node || o->url) {
        arena_free(&o->arena);
        return cli_usage("log", "name the node's folder: --node FOLDER");
    }
    if (open_streams(o, &w))
        return CLI_POSITIVE;
    cli_why("log", o->node, &w);
    if (w.reason && strcmp(w.reason, "locked") == 0)
        (void)fputs(
            _("serai log: a node that runs is the one writer of its streams: publish --url, or stop it\n"),
            stderr);
    arena_free(&o->arena);
    return CLI_USAGE;
}

void log_node_close(struct log_node *o)
{
    own_streams_close(&o->own);
    arena_free(&o->arena);
}

static void put_state(const struct stream_state *s)
{
    char text[TIME_TEXT];

    put(s->origin);
    printf(_("  published %llu  witnessed %llu"), (unsigned long long)s->published,
           (unsigned long long)s->witnessed);
    if (s->witnessed_at)
        printf(_(" at %s"), time_format(s->witnessed_at, text));
    for (size_t i = 0; i < s->n_by; i++) {
        printf(i ? " " : _("  by "));
        put(s->by[i]);
    }
    if (s->why.reason)
        printf(_("  read-only: %s"), s->why.reason);
    (void)putchar('\n');
}

/* A node that runs has the streams: then they are looked at as they are on disk. */
static bool states(struct log_node *o, struct stream_state **all, size_t *n, struct why *w)
{
    char folder[4096];

    if (open_streams(o, w))
        return streams_states(o->own.streams, &o->arena, all, n, w);
    if (!w->reason || strcmp(w->reason, "locked") != 0 ||
        (size_t)snprintf(folder, sizeof folder, "%s/own", o->config.logs) >= sizeof folder)
        return false;
    why_clear(w);
    return streams_look(folder, span_str(o->config.name), &o->arena, all, n, w);
}

int log_streams_command(int argc, char **argv)
{
    static struct log_node o;
    struct stream_state *all = NULL;
    struct why w = { 0 };
    size_t n = 0;
    int code = log_node_options(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    if (!o.node || o.url) {
        arena_free(&o.arena);
        return cli_usage("log", "name the node's folder: --node FOLDER");
    }
    if (states(&o, &all, &n, &w)) {
        for (size_t i = 0; i < n; i++) {
            put_state(&all[i]);
            if (all[i].why.reason)
                code = CLI_NEGATIVE;
        }
    } else {
        cli_why("log", o.node, &w);
        code = CLI_USAGE;
    }
    log_node_close(&o);
    return code;
}

static const char *word_of(const struct stream_record *r)
{
    return r->state == BODY_THERE ? "body" : r->state == BODY_ERASED ? "erased" : "missing";
}

/* What the header says; the body is shown by nobody here. */
static void put_record(uint64_t index, const struct stream_record *r)
{
    char text[TIME_TEXT];

    printf("  %llu  ", (unsigned long long)index);
    if (r->leaf.type.n == 0) {
        printf(_("-  (of the log itself)\n"));
        return;
    }
    put(r->leaf.type);
    printf("  %s  ", time_format(r->leaf.time, text));
    if (r->control) {
        printf(_("of %llu: "), (unsigned long long)r->leaf.erased);
        put(r->leaf.reason);
        (void)putchar('\n');
    } else {
        (void)fputs(word_of(r), stdout);
        if (r->state == BODY_THERE)
            printf(_(", %zu bytes"), r->body.n);
        (void)putchar('\n');
    }
}

static bool put_records(struct log_node *o, const struct stream_state *s, struct why *w)
{
    struct stream_record r;
    struct arena a;
    bool ok = true;

    put(s->origin);
    (void)putchar('\n');
    arena_init(&a, 64 << 20);
    for (uint64_t i = 0; ok && i < s->published; i++) {
        arena_reset(&a);
        ok = streams_get(o->own.streams, s->origin, i, &a, &r, w);
        if (ok)
            put_record(i, &r);
    }
    arena_free(&a);
    return ok;
}

int log_records_command(int argc, char **argv)
{
    static struct log_node o;
    struct stream_state *all;
    struct origin parts;
    struct why w = { 0 };
    size_t n = 0;
    int code = log_node_open(&o, argc, argv);
    bool ok;

    if (code != CLI_POSITIVE)
        return code;
    ok = streams_states(o.own.streams, &o.arena, &all, &n, &w);
    for (size_t i = 0; ok && i < n; i++)
        if (!o.stream || (origin_parse(all[i].origin, &parts, NULL) && span_eq_str(parts.stream, o.stream)))
            ok = put_records(&o, &all[i], &w);
    if (!ok)
        cli_why("log", o.node, &w);
    log_node_close(&o);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}
