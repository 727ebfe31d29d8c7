/*
 * Proof of what was asked and said, for a third party: a file that holds the signed question and the signed
 * answers to it, as they went (a CBOR array of byte strings). Whoever has the two members' public keys can
 * check it, without a network and without either member.
 */
#ifndef SERAI_SERVICE_ASK_PROOF_H
#define SERAI_SERVICE_ASK_PROOF_H

#include "service/ask/ask.h"

enum { ASK_PROOF_ANSWERS = 2 }; /* an acknowledgement, and the answer after it */

struct ask_proof {
    struct span question_bytes, answer_bytes[ASK_PROOF_ANSWERS];
    struct ask_question question;
    struct ask_answer answer[ASK_PROOF_ANSWERS];
    size_t n; /* answers; 0: only that it was asked */
};

/* Of a case with its bodies. False with reason "unsigned" when it is from before messages were signed. */
MUST_USE bool ask_proof_put(const struct case_view *v, struct arena *a, struct buffer *b, struct why *w);

/* Spans point into in. Reasons: those of cbor_check, "STRUCT", "unsigned", "VALUE". Nothing is verified yet. */
MUST_USE bool ask_proof_read(struct span in, struct arena *a, struct ask_proof *out, struct why *w);

/* That each was signed by the member it is from, and that the answers are to this question. Reasons: those of
 * ask_verify, "other-question". */
MUST_USE bool ask_proof_verify(const struct ask_proof *p, const struct ask_keys *keys, struct arena *a,
                               struct why *w);

#endif
