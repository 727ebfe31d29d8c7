/*
 * XML of published lists, read as it comes: elements of the names asked for are handed on as small trees, one
 * at a time, everything else is passed over. Memory is bounded by LIMIT_LIST_ENTRY whatever the file holds.
 *
 * Refused as a whole: a document type or an entity of its own (none of the lists has one), text that is not
 * well-formed, an encoding other than UTF-8, UTF-16, ISO 8859-1 and ASCII, nesting beyond
 * LIMIT_LIST_XML_DEPTH. Nothing is ever fetched.
 */
#ifndef SERAI_SERVICE_NOTICE_LIST_XML_H
#define SERAI_SERVICE_NOTICE_LIST_XML_H

#include "base/arena.h"
#include "base/why.h"

struct list_xml_attribute {
    struct span name, text;
};

/* Names are without their prefix. */
struct list_xml_node {
    struct span name, text; /* text: trimmed, of the element itself */
    const struct list_xml_attribute *attribute;
    size_t n_attribute;
    struct list_xml_node *child, *next; /* in the order of the file; an element is in front of its next */
    uint64_t line;
};

struct list_xml_use {
    void *ctx;
    const char *const *records; /* ended by NULL: the names of elements to hand on */
    /* The outermost element, without children. False ends reading. */
    bool (*root)(void *ctx, const struct list_xml_node *root, struct why *w);
    /* One tree, the arena's until the return. False ends reading. */
    bool (*record)(void *ctx, const struct list_xml_node *node, struct arena *a, struct why *w);
    /* A record that has no room; it is passed over. */
    bool (*refused)(void *ctx, uint64_t line, const struct why *why, struct why *w);
};

struct list_xml;
struct list_xml *list_xml_new(const struct list_xml_use *use);
void list_xml_free(struct list_xml *x);

/* Reasons "xml", "encoding", "doctype", "too-deep", "too-large", each with the line in the detail, and those
 * of use. After a failure only list_xml_free. */
MUST_USE bool list_xml_feed(struct list_xml *x, struct span bytes, struct why *w);
/* The file is whole: it ended where its outermost element did. */
MUST_USE bool list_xml_end(struct list_xml *x, struct why *w);

/* Of a tree. Absent: NULL, or the empty span. */
const struct list_xml_node *list_xml_child(const struct list_xml_node *n, const char *name);
const struct list_xml_node *list_xml_after(const struct list_xml_node *n, const char *name);
struct span list_xml_text(const struct list_xml_node *n, const char *child);
struct span list_xml_attr(const struct list_xml_node *n, const char *name);

#endif
