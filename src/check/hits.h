/* What officers ask of hits, as JSON, over HTTP and on the command line (serai hit, /v1/hits). */
#ifndef SERAI_CHECK_HITS_H
#define SERAI_CHECK_HITS_H

#include "base/buffer.h"
#include "service/notice/hit.h"

struct hits_call {
    const struct hit_desk *desk;
    unix_time now;
    size_t late; /* of a list: how many are past what is due */
    bool waits;  /* of closing: for a second officer */
    size_t told; /* of an answer: other members */
};

/*
 * Each takes the body of its operation and appends its answer. Reasons: those of hit.h and hit_ask.h,
 * "request".
 */
typedef bool hits_op(struct hits_call *c, struct span json, struct arena *a, struct buffer *out,
                     struct why *w);

/* {state, late, within, before, most}; no names, no traveller: to be seen without a purpose. */
hits_op hits_list;
/* {id, officer, office, purpose, language}: compared side by side. Leaves an entry. */
hits_op hits_show;
/* {id, officer, office, purpose, outcome, reason, consent} */
hits_op hits_close;
/* {late, within}: questions between members. */
hits_op hits_tasks;
/* {member, reference, officer, office, purpose}: one that is to be answered here. Leaves an entry. */
hits_op hits_task;
/* {member, reference, officer, office, purpose, says, text} */
hits_op hits_answer;
/* {from, to}: counts by owner and kind, nobody's data. */
hits_op hits_statistics;

#endif
