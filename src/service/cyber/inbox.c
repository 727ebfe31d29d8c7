#include "service/cyber/inbox_internal.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/federate_take.h"

enum {
    MOST = 200,
    USUAL = 50,
    WORD = 64,
    WORDS = 200,
    TOKEN = 2048,
    CHUNK = 50,     /* records read at once */
    RECORDS = 2000, /* records looked at for one answer */
    CHUNK_MEMORY = 64 << 20,
    FILTER = WORD + WORD + WORDS + 3,
};

static const char *const words[INBOX_KINDS] = { "advisory", "recall",  "request",  "offer", "playbook",
                                                "sighting", "opinion", "exercise", "object" };

const char *inbox_kind_word(enum inbox_kind k)
{
    return k < INBOX_KINDS ? words[k] : "";
}

struct inbox {
    const struct alert_desk *d;
    struct span kind, type, words, next;
    int64_t most, said;
    uint8_t filter_mem[FILTER];
    struct span filter;
    struct inbox_read read;
    struct inbox_place at;   /* where looking goes on */
    struct inbox_place page; /* up to which this page goes */
    bool full;               /* the page is */
    bool cut;                /* not all was looked at */
    size_t count[INBOX_KINDS];
    uint16_t shared;
    struct arena *a;
    struct json_writer *j;
    struct object_look look;
};

static bool is_done(const struct inbox *x, enum inbox_source source, int64_t place)
{
    size_t low = 0, high = x->read.n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        bool below = x->read.done[mid].source < (int64_t)source ||
                     (x->read.done[mid].source == (int64_t)source && x->read.done[mid].place < place);

        low = below ? mid + 1 : low;
        high = below ? high : mid;
    }
    return low < x->read.n && x->read.done[low].source == (int64_t)source && x->read.done[low].place == place;
}

static bool matters(const struct inbox *x, struct span text)
{
    struct span rest = x->words, word;

    if (!rest.n)
        return true;
    while (text_split(&rest, ',', &word))
        if (text_trim(word).n && object_text_has(text, text_trim(word)))
            return true;
    return false;
}

static bool of_kind(const struct inbox *x, enum inbox_kind k)
{
    return !x->kind.n || span_eq_str(x->kind, words[k]);
}

/* Counted; true: it is to be said, into an object that is open. */
static bool begin_item(struct inbox *x, enum inbox_source source, int64_t place, enum inbox_kind k,
                       struct why *w)
{
    struct span token;

    x->count[k]++;
    if (x->said == x->most)
        x->full = true;
    if (x->full || !inbox_token(x->d, INBOX_ITEM, (struct span){ NULL, 0 }, source, place, x->a, &token, w))
        return false;
    x->said++;
    jw_object(x->j, NULL);
    jw_str(x->j, "kind", words[k]);
    jw_text(x->j, "item", token);
    return true;
}

/* ---- objects ---- */

/* It speaks of an object of this member that the person may see. Its text is in x->look. */
static bool about_ours(struct inbox *x, const char *name)
{
    const struct json *j = &x->look.json;
    json_ref v = json_member(j, JSON_ROOT, name);
    struct object_row of;
    struct why w = { 0 };
    struct span text;

    if (json_is(j, v, JSON_KIND_ARRAY))
        v = json_first(j, v);
    return json_text_of(j, v, &x->look.arena, &text) && alert_indicator(x->d, text, &of, &w) &&
           of.label.owner == x->d->view->law.self &&
           object_view_may((void *)(uintptr_t)x->d->view, &of.label);
}

static enum inbox_kind kind_of(struct inbox *x, struct span type, const struct object_row *r)
{
    if (r->flags & OBJECT_IS_REVOKED)
        return INBOX_RECALL;
    if (r->label.flags & CYBER_EXERCISE)
        return INBOX_EXERCISE;
    if (span_eq_str(type, "sighting") && about_ours(x, "sighting_of_ref"))
        return INBOX_SIGHTING;
    return span_eq_str(type, "opinion") && about_ours(x, "object_refs") ? INBOX_OPINION : INBOX_OBJECT;
}

