#include <stdio.h>
#include <stdlib.h>

#include "cli/ask.h"
#include "cli/notice.h"
#include "node/lookups.h"
#include "node/own_streams.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { BODY = 8 << 20, ARENA = 64 << 20, PATH = 4096 };

struct notice_target {
    const char *url;
    struct arena arena;
    struct node_config config;
    struct own_streams own;
    struct document_set *set;
    struct document_issue *issue;
};

static bool open_folder(struct notice_target *t, const char *folder, struct why *w)
{
    char path[PATH], documents[PATH];
    const struct node_config *c = &t->config;

    if ((size_t)snprintf(path, sizeof path, "%s/node.conf", folder) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (!config_load(path, &t->arena, &t->config, w))
        return false;
    if (!c->lookup)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no folder `lookup`");
    if ((size_t)snprintf(documents, sizeof documents, "%s/documents", c->lookup) >= sizeof documents)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return own_streams_open(c, true, cli_now(), &t->arena, &t->own, w) && folder_make(c->lookup, NULL, w) &&
           document_set_open(documents, LOOKUP_WRITE, &t->set, w) &&
           document_issue_open(documents, t->set, t->own.streams, span_str(c->member), span_str(c->name),
                               &t->issue, w);
}

struct notice_target *notice_target_open(const struct notice_options *o)
{
    struct notice_target *t = calloc(1, sizeof *t);
    struct why w = { 0 };

    if (!t)
        abort();
    arena_init(&t->arena, ARENA);
    t->url = o->url;
    if (!o->node == !o->url) {
        (void)cli_usage("notice", "name the node: --node FOLDER, or --url URL while it runs");
    } else if (o->url || open_folder(t, o->node, &w)) {
        return t;
    } else {
        cli_why("notice", o->node, &w);
        if (w.reason && strcmp(w.reason, "locked") == 0)
            (void)fputs(
                _("serai notice: a node that runs is the one writer: ask it with --url, or stop it\n"),
                stderr);
    }
    notice_target_close(t);
    return NULL;
}

void notice_target_close(struct notice_target *t)
{
    if (!t)
        return;
    document_issue_close(t->issue);
    document_set_close(t->set);
    own_streams_close(&t->own);
    arena_free(&t->arena);
    free(t);
}

static void put_entry(struct json_writer *j, const struct document_entry *e, bool listed)
{
    char day[DATE_TEXT];

    jw_object(j, NULL);
    jw_str(j, "kind", document_kind_word(e->kind));
    jw_text(j, "number", document_number_span(&e->number));
    if (e->to.n)
        jw_text(j, "to", document_number_span(&e->to));
    if (listed) {
        jw_str(j, "status", document_status_word(e->status));
        jw_str(j, "on", date_format(e->on, day));
    }
    jw_object_end(j);
}

static bool read_done(struct span answer, struct arena *a, struct notice_done *done)
{
    int64_t v[4] = { 0 };
    static const char *const name[4] = { "listed", "withdrawn", "unknown", "erased" };
    struct json j;

    if (!json_parse(answer, a, &j, NULL))
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!json_int64(&j, json_member(&j, JSON_ROOT, name[i]), &v[i]) || v[i] < 0)
            return false;
    done->listed += (uint64_t)v[0];
    done->withdrawn += (uint64_t)v[1];
    done->unknown += (uint64_t)v[2];
    done->erased += (uint64_t)v[3];
    return true;
}

static bool ask_node(struct notice_target *t, const struct document_entry *e, size_t n, bool listed,
                     struct notice_done *done, struct why *w)
{
    struct span answer = { 0 };
    struct json_writer j;
    struct buffer b;
    bool ok;

    arena_reset(&t->arena);
    buf_init(&b, BODY);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_array(&j, listed ? "list" : "withdraw");
    for (size_t i = 0; i < n; i++)
        put_entry(&j, &e[i], listed);
    jw_array_end(&j);
    jw_object_end(&j);
    ok = (buf_ok(&b) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too much at a time")) &&
         ask_post(t->url, "/v1/notices/documents", buf_span(&b), &t->arena, &answer, w) &&
         (read_done(answer, &t->arena, done) ||
          why_set(w, "refused", WHY_NO_OFFSET, NULL, "the answer does not say what was done"));
    buf_free(&b);
    return ok;
}

bool notice_target_enter(struct notice_target *t, const struct document_entry *e, size_t n, bool listed,
                         struct notice_done *done, struct why *w)
{
    struct document_withdrawn gone = { 0 };

    if (t->url)
        return ask_node(t, e, n, listed, done, w);
    if (listed) {
        if (!document_issue_list(t->issue, e, n, cli_now(), w))
            return false;
        done->listed += n;
        return true;
    }
    if (!document_issue_withdraw(t->issue, e, n, cli_now(), &gone, w))
        return false;
    done->withdrawn += gone.withdrawn;
    done->unknown += gone.unknown;
    done->erased += gone.erased;
    return true;
}
