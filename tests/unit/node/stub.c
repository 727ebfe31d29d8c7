#include "stub.h"

#include "service/licence/status.h"
#include "wire/json_write.h"

#include <jansson.h>
#include <stdio.h>
#include <time.h>

#include "agreement/regime.h"
#include "agreement/register_json.h"
#include "check/inspect.h"
#include "check/licence_case.h"
#include "check/read_chip.h"
#include "node/ask_metrics.h"
#include "node/ask_put.h"
#include "node/federation.h"
#include "node/sync_report.h"
#include "service/licence/offence.h"
#include "store/figures.h"
#include "sync/replica.h"
#include "trust/report.h"

static const char one;
const struct agreement *stub_agreement = (const void *)&one;
const struct anchor_set *stub_anchors = (const void *)&one;

const char *agreement_title(const struct agreement *a)
{
    (void)a;
    return "Stand-in";
}

unsigned agreement_version(const struct agreement *a)
{
    (void)a;
    return 3;
}

const uint8_t *agreement_hash(const struct agreement *a)
{
    static const uint8_t hash[32] = { 0xab };

    (void)a;
    return hash;
}

size_t agreement_parties(const struct agreement *a, struct span *out, size_t max)
{
    (void)a;
    (void)max;
    out[0] = SPAN("IR");
    out[1] = SPAN("PK");
    return 2;
}

unsigned agreement_member_at(const struct agreement *a, struct span state)
{
    (void)a;
    return span_eq_str(state, "IR") ? 0 : BOUND_MEMBERS;
}

struct agreement_law regime_law(const struct regime *r)
{
    (void)r;
    return (struct agreement_law){ NULL, NULL };
}

bool register_make(const struct register_input *in, struct arena *a, struct agreement_register *out,
                   struct why *w)
{
    (void)in;
    (void)a;
    (void)w;
    *out = (struct agreement_register){ 0 };
    return true;
}

void register_json(struct json_writer *w, const struct agreement_register *r,
                   const struct register_question *q)
{
    char day[DATE_TEXT];

    jw_object(w, NULL);
    jw_str(w, "on", date_format(q->on, day));
    jw_hex(w, "digest", span_of(r->digest, sizeof r->digest));
    jw_array(w, "versions");
    jw_array_end(w);
    jw_array(w, "instruments");
    jw_array_end(w);
    jw_object_end(w);
}

void trust_report_put(const struct trust_report *r, struct buffer *out)
{
    buf_printf(out,
               "{\"member\":\"%s\",\"at\":\"2026-01-01T00:00:00Z\",\"rules\":{\"confirmations\":4,"
               "\"reports\":2},\"list\":null,\"members\":[],\"others\":[],\"waiting\":[],"
               "\"waiting_count\":0}",
               r->member);
}

struct beliefs *keeper_take(struct keeper *k)
{
    (void)k;
    return NULL;
}

void keeper_give(struct keeper *k, struct beliefs *b)
{
    (void)k;
    (void)b;
}

void keeper_state(struct keeper *k, struct keeper_state *out)
{
    (void)k;
    (void)out;
}

size_t agreement_words(const struct agreement *a, enum vocabulary v, struct span *out, size_t max)
{
    (void)a;
    (void)max;
    out[0] = SPAN("islam qala");
    return v == VOCABULARY_POST;
}

size_t agreement_articles(const struct agreement *a, struct agreement_article *out, size_t max)
{
    (void)a;
    if (max)
        out[0] = (struct agreement_article){ "5", "Stays", 1, true };
    return 1;
}

const char *agreement_title_in(const struct agreement *a, const char *article, const char *language,
                               const char **language_found)
{
    (void)a;
    (void)article;
    (void)language;
    *language_found = "en";
    return "Stays";
}

const char *agreement_wording(const struct agreement *a, const char *article, const char *language,
                              const char **language_found)
{
    (void)a;
    *language_found = strcmp(language, "fa") == 0 ? "fa" : "en";
    return strcmp(article, "5") == 0 ? "May stay." : NULL;
}

const struct anchor_list *anchor_list_at(const struct anchor_set *s, size_t i)
{
    static const struct anchor_list list = { .provider = "Lists \"A\" \\ B\nC", .date = 1769000000 };

    (void)s;
    return i ? NULL : &list;
}

