#include "node/lists_asked.h"

#include <stdio.h>

#include "crypto/node_key.h"
#include "store/cases.h"
#include "wire/json_write.h"

enum { RANDOM = 16 };

bool lists_asked(const struct node_view *v, const struct list_question *q, const char *how, size_t asked,
                 size_t found, char reference[LISTS_REFERENCE], struct why *w)
{
    unix_time now = v->o->now(v->o->ctx);
    uint8_t random[RANDOM], mem[512];
    struct case_record c = { .kind = SPAN("name look-up"),
                             .purpose = span_str(q->why->word),
                             .article = SPAN("-"), /* each list has a basis of its own */
                             .at = now,
                             .until = now,
                             .state = SPAN("answered") };
    struct json_writer j;
    struct buffer b;
    enum store_put what;

    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        (void)snprintf(reference + 2 * i, 3, "%02x", random[i]);
    c.name = (struct case_name){ CASE_OURS, span_str(v->check->member), span_str(reference) };
    if (asked == 1 && q->n_name) {
        c.has_subject = true;
        store_traveller_key(v->check->store, SPAN("name"), q->name[0], &c.subject);
    }
    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "how", how);
    jw_int(&j, "asked", (int64_t)asked);
    jw_int(&j, "found", (int64_t)found);
    jw_text(&j, "officer", q->officer);
    jw_object_end(&j);
    c.body = buf_span(&b);
    return (buf_ok(&b) || why_set(w, "request", WHY_NO_OFFSET, NULL, "the officer's id is too long")) &&
           store_put_case(v->check->store, &c, NULL, 0, &what, w);
}

const struct list_view *lists_take(const struct node_view *v, struct arena *a, struct http_answer *out)
{
    const struct list_view *lists = NULL;
    struct why w = { 0 };

    if (!v->o->lists || !v->check->store)
        answer_refuse(out, 503, "not-ready", "This node keeps no lists: node.conf names no folder `lookup`.",
                      a);
    else if (!list_desk_take(v->o->lists, &lists, &w))
        answer_error(out, 503, &w, a);
    return lists;
}
