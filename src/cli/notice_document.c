/* serai notice document add, withdraw, look-up, statistics */
#include <stdio.h>
#include <stdlib.h>

#include "cli/ask.h"
#include "cli/notice.h"
#include "node/config.h"
#include "service/notice/document_set.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { BODY = 64 * 1024, ARENA = 8 << 20, ASKED = 100, PATH = 4096 };

static bool read_kind(const struct notice_options *o, enum document_kind *out)
{
    return o->kind && document_kind_of(span_str(o->kind), out);
}

/* One typed entry; what does not read well is said, and nothing of the command is entered. */
static bool read_entry(const struct notice_options *o, const char *text, bool listed,
                       struct document_entry *out)
{
    struct document_entry e = { .status = DOCUMENT_CLEAR };
    size_t prefix;
    uint64_t first, last;
    struct why w = { 0 };

    if (!read_kind(o, &e.kind)) {
        (void)cli_usage("notice", "--kind is one of the kinds in doc/notices.md, such as passport");
        return false;
    }
    e.on = date_of_time(cli_now());
    if (listed && (!o->status || !document_status_of(span_str(o->status), &e.status) ||
                   (o->on && !date_parse(span_str(o->on), &e.on)))) {
        (void)cli_usage("notice", "--status is lost, stolen, revoked or stolen-blank, and --on a day");
        return false;
    }
    if (!listed)
        e.on = (struct date){ 0 };
    if (!document_fold(e.kind, span_str(text), &e.number, &w) ||
        (o->to && (!document_fold(e.kind, span_str(o->to), &e.to, &w) ||
                   !document_range(&e.number, &e.to, &prefix, &first, &last, &w)))) {
        cli_why("notice", text, &w);
        return false;
    }
    if (e.kind == DOCUMENT_VEHICLE && !document_vin_check(document_number_span(&e.number)))
        (void)fprintf(stderr,
                      _("serai notice: the check character of this vehicle's number does not hold; not every "
                        "maker has one, but look again\n"));
    *out = e;
    return true;
}

int notice_document_enter(const struct notice_options *o, bool listed, int argc, char **argv)
{
    struct document_entry *e = calloc((size_t)(argc > 0 ? argc : 1), sizeof *e);
    struct notice_target *t = NULL;
    struct notice_done done = { 0 };
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (!e)
        abort();
    if (argc < 1 || argc > NOTICE_BATCH || (o->to && argc != 1)) {
        (void)cli_usage("notice", "name the numbers; with --to one number, the first of the range");
        goto out;
    }
    for (int i = 0; i < argc; i++)
        if (!read_entry(o, argv[i], listed, &e[i]))
            goto out;
    t = notice_target_open(o);
    if (!t)
        goto out;
    if (!notice_target_enter(t, e, (size_t)argc, listed, &done, &w)) {
        cli_why("notice", o->url ? o->url : o->node, &w);
        goto out;
    }
    if (listed)
        printf(_("%llu listed\n"), (unsigned long long)done.listed);
    else
        printf(_("%llu withdrawn, %llu erased, %llu not listed\n"), (unsigned long long)done.withdrawn,
               (unsigned long long)done.erased, (unsigned long long)done.unknown);
    code = done.unknown ? CLI_NEGATIVE : CLI_POSITIVE;
out:
    notice_target_close(t);
    free(e);
    return code;
}

/* ---- looking up ---- */

static bool put_question(const struct notice_options *o, int argc, char **argv, struct buffer *b)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    jw_str(&j, "purpose", o->purpose ? o->purpose : "");
    if (o->officer)
        jw_str(&j, "officer", o->officer);
    jw_array(&j, "documents");
    for (int i = 0; i < argc; i++) {
        jw_object(&j, NULL);
        jw_str(&j, "kind", o->kind);
        jw_str(&j, "number", argv[i]);
        if (o->state)
            jw_str(&j, "state", o->state);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return buf_ok(b);
}

static struct span text_of(const struct json *j, json_ref v, const char *name, struct arena *a)
{
    struct span s = SPAN("-");

    if (!json_text_of(j, json_member(j, v, name), a, &s))
        s = SPAN("-");
    return s;
}

static int tell_answers(struct span answer, int argc, char **argv, struct arena *a)
{
    int code = CLI_POSITIVE, i = 0;
    struct json j;
    json_ref list;

    if (!json_parse(answer, a, &j, NULL))
        return CLI_USAGE;
    list = json_member(&j, JSON_ROOT, "answers");
    for (json_ref v = json_first(&j, list); v != JSON_NONE && i < argc; v = json_after(&j, list, v)) {
        struct span word = text_of(&j, v, "answer", a);

        cli_put(stdout, argv[i++]);
        printf("  %.*s", (int)word.n, (const char *)word.p);
        if (span_eq_str(word, "listed")) {
            struct span status = text_of(&j, v, "status", a), by = text_of(&j, v, "by", a),
                        on = text_of(&j, v, "on", a);

            printf(_(": %.*s since %.*s, by %.*s. Who carries it may be the one who lost it"), (int)status.n,
                   (const char *)status.p, (int)on.n, (const char *)on.p, (int)by.n, (const char *)by.p);
        }
        (void)putchar('\n');
        code = cli_gravest(code, span_eq_str(word, "not listed") ? CLI_POSITIVE
                                 : span_eq_str(word, "listed")   ? CLI_NEGATIVE
                                                                 : CLI_UNDETERMINED);
    }
    return code;
}

