/*
 * What the parts of one piece of work took, in the order in which they ended. The clock is an argument;
 * without a stopwatch (NULL) none is read, and nothing but that is asked. Names are literals: nothing of what
 * is worked on comes in here.
 */
#ifndef SERAI_BASE_STOPWATCH_H
#define SERAI_BASE_STOPWATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STOPWATCH_PARTS = 64 };

struct stopwatch_part {
    const char *name;
    size_t of;           /* the piece of evidence; SIZE_MAX: of none */
    bool within;         /* inside another part, whose time holds this one's */
    uint64_t from, took; /* nanoseconds; from: since the start */
    int64_t as_of;       /* age of the data it was fed with, Unix time; 0: not said */
    char state[3];       /* whose data: two letters; "": not said */
};

struct stopwatch {
    uint64_t (*now)(void); /* nanoseconds, never going back */
    uint64_t began;
    size_t of;   /* what is worked on now */
    bool within; /* parts that end now are inside another */
    size_t n;
    struct stopwatch_part part[STOPWATCH_PARTS];
};

/* A beginning, for stopwatch_stop. */
static inline uint64_t stopwatch_from(const struct stopwatch *s)
{
    return s ? s->now() : 0;
}

/* The part, to add where its data came from; NULL without a stopwatch or a place. */
static inline struct stopwatch_part *stopwatch_stop(struct stopwatch *s, const char *name, uint64_t from)
{
    uint64_t now;

    if (!s || s->n == STOPWATCH_PARTS)
        return NULL;
    now = s->now();
    s->part[s->n] = (struct stopwatch_part){
        .name = name, .of = s->of, .within = s->within, .from = from - s->began, .took = now - from
    };
    return &s->part[s->n++];
}

#endif
