/* Subtags of the IANA Language Subtag Registry (File-Date 2025-08-25), as sets of letters. */
#include "csaf/subtags.h"

#include "base/text.h"

/* Bit b of two[a]: the language of letters a and b. */
static const uint32_t two[26] = {
    0x3263433, 0x671d1,   0x1364091, 0x2200011, 0x1c6810,  0x1024321, 0x302809, 0x31a4111, 0x5c6559,
    0x600101,  0x1767f41, 0x386143,  0x10e6dc0, 0x122685b, 0x61204,   0xc0901,  0x100000,  0x507000,
    0x7f7ddd,  0x14e6dd1, 0x2020440, 0x4110,    0x4001,    0x80,      0x4100,   0x100081,
};

/* Bit c of three[26 * a + b]. */
static const uint32_t three[676] = {
    0x2fdfdff, 0x3fffbff, 0x3ffbdbb, 0x3dfebfb, 0x3573c1f, 0x21ce5db, 0x3ffffff, 0xefdc3,   0x1cfffff,
    0x25ca141, 0x3ffdffe, 0x3fffffd, 0x3ffff77, 0x3ffffff, 0x29e3fff, 0x3ffffff, 0x20abc4d, 0x3ffef9e,
    0x3ffefff, 0x3ffffdf, 0x3dfffff, 0x3c7d0a,  0x1fe75df, 0x801c52,  0x39feddf, 0x208724f, 0x3feebff,
    0x3ffffff, 0x37fffff, 0x3ffffff, 0x3ffd7ff, 0x3dfffff, 0x3ffff7f, 0x3ffffff, 0x3fbfe7f, 0x3ffffff,
    0x3ffffef, 0x3efffff, 0x3ffffff, 0x3ffff7f, 0x3fbfff3, 0x3ffffdf, 0x3ffffef, 0x3ffffef, 0x1fffff7,
    0x3ffffff, 0x3fdf7ff, 0x3fbffff, 0x3dfffff, 0x2f7ffff, 0x3efffff, 0x3ffffff, 0x3f7ffff, 0x17f6fdf,
    0x7fadd,   0x30673fd, 0x1082c43, 0x1049,    0x445,     0x3cbfeee, 0x142b49f, 0x126f591, 0x3bf7883,
    0x15c5f9d, 0xe7d55,   0xdfcdc7,  0x3f9feff, 0x194e177, 0x100008,  0x3efffef, 0x3ffffff, 0x31cf8dd,
    0x1ffdfc7, 0x2040,    0x8005b,   0x80,      0x4003,    0x86480,   0x3f7dffd, 0x17bfb7b, 0x20004,
    0x466359,  0x227bdfc, 0x0,       0x2de6ddf, 0xf67949,  0x3dfffef, 0x527f3f,  0x860c41,  0x3440,
    0x1f67c7f, 0x17a6759, 0x3efedb7, 0x8000,    0x0,       0x15f69df, 0x2016d92, 0x11ef58b, 0x3f7ffff,
    0x1,       0x3560c01, 0x0,       0x112714b, 0x2859,    0x1,       0x124444,  0x1060000, 0x0,
    0x10,      0x111,     0x1805801, 0x140000,  0x288000,  0x1,       0x102dd55, 0x90d590,  0x3d5f553,
    0xf378af,  0x80000,   0x100,     0x0,       0x4e45c1,  0x1957dd0, 0x29e6086, 0x10008,   0x2090,
    0x4000,    0x80000,   0x4001,    0x11,      0x39abfeb, 0x800,     0x40000,   0x0,       0x20000,
    0x1100,    0x20000,   0x0,       0x5a8831,  0x0,       0x200400,  0x1022981, 0x108000,  0x142,
    0x863108,  0x10,      0x40000,   0xfd40c,   0x40810,   0x0,       0x13b33be, 0x20000,   0x11,
    0x0,       0x0,       0x0,       0x3ffffff, 0x3f7ffff, 0xa283c,   0x9f7fff,  0x3e51fef, 0x880400,
    0x5a6c5b,  0xe6c95,   0x3dff9df, 0x123500,  0x10e019,  0x1524f8e, 0x3f338db, 0x25b7fdf, 0x3ffffff,
    0x2011,    0x122101,  0x3ff57cf, 0x44f850,  0x100101,  0x2fffdff, 0x106fa35, 0xda337f,  0x800000,
    0x302797b, 0x2101,    0x3e7ffff, 0x106003,  0x81,      0x1042000, 0x11c9,    0x0,       0x401000,
    0x1020100, 0xca5feb,  0x100,     0x42491,   0x18001b,  0x3ffbfff, 0x1473d9,  0x36edf9f, 0x44000,
    0x0,       0x2dad415, 0x42882,   0x944100,  0x3ffdffe, 0x202414,  0x4005,    0x0,       0xc00001,
    0x0,       0x2a100,   0x11239db, 0x20881,   0x1e011f,  0x0,       0x1101433, 0x447852,  0x408102,
    0x22000,   0x46214,   0x2eecd90, 0x74dd43,  0x10e6911, 0x20cfad6, 0x520000,  0x4100,    0x500000,
    0x1926591, 0x3a75dd,  0x3ee5d1e, 0x1000,    0x200002,  0x45400,   0x804,     0x804001,  0x2021180,
    0x39f7ebf, 0x5a7710,  0xc0000,   0x80041,   0x1a2dd2,  0x0,       0x4412,    0x40100,   0x13959df,
    0x20010,   0x16d001,  0x40010,   0xc6290f,  0x40b49,   0x46004a,  0x820001,  0x20000,   0x1a0003,
    0x800,     0x0,       0x15efd8f, 0x2008,    0x100,     0x0,       0x1000011, 0x0,       0x1e3d7ff,
    0x3ffffff, 0x3ffffff, 0x3fbfffd, 0x3ffffff, 0x3ffffff, 0x1ffffff, 0x3ffefff, 0x3fddbff, 0x3bfffff,
    0x3ffffff, 0x3ffffff, 0x3ffffff, 0x3ffff7f, 0x3fdcffd, 0x3ffffff, 0x3ffffff, 0x3feffbf, 0x3ffffff,
    0x3ffffff, 0x3fdfffe, 0x3ffffff, 0x3ffffff, 0x3ffffbf, 0x3ffffff, 0x3ffffff, 0x3d7bfff, 0x3ff7f77,
    0x598bc,   0x1ffcb,   0x3ffffff, 0x2001,    0x21f7dc3, 0x1cb981,  0x3f7cfff, 0xc08911,  0x11e7b9f,
    0x95ffff,  0x3f3ffff, 0x2547bcb, 0x3fffff7, 0x806011,  0x20000,   0x22a7d55, 0x16ef9df, 0x1461c4,
    0x37fffbd, 0x140d01,  0x5c58d1,  0x1000,    0x2041,    0x2002880, 0x2fdb77b, 0x3ffffbf, 0x3ffffff,
    0x3ffbfff, 0x37fffff, 0x3ffffff, 0x3ffffff, 0x3dfffff, 0x3dfffff, 0x3ffffdf, 0x3fffff7, 0x2f7ffbf,
    0x3fbffff, 0x3ffffff, 0x3ffd7fd, 0x3ffffdf, 0x3fffff7, 0x3fffeff, 0x3fffffe, 0x1ffffff, 0x3bfffdf,
    0x3fffdfb, 0x3ffffff, 0x3ffffff, 0x3fffffe, 0x3ffffdf, 0x3cfffff, 0x1fff7ff, 0x29fffff, 0x3ffbfef,
    0x3ff77ff, 0x120809,  0x3ffffff, 0x3fbf5ff, 0x3ff7fff, 0x39e7b8b, 0x2fff7ff, 0x3f37f55, 0x3ffffff,
    0x3ffbfff, 0x37dfffd, 0x19469c3, 0x1097c40, 0x29abd77, 0x3fffdff, 0x3d6d758, 0x3ffffff, 0x5080,
    0x1c25157, 0x937d59,  0x1fffffe, 0x316150b, 0x220405,  0x1a5d00,  0x105081,  0x180401,  0x0,
    0x144000,  0x104056,  0x180000,  0x2011,    0x648046,  0x2b67fdf, 0x1a5419,  0x1fbed57, 0xdee753,
    0x62048,   0x1085401, 0x0,       0x3fe60d5, 0x98e105,  0x3df7d1b, 0x3113,    0x8,       0x900,
    0x0,       0x100100a, 0x1000,    0x3ffddff, 0x33ef9f6, 0x42bfff,  0x186105,  0x3a5dffb, 0x811,
    0x3142d49, 0x7b7fc9,  0x3fefbff, 0x80000,   0x1ee0c7,  0x37feeff, 0x3df7fbf, 0x3ffffdf, 0x3edf5fc,
    0x1ffd11,  0x401011,  0x3dffdff, 0x15ff9dd, 0x17be181, 0x3dbd77f, 0x0,       0x427143,  0x1000,
    0x1943010, 0x2090,    0x0,       0x0,       0x0,       0x0,       0x0,       0x0,       0x0,
    0x0,       0x0,       0x0,       0x0,       0x0,       0x0,       0x0,       0x0,       0x0,
    0x0,       0x0,       0x0,       0x0,       0x3e7bdef, 0x344fb95, 0xc1095,   0x5fe885,  0x8001,
    0x0,       0x3ffffef, 0x8c02,    0x20,      0x2,       0x10e3b53, 0x0,       0x162411,  0x8040,
    0x1a3833,  0x40140,   0x481183,  0x0,       0x3fffdff, 0x42a84b,  0x52d87f,  0x82000,   0x0,
    0x85100,   0x403d02,  0x441084,  0x319c5f6, 0x0,       0x25c01,   0x400008,  0x142000,  0x80,
    0x3ffdfbf, 0x3ffffff, 0xfdedf3,  0x2bffef7, 0x37fffff, 0x441012,  0x3deffdf, 0x3ffffdf, 0x3ffdffb,
    0x5efc5f,  0x3fff7ff, 0x3dfbbfd, 0x3ffbfef, 0x3f7fff6, 0x3f7efdf, 0x1bffd5e, 0x9f7681,  0x3ff7df7,
    0x3bfffff, 0x17ffffb, 0x3ef5f57, 0x861417,  0x1ffffe6, 0x567c56,  0x1c67d0f, 0x164a85f, 0x3f7ef7f,
    0x3ffffff, 0x3ddfdff, 0x1bf7fff, 0x3fff5ff, 0xa6100,   0x3ffe3ff, 0x3ffbdbc, 0x3fdfffd, 0x54fb41,
    0x2ffbc7b, 0x1ffffef, 0x37fffff, 0x3fffdff, 0x3f7dffe, 0x3fbff75, 0x5bf802,  0x3ffffff, 0x3ff9fff,
    0x37fffff, 0x3fdfbff, 0x1dc7d19, 0x1dbf8ff, 0x19f73d7, 0x3beab91, 0x807a81,  0x23000,   0x1120901,
    0x0,       0x101b51,  0x40000,   0x100,     0x1006093, 0x2001,    0x240000,  0x100,     0x1758dc1,
    0x1503d37, 0x16f14f,  0x292b559, 0x2400,    0x200100,  0x0,       0x3fafff7, 0x148581,  0x128091,
    0x123000,  0x890,     0x1,       0x0,       0x1,       0x42000,   0x136fbf1, 0x402,     0x0,
    0x0,       0x2d80c,   0x0,       0xa0000,   0x0,       0x2c286c,  0x400,     0x218ff01, 0x48000,
    0x3f79fff, 0x9400,    0xa0000,   0x0,       0x0,       0xc4001,   0x202900,  0x4000,    0x83000,
    0x0,       0x1,       0x0,       0x0,       0x0,       0x3ffffff, 0x6f9fb3,  0x101,     0x1180648,
    0x5ef1cd,  0x40,      0x1504143, 0x100441,  0x17a3ff6, 0x101,     0x152080b, 0x1f65dd5, 0xcc71df,
    0x150f55e, 0x146757f, 0x4,       0x0,       0x3f6fdcb, 0x360541,  0x4015a2,  0x1ba388b, 0x0,
    0x424003,  0x400001,  0x1023103, 0x0,       0x17fff5f, 0x1c2f35f, 0x17a78d6, 0x1015405, 0x1e984a,
    0x1,       0x52396b,  0x3a101d,  0x126a903, 0x80002,   0x3ffefff, 0x114e15f, 0x3fffeff, 0x31f77cb,
    0x42f54c,  0x3ffffff, 0x80001,   0x5b315b,  0x137fb9f, 0x37ffbdf, 0x1afa4b,  0x46110,   0x4a4e5d,
    0xa1402,   0x1080e03, 0x9080,    0x3ffffff, 0x1807f9b, 0x2a880,   0x40459,   0x13e2b15, 0x0,
    0x569901,  0x40809,   0x3bfbfe1, 0x0,       0x11a7dc1, 0x1127953, 0x28ffddf, 0x156cdb,  0x18c3d42,
    0x200f4c3, 0x0,       0x1447d13, 0x106f84c, 0x1408801, 0x3dbbf7f, 0x80001,   0x5b2841,  0x1101841,
    0x2120000, 0x440,     0x3ffdfff, 0x580815,  0x89,      0x200,     0x30c1,    0x0,       0x23083,
    0xc0210a,  0x2423c03, 0x0,       0x23ae4cb, 0x553211,  0x3ffffff, 0x40459,   0x75084,   0x3ffffff,
    0x10,      0x4e041,   0x121c01,  0x19db850, 0x1003081, 0x0,       0x1,       0x800000,  0xa242,
    0x201,
};

