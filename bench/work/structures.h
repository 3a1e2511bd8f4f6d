/* structures.h: how the workers of the workloads stack, queue, list and hash begin and end. A peer that plays them has
 * structures of its own, with the names and calls of support/structures, and says
 *
 *   stack_clear(stack)                      it is empty then
 *   stack_done, queue_done, map_done(item)  what came out of one is not needed any more
 *   map_seen(item)                          nor what came of a find, and stays */

static void LT_NAME(structure_begin)(struct bench_worker *w)
{
    (void)w;
    LT_NAME(bench_register)();
}

static void LT_NAME(structure_end)(struct bench_worker *w)
{
    (void)w;
    lt_thread_unregister();
}
