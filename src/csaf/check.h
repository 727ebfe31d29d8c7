/* One check of an advisory under way: what its tests share. Only for files of this folder. */
#ifndef SERAI_CSAF_CHECK_H
#define SERAI_CSAF_CHECK_H

#include "csaf/csaf.h"

/*
 * Ids are numbered: number[v] is that of the id that stands at v, defined or not, the same text the same
 * number; products and groups apart. CSAF_NONE where no id stands.
 */
struct csaf_check {
    const struct csaf *c;
    const struct json *j;
    struct arena *a;
    struct csaf_findings *out;
    const struct csaf_test *test; /* under way */
    bool full;                    /* the arena, or the budget */
    uint64_t budget;              /* steps left for products of groups */
    uint32_t *number;
    uint32_t ids, group_ids;
    uint32_t *definitions;       /* of each product id */
    bool *used;                  /* referenced anywhere */
    uint32_t *group_definitions; /* of each group id */
    uint32_t *member, *members;  /* of each group id: first of list, and how many */
    uint32_t *list;              /* product ids of groups */
    uint32_t *mark;              /* of each product id; compared with stamp */
    uint32_t *group_mark;
    uint32_t stamp;
    struct csaf_revision *revision; /* sorted by date, then number */
    uint32_t revisions;
};

struct csaf_revision {
    json_ref at;
    struct span date, number;
};

/* A finding of the test under way. */
void check_say(struct csaf_check *x, json_ref at, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Text of the document for a sentence: short, without control characters. */
const char *check_show(struct csaf_check *x, struct span s);
/* The text of a member, or of a value; empty when there is none. */
struct span check_text(struct csaf_check *x, json_ref object, const char *name);
struct span check_value(struct csaf_check *x, json_ref v);
/* Its members of an array; JSON_NONE when it is none. */
json_ref check_list(const struct csaf_check *x, json_ref object, const char *name);

/* For each item v of the array that is member `name` of object. */
#define EACH(x, v, object, name)                                                                             \
    for (json_ref v##_list = check_list((x), (object), (name)), v = json_first((x)->j, v##_list);            \
         v != JSON_NONE; v = json_after((x)->j, v##_list, v))

/* For each vulnerability that is an object. */
#define EACH_VULNERABILITY(x, v)                                                                             \
    for (const struct csaf_vulnerability *v = (x)->c->vulnerability,                                         \
                                         *v##_end = v ? v + (x)->c->vulnerability_count : v;                 \
         v != v##_end; v++)

/* Begins a new set of marks. */
void check_unmark(struct csaf_check *x);
/* Marks the products of product_ids and group_ids of an item; groups once in a set. */
void check_mark_products(struct csaf_check *x, json_ref item);
bool check_marked(const struct csaf_check *x, json_ref id);

/* The categories that a profile has: csaf_vex and others. */
bool check_category(const struct csaf_check *x, const char *category);

void check_6_1_1(struct csaf_check *x);
void check_6_1_2(struct csaf_check *x);
void check_6_1_3(struct csaf_check *x);
void check_6_1_4(struct csaf_check *x);
void check_6_1_5(struct csaf_check *x);
void check_6_1_6(struct csaf_check *x);
void check_6_1_7(struct csaf_check *x);
void check_6_1_8(struct csaf_check *x);
void check_6_1_9(struct csaf_check *x);
void check_6_1_10(struct csaf_check *x);
void check_6_1_11(struct csaf_check *x);
void check_6_1_12(struct csaf_check *x);
void check_6_1_13(struct csaf_check *x);
void check_6_1_14(struct csaf_check *x);
void check_6_1_15(struct csaf_check *x);
void check_6_1_16(struct csaf_check *x);
void check_6_1_17(struct csaf_check *x);
void check_6_1_18(struct csaf_check *x);
void check_6_1_19(struct csaf_check *x);
void check_6_1_20(struct csaf_check *x);
void check_6_1_21(struct csaf_check *x);
void check_6_1_22(struct csaf_check *x);
void check_6_1_23(struct csaf_check *x);
void check_6_1_24(struct csaf_check *x);
void check_6_1_25(struct csaf_check *x);
void check_6_1_26(struct csaf_check *x);
void check_6_1_27_1(struct csaf_check *x);
void check_6_1_27_2(struct csaf_check *x);
void check_6_1_27_3(struct csaf_check *x);
void check_6_1_27_4(struct csaf_check *x);
void check_6_1_27_5(struct csaf_check *x);
void check_6_1_27_6(struct csaf_check *x);
void check_6_1_27_7(struct csaf_check *x);
void check_6_1_27_8(struct csaf_check *x);
void check_6_1_27_9(struct csaf_check *x);
void check_6_1_27_10(struct csaf_check *x);
void check_6_1_27_11(struct csaf_check *x);
void check_6_1_28(struct csaf_check *x);
void check_6_1_29(struct csaf_check *x);
void check_6_1_30(struct csaf_check *x);
void check_6_1_31(struct csaf_check *x);
void check_6_1_32(struct csaf_check *x);
void check_6_1_33(struct csaf_check *x);
void check_6_2_1(struct csaf_check *x);
void check_6_2_2(struct csaf_check *x);
void check_6_2_3(struct csaf_check *x);
void check_6_2_4(struct csaf_check *x);
void check_6_2_5(struct csaf_check *x);
void check_6_2_6(struct csaf_check *x);
void check_6_2_7(struct csaf_check *x);
void check_6_2_8(struct csaf_check *x);
void check_6_2_9(struct csaf_check *x);
void check_6_2_10(struct csaf_check *x);
void check_6_2_11(struct csaf_check *x);
void check_6_2_12(struct csaf_check *x);
void check_6_2_13(struct csaf_check *x);
void check_6_2_14(struct csaf_check *x);
void check_6_2_15(struct csaf_check *x);
void check_6_2_16(struct csaf_check *x);
void check_6_2_17(struct csaf_check *x);
void check_6_2_18(struct csaf_check *x);
void check_6_2_19(struct csaf_check *x);
void check_6_2_20(struct csaf_check *x);
void check_6_3_1(struct csaf_check *x);
void check_6_3_2(struct csaf_check *x);
void check_6_3_3(struct csaf_check *x);
void check_6_3_4(struct csaf_check *x);
void check_6_3_5(struct csaf_check *x);
void check_6_3_9(struct csaf_check *x);
void check_6_3_10(struct csaf_check *x);
void check_6_3_11(struct csaf_check *x);

#endif
