#include "faults.h"

#include <lifetime/testing.h>
#include <stdlib.h>
#include <string.h>

#if LT_FAULTS
/* The linker's bounds of the section that LT_FAULT puts its descriptors in. */
extern struct lt_fault __start_lt_faults[], __stop_lt_faults[];

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

const char *const *faults_names(size_t *count)
{
    static const char **names;
    static size_t n;
    if (!names && (names = malloc((size_t)(__stop_lt_faults - __start_lt_faults) * sizeof *names))) {
        for (const struct lt_fault *f = __start_lt_faults; f < __stop_lt_faults; f++) names[n++] = f->name;
        qsort(names, n, sizeof *names, by_name);
        size_t unique = 0;
        for (size_t i = 0; i < n; i++)
            if (!unique || strcmp(names[unique - 1], names[i])) names[unique++] = names[i];
        n = unique;
    }
    *count = n;
    return names;
}

bool faults_plant(const char *name)
{
    bool found = false;
    for (struct lt_fault *f = __start_lt_faults; f < __stop_lt_faults; f++)
        if (!strcmp(f->name, name)) f->planted = 1, found = true;
    return found;
}

const char *faults_what(const char *name)
{
    for (const struct lt_fault *f = __start_lt_faults; f < __stop_lt_faults; f++)
        if (!strcmp(f->name, name)) return f->what;
    return NULL;
}
#else
const char *const *faults_names(size_t *count)
{
    *count = 0;
    return NULL;
}

bool faults_plant(const char *name) { return (void)name, false; }
const char *faults_what(const char *name) { return (void)name, NULL; }
#endif
