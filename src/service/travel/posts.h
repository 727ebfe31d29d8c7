/*
 * Border posts as the member describes them in a file: who may cross there, how many an hour, when it is
 * open, and by what rules slots of time are given. The file is a list of lines; doc/slots.md has it.
 *
 *   post ID … gate DIRECTION CLASS … : a gate is one direction and one class of traffic of a post.
 *
 * A slot is named by the moment it begins, in UTC, so that the hour that comes twice in autumn has slots of
 * its own each time. Everything a post says is in its own local time.
 */
#ifndef SERAI_SERVICE_TRAVEL_POSTS_H
#define SERAI_SERVICE_TRAVEL_POSTS_H

#include "base/arena.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/why.h"

enum post_direction { POST_ENTRY, POST_EXIT, POST_DIRECTIONS };
enum post_class { POST_CAR, POST_LORRY, POST_BUS, POST_FOOT, POST_CLASSES };

/* Local minutes of a day [from, to) on the days of the mask, bit 0 Monday. */
struct post_opening {
    uint8_t days;
    int16_t from, to;
};

struct gate {
    enum post_direction direction;
    enum post_class class;
    unsigned line;   /* of the file */
    int capacity;    /* vehicles an hour; on foot: persons */
    int slot;        /* minutes: a divisor of 60 */
    int kept;        /* percent for those who come without a slot */
    int lead;        /* minutes before a slot, after which it is not given any more */
    int horizon;     /* days before a slot's day, at whose local midnight it is asked for first */
    int early, late; /* minutes before its beginning and after its end that the barrier takes it */
    int group;       /* most persons of one slot */
    size_t n_open;   /* 0: always open */
    struct post_opening open[LIMIT_POST_OPENINGS];
    const char *place; /* "sarakhs/exit/lorry" */
};

/* The n-th (5: last) weekday (0 Monday) of a month at a local minute. */
struct post_turn {
    uint8_t week, weekday, month;
    int16_t minute;
};

struct post_name {
    const char *language, *text;
};

struct post {
    const char *id;
    unsigned line;
    size_t n_names;
    struct post_name name[LIMIT_POST_NAMES];
    int32_t offset, summer_offset; /* seconds east of UTC */
    bool summer;
    struct post_turn from, until;            /* in standard time; in summer time */
    const char *neighbour_state, *neighbour; /* NULL: none */
    bool has_place;
    double latitude, longitude; /* of has_place: degrees (WGS 84) */
    size_t n_gates;
    struct gate gate[POST_DIRECTIONS * POST_CLASSES];
};

/* How slots are given; for all posts. */
struct slot_rules {
    int draw;                       /* minutes between draws; all asked in one such time are equal */
    int gather;                     /* hours that a new day's slots are only asked for, then drawn */
    int release;                    /* minutes at least that a place given back rests before it is drawn */
    int count, count_days;          /* most slots of a document, or plate, in so many days */
    int missed, missed_days, pause; /* after so many not used in so many days: days without slots */
    int changes;                    /* of the plate */
    int keep;                       /* days after the slot that hashes of document and plate are kept */
};

struct posts {
    size_t n;
    struct post *post;
    struct slot_rules rules;
};

/* Reason "posts": the detail begins with the line, offset is where it begins. *out is untouched on failure.
 */
MUST_USE bool posts_parse(struct span text, struct arena *a, struct posts *out, struct why *w);
/* The same of a file. Besides: "io". */
MUST_USE bool posts_load(const char *path, struct arena *a, struct posts *out, struct why *w);

const struct post *posts_find(const struct posts *p, struct span id);
/* By "POST/DIRECTION/CLASS"; NULL: no such gate. */
const struct gate *posts_gate(const struct posts *p, struct span place, const struct post **post);

const char *post_direction_word(enum post_direction d);
const char *post_class_word(enum post_class c);

/* Seconds east of UTC at a moment. */
int32_t post_offset(const struct post *p, unix_time t);
/* Local midnight that begins the local day `days` days after that of t. */
unix_time post_midnight(const struct post *p, unix_time t, int days);
/* Local minutes since midnight, and weekday (0 Monday). */
int post_minute(const struct post *p, unix_time t, int *weekday);
bool gate_is_open(const struct post *p, const struct gate *g, unix_time t);

/* A slot of the gate begins at t. */
bool gate_is_slot(const struct post *p, const struct gate *g, unix_time t);
/* Places of one slot that are given: vehicles, or persons on foot. */
int gate_places(const struct gate *g);

struct slot_times {
    unix_time start, end;  /* of the slot */
    unix_time opens;       /* it can be asked for */
    unix_time first_draw;  /* of all who asked until then */
    unix_time closes;      /* nothing is given any more */
    unix_time from, until; /* the barrier takes it */
};
void slot_times_of(const struct posts *ps, const struct post *p, const struct gate *g, unix_time start,
                   struct slot_times *out);
/* 0 until the first draw; then 1, 2, …: requests of one round are equal. */
int64_t slot_round(const struct posts *ps, const struct slot_times *t, unix_time now);

#endif
