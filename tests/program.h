/* program.h: random client programs, and the machine that runs them on the strategy that this is compiled for.
 *
 * A program is a list of steps on registers (owned references, a set per thread) and shared slots. Threads take turns, so
 * that every strategy must end with the same graph and the same deaths. Edges go from younger to older nodes only: no
 * cycles, so that whatever is not reachable at the end must be dead. Or, in a cyclic program, they go anywhere, and the
 * same holds after lt_collect. Immortal nodes are reachable always: two in static storage, and perhaps one that a step made
 * so. */
#ifndef TESTS_PROGRAM_H
#define TESTS_PROGRAM_H

#include <lifetime/lifetime.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

enum { REGISTERS = 8, SHARED_SLOTS = 6, WEAK_ONES = 4, THREADS_MOST = 4, NODES_MOST = 512, FIXED = 2,
       MADE_MOST = NODES_MOST - FIXED };

enum operation {
    NEW, NEW_ABOVE, COPY, DROP, LINK, UNLINK, LOAD_CHILD, TAKE_CHILD, SWAP_CHILD, CAS_CHILD, STORE, CLEAR, LOAD, TAKE, SWAP,
    CAS, HOLD, BORROW_ACROSS_STORE, WALK, RETAIN_MANY, REFER, UNREFER, LOAD_WEAK, SAFEPOINT, POLL, PAUSE, COLLECT,
    SHARE, LINK_LOCKED, MOVE_LOCKED, GET_FIXED, IMMORTALIZE, REPLACE, KEEP_TOKEN, OPERATIONS
};

struct step { uint8_t operation, a, b, c; };

struct program {
    unsigned threads; /* they take turns of `turn` steps */
    unsigned turn, length;
    bool cyclic;      /* edges go anywhere */
    bool stay;        /* threads block until the end instead of exiting after their last turn */
    bool immortal;    /* a node may be made immortal */
    struct step steps[2048];
};

/* All that can be observed. Node n is node_id n + 1; 0 is none. */
struct outcome {
    unsigned made, immortal; /* the id of the one that a step made so */
    unsigned entries;        /* in the weak table, more than before: of immortals */
    uint16_t registers[THREADS_MOST][REGISTERS], slots[SHARED_SLOTS], weak[WEAK_ONES];
    uint16_t left[NODES_MOST], right[NODES_MOST], ref[NODES_MOST]; /* of reachable nodes */
    bool reachable[NODES_MOST];
    uint8_t deaths[NODES_MOST];          /* when the program ended */
    uint8_t deaths_after[NODES_MOST];    /* when everything was given back, too */
};

struct node {
    lt_object header;
    uint64_t canary;
    unsigned id; /* from 1 */
    lt_slot left, right;
    struct node *ref;
};

struct machine {
    const struct program *program;
    struct node *registers[THREADS_MOST][REGISTERS];
    lt_token tokens[THREADS_MOST]; /* of what was released; for the next node */
    lt_slot slots[SHARED_SLOTS];
    lt_weak weak[WEAK_ONES];
    unsigned referred[WEAK_ONES]; /* the id that each was given last */
    unsigned made;
    struct node *immortal; /* that a step made so */
    sem_t turns[THREADS_MOST], end, over;
};

#define NODE_ALIVE 0x0de0a11e0de0a11eu
static uint8_t node_deaths[NODES_MOST]; /* atomic */

static void node_trace(void *object, lt_visitor *visitor)
{
    struct node *n = object;
    lt_visit_slot(visitor, &n->left);
    lt_visit_slot(visitor, &n->right);
    lt_visit_ref(visitor, &n->ref);
}

static void node_finalize(void *object)
{
    struct node *n = object;
    CHECK_EQ(n->canary, NODE_ALIVE);
    n->canary = 0;
    __atomic_fetch_add(&node_deaths[n->id - 1], 1, __ATOMIC_RELEASE);
}

static const lt_type node_type = {
    .name = "node", .size = sizeof(struct node), .trace = node_trace, .finalize = node_finalize};

/* In a program without cycles every other node: its storage may be reused. */
static const lt_type acyclic_node_type = {
    .name = "node", .size = sizeof(struct node), .flags = LT_TYPE_ACYCLIC, .trace = node_trace, .finalize = node_finalize};

/* They are older than nothing: they may lead to all others. Their edges are emptied when a program ends. */
static struct node fixed_nodes[FIXED] = {
    {.header = LT_IMMORTAL_OBJECT(&node_type), .canary = NODE_ALIVE, .id = NODES_MOST - 1},
    {.header = LT_IMMORTAL_OBJECT(&node_type), .canary = NODE_ALIVE, .id = NODES_MOST},
};