bool store_figures(struct store *s, unix_time now, struct store_figures *out, struct why *w)
{
    (void)s;
    (void)now;
    (void)w;
    *out = (struct store_figures){ .commits = 5, .bytes = 4096, .cases_open = 2, .cases_overdue = 1 };
    return true;
}

void store_subject_key(const struct store *s, struct span use, struct span issuer, struct span number,
                       struct traveller_key *out)
{
    (void)s;
    (void)use;
    (void)issuer;
    memset(out->b, 0, sizeof out->b);
    out->b[0] = number.n ? number.p[0] : 0;
}

const char *outcome_word(enum outcome o)
{
    static const char *const words[] = { "admit", "refer", "recognised", "recognised with restrictions",
                                         "not recognised" };

    return words[o];
}

size_t anchor_set_count(const struct anchor_set *s)
{
    (void)s;
    return 7;
}

bool chip_read(const struct chip_read_options *opt, struct arena *a, struct chip_read *out,
               struct findings *f, struct why *w)
{
    (void)opt;
    (void)a;
    (void)out;
    (void)f;
    return why_set(w, "card", WHY_NO_OFFSET, NULL, "There is no card in this test.");
}

void chip_read_json(const struct chip_read *r, const struct findings *f, struct buffer *out)
{
    (void)r;
    (void)f;
    buf_str(out, "{}");
}

bool licence_status_ask(const struct ask_office *office, const struct licence_named *licence,
                        struct span purpose, unix_time now, unix_time deadline, struct arena *a,
                        struct licence_status *out, struct why *w)
{
    (void)office;
    (void)licence;
    (void)now;
    (void)deadline;
    (void)a;
    *out = (struct licence_status){ .state = purpose.n ? ASK_ANSWERED : ASK_REFUSED };
    return licence->issuer.n == 2 || why_set(w, "request", WHY_NO_OFFSET, NULL, "no member");
}

bool licence_status_look(const struct ask_office *office, struct span issuer, struct span reference,
                         unix_time now, struct arena *a, bool *found, struct licence_status *out,
                         struct why *w)
{
    (void)office;
    (void)issuer;
    (void)now;
    (void)a;
    (void)w;
    *found = span_eq_str(reference, "IR-1");
    *out = (struct licence_status){ .state = ASK_LATE };
    return true;
}

struct span licence_status_fact(const struct licence_status *s, struct span category)
{
    (void)category;
    return s->state == ASK_ANSWERED ? SPAN("valid") : (struct span){ NULL, 0 };
}

void store_traveller_key(const struct store *s, struct span issuer, struct span number,
                         struct traveller_key *out)
{
    store_subject_key(s, (struct span){ NULL, 0 }, issuer, number, out);
}

bool store_put_case(struct store *s, const struct case_record *r, const struct case_event *event, size_t n,
                    enum store_put *what, struct why *w)
{
    (void)s;
    (void)r;
    (void)event;
    (void)n;
    (void)w;
    *what = STORE_NEW;
    return true;
}

void licence_status_json(struct json_writer *w, const char *key, const struct licence_status *s)
{
    jw_object(w, key);
    jw_bool(w, "asked", true);
    jw_str(w, "state", s->state == ASK_ANSWERED ? "answered" : s->state == ASK_LATE ? "late" : "refused");
    jw_object_end(w);
}

/* A page with one case. */
bool store_list_cases(struct store *s, const struct case_filter *f, struct arena *a,
                      const struct case_view **ret, size_t *n, int64_t *next, struct why *w)
{
    static const struct case_event event = { .what = { (const uint8_t *)"answered", 8 }, .at = 1700000001 };
    static const struct case_view view = {
        .seq = 1,
        .record = { .name = { CASE_OURS, { (const uint8_t *)"KZ", 2 }, { (const uint8_t *)"R-1", 3 } },
                    .kind = { (const uint8_t *)"licence status", 14 },
                    .purpose = { (const uint8_t *)"road-check", 10 },
                    .article = { (const uint8_t *)"11", 2 },
                    .at = 1700000000,
                    .until = 1700000010,
                    .state = { (const uint8_t *)"answered", 8 } },
        .n_events = 1,
        .event = &event
    };

    (void)s;
    (void)f;
    (void)a;
    (void)w;
    *ret = &view;
    *n = 1;
    *next = 1;
    return true;
}

