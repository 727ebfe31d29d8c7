/* Where the hits of serai cyber match go: JSON lines, and sightings folded from them. */
#ifndef SERAI_CLI_CYBER_HITS_H
#define SERAI_CLI_CYBER_HITS_H

#include <pthread.h>

#include "detect/match.h"
#include "detect/sighting.h"

/* Shared by all threads. */
struct cyber_hits {
    pthread_mutex_t lock;
    int fd;
    uint64_t bytes; /* of the file of hits that are settled */
    bool details, failed, full;
    uint64_t n, marked;                 /* hits, and those of them on a warning list */
    struct detect_sightings *sightings; /* NULL: not wanted */
    const char *sightings_path;
    struct why why;
};

/* One thread's: of one log at a time. */
struct cyber_hit_sink {
    struct cyber_hits *all;
    const char *file;
    struct buffer lines;
};

void cyber_sink_init(struct cyber_hit_sink *s, struct cyber_hits *all);
/* What waits is written. */
void cyber_sink_flush(struct cyber_hit_sink *s);
void cyber_sink_free(struct cyber_hit_sink *s);

/* A detect_hit_fn; ctx: the sink. */
void cyber_hit(void *ctx, const struct detect_hit *h);

/* The file of sightings, replaced whole. */
MUST_USE bool cyber_sightings_write(struct cyber_hits *h, struct why *w);
/* Replaces a file at any path, durably. */
MUST_USE bool cyber_replace(const char *path, struct span s, struct why *w);

#endif
