/* Lists of assets: what is taken out of them, what is refused, under which names products are compared. */
#include "service/cyber/asset.h"

#include "vectors.h"

#include <stdio.h>

struct taken {
    struct buffer b;
    size_t n;
};

static bool take(void *ctx, const struct asset_item *x, struct why *w)
{
    struct taken *t = ctx;

    (void)w;
    t->n++;
    buf_printf(&t->b, "%u:", x->at);
    const struct span part[] = { x->vendor, x->product,      x->version, x->cpe,
                                 x->purl,   x->organisation, x->sector };
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        buf_put(&t->b, part[i]);
        buf_u8(&t->b, '|');
    }
    buf_printf(&t->b, "%u|%d\n", x->count, x->facing);
    return true;
}

static bool read_text(const char *text, enum asset_format f, struct taken *t, struct asset_report *r,
                      struct why *w)
{
    const struct asset_source s = {
        .text = span_str(text), .format = f, .organisation = SPAN("ORG-0"), .sector = SPAN("health")
    };

    *t = (struct taken){ .n = 0 };
    buf_init(&t->b, 1 << 16);
    return asset_read(&s, &test_arena, take, t, r, w);
}

static const struct {
    const char *what, *text, *rows, *remark;
} lists[] = {
    { "a table",
      "vendor,product,version,count,organisation,sector,internet_facing\nSiemens,S7-1200,V4.5,3,ORG-1,energy,"
      "yes\n",
      "2:Siemens|S7-1200|V4.5|||ORG-1|energy|3|1\n", NULL },
    { "what a row does not say is of the whole", "product;count\nPLC;2\n", "2:|PLC||||ORG-0|health|2|0\n",
      NULL },
    { "a CPE names vendor, product and version", "cpe\ncpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*\n",
      "2:apache|http_server|2.4.49|cpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*||ORG-0|health|1|0\n",
      NULL },
    { "a purl names the version", "purl\npkg:npm/%40scope/name@1.2.3?x=y\n",
      "2:||1.2.3||pkg:npm/%40scope/name@1.2.3|ORG-0|health|1|0\n", NULL },
    { "a count of nought is remarked", "product,count\nA,0\nB,1\n", "3:|B||||ORG-0|health|1|0\n", "count" },
    { "a row without a product", "product,version\n,1\nB,1\n", "3:|B|1|||ORG-0|health|1|0\n", "product" },
    { "a code with blanks", "product,organisation\nA,My Company\nB,X\n", "3:|B||||X|health|1|0\n", "code" },
    { "a column of no known name", "product,colour\nA,red\n", "2:|A||||ORG-0|health|1|0\n",
      "column-unknown" },
    { "Node.js and 10.0.0.1 as a version are no hosts", "product,version\nNode.js,10.0.0.1\n",
      "2:|Node.js|10.0.0.1|||ORG-0|health|1|0\n", NULL },
    { "CycloneDX, components within components",
      "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"name\":\"a\",\"version\":\"1\",\"components\":[{"
      "\"name\":\"b\","
      "\"supplier\":{\"name\":\"V\"}}]},{\"type\":\"device\",\"name\":\"plc-17\"},{\"name\":\"c\"}]}",
      "1:|a|1|||ORG-0|health|1|0\n2:V|b||||ORG-0|health|1|0\n4:|c||||ORG-0|health|1|0\n", NULL },
    { "SPDX, a person is left out",
      "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"name\":\"glibc\",\"versionInfo\":\"2.36\",\"supplier\":"
      "\"Organization: GNU "
      "(x@y.example)\",\"externalRefs\":[{\"referenceType\":\"purl\",\"referenceLocator\":"
      "\"pkg:deb/debian/glibc@2.36\"}]},{\"name\":\"b\",\"supplier\":\"Person: "
      "SPECIMEN\",\"externalRefs\":7}]}",
      "1:GNU|glibc|2.36||pkg:deb/debian/glibc@2.36|ORG-0|health|1|0\n2:|b||||ORG-0|health|1|0\n", NULL },
};

static void test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct why w = { 0 };
        struct asset_report r;
        struct taken t;

        if (!read_text(lists[i].text, ASSET_ANY, &t, &r, &w))
            fail_msg("%s: %s %s", lists[i].what, w.reason, w.detail);
        if (strcmp(buf_cstr(&t.b), lists[i].rows) != 0)
            fail_msg("%s:\n%sexpected\n%s", lists[i].what, buf_cstr(&t.b), lists[i].rows);
        assert_int_equal(r.n_remarks, lists[i].remark ? 1 : 0);
        if (lists[i].remark)
            assert_string_equal(r.remark[0].code, lists[i].remark);
        assert_int_equal(r.taken, t.n);
        buf_free(&t.b);
    }
}