/* Regions of two letters, as two[]. */
static const uint32_t regions[26] = {
    0x2df797d, 0x37f7bfb, 0x3f7fded, 0x2005658, 0x21e00d5, 0x825700, 0x15fb9fb, 0x1a3400,  0xf781c,
    0xd010,    0x342b1d0, 0x13e0507, 0x3fffcfd, 0x21ac975, 0x1000,   0x14e3cf1, 0x1,       0x544010,
    0x3be7fdf, 0x26afeed, 0x3043041, 0x102155,  0x40020,   0x0,      0x180018,  0x2421001,
};

static const uint16_t areas[] = {
    1,  2,  3,  5,  9,  11, 13,  14,  15,  17,  18,  19,  21,  29,  30,  34,
    35, 39, 53, 54, 57, 61, 142, 143, 145, 150, 151, 154, 155, 202, 419,
};

static const char extlangs[][4] = {
    "aao", "abh", "abv", "acm", "acq", "acw", "acx", "acy", "adf", "ads", "aeb", "aec", "aed", "aen", "afb",
    "afg", "ajp", "ajs", "apc", "apd", "arb", "arq", "ars", "ary", "arz", "ase", "asf", "asp", "asq", "asw",
    "auz", "avl", "ayh", "ayl", "ayn", "ayp", "bbz", "bfi", "bfk", "bjn", "bog", "bqn", "bqy", "btj", "bve",
    "bvl", "bvu", "bzs", "cdo", "cds", "cjy", "cmn", "cnp", "coa", "cpx", "csc", "csd", "cse", "csf", "csg",
    "csl", "csn", "csp", "csq", "csr", "csx", "czh", "czo", "doq", "dse", "dsl", "dsz", "dup", "ecs", "ehs",
    "esl", "esn", "eso", "eth", "fcs", "fse", "fsl", "fss", "gan", "gds", "gom", "gse", "gsg", "gsm", "gss",
    "gus", "hab", "haf", "hak", "hds", "hji", "hks", "hnm", "hos", "hps", "hsh", "hsl", "hsn", "icl", "iks",
    "ils", "inl", "ins", "ise", "isg", "isr", "jak", "jax", "jcs", "jhs", "jks", "jls", "jos", "jsl", "jus",
    "kgi", "knn", "kvb", "kvk", "kvr", "kxd", "lbs", "lce", "lcf", "lgs", "liw", "lls", "lsb", "lsc", "lsg",
    "lsl", "lsn", "lso", "lsp", "lst", "lsv", "lsw", "lsy", "ltg", "luh", "lvs", "lws", "lzh", "max", "mdl",
    "meo", "mfa", "mfb", "mfs", "min", "mnp", "mqg", "mre", "msd", "msi", "msr", "mui", "mzc", "mzg", "mzy",
    "nan", "nbs", "ncs", "nsi", "nsl", "nsp", "nsr", "nzs", "okl", "orn", "ors", "pel", "pga", "pgz", "pks",
    "prl", "prz", "psc", "psd", "pse", "psg", "psl", "pso", "psp", "psr", "pys", "rib", "rms", "rnb", "rsi",
    "rsl", "rsm", "rsn", "sdl", "sfb", "sfs", "sgg", "sgx", "shu", "sjc", "slf", "sls", "sqk", "sqs", "sqx",
    "ssh", "ssp", "ssr", "svk", "swc", "swh", "swl", "syy", "szs", "tmw", "tse", "tsm", "tsq", "tss", "tsy",
    "tza", "ugn", "ugy", "ukl", "uks", "urk", "uzn", "uzs", "vgt", "vkk", "vkt", "vsi", "vsl", "vsv", "wbs",
    "wuu", "xki", "xml", "xmm", "xms", "yds", "ygs", "yhs", "ysl", "ysm", "yue", "zib", "zlm", "zmi", "zsl",
    "zsm",
};

