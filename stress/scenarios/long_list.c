/* A list longer than any stack dies from its head. */
#include "life.h"
#include "scenario.h"

enum { LENGTH = 200000 };

static void body(struct worker *w)
{
    while (goes_on(w) && run_goes_on(w->run)) { /* goes_on() looks at the clock now and then; a turn is long */
        lt_enter();
        struct being *head = NULL;
        for (unsigned i = 0; i < LENGTH; i++) {
            struct being *b = being_new(i);
            b->ref = head;
            head = b;
        }
        lt_release(head);
        lt_leave();
    }
}

SCENARIO(long_list, "a list longer than any stack dies from its head", NEEDS_RECLAIM)
{
    run_workers(run, 1, body, NULL);
}
