/* The answer to "What do I need?" as JSON (schema NeedAnswer): travel and driving licences of one journey. */
#ifndef SERAI_CHECK_NEED_H
#define SERAI_CHECK_NEED_H

#include "base/buffer.h"
#include "service/travel/need.h"

/*
 * Decides every leg. Nothing is recorded, and nothing of the request is kept. Reasons: "query" (need_ready),
 * "too-large" (the arena).
 */
MUST_USE bool need_answer(const struct agreement *a, const struct need_request *r, struct arena *arena,
                          struct buffer *out, struct why *w);

#endif
