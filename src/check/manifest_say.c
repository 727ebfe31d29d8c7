/* What is said of lists and of their persons: JSON and CSV. */
#include "check/manifest_internal.h"
#include "store/cases.h"
#include "wire/json.h"

/* Facts that an officer alone may know of a traveller. */
#define OFFICER_FACTS                                                                                        \
    (UINT64_C(1) << FACT_DOCUMENT_LISTED | UINT64_C(1) << FACT_EVIDENCE_CONTRADICTION |                      \
     UINT64_C(1) << FACT_TRAVELLER_STAYS)
#define ORGANISER_NOTES (1u << NOTE_PERMISSION_UNKNOWN | 1u << NOTE_PERMISSION_OTHER)

/* ---- a person ---- */

static void put_some(struct json_writer *j, const char *key, struct span s)
{
    if (s.n)
        jw_text(j, key, s);
}

static void put_code(struct json_writer *j, const char *key, const char *code)
{
    if (code[0])
        jw_str(j, key, code);
}

static void put_day(struct json_writer *j, const char *key, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        jw_str(j, key, date_format(d, text));
}

static const char *kind_word(char kind)
{
    return kind == 'P' ? "passport" : kind == 'I' ? "identity card" : kind == 'O' ? "other" : "";
}

static const char *sex_word(enum manifest_sex s)
{
    static const char *const word[] = { "", "F", "M", "X" };

    return word[s];
}

static void put_person(struct json_writer *j, const struct manifest_person *p)
{
    put_some(j, "family_name", p->family);
    put_some(j, "given_names", p->given);
    put_day(j, "birth", p->birth);
    put_code(j, "sex", sex_word(p->sex));
    put_code(j, "nationality", p->nationality);
    put_code(j, "document_state", p->issuer);
    put_code(j, "document_kind", kind_word(p->kind));
    put_some(j, "document_number", p->number);
    put_day(j, "expiry", p->expiry);
    put_some(j, "purpose", p->purpose);
    put_day(j, "entry", p->entry);
    if (p->stay)
        jw_int(j, "stay_days", p->stay);
    put_some(j, "mode", p->mode);
    put_some(j, "post", p->post);
    put_some(j, "group", p->group);
    put_some(j, "permission", p->permission);
}