/* For leak checkers. */
static struct node *volatile for_ever[512];
static unsigned kept_for_ever;

/* ---- the machine ---- */

static struct node *owned_again(struct node *n)
{
    if (n) lt_retain(n);
    return n;
}

static void set_register(struct node **reg, struct node *n) /* takes over n */
{
    struct node *old = *reg;
    *reg = n;
    if (old) lt_release(old);
}

static struct node *node_new(struct machine *m, lt_token *token, struct node *ref, struct node *left)
{
    if (m->made == MADE_MOST) return owned_again(ref);
    bool tracked = m->program->cyclic || m->made % 2;
    struct node *n = needed(tracked ? lt_new(&node_type) : lt_new_reusing(&acyclic_node_type, *token));
    if (!tracked) *token = (lt_token){NULL};
    n->canary = NODE_ALIVE;
    n->id = ++m->made;
    n->ref = owned_again(ref);
    lt_slot_init(&n->left, owned_again(left));
    lt_slot_init(&n->right, NULL);
    return n;
}

/* May the parent have an edge to the child? */
static bool fits(const struct machine *m, const struct node *child, const struct node *parent)
{
    return child && parent && (m->program->cyclic || child->id < parent->id);
}

/* Down the left edges, hand over hand; the last node's reference, owned. */
static struct node *walk(lt_slot *from, unsigned steps)
{
    lt_borrow here = lt_slot_borrow(from);
    while (lt_deref(here) && steps--) {
        struct node *n = lt_deref(here);
        CHECK_EQ(n->canary, NODE_ALIVE);
        lt_borrow next = lt_slot_borrow(&n->left);
        lt_unborrow(here);
        here = next;
    }
    struct node *held = lt_hold(here);
    CHECK(held == lt_deref(here)); /* it is linked, so it is not dead */
    lt_unborrow(here);
    return held;
}

static void borrow_across_store(lt_slot *slot)
{
    lt_borrow borrow = lt_slot_borrow(slot);
    lt_slot_store(slot, NULL);
    struct node *n = lt_deref(borrow);
    if (n) CHECK_EQ(n->canary, NODE_ALIVE);
    lt_unborrow(borrow);
}

static void cas(lt_slot *slot, struct node *expected, struct node *desired)
{
    owned_again(desired);
    if (!lt_slot_cas(slot, expected, desired) && desired) lt_release(desired);
}

static void refer_to_node(struct machine *m, unsigned i, struct node *n)
{
    CHECK_EQ(lt_weak_store(&m->weak[i], n), 0);
    m->referred[i] = n ? n->id : 0;
}

static void look_at_roots(struct machine *, struct outcome *);

/* What can be reached must be found. What can not may be, or not, as long as nobody has collected it: it is given back. */
static struct node *load_weak(struct machine *m, unsigned i)
{
    static struct outcome now; /* threads take turns */
    unsigned id = m->referred[i];
    memset(&now, 0, sizeof now);
    look_at_roots(m, &now);
    struct node *n = lt_weak_load(&m->weak[i]);
    if (n) CHECK_EQ(n->canary, NODE_ALIVE);
    if (n) CHECK_EQ(n->id, id);
    if (id && now.reachable[id - 1]) {
        CHECK(n);
        return n;
    }
    if (n) lt_release(n);
    return NULL;
}

static void link_locked(const struct machine *m, struct node *parent, struct node *child)
{
    if (!fits(m, child, parent)) return;
    lt_lock(parent);
    lt_slot_store(&parent->left, owned_again(child));
    lt_unlock(parent);
}

static void move_locked(const struct machine *m, struct node *from, struct node *to)
{
    if (!from || !to) return;
    lt_lock2(from, to);
    struct node *child = lt_slot_take(&from->right);
    lt_slot_store(&(!child || fits(m, child, to) ? to : from)->right, child);
    lt_unlock2(from, to);
}

/* One, and one to which no plain edge ties others. */
static void immortalize(struct machine *m, struct node *n)
{
    if (!m->program->immortal || m->immortal || !n || n->ref || n->id > MADE_MOST) return;
    if (kept_for_ever == sizeof for_ever / sizeof *for_ever) return;
    for_ever[kept_for_ever++] = m->immortal = n;
    lt_immortalize(n);
}

/* The register's reference is given up, for a token. */
static void keep_token(struct node **reg, lt_token *token)
{
    struct node *n = *reg;
    *reg = NULL;
    lt_token_free(*token);
    *token = n ? lt_release_reuse(n) : (lt_token){NULL};
}

