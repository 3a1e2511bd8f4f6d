/* grace.c: epochs and grace periods.
 *
 * Algorithm. Epoch-based reclamation (Fraser 2004, §5.2.3) in which threads announce lazily: a thread's announced epoch
 * stays what it is from section to section until its attention word asks for a newer one, so that entering orders nothing
 * and the announcement itself needs no fence. A thread that is behind and outside a section is not waited for: a helper
 * seizes it, with the asymmetric fence of liburcu-memb (membarrier(2), private expedited).
 *
 *   E     domain->epoch                     grows by one at a time, under the lock
 *   a(T)  section >> LT_EPOCH_SHIFT         the epoch that T announced last
 *
 * Rule of lt_advance: E may become E + 1 only if every live thread that is not seized has a(T) = E. Threads announce at
 * quiescent points only (outermost enter, safepoint, outermost leave), and only what their attention word holds, which is
 * at most E. Hence at all times
 *
 *   (1) E - 1 <= a(T) <= E for every live thread T that is not seized.
 *   (2) E >= a + 2 implies that T has been quiescent since it announced a: it announced a + 1, or was seized, which is
 *       possible only outside a section.
 *
 * Claim. An object that R unlinks in a section with a(R) = r is borrowed by nobody once E >= r + 3.
 * Let T have borrowed it in a section with a(T) = a. Either the section began before the unlinking or T's load of the slot
 * precedes it in the slot's modification order. While R is in its section, E <= r + 1 by (1). If a >= r + 2, then T's
 * announcement happened after E became r + 2, which happened after R announced r + 1, that is after the unlinking (the
 * announcement is a release store, read with acquire in lt_advance; E is passed on by release to the attention words and
 * read from there with acquire); then T's load sees the unlinking or something newer, a contradiction. So a <= r + 1,
 * and E >= r + 3 >= a + 2 means by (2) that the borrow has ended. The order that this needs is release/acquire alone,
 * which ThreadSanitizer follows.
 *
 * Fenced domains (`qsbr`). There lt_section_online tells in one instruction, seq_cst, that its thread T is inside, then looks
 * at attention, and announces what that asks for. So the rule of lt_advance passes by who is outside, without seizing it,
 * and (1) and (2) become
 *
 *   (1') E - 1 <= a(T) <= E for every T that is inside and has announced.
 *   (2') E >= a + 2 implies that T has been quiescent since it announced a: it announced a + 1, or was outside.
 *
 * Let T announce x, which it found in attention after its exchange, and let E become x + 1 nevertheless, as an attempt that had
 * looked at T before found it outside. That attempt adds to T's attention, after T's look; the attempt at x + 2 looks at T
 * after that, and both in seq_cst order, so it finds T inside, behind, and gives up. The claim's proof holds with (1') and
 * (2'). Who leaves to wait and comes back (step_in) does so under the lock, and announces then.
 *
 * Seizing. The helper sets LT_ASK_SEIZED, issues the heavy barrier, then reads the section word. T stores its section word,
 * then (compiler barrier) reads attention. After the heavy barrier either the helper sees T inside, and lets go, or T sees
 * LT_ASK_SEIZED at its next enter and waits for the lock. While seized, T's private state belongs to whoever holds the
 * lock; it is behind in epochs, and announces the current one, under the lock, when it comes back.
 */
#include <stdlib.h>

#include "domain.h"

enum { PATIENCE = 4 }; /* attempts to advance before threads outside sections are seized: most come back by themselves */

enum { SAFEPOINT_TURNS = 64 }; /* a safepoint that is wanted reclaims as much as so many retirements */

static bool have_membarrier;

static void choose(void)
{
    have_membarrier = !getenv("LIFETIME_NO_MEMBARRIER")
        && lt_membarrier_register();
}

void lt_grace_choose(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, choose);
}

/* Linux hands the registration down to a child, but does not say that it will. */
void lt_grace_forked(struct lt_record *self)
{
    if (have_membarrier) choose();
    if (!have_membarrier && self && !self->domain->fenced) lt_or64(&self->hot.attention, LT_ASK_FENCE, LT_RELAXED);
}

