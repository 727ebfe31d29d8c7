#include "node/paper.h"

#include "base/limits.h"
#include "base/text.h"

/* "application/pdf; q=0.5": its type and whether it is wanted at all. */
static bool names(struct span item, const char *type)
{
    struct span part, of = { NULL, 0 };

    if (!text_split(&item, ';', &of) || !span_eq_str(text_trim(of), type))
        return false;
    while (text_split(&item, ';', &part)) {
        part = text_trim(part);
        if (span_eq_str(part, "q=0") || span_eq_str(part, "q=0.0") || span_eq_str(part, "q=0.00") ||
            span_eq_str(part, "q=0.000"))
            return false;
    }
    return true;
}

bool paper_wanted(const char *accept)
{
    struct span rest = span_str(accept), item;
    bool pdf = false, json = false;

    while (rest.n && text_split(&rest, ',', &item)) {
        pdf |= names(item, "application/pdf");
        json |= names(item, "application/json");
    }
    return pdf && !json;
}

void paper_answer(const struct route *route, const struct node_view *v, const struct http_request *r,
                  struct arena *a, struct http_answer *out)
{
    const struct paper_how how = { .folder = v->o->data,
                                   .language = http_query(r, "language"),
                                   .now = v->o->now(v->o->ctx) };
    struct buffer pdf;
    struct span body;
    struct why w;

    if (!route->paper || out->status < 200 || out->status > 299 || !paper_wanted(r->accept))
        return;
    why_clear(&w);
    buf_init(&pdf, LIMIT_FILE);
    if (!route->paper(out->body, &how, a, &pdf, &w)) {
        answer_error(out, w.reason && strcmp(w.reason, "too-large") == 0 ? 413 : 500, &w, a);
    } else {
        body = arena_copy(a, buf_span(&pdf));
        if (body.p) {
            out->type = "application/pdf";
            out->body = body;
        } else {
            answer_refuse(out, 413, "too-large", "There is no room for this paper.", a);
        }
    }
    buf_free(&pdf);
}
