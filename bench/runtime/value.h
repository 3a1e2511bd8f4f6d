/* value.h: what every value of the running program is: an lt_object with a kind.
 *
 * Who owns what
 *   A frame's locals and temporaries own what they hold, except that arguments are the caller's: its registers hold
 *   them as long as the call lasts, so passing one counts nothing. Constants are immortal.
 *   FIXED  immortal, and known to be: it is never counted. Constants, small ints, classes, functions of a module.
 *   SOLE   a number that exactly one register holds: a one-bit count of the interpreter's own. The register's next
 *          number is written into the same box. Whoever copies or publishes the reference clears it first, so it is
 *          never seen by two.
 */
#ifndef POCKET_VALUE_H
#define POCKET_VALUE_H

#include <lifetime/lifetime.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
    NONE, BOOL, INT, FLOAT, /* BOOL and INT have an integer, up to here all are struct number */
    STR, LIST, TUPLE, DICT, RANGE, SLICE, ITER, CELL, FUNCTION, NATIVE, METHOD, CLASS, INSTANCE, EXCEPTION,
    MODULE, LOCK, THREAD, RANDOM, STREAM, KINDS
};

enum { FIXED = 1, SOLE = 2 };

/* id: what inline caches compare. A kind for built-in types; for instances and modules a number of their own from
 * KINDS on. */
typedef struct value {
    lt_object header;
    uint8_t kind, flags;
    uint32_t id;
} value;

struct number { value v; union { int64_t i; double f; }; };
struct string { value v; uint64_t hash; uint32_t bytes, length; char text[]; }; /* UTF-8; length in characters */
struct tuple { value v; uint32_t length; value *items[]; };
struct range { value v; int64_t start, stop, step; };
struct slice { value v; value *start, *stop; };
struct cell { value v; lt_slot content; };

/* A list's memory. Readers take no lock: they load the pointer and read. It is replaced as a whole when it is full,
 * and the old one, with references of its own, is given back after a grace period (lt_defer). Writers hold the list's
 * lock. */
struct array {
    lt_node node;
    size_t capacity, used; /* slots that were ever filled; more have never been seen by anyone */
    _Atomic size_t length;
    lt_slot slots[];
};
struct list { value v; _Atomic(struct array *) array; };

/* A dict's memory: entries in the order of insertion, and an open-addressed index into them; read and replaced as a
 * list's is. An entry is written once; its key stays until the table goes. */
struct entry { uint64_t hash; value *key; lt_slot content; };
struct table {
    lt_node node;
    uint32_t mask, capacity;      /* of the index; of the entries */
    _Atomic uint32_t used;        /* entries ever filled */
    _Atomic int32_t *index;       /* -1 empty, -2 deleted */
    struct entry entries[];
};
struct dict { value v; _Atomic(struct table *) table; _Atomic size_t length; };

struct code;
struct vm;

/* Arguments are borrowed from the caller for the call. Keyword arguments come last; names has theirs. */
struct call { value **args; unsigned count; const struct tuple *names; };
typedef value *(*native_fn)(struct vm *, const struct call *); /* owned, or NULL after throw_error */

/* cells, then defaults */
struct function { value v; const struct code *code; uint32_t cells, defaults; value *refs[]; };
struct native { value v; const char *name; native_fn fn; };
struct method { value v; value *self, *callee; };

/* A global variable, or a class's attribute: rarely stored. What is FIXED is in `fixed` as well, and read there
 * uncounted. */
struct place { lt_slot slot; _Atomic(value *) fixed; };

/* A class: its instances' attributes are the names that its methods assign through `self`, its base's first; then
 * what its body defines. Immortal, so that an id, once in a cache, is right for ever. */
struct class {
    value v;
    const char *name;
    struct class *base;
    bool exception;
    uint32_t fields, attrs;
    struct string **field_names, **attr_names;
    struct place *attr_places;
    lt_type type; /* of the instances */
    uint32_t instance_id;
};
/* extra: a dict of all other attributes */
struct instance { value v; struct class *class; lt_slot extra; lt_slot fields[]; };