bool store_stats(struct store *s, struct store_stats *out, struct why *w)
{
    (void)s;
    (void)w;
    *out = (struct store_stats){ 0 };
    return true;
}

bool check_request_from_json(struct span json, struct check_request *out, struct arena *a, struct why *w)
{
    json_error_t e;
    json_t *j = json_loadb((const char *)json.p, json.n, 0, &e);

    if (!j)
        return why_set(w, "json", (size_t)e.position, "RFC 8259", "This is not JSON.");
    if (!json_is_array(json_object_get(j, "evidence"))) {
        json_decref(j);
        return why_set(w, "request", 0, NULL, "evidence is missing.");
    }
    *out =
        (struct check_request){ .id = arena_copy(a, span_str(json_string_value(json_object_get(j, "id")))) };
    json_decref(j);
    return true;
}

bool check_run(const struct check_context *c, const struct check_request *r, unix_time now, struct arena *a,
               struct check_answer *out, struct why *w)
{
    static const char answer[] =
        "{\"verdict\":\"admit\",\"reasons\":[{\"code\":\"stay\",\"article\":\"5\",\"clause\":null,\"text\":"
        "\"May "
        "stay.\",\"for\":\"admission\",\"evidence\":null,\"facts\":[]}],\"missing\":[],\"stay\":{\"used\":1,"
        "\"left\":29,"
        "\"last_day\":\"2026-02-28\"},\"evidence\":[],\"traveller\":null,\"chip\":null,\"age\":{\"anchors\":"
        "\"2026-01-30T00:00:00Z\",\"agreement\":3},\"took_us\":120,\"receipt\":null,\"at\":"
        "\"2026-01-31T12:00:00Z\",\"id\":\"%.*s\",\"salt\":\"00\",\"officer_admits\":false,\"repeated\":"
        "false}";
    char text[sizeof answer + 64];

    (void)c;
    (void)now;
    if (span_eq_str(r->id, "conflict"))
        return why_set(w, "request-conflict", WHY_NO_OFFSET, NULL, "This id was used for another request.");
    if (span_eq_str(r->id, "full"))
        return why_set(w, "store-full", WHY_NO_OFFSET, NULL, "The disk is full.");
    if (span_eq_str(r->id, "slow"))
        (void)nanosleep(&(struct timespec){ .tv_nsec = 300 * 1000 * 1000 }, NULL);
    if (span_eq_str(r->id, "slower"))
        (void)nanosleep(&(struct timespec){ .tv_sec = 3 }, NULL);
    (void)snprintf(text, sizeof text, answer, (int)r->id.n, (const char *)r->id.p);
    *out = (struct check_answer){ .json = arena_copy(a, span_str(text)) };
    return true;
}

/* Every check waits for a worker here; real.c has those that do not. */
bool check_is_short(const struct check_context *c, const struct check_request *r)
{
    (void)c;
    (void)r;
    return false;
}

bool check_begin(const struct check_context *c, const struct check_request *r, unix_time now, struct arena *a,
                 struct check **ret, store_done *done, void *ctx, struct why *w)
{
    (void)c;
    (void)r;
    (void)now;
    (void)a;
    (void)ret;
    (void)done;
    (void)ctx;
    return why_set(w, "internal", WHY_NO_OFFSET, NULL, "not asked for");
}

bool check_end(struct check *k, const struct store_outcome *o, struct check_answer *out, struct why *w)
{
    (void)k;
    (void)o;
    (void)out;
    return why_set(w, "internal", WHY_NO_OFFSET, NULL, "not asked for");
}

enum result inspect(const char *name, struct span file, const struct inspect_options *opt, struct arena *a,
                    struct buffer *out)
{
    (void)opt;
    (void)a;
    buf_printf(
        out,
        "{\"file\":\"%s\",\"kind\":\"unknown\",\"result\":\"malformed\",\"reason\":\"unknown\",\"size\":%zu}",
        name, file.n);
    return RESULT_MALFORMED;
}

bool licence_request_from_json(struct span json, struct licence_request *out, struct arena *a, struct why *w)
{
    json_t *j = json_loadb((const char *)json.p, json.n, 0, NULL);

    if (!j)
        return why_set(w, "json", 0, "RFC 8259", "This is not JSON.");
    *out = (struct licence_request){ .id = arena_copy(
                                         a, span_str(json_string_value(json_object_get(j, "id")))) };
    json_decref(j);
    return true;
}

