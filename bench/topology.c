#include "topology.h"

#include <hwloc.h>
#include <stdlib.h>

#include "bench.h"

static hwloc_topology_t topology;
static hwloc_obj_t *order; /* hardware threads, in the order in which workers get them */
static unsigned cores, processors;
static bool interleaved; /* the main thread's memory comes from all NUMA nodes in turn */

/* What the main thread makes the threads share, so it is spread over all the memory that there is; what a worker makes it has
 * near it (bench_pin). Children and new threads begin as their makers are. */
static void interleave(void)
{
    if (hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE) < 2) return;
    hwloc_const_cpuset_t all = hwloc_topology_get_topology_cpuset(topology);
    if (hwloc_set_membind(topology, all, HWLOC_MEMBIND_INTERLEAVE, HWLOC_MEMBIND_THREAD)) return;
    interleaved = true;
}

void bench_topology_load(void)
{
    if (hwloc_topology_init(&topology) || hwloc_topology_load(topology)) bench_fail("hwloc cannot read the topology");

    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    if (allowed && hwloc_get_cpubind(topology, allowed, HWLOC_CPUBIND_PROCESS) == 0)
        hwloc_topology_restrict(topology, allowed, 0);
    hwloc_bitmap_free(allowed);

    int pus = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU), found = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
    if (pus < 1) bench_fail("hwloc finds no processor");
    processors = (unsigned)pus;
    cores = found < 1 ? processors : (unsigned)found;
    order = (hwloc_obj_t *)bench_memory(processors, sizeof *order);

    unsigned n = 0;
    for (unsigned sibling = 0; found > 0 && n < processors && sibling < processors; sibling++)
        for (unsigned i = 0; i < cores; i++) {
            hwloc_obj_t core = hwloc_get_obj_by_type(topology, HWLOC_OBJ_CORE, i);
            hwloc_obj_t pu = hwloc_get_obj_inside_cpuset_by_type(topology, core->cpuset, HWLOC_OBJ_PU, sibling);
            if (pu && n < processors) order[n++] = pu;
        }
    if (n < processors) /* no cores in this topology */
        for (n = 0; n < processors; n++) order[n] = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, n);
    interleave();
}

const char *bench_memory_policy(void)
{
    return interleaved ? "shared memory interleaved over the NUMA nodes, the workers' own local" : "one NUMA node";
}

unsigned bench_cores(void) { return cores; }
unsigned bench_processors(void) { return processors; }

void bench_pin(unsigned index)
{
    if (interleaved) {
        hwloc_const_cpuset_t all = hwloc_topology_get_topology_cpuset(topology);
        (void)hwloc_set_membind(topology, all, HWLOC_MEMBIND_DEFAULT, HWLOC_MEMBIND_THREAD);
    }
    /* Where pinning is forbidden the thread runs unpinned; the capacity probe shows whether that mattered. */
    (void)hwloc_set_cpubind(topology, order[index % processors]->cpuset, HWLOC_CPUBIND_THREAD);
}

unsigned bench_default_threads(unsigned *list)
{
    unsigned n = 0, p = processors;
    for (unsigned threads = 1; threads < p && n < 60; threads *= 2) list[n++] = threads;
    list[n++] = p;
    if (p + p / 2 > p) list[n++] = p + p / 2;
    list[n++] = 2 * p;
    return n;
}