static bool take_object(struct inbox *x, uint64_t sequence, struct why *w)
{
    struct object_store *s = x->d->desk->objects;
    struct object_row row;
    struct span type;
    enum inbox_kind k;
    bool there;

    if (!object_store_row(s, sequence, &row) || row.label.owner == x->d->view->law.self ||
        is_done(x, INBOX_OBJECTS, (int64_t)sequence))
        return true;
    type = object_store_type(s, row.type);
    if (x->words.n || !x->full || span_eq_str(type, "sighting") || span_eq_str(type, "opinion")) {
        if (!object_look_read(&x->look, sequence, &there, w) || (there && !object_look_parse(&x->look, w)))
            return false;
        if (!there || !matters(x, buf_span(&x->look.text)))
            return true;
    }
    k = kind_of(x, type, &row);
    if (!of_kind(x, k))
        return true;
    if (begin_item(x, INBOX_OBJECTS, (int64_t)sequence, k, w)) {
        object_look_say(&x->look, x->j);
        jw_object_end(x->j);
    }
    return x->full || !w->reason;
}

static bool take_objects(struct inbox *x, struct why *w)
{
    const struct object_query q = { .collection = OBJECT_ANY,
                                    .may = object_view_may,
                                    .ctx = (void *)(uintptr_t)x->d->view,
                                    .after = (uint64_t)x->at.at[INBOX_OBJECTS],
                                    .type = &x->type,
                                    .n_types = x->type.n ? 1 : 0,
                                    .versions = OBJECT_LAST,
                                    .limit = LIMIT_CYBER_LOOKED };
    struct object_page page = { 0 };
    bool ok = true;

    object_store_find(x->d->desk->objects, &q, &page);
    for (size_t i = 0; ok && i < page.n; i++) {
        ok = take_object(x, page.sequence[i], w);
        if (!x->full)
            x->page.at[INBOX_OBJECTS] = (int64_t)page.sequence[i];
    }
    x->cut = x->cut || page.more;
    object_page_free(&page);
    return ok;
}

/* ---- what members say ---- */

static bool record_kind(enum coop_kind k, enum inbox_kind *out)
{
    switch (k) {
    case COOP_ADVISORY:
    case COOP_ADVISORY_SUPERSEDED:
        *out = INBOX_ADVISORY;
        return true;
    case COOP_PLAYBOOK:
    case COOP_PLAYBOOK_USED:
        *out = INBOX_PLAYBOOK;
        return true;
    case COOP_PLAYBOOK_WITHDRAWN:
        *out = INBOX_RECALL;
        return true;
    case COOP_OFFER:
        *out = INBOX_OFFER;
        return true;
    case COOP_REQUEST:
    case COOP_REPLY:
    case COOP_ACCEPTED:
    case COOP_CLOSED:
        *out = INBOX_REQUEST;
        return true;
    case COOP_ASSESSMENT: /* it goes to whom it asks for a review */
        *out = INBOX_REQUEST;
        return true;
    case COOP_CONTACT_TEST:
    case COOP_DRILL:
    case COOP_DRILL_STOPPED:
    case COOP_DRILL_INJECT:
    case COOP_DRILL_ANSWER:
        *out = INBOX_EXERCISE;
        return true;
    case COOP_CONTACT:
    case COOP_CONTACT_WITHDRAWN:
    case COOP_CONTACT_ANSWER:
    case COOP_ASSESSMENT_REVIEW:
    case COOP_ASSESSMENT_PROFILE:
    case COOP_EXPOSURE_BOARD:
    case COOP_DRILL_PLAN:
    case COOP_KINDS:
        break;
    }
    return false;
}

static struct cyber_label label_of(const struct inbox *x, const struct coop_record *r)
{
    const struct cyber_law *law = &x->d->view->law;

    return (struct cyber_label){ .audience = r->to == JSON_NONE ? CYBER_ALL : (uint64_t)1 << law->self,
                                 .owner = cyber_place_of(x->d->view->places, r->member),
                                 .group = CYBER_NO_PLACE,
                                 .tlp = (uint8_t)r->tlp };
}

