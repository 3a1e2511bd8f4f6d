#include "plan.h"

#include "entries.h"
#include "topology.h"

static bool able(const struct bench_entry *entry, const struct bench_variant *variant, unsigned threads)
{
    const lt_traits *traits = entry->traits();
    unsigned needs = entry->workload->needs;
    if ((threads > 1 || needs & BENCH_NEEDS_THREADS) && !traits->threads) return false;
    if (needs & BENCH_NEEDS_RECLAMATION && !traits->reclaims) return false;
    if (needs & BENCH_NEEDS_OVERLAP && traits->exclusive) return false;
    return !entry->plays || entry->plays(variant);
}

static void add_group(struct bench_plan *plan, const struct bench_workload *workload, const struct bench_variant *variant,
                      unsigned threads, bench_wanted wanted, const void *wish)
{
    size_t first = plan->count;
    for (const struct bench_entry *const *e = bench_entries; *e; e++) {
        if ((*e)->workload != workload || !wanted(*e, variant, wish)) continue;
        if (!able(*e, variant, threads)) continue;
        plan->cells[plan->count] = (struct bench_planned){
            .entry = *e, .variant = variant, .threads = threads, .place = (unsigned)(plan->count - first)};
        plan->count++;
    }
    for (size_t i = first; i < plan->count; i++) plan->cells[i].group_size = (unsigned)(plan->count - first);
}

struct bench_plan bench_plan_make(const unsigned *threads, unsigned threads_count, bench_wanted wanted, const void *wish)
{
    size_t most = 0;
    for (const struct bench_entry *const *e = bench_entries; *e; e++)
        for (const struct bench_variant *v = (*e)->workload->variants; v->name; v++) most += threads_count;

    struct bench_plan plan = {(struct bench_planned *)bench_memory(most, sizeof *plan.cells), 0};
    for (const struct bench_workload *const *w = bench_workloads; *w; w++)
        for (const struct bench_variant *v = (*w)->variants; v->name; v++) {
            if ((*w)->crowd) add_group(&plan, *w, v, (*w)->crowd * bench_processors(), wanted, wish);
            else for (unsigned t = 0; t < threads_count; t++) add_group(&plan, *w, v, threads[t], wanted, wish);
        }
    return plan;
}

const struct bench_planned *bench_plan_at(const struct bench_plan *plan, size_t position, unsigned trial)
{
    const struct bench_planned *cell = &plan->cells[position];
    size_t first = position - cell->place;
    return &plan->cells[first + (cell->place + trial) % cell->group_size];
}
