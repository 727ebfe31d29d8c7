#include "check/screening.h"

#include <stdio.h>

#include "wire/dg_text.h"
#include "wire/mrz_codes.h"

enum { NAME = 2 * MRZ_NAME + 2, NATIVE = 400, DG11_TAG = 0x6b };

/* ---- who it is ---- */

static void add_name(struct hit_traveller *t, struct span text, struct span source, bool truncated)
{
    if (!text.n || t->n == SCREEN_ASKED)
        return;
    for (size_t i = 0; i < t->n; i++)
        if (span_eq(t->name[i].text, text))
            return;
    t->name[t->n++] = (struct hit_asked){ text, source, truncated };
}

static void add_mrz(struct hit_traveller *t, const struct mrz *m, struct span source, struct arena *a)
{
    char text[NAME];

    if (!m->name_legal)
        return;
    (void)snprintf(text, sizeof text, "%s%s%s", m->primary, m->secondary[0] ? " " : "", m->secondary);
    add_name(t, arena_copy(a, span_str(text)), source, m->name_truncated);
}

/* "SPECIMEN<<ANNA<MARIA": fillers part names (Doc 9303-10 4.7.11). */
static void add_native(struct hit_traveller *t, struct span name, struct arena *a)
{
    uint8_t mem[NATIVE];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] != '<')
            buf_u8(&b, name.p[i]);
        else if (b.n && mem[b.n - 1] != ' ')
            buf_u8(&b, ' ');
    if (buf_ok(&b))
        add_name(t, arena_copy(a, buf_span(&b)), SPAN("chip"), false);
}

/* Where the chip has them: names in national characters. */
static void add_dg11(struct hit_traveller *t, const struct check_request *r, const struct gathered *g,
                     struct arena *a)
{
    const struct evidence *e = g->chip ? &r->evidence[g->chip->item] : NULL;
    struct findings *f = arena_alloc(a, sizeof *f);
    struct dg11 d;

    for (size_t i = 0; e && f && i < e->n_files; i++) {
        if (!e->file[i].n || e->file[i].p[0] != DG11_TAG || !dg11_parse(e->file[i], &d, f, NULL))
            continue;
        add_native(t, d.full_name, a);
        for (size_t k = 0; k < d.other_names.n; k++)
            add_native(t, d.other_names.name[k], a);
    }
}

static struct span day_text(struct mrz_date d, struct arena *a)
{
    char text[16];

    if (d.state == MRZ_DATE_ILLEGAL || !d.year)
        return (struct span){ NULL, 0 };
    if (d.month && d.day)
        (void)snprintf(text, sizeof text, "%04d-%02u-%02u", d.year, d.month, d.day);
    else if (d.month)
        (void)snprintf(text, sizeof text, "%04d-%02u", d.year, d.month);
    else
        (void)snprintf(text, sizeof text, "%04d", d.year);
    return arena_copy(a, span_str(text));
}

static void add_about(struct hit_traveller *t, const struct mrz *m, struct arena *a)
{
    const char *state = state_from_alpha3(span_str(m->nationality));

    t->birth = day_text(m->birth, a);
    t->sex = m->sex == MRZ_SEX_FEMALE ? SPAN("F") : m->sex == MRZ_SEX_MALE ? SPAN("M") : t->sex;
    if (state)
        t->state = span_str(state);
}

static bool proved_by_chip(const struct gathered *g)
{
    return g->chip && g->chip->has_dg1 && g->document_item == g->chip->item;
}

static void traveller_of(const struct check_request *r, const struct gathered *g, struct arena *a,
                         struct hit_traveller *t)
{
    const struct travel_document *d = &g->document;
    const struct travel_permission *p = &g->permission;

