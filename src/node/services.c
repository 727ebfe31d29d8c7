#include "node/services.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/text.h"
#include "node/ask_put.h"
#include "node/services_internal.h"

enum { TAKEN = 16, IN_FLIGHT = LIMIT_WORKERS / 2 /* others work besides */ };

struct service {
    const struct service_config *config;
    struct ask_topic topic;
    struct service_http *http; /* NULL: a command */
    unsigned busy;
};

/* A question that a service has now: it is not given to it a second time beside the first. */
struct flight {
    const struct service *service; /* NULL: free */
    struct span from, reference;   /* the question's */
};

struct services {
    size_t n;
    struct service item[LIMIT_SERVICES];
    const struct ask_topic *topics[TAKEN + LIMIT_SERVICES + 1];
    pthread_mutex_t lock;
    struct flight flight[IN_FLIGHT];
};

/* ---- what is on its way ---- */

/* A place among those in flight; NULL: too many are, or this very question is. */
static struct flight *take_off(struct services *s, struct service *v, const struct ask_question *q)
{
    struct flight *mine = NULL;

    (void)pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < IN_FLIGHT && v->busy < LIMIT_SERVICE_CALLS; i++) {
        struct flight *f = &s->flight[i];

        if (!f->service && !mine)
            mine = f;
        if (f->service && span_eq(f->from, q->from) && span_eq(f->reference, q->reference)) {
            mine = NULL;
            break;
        }
    }
    if (mine) {
        *mine = (struct flight){ v, q->from, q->reference };
        v->busy++;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return mine;
}

static void land(struct services *s, struct service *v, struct flight *f)
{
    (void)pthread_mutex_lock(&s->lock);
    f->service = NULL;
    v->busy--;
    (void)pthread_mutex_unlock(&s->lock);
}

/* ---- what it is told, and what it says ---- */

static const char *time_text(unix_time t, struct arena *a)
{
    char *text = arena_alloc(a, TIME_TEXT);

    return text ? time_format(t, text) : "";
}

size_t service_tell(const struct ask_question *q, struct arena *a, struct service_told out[SERVICE_TOLD])
{
    const struct {
        const char *name;
        struct span value;
    } all[] = {
        { SERVICE_FROM, q->from },       { SERVICE_TO, q->to },           { SERVICE_TOPIC, q->topic },
        { SERVICE_PURPOSE, q->purpose }, { SERVICE_ARTICLE, q->article }, { SERVICE_REFERENCE, q->reference },
        { SERVICE_ROLE, q->role },
    };
    size_t n = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].value.n)
            out[n++] = (struct service_told){ all[i].name, arena_str(a, all[i].value) };
    out[n++] = (struct service_told){ SERVICE_ASKED_AT, time_text(q->at, a) };
    out[n++] = (struct service_told){ SERVICE_UNTIL, time_text(q->until, a) };
    return n;
}

/* A refusal's reason as answers have it; static for ask_reply, so in the arena as a text. */
static const char *refusal(struct span reason, struct arena *a)
{
    for (size_t i = 0; i < reason.n; i++)
        if (!ascii_lower(reason.p[i]) && !ascii_digit(reason.p[i]) && reason.p[i] != '-')
            return NULL;
    return reason.n == 0 ? "service-refused" : reason.n > 64 ? NULL : arena_str(a, reason);
}

static bool reply_of(const struct service_said *said, const struct ask_desk *d, struct arena *a,
                     struct ask_reply *out, struct why *w)
{
    struct ask_reply r = { .body = said->body };

    if (!said->said.n || span_eq_str(said->said, "answered"))
        r.said = ASK_SAID_ANSWERED;
    else if (span_eq_str(said->said, "later"))
        r.said = ASK_SAID_ACKNOWLEDGED;
    else if (span_eq_str(said->said, "unknown"))
        r.said = ASK_SAID_UNKNOWN;
    else if (span_eq_str(said->said, "refused"))
        r.said = ASK_SAID_REFUSED;
    else
        return why_set(w, "service-answer", WHY_NO_OFFSET, NULL,
                       "the service said something else than answered, later, unknown or refused");
    if (r.said != ASK_SAID_ANSWERED)
        r.body = (struct span){ NULL, 0 };
    if (r.said == ASK_SAID_REFUSED && !(r.reason = refusal(said->reason, a)))
        return why_set(w, "service-answer", WHY_NO_OFFSET, NULL, "the reason of the refusal is no word");
    r.has_subject = said->subject.n > 0;
    if (r.has_subject && !ask_subject(said->subject, d->store, a, &r.subject, NULL))
        return why_set(w, "service-answer", WHY_NO_OFFSET, NULL,
                       "the subject is not issuer and number, as KAZ:N1234567");
    *out = r;
    return true;
}

static struct service *service_of(struct services *s, struct span topic)
{
    for (size_t i = 0; i < s->n; i++)
        if (span_eq_str(topic, s->item[i].config->topic))
            return &s->item[i];
    return NULL;
}

static bool nobody(const struct store *s, const struct ask_question *q, struct arena *a,
                   struct traveller_key *out)
{
    (void)s;
    (void)q;
    (void)a;
    (void)out;
    return false;
}

static bool pass_on(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                    struct ask_reply *out, struct why *w)
{
    struct services *s = d->ctx;
    struct service *v = service_of(s, q->topic);
    struct flight *f = v ? take_off(s, v, q) : NULL;
    struct service_said said = { 0 };
    bool ok;

    (void)now;
    if (!f)
        return why_set(w, "service-busy", WHY_NO_OFFSET, NULL,
                       "the service has this question already, or as many as it may have at once");
    ok = v->http ? service_http_ask(v->http, q, a, &said, w)
                 : service_command_ask(v->config->command, q, a, &said, w);
    land(s, v, f);
    return ok && reply_of(&said, d, a, out, w);
}

/* ---- all of them ---- */

static bool is_taken(const struct services *s, const char *topic)
{
    for (const struct ask_topic *const *t = s->topics; *t; t++)
        if (strcmp((*t)->name, topic) == 0)
            return true;
    return false;
}

bool services_open(const struct services_config *c, const struct ask_topic *const *taken,
                   struct services **ret, struct why *w)
{
    struct services *s = calloc(1, sizeof *s);
    size_t topics = 0;

    if (!s)
        abort();
    (void)pthread_mutex_init(&s->lock, NULL);
    while (topics < TAKEN && *taken)
        s->topics[topics++] = *taken++;
    for (size_t i = 0; i < c->n; i++) {
        struct service *v = &s->item[s->n++];

        if (is_taken(s, c->item[i].topic)) {
            services_close(s);
            return why_set(w, "config", WHY_NO_OFFSET, NULL,
                           "answer-with: the topic \"%s\" has an answer already", c->item[i].topic);
        }
        v->config = &c->item[i];
        v->http = v->config->url ? service_http_new(v->config->url) : NULL;
        v->topic = (struct ask_topic){ .name = v->config->topic,
                                       .waits = true,
                                       .most = LIMIT_ASK_LARGE,
                                       .due = ASK_DUE_LATER,
                                       .subject = nobody,
                                       .answer = pass_on };
        s->topics[topics++] = &v->topic;
    }
    *ret = s;
    return true;
}

void services_close(struct services *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        service_http_free(s->item[i].http);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

const struct ask_topic *const *services_topics(const struct services *s)
{
    return s->topics;
}
