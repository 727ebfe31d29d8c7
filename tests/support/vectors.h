/*
 * Test vectors. The shared ones are found through SERAI_VECTORS or ../shared/data beside the source; without
 * them a test is skipped and says so, except when CI is set: then it fails.
 */
#ifndef SERAI_TESTS_VECTORS_H
#define SERAI_TESTS_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"

/* Path of a shared vector file or folder; skips or fails the running test when there is none. Static memory.
 */
const char *vector_path(const char *relative);

/* Path of a file of the project, from the root of the source. Static memory. */
const char *source_path(const char *relative);

/* The whole file, owned by the arena; fails the running test when it cannot be read. */
struct span load_file(struct arena *a, const char *path);

/* A JSON file through jansson; fails the running test. Release with json_decref. */
json_t *load_json(const char *path);

/* s in hexadecimal, decoded into the arena; fails the running test. */
struct span from_hex(struct arena *a, const char *s);

/* A group's arena: setup and teardown for cmocka_run_group_tests_name. */
extern struct arena test_arena;
int arena_setup(void **state);
int arena_teardown(void **state);

#endif