static struct span name_of(const struct coop_record *r)
{
    static const char *const by[] = { "title", "text", "capability", "reason", "remark" };
    struct span s = { NULL, 0 };

    for (size_t i = 0; i < sizeof by / sizeof *by && !s.n; i++)
        s = coop_text(r, by[i]);
    if (s.n > 240)
        s.n = utf8_valid_to(span_of(s.p, 240));
    return s;
}

/* What belongs to a drill says so wherever it is named. */
static void put_name(struct json_writer *j, const struct coop_record *r)
{
    struct span s = name_of(r);
    char text[sizeof COOP_EXERCISE + 256];

    (void)snprintf(text, sizeof text, "%s%.*s", coop_text(r, "exercise").n ? COOP_EXERCISE ": " : "",
                   (int)s.n, s.n ? (const char *)s.p : "");
    jw_str(j, "name", text);
}

static bool take_record(struct inbox *x, const struct cooperation_row *row, struct arena *chunk,
                        struct why *w)
{
    struct coop_record r;
    struct cyber_label label;
    struct why bad = { 0 };
    char at[TIME_TEXT];
    enum inbox_kind k;

    if (is_done(x, INBOX_RECORDS, row->arrived) || span_eq(row->member, x->d->desk->self) ||
        !coop_reopen(row->body, chunk, &r, &bad) || !record_kind(r.kind, &k) || !of_kind(x, k))
        return true;
    label = label_of(x, &r);
    if (!object_view_may((void *)(uintptr_t)x->d->view, &label) || !matters(x, r.json))
        return true;
    if (begin_item(x, INBOX_RECORDS, row->arrived, k, w)) {
        jw_str(x->j, "id", r.id);
        jw_str(x->j, "type", coop_kind_word(r.kind));
        put_name(x->j, &r);
        jw_str(x->j, "added", time_format(r.at, at));
        object_view_label(x->d->view, &label, x->j, "label");
        jw_object_end(x->j);
    }
    return x->full || !w->reason;
}

static bool take_records(struct inbox *x, struct why *w)
{
    struct cooperation_row *row = NULL;
    size_t n = CHUNK, looked = 0;
    struct arena chunk;
    bool ok = true;

    arena_init(&chunk, CHUNK_MEMORY);
    while (ok && n == CHUNK && looked < RECORDS) {
        arena_reset(&chunk);
        ok = store_cooperation_after(x->d->desk->store, x->at.at[INBOX_RECORDS], CHUNK, &chunk, &row, &n, w);
        for (size_t i = 0; ok && i < n; i++, looked++) {
            ok = take_record(x, &row[i], &chunk, w);
            x->at.at[INBOX_RECORDS] = row[i].arrived;
            if (!x->full)
                x->page.at[INBOX_RECORDS] = row[i].arrived;
        }
    }
    x->cut = x->cut || (ok && n == CHUNK);
    arena_free(&chunk);
    return ok;
}

/* ---- */

static bool known_kind(struct span s)
{
    for (enum inbox_kind k = 0; k < INBOX_KINDS; k++)
        if (span_eq_str(s, words[k]))
            return true;
    return s.n == 0;
}

static bool read_ask(struct inbox *x, struct span json, struct why *w)
{
    struct buffer b;
    struct json j;
    json_ref most;

    if (!json_parse(json, x->a, &j, w) || !alert_text(&j, "kind", WORD, false, x->a, &x->kind, w) ||
        !alert_text(&j, "type", WORD, false, x->a, &x->type, w) ||
        !alert_text(&j, "words", WORDS, false, x->a, &x->words, w) ||
        !alert_text(&j, "next", TOKEN, false, x->a, &x->next, w))
        return false;
    most = json_member(&j, JSON_ROOT, "most");
    x->most = USUAL;
    if (most != JSON_NONE && (!json_int64(&j, most, &x->most) || x->most < 1 || x->most > MOST))
        return alert_request(w, "\"most\" is 1 to 200");
    if (!known_kind(x->kind))
        return alert_request(w, "\"kind\" is none");
    buf_init_fixed(&b, x->filter_mem, sizeof x->filter_mem);
    if (x->kind.n || x->type.n || x->words.n) {
        buf_put(&b, x->kind);
        buf_u8(&b, '\n');
        buf_put(&b, x->type);
        buf_u8(&b, '\n');
        buf_put(&b, x->words);
    }
    x->filter = buf_span(&b);
    return true;
}

