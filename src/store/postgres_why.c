/* What PostgreSQL says, as reasons. Of its texts only the primary message is used: details hold values. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres.h"

enum said {
    SAID_RECORD,
    SAID_FULL,
    SAID_READ_ONLY,
    SAID_FORBIDDEN,
    SAID_SCHEMA,
    SAID_DAMAGED,
    SAID_GONE,
    SAID_CANCELLED,
    SAID_AGAIN,
    SAID_OTHER,
};

/* SQLSTATE, PostgreSQL appendix A; the longer first. */
static const struct {
    const char *state;
    enum said said;
} states[] = {
    { "53100", SAID_FULL },      { "53", SAID_GONE },       { "25006", SAID_READ_ONLY },
    { "42501", SAID_FORBIDDEN }, { "42", SAID_SCHEMA },     { "3F", SAID_SCHEMA },
    { "XX001", SAID_DAMAGED },   { "XX002", SAID_DAMAGED }, { "57014", SAID_CANCELLED },
    { "57P", SAID_GONE },        { "08", SAID_GONE },       { "40", SAID_AGAIN },
    { "23", SAID_RECORD },       { "22", SAID_RECORD },     { "54", SAID_RECORD },
};

static enum said meaning(const char *state)
{
    for (size_t i = 0; state && i < sizeof states / sizeof *states; i++)
        if (strncmp(state, states[i].state, strlen(states[i].state)) == 0)
            return states[i].said;
    return SAID_OTHER;
}

bool pg_lost(struct pg *p, struct why *w, const char *reason, const char *fmt, ...)
{
    va_list ap;

    p->head.lost = true;
    p->head.record_at_fault = false;
    va_start(ap, fmt);
    (void)why_vset(w, reason, WHY_NO_OFFSET, NULL, fmt, ap);
    va_end(ap);
    return false;
}

/* libpq's messages have a line for each host that was tried: the last one that says something. */
bool pg_connection_failed(struct pg *p, PGconn *c, struct why *w)
{
    const char *text = c ? PQerrorMessage(c) : "no memory left for this", *last = text, *line = text;
    int n;

    while (*line) {
        if (*line != '\n' && *line != '\t')
            last = line;
        line += strcspn(line, "\n");
        line += *line != 0;
    }
    n = (int)strcspn(last, "\n");
    return pg_lost(p, w, "store-unreachable", "no server that can do this answers: %.*s", n > 140 ? 140 : n,
                   last);
}

bool pg_failed(struct pg *p, const PGresult *r, struct why *w)
{
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *rule = r ? PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME) : NULL;

    if (PQstatus(p->c) == CONNECTION_BAD || !state)
        return pg_connection_failed(p, p->c, w);
    text = text ? text : "it does not say why";
    p->head.record_at_fault = false;
    switch (meaning(state)) {
    case SAID_RECORD:
        p->head.record_at_fault = true;
        return why_set(w, "store-refused", WHY_NO_OFFSET, NULL,
                       "the record breaks a rule of the store: %s (%s)", rule ? rule : "a value", state);
    case SAID_FULL:
        return why_set(w, "store-full", WHY_NO_OFFSET, NULL,
                       "no room left on the disk of the database server: nothing was recorded; free some "
                       "space there, the store then goes on by itself");
    case SAID_READ_ONLY:
        return pg_lost(p, w, "store-read-only", "the database server that was found takes no writes: %s",
                       text);
    case SAID_FORBIDDEN:
        return why_set(w, "store-read-only", WHY_NO_OFFSET, NULL,
                       "the database server does not let this role do that: %s", text);
    case SAID_SCHEMA:
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL,
                       "the store's tables are not those of its version: %s", text);
    case SAID_DAMAGED:
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "the database is damaged: %s", text);
    case SAID_GONE:
        return pg_lost(p, w, "store-unreachable", "the database server ends the connection: %s", text);
    case SAID_CANCELLED:
        return pg_lost(p, w, "store-unreachable", "the statement was cancelled: %s", text);
    case SAID_AGAIN:
        return pg_lost(p, w, "store", "the transaction could not be kept apart from another: %s", text);
    case SAID_OTHER:
        break;
    }
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "%s (PostgreSQL %s)", text, state);
}
