#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool bench_output_begin(struct bench_output *o, const char *path)
{
    *o = (struct bench_output){.path = path};
    if (!path) return true;
    struct stat there;
    if (!stat(path, &there) && S_ISDIR(there.st_mode)) {
        fprintf(stderr, "lt-bench: cannot write %s: it is a directory\n", path);
        return false;
    }
    size_t size = strlen(path) + sizeof ".partial";
    o->partial = (char *)malloc(size);
    if (o->partial) {
        snprintf(o->partial, size, "%s.partial", path);
        o->file = fopen(o->partial, "w");
    }
    if (!o->file) fprintf(stderr, "lt-bench: cannot write %s.partial: %s\n", path, strerror(errno));
    return o->file != NULL;
}

bool bench_output_end(struct bench_output *o, bool complete)
{
    if (!o->file) return true;
    bool written = !ferror(o->file);
    written &= !fclose(o->file);
    if (!written || (complete && rename(o->partial, o->path))) {
        fprintf(stderr, "lt-bench: cannot write %s: %s\n", o->path, strerror(errno));
        return false;
    }
    if (!complete) fprintf(stderr, "lt-bench: %s has what was measured\n", o->partial);
    free(o->partial);
    return true;
}
