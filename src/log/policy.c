#include "log/policy.h"

#include "base/text.h"

static const char clause[] = "C2SP tlog-policy";

struct reading {
    struct policy *p;
    struct span text;
    unsigned line;
    size_t at; /* of the line in the text */
    bool has_quorum;
    struct why *w;
};

static bool refuse(const struct reading *r, const char *what)
{
    return why_set(r->w, "policy", r->at, clause, "line %u: %s", r->line, what);
}

/* The next word of the line; empty at its end. */
static struct span word(struct span *line)
{
    struct span rest = *line;
    size_t n = 0;

    while (rest.n && (rest.p[0] == ' ' || rest.p[0] == '\t'))
        rest = span_of(rest.p + 1, rest.n - 1);
    while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\t')
        n++;
    *line = span_of(rest.p + n, rest.n - n);
    return span_of(rest.p, n);
}

static bool find(const struct policy *p, struct span name, size_t *at)
{
    for (size_t i = 0; i < p->n; i++)
        if (span_eq(p->member[i].name, name)) {
            *at = i;
            return true;
        }
    return false;
}

static bool key_known(const struct policy *p, const struct note_key *k)
{
    for (size_t i = 0; i < p->n_logs; i++)
        if (memcmp(p->log[i].key.pub, k->pub, sizeof k->pub) == 0)
            return true;
    for (size_t i = 0; i < p->n; i++)
        if (p->member[i].witness && memcmp(p->member[i].key.pub, k->pub, sizeof k->pub) == 0)
            return true;
    return false;
}

static bool end_of(struct reading *r, struct span line)
{
    return word(&line).n == 0 || refuse(r, "there is more in the line than belongs there");
}

static bool read_key(struct reading *r, struct span vkey, enum note_key_type type, struct note_key *k)
{
    struct why y = { 0 };

    if (!note_key_parse(vkey, k, &y))
        return why_set(r->w, "policy", r->at, clause, "line %u: %s", r->line, y.detail);
    if (k->type != type)
        return refuse(r, type == NOTE_KEY_ED25519 ? "the key of a log is one of type 0x01"
                                                  : "the key of a witness is one of type 0x04");
    return !key_known(r->p, k) || refuse(r, "the key stands in the policy already");
}

static bool read_log(struct reading *r, struct span line)
{
    struct policy_log *l = &r->p->log[r->p->n_logs];

    if (r->p->n_logs == LIMIT_POLICY)
        return refuse(r, "there are too many logs");
    if (!read_key(r, word(&line), NOTE_KEY_ED25519, &l->key))
        return false;
    l->origin = l->key.name;
    l->url = word(&line);
    r->p->n_logs++;
    return end_of(r, line);
}

/* A new name with room for it. */
static struct policy_member *member_new(struct reading *r, struct span name)
{
    size_t at;

    if (name.n == 0 || span_eq_str(name, "none"))
        (void)refuse(r, "expected a name");
    else if (find(r->p, name, &at))
        (void)refuse(r, "the name stands above already");
    else if (r->p->n == LIMIT_POLICY)
        (void)refuse(r, "there are too many witnesses and groups");
    else {
        struct policy_member *m = &r->p->member[r->p->n];

        *m = (struct policy_member){ .name = name };
        return m;
    }
    return NULL;
}

static bool read_witness(struct reading *r, struct span line)
{
    struct policy_member *m = member_new(r, word(&line));

    if (!m || !read_key(r, word(&line), NOTE_KEY_COSIGNATURE, &m->key))
        return false;
    m->witness = true;
    m->url = word(&line);
    r->p->n++;
    return end_of(r, line);
}

static bool used(const struct policy *p, size_t at)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->member[i].members[at / 64] >> at % 64 & 1)
            return true;
    return false;
}

static bool read_group(struct reading *r, struct span line)
{
    struct policy_member *m = member_new(r, word(&line));
    struct span need = word(&line), name;
    size_t n = 0, at;
    uint64_t k = 0;

    if (!m)
        return false;
    for (name = word(&line); name.n; name = word(&line), n++) {
        if (!find(r->p, name, &at))
            return refuse(r, "a member of the group does not stand above it");
        if (used(r->p, at) || m->members[at / 64] >> at % 64 & 1)
            return refuse(r, "a member of the group is in a group already");
        m->members[at / 64] |= (uint64_t)1 << at % 64;
    }
    if (span_eq_str(need, "any"))
        k = 1;
    else if (span_eq_str(need, "all"))
        k = n;
    else if (!checkpoint_number(need, &k))
        return refuse(r, "expected a number, any or all");
    if (k == 0 || k > n)
        return refuse(r, "the group has not so many members");
    m->need = (size_t)k;
    r->p->n++;
    return true;
}

static bool read_quorum(struct reading *r, struct span line)
{
    struct span name = word(&line);

    if (r->has_quorum)
        return refuse(r, "a second quorum");
    r->has_quorum = true;
    if (span_eq_str(name, "none"))
        r->p->quorum = LIMIT_POLICY;
    else if (!find(r->p, name, &r->p->quorum))
        return refuse(r, "the quorum names nothing that stands above");
    return end_of(r, line);
}