static const char scripts[][5] = {
    "adlm", "afak", "aghb", "ahom", "arab", "aran", "armi", "armn", "avst", "bali", "bamu", "bass", "batk",
    "beng", "berf", "bhks", "blis", "bopo", "brah", "brai", "bugi", "buhd", "cakm", "cans", "cari", "cham",
    "cher", "chis", "chrs", "cirt", "copt", "cpmn", "cprt", "cyrl", "cyrs", "deva", "diak", "dogr", "dsrt",
    "dupl", "egyd", "egyh", "egyp", "elba", "elym", "ethi", "gara", "geok", "geor", "glag", "gong", "gonm",
    "goth", "gran", "grek", "gujr", "gukh", "guru", "hanb", "hang", "hani", "hano", "hans", "hant", "hatr",
    "hebr", "hira", "hluw", "hmng", "hmnp", "hntl", "hrkt", "hung", "inds", "ital", "jamo", "java", "jpan",
    "jurc", "kali", "kana", "kawi", "khar", "khmr", "khoj", "kitl", "kits", "knda", "kore", "kpel", "krai",
    "kthi", "lana", "laoo", "latf", "latg", "latn", "leke", "lepc", "limb", "lina", "linb", "lisu", "loma",
    "lyci", "lydi", "mahj", "maka", "mand", "mani", "marc", "maya", "medf", "mend", "merc", "mero", "mlym",
    "modi", "mong", "moon", "mroo", "mtei", "mult", "mymr", "nagm", "nand", "narb", "nbat", "newa", "nkdb",
    "nkgb", "nkoo", "nshu", "ogam", "olck", "onao", "orkh", "orya", "osge", "osma", "ougr", "palm", "pauc",
    "pcun", "pelm", "perm", "phag", "phli", "phlp", "phlv", "phnx", "piqd", "plrd", "prti", "psin", "ranj",
    "rjng", "rohg", "roro", "runr", "samr", "sara", "sarb", "saur", "seal", "sgnw", "shaw", "shrd", "shui",
    "sidd", "sidt", "sind", "sinh", "sogd", "sogo", "sora", "soyo", "sund", "sunu", "sylo", "syrc", "syre",
    "syrj", "syrn", "tagb", "takr", "tale", "talu", "taml", "tang", "tavt", "tayo", "telu", "teng", "tfng",
    "tglg", "thaa", "thai", "tibt", "tirh", "tnsa", "todr", "tols", "toto", "tutg", "ugar", "vaii", "visp",
    "vith", "wara", "wcho", "wole", "xpeo", "xsux", "yezi", "yiii", "zanb", "zinh", "zmth", "zsye", "zsym",
    "zxxx", "zyyy", "zzzz",
};

