/* Runs a fuzz target over its corpus, a file at a time: the corpora are tests with any compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int replay(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    uint8_t *p;
    size_t n;

    if (!f || fstat(fileno(f), &st) != 0)
        return 0;
    p = malloc(st.st_size ? (size_t)st.st_size : 1);
    n = p ? fread(p, 1, (size_t)st.st_size, f) : 0;
    (void)fclose(f);
    if (p)
        (void)LLVMFuzzerTestOneInput(p, n);
    free(p);
    return p != NULL;
}

int main(int argc, char **argv)
{
    struct dirent **list;
    char path[4096];
    int n, run = 0, ok = 1;

    n = argc > 1 ? scandir(argv[1], &list, NULL, alphasort) : -1;
    for (int i = 0; i < n; i++) {
        if (list[i]->d_name[0] != '.') {
            (void)snprintf(path, sizeof path, "%s/%s", argv[1], list[i]->d_name);
            ok &= replay(path);
            run++;
        }
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    ok &= run > 0;
    printf("1..1\n%s 1 - corpus of %d files\n", ok ? "ok" : "not ok", run);
    return !ok;
}