bool lt_fences_needed(void) { return !have_membarrier; }

const char *lt_grace_name(void) { return have_membarrier ? "membarrier" : "fence"; }

/* Every running thread of the process executes a full fence between the helper's accesses before and after; where the domain is
 * fenced, those that matter have. False: the kernel refuses, for lack of memory, say. */
bool lt_heavy_barrier(const struct lt_domain *d)
{
    if (d->fenced) return true;
    if (have_membarrier) return lt_membarrier();
    lt_full_fence(); /* its partner is in lt_enter_slow, which LT_ASK_FENCE makes everyone take; lt_fences_needed tells others */
    return true;
}

static uint64_t announced(const struct lt_record *r, int order)
{
    return lt_load64(&r->hot.section, order) >> LT_EPOCH_SHIFT;
}

bool lt_outside(const struct lt_record *r)
{
    /* Acquire pairs with the release store in lt_section_leave: what the thread did inside happened before. seq_cst for the sake of
     * lt_section_online. */
    return (lt_load64(&r->hot.section, LT_WEAKEN("lib/outside-relaxed", LT_SEQ_CST)) & LT_DEPTH_MASK) == 0;
}

bool lt_absent(const struct lt_record *r)
{
    return (lt_load64(&r->hot.attention, LT_RELAXED) & LT_ASK_SEIZED) != 0; /* a hint; lt_assist looks under the lock */
}

void lt_ask(struct lt_record *r)
{
    /* Release pairs with the acquire in lt_thread_wanted: the asked thread sees what it is asked about. */
    lt_or64(&r->hot.attention, LT_ASK_SERVICE, LT_RELEASE);
}

/* Locked. Announces the current epoch for a thread that takes part from now on. */
void lt_online(struct lt_record *r)
{
    uint64_t epoch = lt_load64(&r->domain->epoch, LT_RELAXED); /* the lock orders it */
    uint64_t depth = lt_thread_depth(&r->hot);
    r->seized = false;
    /* Asking needs no lock, so the word is changed in steps that keep a request. The epochs in it grow under the lock only. */
    lt_and64(&r->hot.attention, LT_ASK_SERVICE | LT_ASK_FENCE, LT_RELAXED);
    if (!have_membarrier && !r->domain->fenced) lt_or64(&r->hot.attention, LT_ASK_FENCE, LT_RELAXED);
    lt_store64(&r->hot.section, (epoch << LT_EPOCH_SHIFT) | depth, LT_RELEASE);
}

/* Locked. Works for a thread that cannot come back before the lock is free. */
static void work_for(struct lt_record *self, struct lt_record *r)
{
    struct lt_hooks *hooks = &r->domain->hooks;
    if (hooks->assist) hooks->assist(self, r);
}

/* Locked. What r has waiting becomes the domain's. */
void lt_give_up(struct lt_record *r)
{
    if (r->domain->hooks.hand_over) r->domain->hooks.hand_over(r);
    lt_orphan(r);
}

/* Locked. Takes the marked threads that are outside; true if all were. Without `self`, their work waits. */
static bool seize_marked(struct lt_domain *d, struct lt_record *self)
{
    lt_point("lib: marked, not looked at again");
    bool all = true, fenced = LT_FAULT("lib/seize-unfenced", "a thread is seized without a heavy barrier") || lt_heavy_barrier(d);
    for (struct lt_record *r = d->records; r; r = r->next) {
        if (!r->live || r->seized || !(lt_load64(&r->hot.attention, LT_RELAXED) & LT_ASK_SEIZED)) continue;
        if (!fenced || (!lt_outside(r) && !LT_FAULT("lib/seize-inside", "a thread inside a section is seized"))) {
            lt_and64(&r->hot.attention, ~LT_ASK_SEIZED, LT_RELAXED);
            all = false;
            continue;
        }
        r->seized = true;
        lt_add64(&d->seizures, 1, LT_RELAXED);
        if (d->hooks.quiesce) d->hooks.quiesce(r);
        if (self) work_for(self, r);
        if (r != d->gatherer) lt_give_up(r); /* that one will be back for what it gathered */
    }
    return all;
}