static const char *const variants[] = {
    "1606nict", "1694acad", "1901",     "1959acad", "1994",     "1996",     "abl1943",  "akhmimic",
    "akuapem",  "alalc97",  "aluku",    "anpezo",   "ao1990",   "aranes",   "arevela",  "arevmda",
    "arkaika",  "asante",   "auvern",   "baku1926", "balanka",  "barla",    "basiceng", "bauddha",
    "bciav",    "bcizbl",   "biscayan", "biske",    "blasl",    "bohairic", "bohoric",  "boont",
    "bornholm", "cisaup",   "colb1945", "cornu",    "creiss",   "dajnko",   "ekavsk",   "emodeng",
    "fascia",   "fayyumic", "fodom",    "fonipa",   "fonkirsh", "fonnapa",  "fonupa",   "fonxsamp",
    "gallo",    "gascon",   "gherd",    "grclass",  "grital",   "grmistr",  "hanoi",    "hepburn",
    "heploc",   "hognorsk", "hsistemo", "huett",    "ijekavsk", "itihasa",  "ivanchov", "jauer",
    "jyutping", "kkcor",    "kleinsch", "kociewie", "kscor",    "laukika",  "leidentr", "lemosin",
    "lengadoc", "lipaw",    "ltg1929",  "ltg2007",  "luna1918", "lycopol",  "mdcegyp",  "mdctrans",
    "mesokem",  "metelko",  "monoton",  "ndyuka",   "nedis",    "newfound", "nicard",   "njiva",
    "nulik",    "osojs",    "oxendict", "pahawh2",  "pahawh3",  "pahawh4",  "pamaka",   "peano",
    "pehoeji",  "petr1708", "pinyin",   "polyton",  "provenc",  "puter",    "rigik",    "rozaj",
    "rumgr",    "sahidic",  "saigon",   "scotland", "scouse",   "simple",   "solba",    "sotav",
    "spanglis", "surmiran", "sursilv",  "sutsilv",  "synnejyl", "tailo",    "tarask",   "tongyong",
    "tunumiit", "uccor",    "ucrcor",   "ulster",   "unifon",   "vaidika",  "valbadia", "valencia",
    "vallader", "vecdruka", "viennese", "vivaraup", "wadegile", "xsistemo",
};