int notice_document_look_up(const struct notice_options *o, int argc, char **argv)
{
    struct span answer = { 0 };
    struct why w = { 0 };
    struct arena a;
    struct buffer b;
    int code = CLI_USAGE;

    if (!o->url || !o->kind || argc < 1 || argc > ASKED)
        return cli_usage("notice", "look-up needs --url, --kind and 1 to 100 numbers");
    arena_init(&a, ARENA);
    buf_init(&b, BODY);
    if (!put_question(o, argc, argv, &b))
        code = cli_usage("notice", "too much at a time");
    else if (!ask_post(o->url, "/v1/notices/documents/look-up", buf_span(&b), &a, &answer, &w))
        cli_why("notice", o->url, &w);
    else if (o->json) {
        printf("%.*s\n", (int)answer.n, (const char *)answer.p);
        code = CLI_POSITIVE;
    } else {
        code = tell_answers(answer, argc, argv, &a);
    }
    buf_free(&b);
    arena_free(&a);
    return code;
}

/* ---- counting ---- */

static void put_count(struct json_writer *j, const struct document_count *c)
{
    jw_object(j, NULL);
    jw_str(j, "state", c->state);
    for (unsigned s = DOCUMENT_LOST; s < DOCUMENT_STATUSES; s++)
        jw_int(j, document_status_word((enum document_status)s), (int64_t)c->n[s]);
    jw_int(j, "ranges", (int64_t)c->ranges);
    jw_int(j, "in ranges", (int64_t)c->blanks);
    jw_int(j, "out of ranges", (int64_t)c->n[DOCUMENT_CLEAR]);
    jw_object_end(j);
}

static void tell_counts(const struct document_counts *c, bool json)
{
    struct json_writer j;
    struct buffer b;

    if (json) {
        buf_init(&b, BODY);
        j = json_to(&b);
        jw_object(&j, NULL);
        jw_bool(&j, "whole", c->whole);
        jw_array(&j, "states");
        for (size_t i = 0; i < c->n; i++)
            put_count(&j, &c->of[i]);
        jw_array_end(&j);
        jw_object_end(&j);
        puts(buf_cstr(&b));
        buf_free(&b);
        return;
    }
    for (size_t i = 0; i < c->n; i++)
        printf(_("%s: %llu lost, %llu stolen, %llu revoked, %llu stolen blanks; %llu ranges of %llu blanks, "
                 "%llu "
                 "of them found\n"),
               c->of[i].state, (unsigned long long)c->of[i].n[DOCUMENT_LOST],
               (unsigned long long)c->of[i].n[DOCUMENT_STOLEN],
               (unsigned long long)c->of[i].n[DOCUMENT_REVOKED],
               (unsigned long long)c->of[i].n[DOCUMENT_STOLEN_BLANK], (unsigned long long)c->of[i].ranges,
               (unsigned long long)c->of[i].blanks, (unsigned long long)c->of[i].n[DOCUMENT_CLEAR]);
    if (!c->n)
        puts(_("nothing is listed"));
}

int notice_document_statistics(const struct notice_options *o)
{
    struct document_counts *c = calloc(1, sizeof *c);
    char path[PATH], documents[PATH];
    struct document_set *s = NULL;
    struct node_config config = { 0 };
    struct why w = { 0 };
    struct arena a;
    int code = CLI_USAGE;

    if (!c)
        abort();
    arena_init(&a, ARENA);
    if (!o->node) {
        (void)cli_usage("notice", "statistics needs --node FOLDER");
    } else if ((size_t)snprintf(path, sizeof path, "%s/node.conf", o->node) >= sizeof path ||
               !config_load(path, &a, &config, &w) || !config.lookup ||
               (size_t)snprintf(documents, sizeof documents, "%s/documents", config.lookup) >=
                   sizeof documents ||
               !document_set_open(documents, LOOKUP_READ, &s, &w)) {
        (void)why_set(&w, "config", WHY_NO_OFFSET, NULL, "node.conf names no folder `lookup`");
        cli_why("notice", o->node, &w);
    } else {
        document_set_count(s, c);
        tell_counts(c, o->json);
        code = c->whole ? CLI_POSITIVE : CLI_UNDETERMINED;
    }
    document_set_close(s);
    arena_free(&a);
    free(c);
    return code;
}
