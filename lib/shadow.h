/* shadow.h: what the checked build keeps of each object, apart from it: lib/shadow.c. In any other build, nothing. */
#ifndef LT_LIB_SHADOW_H
#define LT_LIB_SHADOW_H

#include <lifetime/types.h>

#ifndef LT_CHECKS
#define LT_CHECKS 0
#endif

struct lt_record;

#if LT_CHECKS

/* Who called what from where. */
struct lt_trail {
    const char *call;  /* NULL: nobody */
    const void *place; /* a return address */
    uint32_t thread;   /* its record's index; 0: not registered */
};

enum lt_life { LT_LIVES, LT_DIES, LT_TOKEN /* its storage is one: strategy/reuse.h */, LT_GONE };

struct lt_shadow {
    struct lt_shadow *next;
    const lt_object *object;
    const lt_type *type;
    const struct lt_domain *domain;
    size_t bytes;
    enum lt_life life;
    bool immortal; /* nothing is counted */
    bool listed;   /* in the table: the address has not been given to another object */
    bool kept;     /* freed, and its memory is in quarantine: */
    unsigned how;  /* it was made: LT_MARK_* */
    int64_t owned, slots; /* references, as the client's calls say */
    struct lt_trail made, gained, given;
};

enum { LT_QUARANTINE = 256, LT_SEEN = 64 };

/* What a thread has borrowed or locked and not given back: the first LT_SEEN of them, and how many more. */
struct lt_sights {
    struct { const lt_object *object; struct lt_trail trail; } sight[LT_SEEN];
    unsigned seen, unseen;
};

/* A record's part of it: its thread's alone. */
struct lt_watcher {
    struct lt_trail here, left; /* the call under way; the last end of a section */
    const lt_object *finalizing;
    struct lt_shadow fixed; /* stands in for the account of an LT_IMMORTAL_OBJECT */
    struct lt_sights borrowed, locked;
    struct lt_shadow *quarantine[LT_QUARANTINE]; /* of the objects freed last, a ring */
    size_t quarantined;
};

#pragma GCC visibility push(hidden)

/* NULL: no object, or one that was freed long ago. Whatever it returns is to be closed. */
struct lt_shadow *lt_shadow_open(const void *object);
void lt_shadow_close(const void *object);
bool lt_shadow_make(const struct lt_shadow *); /* a copy of it takes the place of what was there; false: no memory */
void lt_shadow_each(void (*see)(const struct lt_shadow *, void *context), void *context);

void lt_watcher_reset(struct lt_watcher *);

/* What the library does with an object: it is dead and will be finalized; a slot, or a plain edge of a dead object, lets go of
 * it; its finalizer begins, or NULL; its creation failed after all. */
void lt_note_death(const lt_object *);
void lt_note_unlinked(struct lt_record *, const lt_object *);
void lt_note_dropped(struct lt_record *, const lt_object *);
const lt_object *lt_note_finalizer(struct lt_record *, const lt_object *); /* returns whose ran before */
void lt_note_undone(const lt_object *);
bool lt_quarantine(struct lt_record *, lt_object *, size_t bytes); /* true: its memory is freed later */

void lt_report_leaks(void); /* lib/leaks.c */

/* lt_dynamic_select is about to select. */
void lt_chosen(const char *name);

/* Writes where in the program a return address is: lib/place.c. Cut short if there is no room. */
void lt_place_name(char *name, size_t room, const void *place);
void lt_trail_name(char *name, size_t room, const struct lt_trail *);

#pragma GCC visibility pop

#else

static inline void lt_note_death(const lt_object *o) { (void)o; }
static inline void lt_note_unlinked(struct lt_record *r, const lt_object *o) { (void)r, (void)o; }
static inline void lt_note_dropped(struct lt_record *r, const lt_object *o) { (void)r, (void)o; }
static inline const lt_object *lt_note_finalizer(struct lt_record *r, const lt_object *o) { return (void)r, (void)o, (const lt_object *)0; }
static inline void lt_note_undone(const lt_object *o) { (void)o; }
static inline void lt_chosen(const char *name) { (void)name; }

#endif
#endif
