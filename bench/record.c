#include "record.h"

#include <lifetime/lifetime.h>
#include <stdarg.h>
#include <string.h>

#include "allocator.h"
#include "topology.h"

/* ---- Judging ------------------------------------------------------------------------------------------------------- */

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
    /* Taken at the time of the probes, or just during the measurement. */
    bool waited = threads <= cores && r->waited > 0.1 * r->seconds * threads;
    if (row->capacity < 0.9 * cores || waited) flag(row, "stolen");
    if (r->alive) flag(row, "leaked");
    if (capped) flag(row, "capped");
}

double bench_row_ns(const struct bench_row *row)
{
    if (!row->cell || *row->result.error) return 0;
    return row->what == BENCH_LATENCY ? row->result.latency.p50 : bench_ns(&row->result, row->cell->threads);
}

/* ---- The columns, for both kinds of file ------------------------------------------------------------------------------ */

/* Where the columns of one row go, and in which form. */
struct form {
    FILE *file;
    enum { HEAD, CSV, JSON } kind;
    bool begun;
};

static void name_column(struct form *f, const char *name)
{
    if (f->begun) fputs(f->kind == JSON ? ", " : ",", f->file);
    f->begun = true;
    if (f->kind == HEAD) fputs(name, f->file);
    if (f->kind == JSON) fprintf(f->file, "\"%s\": ", name);
}

static void text(struct form *f, const char *name, const char *value)
{
    name_column(f, name);
    if (f->kind == CSV) fputs(value, f->file);
    if (f->kind == JSON) bench_json_string(f->file, value);
}

/* `known` false: an empty field, or null. */
__attribute__((format(printf, 4, 5))) static void number(struct form *f, const char *name, bool known, const char *how, ...)
{
    name_column(f, name);
    if (f->kind == HEAD) return;
    if (!known) {
        if (f->kind == JSON) fputs("null", f->file);
        return;
    }
    va_list values;
    va_start(values, how);
    vfprintf(f->file, how, values);
    va_end(values);
}

/* "microseconds pending_bytes resident_bytes operations;" and so on. In JSON they are members of their own. */
static void looks(struct form *f, const struct bench_memory_use *use)
{
    if (f->kind == JSON) return;
    name_column(f, "looks");
    for (unsigned i = 0; f->kind == CSV && i < use->looks; i++)
        fprintf(f->file, "%s%.0f %llu %llu %llu", i ? ";" : "", 1e6 * use->look[i].seconds, (unsigned long long)use->look[i].pending_bytes,
                (unsigned long long)use->look[i].resident, (unsigned long long)use->look[i].operations);
}

static void columns(struct form *f, const char *figure, const struct bench_row *row)
{
    static const char *const whats[] = {"throughput", "latency", "memory"};
    const struct bench_planned *cell = row->cell;
    const struct bench_workload *workload = cell->entry->workload;
    const struct bench_result *r = &row->result;
    const struct bench_look peak = bench_memory_peak(&r->memory);
    bool pauses = r->latency.calls != 0, looked = r->memory.looks != 0;

    text(f, "figure", figure);
    text(f, "workload", workload->name);
    text(f, "variant", cell->variant->name);
    text(f, "strategy", cell->entry->contestant);
    number(f, "threads", true, "%u", cell->threads);
    number(f, "trial", true, "%u", row->trial);
    number(f, "tries", true, "%u", row->tries);
    number(f, "place", true, "%u", cell->place);
    text(f, "what", whats[row->what]);
    number(f, "ops", true, "%llu", (unsigned long long)r->operations);
    number(f, "seconds", true, "%.9f", r->seconds);
    number(f, "ns_per_op", true, "%.4f", bench_ns(r, cell->threads));
    number(f, "cpu_seconds", true, "%.6f", r->cpu_seconds);
    number(f, "waited_seconds", true, "%.6f", r->waited);
    number(f, "capacity_before", true, "%.3f", r->capacity[0]);
    number(f, "capacity_after", true, "%.3f", r->capacity[1]);
    number(f, "capacity", true, "%.3f", row->capacity);
    text(f, "flags", row->flags);
    text(f, "allocator", bench_allocator());
    number(f, "cores", true, "%u", bench_cores());
    number(f, "processors", true, "%u", bench_processors());
    number(f, "safepoint_ops", true, "%u", workload->safepoint);
    number(f, "seed", true, "%llu", (unsigned long long)row->seed);
    number(f, "calls", pauses, "%llu", (unsigned long long)r->latency.calls);
    number(f, "p50_ns", pauses, "%.1f", r->latency.p50);
    number(f, "p99_ns", pauses, "%.1f", r->latency.p99);
    number(f, "p99.9_ns", pauses, "%.1f", r->latency.p999);
    number(f, "max_ns", pauses, "%.1f", r->latency.most);
    number(f, "pending", looked && r->memory.told, "%llu", (unsigned long long)peak.pending);
    number(f, "pending_bytes", looked && r->memory.told, "%llu", (unsigned long long)peak.pending_bytes);
    number(f, "resident_bytes", looked, "%llu", (unsigned long long)peak.resident);
    number(f, "peak_bytes", true, "%llu", (unsigned long long)r->peak);
    number(f, "retries_per_op", cell->entry->tells_retries && r->operations, "%.4f", (double)r->retries / (double)r->operations);
    number(f, "resident_per_object", r->memory.resident_per_object != 0, "%.1f", r->memory.resident_per_object);
    number(f, "allocated_bytes", r->memory.samples != 0, "%.0f", bench_memory_allocated(&r->memory));
    looks(f, &r->memory);
}

/* ---- CSV ----------------------------------------------------------------------------------------------------------- */

void bench_csv_head(FILE *file)
{
    static const struct bench_workload workload = {0};
    static const struct bench_entry entry = {.workload = &workload};
    static const struct bench_variant variant = {0};
    static const struct bench_planned cell = {.entry = &entry, .variant = &variant, .threads = 1};
    if (!file) return;
    columns(&(struct form){.file = file, .kind = HEAD}, "", &(struct bench_row){.cell = &cell});
    fputc('\n', file);
}

void bench_csv_row(FILE *file, const char *figure, const struct bench_row *row)
{
    if (!file) return;
    columns(&(struct form){.file = file, .kind = CSV}, figure, row);
    fputc('\n', file);
}

/* ---- JSON ---------------------------------------------------------------------------------------------------------- */

void bench_json_string(FILE *file, const char *value)
{
    fputc('"', file);
    for (; *value; value++)
        if (*value == '"' || *value == '\\') fprintf(file, "\\%c", *value);
        else if ((unsigned char)*value >= ' ') fputc(*value, file);
    fputc('"', file);
}

void bench_json_row(FILE *file, const char *figure, const struct bench_row *row)
{
    const struct bench_memory_use *use = &row->result.memory;
    columns(&(struct form){.file = file, .kind = JSON}, figure, row);
    fputs(", \"looks\": [", file);
    for (unsigned i = 0; i < use->looks; i++)
        fprintf(file, "%s{\"seconds\": %.6f, \"pending\": %llu, \"pending_bytes\": %llu, \"resident_bytes\": %llu, \"operations\": %llu}",
                i ? ", " : "", use->look[i].seconds, (unsigned long long)use->look[i].pending,
                (unsigned long long)use->look[i].pending_bytes, (unsigned long long)use->look[i].resident,
                (unsigned long long)use->look[i].operations);
    fputc(']', file);
}