static const struct {
    const char *what, *text, *reason;
} refused[] = {
    { "a column of hosts", "product,hostname\nA,x\n", "asset-host" },
    { "a column of addresses", "product,IP Address\nA,x\n", "asset-host" },
    { "a column of serial numbers", "product,serial_number\nA,x\n", "asset-host" },
    { "a column of owners", "product,asset owner\nA,x\n", "asset-host" },
    { "an address under another name", "product,where\nA,10.1.2.3\n", "asset-host" },
    { "a network under another name", "product,net\nA,10.0.0.0/8\n", "asset-host" },
    { "an IPv6 address", "product,x\nA,fe80::1\n", "asset-host" },
    { "a MAC address", "product,x\nA,00:11:22:33:44:55\n", "asset-host" },
    { "a host as a product", "product\ndb1.intra.example\n", "asset-host" },
    { "a host as a sector", "product,sector\nA,db1.intra.example\n", "asset-host" },
    { "an e-mail address", "product,x\nA,a@b.example\n", "asset-host" },
    { "a URL", "product,x\nA,https://a.example/\n", "asset-host" },
    { "an address in a bill of materials",
      "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"name\":\"192.0.2.1\"}]}", "asset-host" },
    { "no column of products", "version\n1\n", "asset" },
    { "nothing", "", "asset" },
    { "JSON of another kind", "{\"a\":1}", "asset" },
    { "no JSON", "{", "json" },
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct why w = { 0 };
        struct asset_report r;
        struct taken t;

        if (read_text(refused[i].text, ASSET_ANY, &t, &r, &w))
            fail_msg("%s: taken", refused[i].what);
        if (strcmp(w.reason, refused[i].reason) != 0)
            fail_msg("%s: %s, expected %s", refused[i].what, w.reason, refused[i].reason);
        assert_int_equal(t.n, 0);
        buf_free(&t.b);
    }
}

static void test_keys(void **state)
{
    static const struct {
        const char *vendor, *product, *key;
    } names[] = {
        { "Microsoft Corp.", "Microsoft Windows_10", "microsoft/windows 10" },
        { "microsoft", "windows 10", "microsoft/windows 10" },
        { "The Apache Foundation", "HTTP-Server", "apache/http server" },
        { "", "PLC", "/plc" },
        { "Siemens", "", "" },
        { "Siemens", "SiemensX", "siemens/siemensx" },
    };
    static const struct {
        const char *purl, *key, *version;
    } purls[] = {
        { "pkg:npm/%40scope/Name@1.2.3?x=y#z", "npm/@scope/name", "1.2.3" },
        { "pkg:npm/@scope/name", "npm/@scope/name", "" },
        { "pkg:deb/debian/glibc@2.36", "deb/debian/glibc", "2.36" },
        { "pkg:x", "", "" },
        { "cpe:/a:b", "", "" },
    };
    static const struct {
        const char *cpe, *vendor, *product, *version;
    } cpes[] = {
        { "cpe:2.3:a:a\\:b:c\\.d:1.0\\-x:*:*:*:*:*:*:*", "a:b", "c.d", "1.0-x" },
        { "cpe:/o:linux:linux_kernel:5.10", "linux", "linux_kernel", "5.10" },
        { "cpe:2.3:h:v:p:-:*", "v", "p", "" },
        { "cpe:2.3:q:v:p:1", NULL, NULL, NULL },
        { "cpe:2.3:a:v", NULL, NULL, NULL },
    };
    char key[ASSET_KEY];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(
            span_eq_str(asset_key(span_str(names[i].vendor), span_str(names[i].product), key), names[i].key));
    for (size_t i = 0; i < sizeof purls / sizeof *purls; i++) {
        assert_true(span_eq_str(asset_purl_key(span_str(purls[i].purl), key), purls[i].key));
        assert_true(span_eq_str(asset_purl_version(span_str(purls[i].purl)), purls[i].version));
    }
    for (size_t i = 0; i < sizeof cpes / sizeof *cpes; i++) {
        struct asset_cpe c;
        bool ok = asset_cpe_read(span_str(cpes[i].cpe), &c);

        assert_int_equal(ok, cpes[i].vendor != NULL);
        if (ok)
            assert_true(span_eq_str(c.vendor, cpes[i].vendor) && span_eq_str(c.product, cpes[i].product) &&
                        span_eq_str(c.version, cpes[i].version));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_keys),
    };

    return cmocka_run_group_tests_name("asset", tests, arena_setup, arena_teardown);
}