static void mark(struct lt_record *r)
{
    lt_point("lib: seen outside, not marked");
    /* seq_cst, with lt_outside in seize_marked: the other half of the barrier in lt_section_enter. */
    lt_or64(&r->hot.attention, LT_ASK_SEIZED, LT_SEQ_CST);
}

void lt_seize_all(struct lt_domain *d, struct lt_record *self)
{
    bool marked = false;
    for (struct lt_record *r = d->records; r; r = r->next) {
        if (r == self || !r->live || r->seized || !lt_outside(r)) continue;
        mark(r);
        marked = true;
    }
    if (marked) seize_marked(d, NULL);
}

/* Locked; the domain is fenced. Who is outside is not waited for; but who stays outside is seized in the end, for what it has
 * waiting. */
static void pass_by(struct lt_record *self, uint64_t epoch)
{
    struct lt_domain *d = self->domain;
    bool marked = false;
    if (LT_FAULT("qsbr/offline-kept", "what a thread has waiting stays its own, however long it is outside")) return;
    for (struct lt_record *r = d->records; r; r = r->next)
        if (r->live && !r->seized && r != self && announced(r, LT_ACQUIRE) + PATIENCE <= epoch) {
            mark(r);
            marked = true;
        }
    if (marked) seize_marked(d, self);
}

/* Locked. */
static bool advance(struct lt_record *self, unsigned patience)
{
    struct lt_domain *d = self->domain;
    uint64_t epoch = lt_load64(&d->epoch, LT_RELAXED);
    bool outside = false;
    for (struct lt_record *r = d->records; r; r = r->next) {
        /* Acquire pairs with the announcing release store: see the proof above. */
        if (!r->live || r->seized || announced(r, LT_WEAKEN("lib/announced-relaxed", LT_ACQUIRE)) == epoch) continue;
        if (LT_FAULT("lib/epoch-unchecked", "an epoch ends though a thread inside a section has not announced it")) continue;
        bool passed_by = d->fenced && LT_FAULT("qsbr/inside-passed-by", "an epoch passes by a thread that is inside");
        if (!lt_outside(r) && !passed_by) return false;
        outside = true;
    }
    if (outside && d->fenced) {
        pass_by(self, epoch);
    } else if (outside) {
        if (d->patience++ < patience) return false;
        for (struct lt_record *r = d->records; r; r = r->next)
            /* Acquire, as above: who has come, announced and gone meanwhile is not marked, and is believed. */
            if (r->live && !r->seized && r != self && announced(r, LT_ACQUIRE) != epoch)
                mark(r); /* outside a moment ago; seize_marked looks again, after the barrier */
        if (!seize_marked(d, self)) return false;
    }
    d->patience = 0;
    /* Release pairs with the acquire in wait_epochs(), which looks without the lock: what was done in sections that are over by
     * now happened before lt_synchronize returns. */
    lt_store64(&d->epoch, epoch + 1, LT_RELEASE);
    struct timespec now;
    lt_time(&now);
    d->epoch_began = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    LT_PROBE2(advance, d->name, epoch + 1);
    lt_point("lib: an epoch began, the threads are not told");
    for (struct lt_record *r = d->records; r; r = r->next)
        if (r->live && !r->seized && !(d->fenced && LT_FAULT("qsbr/outside-untold", "who is passed by does not hear of it") && lt_outside(r)))
            /* Release pairs with the acquire in lt_thread_wanted: the epoch's start happened after all announcements. seq_cst is for
             * lt_section_online: see above. */
            lt_add64(&r->hot.attention, LT_ASK_EPOCH, LT_WEAKEN("lib/advance-relaxed", LT_SEQ_CST));
    lt_add64(&d->advances, 1, LT_RELAXED);
    return true;
}

