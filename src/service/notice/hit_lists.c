#include "service/notice/hit_lists.h"

#include <stdio.h>

#include "crypto/digest.h"

bool hit_lists_serve(const struct list_view *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->of[i].terms.purposes & LIST_BORDER)
            return true;
    return false;
}

bool hit_lists_ask(const struct list_view *v, const struct screen_question *q, struct arena *a,
                   bool (*take)(void *ctx, const struct screen_hit *h, struct why *w), void *ctx,
                   bool *limited, struct why *w)
{
    struct screen_question files = *q;

    files.use = SCREEN_FILES; /* whether it is for the border, the list's terms say */
    for (size_t i = 0; i < v->n; i++) {
        const struct list_shelf *s = &v->of[i];
        struct screen_found f;

        if (!(s->terms.purposes & LIST_BORDER))
            continue;
        if (!screen_ask(s->screen, &files, a, &f, w))
            return false;
        *limited = *limited || f.limited;
        for (size_t h = 0; h < f.n && f.hit[h].alerts; h++) {
            (void)snprintf(f.hit[h].shelf, sizeof f.hit[h].shelf, "%s", s->terms.name);
            if (!take(ctx, &f.hit[h], w))
                return false;
        }
    }
    return true;
}

/* ---- by number ---- */

struct by_number {
    const struct list_shelf *shelf;
    const struct screen_document *asked;
    struct list_id id;
    struct arena *a;
    bool (*take)(void *ctx, const struct screen_hit *h, struct why *w);
    void *ctx;
};

static bool take_number(void *ctx, const struct list_entry *e)
{
    struct by_number *k = ctx;
    struct screen_hit h = { .alerts = true, .document = true, .asked = SCREEN_ASKED };

    h.score = list_id_of_entry(e, &k->id, k->asked->state, NULL);
    h.id = h.score > 0 ? arena_copy(k->a, e->id) : (struct span){ NULL, 0 };
    if (!h.id.p)
        return true;
    (void)snprintf(h.shelf, sizeof h.shelf, "%s", k->shelf->terms.name);
    return k->take(k->ctx, &h, NULL);
}

void hit_lists_number(const struct list_view *v, const struct screen_document *d, struct arena *a,
                      bool (*take)(void *ctx, const struct screen_hit *h, struct why *w), void *ctx)
{
    static const char *const property[] = { "passportNumber", "idNumber" };

    for (size_t i = 0; i < v->n; i++)
        for (size_t p = 0; p < sizeof property / sizeof *property; p++) {
            struct by_number k = { .shelf = &v->of[i], .asked = d, .a = a, .take = take, .ctx = ctx };

            if (k.shelf->terms.purposes & LIST_BORDER &&
                list_id_fold(span_str(property[p]), d->number, &k.id))
                list_version_by_id(k.shelf->version, &k.id, a, take_number, &k);
        }
}

/* ---- an entry ---- */

static void put_value(const struct list_value *v, struct hit_entity *e)
{
    enum names_alias alias;

    if (list_value_name(v, &alias)) {
        if (e->n_names < HIT_NAMES)
            e->name[e->n_names++] =
                (struct hit_name){ v->text, v->kind.n ? v->kind : v->property, alias == NAMES_WEAK };
    } else if (span_eq_str(v->property, "birthDate")) {
        if (e->n_births < HIT_BIRTHS)
            e->birth[e->n_births++] = v->text;
    } else if (span_eq_str(v->property, "nationality") || span_eq_str(v->property, "country")) {
        if (e->n_states < HIT_STATES)
            e->state[e->n_states++] = v->text;
    } else if (span_eq_str(v->property, "passportNumber") || span_eq_str(v->property, "idNumber")) {
        if (e->n_documents < HIT_DOCUMENTS)
            e->document[e->n_documents++] = (struct hit_document){ v->property, v->country, v->text };
    }
}

/* Another entry under the same id is another version: over all it says. */
static struct span version_of(struct span line, struct arena *a)
{
    struct digest d;
    char text[65];

    digest_of(DIGEST_SHA256, line, &d);
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", d.b[i]);
    return arena_copy(a, span_str(text));
}

static bool put_entry(const struct list_shelf *s, struct span line, struct arena *a, struct hit_entity *out,
                      struct why *w)
{
    struct list_entry e;
    struct names_about about = { 0 };

    if (!list_entry_read(line, a, &e, w))
        return false;
    list_entry_about(&e, &about);
    *out = (struct hit_entity){ .standing = HIT_ACT,
                                .owner = arena_copy(a, span_str(s->terms.name)),
                                .kind = SPAN("list"),
                                .status = list_entry_first(&e, "program"),
                                .facts = list_entry_first(&e, "notes"),
                                .version = version_of(line, a),
                                .at = s->about.from ? s->about.from : s->about.imported,
                                .sex = about.sex,
                                .schema = list_entry_schema(&e) };
    for (size_t i = 0; i < e.n; i++)
        put_value(&e.value[i], out);
    return (out->owner.p && out->version.p) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* What was taken off the list, or a list that is no longer for the border, alerts nobody. */
bool hit_list_about(void *ctx, const char *shelf, struct span id, unix_time now, struct arena *a,
                    struct hit_entity *out, struct why *w)
{
    const struct list_view *v = NULL;
    const struct list_shelf *s;
    struct span line = { NULL, 0 };
    bool ok = true;

    (void)now;
    if (!list_desk_take(ctx, &v, w))
        return false;
    s = list_view_find(v, span_str(shelf));
    if (s && s->terms.purposes & LIST_BORDER)
        line = list_version_find(s->version, id, a);
    line = line.n ? arena_copy(a, line) : line;
    if (line.n)
        ok = put_entry(s, line, a, out, w);
    else
        *out = (struct hit_entity){ .standing = HIT_GONE };
    list_desk_give(ctx, v);
    return ok;
}