static bool read_line(struct reading *r, struct span line)
{
    struct span verb;

    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != '\t' && (line.p[i] < ' ' || line.p[i] == 0x7f))
            return refuse(r, "a control character");
    verb = word(&line);
    if (verb.n == 0 || verb.p[0] == '#')
        return true;
    if (span_eq_str(verb, "log"))
        return read_log(r, line);
    if (span_eq_str(verb, "witness"))
        return read_witness(r, line);
    if (span_eq_str(verb, "group"))
        return read_group(r, line);
    if (span_eq_str(verb, "quorum"))
        return read_quorum(r, line);
    return refuse(r, "expected log, witness, group or quorum");
}

bool policy_parse(struct span text, struct policy *out, struct why *w)
{
    struct reading r = { .p = out, .text = text, .w = w };
    struct span rest = text, line = { 0 };

    memset(out, 0, sizeof *out);
    while (text_split(&rest, '\n', &line)) {
        r.line++;
        r.at = (size_t)(line.p - text.p);
        if (!read_line(&r, line))
            return false;
    }
    r.at = text.n;
    if (!r.has_quorum)
        return refuse(&r, "the policy names no quorum");
    if (out->quorum == LIMIT_POLICY)
        out->quorum = out->n;
    return true;
}

/* Members stand below what they are made of: one pass settles all. */
static bool settled(const struct policy *p, const bool cosigned[LIMIT_POLICY])
{
    bool met[LIMIT_POLICY];

    if (p->quorum == p->n)
        return true;
    for (size_t i = 0; i <= p->quorum; i++) {
        const struct policy_member *m = &p->member[i];
        size_t have = 0;

        for (size_t k = 0; k < i; k++)
            have += m->members[k / 64] >> k % 64 & 1 && met[k];
        met[i] = m->witness ? cosigned[i] : have >= m->need;
    }
    return met[p->quorum];
}

static bool forged(struct why *w, struct span name)
{
    return why_set(w, "signature", WHY_NO_OFFSET, "C2SP signed-note", "a signature of %.*s does not hold",
                   (int)(name.n < 64 ? name.n : 64), (const char *)name.p);
}

static bool check_logs(const struct policy *p, const struct note *note, struct arena *scratch,
                       struct policy_verdict *v, struct why *w)
{
    for (size_t i = 0; i < p->n_logs; i++) {
        switch (note_key_check(note, &p->log[i].key, scratch, NULL)) {
        case NOTE_FORGED:
            return forged(w, p->log[i].key.name);
        case NOTE_SIGNED:
            if (!v->log || (v->log->until && !p->log[i].until))
                v->log = &p->log[i];
            break;
        case NOTE_UNSIGNED:
            break;
        }
    }
    return v->log || why_set(w, "no-anchor", WHY_NO_OFFSET, clause, "no log of the policy signed it");
}

static bool check_witnesses(const struct policy *p, const struct note *note, struct arena *scratch,
                            bool cosigned[LIMIT_POLICY], struct policy_verdict *v, struct why *w)
{
    unix_time until = v->log->until;

    for (size_t i = 0; i < p->n; i++) {
        unix_time t;
        enum note_proof proof;

        cosigned[i] = false;
        if (!p->member[i].witness)
            continue;
        proof = note_key_check(note, &p->member[i].key, scratch, &t);
        if (proof == NOTE_FORGED)
            return forged(w, p->member[i].key.name);
        if (proof == NOTE_UNSIGNED)
            continue;
        if (until && t > until)
            continue; /* the witness says no more than that it was too late */
        cosigned[i] = true;
        v->earliest = v->n_cosigned == 0 || t < v->earliest ? t : v->earliest;
        v->latest = t > v->latest ? t : v->latest;
        v->n_cosigned++;
    }
    return true;
}

void policy_of_key(const struct note_key *k, struct span origin, struct policy *out)
{
    memset(out, 0, sizeof *out);
    out->n_logs = 1;
    out->log[0] = (struct policy_log){ .key = *k, .origin = origin.n ? origin : k->name };
}

bool policy_check(const struct policy *p, const struct note *note, const struct checkpoint *c,
                  struct arena *scratch, struct policy_verdict *out, struct why *w)
{
    bool cosigned[LIMIT_POLICY] = { false };

    *out = (struct policy_verdict){ 0 };
    if (!check_logs(p, note, scratch, out, w))
        return false;
    if (!span_eq(out->log->origin, c->origin))
        return why_set(w, "origin", 0, clause,
                       "the checkpoint names another log than the key that signed it");
    if (!check_witnesses(p, note, scratch, cosigned, out, w))
        return false;
    out->quorum = settled(p, cosigned);
    if (out->log->until && (!out->quorum || out->n_cosigned == 0)) {
        out->quorum = false;
        return why_set(w, "retired", WHY_NO_OFFSET, clause,
                       "it is signed with a key that was replaced, and no quorum cosigned it before that");
    }
    return out->quorum || why_set(w, "quorum", WHY_NO_OFFSET, clause,
                                  "%zu witnesses cosigned it, which is no quorum", out->n_cosigned);
}
