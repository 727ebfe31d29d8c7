#include "stix/pattern_say.h"

static const char *const operators[] = {
    "is",          "is not",          "is less than",
    "is at most",  "is greater than", "is at least",
    "is one of",   "is like",         "has a match of the regular expression",
    "lies within", "contains"
};

/* NOT before each of them. */
static const char *const negated[] = { "is not",
                                       "is",
                                       "is not less than",
                                       "is not at most",
                                       "is not greater than",
                                       "is not at least",
                                       "is none of",
                                       "is not like",
                                       "has no match of the regular expression",
                                       "does not lie within",
                                       "does not contain" };

static void comparison(const struct pattern_comparison *c, struct buffer *out)
{
    buf_str(out, "its ");
    pattern_print_path(c, out);
    buf_u8(out, ' ');
    if (c->op == PATTERN_EXISTS) {
        buf_str(out, c->negated ? "is missing" : "is there");
        return;
    }
    buf_str(out, (c->negated ? negated : operators)[c->op]);
    buf_u8(out, ' ');
    pattern_print_constants(c, out);
}

static void node(const struct pattern *p, const struct pattern_node *n, struct buffer *out)
{
    switch (n->kind) {
    case PATTERN_COMPARISON:
        comparison(&p->comparison[n->which], out);
        break;
    case PATTERN_BOTH:
        buf_str(out, "both of these, for the same object:");
        break;
    case PATTERN_EITHER:
        buf_str(out, "one of these:");
        break;
    case PATTERN_BRACKET:
        buf_printf(out, "an observation (%u) with an object:", n->which + 1);
        break;
    case PATTERN_AND:
        buf_str(out, "both, in different observations:");
        break;
    case PATTERN_OR:
        buf_str(out, "either:");
        break;
    case PATTERN_FOLLOWEDBY:
        buf_str(out, "the first, and then, not before it, the second, in different observations:");
        break;
    case PATTERN_REPEATS:
        buf_printf(out, "%llu times, each time other observations:", (unsigned long long)n->times);
        break;
    case PATTERN_WITHIN:
        buf_printf(out, "all within %.*s seconds:", (int)n->seconds.n, (const char *)n->seconds.p);
        break;
    case PATTERN_START_STOP:
        buf_str(out, "all in the time");
        pattern_print_qualifier(n, out);
        buf_u8(out, ':');
        break;
    }
    buf_u8(out, '\n');
}

/* Parents come behind their operands in the array, so the tree is walked from its root through `first`. */
void pattern_say(const struct pattern *p, struct buffer *out)
{
    uint32_t i = p->nodes - 1, depth = 0;

    for (;;) {
        const struct pattern_node *n = &p->node[i];

        for (uint32_t k = 0; k < depth && k < 30; k++)
            buf_str(out, "  ");
        node(p, n, out);
        if (n->kind != PATTERN_COMPARISON) { /* down: to the left operand, or the only one */
            bool two = n->kind == PATTERN_BOTH || n->kind == PATTERN_EITHER || n->kind == PATTERN_AND ||
                       n->kind == PATTERN_OR || n->kind == PATTERN_FOLLOWEDBY;

            i = two ? p->node[i - 1].first - 1 : i - 1;
            depth++;
            continue;
        }
        while (p->node[i].parent != PATTERN_NONE && !p->node[i].left) {
            i = p->node[i].parent;
            depth--;
        }
        if (p->node[i].parent == PATTERN_NONE || !buf_ok(out))
            return;
        i = p->node[i].parent - 1; /* the right operand */
    }
}