/* RFC 5646 2.2.8: tags from before the registry. */
static const char *const grandfathered[] = {
    "art-lojban", "cel-gaulish", "en-gb-oed", "i-ami",      "i-bnn",     "i-default", "i-enochian",
    "i-hak",      "i-klingon",   "i-lux",     "i-mingo",    "i-navajo",  "i-pwn",     "i-tao",
    "i-tay",      "i-tsu",       "no-bok",    "no-nyn",     "sgn-be-fr", "sgn-be-nl", "sgn-ch-de",
    "zh-guoyu",   "zh-hakka",    "zh-min",    "zh-min-nan", "zh-xiang",
};

static int low(uint8_t c)
{
    return ascii_upper(c) ? c + 32 : c;
}

static bool letters(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(low(s.p[i])))
            return false;
    return true;
}

static bool digits(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    return true;
}

static bool alphanumeric(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(low(s.p[i])) && !ascii_digit(s.p[i]))
            return false;
    return true;
}

static bool same(struct span s, const char *lower)
{
    for (size_t i = 0; i < s.n; i++)
        if (lower[i] == 0 || low(s.p[i]) != lower[i])
            return false;
    return lower[s.n] == 0;
}

static unsigned letter(struct span s, size_t i)
{
    return (unsigned)(low(s.p[i]) - 'a');
}

