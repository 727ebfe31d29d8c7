/* serai log publish, serai log erase */
#include <getopt.h>
#include <stdio.h>

#include "cli/log_streams.h"

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

int log_publish_command(int argc, char **argv)
{
    static struct log_node o;
    int code = log_node_open(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    if (!o.stream || !o.type || optind == argc)
        code = cli_usage("log", "publish needs --stream, --type and a file for each record");
    else
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
        printf("%s %llu: erased\n", argv[optind], (unsigned long long)index);
    }
    log_node_close(&o);
    return code;
}
