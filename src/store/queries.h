/* Every SQL statement of the store, by name; the texts stand in queries.c. */
#ifndef SERAI_STORE_QUERIES_H
#define SERAI_STORE_QUERIES_H

enum query {
    Q_META_GET,
    Q_META_PUT,
    Q_CHECK_GET,
    Q_CHECK_PUT,
    Q_CHECK_TAKE_BACK,
    Q_MOVEMENT_GET,
    Q_MOVEMENT_PUT,
    Q_MOVEMENTS_OF,
    Q_USE_ADD,
    Q_USES,
    Q_PERMISSION_GET,
    Q_PERMISSION_PUT,
    Q_CASE_GET,
    Q_CASE_FIND,
    Q_CASE_PUT,
    Q_CASE_MOVE,
    Q_CASES,
    Q_CASES_IN,
    Q_CASES_OF,
    Q_EVENT_GET,
    Q_EVENT_PUT,
    Q_EVENTS_OF,
    Q_COUNT_EVENTS_OF,
    Q_REGISTER,
    Q_REGISTER_PUT,
    Q_COUNT_CASES,
    Q_COUNT_CASES_ASTRAY,
    Q_COUNT_REGISTERED,
    Q_COUNT_CHECKS,
    Q_NEWEST_CHECK,
    Q_COUNT_MOVEMENTS,
    Q_COUNT_PERMISSIONS,
    Q_COUNT_USES_SHORT,
    Q_ERASE_CHECKS,
    Q_ERASE_MOVEMENTS,
    Q_ERASE_CASES,
    Q_ERASURE_PUT,
    Q_ERASED_CHECKS,
    Q_ERASED_MOVEMENTS,
    Q_ERASED_CASES,
    QUERIES
};

struct query_text {
    const char *sql;
    int parameters;
};

extern const struct query_text queries[QUERIES];

#endif