static void do_step(struct machine *m, unsigned thread, struct step s)
{
    struct node **registers = m->registers[thread];
    lt_token *token = &m->tokens[thread];
    struct node **a = &registers[s.a % REGISTERS], **b = &registers[s.b % REGISTERS], *parent = *a;
    lt_slot *slot = &m->slots[s.c % SHARED_SLOTS], *child = parent ? &parent->right : NULL;
    switch ((enum operation)s.operation) {
    case NEW: set_register(a, node_new(m, token, NULL, NULL)); break;
    case NEW_ABOVE: set_register(a, node_new(m, token, *a, *b)); break;
    case COPY: set_register(a, owned_again(*b)); break;
    case DROP: set_register(a, NULL); break;
    case LINK: if (fits(m, *b, parent)) lt_slot_store(&parent->left, owned_again(*b)); break;
    case UNLINK: if (parent) lt_slot_store(&parent->left, NULL); break;
    case LOAD_CHILD: if (child) set_register(b, lt_slot_load(child)); break;
    case TAKE_CHILD: if (child) set_register(b, lt_slot_take(child)); break;
    case SWAP_CHILD: if (fits(m, *b, parent)) *b = lt_slot_swap(child, *b); break;
    case CAS_CHILD: if (fits(m, *b, parent)) cas(child, s.c % 2 ? *b : NULL, *b); break;
    case STORE: lt_slot_store(slot, owned_again(*a)); break;
    case CLEAR: lt_slot_store(slot, NULL); break;
    case LOAD: set_register(a, lt_slot_load(slot)); break;
    case TAKE: set_register(a, lt_slot_take(slot)); break;
    case SWAP: *a = lt_slot_swap(slot, *a); break;
    case CAS: cas(slot, *a, *b); break;
    case HOLD: set_register(a, walk(slot, 0)); break;
    case BORROW_ACROSS_STORE: borrow_across_store(slot); break;
    case WALK: set_register(a, walk(slot, s.b)); break;
    case RETAIN_MANY:
        if (!*a) break;
        lt_retain_n(*a, s.b);
        lt_safepoint();
        lt_release_n(*a, s.b);
        break;
    case REFER: refer_to_node(m, s.b % WEAK_ONES, *a); break;
    case UNREFER: refer_to_node(m, s.b % WEAK_ONES, NULL); break;
    case LOAD_WEAK: set_register(a, load_weak(m, s.b % WEAK_ONES)); break;
    case SAFEPOINT: lt_safepoint(); break;
    case POLL: lt_poll(); break;
    case PAUSE: lt_leave(); lt_poll(); lt_enter(); break;
    case COLLECT: (void)lt_collect(); break; /* EAGAIN: the machine is busy */
    case SHARE: if (*a) lt_share(*a); break;
    case LINK_LOCKED: link_locked(m, *a, *b); break;
    case MOVE_LOCKED: move_locked(m, *a, *b); break;
    case GET_FIXED: set_register(a, owned_again(&fixed_nodes[s.c % FIXED])); break;
    case IMMORTALIZE: immortalize(m, *a); break;
    case REPLACE: keep_token(a, token); *a = node_new(m, token, NULL, *b); break;
    case KEEP_TOKEN: keep_token(a, token); break;
    case OPERATIONS: break;
    }
}

static void take_turn(struct machine *m, unsigned thread, unsigned first)
{
    const struct program *p = m->program;
    lt_enter();
    for (unsigned i = first; i < first + p->turn && i < p->length; i++) do_step(m, thread, p->steps[i]);
    lt_leave();
}

struct hand {
    struct machine *machine;
    unsigned thread;
};

static void *hand_runs(void *argument)
{
    struct hand *hand = argument;
    struct machine *m = hand->machine;
    const struct program *p = m->program;
    unsigned turns = (p->length + p->turn - 1) / p->turn;
    for (unsigned turn = hand->thread; turn < turns; turn += p->threads) {
        gate_pass(&m->turns[hand->thread]);
        take_turn(m, hand->thread, turn * p->turn);
        gate_open(turn + 1 < turns ? &m->turns[(turn + 1) % p->threads] : &m->end);
    }
    if (p->stay) gate_pass(&m->over);
    return NULL;
}

/* ---- looking at what it did ---- */

static void look(struct outcome *o, struct node *n)
{
    if (!n || o->reachable[n->id - 1]) return;
    unsigned i = n->id - 1;
    o->reachable[i] = true;
    lt_borrow left = lt_slot_borrow(&n->left), right = lt_slot_borrow(&n->right);
    struct node *l = lt_deref(left), *r = lt_deref(right);
    o->left[i] = (uint16_t)(l ? l->id : 0);
    o->right[i] = (uint16_t)(r ? r->id : 0);
    o->ref[i] = (uint16_t)(n->ref ? n->ref->id : 0);
    look(o, l);
    look(o, r);
    look(o, n->ref);
    lt_unborrow(left);
    lt_unborrow(right);
}

