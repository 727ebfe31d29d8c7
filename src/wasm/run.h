/*
 * What the module exports (web/roadside-verify.js calls it). Memory is the module's: a caller writes into
 * what serai_alloc gave and reads what serai_text names until the next call. A trap, out of memory for one,
 * leaves the module unusable: the caller makes a new one.
 */
#ifndef SERAI_WASM_RUN_H
#define SERAI_WASM_RUN_H

#include "base/span.h"

void *serai_alloc(size_t n);
void serai_free(void *p);

enum run_state {
    RUN_ANSWER,    /* the text is a LicenceAnswer; of serai_open: nothing */
    RUN_QUESTIONS, /* it is an array of questions (oracle.h): answer them and run again */
    RUN_REFUSED,   /* it is { "reason", "detail" } */
};

/* pack: the body of GET /v1/licence/pack, kept until the next one. Reasons "pack", "agreement", those of
 * JSON. */
enum run_state serai_open(const uint8_t *pack, size_t n);

/*
 * One pass of a check. request: the body of POST /v1/licence. now: seconds since 1970. answers: as for
 * oracle_begin; those of all passes before. Reasons: those of licence_check, "pack" (none is open),
 * "pack-expired", "too-large".
 */
enum run_state serai_check(const uint8_t *request, size_t n, double now, const uint8_t *answers,
                           size_t n_answers);

const uint8_t *serai_text(void);
size_t serai_text_bytes(void);

#endif
