#include <stdio.h>

#include "check/answer.h"

static const char *step_word(enum step s)
{
    static const char *const word[] = { "not-done", "holds", "fails" };

    return word[s];
}

static const char *state_word(enum group_state s)
{
    static const char *const word[] = { [GROUP_ABSENT] = "absent",
                                        [GROUP_HOLDS] = "holds",
                                        [GROUP_ALTERED] = "altered",
                                        [GROUP_INJECTED] = "not-covered",
                                        [GROUP_NOT_CHECKED] = "not-supplied" };

    return word[s];
}

/* All groups supplied together; not done when none was. */
static enum step groups_step(const struct chip *c)
{
    enum step s = STEP_NOT_DONE;

    for (int i = 1; i <= LDS_GROUPS; i++) {
        if (c->group[i] == GROUP_ALTERED || c->group[i] == GROUP_INJECTED)
            return STEP_FAILS;
        if (c->group[i] == GROUP_HOLDS)
            s = STEP_HOLDS;
    }
    return s;
}

static void put_groups(struct json_writer *w, const struct chip *c)
{
    char name[6];

    jw_object(w, "data_groups");
    for (int i = 1; i <= LDS_GROUPS; i++) {
        if (c->group[i] == GROUP_ABSENT)
            continue;
        (void)snprintf(name, sizeof name, "dg%d", i);
        jw_str(w, name, state_word(c->group[i]));
    }
    jw_object_end(w);
}

static void put_steps(struct json_writer *w, const struct gathered_chip *g)
{
    const struct chip *c = &g->verified;

    jw_object(w, "steps");
    jw_str(w, "message_digest", step_word(c->message_digest));
    jw_str(w, "signature", step_word(c->signature));
    jw_str(w, "chain", step_word(c->chain));
    jw_str(w, "data_groups", step_word(groups_step(c)));
    jw_str(w, "active_authentication", step_word(c->active_authentication));
    jw_str(w, "chip_authentication", step_word(c->chip_authentication));
    jw_object_end(w);
}

static void put_signer(struct json_writer *w, const struct chip *c)
{
    char from[TIME_TEXT], to[TIME_TEXT];

    if (!c->has_signer) {
        jw_null(w, "signer");
        return;
    }
    jw_object(w, "signer");
    jw_text(w, "country", c->signer.country);
    jw_text(w, "common_name", c->signer.common_name);
    jw_str(w, "not_before", time_format(c->signer.not_before, from));
    jw_str(w, "not_after", time_format(c->signer.not_after, to));
    jw_object_end(w);
}

static void put_anchor(struct json_writer *w, const struct chip *c)
{
    const struct anchor *a = c->chain == STEP_HOLDS ? c->path.anchor : NULL;

    if (!a) {
        jw_null(w, "anchor");
        return;
    }
    jw_object(w, "anchor");
    jw_hex(w, "sha256", span_of(a->sha256, sizeof a->sha256));
    jw_text(w, "country", a->cert.country);
    jw_text(w, "common_name", a->cert.common_name);
    jw_str(w, "source", a->origin->source);
    jw_object_end(w);
}

static void put_portrait(struct json_writer *w, const struct gathered_portrait *p)
{
    if (!p->format) {
        jw_null(w, "portrait");
        return;
    }
    jw_object(w, "portrait");
    jw_str(w, "format", p->format);
    jw_int(w, "file", (int64_t)p->file);
    jw_int(w, "offset", (int64_t)p->offset);
    jw_int(w, "length", (int64_t)p->length);
    jw_object_end(w);
}

static void put_findings(struct json_writer *w, const struct findings *f)
{
    jw_array(w, "findings");
    for (size_t i = 0; i < f->n; i++) {
        jw_object(w, NULL);
        jw_str(w, "severity", severity_word(f->item[i].severity));
        jw_str(w, "reason", f->item[i].why.reason);
        jw_str(w, "clause", f->item[i].why.clause);
        jw_str(w, "detail", f->item[i].why.detail);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void put_differs(struct json_writer *w, unsigned differs)
{
    jw_array(w, "differs");
    for (unsigned i = 0; i < DIFFERENCES; i++)
        if (differs >> i & 1)
            jw_str(w, NULL, difference_word(1u << i));
    jw_array_end(w);
}

void answer_chip(struct json_writer *w, const struct gathered *all)
{
    const struct gathered_chip *g = all->chip;
    char at[TIME_TEXT];

    if (!g) {
        jw_null(w, "chip");
        return;
    }
    jw_object(w, "chip");
    jw_int(w, "evidence", (int64_t)g->item);
    jw_str(w, "result", result_word(all->item[g->item].result));
    jw_str(w, "reason", all->item[g->item].why.reason);
    put_steps(w, g);
    put_groups(w, &g->verified);
    put_differs(w, g->differs);
    jw_str(w, "signed", g->verified.has_signing_time ? time_format(g->verified.signing_time, at) : NULL);
    put_signer(w, &g->verified);
    put_anchor(w, &g->verified);
    put_portrait(w, &g->portrait);
    put_findings(w, &g->findings);
    jw_object_end(w);
}
