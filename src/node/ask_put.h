/* Putting questions of any topic, for agencies' programs: the interface and serai ask. */
#ifndef SERAI_NODE_ASK_PUT_H
#define SERAI_NODE_ASK_PUT_H

#include "service/ask/ask.h"

enum { ASK_PUT_SECONDS = 24 * 60 * 60 }; /* to the deadline, when nothing is said */

/* Texts as they came; what is empty was not given. */
struct ask_put {
    struct span to, topic, purpose;
    struct span article;   /* empty: the first that lets it be put for the purpose */
    struct span role;      /* empty: the only one that may */
    struct span reference; /* empty: made here */
    struct span subject;   /* of the record here, "KAZ:N1234567": it does not go out */
    int64_t within;        /* seconds to the deadline; 0: ASK_PUT_SECONDS */
    struct span body;
};

/*
 * As ask(). The same reference with the same question again asks again, or says what became of it; so it may
 * be repeated until an answer is there. Reasons besides: "topic-own" (the topic has an interface of its own:
 * its bodies are the program's), "request".
 */
MUST_USE bool ask_put(const struct ask_office *o, const struct ask_put *p, unix_time now, struct arena *a,
                      struct ask_outcome *out, struct why *w);

/*
 * The answer to a question of another member that a service, or a person, gives later. It is delivered by the
 * runner. *repeated: it was answered before, and that answer stands. Reasons: those of ask_desk_later,
 * "topic-own", "request".
 */
MUST_USE bool ask_reply_later(const struct ask_desk *d, struct span asker, struct span reference,
                              const struct ask_reply *reply, unix_time now, struct arena *a, bool *repeated,
                              struct why *w);
/* "answered" (or nothing), "unknown" or "refused" with a reason; reason "request". */
MUST_USE bool ask_reply_read(struct span said, struct span reason, struct arena *a, struct ask_reply *out,
                             struct why *w);

/* "KZ:number" of a driving licence, "KAZ:number" of a travel document: the key under which it is known here.
 * Reason "request". */
MUST_USE bool ask_subject(struct span text, const struct store *s, struct arena *a, struct traveller_key *out,
                          struct why *w);

/* Topics that the program itself knows, ended by NULL. */
extern const struct ask_topic *const ask_own_topics[];
extern const char *const ask_own_names[];

/* How a question stands, as an object: reference, member, state, reason, acknowledged, at, bytes. */
struct json_writer;
void ask_outcome_json(struct json_writer *j, const struct ask_outcome *o);

#endif