static bool known_language(struct span s)
{
    if (s.n == 2)
        return two[letter(s, 0)] >> letter(s, 1) & 1;
    return s.n == 3 && (three[26 * letter(s, 0) + letter(s, 1)] >> letter(s, 2) & 1);
}

static bool known_region(struct span s)
{
    if (s.n == 2)
        return regions[letter(s, 0)] >> letter(s, 1) & 1;
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
        if (areas[i] == (s.p[0] - '0') * 100 + (s.p[1] - '0') * 10 + s.p[2] - '0')
            return true;
    return false;
}

static bool known_extlang(struct span s)
{
    for (size_t i = 0; i < sizeof extlangs / sizeof *extlangs; i++)
        if (same(s, extlangs[i]))
            return true;
    return false;
}

static bool known_script(struct span s)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (same(s, scripts[i]))
            return true;
    return false;
}

static bool known_variant(struct span s)
{
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (same(s, variants[i]))
            return true;
    return false;
}

static bool private_language(struct span s)
{
    return s.n == 3 && low(s.p[0]) == 'q' && low(s.p[1]) <= 't';
}

static bool private_script(struct span s)
{
    return low(s.p[0]) == 'q' && low(s.p[1]) == 'a' &&
           (low(s.p[2]) == 'a' || (low(s.p[2]) == 'b' && low(s.p[3]) <= 'x'));
}