/* Unlocks. What the helper found dead on the way is finalized at its next safepoint: here client code may be anywhere. */
static bool done(struct lt_record *self, bool began)
{
    lt_observe(self, began);
    lt_mutex_unlock(&self->domain->lock);
    if (lt_has_dead(self) && !self->cascading) lt_ask(self);
    return began;
}

bool lt_advance(struct lt_record *self)
{
    if (!lt_mutex_try_lock(&self->domain->lock)) return false; /* someone else is at it */
    return done(self, advance(self, PATIENCE));
}

bool lt_advance_now(struct lt_record *self)
{
    lt_mutex_lock(&self->domain->lock);
    return done(self, advance(self, 0));
}

void lt_assist(struct lt_record *self, struct lt_record *r, bool seize)
{
    struct lt_domain *d = self->domain;
    lt_mutex_lock(&d->lock);
    if (!r->live || r->seized || LT_FAULT("lib/assist-present", "a thread is worked for that has not been seized")) {
        work_for(self, r);
    } else if (seize && r != self && lt_outside(r)) {
        mark(r);
        seize_marked(d, self);
    }
    done(self, false);
}

void lt_assist_all(struct lt_record *self)
{
    struct lt_domain *d = self->domain;
    if (!d->hooks.assist) return;
    lt_mutex_lock(&d->lock);
    bool marked = false;
    for (struct lt_record *r = d->records; r; r = r->next) {
        if (!d->hooks.waiting(r)) continue;
        if (!r->live || r->seized) {
            work_for(self, r);
        } else if (r != self && lt_outside(r)) {
            mark(r);
            marked = true;
        }
    }
    if (marked) seize_marked(d, self);
    lt_mutex_unlock(&d->lock);
}

uint64_t lt_summon(struct lt_record *self)
{
    struct lt_domain *d = self->domain;
    bool early = LT_FAULT("lib/summons-early", "a thread may answer a barrier, and then adopt what is the barrier's");
    if (early) lt_add64(&d->summons, 1, LT_ACQ_REL);
    lt_point("lib: summoned, not gathering");
    lt_mutex_lock(&d->lock);
    d->gatherer = self; /* in one step with the summons: who has answered it adopts nothing any more */
    uint64_t summons = lt_load64(&d->summons, LT_RELAXED) + !early;
    lt_store64(&d->summons, summons, LT_RELEASE); /* pairs with the acquire in answer() */
    lt_mutex_unlock(&d->lock);
    return summons;
}

bool lt_gather(struct lt_record *self, uint64_t summons)
{
    struct lt_domain *d = self->domain;
    bool all = true;
    lt_mutex_lock(&d->lock);
    for (struct lt_record *r = d->records; r; r = r->next)
        if (r != self && r->live && !r->seized && r->summoned < summons && lt_outside(r)) mark(r);
    seize_marked(d, self);
    for (struct lt_record *r = d->records; r; r = r->next) {
        if (r == self) continue;
        if (!r->live || r->seized) {
            work_for(self, r);
        } else if (r->summoned < summons) {
            lt_ask(r);
            all = false;
        }
    }
    if (all) lt_take_over(self);
    lt_mutex_unlock(&d->lock);
    return all;
}

/* Locked. Every other thread is asked to stop, or seized; true if all are. */
static bool seize_others(struct lt_record *self)
{
    struct lt_domain *d = self->domain;
    bool all = true;
    for (struct lt_record *r = d->records; r; r = r->next)
        if (r != self && r->live && !r->seized && lt_outside(r)) mark(r);
    seize_marked(d, self);
    for (struct lt_record *r = d->records; r; r = r->next) {
        if (r == self || !r->live || r->seized) continue;
        lt_ask(r);
        all = false;
    }
    return all || LT_FAULT("lib/collect-unstopped", "a collection does not wait for threads inside sections");
}

