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
    Q_COUNT_CHECKS,
    Q_NEWEST_CHECK,
    Q_COUNT_MOVEMENTS,
    Q_COUNT_PERMISSIONS,
    Q_COUNT_USES_SHORT,
    Q_ERASE_CHECKS,
    Q_ERASE_MOVEMENTS,
    Q_ERASURE_PUT,
    Q_ERASED_CHECKS,
    Q_ERASED_MOVEMENTS,
    QUERIES
};

struct query_text {
    const char *sql;
    int parameters;
};

extern const struct query_text queries[QUERIES];

#endif
