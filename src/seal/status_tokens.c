#include "seal/status_tokens.h"

#include "base/limits.h"

#define CLAUSE "ISO/IEC 18013-5 12.3.6"

/* How many tokens of one address are tried. */
enum { TRIES = 8 };

static bool read_held(struct span bytes, const char *source, struct arena *a, struct status_held *h,
                      struct why *w)
{
    struct status_token t;

    if (!status_token_parse(bytes, PROFILE_LENIENT, a, &t, NULL, w))
        return false;
    if (!t.has_subject)
        return why_set(w, "STATUS_SUB", WHY_NO_OFFSET, CLAUSE, "it does not say which address it is of");
    *h = (struct status_held){ .bytes = bytes,
                               .subject = t.subject,
                               .source = source,
                               .json = t.json,
                               .kind = t.has_list ? STATUS_LIST : STATUS_IDENTIFIERS,
                               .issued = t.issued,
                               .expires = t.expires };
    return true;
}

bool status_tokens_add(struct status_tokens *t, struct span bytes, const char *source, struct arena *a,
                       struct why *w)
{
    struct status_held **at = &t->newest;
    struct status_held *h = arena_alloc(a, sizeof *h);
    struct arena scratch;
    bool ok;

    if (!h || t->n == LIMIT_STATUS_TOKENS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d status tokens",
                       LIMIT_STATUS_TOKENS);
    arena_init(&scratch, STATUS_TOKEN_ARENA(bytes.n));
    ok = read_held(bytes, source, &scratch, h, w);
    if (ok)
        h->subject = arena_copy(a, h->subject);
    arena_free(&scratch);
    if (!ok)
        return false;
    if (h->subject.n == 0)
        return why_set(w, "STATUS_SUB", WHY_NO_OFFSET, CLAUSE, "its address is empty or too long");
    while (*at && (*at)->issued > h->issued)
        at = &(*at)->next;
    h->next = *at;
    *at = h;
    t->n++;
    return true;
}

static void say_token(const struct status_held *h, unix_time at, struct status_said *out)
{
    out->found = true;
    out->source = h->source;
    out->issued = h->issued;
    out->expires = h->expires;
    out->age = h->issued ? at - h->issued : 0;
}

/* The next token of that address, newest first, with the one that was brought at its place. */
static const struct status_held *next_of(struct span uri, const struct status_held **rest,
                                         const struct status_held **brought)
{
    const struct status_held *h;

    while (*rest && !span_eq((*rest)->subject, uri))
        *rest = (*rest)->next;
    if (*brought && !span_eq((*brought)->subject, uri))
        *brought = NULL;
    if (*brought && (!*rest || (*brought)->issued >= (*rest)->issued)) {
        h = *brought;
        *brought = NULL;
        return h;
    }
    h = *rest;
    if (h)
        *rest = h->next;
    return h;
}

/* One list that the licence names. */
static void ask_reference(const struct status_question *q, const struct status_reference *ref,
                          const struct status_held *brought, struct arena *a, struct status_said *out,
                          struct findings *f)
{
    const struct status_options opt = { .anchors = q->anchors,
                                        .authority = q->document->has_path ? q->document->path.anchor : NULL,
                                        .at = q->at,
                                        .profile = q->profile };
    const struct status_held *rest = q->tokens ? q->tokens->newest : NULL, *h;
    struct status_list *l = arena_alloc(a, sizeof *l);

    *out = (struct status_said){
        .why = { .offset = WHY_NO_OFFSET }, .named = true, .kind = ref->kind, .uri = ref->uri, .source = ""
    };
    for (int i = 0; l && i < TRIES && (h = next_of(ref->uri, &rest, &brought)) != NULL; i++) {
        enum status_answer answer;
        struct why w;

        why_clear(&w);
        answer = status_of(ref, h->bytes, &opt, a, l, f, &w);
        if (i > 0 && l->result != RESULT_GENUINE)
            continue;
        say_token(h, q->at, out);
        out->answer = answer;
        out->why = w;
        if (l->result == RESULT_GENUINE)
            return;
    }
    if (!out->found)
        (void)why_set(&out->why, "STATUS_UNAVAILABLE", WHY_NO_OFFSET, CLAUSE,
                      "no status token of that address is at hand");
}

/* The reference to the other list, when the licence names both. */
static bool second_of(const struct mdoc_status *s, struct status_reference *out)
{
    const struct mdoc_status identifiers = { .has_identifiers = true,
                                             .identifier = s->identifier,
                                             .identifiers_uri = s->identifiers_uri,
                                             .identifiers_certificate = s->identifiers_certificate };

    return s->has_list && s->has_identifiers && status_reference_of(&identifiers, out);
}

enum status_answer status_ask(const struct status_question *q, struct arena *a, struct status_said *out,
                              struct findings *f)
{
    const struct mdoc_status *s = &q->document->mso.status;
    const struct status_held *brought = NULL;
    struct status_reference ref;
    struct status_said other;
    struct status_held own;

    *out = (struct status_said){ .why = { .offset = WHY_NO_OFFSET }, .source = "" };
    if (!q->document->has_mso || !status_reference_of(s, &ref)) {
        (void)why_set(&out->why, "STATUS_UNAVAILABLE", WHY_NO_OFFSET, CLAUSE,
                      "the licence does not say where its status is");
        return out->answer;
    }
    if (q->brought.n && read_held(q->brought, "", a, &own, NULL))
        brought = &own;
    ask_reference(q, &ref, brought, a, out, f);
    if (out->answer != STATUS_REVOKED && second_of(s, &ref)) {
        ask_reference(q, &ref, brought, a, &other, f);
        if (other.answer > out->answer || (!out->found && other.found))
            *out = other;
    }
    return out->answer;
}