static void put_mend(struct json_writer *j, const struct manifest_person *p)
{
    jw_array(j, "mend");
    if (p->row != FAULT_NONE) {
        jw_object(j, NULL);
        jw_str(j, "column", "row");
        jw_str(j, "fault", manifest_fault_word((enum manifest_fault)p->row));
        jw_object_end(j);
    }
    for (int i = 0; i < MANIFEST_COLUMNS_N; i++) {
        if (p->fault[i] == FAULT_NONE)
            continue;
        jw_object(j, NULL);
        jw_str(j, "column", manifest_column_name((enum manifest_column)i));
        jw_str(j, "fault", manifest_fault_word((enum manifest_fault)p->fault[i]));
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_alike(struct json_writer *j, const struct manifest_result *r)
{
    jw_array(j, "alike");
    for (size_t i = 0; i < r->n_links; i++) {
        const struct manifest_link *l = &r->link[i];

        jw_object(j, NULL);
        jw_int(j, "n", (int64_t)l->b + 1);
        jw_str(j, "why", manifest_like_word((enum manifest_like)l->like));
        jw_str(j, "births", manifest_births_word((enum manifest_births)l->births));
        jw_int(j, "name", l->name);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* As in the answer to a check (schema CheckAnswer). */
static void put_reason(struct json_writer *j, const struct result_reason *r)
{
    jw_object(j, NULL);
    jw_text(j, "code", r->code);
    if (r->article.n)
        jw_text(j, "article", r->article);
    else
        jw_null(j, "article");
    if (r->clause.n)
        jw_text(j, "clause", r->clause);
    else
        jw_null(j, "clause");
    jw_text(j, "text", r->text);
    jw_str(j, "for", r->for_admission ? "admission" : "referral");
    jw_null(j, "evidence");
    jw_array(j, "facts");
    for (unsigned f = 0; f < FACTS_N; f++)
        if (r->facts >> f & 1)
            jw_str(j, NULL, fact_name((enum fact)f));
    jw_array_end(j);
    jw_object_end(j);
}

static bool may_say(enum manifest_view view, const struct result_reason *r)
{
    return view == MANIFEST_OFFICER || (!r->for_admission && !(r->facts & OFFICER_FACTS));
}

static void put_missing(struct json_writer *j, enum manifest_view view, const struct manifest_result *r)
{
    jw_array(j, "missing");
    for (size_t i = 0; i < r->n_missing; i++)
        if (view == MANIFEST_OFFICER || !(OFFICER_FACTS >> r->missing[i] & 1))
            jw_str(j, NULL, fact_name((enum fact)r->missing[i]));
    jw_array_end(j);
}

static void put_notes(struct json_writer *j, enum manifest_view view, const struct manifest_result *r)
{
    uint32_t notes = view == MANIFEST_OFFICER ? r->notes : r->notes & ORGANISER_NOTES;

    jw_array(j, "notes");
    for (int i = 0; i < MANIFEST_NOTES; i++) {
        if (!(notes >> i & 1))
            continue;
        jw_object(j, NULL);
        jw_str(j, "code", manifest_note_word((enum manifest_note)i));
        jw_str(j, "text", manifest_note_text((enum manifest_note)i));
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_officer(struct json_writer *j, const struct manifest_result *r)
{
    jw_str(j, "outcome", r->outcome == OUTCOME_ADMIT ? "admit" : "refer");
    if (r->article.n)
        jw_text(j, "article", r->article);
    else
        jw_null(j, "article");
    if (r->stay_limited) {
        jw_object(j, "stay");
        jw_int(j, "used", r->days_used);
        jw_int(j, "left", r->days_left);
        put_day(j, "last_day", r->last_day);
        jw_object_end(j);
    } else {
        jw_null(j, "stay");
    }
    if (r->screened.asked) {
        jw_object(j, "screened");
        jw_int(j, "alerts", (int64_t)r->screened.alerts);
        jw_object_end(j);
    } else {
        jw_null(j, "screened");
    }
}

static void put_json(struct buffer *out, enum manifest_view view, int64_t n, const struct manifest_person *p,
                     const struct result_reader *table, const struct manifest_result *r)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    jw_int(&j, "n", n);
    jw_int(&j, "at", p->at);
    put_person(&j, p);
    put_day(&j, "on", r->on);
    if (view == MANIFEST_OFFICER)
        put_officer(&j, r);
    jw_array(&j, "reasons");
    for (size_t i = 0; i < r->n_reasons; i++)
        if (may_say(view, &table->reason[r->reason[i]]))
            put_reason(&j, &table->reason[r->reason[i]]);
    jw_array_end(&j);
    put_missing(&j, view, r);
    put_notes(&j, view, r);
    put_mend(&j, p);
    put_alike(&j, r);
    jw_object_end(&j);
}

/* ---- CSV (RFC 4180) ---- */

/* A program for tables takes what begins like this for a formula. */
static bool is_formula(struct span s)
{
    return s.n && (s.p[0] == '=' || s.p[0] == '+' || s.p[0] == '-' || s.p[0] == '@');
}

static void cell(struct buffer *b, struct span s)
{
    bool quoted = is_formula(s);

    for (size_t i = 0; i < s.n && !quoted; i++)
        quoted = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == ';' || s.p[i] < 0x20;
    if (b->n && b->p[b->n - 1] != '\n')
        buf_u8(b, ',');
    if (!quoted) {
        buf_put(b, s);
        return;
    }
    buf_str(b, is_formula(s) ? "\"'" : "\"");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_u8(b, '"');
        buf_u8(b, s.p[i]);
    }
    buf_u8(b, '"');
}

static void cell_str(struct buffer *b, const char *s)
{
    cell(b, span_str(s));
}

static void cell_day(struct buffer *b, struct date d)
{
    char text[DATE_TEXT];

    cell_str(b, date_format(d, text));
}

enum { CELL = 2048 };

/* Words with a blank between them, each once. */
struct words {
    uint8_t room[CELL];
    struct buffer b;
};

static void word(struct words *w, struct span s)
{
    size_t from = 0;
    struct span all = buf_span(&w->b);

    for (size_t i = 0; i <= all.n; i++)
        if (i == all.n || all.p[i] == ' ') {
            if (i > from && span_eq(span_sub(all, from, i), s))
                return;
            from = i + 1;
        }
    if (w->b.n + s.n + 1 > CELL)
        return;
    if (w->b.n)
        buf_u8(&w->b, ' ');
    buf_put(&w->b, s);
}

static void words_begin(struct words *w)
{
    buf_init_fixed(&w->b, w->room, sizeof w->room);
}

static void cell_faults(struct buffer *out, const struct manifest_person *p)
{
    struct words w;
    char text[64];
    struct buffer b;

    words_begin(&w);
    for (int i = -1; i < MANIFEST_COLUMNS_N; i++) {
        uint8_t fault = i < 0 ? p->row : p->fault[i];

        if (fault == FAULT_NONE)
            continue;
        buf_init_fixed(&b, text, sizeof text);
        buf_str(&b, i < 0 ? "row" : manifest_column_name((enum manifest_column)i));
        buf_u8(&b, ':');
        buf_str(&b, manifest_fault_word((enum manifest_fault)fault));
        word(&w, buf_span(&b));
    }
    cell(out, buf_span(&w.b));
}

static void cell_alike(struct buffer *out, const struct manifest_result *r)
{
    struct words w;
    char text[64];
    struct buffer b;

    words_begin(&w);
    for (size_t i = 0; i < r->n_links; i++) {
        buf_init_fixed(&b, text, sizeof text);
        buf_printf(&b, "%s:%u", manifest_like_word((enum manifest_like)r->link[i].like),
                   (unsigned)r->link[i].b + 1);
        word(&w, buf_span(&b));
    }
    cell(out, buf_span(&w.b));
}

static void cell_reasons(struct buffer *out, enum manifest_view view, const struct result_reader *table,
                         const struct manifest_result *r)
{
    struct words w;

    words_begin(&w);
    for (int i = 0; i < MANIFEST_NOTES; i++)
        if ((view == MANIFEST_OFFICER ? r->notes : r->notes & ORGANISER_NOTES) >> i & 1)
            word(&w, span_str(manifest_note_word((enum manifest_note)i)));
    for (size_t i = 0; i < r->n_reasons; i++)
        if (may_say(view, &table->reason[r->reason[i]]))
            word(&w, table->reason[r->reason[i]].code);
    cell(out, buf_span(&w.b));
    words_begin(&w);
    for (size_t i = 0; i < r->n_missing; i++)
        if (view == MANIFEST_OFFICER || !(OFFICER_FACTS >> r->missing[i] & 1))
            word(&w, span_str(fact_name((enum fact)r->missing[i])));
    cell(out, buf_span(&w.b));
}

void manifest_csv_header(enum manifest_view view, struct buffer *out)
{
    buf_str(
        out,
        "n,at,family_name,given_names,birth,sex,nationality,document_state,document_number,expiry,group,");
    if (view == MANIFEST_OFFICER)
        buf_str(out, "outcome,article,days_left,last_day,");
    buf_str(out, "reasons,missing,mend,alike\r\n");
}

static void put_csv(struct buffer *out, enum manifest_view view, int64_t n, const struct manifest_person *p,
                    const struct result_reader *table, const struct manifest_result *r)
{
    buf_printf(out, "%lld,%u", (long long)n, (unsigned)p->at);
    cell(out, p->family);
    cell(out, p->given);
    cell_day(out, p->birth);
    cell_str(out, sex_word(p->sex));
    cell_str(out, p->nationality);
    cell_str(out, p->issuer);
    cell(out, p->number);
    cell_day(out, p->expiry);
    cell(out, p->group);
    if (view == MANIFEST_OFFICER) {
        cell_str(out, r->outcome == OUTCOME_ADMIT ? "admit" : "refer");
        cell(out, r->article);
        buf_u8(out, ',');
        if (r->stay_limited)
            buf_decimal(out, r->days_left);
        cell_day(out, r->stay_limited ? r->last_day : (struct date){ 0 });
    }
    cell_reasons(out, view, table, r);
    cell_faults(out, p);
    cell_alike(out, r);
    buf_str(out, "\r\n");
}

/* ---- pages ---- */

struct paging {
    const struct manifest_page *q;
    enum result_kind only;
    bool csv;
    struct buffer *out;
    size_t n, most;
    int64_t next; /* number of the person after the last one looked at */
};

static void put(struct paging *p, int64_t number, const struct manifest_person *x,
                const struct result_reader *table, const struct manifest_result *r)
{
    if (p->csv) {
        put_csv(p->out, p->q->view, number, x, table, r);
    } else {
        if (p->n)
            buf_u8(p->out, ',');
        put_json(p->out, p->q->view, number, x, table, r);
    }
    p->n++;
}

/* *there: results of this part are. */
static bool page_part(const struct check_context *c, struct paging *k, int64_t part, struct arena *a,
                      bool *there, struct why *w)
{
    struct span list, results;
    struct result_reader table;
    struct manifest_result r;
    struct manifest_person p;
    struct reader persons;
    int64_t number = part * MANIFEST_PART + 1;

    if (!manifest_part(c, k->q->reference, PART_RESULTS, part, there, a, &results, w) ||
        (*there && !manifest_part(c, k->q->reference, PART_LIST, part, there, a, &list, w)))
        return false;
    if (!*there)
        return true;
    if (!result_open(results, a, &table, w))
        return false;
    persons = rd_of(list);
    for (; result_next(&table, &r) && manifest_unpack(&persons, &p); number++) {
        if (number < k->next)
            continue;
        if (k->n == k->most)
            break;
        k->next = number + 1;
        if (result_is(&p, &r, k->only))
            put(k, number, &p, &table, &r);
    }
    return true;
}

static bool find(const struct check_context *c, struct span reference, struct arena *a,
                 struct manifest_entry *m, struct why *w)
{
    bool found = false;

    if (!c->store)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node has no store");
    return store_find_manifest(c->store, reference, &found, a, m, w) &&
           (found ||
            why_set(w, "manifest-unknown", WHY_NO_OFFSET, NULL, "there is no list of this reference"));
}

bool manifest_results(const struct check_context *c, const struct manifest_page *q, bool csv, unix_time now,
                      struct arena *a, struct buffer *out, size_t *n, int64_t *next, struct why *w)
{
    struct paging k = { .q = q,
                        .csv = csv,
                        .out = out,
                        .next = q->from > 0 ? q->from : 1,
                        .most = q->most && q->most < MANIFEST_PAGE ? q->most : MANIFEST_PAGE };
    const struct manifest_event looked = { now, SPAN("looked"), q->office };
    struct manifest_entry m = { 0 };
    struct arena part;
    bool ok = true, there = true;

    if (!result_kind_of(q->only, &k.only) ||
        (q->view == MANIFEST_ORGANISER &&
         (k.only == RESULTS_ADMIT || k.only == RESULTS_REFER || k.only == RESULTS_NOTED)))
        return why_set(
            w, "request", WHY_NO_OFFSET, NULL,
            "results are asked for by admit, refer, noted, mend, duplicate or look-alike, or all; an "
            "organiser's by the last three");
    if (!find(c, q->reference, a, &m, w))
        return false;
    if (m.state == MANIFEST_ERASED)
        return why_set(w, "manifest-unknown", WHY_NO_OFFSET, NULL, "the list was erased");
    /* The entry stands before anything is shown; going on to the next page is the same look. */
    if (k.next == 1 && !store_note_manifest(c->store, q->reference, &looked, w))
        return false;
    arena_init(&part, 8 * (size_t)LIMIT_MANIFEST_PART);
    while (ok && there && k.n < k.most && k.next <= m.persons) {
        int64_t before = k.next;

        arena_reset(&part);
        ok = page_part(c, &k, (k.next - 1) / MANIFEST_PART, &part, &there, w);
        there = there && k.next > before;
    }
    arena_free(&part);
    *n = k.n;
    *next = !there || k.next > m.persons ? 0 : k.next;
    return ok && (buf_ok(out) ||
                  why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the page is too long: ask for fewer"));
}

/* ---- one list, and all ---- */

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, time_format(t, text));
}

static void put_entry(struct json_writer *j, const struct manifest_entry *m)
{
    jw_text(j, "id", m->reference);
    jw_str(j, "state", manifest_state_word(m->state));
    put_time(j, "at", m->at);
    put_time(j, "last", m->last);
    put_time(j, "ends", m->ends);
    jw_int(j, "persons", m->persons);
    jw_int(j, "parts", m->parts);
    jw_int(j, "done", m->done);
    if (m->summary.n)
        jw_raw(j, "summary", m->summary);
    else
        jw_null(j, "summary");
}

static bool put_events(const struct check_context *c, struct span reference, struct arena *a,
                       struct json_writer *j, struct why *w)
{
    const struct manifest_event *e;
    size_t n = 0;

    if (!store_manifest_events(c->store, reference, a, &e, &n, w))
        return false;
    jw_array(j, "events");
    for (size_t i = 0; i < n; i++) {
        jw_object(j, NULL);
        put_time(j, "at", e[i].at);
        jw_text(j, "what", e[i].what);
        jw_text(j, "who", e[i].who);
        jw_object_end(j);
    }
    jw_array_end(j);
    return true;
}

bool manifest_show(const struct check_context *c, struct span reference, struct arena *a,
                   struct json_writer *j, struct why *w)
{
    struct manifest_entry m = { 0 };
    struct span head = { NULL, 0 };

    if (!find(c, reference, a, &m, w))
        return false;
    if (m.head.n && !manifest_unseal(c->store, m.reference, "head", m.head, a, &head, w))
        return false;
    jw_object(j, NULL);
    put_entry(j, &m);
    if (head.n)
        jw_raw(j, "list", head);
    else
        jw_null(j, "list");
    if (!put_events(c, m.reference, a, j, w))
        return false;
    jw_object_end(j);
    return true;
}

bool manifest_list(const struct check_context *c, int64_t before, struct arena *a, struct json_writer *j,
                   struct why *w)
{
    const struct manifest_entry *m;
    int64_t next = 0;
    size_t n = 0;

    if (!c->store)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node has no store");
    if (!store_list_manifests(c->store, before, 100, a, &m, &n, &next, w))
        return false;
    jw_object(j, NULL);
    jw_array(j, "manifests");
    for (size_t i = 0; i < n; i++) {
        jw_object(j, NULL);
        put_entry(j, &m[i]);
        jw_object_end(j);
    }
    jw_array_end(j);
    if (next)
        jw_int(j, "before", next);
    else
        jw_null(j, "before");
    jw_object_end(j);
    return true;
}