bool licence_case_run(const struct check_context *node, const struct tongues *tongues,
                      const struct licence_request *r, unix_time now, struct arena *a,
                      struct licence_answer *out, struct why *w)
{
    (void)tongues;
    static const char answer[] =
        "{\"id\":\"one\",\"at\":\"2026-01-31T12:00:00Z\",\"member\":\"IR\",\"agreement\":{\"title\":\"Stand-"
        "in\","
        "\"version\":3,\"sha256\":\"ab00000000000000000000000000000000000000000000000000000000000000\"},"
        "\"outcome\":\"refer\",\"said\":\"refer\",\"evidence\":[],\"strength\":\"typed\",\"licence\":null,"
        "\"categories\":[],\"status\":{\"asked\":false,\"state\":\"not asked\",\"said\":\"not asked\"},"
        "\"findings\":[],\"not_checked\":[],\"trust\":{\"as_of\":null}}";

    (void)node;
    (void)now;
    if (span_eq_str(r->id, "conflict"))
        return why_set(w, "request-conflict", WHY_NO_OFFSET, NULL, "This id was used for another request.");
    *out = (struct licence_answer){ .json = arena_copy(a, span_str(answer)) };
    return true;
}

const struct anchor *anchor_at(const struct anchor_set *s, size_t i)
{
    (void)s;
    (void)i;
    return NULL;
}

bool anchor_any_type(const struct anchor *a)
{
    (void)a;
    return true;
}

bool anchor_counts_at(const struct anchor *a, unsigned need, unix_time at)
{
    (void)a;
    (void)need;
    (void)at;
    return true;
}

bool anchor_type_next(const char **rest, struct span *type)
{
    (void)type;
    *rest = NULL;
    return false;
}

/* ---- offences ---- */

bool licence_digest(struct span issuer, struct span number, uint8_t out[LICENCE_DIGEST])
{
    (void)issuer;
    memset(out, 0, LICENCE_DIGEST);
    return number.n > 0;
}

bool offence_look(struct store *s, const struct agreement *g, const struct case_name *name, struct arena *a,
                  bool *found, struct offence *out, struct why *w)
{
    (void)s;
    (void)g;
    (void)a;
    (void)w;
    *found = span_starts(name->reference, SPAN("fine"));
    if (*found)
        out->name = *name;
    return true;
}

/* By the reference: "conflict", "refused", else taken. */
bool offence_notify(const struct ask_office *o, struct span to, struct span reference,
                    const struct offence_notice *x, unix_time now, struct arena *a,
                    struct offence_outcome *out, struct why *w)
{
    (void)o;
    (void)x;
    (void)now;
    (void)a;
    *out = (struct offence_outcome){ .what = span_eq_str(reference, "conflict") ? STORE_CONFLICT : STORE_NEW,
                                     .delivered = true,
                                     .refused = span_eq_str(reference, "refused") ? "not-a-party" : NULL,
                                     .transport = SPAN("acknowledged"),
                                     .state = OFFENCE_ACKNOWLEDGED };
    return to.n == 2 || why_set(w, "request", WHY_NO_OFFSET, NULL, "no member");
}

bool offence_say(const struct ask_office *o, const struct offence *of, const struct offence_step *x,
                 unix_time now, struct arena *a, struct offence_outcome *out, struct why *w)
{
    (void)o;
    (void)of;
    (void)now;
    (void)a;
    (void)w;
    *out = (struct offence_outcome){ .delivered = true,
                                     .refused = x->word == OFFENCE_CLOSED ? "not-yours" : NULL,
                                     .transport = span_str(offence_word(x->word)),
                                     .state = x->word };
    return true;
}

bool offence_of_case(const struct case_view *v, struct arena *a, struct offence *out, struct why *w)
{
    (void)a;
    (void)w;
    *out = (struct offence){ .name = v->record.name,
                             .transport = SPAN("paid"),
                             .state = OFFENCE_PAID,
                             .at = v->record.at,
                             .n = 1,
                             .step = { { .n = 1,
                                         .word = OFFENCE_PAID,
                                         .from = SPAN("KZ"),
                                         .at = v->record.at,
                                         .amount = SPAN("1500.50"),
                                         .currency = SPAN("IRR"),
                                         .day = { 2026, 1, 30 },
                                         .payment = SPAN("KZ-77") } } };
    out->notice = (struct offence_notice){ .where = SPAN("IR"),
                                           .authority = SPAN("SPECIMEN police"),
                                           .act = SPAN("speeding"),
                                           .words = SPAN("SPECIMEN words"),
                                           .place = SPAN("Road 44"),
                                           .at = v->record.at,
                                           .pay_until = { 2026, 3, 1 },
                                           .redress = SPAN("SPECIMEN court"),
                                           .issuer = SPAN("KZ"),
                                           .number = SPAN("SPECIMEN-1") };
    return true;
}

