/* What serai cyber match was asked to do, between its files. */
#ifndef SERAI_CLI_CYBER_RUN_H
#define SERAI_CLI_CYBER_RUN_H

#include "cli/cyber_hits.h"
#include "cli/cyber_source.h"
#include "detect/live.h"
#include "detect/log.h"

struct cyber_run {
    struct detect_live_how live;
    struct detect_log_how log;
    struct cyber_hits hits;
    char *const *path;
    size_t paths;
    unsigned threads;
    bool once, json;
    const char *position;  /* or NULL */
    const char *hits_path; /* or NULL: standard output */
    /* of all threads, under hits.lock */
    struct detect_counts counts;
    uint64_t too_long, rotated, truncated, lost, epochs;
    bool failed;
};

int64_t cyber_clock_ms(void);
/* Adds what a matcher counted. */
void cyber_run_count(struct cyber_run *r, const struct detect_counts *c);

/* A matcher with the set that it uses and what its patterns remember. */
struct cyber_eye {
    struct detect_live *live;
    struct detect_matcher *m;
    const struct detect_set *set;
    const struct detect_patterns *patterns;
    struct detect_watch *watch;
};

MUST_USE bool cyber_eye_open(struct cyber_eye *e, const struct cyber_run *r, struct cyber_hit_sink *sink,
                             struct why *w);
void cyber_eye_close(struct cyber_eye *e);
/* Goes over to what holds now; what cannot be read is told. */
void cyber_eye_renew(struct cyber_eye *e);

/* Every log from its beginning to its end. */
void cyber_run_files(struct cyber_run *r);
/* cyber_follow.c: as they grow, from where one was, until told to stop. */
void cyber_run_follow(struct cyber_run *r);

#endif
