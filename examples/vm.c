/* vm.c: a stack machine with boxed numbers and pairs, in a hundred lines. It builds a list of squares and adds it up.
 *
 *     cc vm.c $(pkg-config --cflags --libs lifetime-biased) && ./a.out
 *
 * Every value is an lt_object. The stack owns what is on it; a variable is a slot, which any thread may read. */
#include <lifetime/lifetime.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { NUMBER, PAIR };
struct value { lt_object header; enum kind kind; long number; struct value *first, *rest; }; /* a pair owns its two */

static void trace(void *o, lt_visitor *visitor)
{
    struct value *v = o;
    if (v->kind == NUMBER) return;
    lt_visit_ref(visitor, &v->first); /* set before anyone else could see the pair, and never again: no slots needed */
    lt_visit_ref(visitor, &v->rest);
}
static const lt_type value_type = {.name = "value", .size = sizeof(struct value), .trace = trace};

static struct value *new_value(enum kind kind, long number, struct value *first, struct value *rest)
{
    struct value *v = lt_new(&value_type);
    if (!v) {
        perror("vm");
        exit(1);
    }
    v->kind = kind;
    v->number = number;
    v->first = first; /* takes both references over */
    v->rest = rest;
    return v;
}

/* Code: an operation, and its operand where it has one. */
enum operation { PUSH, NIL, LOAD, STORE, ADD, MULTIPLY, CONS, FIRST, REST, JUMP, JUMP_UNLESS, PRINT, HALT };
static lt_slot variables[4];

static void run(const int *code)
{
    struct value *stack[64], **top = stack; /* top: the first free place */
    for (const int *ip = code;;) {
        struct value *a, *b;
        switch ((enum operation)*ip++) {
        case PUSH: *top++ = new_value(NUMBER, *ip++, NULL, NULL); break;
        case NIL: *top++ = NULL; break;
        case LOAD: *top++ = lt_slot_load(&variables[*ip++]); break;
        case STORE: lt_slot_store(&variables[*ip++], *--top); break; /* the stack's reference is the slot's now */
        case ADD:
        case MULTIPLY:
            b = *--top, a = *--top;
            *top++ = new_value(NUMBER, ip[-1] == ADD ? a->number + b->number : a->number * b->number, NULL, NULL);
            lt_release(a);
            lt_release(b);
            break;
        case CONS:
            b = *--top, a = *--top;
            *top++ = new_value(PAIR, 0, a, b);
            break;
        case FIRST:
        case REST:
            a = *--top;
            b = ip[-1] == FIRST ? a->first : a->rest;
            if (b) lt_retain(b);
            *top++ = b;
            lt_release(a);
            break;
        case JUMP:
            ip = code + *ip;
            lt_safepoint(); /* once in every loop: nothing is borrowed here */
            break;
        case JUMP_UNLESS: /* nothing, or the number 0 */
            a = *--top;
            ip = a && (a->kind == PAIR || a->number) ? ip + 1 : code + *ip;
            if (a) lt_release(a);
            break;
        case PRINT:
            a = *--top;
            printf("%s: %ld\n", lt_strategy_name(), a->number);
            lt_release(a);
            break;
        case HALT: return;
        }
    }
}

int main(void)
{
    enum { LIST, I, SUM };
    enum { MAKE = 7, BEGIN = 30, ADD_UP = 34, DONE = 53 }; /* places in the code */
    static const int code[] = {
        NIL, STORE, LIST, PUSH, 1000, STORE, I,
        /* MAKE: while i: list = (i * i, list); i = i - 1 */
        LOAD, I, JUMP_UNLESS, BEGIN, LOAD, I, LOAD, I, MULTIPLY, LOAD, LIST, CONS, STORE, LIST,
        LOAD, I, PUSH, -1, ADD, STORE, I, JUMP, MAKE,
        /* BEGIN */
        PUSH, 0, STORE, SUM,
        /* ADD_UP: while list: sum = sum + first(list); list = rest(list) */
        LOAD, LIST, JUMP_UNLESS, DONE, LOAD, SUM, LOAD, LIST, FIRST, ADD, STORE, SUM, LOAD, LIST, REST, STORE, LIST,
        JUMP, ADD_UP,
        /* DONE */
        LOAD, SUM, PRINT, HALT,
    };
    lt_enter();
    run(code);
    for (unsigned i = 0; i < sizeof variables / sizeof *variables; i++) lt_slot_store(&variables[i], NULL);
    lt_leave();
    lt_barrier(); /* outside a section: all that was released is gone */
    lt_stats stats;
    lt_stats_read(&stats);
    return lt_strategy_traits()->reclaims && stats.live != 0;
}