    *t = (struct hit_traveller){ 0 };
    if (d->present) {
        add_mrz(t, &d->mrz, proved_by_chip(g) ? SPAN("chip") : SPAN("mrz"), a);
        add_about(t, &d->mrz, a);
    }
    if (d->present && d->readable) {
        t->issuer = span_str(d->mrz.issuer);
        t->number = span_str(d->mrz.number);
        t->kind = d->mrz.format == MRZ_TD3 || d->mrz.code[0] == 'P' ? SPAN("passport") : SPAN("card");
    }
    if (g->has_lines)
        add_mrz(t, &g->lines, SPAN("mrz"), a);
    add_dg11(t, r, g, a);
    if (p->present && p->has_mrz) {
        add_mrz(t, &p->mrz, SPAN("permission"), a);
        if (!d->present)
            add_about(t, &p->mrz, a);
    }
}

bool gather_screening(const struct check_context *c, const struct check_request *r, struct span id,
                      unix_time now, struct arena *a, struct gathered *out, struct why *w)
{
    struct hit_traveller *t;
    struct hit_screened *s;

    if (!c->hits || !hit_serves(c->hits))
        return true;
    t = arena_alloc(a, sizeof *t);
    s = arena_alloc(a, sizeof *s);
    if (!t || !s)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    traveller_of(r, out, a, t);
    if (!hit_screen(c->hits, t, id, now, a, s, w))
        return false;
    out->screened = s;
    return true;
}

/* ---- what follows ---- */

bool screening_refers(const struct gathered *g)
{
    return g->screened && (g->screened->n || g->screened->answer == HIT_UNKNOWN);
}

void screening_apply(bool refers, struct verdict *v)
{
    if (!refers)
        return;
    v->outcome = OUTCOME_REFER;
    v->article = NULL;
    v->by_permission = false;
}

void screening_put(struct json_writer *w, const struct gathered *g)
{
    const struct hit_screened *s = g->screened;

    if (!s)
        return;
    jw_object(w, "screening");
    jw_str(w, "purpose", HIT_PURPOSE);
    jw_str(w, "answer", hit_answer_word(s->answer));
    jw_bool(w, "second_look", screening_refers(g));
    jw_int(w, "remembered", (int64_t)s->remembered);
    jw_bool(w, "limited", s->limited);
    jw_array(w, "hits");
    for (size_t i = 0; i < s->n; i++) {
        jw_object(w, NULL);
        jw_text(w, "id", s->alert[i].id);
        jw_str(w, "desk", s->alert[i].protect ? "protection" : "second check");
        jw_str(w, "by", s->alert[i].document ? "document number" : "name");
        jw_bool(w, "flagged", s->alert[i].flagged);
        jw_bool(w, "again", s->alert[i].again);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

void screening_put_reasons(struct json_writer *w, const struct gathered *g, screening_reason *put)
{
    const struct hit_screened *s = g->screened;
    char text[200];

    for (size_t i = 0; s && i < s->n; i++) {
        const struct hit_alert *h = &s->alert[i];
        int n = (int)h->id.n;
        const char *id = (const char *)h->id.p;

        if (h->protect)
            (void)snprintf(text, sizeof text,
                           "Lead this person to the desk for protection: hit %.*s. Never an arrest.", n, id);
        else if (h->document)
            (void)snprintf(text, sizeof text,
                           "The number of this document is listed, whatever the name. A person compares and "
                           "decides: hit %.*s. It is a lead; nothing follows from it by itself.",
                           n, id);
        else
            (void)snprintf(text, sizeof text,
                           "A person compares and decides: hit %.*s. It is a lead; nothing follows from it "
                           "by itself.",
                           n, id);
        put(w, h->protect ? "name-hit-protection" : h->document ? "document-hit" : "name-hit", text);
    }
    if (s && s->answer == HIT_UNKNOWN)
        put(w, "screening-unknown",
            "The names could not be looked up now, so that nobody knows whether they are listed.");
}

bool screening_referred(const struct json *j)
{
    json_ref s = json_member(j, JSON_ROOT, "screening");

    return json_is(j, s, JSON_KIND_OBJECT) && json_is(j, json_member(j, s, "second_look"), JSON_KIND_TRUE);
}
