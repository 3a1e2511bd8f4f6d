#include "record.h"

#include <errno.h>
#include <lifetime/lifetime.h>
#include <string.h>

#include "topology.h"

int mallctl(const char *, void *, size_t *, void *, size_t) __attribute__((weak));
int mi_version(void) __attribute__((weak));

const char *bench_allocator(void) { return mallctl ? "jemalloc" : mi_version ? "mimalloc" : "system"; }

static void flag(struct bench_row *row, const char *word)
{
    size_t used = strlen(row->flags);
    snprintf(row->flags + used, sizeof row->flags - used, "%s%s", used ? "+" : "", word);
}

void bench_row_judge(struct bench_row *row, bool capped)
{
    const struct bench_result *r = &row->result;
    unsigned threads = row->cell->threads, cores = threads < bench_cores() ? threads : bench_cores();
    row->capacity = r->capacity[0] < r->capacity[1] ? r->capacity[0] : r->capacity[1];
    row->flags[0] = 0;
    if (*r->error) {
        snprintf(row->flags, sizeof row->flags, "failed: %s", r->error);
        for (char *c = row->flags; *c; c++)
            if (strchr(",\"\n", *c)) *c = ' '; /* what would end a field of the CSV */
        return;
    }
    /* Taken by other machines, which the probes see, or by other programs, which they may miss. */
    bool waited = threads <= cores && r->waited > 0.1 * r->seconds * threads;
    if (row->capacity < 0.9 * cores || waited) flag(row, "stolen");
    if (r->alive) flag(row, "leaked");
    if (capped) flag(row, "capped");
}

bool bench_csv_begin(struct bench_csv *csv, const char *path, const char *figure)
{
    *csv = (struct bench_csv){.path = path, .figure = figure};
    if (!path) return true;
    size_t size = strlen(path) + sizeof ".partial";
    csv->partial = (char *)malloc(size);
    if (csv->partial) {
        snprintf(csv->partial, size, "%s.partial", path);
        csv->file = fopen(csv->partial, "w");
    }
    if (!csv->file) {
        fprintf(stderr, "lt-bench: cannot write %s.partial: %s\n", path, strerror(errno));
        return false;
    }
    fputs("figure,workload,variant,strategy,threads,trial,place,ops,seconds,ns_per_op,cpu_seconds,waited_seconds,"
          "capacity_before,capacity_after,capacity,flags,allocator,cores,processors,safepoint_ops,seed\n", csv->file);
    return true;
}

void bench_csv_write(struct bench_csv *csv, const struct bench_row *row)
{
    if (!csv->file) return;
    const struct bench_planned *cell = row->cell;
    const struct bench_result *r = &row->result;
    fprintf(csv->file, "%s,%s,%s,%s,%u,%u,%u,%llu,%.9f,%.4f,%.6f,%.6f,%.3f,%.3f,%.3f,%s,%s,%u,%u,%u,%llu\n", csv->figure,
            cell->entry->workload->name, cell->variant->name, cell->entry->contestant, cell->threads, row->trial, cell->place,
            (unsigned long long)r->operations, r->seconds, bench_ns(r, cell->threads), r->cpu_seconds, r->waited,
            r->capacity[0], r->capacity[1], row->capacity, row->flags, bench_allocator(), bench_cores(), bench_processors(),
            cell->entry->workload->safepoint, (unsigned long long)row->seed);
}

void bench_csv_flush(struct bench_csv *csv)
{
    if (csv->file) fflush(csv->file);
}

bool bench_csv_finish(struct bench_csv *csv)
{
    if (!csv->file) return true;
    bool written = !ferror(csv->file);
    written &= !fclose(csv->file);
    if (!written || rename(csv->partial, csv->path)) {
        fprintf(stderr, "lt-bench: cannot write %s: %s\n", csv->path, strerror(errno));
        return false;
    }
    free(csv->partial);
    return true;
}
