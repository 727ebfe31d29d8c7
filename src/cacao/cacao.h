/*
 * Playbooks in CACAO 2.0 (OASIS, Collaborative Automated Course of Action Operations): read, checked, shown
 * and signed; never executed. No input or output, no clock.
 */
#ifndef SERAI_CACAO_CACAO_H
#define SERAI_CACAO_CACAO_H

#include "base/buffer.h"
#include "base/date.h"
#include "wire/json.h"

#define CACAO_NONE ((uint32_t)-1)

enum cacao_step_kind {
    CACAO_START,
    CACAO_END,
    CACAO_ACTION,
    CACAO_PLAYBOOK_ACTION,
    CACAO_PARALLEL,
    CACAO_IF,
    CACAO_WHILE,
    CACAO_SWITCH,
    CACAO_UNKNOWN_STEP,
};
/* "if-condition"; "unknown". */
const char *cacao_step_word(enum cacao_step_kind k);

enum cacao_edge_kind {
    CACAO_ON_COMPLETION,
    CACAO_ON_SUCCESS,
    CACAO_ON_FAILURE,
    CACAO_ON_TRUE,
    CACAO_ON_FALSE,
    CACAO_NEXT, /* of next_steps */
    CACAO_CASE, /* of cases; label is its name */
    CACAO_EDGES,
};
/* "on_completion" */
const char *cacao_edge_word(enum cacao_edge_kind k);

struct cacao_edge {
    uint32_t from, to; /* places in cacao.step; to CACAO_NONE: no such step */
    enum cacao_edge_kind kind;
    json_ref at; /* the id as written */
    struct span label;
};

struct cacao_step {
    struct span id, name;
    json_ref at;
    enum cacao_step_kind kind;
    uint32_t edge, edges; /* first of cacao.edge, and how many */
};

struct cacao {
    struct json j;
    struct arena *a;
    struct span id, name, description, created_by, created, modified;
    bool revoked;
    struct cacao_step *step; /* in the order of the document */
    struct cacao_edge *edge;
    uint32_t steps, edges;
    uint32_t *by_id;                 /* places of steps, sorted by id */
    uint32_t start, exception;       /* of workflow_start and workflow_exception; CACAO_NONE */
    json_ref start_at, exception_at; /* as written; JSON_NONE */
};

/* Reads a text of at most LIMIT_CACAO bytes; what is not of the shape is passed over, cacao_check says it.
 * False: no JSON, no object, or beyond a ceiling. */
MUST_USE bool cacao_read(struct span text, struct arena *a, struct cacao *out, struct why *w);

uint32_t cacao_step_of(const struct cacao *c, struct span id);

enum cacao_class {
    CACAO_SHAPE, /* the schemas of CACAO 2.0 */
    CACAO_REFER, /* a reason to show it to a person: never one to drop it */
    CACAO_NOTE,  /* for information: condition-not-a-pattern */
};

struct cacao_finding {
    enum cacao_class class;
    const char *name; /* "shape"; "cycle", "dangling:workflow_exception", "undefined-variable:__cve__" */
    json_ref at;
    const char *says; /* one sentence, made harmless */
};

struct cacao_findings {
    struct cacao_finding *item; /* by class, then name; a name stands once, at its first place */
    uint32_t n, cap, lost;
    uint32_t count[3];
};

/* Shape, graph and meaning. False: the arena is full. */
MUST_USE bool cacao_check(const struct cacao *c, struct cacao_findings *out, struct why *w);

/* It holds a password, token or key: not to be forwarded. */
bool cacao_has_secret(const struct cacao_findings *f);

/* The same playbook in another version, by id and modified: <0 a is older, 0 the same, >0 newer. */
int cacao_version_cmp(const struct cacao *a, const struct cacao *b);

/*
 * Text of the playbook (JSON_ROOT) or of a step in a language, when one of its extensions
 * (playbook_extensions, step_extensions) has a member contents as language-content of STIX 2.1 has it:
 * contents.fa.name; else as it is written.
 */
struct span cacao_text(const struct cacao *c, json_ref thing, const char *property, struct span language);

/* What a walk through the flow comes to, in the order of reading: a step, or a step told earlier. */
struct cacao_line {
    uint32_t step;               /* CACAO_NONE: a step that is missing */
    uint32_t depth;              /* of indentation */
    const struct cacao_edge *by; /* NULL: where it begins */
    bool again;                  /* told above; its followers are not repeated */
};
/* False: the arena is full. At most one line an edge and two more; unreachable steps are not among them. */
MUST_USE bool cacao_flow(const struct cacao *c, struct cacao_line **out, uint32_t *n, struct why *w);

/* The graph as an SVG drawing without scripts, styles or references to elsewhere; texts in `language` where
 * there are. False: the buffer or the arena is full, or more than LIMIT_CACAO_DRAWN steps. */
MUST_USE bool cacao_draw(const struct cacao *c, struct span language, struct buffer *out, struct why *w);

#endif