static bool put_place(struct inbox *x, enum inbox_use use, const char *name, struct why *w)
{
    struct span token;

    if (!inbox_token(x->d, use, x->filter, x->page.at[INBOX_OBJECTS], x->page.at[INBOX_RECORDS], x->a, &token,
                     w))
        return false;
    jw_text(x->j, name, token);
    return true;
}

static bool list(struct inbox *x, struct why *w)
{
    char at[TIME_TEXT];
    bool ok;

    jw_object(x->j, NULL);
    jw_str(x->j, "at", time_format(x->d->view->now, at));
    jw_str(x->j, "clearance", tlp_word(TLP_STIX, (enum tlp)x->d->view->reader.clearance));
    if (x->read.at)
        jw_str(x->j, "read", time_format(x->read.at, at));
    jw_array(x->j, "items");
    ok = (x->type.n || take_records(x, w)) && take_objects(x, w);
    jw_array_end(x->j);
    jw_object(x->j, "counts");
    for (enum inbox_kind k = 0; k < INBOX_KINDS; k++)
        jw_int(x->j, words[k], (int64_t)x->count[k]);
    jw_object_end(x->j);
    jw_bool(x->j, "whole", !x->cut);
    ok = ok && (x->filter.n || put_place(x, INBOX_UPTO, "upto", w)) &&
         ((!x->full && !x->cut) || put_place(x, INBOX_NEXT, "next", w));
    jw_object_end(x->j);
    return ok;
}

bool inbox_list(const struct alert_desk *d, struct span json, unix_time now, struct arena *a,
                struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct inbox x = { .d = d, .a = a, .j = &j };
    bool ok;

    (void)now;
    if (!read_ask(&x, json, w) || !store_inbox(d->desk->store, d->officer, a, &x.read, w))
        return false;
    x.at = x.read.read;
    if (x.next.n && !inbox_token_open(d, INBOX_NEXT, x.filter, x.next, &x.at.at[INBOX_OBJECTS],
                                      &x.at.at[INBOX_RECORDS], a, w))
        return false;
    x.page = x.at;
    object_look_init(&x.look, d->view);
    ok = list(&x, w);
    object_look_free(&x.look);
    return ok;
}

bool inbox_mark(const struct alert_desk *d, struct span json, unix_time now, struct arena *a,
                struct buffer *out, struct why *w)
{
    struct span upto, item, none = { NULL, 0 };
    struct inbox_place p;
    struct json_writer j;
    struct json in;
    int64_t source, place;
    bool ok;

    if (!json_parse(json, a, &in, w) || !alert_text(&in, "upto", TOKEN, false, a, &upto, w) ||
        !alert_text(&in, "item", TOKEN, false, a, &item, w))
        return false;
    if ((upto.n != 0) == (item.n != 0))
        return alert_request(w, "say \"upto\" or \"item\"");
    if (upto.n)
        ok = inbox_token_open(d, INBOX_UPTO, none, upto, &p.at[INBOX_OBJECTS], &p.at[INBOX_RECORDS], a, w) &&
             store_inbox_read(d->desk->store, d->officer, &p, now, w);
    else
        ok = inbox_token_open(d, INBOX_ITEM, none, item, &source, &place, a, w) &&
             store_inbox_done(d->desk->store, d->officer, (enum inbox_source)source, place, w);
    if (!ok)
        return false;
    j = json_to(out);
    jw_object(&j, NULL);
    jw_str(&j, "marked", upto.n ? "upto" : "item");
    jw_object_end(&j);
    return true;
}
