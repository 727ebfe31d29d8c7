/* serai log publish, serai log erase */
#include <getopt.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/log_streams.h"
#include "wire/json.h"
#include "wire/json_write.h"

static bool read_records(struct log_node *o, char **path, size_t n, struct stream_new *record, struct why *w)
{
    for (size_t i = 0; i < n; i++) {
        record[i] =
            (struct stream_new){ .type = span_str(o->type), .subject = span_str(o->subject), .time = o->now };
        if (!cli_read(path[i], &o->arena, &record[i].body, w)) {
            cli_why("log", path[i], w);
            return false;
        }
    }
    return true;
}

/* All files are one commit; then the index log has it, too. */
static int publish(struct log_node *o, char **path, size_t n)
{
    struct stream_new *record = arena_array(&o->arena, n, sizeof *record);
    struct stream_place place;
    struct why w = { 0 };

    if (!record || !read_records(o, path, n, record, &w))
        return CLI_USAGE;
    if (!streams_publish(o->own.streams, span_str(o->stream), span_str(o->audience), record, n, o->now,
                         &place, &w) ||
        !streams_turn(o->own.streams, o->now, 0, &w)) {
        cli_why("log", o->stream, &w);
        return CLI_NEGATIVE;
    }
    for (size_t i = 0; i < n; i++)
        printf("%s %llu\n", place.origin, (unsigned long long)(place.index + i));
    return CLI_POSITIVE;
}

/* The request as the interface takes it (schema Records). */
static void put_records(struct json_writer *j, const struct log_node *o, const struct stream_new *record,
                        size_t n)
{
    struct buffer b;

    jw_object(j, NULL);
    jw_str(j, "stream", o->stream);
    jw_str(j, "audience", o->audience);
    jw_array(j, "records");
    for (size_t i = 0; i < n; i++) {
        jw_object(j, NULL);
        jw_text(j, "type", record[i].type);
        if (record[i].subject.n)
            jw_text(j, "subject", record[i].subject);
        buf_init(&b, 2 * LIMIT_LOG_BODY);
        base64_put(&b, record[i].body, BASE64_STD);
        jw_text(j, "base64", buf_span(&b));
        buf_free(&b);
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_object_end(j);
}

static bool read_place(struct span answer, struct log_node *o, struct span *origin, int64_t *index)
{
    struct json j;

    return json_parse(answer, &o->arena, &j, NULL) &&
           json_text_of(&j, json_member(&j, JSON_ROOT, "origin"), &o->arena, origin) &&
           json_int64(&j, json_member(&j, JSON_ROOT, "index"), index);
}

/* By the node that runs: it is the one writer. */
static int publish_by_node(struct log_node *o, char **path, size_t n)
{
    struct stream_new *record = arena_array(&o->arena, n, sizeof *record);
    struct span answer = { 0 }, origin = { 0 };
    struct why w = { 0 };
    struct json_writer j;
    struct buffer b;
    int64_t index = 0;
    bool ok;

    if (!record || !read_records(o, path, n, record, &w))
        return CLI_USAGE;
    buf_init(&b, 2 * LIMIT_EVIDENCE);
    j = json_to(&b);
    put_records(&j, o, record, n);
    ok = (buf_ok(&b) || why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "too much at a time")) &&
         ask_post(o->url, "/v1/records", buf_span(&b), &o->arena, &answer, &w) &&
         (read_place(answer, o, &origin, &index) ||
          why_set(&w, "refused", WHY_NO_OFFSET, NULL, "the answer names no place in a log"));
    buf_free(&b);
    if (!ok) {
        cli_why("log", o->url, &w);
        return w.reason && strcmp(w.reason, "refused") == 0 ? CLI_NEGATIVE : CLI_USAGE;
    }
    for (size_t i = 0; i < n; i++)
        printf("%.*s %llu\n", (int)origin.n, (const char *)origin.p, (unsigned long long)index + i);
    return CLI_POSITIVE;
}

int log_publish_command(int argc, char **argv)
{
    static struct log_node o;
    int code = log_node_options(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    if (!o.stream || !o.type || optind == argc || !o.node == !o.url) {
        arena_free(&o.arena);
        return cli_usage("log", "publish needs --node or --url, --stream, --type and a file for each record");
    }
    if (o.url) {
        code = publish_by_node(&o, argv + optind, (size_t)(argc - optind));
        arena_free(&o.arena);
        return code;
    }
    code = log_node_begin(&o);
    if (code != CLI_POSITIVE)
        return code;
    code = publish(&o, argv + optind, (size_t)(argc - optind));
    log_node_close(&o);
    return code;
}

int log_erase_command(int argc, char **argv)
{
    static struct log_node o;
    struct why w = { 0 };
    uint64_t index;
    int code = log_node_open(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    if (!o.reason || optind + 2 != argc || !checkpoint_number(span_str(argv[optind + 1]), &index)) {
        code = cli_usage("log", "erase needs ORIGIN, INDEX and --reason WORD");
    } else if (!streams_erase(o.own.streams, span_str(argv[optind]), index, span_str(o.reason), o.now, &w)) {
        cli_why("log", argv[optind], &w);
        code = CLI_NEGATIVE;
    } else {
        printf(_("%s %llu: erased\n"), argv[optind], (unsigned long long)index);
    }
    log_node_close(&o);
    return code;
}
