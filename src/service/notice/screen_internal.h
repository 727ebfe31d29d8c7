/* What the engine is made of, for its own files. */
#ifndef SERAI_SERVICE_NOTICE_SCREEN_INTERNAL_H
#define SERAI_SERVICE_NOTICE_SCREEN_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "service/notice/screen.h"

enum { SCREEN_PATH = 4096 };

/* Searches hold it for reading; who puts another index in its place waits for them, and no longer. */
struct shelf {
    char name[SCREEN_SHELF_NAME + 1];
    _Atomic unsigned uses;
    pthread_rwlock_t lock;
    struct names_index *index;
    struct screen_documents *documents;
};

struct seat;

struct screen {
    char folder[SCREEN_PATH];
    struct names *names;
    pthread_mutex_t changing; /* shelves, images, changes */
    pthread_mutex_t seating;
    struct seat *free;
    _Atomic size_t n;
    struct shelf shelf[SCREEN_SHELVES];
};

/* NULL: there is no shelf of that name. */
struct shelf *screen_shelf_of(struct screen *s, const char *name);
bool screen_no_shelf(struct why *w, const char *name);

#endif