static bool private_region(struct span s)
{
    int a = low(s.p[0]), b = s.n == 2 ? low(s.p[1]) : 0;

    return s.n == 2 &&
           ((a == 'a' && b == 'a') || (a == 'q' && b >= 'm') || a == 'x' || (a == 'z' && b == 'z'));
}

/* One tag on its way: what may come next, and what was found. */
struct tag_walk {
    struct span rest, part;
    bool more; /* part is one */
    enum tag_state state;
    struct span at;
};

static void next(struct tag_walk *w)
{
    size_t n = 0;

    if (w->rest.p == NULL) {
        w->more = false;
        return;
    }
    while (n < w->rest.n && w->rest.p[n] != '-')
        n++;
    w->part = span_sub(w->rest, 0, n);
    w->more = true;
    w->rest = n < w->rest.n ? span_of(w->rest.p + n + 1, w->rest.n - n - 1) : (struct span){ NULL, 0 };
}

/* Takes part; the first thing that is not known stays, and goes before what is private. */
static void take(struct tag_walk *w, bool known, bool is_private)
{
    if (!known && !is_private && w->state != TAG_UNKNOWN) {
        w->state = TAG_UNKNOWN;
        w->at = w->part;
    } else if (is_private && w->state == TAG_GOOD) {
        w->state = TAG_PRIVATE;
        w->at = w->part;
    }
    next(w);
}

static bool is_variant(struct span s)
{
    return alphanumeric(s) && ((s.n >= 5 && s.n <= 8) || (s.n == 4 && ascii_digit(s.p[0])));
}

static bool read_language(struct tag_walk *w)
{
    bool short_one = w->part.n == 2 || w->part.n == 3;

    if (!w->more || !letters(w->part) || w->part.n < 2 || w->part.n > 8)
        return false;
    take(w, known_language(w->part), private_language(w->part));
    for (int i = 0; short_one && i < 3 && w->more && w->part.n == 3 && letters(w->part); i++)
        take(w, known_extlang(w->part), false);
    if (w->more && w->part.n == 4 && letters(w->part))
        take(w, known_script(w->part), private_script(w->part));
    if (w->more && ((w->part.n == 2 && letters(w->part)) || (w->part.n == 3 && digits(w->part))))
        take(w, known_region(w->part), private_region(w->part));
    while (w->more && is_variant(w->part))
        take(w, known_variant(w->part), false);
    return true;
}

/* singleton 1*("-" 2*8alphanum), any number of them; then x-… */
static bool read_rest(struct tag_walk *w)
{
    while (w->more && w->part.n == 1 && alphanumeric(w->part) && low(w->part.p[0]) != 'x') {
        size_t n = 0;

        for (next(w); w->more && w->part.n >= 2 && w->part.n <= 8 && alphanumeric(w->part); next(w))
            n++;
        if (n == 0)
            return false;
    }
    if (w->more && w->part.n == 1 && low(w->part.p[0]) == 'x') {
        size_t n = 0;

        for (take(w, true, true); w->more && w->part.n >= 1 && w->part.n <= 8 && alphanumeric(w->part);
             next(w))
            n++;
        if (n == 0)
            return false;
    }
    return !w->more;
}

enum tag_state language_tag(struct span tag, struct span *subtag)
{
    struct tag_walk w = { .rest = tag, .state = TAG_GOOD };
    bool formed;

    if (subtag)
        *subtag = tag;
    for (size_t i = 0; i < sizeof grandfathered / sizeof *grandfathered; i++)
        if (same(tag, grandfathered[i]))
            return same(tag, "i-default") ? TAG_DEFAULT : TAG_GOOD;
    next(&w);
    formed = w.more && w.part.n == 1 && low(w.part.p[0]) == 'x' ? read_rest(&w)
                                                                : read_language(&w) && read_rest(&w);
    if (!formed)
        return TAG_MALFORMED;
    if (subtag && w.state != TAG_GOOD)
        *subtag = w.at;
    return w.state;
}

bool language_tag_form(struct span tag)
{
    struct tag_walk w = { .rest = tag, .state = TAG_GOOD };

    if (same(tag, "i-default") || same(tag, "i-mingo"))
        return true;
    next(&w);
    if (w.more && w.part.n == 1 && low(w.part.p[0]) == 'x')
        return read_rest(&w);
    return read_language(&w) && read_rest(&w);
}
