/* Paths on the members' port: what names a file of a log, and every way out of its folder that was tried on
 * others. */
#include "vectors.h"

#include "node/peer_path.h"

#define H "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
    const char *what, *path, *file; /* file NULL: refused */
} cases[] = {
    { "checkpoint", "/log/" H "/checkpoint", "checkpoint" },
    { "full tile", "/log/" H "/tile/0/x001/x234/067", "tile/0/x001/x234/067" },
    { "partial tile", "/log/" H "/tile/1/000.p/17", "tile/1/000.p/17" },
    { "bodies", "/log/" H "/bodies/000.p/8", "bodies/000.p/8" },
    { "body by hash", "/log/" H "/body/" H, "body/" H },
    { "no file", "/log/" H, NULL },
    { "empty file", "/log/" H "/", NULL },
    { "another prefix", "/logs/" H "/checkpoint", NULL },
    { "short hash", "/log/0123/checkpoint", NULL },
    { "long hash", "/log/" H "0/checkpoint", NULL },
    { "capitals in the hash",
      "/log/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef/checkpoint", NULL },
    { "up", "/log/" H "/../checkpoint", NULL },
    { "up at the end", "/log/" H "/tile/..", NULL },
    { "up in the middle", "/log/" H "/tile/../../checkpoint", NULL },
    { "here", "/log/" H "/./checkpoint", NULL },
    { "encoded dots", "/log/" H "/%2e%2e/checkpoint", NULL },
    { "encoded slash", "/log/" H "/tile%2f0%2f000", NULL },
    { "twice encoded", "/log/" H "/%252e%252e/checkpoint", NULL },
    { "encoded NUL", "/log/" H "/checkpoint%00", NULL },
    { "overlong dot of UTF-8", "/log/" H "/\xc0\xae\xc0\xae/checkpoint", NULL },
    { "backslash", "/log/" H "/..\\checkpoint", NULL },
    { "doubled slash", "/log/" H "//checkpoint", NULL },
    { "slash at the end", "/log/" H "/checkpoint/", NULL },
    { "hidden file", "/log/" H "/.draft", NULL },
    { "dot that begins no partial tile", "/log/" H "/subject.secret", NULL },
    { "blank", "/log/" H "/check point", NULL },
    { "semicolon", "/log/" H "/checkpoint;a=b", NULL },
    { "absolute form", "http://other/log/" H "/checkpoint", NULL },
};

static void paths(void **state)
{
    struct peer_path p;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool ok = peer_path_parse(span_str(cases[i].path), SPAN("/log/"), &p);

        if (ok != (cases[i].file != NULL))
            fail_msg("%s", cases[i].what);
        if (ok && (!span_eq_str(p.file, cases[i].file) || p.hash[0] != 0x01 || p.hash[31] != 0xef))
            fail_msg("%s", cases[i].what);
    }
}

static void too_long(void **state)
{
    char path[PEER_PATH + 8];
    struct peer_path p;
    size_t n = strlen("/log/" H "/");

    (void)state;
    memset(path, '0', sizeof path);
    memcpy(path, "/log/" H "/", n);
    assert_true(peer_path_parse(span_of(path, PEER_PATH), SPAN("/log/"), &p));
    assert_false(peer_path_parse(span_of(path, PEER_PATH + 1), SPAN("/log/"), &p));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(paths), cmocka_unit_test(too_long) };

    return cmocka_run_group_tests_name("peer-path", tests, NULL, NULL);
}