/* Locked, all others seized. Deltas are applied, queues merged; what others had waiting comes to this thread. */
static void settle_counts(struct lt_record *self)
{
    struct lt_domain *d = self->domain;
    if (LT_FAULT("lib/collect-unsettled", "a collection believes counts of which a thread has a part")) return;
    if (d->hooks.quiesce) d->hooks.quiesce(self);
    lt_give_up(self);
    lt_take_over(self);
    for (struct lt_record *r = d->records; r; r = r->next) work_for(self, r);
}

static bool is_later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

static struct timespec deadline(const struct lt_domain *d)
{
    struct timespec t;
    lt_time(&t);
    uint64_t us = lt_setting_of(d, LT_COLLECT_PATIENCE), ns = (uint64_t)t.tv_nsec + us % 1000000 * 1000;
    t.tv_sec += (time_t)(us / 1000000 + ns / 1000000000);
    t.tv_nsec = (long)(ns % 1000000000);
    return t;
}

bool lt_stop_world(struct lt_record *self)
{
    struct lt_domain *d = self->domain;
    if (d->traits.exclusive || !d->traits.threads) { /* whoever else there may be is outside, and stays there */
        lt_mutex_lock(&d->lock);
        return true;
    }
    struct timespec until = deadline(d), t;
    lt_mutex_lock(&d->world);
    lt_store32(&d->stopping, 1, LT_RELAXED); /* lt_ask says so */
    lt_mutex_lock(&d->lock);
    while (!seize_others(self)) {
        lt_mutex_unlock(&d->lock);
        lt_yield();
        lt_time(&t);
        if (is_later(&t, &until)) {
            lt_store32(&d->stopping, 0, LT_RELAXED);
            lt_mutex_unlock(&d->world);
            return false;
        }
        lt_mutex_lock(&d->lock);
    }
    settle_counts(self);
    return true;
}

void lt_resume_world(struct lt_record *self)
{
    struct lt_domain *d = self->domain;
    lt_mutex_unlock(&d->lock);
    if (d->traits.exclusive || !d->traits.threads) return;
    lt_store32(&d->stopping, 0, LT_RELAXED);
    lt_mutex_unlock(&d->world);
}

/* Inside a section, its borrows over: goes outside. Returns the word that it had inside. */
static uint64_t step_out(struct lt_record *r)
{
    uint64_t section = lt_load64(&r->hot.section, LT_RELAXED);
    /* Release as in lt_section_leave. */
    lt_store64(&r->hot.section, section & ~LT_DEPTH_MASK, LT_RELEASE);
    lt_point("lib: outside again, to wait");
    return section;
}

/* In again when it may. That is done under the lock, so nobody who has it takes this thread for outside meanwhile. */
static void step_in(struct lt_record *r, uint64_t section)
{
    struct lt_domain *d = r->domain;
    if (lt_load32(&d->stopping, LT_RELAXED)) { /* a hint: who misses it will be asked again */
        lt_mutex_lock(&d->world);
        lt_mutex_unlock(&d->world);
    }
    lt_mutex_lock(&d->lock);
    lt_store64(&r->hot.section, section, LT_RELAXED);
    if ((r->seized || d->fenced) && !LT_FAULT("lib/seized-for-good", "a seized thread is worked for after it came back"))
        lt_online(r); /* else the helper let go of us, and all is as it was; but where it is fenced, epochs may have passed us by */
    lt_mutex_unlock(&d->lock);
}

void lt_nap(struct lt_record *r, uint64_t nanoseconds)
{
    uint64_t section = step_out(r);
    if (nanoseconds) lt_sleep(nanoseconds);
    else lt_yield();
    step_in(r, section);
}

/* The summoned thread's answer to lt_gather. */
static void answer(struct lt_record *r)
{
    struct lt_domain *d = r->domain;
    uint64_t summons = lt_load64(&d->summons, LT_ACQUIRE); /* pairs with the release in lt_summon */
    if (r->summoned >= summons) return;
    lt_mutex_lock(&d->lock);
    if (r != d->gatherer) lt_give_up(r);
    r->summoned = summons;
    lt_mutex_unlock(&d->lock);
}

