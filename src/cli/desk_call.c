#include "cli/desk_call.h"

#include "base/text.h"
#include "cli/cli.h"
#include "wire/json.h"
#include "wire/json_write.h"

bool desk_open(const char *folder, bool write, struct instance *i, struct why *w)
{
    struct store_options opt;

    if (!instance_open(folder, write ? INSTANCE_STORE : 0, i, w))
        return false;
    if (write)
        return true;
    config_store(&i->config, &opt);
    opt.read_only = true;
    if (store_open(&opt, &i->store, w))
        return true;
    instance_close(i);
    return false;
}

void desk_close(struct instance *i)
{
    instance_close(i);
}

void desk_request(const struct desk_text *t, size_t n, struct buffer *b)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    for (size_t i = 0; i < n; i++) {
        if (!t[i].value)
            continue;
        if (strcmp(t[i].value, "true") == 0)
            jw_bool(&j, t[i].name, true);
        else
            jw_str(&j, t[i].name, t[i].value);
    }
    jw_object_end(&j);
}

struct printer {
    const struct json *j;
    struct arena *a;
    struct buffer *b;
};

static void indent(struct printer *p, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++)
        buf_str(p->b, "  ");
}

/* Node by node in the order of the text; an explicit stack of where each container ends. */
static void print(struct printer *p)
{
    json_ref end[LIMIT_JSON_DEPTH + 1];
    bool object[LIMIT_JSON_DEPTH + 1];
    unsigned depth = 0;
    struct span text;

    for (json_ref v = 0; v < p->j->n;) {
        const struct json_node *n = &p->j->node[v];
        json_ref name = JSON_NONE;
        bool holds;

        while (depth && v >= end[depth - 1])
            depth--;
        if (depth && object[depth - 1]) {
            name = v++;
            n = &p->j->node[v];
        }
        holds = n->kind == JSON_KIND_OBJECT || n->kind == JSON_KIND_ARRAY;
        if (n->kind == JSON_KIND_NULL || (holds && n->next == v + 1)) {
            v = n->next;
            continue;
        }
        if (v) {
            indent(p, depth - 1);
            if (name != JSON_NONE && json_text_of(p->j, name, p->a, &text)) {
                text_put_plain(p->b, text);
                buf_str(p->b, holds ? ":" : ": ");
            } else {
                buf_str(p->b, holds ? "-" : "- ");
            }
        }
        if (holds) {
            end[depth] = n->next;
            object[depth++] = n->kind == JSON_KIND_OBJECT;
            v++;
        } else {
            if (json_text_of(p->j, v, p->a, &text))
                text_put_plain(p->b, text);
            else
                buf_put(p->b, json_source(p->j, v));
            v = n->next;
        }
        if (p->b->n)
            buf_u8(p->b, '\n');
    }
}

void desk_print(struct span json, bool as_json)
{
    struct printer p;
    struct buffer b;
    struct arena a;
    struct json j;

    arena_init(&a, 64 << 20);
    buf_init(&b, 32 << 20);
    p = (struct printer){ &j, &a, &b };
    if (as_json) {
        buf_put(&b, json);
        buf_u8(&b, '\n');
    } else if (json_parse(json, &a, &j, NULL)) {
        print(&p);
    }
    if (b.n)
        (void)fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    arena_free(&a);
}
