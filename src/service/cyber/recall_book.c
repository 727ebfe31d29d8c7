/* Who has carried out which recall: the order is this member's, the word is the other's. */
#include "base/limits.h"
#include "service/cyber/release_internal.h"

enum { RECALLS = 200, WORDS = 10000, HOUR = 3600, MEMORY = 64 << 20 };

struct recall_book {
    const struct cyber_desk *d;
    struct cyber_act_row *recall, *done;
    size_t n, n_done;
    uint64_t bound;
    uint8_t self;
    int hours; /* 0: the agreement says nothing */
    unix_time now;
};

static bool load(const struct cyber_desk *d, unix_time now, struct arena *a, struct recall_book *b,
                 struct why *w)
{
    const struct sharing_rules *rules = NULL;
    struct cyber_law law;

    *b = (struct recall_book){ .d = d, .now = now };
    cyber_law_on(d->places, d->agreement, d->self, date_of_time(now), &law, &rules);
    b->bound = law.bound;
    b->self = law.self;
    b->hours = rules ? rules->recall_hours : 0;
    return store_cyber_acts(d->store, SPAN("recall"), 0, RECALLS, a, &b->recall, &b->n, w) &&
           store_cyber_acts(d->store, SPAN("done"), 0, WORDS, a, &b->done, &b->n_done, w);
}

/* Nothing of it is believed but that its member said so. */
bool cyber_done_read(struct span member, struct span body, struct arena *a, char out[CYBER_TOLD_ID],
                     struct why *w)
{
    struct span recall = { NULL, 0 };
    struct json j;

    if (body.n > LIMIT_CYBER_TOLD)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "an acknowledgement of %zu bytes", body.n);
    if (!json_parse(body, a, &j, w))
        return false;
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "recall"), a, &recall) || !recall.n ||
        recall.n >= CYBER_WORD)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "\"recall\" is the id of a release");
    cyber_done_id(member, recall, out);
    return true;
}

/* NULL: it has not said so. */
static const struct cyber_act_row *word_of(const struct recall_book *b, const struct cyber_act_row *r,
                                           size_t place)
{
    char id[CYBER_TOLD_ID];

    cyber_done_id(span_str(b->d->places->member[place]), r->id, id);
    for (size_t i = 0; i < b->n_done; i++)
        if (span_eq_str(b->done[i].id, id))
            return &b->done[i];
    return NULL;
}

static bool is_for(const struct recall_book *b, const struct cyber_act_row *r, size_t place)
{
    return place != b->self && (b->bound >> place & 1) &&
           (cyber_audience_read(b->d->places, r->audience) >> place & 1);
}

static unix_time due(const struct recall_book *b, const struct cyber_act_row *r)
{
    return b->hours ? r->at + (unix_time)b->hours * HOUR : 0;
}

/* Of a member that has not said so. */
static bool is_late(const struct recall_book *b, const struct cyber_act_row *r)
{
    return due(b, r) && b->now > due(b, r);
}

static void say(const struct recall_book *b, const struct cyber_act_row *r, struct json_writer *j)
{
    char time[TIME_TEXT];

    jw_object(j, NULL);
    jw_text(j, "id", r->id);
    jw_str(j, "at", time_format(r->at, time));
    jw_text(j, "who", r->who);
    if (due(b, r))
        jw_str(j, "due", time_format(due(b, r), time));
    jw_array(j, "members");
    for (size_t m = 0; m < b->d->places->n; m++) {
        const struct cyber_act_row *done;

        if (!is_for(b, r, m))
            continue;
        done = word_of(b, r, m);
        jw_object(j, NULL);
        jw_str(j, "member", b->d->places->member[m]);
        jw_str(j, "state", done ? "done" : is_late(b, r) ? "late" : "open");
        if (done)
            jw_str(j, "at", time_format(done->at, time));
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_object_end(j);
}

bool cyber_recalls(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct recall_book b;

    (void)json;
    if (!load(d, now, a, &b, w))
        return false;
    jw_object(&j, NULL);
    jw_array(&j, "recalls");
    for (size_t i = 0; i < b.n; i++)
        say(&b, &b.recall[i], &j);
    jw_array_end(&j);
    jw_object_end(&j);
    return true;
}

bool cyber_recall_count(const struct cyber_desk *d, unix_time now, struct cyber_recall_counts *out,
                        struct why *w)
{
    struct cyber_recall_counts c = { 0 };
    struct recall_book b;
    struct arena a;
    bool ok;

    arena_init(&a, MEMORY);
    ok = load(d, now, &a, &b, w);
    for (size_t i = 0; ok && i < b.n; i++)
        for (size_t m = 0; m < d->places->n; m++)
            if (is_for(&b, &b.recall[i], m) && !word_of(&b, &b.recall[i], m)) {
                c.open++;
                c.late += is_late(&b, &b.recall[i]);
            }
    arena_free(&a);
    if (ok)
        *out = c;
    return ok;
}