struct traceback { struct traceback *next; const struct code *code; int line; };
struct exception { value v; struct class *class; value *args; struct traceback *trace; };

struct builtin { const char *name; native_fn fn; value *value; }; /* value: fixed, of the function */
struct member { const char *name; value *value; };
struct module { value v; const char *name; struct member *members; unsigned count; };

/* One thread of the program. */
struct vm {
    value *thrown;         /* the exception on its way, or NULL */
    value *thread;         /* which it runs, or NULL: the main one */
    struct frame *frame, *frames;
    value **stack, **limit; /* the registers of all frames */
    unsigned depth;        /* of nested values being printed or compared */
    unsigned calls;        /* of functions, by native ones that have not returned */
    unsigned spares;
    value *spare[32];      /* numbers that nobody uses: owned, SOLE */
};

/* ---- References ---- */

static inline value *keep(value *v) /* one more reference */
{
    if (v->flags & FIXED) return v;
    if (v->flags & SOLE) v->flags = 0;
    lt_retain(v);
    return v;
}

/* The same of what may be a borrow, whose object may have died since: then NULL. */
static inline value *keep_borrowed(value *v)
{
    if (v->flags & FIXED) return v;
    if (v->flags & SOLE) v->flags = 0;
    return lt_try_retain(v) ? v : NULL;
}

void drop_number(struct vm *, value *); /* SOLE */

static inline void drop(struct vm *vm, value *v)
{
    if (LT_LIKELY(!v->flags)) lt_release(v);
    else if (v->flags & SOLE) drop_number(vm, v);
}

static inline value *shared(value *v) /* about to be reachable from elsewhere */
{
    if (v->flags & SOLE) v->flags = 0;
    return v;
}

static inline value *fix(value *v) /* never to die */
{
    if (v->flags & FIXED) return v;
    lt_immortalize(v);
    v->flags = FIXED;
    return v;
}

void *new_value(struct vm *, const lt_type *, enum kind); /* or NULL after MemoryError */
void *new_sized(struct vm *, const lt_type *, enum kind, size_t bytes);

static inline void set(struct vm *vm, value **place, value *v) /* v's reference passes to the register */
{
    value *old = *place;
    *place = v;
    if (old) drop(vm, old);
}

/* ---- The fixed values ---- */

enum { SMALL_MIN = -256, SMALL_MAX = 1024 };
extern struct number none_value, true_value, false_value, small_ints[SMALL_MAX - SMALL_MIN + 1];
#define None (&none_value.v)
#define True (&true_value.v)
#define False (&false_value.v)
static inline value *boolean(bool b) { return b ? True : False; }

/* ---- Numbers ---- */

static inline int64_t int_of(const value *v) { return ((const struct number *)v)->i; }
static inline double float_of(const value *v) { return ((const struct number *)v)->f; }
static inline bool is_int(const value *v) { return v->kind == INT || v->kind == BOOL; }
static inline bool is_small(int64_t i) { return i >= SMALL_MIN && i <= SMALL_MAX; }
static inline value *small_int(int64_t i) { return &small_ints[i - SMALL_MIN].v; }

struct number *new_number(struct vm *); /* a box, SOLE; its kind and content are the caller's to write */
value *new_int(struct vm *, int64_t);
value *new_float(struct vm *, double);

/* The register's next number, where there is no box to write it into. False after MemoryError. */
bool renew_float(struct vm *, value **place, double);
bool renew_int(struct vm *, value **place, int64_t);

static inline bool set_float(struct vm *vm, value **place, double f)
{
    struct number *box = (struct number *)*place;
    if (LT_UNLIKELY(!box || !(box->v.flags & SOLE))) return renew_float(vm, place, f);
    box->v.kind = FLOAT;
    box->f = f;
    return true;
}

static inline bool set_int(struct vm *vm, value **place, int64_t i)
{
    struct number *box = (struct number *)*place;
    if (box && box->v.flags & SOLE) {
        box->v.kind = INT;
        box->i = i;
        return true;
    }
    if (box && !(box->v.flags & FIXED)) return renew_int(vm, place, i);
    if (!is_small(i)) return renew_int(vm, place, i);
    *place = small_int(i);
    return true;
}

#endif
