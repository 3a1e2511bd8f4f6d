#include "compare.h"

#include <string.h>

#include "statistics.h"

/* The cell of the same group that `name` plays; NULL: it plays none. */
static const struct bench_planned *rival(const struct bench_planned *cell, const char *name)
{
    const struct bench_planned *group = cell - cell->place;
    for (unsigned i = 0; i < cell->group_size; i++)
        if (!strcmp(group[i].entry->contestant, name)) return &group[i];
    return NULL;
}

static void compare(const struct bench_plan *plan, const struct bench_row *rows, unsigned trials,
                    const struct bench_planned *a, const struct bench_planned *b, double *ratio)
{
    unsigned pairs = 0;
    for (unsigned t = 0; t < trials; t++) {
        const struct bench_row *trial = rows + t * plan->count;
        double over = bench_row_ns(&trial[a - plan->cells]), under = bench_row_ns(&trial[b - plan->cells]);
        if (over > 0 && under > 0) ratio[pairs++] = over / under;
    }
    printf("  %s/%s x%u  ", a->entry->workload->name, a->variant->name, a->threads);
    if (!pairs) {
        puts("not measured");
        return;
    }
    double low, high;
    bench_sort(ratio, pairs);
    double sure = bench_median_interval(ratio, pairs, &low, &high);
    printf("%.3f  [%.3f .. %.3f] at %.0f %%, %u pairs\n", bench_median(ratio, pairs), low, high, 100 * sure, pairs);
}

void bench_compare(const struct bench_plan *plan, const struct bench_row *rows, unsigned trials, const char *a, const char *b)
{
    double *ratio = (double *)bench_memory(trials, sizeof *ratio);
    printf("%s / %s\n", a, b);
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_planned *cell = &plan->cells[i], *other = rival(cell, b);
        if (!strcmp(cell->entry->contestant, a) && other) compare(plan, rows, trials, cell, other, ratio);
    }
    free(ratio);
}
