/* A folder that is removed again, and short ways to fill a store. */
#ifndef SERAI_TESTS_STORE_FIXTURE_H
#define SERAI_TESTS_STORE_FIXTURE_H

#include "store/store.h"
#include "vectors.h"

struct place {
    char folder[64];
    char file[160]; /* of the store in it, or a database of its own in the server of these tests */
};

/* With --postgresql the tests of this run are those of a server; main of a test that knows both begins with
 * this. Exits when PostgreSQL is not installed. */
void fixture_engine(int argc, char **argv);
bool on_server(void);

/* How a place's store is opened. */
struct store_options options_of(const struct place *p);

void place_make(struct place *p);
void place_remove(const struct place *p);

/* Opens; fails the running test. */
struct store *open_store(const char *file);
struct store *open_place(const struct place *p);

/* A record with everything set, an entry; id and n are kept in it, not copied. */
struct check_record sample(const char *id, struct traveller_key *t);

/* Puts it and gives what it was; fails the running test when it does not come back true. */
enum store_put put_ok(struct store *s, const struct check_record *r);

/* The reason of a put that fails. */
const char *put_fails(struct store *s, const struct check_record *r);

/* A whole file, on the heap; {NULL, 0} when it cannot be read. */
struct span slurp(const char *path);
bool spill(const char *path, struct span s);

#endif
