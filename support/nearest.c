#include "support/nearest.h"

#include <string.h>

enum { LONGEST = 63 };

/* Levenshtein's distance of the first LONGEST characters of each. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[LONGEST + 1];
    size_t length = strnlen(b, LONGEST);
    for (unsigned j = 0; j <= length; j++) row[j] = j;
    for (unsigned i = 1; i <= LONGEST && a[i - 1]; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[length];
}

const char *nearest_name(const char *name, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    unsigned least = ~0u;
    for (size_t i = 0; i < count; i++) {
        unsigned d = distance(name, names[i]);
        if (d < least) least = d, nearest = names[i];
    }
    return nearest;
}
