/* What the files of link/ share. */
#ifndef SERAI_LINK_INTERNAL_H
#define SERAI_LINK_INTERNAL_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "link/link.h"

enum {
    LINK_PINS_TEXT = LIMIT_LINK_PINS * 64, /* "sha256//<44 characters>;" for each */
    LINK_BASE_MS = 500                     /* the first pause */
};

/* A client of libcurl with the connection that it keeps. Of one call at a time. */
struct link_handle {
    struct link_handle *next;
    CURL *curl;
    struct curl_slist *headers;
    char type[64];                                 /* Content-Type among headers */
    char url[LIMIT_LINK_ADDRESS + LIMIT_LOG_PATH]; /* as told; its pins are those of the generation */
    char date[40];                                 /* of the last answer, as it stood there */
    int64_t date_time;                             /* the same */
    unsigned generation;                           /* of the peer, for which it was made */
    char error[CURL_ERROR_SIZE];
};

/* A place for a member. Reads and writes hold the lock of links. */
struct link_place {
    bool set; /* else free for another member once no call is under way */
    char address[LIMIT_LINK_ADDRESS + 1];
    char pins[LINK_PINS_TEXT]; /* as libcurl wants them; empty: none */
    unsigned generation;       /* of address and pins */
    struct link_handle *idle;
    pthread_cond_t freed;
    unsigned epoch; /* counts failures that led to a pause, so that calls under way together count once */
    bool probing;   /* one call tries whether it answers again */
    int64_t lifted_ms;
    struct link_state state; /* member; numbers */
};

struct links {
    struct links_options o;
    struct arena arena;
    pthread_mutex_t lock;
    struct link_place place[LIMIT_LINKS];
    size_t n; /* places used */
    _Atomic bool cut;
};

/* A call's way through a place. */
struct link_turn {
    struct link_place *place;
    struct link_handle *handle;
    unsigned epoch;
    char url[LIMIT_LINK_ADDRESS + LIMIT_LOG_PATH];
    char pins[LINK_PINS_TEXT];
};

/* A handle of the member for one call; waits for one until deadline (real milliseconds). */
MUST_USE bool link_take(struct links *l, struct span member, int64_t deadline, struct link_turn *t,
                        struct why *w);

struct link_result {
    bool ok;
    const char *reason, *detail;
    uint64_t sent, received;
    long connects;
    int64_t date; /* of the answer; 0: none */
};
void link_give(struct links *l, struct link_turn *t, const struct link_result *r);

/* Real time that never goes back. */
int64_t link_real_ms(void);

MUST_USE bool link_handle_new(const struct links *l, struct link_handle **ret);
void link_handle_free(struct link_handle *h); /* NULL allowed */

#endif
