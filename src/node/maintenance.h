/*
 * Maintenance: while a file of that name stands in the node's folder, the node answers nothing but health,
 * readiness, metrics and the files of the console, which say so.
 */
#ifndef SERAI_NODE_MAINTENANCE_H
#define SERAI_NODE_MAINTENANCE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/span.h"

#define MAINTENANCE_FILE "maintenance"

/* Zeroed, but for path: not looked yet. */
struct maintenance {
    const char *path; /* of the file; NULL: never */
    _Atomic int64_t looked_ms;
    _Atomic bool on;
};

/* As it was at most a quarter of a second ago. By any thread; one of them looks. */
bool maintenance_on(struct maintenance *m);

#endif
