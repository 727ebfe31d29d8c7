#include "service/person/sessions.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum { TEXTS = 5 };

struct entry {
    uint8_t hash[SESSION_HASH];
    unix_time seen, ends; /* ends 0: free */
    uint64_t used;        /* the turn at which it was used last: the clock has seconds only */
    unsigned roles;
    uint16_t n[TEXTS];
    char *text; /* person, name, how, purposes, office, one after the other; of malloc */
};

struct sessions {
    pthread_mutex_t lock;
    unsigned idle, absolute;
    uint64_t turn;
    uint64_t
        tag[LIMIT_SESSIONS]; /* of the hash at the same place; 0: free. Looked through for each request */
    struct entry item[LIMIT_SESSIONS];
};

struct sessions *sessions_new(unsigned idle, unsigned absolute)
{
    struct sessions *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->idle = idle;
    s->absolute = absolute;
    (void)pthread_mutex_init(&s->lock, NULL);
    return s;
}

static void clear(struct sessions *s, struct entry *e)
{
    s->tag[e - s->item] = 0;
    free(e->text);
    *e = (struct entry){ 0 };
}

static uint64_t tag_of(const uint8_t hash[SESSION_HASH])
{
    uint64_t tag;

    memcpy(&tag, hash, sizeof tag);
    return tag ? tag : 1;
}

void sessions_free(struct sessions *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < LIMIT_SESSIONS; i++)
        clear(s, &s->item[i]);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

static bool is_of(const struct entry *e, struct span person)
{
    return e->ends && e->n[0] == person.n && memcmp(e->text, person.p, person.n) == 0;
}

/* A free place; else the one of that person, if it has all it may, or of anybody, that waits longest. */
static struct entry *place_for(struct sessions *s, struct span person)
{
    struct entry *free_one = NULL, *own = NULL, *any = NULL;
    size_t held = 0;

    for (size_t i = 0; i < LIMIT_SESSIONS; i++) {
        struct entry *e = &s->item[i];

        if (!e->ends) {
            free_one = free_one ? free_one : e;
            continue;
        }
        if (!any || e->used < any->used)
            any = e;
        if (is_of(e, person)) {
            held++;
            if (!own || e->used < own->used)
                own = e;
        }
    }
    return held >= LIMIT_PERSON_SESSIONS ? own : free_one ? free_one : any;
}

static void end_old(struct sessions *s, unix_time now)
{
    for (size_t i = 0; i < LIMIT_SESSIONS; i++)
        if (s->item[i].ends && (now >= s->item[i].ends || now - s->item[i].seen >= (int64_t)s->idle))
            clear(s, &s->item[i]);
}

void sessions_put(struct sessions *s, const uint8_t hash[SESSION_HASH], const struct person_session *x,
                  unix_time now)
{
    const struct span text[TEXTS] = { x->person, x->name, x->how, x->purposes, x->office };
    struct entry e = { .seen = now, .ends = now + s->absolute, .roles = x->roles }, *place;
    size_t n = 0;

    for (size_t i = 0; i < TEXTS; i++)
        n += e.n[i] = (uint16_t)(text[i].n > UINT16_MAX ? UINT16_MAX : text[i].n);
    e.text = malloc(n + 1);
    if (!e.text)
        abort();
    n = 0;
    for (size_t i = 0; i < TEXTS; i++) {
        if (e.n[i])
            memcpy(e.text + n, text[i].p, e.n[i]);
        n += e.n[i];
    }
    memcpy(e.hash, hash, SESSION_HASH);
    (void)pthread_mutex_lock(&s->lock);
    end_old(s, now);
    place = place_for(s, x->person);
    clear(s, place);
    *place = e;
    place->used = ++s->turn;
    s->tag[place - s->item] = tag_of(hash);
    (void)pthread_mutex_unlock(&s->lock);
}

/* The table is keyed by a digest: how far two of them agree tells nothing of the secret. */
static struct entry *entry_of(struct sessions *s, const uint8_t hash[SESSION_HASH])
{
    const uint64_t tag = tag_of(hash);

    for (size_t i = 0; i < LIMIT_SESSIONS; i++)
        if (s->tag[i] == tag && memcmp(s->item[i].hash, hash, SESSION_HASH) == 0)
            return &s->item[i];
    return NULL;
}

static void copy_out(const struct entry *e, struct arena *a, struct person_session *out)
{
    struct span text[TEXTS],
        all = arena_copy(a, span_of(e->text, (size_t)e->n[0] + e->n[1] + e->n[2] + e->n[3] + e->n[4]));
    size_t at = 0;

    for (size_t i = 0; i < TEXTS; i++) {
        text[i] = span_sub(all, at, at + e->n[i]);
        at += e->n[i];
    }
    *out = (struct person_session){ .person = text[0],
                                    .name = text[1],
                                    .how = text[2],
                                    .purposes = text[3],
                                    .office = text[4],
                                    .roles = e->roles,
                                    .ends = e->ends };
    memcpy(out->hash, e->hash, SESSION_HASH);
}

/* NULL: it stands. Otherwise the reason why it does not. */
static const char *lacking(const struct sessions *s, const struct entry *e, unix_time now)
{
    return !e                                  ? "session"
           : now >= e->ends                    ? "session-ended"
           : now - e->seen >= (int64_t)s->idle ? "session-idle"
                                               : NULL;
}

bool sessions_stand(struct sessions *s, const uint8_t hash[SESSION_HASH], unix_time now)
{
    bool stands;

    (void)pthread_mutex_lock(&s->lock);
    stands = lacking(s, entry_of(s, hash), now) == NULL;
    (void)pthread_mutex_unlock(&s->lock);
    return stands;
}

bool sessions_find(struct sessions *s, const uint8_t hash[SESSION_HASH], unix_time now, struct arena *a,
                   struct person_session *out, struct why *w)
{
    const char *lacks;
    struct entry *e;

    (void)pthread_mutex_lock(&s->lock);
    e = entry_of(s, hash);
    lacks = lacking(s, e, now);
    if (lacks && e)
        clear(s, e);
    if (!lacks) {
        e->seen = now > e->seen ? now : e->seen;
        e->used = ++s->turn;
        copy_out(e, a, out);
    }
    (void)pthread_mutex_unlock(&s->lock);
    if (!lacks)
        return out->person.n > 0 || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return why_set(w, lacks, WHY_NO_OFFSET, NULL, "%s",
                   strcmp(lacks, "session-ended") == 0  ? "The time of this session is over."
                   : strcmp(lacks, "session-idle") == 0 ? "This session was not used for too long."
                                                        : "Nobody is signed in.");
}

bool sessions_end(struct sessions *s, const uint8_t hash[SESSION_HASH], struct arena *a, struct span *person)
{
    struct entry *e;
    bool there;

    (void)pthread_mutex_lock(&s->lock);
    e = entry_of(s, hash);
    there = e != NULL;
    if (there) {
        *person = arena_copy(a, span_of(e->text, e->n[0]));
        clear(s, e);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return there;
}

void sessions_end_of(struct sessions *s, struct span person, const uint8_t *except)
{
    (void)pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < LIMIT_SESSIONS; i++)
        if (is_of(&s->item[i], person) && (!except || memcmp(s->item[i].hash, except, SESSION_HASH) != 0))
            clear(s, &s->item[i]);
    (void)pthread_mutex_unlock(&s->lock);
}

void sessions_end_all(struct sessions *s)
{
    (void)pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < LIMIT_SESSIONS; i++)
        clear(s, &s->item[i]);
    (void)pthread_mutex_unlock(&s->lock);
}
