/*
 * Works on the lists that wait (check/manifest.h), one after the other, oldest first, with a thread for each
 * of two processors, beside requests; and erases those whose end has come. Beside
 * them, the exposure engine follows what is kept of assets and advisories. A node that was killed goes on
 * where it stood when it starts again.
 */
#ifndef SERAI_NODE_MANIFEST_RUNNER_H
#define SERAI_NODE_MANIFEST_RUNNER_H

#include "check/manifest.h"

struct manifest_runner;

struct manifest_runner_options {
    const struct check_context *check;    /* with store and agreement */
    const struct manifest_screen *screen; /* NULL: as the lane */
    const char *maintenance;              /* while this file is there nothing is worked on; NULL: never */
    struct exposure_live *exposure;       /* follows the store from time to time; NULL: none */
    unix_time (*now)(void *ctx);
    /* A failure, each once, by the runner's thread; w NULL: all is well again. NULL: nobody is told. */
    void (*told)(void *ctx, const struct why *w);
    void *ctx;
};

/* Reason "node". */
MUST_USE bool manifest_runner_start(const struct manifest_runner_options *o, struct manifest_runner **ret,
                                    struct why *w);
/* What is begun stops soon, and goes on with the next start. NULL allowed. */
void manifest_runner_stop(struct manifest_runner *r);

#endif