bool offence_waits(struct store *s, const struct offence *of, struct arena *a, bool *waits, struct why *w)
{
    (void)s;
    (void)of;
    (void)a;
    (void)w;
    *waits = false;
    return true;
}

/* ---- questions of other members ---- */

const struct federation_part ask_part = { .name = "ask" }, recover_part = { .name = "recover" },
                             forks_part = { .name = "forks" }, sync_part = { .name = "sync" },
                             publish_part = { .name = "publish" }, edge_part = { .name = "edge" };

bool ask_desk_answer(const struct ask_desk *d, struct span sender, struct span question, unix_time now,
                     struct arena *a, struct span *answer, struct why *w)
{
    (void)d;
    (void)sender;
    (void)question;
    (void)now;
    (void)a;
    (void)answer;
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "there is no desk here");
}

bool ask_desk_begin(const struct ask_desk *d, struct span sender, struct span question, unix_time now,
                    struct arena *a, void (*done)(void *ctx), void *ctx, struct ask_visit **visit,
                    struct span *answer, struct why *w)
{
    (void)done;
    (void)ctx;
    (void)visit;
    return ask_desk_answer(d, sender, question, now, a, answer, w);
}

bool ask_desk_end(const struct ask_visit *v, struct span *answer, struct why *w)
{
    (void)v;
    (void)answer;
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "there is no desk here");
}

bool ask_put(const struct ask_office *o, const struct ask_put *p, unix_time now, struct arena *a,
             struct ask_outcome *out, struct why *w)
{
    (void)o;
    (void)p;
    (void)now;
    (void)a;
    (void)out;
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "nobody can be asked here");
}

bool ask_look(const struct ask_office *o, struct span to, struct span reference, unix_time now,
              struct arena *a, bool *found, struct ask_outcome *out, struct why *w)
{
    (void)o;
    (void)to;
    (void)reference;
    (void)now;
    (void)a;
    (void)found;
    (void)out;
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "nobody was asked here");
}

bool ask_reply_read(struct span said, struct span reason, struct arena *a, struct ask_reply *out,
                    struct why *w)
{
    (void)said;
    (void)reason;
    (void)a;
    (void)out;
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "nothing was asked here");
}

bool ask_reply_later(const struct ask_desk *d, struct span asker, struct span reference,
                     const struct ask_reply *reply, unix_time now, struct arena *a, bool *repeated,
                     struct why *w)
{
    (void)d;
    (void)asker;
    (void)reference;
    (void)reply;
    (void)now;
    (void)a;
    (void)repeated;
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "nothing was asked here");
}

void ask_outcome_json(struct json_writer *j, const struct ask_outcome *o)
{
    (void)j;
    (void)o;
}

const char *ask_state_word(enum ask_state s)
{
    (void)s;
    return "open";
}

void ask_metrics(const struct ask_counts *c, struct buffer *out)
{
    (void)c;
    (void)out;
}

bool ask_receive(const struct ask_office *o, struct span sender, struct span answer, unix_time now,
                 struct arena *a, struct ask_outcome *out, struct why *w)
{
    (void)o;
    (void)sender;
    (void)answer;
    (void)now;
    (void)a;
    (void)out;
    return why_set(w, "no-question", WHY_NO_OFFSET, NULL, "nothing was asked");
}

/* ---- replicas ---- */

bool sync_report(const struct federation *f, unix_time since, unix_time at, struct arena *a,
                 struct sync_report *out, struct why *w)
{
    (void)f;
    (void)since;
    (void)at;
    (void)a;
    (void)out;
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "there are no replicas here");
}

struct log_source replica_source(struct replica_files *f)
{
    (void)f;
    return (struct log_source){ 0 };
}

bool store_is_server(const char *path)
{
    (void)path;
    return false;
}