void lt_safepoint_slow(lt_thread *thread)
{
    struct lt_record *r = lt_record_of(thread);
    struct lt_domain *d = r->domain;
    uint64_t attention = lt_load64(&thread->attention, LT_ACQUIRE), epochs = attention >> LT_ASK_EPOCH_SHIFT;
    if (!(attention & ~(LT_ASK_FENCE | LT_ASK_SEIZED))) return;

    bool whole = lt_meter(r);
    if (epochs) {
        if (d->hooks.quiesce) d->hooks.quiesce(r);
        lt_point("lib: quiescent, not announced");
        /* Release pairs with the acquire in advance(): all that was done under the old epoch happened before. */
        lt_store64(&thread->section, lt_load64(&thread->section, LT_RELAXED) + (epochs << LT_EPOCH_SHIFT),
                   LT_WEAKEN("lib/announce-relaxed", LT_RELEASE));
        lt_sub64(&thread->attention, epochs << LT_ASK_EPOCH_SHIFT, LT_RELAXED);
        lt_point("lib: announced, not served");
        lt_ripen(r);
        if (d->hooks.collect) d->hooks.collect(r);
    }
    if (attention & LT_ASK_SERVICE) {
        /* Acquire pairs with the release in lt_ask, for requests that came after the load above. */
        lt_and64(&thread->attention, ~LT_ASK_SERVICE, LT_ACQUIRE);
        if (d->hooks.service) d->hooks.service(r);
        lt_cascade(r);
        answer(r);
        if (lt_load32(&d->stopping, LT_RELAXED) && !LT_FAULT("lib/collect-deaf", "a safepoint does not stop")) step_in(r, step_out(r));
        lt_collect_due(r);
    }
    lt_reclaim_some(r, SAFEPOINT_TURNS);
    if (whole) lt_unmeter(r);
    bool may_call = !r->barring && !r->cascading;
    if (LT_UNLIKELY(lt_load32(&d->pressure.pressed, LT_RELAXED)) && may_call) lt_press(r); /* at the end: it may come here again */
    if (LT_UNLIKELY(r->owes_pause) && may_call) lt_take_pause(r);
}

void lt_leave_slow(lt_thread *thread)
{
    if (lt_thread_depth(thread) == 1 || LT_FAULT("lib/nested-quiescent", "a nested section ends what its outer one borrowed"))
        lt_safepoint_slow(thread);
    lt_store64(&thread->section, lt_load64(&thread->section, LT_RELAXED) - 1, /* as in lt_section_leave */
               LT_WEAKEN("lib/leave-relaxed", LT_RELEASE));
}

uint64_t lt_suspend(lt_thread *thread)
{
    uint64_t depth = lt_thread_depth(thread);
    lt_store64(&thread->section, lt_load64(&thread->section, LT_RELAXED) - (depth - 1), LT_RELAXED); /* still inside */
    lt_section_leave(thread);
    return depth;
}

void lt_resume(lt_thread *thread, uint64_t depth)
{
    lt_record_of(thread)->domain->enter();
    lt_store64(&thread->section, lt_load64(&thread->section, LT_RELAXED) + (depth - 1), LT_RELAXED);
}

void lt_enter_slow(lt_thread *thread)
{
    struct lt_record *r = lt_record_of(thread);
    if (lt_thread_depth(thread) > 1) return; /* nested: what is borrowed outside must stay */

    uint64_t attention = lt_load64(&thread->attention, LT_ACQUIRE);
    if (attention & LT_ASK_FENCE) {
        lt_full_fence(); /* partner: lt_heavy_barrier without membarrier */
        attention = lt_load64(&thread->attention, LT_ACQUIRE);
    }
    if (attention & LT_ASK_SEIZED && !LT_FAULT("lib/seized-enters", "a seized thread goes in without the lock"))
        step_in(r, step_out(r));
    lt_safepoint_slow(thread);
}