static void look_at_roots(struct machine *m, struct outcome *o)
{
    for (unsigned i = 0; i < FIXED; i++) look(o, &fixed_nodes[i]);
    look(o, m->immortal);
    for (unsigned t = 0; t < THREADS_MOST; t++)
        for (unsigned r = 0; r < REGISTERS; r++) {
            struct node *n = m->registers[t][r];
            o->registers[t][r] = (uint16_t)(n ? n->id : 0);
            look(o, n);
        }
    for (unsigned s = 0; s < SHARED_SLOTS; s++) {
        lt_borrow borrow = lt_slot_borrow(&m->slots[s]);
        struct node *n = lt_deref(borrow);
        o->slots[s] = (uint16_t)(n ? n->id : 0);
        look(o, n);
        lt_unborrow(borrow);
    }
}

/* After a barrier: what weak references lead to is what is reachable, and else nothing. */
static void look_at_weak(struct machine *m, struct outcome *o)
{
    for (unsigned i = 0; i < WEAK_ONES; i++) {
        struct node *n = lt_weak_load(&m->weak[i]);
        if (!n) continue;
        bool garbage = !o->reachable[n->id - 1];
        CHECK(!garbage || !lt_strategy_traits()->reclaims);
        o->weak[i] = (uint16_t)(garbage ? 0 : n->id);
        lt_release(n);
    }
}

static void look_at_all(struct machine *m, struct outcome *o)
{
    lt_enter();
    look_at_roots(m, o);
    look_at_weak(m, o);
    lt_leave();
}

static void empty(struct node *n)
{
    lt_slot_store(&n->left, NULL);
    lt_slot_store(&n->right, NULL);
}

static void give_back_all(struct machine *m)
{
    lt_enter();
    for (unsigned t = 0; t < THREADS_MOST; t++)
        for (unsigned r = 0; r < REGISTERS; r++) set_register(&m->registers[t][r], NULL);
    for (unsigned t = 0; t < THREADS_MOST; t++) lt_token_free(m->tokens[t]);
    for (unsigned s = 0; s < SHARED_SLOTS; s++) lt_slot_store(&m->slots[s], NULL);
    for (unsigned i = 0; i < WEAK_ONES; i++) lt_weak_clear(&m->weak[i]);
    for (unsigned i = 0; i < FIXED; i++) empty(&fixed_nodes[i]);
    if (m->immortal) empty(m->immortal);
    lt_leave();
}

/* Outside a section: whatever is not reachable is finalized. */
static void settle_program(const struct program *p)
{
    lt_barrier();
    if (!p->cyclic) return;
    while (lt_collect() == EAGAIN) sched_yield();
    lt_barrier();
}

static bool has_entry(const struct node *n) { return lt_load8(&n->header.mark, LT_RELAXED) & LT_MARK_WEAK; }

static unsigned fixed_entries(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < FIXED; i++) n += has_entry(&fixed_nodes[i]);
    return n;
}

static void program_run(const struct program *p, struct outcome *o)
{
    struct machine m = {.program = p};
    unsigned entries = fixed_entries();
    pthread_t threads[THREADS_MOST];
    struct hand hands[THREADS_MOST];
    memset(o, 0, sizeof *o);
    memset(node_deaths, 0, sizeof node_deaths);
    if (p->threads == 0) { /* in this very thread */
        for (unsigned i = 0; i < p->length; i += p->turn) take_turn(&m, 0, i);
    } else {
        gate_init(&m.end);
        gate_init(&m.over);
        for (unsigned t = 0; t < p->threads; t++) gate_init(&m.turns[t]);
        for (unsigned t = 0; t < p->threads; t++) {
            hands[t] = (struct hand){&m, t};
            threads[t] = start(hand_runs, &hands[t]);
        }
        gate_open(&m.turns[0]);
        gate_pass(&m.end);
    }
    settle_program(p);
    memcpy(o->deaths, node_deaths, sizeof node_deaths);
    look_at_all(&m, o);
    o->made = m.made;
    o->immortal = m.immortal ? m.immortal->id : 0;
    o->entries = fixed_entries() - entries + (m.immortal && has_entry(m.immortal));
    give_back_all(&m);
    settle_program(p);
    memcpy(o->deaths_after, node_deaths, sizeof node_deaths);
    for (unsigned t = 0; t < p->threads; t++) gate_open(&m.over);
    for (unsigned t = 0; t < p->threads; t++) finish(threads[t]);
}

#endif
